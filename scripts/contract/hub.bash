# Starts a hub on a scratch database for a script that sources this, with an account and a client:
# sets HUB, ACCOUNT, LOCATION and client, and gives the functions admin, value and connect. The folder
# and the hub go when the script ends. Needs the program built (cargo build).
program=${CARGO_TARGET_DIR:-target}/debug/passeplat
folder=$(mktemp -d "${TMPDIR:-/tmp}/passeplat-contract.XXXXXX")
hub=
stop() {
    local code=$?
    trap - EXIT
    if [ -n "$hub" ]; then
        kill "$hub" 2>/dev/null || true
        wait "$hub" 2>/dev/null || true
    fi
    [ "$code" -eq 0 ] || grep -v ' INFO ' "$folder/hub.log" | tail -n 20 >&2 || true
    rm -rf "$folder"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

settings=(--database "sqlite:$folder/hub.db" --key-file "$folder/key")
settings+=(--set limits.enabled=false --set egress.allow_loopback=true --set "mail.folder=$folder/mail")
"$program" serve --listen 127.0.0.1:0 "${settings[@]}" >"$folder/said" 2>"$folder/hub.log" &
hub=$!
# The first line that it says is its address.
until grep -q http "$folder/said"; do
    kill -0 "$hub" 2>/dev/null || { cat "$folder/hub.log" >&2; exit 1; }
    read -r -t 0.1 <> <(:) || true
done
HUB=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$folder/said")
export HUB

admin() { "$program" admin "${settings[@]}" "$@"; }
value() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
account=$(admin account create --name 'Pizzeria Lumière' --location-name 'Lyon Bellecour')
client=$(admin client create --name Contract)
ACCOUNT=$(value account_id <<<"$account")
LOCATION=$(value location_id <<<"$account")
client=$(value client_id <<<"$client")
export ACCOUNT LOCATION

# The token of a new connection: connect location|account PLACE RIGHTS
connect() {
    admin connection create --client "$client" "--$1" "$2" --scope "$1[$3],profile_with_email" |
        value access_token
}

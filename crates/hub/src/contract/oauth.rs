//! How a client is let in. These calls are not in the list of endpoints: they have a face of their
//! own ([`crate::oauth`]), so that their part of the contract is written here.

use serde_json::{Map, Value, json};
use wire::schema::{SchemaGenerator, answered};
use wire::token::TokenResponse;

/// What these calls are listed under.
pub(super) const TAG: &str = "oauth";
/// The credentials of a client, as a scheme of security.
const CLIENT: &str = "client";

/// The paths under `/oauth2/v1`.
pub(super) fn paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let token = answered::<TokenResponse>(generator);
    let mut paths = Map::new();
    paths.insert(
        "/oauth2/v1/authorize".to_owned(),
        json!({ "get": authorize() }),
    );
    let exchange = call(
        "oauth.exchange",
        "Exchange a code for a token",
        &[("code", true), ("code_verifier", false)],
        &json!({
            "description": "The token. It lives until it is revoked; the same connection gets the same token again.",
            "content": { "application/json": { "schema": token } },
        }),
    );
    paths.insert("/oauth2/v1/token".to_owned(), json!({ "post": exchange }));
    let revoke = call(
        "oauth.revoke",
        "End a token",
        &[("token", true)],
        &json!({ "description": "Ended; also when it was not known, or ended already. No body." }),
    );
    paths.insert("/oauth2/v1/revoke".to_owned(), json!({ "post": revoke }));
    paths
}

/// HTTP Basic with client id and secret.
pub(super) fn schemes() -> Value {
    json!({
        CLIENT: {
            "type": "http",
            "scheme": "basic",
            "description": "Id and secret of the client; they may also be sent as `client_id` and `client_secret` in the body.",
        },
    })
}

fn call(id: &str, summary: &str, fields: &[(&str, bool)], success: &Value) -> Value {
    let mut properties: Map<String, Value> = fields
        .iter()
        .map(|(name, _)| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    for name in ["client_id", "client_secret"] {
        properties.insert(name.to_owned(), json!({ "type": "string" }));
    }
    let needed: Vec<&str> = fields
        .iter()
        .filter(|(_, is_needed)| *is_needed)
        .map(|(name, _)| *name)
        .collect();
    let schema = json!({ "type": "object", "properties": properties, "required": needed });
    json!({
        "operationId": id,
        "tags": [TAG],
        "summary": summary,
        "description": "Only from server to server: other origins are not let in. The body may be a form, a form in parts, or JSON.",
        "requestBody": {
            "required": true,
            "content": {
                "application/x-www-form-urlencoded": { "schema": schema },
                "application/json": { "schema": schema },
                "multipart/form-data": { "schema": schema },
            },
        },
        "responses": {
            "200": success,
            "400": fault("A parameter is missing or wrong."),
            "401": fault("The client is unknown, its secret is wrong, or the token is another client's."),
            "429": fault("Too many wrong credentials."),
            "500": fault("A fault of the hub."),
            "503": fault("The database cannot be used now."),
        },
        "security": [{ CLIENT: [] }, {}],
    })
}

/// RFC 6749's error, with the keys of the API's own beside.
fn fault(what: &str) -> Value {
    let text = json!({ "type": "string" });
    let keys = ["error", "error_description", "message", "error_type"];
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| ((*key).to_owned(), text.clone()))
        .collect();
    json!({
        "description": what,
        "content": {
            "application/json": {
                "schema": { "type": "object", "properties": properties, "required": keys },
            },
        },
    })
}

fn authorize() -> Value {
    let parameter = |name: &str, what: &str, is_needed: bool| {
        json!({
            "name": name,
            "in": "query",
            "description": what,
            "required": is_needed,
            "schema": { "type": "string" },
        })
    };
    json!({
        "operationId": "oauth.authorize",
        "tags": [TAG],
        "summary": "Ask a user to let the client in",
        "description": "For a browser. It ends at the redirection URI, with `code`, or with `error`, and with `state` as it was sent.",
        "parameters": [
            parameter("client_id", "The client", true),
            parameter("redirect_uri", "Where to send the browser afterwards, or `urn:ietf:wg:oauth:2.0:oob`", true),
            parameter("scope", "The permissions asked for, as in `location[orders.write,catalog.read]`", true),
            parameter("state", "Comes back unchanged", false),
            parameter("device_id", "Asks for a connection of its own; 255 characters at most", false),
            parameter("app_instance_id", "Asks again for a connection there is", false),
            parameter("country", "Fills in the form for a new account", false),
            parameter("account_name", "Fills in the form for a new account", false),
            parameter("location_name", "Fills in the form for a new account", false),
            parameter("code_challenge", "PKCE", false),
            parameter("code_challenge_method", "`S256`", false),
        ],
        "responses": {
            "200": { "description": "The page that asks.", "content": { "text/html": {} } },
            "303": { "description": "To the page for signing in, or to the redirection URI." },
            "400": { "description": "A page that says what is wrong, where the redirection URI cannot be trusted.", "content": { "text/html": {} } },
        },
        "security": [{}],
    })
}

//! How a client is let in. These calls are not in the list of endpoints: they have a face of their
//! own ([`crate::oauth`]), so that their part of the contract is written here.

use const_format::formatcp;
use serde_json::{Map, Value, json};
use wire::id::MAX_REF_CHARS;
use wire::schema::{self, SchemaGenerator, response_schema};
use wire::token::TokenResponse;

/// What these calls are listed under.
pub(super) const TAG: &str = "oauth";
/// The credentials of a client, as a scheme of security.
const CLIENT: &str = "client";

/// The paths under `/oauth2/v1`.
pub(super) fn paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let token = response_schema::<TokenResponse>(generator);
    let mut paths = Map::new();
    paths.insert(
        "/oauth2/v1/authorize".to_owned(),
        json!({ "get": authorize() }),
    );
    let code = body(
        generator,
        "CodeExchangeInput",
        "A code, to be exchanged for a token.",
        &[
            ("code", "The code that the redirection URI received.", true),
            (
                "code_verifier",
                "The text that `code_challenge` was made of (PKCE).",
                false,
            ),
        ],
    );
    let exchange = call(
        "oauth.exchange",
        "Exchange a code for a token",
        &code,
        &json!({
            "description": "The token. It is valid until it is revoked. The same connection always gets the same token.",
            "content": { "application/json": { "schema": token } },
        }),
    );
    paths.insert("/oauth2/v1/token".to_owned(), json!({ "post": exchange }));
    let ended = body(
        generator,
        "RevocationInput",
        "The token to end.",
        &[("token", "The token.", true)],
    );
    let revoke = call(
        "oauth.revoke",
        "End a token",
        &ended,
        &json!({ "description": "The token is ended. The answer is the same if it was unknown or ended before. No body." }),
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

/// The schema of a body under its own name: these fields, and the credentials of the client.
fn body(
    generator: &mut SchemaGenerator,
    name: &str,
    what: &str,
    fields: &[(&str, &str, bool)],
) -> Value {
    let credentials = [
        (
            "client_id",
            "The id of the client, unless it is sent in HTTP Basic.",
            false,
        ),
        (
            "client_secret",
            "The secret of the client, unless it is sent in HTTP Basic.",
            false,
        ),
    ];
    let all = || fields.iter().chain(&credentials);
    let properties: Map<String, Value> = all()
        .map(|(name, what, _)| {
            let text = json!({ "description": what, "type": "string" });
            ((*name).to_owned(), text)
        })
        .collect();
    let needed: Vec<&str> = all()
        .filter(|(_, _, is_needed)| *is_needed)
        .map(|(name, _, _)| *name)
        .collect();
    let schema = json!({
        "description": what,
        "type": "object",
        "properties": properties,
        "required": needed,
    });
    schema::named(generator, name, schema)
}

fn call(id: &str, summary: &str, schema: &Value, success: &Value) -> Value {
    json!({
        "operationId": id,
        "tags": [TAG],
        "summary": summary,
        "description": "For servers: a page in a browser cannot call this. The body may be a form, a multipart form, or JSON.",
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
            "400": error_schema("A parameter is missing or wrong."),
            "401": error_schema("The client is unknown, its secret is wrong, or the token is another client's."),
            "429": error_schema("Too many wrong credentials."),
            "500": error_schema("An internal error of the hub."),
            "503": error_schema("The database cannot be used now."),
        },
        "security": [{ CLIENT: [] }, {}],
    })
}

/// RFC 6749's error, with the keys of the API's own beside.
fn error_schema(what: &str) -> Value {
    let keys = [
        ("error", "The code of RFC 6749, such as `invalid_grant`."),
        ("error_description", "What is wrong, in a sentence."),
        (
            "message",
            "The same sentence, as every error of the API has it.",
        ),
        (
            "error_type",
            "The kind of error, as every error of the API has it.",
        ),
    ];
    let properties: Map<String, Value> = keys
        .iter()
        .map(|(key, what)| {
            let text = json!({ "description": what, "type": "string" });
            ((*key).to_owned(), text)
        })
        .collect();
    let keys: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
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
        "summary": "Ask a user to authorize the client",
        "description": "A page for the user's browser. At the end, the browser is sent to the redirection URI, with `code` or with `error`, and with `state` as it was sent.",
        "parameters": [
            parameter("client_id", "The id of the client", true),
            parameter("redirect_uri", "Where to send the browser afterwards, or `urn:ietf:wg:oauth:2.0:oob`", true),
            parameter("scope", "The permissions asked for, as in `location[orders.write,catalog.read]`", true),
            parameter("state", "A text that is returned unchanged", false),
            parameter("device_id", formatcp!("A name of the device, which then gets a connection of its own. At most {MAX_REF_CHARS} characters"), false),
            parameter("app_instance_id", "The id of an existing connection, to be authorized again", false),
            parameter("country", "A value for the form for a new account", false),
            parameter("account_name", "A value for the form for a new account", false),
            parameter("location_name", "A value for the form for a new account", false),
            parameter("code_challenge", "The challenge of PKCE (RFC 7636)", false),
            parameter("code_challenge_method", "Always `S256`", false),
        ],
        "responses": {
            "200": { "description": "The page that asks.", "content": { "text/html": { "schema": { "type": "string" } } } },
            "303": { "description": "To the page for signing in, or to the redirection URI." },
            "400": { "description": "A page that says what is wrong, where the redirection URI cannot be trusted.", "content": { "text/html": { "schema": { "type": "string" } } } },
        },
        "security": [{}],
    })
}

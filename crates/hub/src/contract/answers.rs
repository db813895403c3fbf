//! The answers that endpoints share: which errors a call may meet, and what they look like.

use axum::http::Method;
use serde_json::{Map, Value, json};
use wire::problem::ErrorBody;
use wire::schema::{SchemaGenerator, answered};

use crate::http::routes::Endpoint;

/// An error that calls may meet.
struct Failure {
    status: &'static str,
    name: &'static str,
    what: &'static str,
    tells_when_to_retry: bool,
}

const fn failure(status: &'static str, name: &'static str, what: &'static str) -> Failure {
    Failure {
        status,
        name,
        what,
        tells_when_to_retry: false,
    }
}

const fn later(status: &'static str, name: &'static str, what: &'static str) -> Failure {
    Failure {
        tells_when_to_retry: true,
        ..failure(status, name, what)
    }
}

/// docs/errors.md, for machines.
const FAILURES: [Failure; 9] = [
    failure("400", "Malformed", "The body is no JSON."),
    failure(
        "401",
        "Unauthorized",
        "No token, one that is unknown or revoked, a connection that is blocked, or an account that is suspended.",
    ),
    failure(
        "403",
        "Forbidden",
        "The token is good, and its scope does not permit this.",
    ),
    failure(
        "404",
        "NotFound",
        "No such thing, or of another account: the two cannot be told apart.",
    ),
    failure(
        "415",
        "UnsupportedMediaType",
        "The body says that it is of another type.",
    ),
    failure(
        "422",
        "Invalid",
        "Understood, and not valid: `errors` names every field.",
    ),
    later("429", "TooManyRequests", "A rate limit is used up."),
    failure("500", "InternalError", "A fault of the hub."),
    later(
        "503",
        "Unavailable",
        "The database cannot be used now: nothing was kept.",
    ),
];

/// The components that operations refer to.
pub(super) fn components(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let body = answered::<ErrorBody>(generator);
    FAILURES
        .iter()
        .map(|failure| {
            let mut headers = Map::new();
            headers.insert("X-Request-Id".to_owned(), header("RequestId"));
            if failure.tells_when_to_retry {
                headers.insert("Retry-After".to_owned(), header("RetryAfter"));
            }
            let response = json!({
                "description": failure.what,
                "headers": headers,
                "content": { "application/json": { "schema": body } },
            });
            (failure.name.to_owned(), response)
        })
        .collect()
}

/// The headers that answers carry.
pub(super) fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "The id of the request, also in the hub's log and journal.",
            "required": true,
            "schema": { "type": "string", "pattern": "^[0-9a-f]{16}$" },
        },
        "CursorNext": {
            "description": "Names the next page, to be sent as `cursor` with the same filters; absent on the last page.",
            "schema": { "type": "string" },
        },
        "RetryAfter": {
            "description": "Seconds to wait before trying again.",
            "required": true,
            "schema": { "type": "integer", "minimum": 0 },
        },
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// All answers to an endpoint at that path.
pub(super) fn of(endpoint: &Endpoint, path: &str, generator: &mut SchemaGenerator) -> Value {
    let mut answers = Map::new();
    answers.insert("200".to_owned(), success(endpoint, generator));
    for failure in &FAILURES {
        if may_meet(endpoint, path, failure.status) {
            let reference = format!("#/components/responses/{}", failure.name);
            answers.insert(failure.status.to_owned(), json!({ "$ref": reference }));
        }
    }
    answers.into()
}

fn may_meet(endpoint: &Endpoint, path: &str, status: &str) -> bool {
    let about = &endpoint.about;
    let carries_body = [Method::POST, Method::PUT, Method::PATCH].contains(&endpoint.method);
    let takes_body = about.takes.is_some() || !about.takes_files.is_empty();
    match status {
        "400" => about.takes.is_some(),
        "404" => path.contains('{'),
        "415" => carries_body,
        "422" => takes_body || endpoint.paged || !about.filters.is_empty(),
        _ => true,
    }
}

fn success(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let about = &endpoint.about;
    let mut headers = Map::new();
    headers.insert("X-Request-Id".to_owned(), header("RequestId"));
    if endpoint.paged {
        headers.insert("X-Cursor-Next".to_owned(), header("CursorNext"));
    }
    let mut content = Map::new();
    if let Some(draw) = about.answers {
        let schema = draw(generator);
        content.insert("application/json".to_owned(), json!({ "schema": schema }));
    }
    for kind in about.answers_files {
        content.insert((*kind).to_owned(), json!({}));
    }
    json!({ "description": "Success.", "headers": headers, "content": content })
}

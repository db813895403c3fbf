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
const FAILURES: [Failure; 11] = [
    failure(
        "400",
        "Malformed",
        "The body is no JSON, or the request cannot be read.",
    ),
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
    later(
        "409",
        "Conflict",
        "A change with this `Idempotency-Key` was made, and its answer is not kept (yet).",
    ),
    failure(
        "412",
        "PreconditionFailed",
        "Changed since the tag in `If-Match` was read.",
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
        "The database cannot be used now: nothing was acknowledged.",
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
        "Tag": {
            "description": "Differs wherever the body does; for `If-Match` and `If-None-Match`.",
            "schema": { "type": "string", "pattern": "^\"[0-9a-f]{32}\"$" },
        },
        "Replayed": {
            "description": "On every answer to a change with an `Idempotency-Key` that was admitted: whether it was given before.",
            "schema": { "enum": ["true", "false"] },
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
    if endpoint.method == Method::GET && is_object(endpoint, generator) {
        let unchanged = json!({ "description": "Still as the tag in `If-None-Match`; no body." });
        answers.insert("304".to_owned(), unchanged);
    }
    if !endpoint.about.filters.is_empty() {
        let too_long = json!({ "description": "The URL is longer than 65 534 bytes; no body." });
        answers.insert("414".to_owned(), too_long);
    }
    for failure in &FAILURES {
        if may_meet(endpoint, path, failure.status, generator) {
            let reference = format!("#/components/responses/{}", failure.name);
            answers.insert(failure.status.to_owned(), json!({ "$ref": reference }));
        }
    }
    answers.into()
}

fn may_meet(
    endpoint: &Endpoint,
    path: &str,
    status: &str,
    generator: &mut SchemaGenerator,
) -> bool {
    let about = &endpoint.about;
    let carries_body = [Method::POST, Method::PUT, Method::PATCH].contains(&endpoint.method);
    let takes_body = about.takes.is_some() || !about.takes_files.is_empty();
    match status {
        "400" => endpoint.method != Method::GET || about.takes.is_some(),
        "404" => path.contains('{'),
        "409" => endpoint.method != Method::GET,
        "412" => may_be_compared(endpoint, generator),
        "415" => carries_body,
        "422" => {
            endpoint.method != Method::GET
                || takes_body
                || endpoint.paged
                || !about.filters.is_empty()
        }
        _ => true,
    }
}

/// Whether `If-Match` says something: there is one thing, and it may have changed.
pub(super) fn may_be_compared(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> bool {
    match endpoint.method {
        Method::DELETE => true,
        Method::PUT | Method::PATCH => is_object(endpoint, generator),
        _ => false,
    }
}

/// Whether a success is one object, which has a tag.
pub(super) fn is_object(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> bool {
    let schema = endpoint.about.answers.map(|draw| draw(generator));
    schema.is_some_and(|schema| schema.get("$ref").is_some())
}

fn success(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let about = &endpoint.about;
    let mut headers = Map::new();
    headers.insert("X-Request-Id".to_owned(), header("RequestId"));
    if is_object(endpoint, generator) {
        headers.insert("ETag".to_owned(), header("Tag"));
    }
    if endpoint.method != Method::GET {
        headers.insert("Idempotent-Replayed".to_owned(), header("Replayed"));
    }
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

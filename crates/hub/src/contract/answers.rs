//! The answers that endpoints share: which errors a call may meet, and what they look like.

use axum::http::Method;
use serde_json::{Map, Value, json};
use wire::problem::ErrorBody;
use wire::schema::{SchemaGenerator, response_schema};

use crate::http::routes::Endpoint;

/// An error that calls may meet.
struct ErrorDoc {
    status: &'static str,
    name: &'static str,
    what: &'static str,
    tells_when_to_retry: bool,
}

const fn failure(status: &'static str, name: &'static str, what: &'static str) -> ErrorDoc {
    ErrorDoc {
        status,
        name,
        what,
        tells_when_to_retry: false,
    }
}

const fn retry_later_doc(status: &'static str, name: &'static str, what: &'static str) -> ErrorDoc {
    ErrorDoc {
        tells_when_to_retry: true,
        ..failure(status, name, what)
    }
}

/// docs/errors.md, for machines.
const FAILURES: [ErrorDoc; 11] = [
    failure(
        "400",
        "Malformed",
        "The body is not JSON, or the request cannot be read.",
    ),
    failure(
        "401",
        "Unauthorized",
        "There is no token, or it is unknown or revoked, its connection is blocked, or the account is suspended.",
    ),
    failure(
        "403",
        "Forbidden",
        "The token is valid, but its scope does not permit this.",
    ),
    failure(
        "404",
        "NotFound",
        "It does not exist, or it belongs to another account. The answer is the same for both.",
    ),
    retry_later_doc(
        "409",
        "Conflict",
        "A request with this `Idempotency-Key` was received before, and its answer is not stored (yet).",
    ),
    failure(
        "412",
        "PreconditionFailed",
        "It has changed since the tag in `If-Match` was read.",
    ),
    failure(
        "415",
        "UnsupportedMediaType",
        "`Content-Type` names a type that is not accepted.",
    ),
    failure(
        "422",
        "Invalid",
        "The body or the query is not valid. `errors` has every field that is wrong.",
    ),
    retry_later_doc(
        "429",
        "TooManyRequests",
        "Too many requests. `Retry-After` says when to try again.",
    ),
    failure("500", "InternalError", "An internal error of the hub."),
    retry_later_doc(
        "503",
        "Unavailable",
        "The database is unavailable, and the request is not confirmed. Retry later, a change with the same `Idempotency-Key`.",
    ),
];

/// The components that operations refer to.
pub(super) fn components(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let body = response_schema::<ErrorBody>(generator);
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
            "description": "The id of the request, which the hub also has in its log and journal.",
            "required": true,
            "schema": { "type": "string", "pattern": "^[0-9a-f]{16}$" },
        },
        "CursorNext": {
            "description": "The next page: send it as `cursor`, with the same filters. Missing on the last page.",
            "schema": { "type": "string" },
        },
        "Tag": {
            "description": "The tag of the body. It changes whenever the body does. For `If-Match` and `If-None-Match`.",
            "schema": { "type": "string", "pattern": "^\"[0-9a-f]{32}\"$" },
        },
        "Replayed": {
            "description": "Whether this answer was given before to a request with the same `Idempotency-Key`. Only on answers to such requests.",
            "schema": { "type": "string", "enum": ["true", "false"] },
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

/// The bytes of a file.
pub(super) fn bytes() -> Value {
    json!({ "schema": { "type": "string", "format": "binary" } })
}

/// All answers to an endpoint at that path.
pub(super) fn of(endpoint: &Endpoint, path: &str, generator: &mut SchemaGenerator) -> Value {
    let mut answers = Map::new();
    answers.insert("200".to_owned(), success(endpoint, generator));
    if endpoint.method == Method::GET && is_object(endpoint, generator) {
        let unchanged = json!({ "description": "Nothing has changed since the tag in `If-None-Match` was read. No body." });
        answers.insert("304".to_owned(), unchanged);
    }
    if !endpoint.doc.filters.is_empty() {
        let too_long = json!({ "description": "The URL is longer than 65 534 bytes; no body." });
        answers.insert("414".to_owned(), too_long);
    }
    for failure in &FAILURES {
        if may_answer_with(endpoint, path, failure.status, generator) {
            let reference = format!("#/components/responses/{}", failure.name);
            answers.insert(failure.status.to_owned(), json!({ "$ref": reference }));
        }
    }
    answers.into()
}

fn may_answer_with(
    endpoint: &Endpoint,
    path: &str,
    status: &str,
    generator: &mut SchemaGenerator,
) -> bool {
    let doc = &endpoint.doc;
    let carries_body = [Method::POST, Method::PUT, Method::PATCH].contains(&endpoint.method);
    let takes_body = doc.request.is_some() || !doc.request_files.is_empty();
    match status {
        "400" => endpoint.method != Method::GET || doc.request.is_some(),
        "404" => path.contains('{'),
        "409" => endpoint.method != Method::GET,
        "412" => may_be_compared(endpoint, generator),
        "415" => carries_body,
        "422" => {
            endpoint.method != Method::GET
                || takes_body
                || endpoint.is_paginated
                || !doc.filters.is_empty()
        }
        _ => true,
    }
}

/// Whether `If-Match` says something: there is one thing, and it may have changed.
pub(super) fn may_be_compared(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> bool {
    let is_whole = endpoint.method == Method::DELETE || is_object(endpoint, generator);
    endpoint.is_conditional && is_whole
}

/// Whether a success is one object, which has a tag.
pub(super) fn is_object(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> bool {
    let schema = endpoint.doc.response.map(|schema_of| schema_of(generator));
    schema.is_some_and(|schema| schema.get("$ref").is_some())
}

fn success(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let doc = &endpoint.doc;
    let mut headers = Map::new();
    headers.insert("X-Request-Id".to_owned(), header("RequestId"));
    if is_object(endpoint, generator) {
        headers.insert("ETag".to_owned(), header("Tag"));
    }
    if endpoint.method != Method::GET {
        headers.insert("Idempotent-Replayed".to_owned(), header("Replayed"));
    }
    if endpoint.is_paginated {
        headers.insert("X-Cursor-Next".to_owned(), header("CursorNext"));
    }
    let mut content = Map::new();
    if let Some(schema_of) = doc.response {
        let schema = schema_of(generator);
        content.insert("application/json".to_owned(), json!({ "schema": schema }));
    }
    for kind in doc.response_files {
        content.insert((*kind).to_owned(), bytes());
    }
    json!({ "description": "Success.", "headers": headers, "content": content })
}

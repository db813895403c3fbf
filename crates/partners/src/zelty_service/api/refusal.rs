//! How the API refuses: an HTTP status, an `errno`, a sentence, and what is wrong with single fields.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::super::store::StoreError;

/// Why a request is refused.
#[derive(Debug)]
pub(in super::super) enum Refusal {
    /// No such endpoint, or none in this version.
    UnknownEndpoint,
    /// No such version.
    UnknownVersion,
    /// The key is wrong or revoked.
    WrongKey,
    /// A second request within a second.
    TooFast,
    /// The body is no JSON.
    InvalidJson,
    /// A date is no date.
    InvalidDate,
    /// A parameter is missing or wrong.
    InvalidParameter(String),
    /// Fields are wrong.
    Fields(Value),
    /// No such element.
    NotFound,
    /// The file cannot be used.
    Store(StoreError),
}

impl Refusal {
    /// One wrong field.
    pub(in super::super) fn field(name: &str, problem: &str) -> Refusal {
        Refusal::Fields(json!({ name: problem }))
    }

    /// The reason for a person.
    pub(in super::super) fn sentence(&self) -> String {
        match self {
            Refusal::Fields(fields) => first_problem(fields),
            Refusal::NotFound => "Introuvable.".to_owned(),
            _ => "Une erreur est survenue.".to_owned(),
        }
    }

    pub(super) fn into_response(self) -> Response {
        let (status, number, message) = match &self {
            Refusal::UnknownEndpoint => (404, 2, "Unknown endpoint".to_owned()),
            Refusal::UnknownVersion => (400, 4, "Unknown version".to_owned()),
            Refusal::WrongKey => (403, 5, "Wrong or revoked API key".to_owned()),
            Refusal::TooFast => (429, 429, "Too many requests".to_owned()),
            Refusal::InvalidJson => (400, 70, "Invalid JSON".to_owned()),
            Refusal::InvalidDate => (400, 65, "Invalid date".to_owned()),
            Refusal::InvalidParameter(name) => (400, -2, format!("Bad parameter: {name}")),
            Refusal::Fields(fields) => (400, 71, first_problem(fields)),
            Refusal::NotFound => (404, 404, "Element not found".to_owned()),
            Refusal::Store(error) => {
                tracing::error!(%error, "the stand-in cannot use its file");
                (500, -1, "Internal error".to_owned())
            }
        };
        let errors = match self {
            Refusal::Fields(fields) => fields,
            _ => json!({}),
        };
        let body = json!({ "errno": number, "errmsg": message, "errors": errors });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = super::json_response(status, &body);
        if status == StatusCode::TOO_MANY_REQUESTS {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// The sentence of the first wrong field.
fn first_problem(fields: &Value) -> String {
    let first = fields.as_object().and_then(|fields| fields.values().next());
    let text = first.and_then(Value::as_str);
    text.unwrap_or("Validation error").to_owned()
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::Store(error)
    }
}

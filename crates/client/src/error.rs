//! What can go wrong with a call, as one type.

use std::time::Duration;

use serde::Deserialize;

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A base URL is not an `http` or `https` URL.
    #[error("not an http or https URL: {0}")]
    InvalidUrl(String),
    /// No connection could be made: nothing reached the hub.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke, or time ran out, after the request may have reached the hub: whether
    /// it was applied is unknown.
    #[error("the hub did not finish its answer: {0}")]
    Interrupted(String),
    /// The response is larger than [`RetryPolicy::max_body_bytes`](crate::RetryPolicy::max_body_bytes).
    #[error("the answer is larger than {0} bytes")]
    ResponseTooLarge(usize),
    /// The response is not the JSON that was expected.
    #[error("the answer cannot be read: {0}")]
    Decode(String),
    /// The request cannot be written as JSON, or an id cannot stand in a header or path.
    #[error("the request cannot be written: {0}")]
    Encode(String),
    /// The operating system has no randomness for a key or a secret.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// The hub answered with a status other than 2xx.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// A response of the hub other than 2xx (API, chapter Protocol: error bodies).
#[derive(Clone, Debug, thiserror::Error)]
#[error("{status}{}", .message.as_ref().map(|m| format!(": {m}")).unwrap_or_default())]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// `unauthorized`, `forbidden`, `not_found`, `unprocessable_entity` …; empty when not sent.
    pub error_type: String,
    /// A sentence in English, such as `The connection has been blocked`.
    pub message: Option<String>,
    /// What is wrong with which field, for a 422.
    pub errors: Vec<FieldError>,
    /// `Retry-After`, when sent in seconds.
    pub retry_after: Option<Duration>,
}

/// One entry of [`ApiError::errors`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FieldError {
    /// The path of the field in the request body, such as `items[0].price`.
    #[serde(default)]
    pub field: String,
    /// What is wrong with it.
    #[serde(default)]
    pub message: String,
}

impl Error {
    /// The HTTP status, when the hub answered with one.
    pub fn status(&self) -> Option<u16> {
        self.api_error().map(|error| error.status)
    }

    /// What the hub answered, when it refused the call.
    pub fn api_error(&self) -> Option<&ApiError> {
        match self {
            Error::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the hub did not answer at all: it is down, too slow, or the line is cut.
    pub fn is_outage(&self) -> bool {
        matches!(self, Error::Unreachable(_) | Error::Interrupted(_))
    }

    /// Whether the hub may have applied the request although the caller has no good response.
    pub fn may_have_been_applied(&self) -> bool {
        matches!(
            self,
            Error::Interrupted(_) | Error::ResponseTooLarge(_) | Error::Decode(_)
        ) || self.status().is_some_and(|status| status >= 500)
    }
}

/// The JSON of an error response.
#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    error_type: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    errors: Option<Vec<FieldError>>,
    // OAuth servers speak of `error` and `error_description`.
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

impl ApiError {
    /// Reads an error response; a body that is not the documented JSON leaves the texts empty.
    pub(crate) fn parse(status: u16, retry_after: Option<Duration>, body: &[u8]) -> ApiError {
        let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
        ApiError {
            status,
            error_type: body.error_type.or(body.error).unwrap_or_default(),
            message: body.message.or(body.error_description),
            errors: body.errors.unwrap_or_default(),
            retry_after,
        }
    }
}

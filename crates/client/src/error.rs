//! What can go wrong, as one type.

use std::time::Duration;

use serde::Deserialize;

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A base URL is not an `http` or `https` URL.
    #[error("not an http or https URL: {0}")]
    Url(String),
    /// No connection could be made: nothing reached the hub.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke, or time ran out, after the request may have reached the hub: whether
    /// it took effect is unknown.
    #[error("the hub did not finish its answer: {0}")]
    Interrupted(String),
    /// The answer is larger than [`crate::Patience::largest_body`].
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The answer is not the JSON that was expected.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    /// The request cannot be written as JSON, or an id cannot stand in a header or path.
    #[error("the request cannot be written: {0}")]
    Unwritable(String),
    /// The hub answered with a status other than 2xx.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// An answer other than 2xx (API, chapter Error bodies).
#[derive(Clone, Debug, thiserror::Error)]
#[error("{status}{}", .message.as_ref().map(|m| format!(": {m}")).unwrap_or_default())]
pub struct Refusal {
    /// HTTP status.
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

/// One entry of `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FieldError {
    /// Path of the field in the request body, such as `items[0].price`.
    #[serde(default)]
    pub field: String,
    /// What is wrong with it.
    #[serde(default)]
    pub message: String,
}

impl Error {
    /// The HTTP status, when the hub answered with one.
    pub fn status(&self) -> Option<u16> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// The refusal, when the hub answered.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the hub could not be heard at all: down, too slow, or the line is cut.
    pub fn is_outage(&self) -> bool {
        matches!(self, Error::Unreachable(_) | Error::Interrupted(_))
    }

    /// Whether the request may have taken effect although no answer came.
    pub fn is_uncertain(&self) -> bool {
        matches!(
            self,
            Error::Interrupted(_) | Error::TooLarge(_) | Error::Unreadable(_)
        ) || self.status().is_some_and(|status| status >= 500)
    }
}

#[derive(Default, Deserialize)]
struct Body {
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

impl Refusal {
    /// Reads an error answer; a body that is not the documented JSON leaves the texts empty.
    pub(crate) fn read(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Refusal {
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        Refusal {
            status,
            error_type: body.error_type.or(body.error).unwrap_or_default(),
            message: body.message.or(body.error_description),
            errors: body.errors.unwrap_or_default(),
            retry_after,
        }
    }
}

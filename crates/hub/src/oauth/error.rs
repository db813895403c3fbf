//! OAuth's error: the only file of this face that knows status codes. The body speaks to generic
//! OAuth libraries (`error`, `error_description`) and to those written for this API (`error_type`,
//! `message`) alike.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use const_format::formatcp;
use serde::Serialize;
use wire::id::MAX_IDEMPOTENCY_KEY_CHARS;

use crate::db;
use crate::http::problem::ApiError;

/// Why `/token` or `/revoke` refuses.
#[derive(Debug)]
pub(crate) enum OAuthError {
    /// Client id or secret missing or wrong, or somebody else's token.
    WrongClient,
    /// A code that is unknown, used, expired or somebody else's. Never 401: that would tell some
    /// client libraries that the *token* is dead.
    WrongCode,
    /// The PKCE verifier is missing or wrong.
    WrongVerifier,
    /// A parameter is missing.
    Missing(&'static str),
    /// The body cannot be read.
    Unreadable,
    /// The body is packed in a way that is not spoken here.
    UnknownEncoding,
    /// The `Idempotency-Key` is none.
    BadKey,
    /// There is nothing there, or nothing for this method.
    NoRoute,
    /// Too many wrong credentials from one address.
    TooMany,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for OAuthError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<super::codes::CodeError> for OAuthError {
    fn from(refusal: super::codes::CodeError) -> Self {
        match refusal {
            super::codes::CodeError::NoSuchCode => Self::WrongCode,
            super::codes::CodeError::WrongVerifier => Self::WrongVerifier,
            super::codes::CodeError::Database(error) => Self::Database(error),
        }
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    error_description: &'a str,
    message: &'a str,
    error_type: &'a str,
}

impl OAuthError {
    /// Its status, the code of OAuth 2.0, what went wrong, and the type that the API gives such errors.
    fn parts(&self) -> (StatusCode, &'static str, &'static str, &'static str) {
        let bad = |code, text| (StatusCode::BAD_REQUEST, code, text, "unprocessable_entity");
        match self {
            Self::NoRoute => (
                StatusCode::NOT_FOUND,
                "invalid_request",
                "There is nothing here",
                "routing_error",
            ),
            Self::WrongClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The client id or the client secret is wrong",
                "unauthorized",
            ),
            Self::WrongCode => bad(
                "invalid_grant",
                "The code is unknown, expired or already used",
            ),
            Self::WrongVerifier => bad("invalid_grant", "The code verifier is wrong"),
            Self::Missing("token") => bad("invalid_request", "The token is missing"),
            Self::Missing(_) => bad("invalid_request", "The code is missing"),
            Self::Unreadable => bad("invalid_request", "The body cannot be read"),
            Self::UnknownEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "invalid_request",
                "This Content-Encoding is not supported: send the body uncompressed or in gzip",
                "unsupported_media_type",
            ),
            Self::BadKey => bad(
                "invalid_request",
                formatcp!(
                    "Idempotency-Key must be one value of 1 to {MAX_IDEMPOTENCY_KEY_CHARS} printable ASCII characters"
                ),
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "slow_down",
                "Too many attempts: retry in a minute",
                "too_many_requests",
            ),
            Self::Database(error) => {
                let status = match error {
                    db::Error::Unavailable(_) | db::Error::Damaged(_) => {
                        StatusCode::SERVICE_UNAVAILABLE
                    }
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                (
                    status,
                    "server_error",
                    "The hub cannot answer now",
                    "internal_error",
                )
            }
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        match &self {
            Self::NoRoute => return ApiError::NoRoute.into_response(),
            Self::Database(error) => {
                tracing::error!(%error, "OAuth request failed, database error");
            }
            _ => {}
        }
        let (status, error, text, error_type) = self.parts();
        let body = ErrorBody {
            error,
            error_description: text,
            message: text,
            error_type,
        };
        let mut response = crate::http::response::json(status, &body);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
        response
    }
}

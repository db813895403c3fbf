//! The API's error: each refusal with its status code and its text. The status that goes with an
//! `error_type` is written in [`ErrorType::status`] of `wire`; what differs from it is written here.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::problem::{
    CONNECTION_BLOCKED, ErrorBody, ErrorType, NOT_ALLOWED_FOR_SCOPE, Problems, SUSPENDED,
    TOKEN_INVALID, read_scope_required, write_scope_required,
};
use wire::scope::{Resource, Right};

use crate::db;

/// Why an API call is not answered with what was asked for (API, chapter Protocol: status codes and
/// error bodies).
#[derive(Debug)]
pub enum ApiError {
    /// No token, or one that nobody has.
    UnknownToken,
    /// The connection is blocked in the back office.
    Blocked,
    /// The account is suspended.
    Suspended,
    /// The scope does not hold this right.
    Scope(Resource, Right),
    /// The scope holds no right to write anything.
    NoWrite,
    /// The token is of the other level, of another location of the same account, or of another
    /// customer list.
    WrongLevel,
    /// The token holds no profile permission.
    NoProfile,
    /// No such thing in this account.
    NotFound,
    /// No such URL.
    NoRoute,
    /// The body is not what its type must be.
    UnsupportedMediaType,
    /// The body is packed in a way that is not spoken here.
    UnknownEncoding(String),
    /// The body is written in characters that are not known here.
    UnknownCharset(String),
    /// The body does not say that it is an image of a kind that is taken.
    NotAnImage,
    /// The body is not JSON; the sentence says where it stops being.
    Malformed(String),
    /// The body is JSON, but not good.
    Invalid(Problems),
    /// The body is larger than this number of bytes.
    TooLarge(usize),
    /// The caller hung up within the body, or went silent.
    Interrupted,
    /// The thing is no longer as the caller has seen it.
    PreconditionFailed,
    /// A request with the same key was made, and its answer is not known yet.
    RequestInProgress,
    /// As many large bodies are in memory as may be.
    Busy,
    /// The files beside the database, such as the bytes of images; the text is for the log.
    BlobStoreFailed(String),
    /// Budget used up; whole seconds to wait.
    TooMany(u32),
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for ApiError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Problems> for ApiError {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl ApiError {
    /// A complaint about one field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(Problems::one(field, message))
    }

    #[cfg_attr(
        not(test),
        expect(
            clippy::too_many_lines,
            reason = "one table: each refusal with its status and its text"
        )
    )]
    fn parts(self) -> (StatusCode, ErrorBody) {
        use ErrorType as T;
        let with_message = |kind: ErrorType, message: &str| {
            let status = StatusCode::from_u16(kind.status());
            (
                status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                message.to_owned(),
                kind,
            )
        };
        let (status, message, kind) = match self {
            Self::UnknownToken => with_message(T::Unauthorized, TOKEN_INVALID),
            Self::Blocked => with_message(T::Unauthorized, CONNECTION_BLOCKED),
            Self::Suspended => with_message(T::Unauthorized, SUSPENDED),
            Self::Scope(resource, Right::Write) => {
                with_message(T::Forbidden, &write_scope_required(resource.as_str()))
            }
            Self::Scope(resource, Right::Read) => {
                with_message(T::Forbidden, &read_scope_required(resource.as_str()))
            }
            Self::NoWrite => with_message(T::Forbidden, "A write scope is required"),
            Self::WrongLevel => with_message(T::Forbidden, NOT_ALLOWED_FOR_SCOPE),
            Self::NoProfile => with_message(T::Forbidden, "A 'profile' scope is required"),
            Self::NotFound => return (StatusCode::NOT_FOUND, ErrorBody::bare(T::NotFound)),
            Self::NoRoute => return (StatusCode::NOT_FOUND, ErrorBody::bare(T::RoutingError)),
            Self::UnsupportedMediaType => {
                with_message(T::UnsupportedMediaType, "The body must be application/json")
            }
            Self::UnknownEncoding(name) => with_message(
                T::UnsupportedMediaType,
                &format!(
                    "Content-Encoding '{name}' is not supported: send the body uncompressed or in gzip"
                ),
            ),
            Self::UnknownCharset(name) => with_message(
                T::UnsupportedMediaType,
                &format!("Charset '{name}' is not supported: send the body in UTF-8 or ISO-8859-1"),
            ),
            Self::NotAnImage => with_message(
                T::UnsupportedMediaType,
                "The body must be image/jpeg, image/png, image/webp, image/gif or image/bmp",
            ),
            Self::Malformed(message) => {
                let body = ErrorBody::with_message(T::UnprocessableEntity, message);
                return (StatusCode::BAD_REQUEST, body);
            }
            Self::Invalid(problems) => {
                return (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    ErrorBody::validation(problems),
                );
            }
            Self::TooLarge(most) => {
                let message = format!("is too big (maximum is {most} bytes)");
                return Self::field("", message).parts();
            }
            Self::Interrupted => {
                let message =
                    "The request body is incomplete: it ended early or arrived too slowly"
                        .to_owned();
                return Self::Malformed(message).parts();
            }
            Self::PreconditionFailed => with_message(
                T::PreconditionFailed,
                "This has changed since the version in If-Match: read it again, then repeat the change",
            ),
            Self::RequestInProgress => with_message(
                T::Conflict,
                "A request with this Idempotency-Key is in progress, or its response was not stored: retry later, or check whether the change was made",
            ),
            Self::Busy => {
                let message = "Too many large request bodies at the moment: retry later";
                let body = ErrorBody::with_message(T::InternalError, message);
                return (StatusCode::SERVICE_UNAVAILABLE, body);
            }
            Self::TooMany(seconds) => with_message(
                T::TooManyRequests,
                &format!("Too many requests: retry in {seconds} seconds"),
            ),
            Self::BlobStoreFailed(_) => {
                let body = ErrorBody::with_message(
                    T::InternalError,
                    "The image store is unavailable: the request was not carried out, retry later",
                );
                return (StatusCode::SERVICE_UNAVAILABLE, body);
            }
            Self::Database(db::Error::Unavailable(_) | db::Error::Damaged(_)) => {
                let body = ErrorBody::with_message(
                    T::InternalError,
                    "The database is unavailable: the request is not confirmed, retry later",
                );
                return (StatusCode::SERVICE_UNAVAILABLE, body);
            }
            Self::Database(_) => {
                return (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    ErrorBody::bare(T::InternalError),
                );
            }
        };
        (status, ErrorBody::with_message(kind, message))
    }
}

/// Seconds after which a client may try again when the database was away, or somebody faster.
const RETRY_AFTER: u32 = 2;

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let wait = match &self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::RequestInProgress | Self::Busy => Some(RETRY_AFTER),
            // Not an error: the conditions of the request say it.
            Self::Database(db::Error::Condition) => None,
            Self::Database(error) => {
                tracing::error!(%error, "request failed, database error");
                matches!(error, db::Error::Unavailable(_) | db::Error::Damaged(_))
                    .then_some(RETRY_AFTER)
            }
            Self::BlobStoreFailed(error) => {
                tracing::error!(%error, "request failed, image store error");
                Some(RETRY_AFTER)
            }
            _ => None,
        };
        let (status, body) = self.parts();
        let mut response = super::response::json(status, &body);
        if let Some(seconds) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

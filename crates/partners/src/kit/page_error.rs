//! What can go wrong in a handler. The session middleware makes a page of it in the visitor's language.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::AppError;
use super::store::StoreError;

/// Why a handler has no page to show.
#[derive(Clone, Debug)]
pub(crate) enum PageError {
    /// There is no such page, order or connection.
    NotFound,
    /// The form did not come from a page of this app, or is older than the cookie.
    StaleForm,
    /// The store failed: the page says whether the disk is full.
    Store(Arc<StoreError>),
    /// A fault of the app; the reason is for the log.
    Internal(String),
    /// A sentence for the visitor, with a status.
    Message(StatusCode, String),
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match &self {
            PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::StaleForm => StatusCode::FORBIDDEN,
            PageError::Store(error) => {
                tracing::error!(%error, "page failed");
                StatusCode::SERVICE_UNAVAILABLE
            }
            PageError::Internal(reason) => {
                tracing::error!(error = %reason, "page failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            PageError::Message(status, _) => *status,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> PageError {
        PageError::Internal(error.to_string())
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> PageError {
        PageError::Store(Arc::new(error))
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> PageError {
        PageError::Internal(error.to_string())
    }
}

/// The handler of a path that no route matches.
pub(crate) async fn not_found() -> PageError {
    PageError::NotFound
}

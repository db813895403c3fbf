//! Callbacks: receiving the events that the hub posts, and registering the callback again.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Tools;
use crate::kit::connect::subscribe_now;
use crate::kit::cookies::path_segment;
use crate::kit::form::Form;
use crate::kit::intake;
use crate::kit::page_error::PageError;

/// `POST /hub/callback`: verifies and stores an event.
pub(crate) async fn receive(
    State(tools): State<Arc<Tools>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    intake::receive(&tools, &headers, &body).await
}

/// `POST /i/{id}/callback`: registers the callback again, after it failed.
pub(crate) async fn register_again(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = form.visitor.language;
    let page = format!("/i/{}", path_segment(&id));
    Ok(match subscribe_now(&tools, &installation).await? {
        Some(error) => {
            let text = tools.app.error_text(language, &error);
            tools.app.redirect_with_error(&page, text)
        }
        None => {
            let text = language.t("Callback enregistré.", "Callback set.");
            tools.app.redirect_with_success(&page, text)
        }
    })
}

//! Callbacks: registering one, and receiving the events that the hub posts.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use client::callbacks::ReceivedEvent;
use client::{Callback, Connection, EventResource, EventType};

use super::{CALLBACK_PATH, Tools};
use crate::kit::cookies::path_segment;
use crate::kit::form::Form;
use crate::kit::page_error::PageError;

/// Asks the hub to post the events of orders and of the location to this app.
pub(crate) async fn register(
    tools: &Tools,
    connection: &Connection,
) -> Result<Callback, client::Error> {
    let orders = [EventType::Create, EventType::Update];
    let callback = Callback::active(tools.app.settings.own_url(CALLBACK_PATH))
        .on(EventResource::Order, &orders)
        .on(EventResource::Location, &[EventType::Update]);
    connection.set_callback(&callback).await
}

/// `POST /hub/callback`: verifies and stores an event. Answers 401 for a wrong signature; 500 when the
/// event cannot be stored, so that the hub sends it again; 200 otherwise, also for an event of a
/// connection that is gone.
pub(crate) async fn receive(
    State(tools): State<Arc<Tools>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let event = match tools.receiver.receive(&headers, &body) {
        // A duplicate is stored, too, if it is not there: the first time storing it may have failed.
        Ok(ReceivedEvent::New(event) | ReceivedEvent::Duplicate(event)) => event,
        Err(error) => {
            tracing::warn!(%error, "event refused");
            return StatusCode::UNAUTHORIZED;
        }
    };
    let stored = tools
        .app
        .state
        .change(|state| {
            let head = &event.head;
            let mut installations = state.installations.iter_mut();
            let own = installations.find(|(id, installation)| match &head.app_instance_id {
                Some(instance) => *id == instance,
                None => installation.token.location_id == head.location_id,
            });
            if let Some((_, installation)) = own {
                let received_at = tools.local_time(&installation.timezone);
                installation.save_event(received_at, event);
            }
        })
        .await;
    match stored {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(%error, "event not kept");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// `POST /i/{id}/callback`: registers the callback again, after it failed.
pub(crate) async fn register_again(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = form.visitor.language;
    let registered = register(&tools, &tools.connection(&installation)).await;
    let problem = registered
        .err()
        .map(|error| tools.app.error_text(language, &error));
    let callback_error = problem.clone();
    tools
        .app
        .state
        .change(|state| {
            if let Some(installation) = state.installations.get_mut(&id) {
                installation.callback_error = callback_error;
            }
        })
        .await?;
    let page = format!("/i/{}", path_segment(&id));
    Ok(match problem {
        Some(problem) => tools.app.redirect_with_error(&page, problem),
        None => {
            let text = language.t("Callback enregistré.", "Callback set.");
            tools.app.redirect_with_success(&page, text)
        }
    })
}

//! `POST /hub/callback`: where the hub sends events.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Held;
use axum::http::{HeaderMap, StatusCode};
use client::callbacks::ReceivedEvent;

use super::Tools;

/// Verifies and keeps an event. 401 for a bad signature; 500 when it cannot be kept, so that the
/// hub sends it again; 200 otherwise, also for events of connections that are gone.
pub(crate) async fn receive(
    Held(tools): Held<Arc<Tools>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let event = match tools.receiver.receive(&headers, &body) {
        Ok(ReceivedEvent::New(event) | ReceivedEvent::Duplicate(event)) => event,
        Err(rejected) => {
            tracing::warn!(error = %rejected, "event refused");
            return StatusCode::UNAUTHORIZED;
        }
    };
    let kept = tools
        .kept
        .change(|state| {
            let head = &event.head;
            let mine = state.installations.iter_mut().find(|(id, installation)| {
                match &head.app_instance_id {
                    Some(instance) => *id == instance,
                    None => installation.token.location_id == head.location_id,
                }
            });
            if let Some((_, installation)) = mine
                // The file is the memory that counts: it outlives a restart.
                && installation.events.iter().all(|seen| seen.event.head.id != head.id)
            {
                let at = crate::kit::clock::iso(
                    tools.settings.clock.now(),
                    &crate::kit::clock::zone(&installation.timezone),
                );
                installation.take(at, event.clone());
            }
        })
        .await;
    match kept {
        Ok(()) => StatusCode::OK,
        Err(failure) => {
            tracing::error!(error = %failure, "event not kept");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

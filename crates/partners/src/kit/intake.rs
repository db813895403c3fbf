//! Taking events in: those that the hub posts, those of a stream, those of a list.
//!
//! However an event comes, it is stored in one transaction with its effect, and only then acknowledged. An
//! event that came before changes nothing, and is acknowledged again.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use client::callbacks::{SIGNATURE_HEADER, verify};
use client::{Connection, Error, Event, EventResource};

use super::connected_app::{ConnectedApp, IncomingEvent};
use super::connections::{self, StoredConnection};
use super::inbox;
use super::store::StoreError;

/// Why events are not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    /// The hub cannot be reached, or refuses.
    #[error(transparent)]
    Hub(#[from] Error),
    /// The event cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IntakeError {
    /// Whether only this event is the matter: the others go on.
    pub(crate) fn is_of_one_event(&self) -> bool {
        matches!(
            self,
            IntakeError::Hub(Error::Decode(_)) | IntakeError::Store(StoreError::Unreadable(_))
        )
    }
}

/// Tells the hub which events the app wants, unless it knows.
pub(crate) async fn subscribe<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
) -> Result<(), IntakeError> {
    if stored.is_subscribed {
        return Ok(());
    }
    connection.set_callback(&app.subscription()).await?;
    app.prepare(stored).await?;
    let id = stored.id.clone();
    let store = &app.shell().store;
    store
        .write(move |tx| connections::set_subscribed(tx, &id, true))
        .await?;
    Ok(())
}

/// Takes the events in that wait at the hub; answers how many were new.
pub(crate) async fn fetch_waiting<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
) -> Result<usize, IntakeError> {
    let mut count = 0;
    // The whole list is read first: acknowledging an event moves what a cursor points at.
    for head in connection.events().all().await? {
        let taken = match none_if_gone(connection.event(&head.id).await) {
            Ok(None) => continue,
            Ok(Some(event)) => take(app, stored, connection, event).await,
            Err(error) => Err(error.into()),
        };
        match taken {
            Ok(is_new) => count += usize::from(is_new),
            Err(error) if error.is_of_one_event() => {
                tracing::error!(event = %head.id, %error, "event cannot be read");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Takes an event in, and acknowledges it; says whether it is new.
pub(crate) async fn take<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
    event: Event,
) -> Result<bool, IntakeError> {
    let id = event.head.id.clone();
    let is_new = record_once(app, stored, connection, event).await?;
    none_if_gone(connection.delete_event(&id).await)?;
    Ok(is_new)
}

/// Stores an event with its effect, unless it came before; says whether it is new.
async fn record_once<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
    event: Event,
) -> Result<bool, IntakeError> {
    // What is read of the hub here is stored before anything newer is.
    let _one_exchange = app.shell().line.exchange().await;
    let (key, place) = (event.head.id.clone(), stored.id.clone());
    let store = &app.shell().store;
    let is_known = store.read(move |tx| inbox::contains(tx, &place, &key));
    if is_known.await? {
        return Ok(false);
    }
    let event = if app.reads_current_order() {
        with_current_order(connection, event).await?
    } else {
        event
    };
    Ok(record(app, stored, event).await?)
}

/// The event with the order as it is now; as it came when the order cannot be read any more.
async fn with_current_order(connection: &Connection, mut event: Event) -> Result<Event, Error> {
    if event.head.resource_type != EventResource::Order.as_str() {
        return Ok(event);
    }
    if let Some(order_id) = &event.head.order_id {
        match connection.order(order_id).await {
            Ok(order) => event.new_state = Some(order),
            Err(error) if matches!(error.status(), Some(403 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(event)
}

/// Stores an event with its effect, in one transaction; says whether it is new.
async fn record<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    event: Event,
) -> Result<bool, StoreError> {
    let (handler, connection, now) = (Arc::clone(app), stored.clone(), app.shell().now());
    let recorded = app.shell().store.write(move |tx| {
        let is_new = inbox::insert(tx, &connection.id, &event.head.id, now)?;
        if is_new {
            let incoming = IncomingEvent {
                connection: &connection,
                event: &event,
                now,
            };
            handler.handle_event(tx, &incoming)?;
        }
        Ok(is_new)
    });
    let is_new = recorded.await?;
    app.shell().outbox_wake.notify_waiters();
    Ok(is_new)
}

/// The response to an event that the hub has posted: 401 for a wrong signature; 500 when the event cannot
/// be read as it is now or be stored, so that the hub sends it again; 200 otherwise, also for a connection
/// that is gone.
pub(crate) async fn receive<A: ConnectedApp>(
    app: &Arc<A>,
    headers: &HeaderMap,
    body: &[u8],
) -> StatusCode {
    let signature = headers.get(SIGNATURE_HEADER);
    let signature = signature.and_then(|value| value.to_str().ok());
    let shell = app.shell();
    let event = match verify(&shell.settings.client_secret, body, signature) {
        Ok(event) => event,
        Err(error) => {
            tracing::warn!(%error, "event refused");
            return StatusCode::UNAUTHORIZED;
        }
    };
    let known = match shell.store.read(connections::all).await {
        Ok(known) => known,
        Err(error) => return not_stored(&error.into()),
    };
    let own = known.into_iter().find(|known| is_for(&event, known));
    let Some(own) = own else {
        return StatusCode::OK;
    };
    match record_once(app, &own, &shell.connection(&own), event).await {
        Ok(_) => StatusCode::OK,
        Err(error) => not_stored(&error),
    }
}

/// Whether an event was sent to a connection. One that was made with a token alone does not know its
/// `app_instance_id`, only its place.
fn is_for(event: &Event, connection: &StoredConnection) -> bool {
    let token = &connection.token;
    match (&event.head.app_instance_id, &token.app_instance_id) {
        (Some(instance), Some(own)) => instance == own,
        _ => event.head.location_id == token.location_id,
    }
}

fn not_stored(error: &IntakeError) -> StatusCode {
    tracing::error!(%error, "event not stored");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// The answer, or none if what was asked for is no longer there.
pub(crate) fn none_if_gone<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

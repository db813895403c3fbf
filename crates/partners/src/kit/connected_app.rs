//! What an app has to say for itself; the kit does the rest.

use client::{Callback, Event};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::Value;

use super::app::AppShell;
use super::connections::StoredConnection;
use super::outbox::QueuedAction;
use super::store::StoreError;

/// An event that is being taken in.
#[derive(Debug)]
pub(crate) struct IncomingEvent<'a> {
    pub connection: &'a StoredConnection,
    pub event: &'a Event,
    /// The present moment.
    pub now: Timestamp,
}

/// An app that is connected to the hub.
pub(crate) trait ConnectedApp: Send + Sync + 'static {
    /// The shell of the app.
    fn shell(&self) -> &AppShell;

    /// What the app asks of a merchant, such as `location[orders.write]`.
    fn scope(&self) -> &'static str;

    /// The path of the page that shows a connection.
    fn connection_page(&self, id: &str) -> String {
        let _one_page_for_all = id;
        "/".into()
    }

    /// The events that the app wants. A callback with a URL makes the hub post them there; without one
    /// the kit fetches them.
    fn subscription(&self) -> Callback;

    /// Whether an order is read again when an event about it comes. An app that changes orders needs
    /// this: an event may be older than what the app did since.
    fn reads_current_order(&self) -> bool {
        false
    }

    /// Learns at the hub what the app needs to know of a new connection.
    fn prepare(
        &self,
        connection: &StoredConnection,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _unused = connection;
        std::future::ready(Ok(()))
    }

    /// Records what an event means, in the transaction that remembers the event's id. The hub is told
    /// that the event has arrived after the commit, and not at all after an error.
    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError>;

    /// Records what the hub answered to a change of the outbox, in the transaction that removes it there.
    fn handle_response(
        &self,
        tx: &Transaction<'_>,
        connection: &StoredConnection,
        action: &QueuedAction,
        response: &Value,
    ) -> Result<(), StoreError> {
        let _unused = (tx, connection, action, response);
        Ok(())
    }

    /// Forgets what the app's own tables have of a connection that was ended here.
    fn handle_disconnection(&self, tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
        let _unused = (tx, id);
        Ok(())
    }
}

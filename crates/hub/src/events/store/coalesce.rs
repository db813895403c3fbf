//! Of several updates that wait for one receiver, only the newest is worth sending: a catalog, an inventory
//! or a location is what it is now. Only for clients that wish so.

use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, EventId};

use super::queue;
use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    /// What waits for the receivers of an event, and says nothing that it does not say. Events of a catalog
    /// or an inventory have no states: they are alike if they name the same catalog.
    OLDER = "SELECT p.connection_id, p.event_id FROM followers f
        JOIN connections c ON c.account_id = f.account_id AND c.id = f.connection_id
        JOIN clients k ON k.id = c.client_id AND k.coalesces_updates
        JOIN pending_dispatches p ON p.account_id = f.account_id AND p.subject_id = $4
            AND p.connection_id = f.connection_id
        JOIN events e ON e.account_id = p.account_id AND e.id = p.event_id
        WHERE f.account_id = $1 AND f.resource = $2 AND f.kind = $3
            AND e.resource = $2 AND e.kind = $3 AND p.event_id <> $5
            AND (e.resource = 'location' OR e.document = $6)
        ORDER BY p.connection_id, p.turn LIMIT $7";
}

/// Events that are superseded by one event at most. With the next event follow the others.
const MAX_SUPERSEDED: u32 = 200;

/// An event that was just recorded.
pub(crate) struct RecordedEvent<'a> {
    pub account: &'a AccountId,
    pub id: &'a EventId,
    pub resource: EventResource,
    pub kind: EventType,
    pub subject: &'a str,
    pub document: &'a str,
}

/// Takes from the receivers of `event` the updates that it supersedes, but for those that are under way.
pub(crate) fn coalesce(tx: &mut Tx<'_>, event: &RecordedEvent<'_>) -> db::Result<()> {
    let is_state = matches!(
        event.resource,
        EventResource::Catalog | EventResource::Inventory | EventResource::Location
    );
    if !is_state || event.kind != EventType::Update {
        return Ok(());
    }
    let older: Vec<(ConnectionId, EventId)> = tx.all(
        OLDER,
        args![
            event.account,
            event.resource.as_str(),
            event.kind.as_str(),
            event.subject,
            event.id,
            event.document,
            MAX_SUPERSEDED
        ],
    )?;
    for (connection, older) in &older {
        queue::supersede(tx, event.account, connection, older)?;
    }
    Ok(())
}

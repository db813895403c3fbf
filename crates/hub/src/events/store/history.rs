//! What became of the attempts to tell somebody, for those who look into it.

use std::collections::BTreeMap;

use const_format::formatcp;
use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, EventId, OrderId};

use super::DispatchState;
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    /// The engines make a cross join in the order in which it is written: a planner that takes an order for as
    /// large as its account would read all that the account was ever sent.
    JOURNEY = formatcp!("SELECT {} FROM events e CROSS JOIN dispatches d {OF_RECEIVER}
        WHERE e.account_id = $1 AND e.order_id = $2 AND d.account_id = e.account_id AND d.event_id = e.id
        ORDER BY e.turn, e.id, d.connection_id", DispatchRow::COLUMNS);
    JOURNEY_ATTEMPTS = formatcp!("SELECT {} FROM events e CROSS JOIN dispatch_attempts a
        WHERE e.account_id = $1 AND e.order_id = $2 AND a.account_id = e.account_id AND a.event_id = e.id
        ORDER BY a.event_id, a.connection_id, a.number", AttemptRow::COLUMNS);
    /// `turn >= 0`, here and below, is always so: it names the index.
    RECENT = formatcp!("SELECT {} FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id {OF_RECEIVER}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.turn >= 0
            AND (d.created_at, d.event_id) < ($3, $4)
        ORDER BY d.created_at DESC, d.event_id DESC LIMIT $5", DispatchRow::COLUMNS);
    /// The attempts of the dispatches that RECENT finds.
    RECENT_ATTEMPTS = formatcp!("SELECT {} FROM (SELECT event_id FROM dispatches
            WHERE account_id = $1 AND connection_id = $2 AND turn >= 0
                AND (created_at, event_id) < ($3, $4)
            ORDER BY created_at DESC, event_id DESC LIMIT $5) d
        CROSS JOIN dispatch_attempts a
        WHERE a.account_id = $1 AND a.event_id = d.event_id AND a.connection_id = $2
        ORDER BY a.event_id, a.connection_id, a.number", AttemptRow::COLUMNS);
    ONE_ATTEMPT = formatcp!("SELECT {} FROM dispatch_attempts a
        WHERE a.account_id = $1 AND a.event_id = $2 AND a.connection_id = $3 AND a.number = $4",
        Attempt::COLUMNS);
}

row! {
    /// One attempt to tell somebody of an event.
    #[derive(Clone, Debug)]
    pub struct Attempt {
        /// Counts from 1.
        pub number: u32 = "a.number",
        /// Where it was sent.
        pub url: String = "a.url",
        /// When it began.
        pub started_at: Timestamp = "a.started_at",
        /// How long it took, in microseconds.
        pub duration: i64 = "a.duration",
        /// The HTTP status that came back.
        pub status: Option<i64> = "a.status",
        /// Why none came back, in plain words such as `timeout`.
        pub failure: Option<String> = "a.failure",
        /// The beginning of what came back.
        pub answer: String = "a.answer",
    }
}

row! {
    /// An attempt with what it belongs to.
    struct AttemptRow {
        event: EventId = "a.event_id",
        connection: ConnectionId = "a.connection_id",
        attempt: Attempt,
    }
}

/// An event that is or was owed to a connection, with the attempts to deliver it.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The event.
    pub event: EventId,
    /// What it is about.
    pub resource: EventResource,
    /// What happened.
    pub kind: EventType,
    /// The order it is about, if any.
    pub order: Option<OrderId>,
    /// The request that caused it, as in the journal.
    pub request: Option<String>,
    /// When it happened.
    pub created_at: Timestamp,
    /// Who is told.
    pub connection: ConnectionId,
    /// The name of that client.
    pub client_name: String,
    /// Whether they know.
    pub state: DispatchState,
    /// When it is tried next; none while the callback is passive.
    pub due_at: Option<Timestamp>,
    /// Until when it is held back, because the order is to be prepared then.
    pub fire_at: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
    /// When it was no longer pending.
    pub settled_at: Option<Timestamp>,
    /// Each attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

row! {
    struct DispatchRow {
        event: EventId = "e.id",
        resource: EventResource = "e.resource",
        kind: EventType = "e.kind",
        order: Option<OrderId> = "e.order_id",
        request: Option<String> = "e.request_id",
        created_at: Timestamp = "e.created_at",
        connection: ConnectionId = "d.connection_id",
        client_name: String = "k.name",
        state: DispatchState = "d.state",
        due_at: Option<Timestamp> = "CASE WHEN b.url IS NOT NULL THEN l.due_at END",
        fire_at: Option<Timestamp> = "CASE WHEN l.event_id = d.event_id THEN l.fire_at END",
        tries: u32 = "CASE WHEN l.event_id = d.event_id THEN l.attempts ELSE d.attempts END",
        settled_at: Option<Timestamp> = "d.settled_at",
    }
}

/// The connection of a dispatch `d`, and what waits for it.
const OF_RECEIVER: &str =
    "JOIN connections c ON c.account_id = d.account_id AND c.id = d.connection_id
        JOIN clients k ON k.id = c.client_id
        LEFT JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id
        LEFT JOIN lanes l ON l.account_id = d.account_id AND l.subject_id = d.subject_id
            AND l.connection_id = d.connection_id AND d.state = 'pending'";

/// Begins a question about the dispatches `d` of the event that an order `o` was created, in the order in which
/// the engines make it: all dispatches of the account are not looked through.
pub(crate) const OF_NEW_ORDER: &str = "SELECT 1 FROM events e CROSS JOIN dispatches d
            WHERE e.account_id = o.account_id AND e.order_id = o.id AND e.resource = 'order'
                AND e.kind = 'create' AND d.account_id = e.account_id AND d.event_id = e.id";

impl DispatchRow {
    fn with(self, attempts: Vec<Attempt>) -> Dispatch {
        Dispatch {
            event: self.event,
            resource: self.resource,
            kind: self.kind,
            order: self.order,
            request: self.request,
            created_at: self.created_at,
            connection: self.connection,
            client_name: self.client_name,
            state: self.state,
            due_at: self.due_at,
            fire_at: self.fire_at,
            tries: self.tries,
            settled_at: self.settled_at,
            attempts,
        }
    }
}

/// Who was told of an order's events, and how that went: oldest event first.
pub fn journey(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<Vec<Dispatch>> {
    let dispatches = tx.all(JOURNEY, args![account, order])?;
    let attempts = tx.all(JOURNEY_ATTEMPTS, args![account, order])?;
    Ok(with_attempts(dispatches, attempts))
}

/// Up to `most` events that a connection was owed, before the row (`at`, `id`) of event time and
/// event id, newest first, whatever became of them.
pub fn recent(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    before: (&str, &str),
    most: u32,
) -> db::Result<Vec<Dispatch>> {
    let (at, id) = before;
    let dispatches = tx.all(RECENT, args![account, connection, at, id, most])?;
    let attempts = tx.all(RECENT_ATTEMPTS, args![account, connection, at, id, most])?;
    Ok(with_attempts(dispatches, attempts))
}

/// One attempt to tell a connection of an event.
pub(crate) fn attempt(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    number: u32,
) -> db::Result<Option<Attempt>> {
    tx.first(ONE_ATTEMPT, args![account, event, connection, number])
}

fn with_attempts(dispatches: Vec<DispatchRow>, attempts: Vec<AttemptRow>) -> Vec<Dispatch> {
    let mut by_delivery: BTreeMap<(EventId, ConnectionId), Vec<Attempt>> = BTreeMap::new();
    for row in attempts {
        let of_delivery = by_delivery.entry((row.event, row.connection));
        of_delivery.or_default().push(row.attempt);
    }
    let dispatches = dispatches.into_iter().map(|row| {
        let key = (row.event.clone(), row.connection.clone());
        row.with(by_delivery.remove(&key).unwrap_or_default())
    });
    dispatches.collect()
}

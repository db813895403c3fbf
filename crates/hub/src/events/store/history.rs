//! What became of the attempts to tell somebody, for those who look into it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, EventId, OrderId};

use super::DispatchState;
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

macro_rules! told_columns {
    () => {
        "SELECT e.id, e.resource, e.kind, e.order_id, e.request_id, e.created_at, d.connection_id,
            k.name, d.state, CASE WHEN b.url IS NOT NULL THEN d.due_at END, d.attempts, d.settled_at
        FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        JOIN connections c ON c.account_id = d.account_id AND c.id = d.connection_id
        JOIN clients k ON k.id = c.client_id
        LEFT JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id "
    };
}

statements! {
    JOURNEY = concat!(told_columns!(), "
        WHERE e.account_id = $1 AND e.order_id = $2
        ORDER BY e.turn, e.id, d.connection_id");
    JOURNEY_ATTEMPTS = "SELECT a.event_id, a.connection_id, a.number, a.url, a.started_at,
            a.duration, a.status, a.failure, a.answer
        FROM events e
        JOIN dispatch_attempts a ON a.account_id = e.account_id AND a.event_id = e.id
        WHERE e.account_id = $1 AND e.order_id = $2
        ORDER BY a.event_id, a.connection_id, a.number";
    RECENT = concat!(told_columns!(), "
        WHERE d.account_id = $1 AND d.connection_id = $2
            AND (d.created_at, d.event_id) < ($3, $4)
        ORDER BY d.created_at DESC, d.event_id DESC LIMIT $5");
    /// The attempts of the deliveries that RECENT finds.
    RECENT_ATTEMPTS = "SELECT a.event_id, a.connection_id, a.number, a.url, a.started_at,
            a.duration, a.status, a.failure, a.answer
        FROM (SELECT event_id FROM dispatches
            WHERE account_id = $1 AND connection_id = $2 AND (created_at, event_id) < ($3, $4)
            ORDER BY created_at DESC, event_id DESC LIMIT $5) d
        JOIN dispatch_attempts a ON a.account_id = $1 AND a.event_id = d.event_id
            AND a.connection_id = $2
        ORDER BY a.event_id, a.connection_id, a.number";
    ONE_ATTEMPT = "SELECT event_id, connection_id, number, url, started_at, duration, status,
            failure, answer
        FROM dispatch_attempts
        WHERE account_id = $1 AND event_id = $2 AND connection_id = $3 AND number = $4";
}

/// One attempt to tell somebody of an event.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// Where it was sent.
    pub url: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in microseconds.
    pub duration: i64,
    /// The HTTP status that came back.
    pub status: Option<i64>,
    /// Why none came back, in plain words such as `timeout`.
    pub failure: Option<String>,
    /// The beginning of what came back.
    pub answer: String,
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
    /// How often it was tried.
    pub tries: u32,
    /// When it was no longer pending.
    pub settled_at: Option<Timestamp>,
    /// Each attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

impl FromRow for Dispatch {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let word = |index: usize| row.get::<String>(index);
        Ok(Self {
            event: row.get(0)?,
            resource: EventResource::parse(&word(1)?)
                .ok_or_else(|| db::Error::corrupt(1, "not a resource"))?,
            kind: EventType::parse(&word(2)?)
                .ok_or_else(|| db::Error::corrupt(2, "not an event type"))?,
            order: row.get(3)?,
            request: row.get(4)?,
            created_at: row.get(5)?,
            connection: row.get(6)?,
            client_name: row.get(7)?,
            state: DispatchState::parse(&word(8)?)
                .ok_or_else(|| db::Error::corrupt(8, "not a state"))?,
            due_at: row.get(9)?,
            tries: row.get(10)?,
            settled_at: row.get(11)?,
            attempts: Vec::new(),
        })
    }
}

/// An attempt with what it belongs to.
struct AttemptOfDispatch(EventId, ConnectionId, Attempt);

impl FromRow for AttemptOfDispatch {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let attempt = Attempt {
            number: row.get(2)?,
            url: row.get(3)?,
            started_at: row.get(4)?,
            duration: row.get(5)?,
            status: row.get(6)?,
            failure: row.get(7)?,
            answer: row.get(8)?,
        };
        Ok(Self(row.get(0)?, row.get(1)?, attempt))
    }
}

/// Who was told of an order's events, and how that went: oldest event first.
pub fn journey(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<Vec<Dispatch>> {
    let deliveries = tx.all(JOURNEY, args![account, order])?;
    let attempts = tx.all(JOURNEY_ATTEMPTS, args![account, order])?;
    Ok(with_attempts(deliveries, attempts))
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
    let deliveries = tx.all(RECENT, args![account, connection, at, id, most])?;
    let attempts = tx.all(RECENT_ATTEMPTS, args![account, connection, at, id, most])?;
    Ok(with_attempts(deliveries, attempts))
}

/// One attempt to tell a connection of an event.
pub(crate) fn attempt(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    number: u32,
) -> db::Result<Option<Attempt>> {
    let found: Option<AttemptOfDispatch> =
        tx.first(ONE_ATTEMPT, args![account, event, connection, number])?;
    Ok(found.map(|AttemptOfDispatch(_, _, attempt)| attempt))
}

fn with_attempts(mut deliveries: Vec<Dispatch>, attempts: Vec<AttemptOfDispatch>) -> Vec<Dispatch> {
    let mut by_delivery: BTreeMap<(EventId, ConnectionId), Vec<Attempt>> = BTreeMap::new();
    for AttemptOfDispatch(event, connection, attempt) in attempts {
        by_delivery
            .entry((event, connection))
            .or_default()
            .push(attempt);
    }
    for delivery in &mut deliveries {
        let key = (delivery.event.clone(), delivery.connection.clone());
        delivery.attempts = by_delivery.remove(&key).unwrap_or_default();
    }
    deliveries
}

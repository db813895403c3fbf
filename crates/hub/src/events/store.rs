//! Who is owed which event, and what became of the attempts to tell them.
//!
//! A delivery is *pending* until it is *acknowledged* (by the receiver's answer or by
//! `DELETE /callback/events/:id`), *expired* (given up, or past its retention) or *deleted* (the
//! callback is gone, or somebody in the back office wished so).

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, EventId, OrderId};

use super::envelope::{Receiver, Stored, stored_columns, stored_places};
use crate::db::page::{Cursor, Page, Wanted};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

macro_rules! told_columns {
    () => {
        "SELECT e.id, e.resource, e.kind, e.order_id, e.request_id, e.created_at, d.connection_id,
            k.name, d.state, CASE WHEN b.url IS NOT NULL THEN d.due_at END, d.attempts, d.settled_at
        FROM event_deliveries d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        JOIN connections c ON c.account_id = d.account_id AND c.id = d.connection_id
        JOIN clients k ON k.id = c.client_id
        LEFT JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id "
    };
}

statements! {
    PENDING = concat!("SELECT d.created_at, ", stored_columns!(), "
        FROM event_deliveries d JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id",
        stored_places!(), "
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.state = 'pending'
            AND (d.created_at, d.event_id) > ($3, $4)
        ORDER BY d.created_at, d.event_id LIMIT $5");
    ONE_PENDING = concat!("SELECT ", stored_columns!(), "
        FROM event_deliveries d JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id",
        stored_places!(), "
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3
            AND d.state = 'pending'");
    SETTLE = "UPDATE event_deliveries SET state = $4, settled_at = $5, lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'
        RETURNING subject_id, turn";
    /// What comes next after a settled event of the same subject need not wait any longer.
    RELEASE = "UPDATE event_deliveries SET due_at = $4
        WHERE connection_id = $1 AND subject_id = $2 AND state = 'pending'
            AND turn = (SELECT MIN(e.turn) FROM event_deliveries e
                WHERE e.connection_id = $1 AND e.subject_id = $2 AND e.turn > $3
                    AND e.state = 'pending')
            AND due_at > $4 AND (lease_until IS NULL OR lease_until <= $4)";
    /// A callback with a URL: everything pending is due, but for what is under way.
    ACTIVATE = "UPDATE event_deliveries SET due_at = $3, lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'
            AND due_at > $3 AND (lease_until IS NULL OR lease_until <= $3)";
    DISCARD = "UPDATE event_deliveries SET state = 'deleted', settled_at = $3, lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'";
    COUNT_PENDING = "SELECT connection_id, COUNT(*) FROM event_deliveries
        WHERE account_id = $1 AND state = 'pending' GROUP BY connection_id";
    JOURNEY = concat!(told_columns!(), "
        WHERE e.account_id = $1 AND e.order_id = $2
        ORDER BY e.created_at, LENGTH(e.id), e.id, d.connection_id");
    JOURNEY_ATTEMPTS = "SELECT a.event_id, a.connection_id, a.number, a.url, a.started_at,
            a.duration, a.status, a.failure, a.answer
        FROM events e
        JOIN delivery_attempts a ON a.account_id = e.account_id AND a.event_id = e.id
        WHERE e.account_id = $1 AND e.order_id = $2
        ORDER BY a.event_id, a.connection_id, a.number";
    RECENT = concat!(told_columns!(), "
        WHERE d.account_id = $1 AND d.connection_id = $2
            AND (d.created_at, d.event_id) < ($3, $4)
        ORDER BY d.created_at DESC, d.event_id DESC LIMIT $5");
    /// The attempts of the deliveries that RECENT finds.
    RECENT_ATTEMPTS = "SELECT a.event_id, a.connection_id, a.number, a.url, a.started_at,
            a.duration, a.status, a.failure, a.answer
        FROM (SELECT event_id FROM event_deliveries
            WHERE account_id = $1 AND connection_id = $2 AND (created_at, event_id) < ($3, $4)
            ORDER BY created_at DESC, event_id DESC LIMIT $5) d
        JOIN delivery_attempts a ON a.account_id = $1 AND a.event_id = d.event_id
            AND a.connection_id = $2
        ORDER BY a.event_id, a.connection_id, a.number";
    ONE_ATTEMPT = "SELECT event_id, connection_id, number, url, started_at, duration, status,
            failure, answer
        FROM delivery_attempts
        WHERE account_id = $1 AND event_id = $2 AND connection_id = $3 AND number = $4";
    /// What may be past its retention, with the moment when the last delivery was settled: '9' when
    /// one is pending, null when nobody was to be told.
    OLD = "SELECT e.account_id, e.id, (
            SELECT MAX(CASE WHEN d.state = 'pending' THEN '9' ELSE d.settled_at END)
            FROM event_deliveries d WHERE d.account_id = e.account_id AND d.event_id = e.id)
        FROM events e WHERE e.kept_from < $1 ORDER BY e.kept_from LIMIT $2";
    EXPIRE = "UPDATE event_deliveries SET state = 'expired', settled_at = $3, lease_until = NULL
        WHERE account_id = $1 AND event_id = $2 AND state = 'pending'";
    KEEP_FROM = "UPDATE events SET kept_from = $3 WHERE account_id = $1 AND id = $2";
    FORGET_ATTEMPTS = "DELETE FROM delivery_attempts WHERE account_id = $1 AND event_id = $2";
    FORGET_DELIVERIES = "DELETE FROM event_deliveries WHERE account_id = $1 AND event_id = $2";
    FORGET_EVENT = "DELETE FROM events WHERE account_id = $1 AND id = $2";
}

/// How a delivery ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not told yet.
    Pending,
    /// Told.
    Acknowledged,
    /// Given up.
    Expired,
    /// Not wanted any longer.
    Deleted,
}

impl State {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Acknowledged => "acknowledged",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Acknowledged,
            Self::Expired,
            Self::Deleted,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
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
pub struct Delivery {
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
    pub state: State,
    /// When it is tried next; none while the callback is passive.
    pub due_at: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
    /// When it was no longer pending.
    pub settled_at: Option<Timestamp>,
    /// Each attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

impl FromRow for Delivery {
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
            state: State::parse(&word(8)?).ok_or_else(|| db::Error::corrupt(8, "not a state"))?,
            due_at: row.get(9)?,
            tries: row.get(10)?,
            settled_at: row.get(11)?,
            attempts: Vec::new(),
        })
    }
}

/// An attempt with what it belongs to.
struct Attempted(EventId, ConnectionId, Attempt);

impl FromRow for Attempted {
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

struct Listed(String, Stored);

impl FromRow for Listed {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self(row.get(0)?, Stored::read(row, 1)?))
    }
}

/// What a connection has not acknowledged, oldest first, as JSON without states.
pub(crate) fn pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    to: Receiver<'_>,
    wanted: &Wanted,
) -> db::Result<Page<String>> {
    let after = &wanted.after;
    let rows: Vec<Listed> = tx.all(
        PENDING,
        args![
            account,
            to.connection,
            &after.key,
            &after.id,
            wanted.count + 1
        ],
    )?;
    let mut shown = Vec::with_capacity(rows.len());
    for Listed(key, event) in rows {
        let id = event.id.to_string();
        shown.push((Cursor { key, id }, event.listed(to)?));
    }
    Ok(Page::cut(shown, wanted.count))
}

/// One event that a connection has not acknowledged, whole, as JSON.
pub(crate) fn one_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    to: Receiver<'_>,
    event: &EventId,
) -> db::Result<Option<String>> {
    let found: Option<Stored> = tx.first(ONE_PENDING, args![account, to.connection, event])?;
    found.map(|event| event.full(tx, to)).transpose()
}

/// Ends a pending delivery, and lets those that waited for it go. False when there is none.
fn settle(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    state: State,
) -> db::Result<bool> {
    let now = tx.now();
    let ended: Option<(String, i64)> = tx.first(
        SETTLE,
        args![account, connection, event, state.as_str(), now],
    )?;
    let Some((subject, turn)) = ended else {
        return Ok(false);
    };
    release(tx, connection, &subject, turn)?;
    tx.wake_dispatch();
    Ok(true)
}

/// What waited just behind the event `turn` of a subject is due now.
pub(crate) fn release(
    tx: &mut Tx<'_>,
    connection: &ConnectionId,
    subject: &str,
    turn: i64,
) -> db::Result<()> {
    let now = tx.now();
    tx.write(RELEASE, args![connection, subject, turn, now])
}

/// The connection knows of this event. False when it was not owed it.
pub(crate) fn acknowledge(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    settle(tx, account, connection, event, State::Acknowledged)
}

/// Takes one pending event from a connection's queue, as the back office may wish. False when there
/// is none.
pub fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    settle(tx, account, connection, event, State::Deleted)
}

/// The callback has a URL, perhaps a new one: what is pending is due now.
pub(crate) fn activate(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    let now = tx.now();
    tx.write(ACTIVATE, args![account, connection, now])?;
    tx.wake_dispatch();
    Ok(())
}

/// The callback is gone: nothing is owed any longer.
pub(crate) fn discard(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    let now = tx.now();
    tx.write(DISCARD, args![account, connection, now])
}

/// How many events each connection of an account has not acknowledged; those without are absent.
pub fn count_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<BTreeMap<ConnectionId, i64>> {
    let rows: Vec<(ConnectionId, i64)> = tx.all(COUNT_PENDING, args![account])?;
    Ok(rows.into_iter().collect())
}

/// Who was told of an order's events, and how that went: oldest event first.
pub fn journey(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<Vec<Delivery>> {
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
) -> db::Result<Vec<Delivery>> {
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
    let found: Option<Attempted> =
        tx.first(ONE_ATTEMPT, args![account, event, connection, number])?;
    Ok(found.map(|Attempted(_, _, attempt)| attempt))
}

fn with_attempts(mut deliveries: Vec<Delivery>, attempts: Vec<Attempted>) -> Vec<Delivery> {
    let mut by_delivery: BTreeMap<(EventId, ConnectionId), Vec<Attempt>> = BTreeMap::new();
    for Attempted(event, connection, attempt) in attempts {
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

/// Looks at, at most `most` at a time, events whose retention began before `until`, and says how
/// many there were. What is pending is given up. What was settled later than that is kept until that
/// is long ago too. The rest goes, with its deliveries and attempts.
pub(crate) fn retire(tx: &mut Tx<'_>, until: Timestamp, most: u32) -> db::Result<usize> {
    let (now, until) = (tx.now(), wire::time::stored(until));
    let old: Vec<(AccountId, EventId, Option<String>)> =
        tx.all(OLD, args![until.as_str(), most])?;
    for (account, event, settled) in &old {
        match settled.as_deref() {
            Some(PENDING_STILL) => {
                tx.write(EXPIRE, args![account, event, now])?;
                tx.write(KEEP_FROM, args![account, event, now])?;
            }
            Some(later) if later >= until.as_str() => {
                tx.write(KEEP_FROM, args![account, event, later])?;
            }
            _ => {
                tx.write(FORGET_ATTEMPTS, args![account, event])?;
                tx.write(FORGET_DELIVERIES, args![account, event])?;
                tx.write(FORGET_EVENT, args![account, event])?;
            }
        }
    }
    Ok(old.len())
}

/// Later than every time: how [`OLD`] says that somebody has not been told yet.
const PENDING_STILL: &str = "9";

//! What is due, whose turn it is, and what became of it: the dispatcher's SQL.
//!
//! `due_at` is when to look at a delivery next. A claim moves it to the end of the lease, a failure
//! to the next attempt, and what waits behind a failed one moves with it: so the rows that are due
//! are the rows that can be sent, and a claim need not wade through the others.

use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ClientId, ConnectionId, EventId};

use super::attempt::{Key, Tried};
use super::schedule;
use crate::db::{self, FromRow, Row, Tx};
use crate::events;
use crate::events::envelope::{self, Stored, stored_columns, stored_places};
use crate::{args, statements};

statements! {
    /// The connections that have something due. It hops from connection to connection, so the
    /// number of rows behind each does not matter.
    DUE = "WITH RECURSIVE owed (connection_id) AS (
            SELECT MIN(d.connection_id) FROM event_deliveries d
            WHERE d.state = 'pending' AND d.due_at IS NOT NULL
            UNION ALL
            SELECT (SELECT MIN(d.connection_id) FROM event_deliveries d
                WHERE d.state = 'pending' AND d.due_at IS NOT NULL
                    AND d.connection_id > owed.connection_id)
            FROM owed WHERE owed.connection_id IS NOT NULL
        )
        SELECT c.account_id, c.id FROM owed
        JOIN connections c ON c.id = owed.connection_id AND c.account_id = (
            SELECT d.account_id FROM event_deliveries d
            WHERE d.connection_id = owed.connection_id AND d.state = 'pending'
                AND d.due_at IS NOT NULL
            LIMIT 1)
        WHERE c.blocked_at IS NULL AND c.revoked_at IS NULL
            AND EXISTS (SELECT 1 FROM event_deliveries d
                WHERE d.connection_id = owed.connection_id AND d.state = 'pending'
                    AND d.due_at IS NOT NULL AND d.due_at <= $1)
        ORDER BY c.id";
    /// Takes what is due and whose turn it is. The outer conditions are what a second hub finds
    /// changed when it was slower.
    CLAIM = "UPDATE event_deliveries SET lease_until = $5, due_at = $5
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending' AND due_at <= $3
            AND event_id IN (
                SELECT d.event_id FROM event_deliveries d
                WHERE d.connection_id = $2 AND d.state = 'pending' AND d.due_at IS NOT NULL
                    AND d.due_at <= $3 AND NOT EXISTS (
                        SELECT 1 FROM event_deliveries e
                        WHERE e.connection_id = d.connection_id AND e.subject_id = d.subject_id
                            AND e.turn < d.turn AND e.state = 'pending')
                ORDER BY d.due_at LIMIT $4)
        RETURNING event_id";
    /// What is due but waits behind a failed one that is not due for a while is looked at later.
    PARK_BLOCKED = "UPDATE event_deliveries SET due_at = $3
        WHERE connection_id = $1 AND state = 'pending' AND due_at IS NOT NULL AND due_at <= $2
            AND EXISTS (SELECT 1 FROM event_deliveries e
                WHERE e.connection_id = event_deliveries.connection_id
                    AND e.subject_id = event_deliveries.subject_id
                    AND e.turn < event_deliveries.turn AND e.state = 'pending' AND e.due_at > $3)";
    CLIENT = "SELECT b.url, c.client_id FROM callbacks b
        JOIN connections c ON c.account_id = b.account_id AND c.id = b.connection_id
        WHERE b.account_id = $1 AND b.connection_id = $2 AND b.url IS NOT NULL";
    CLAIMED = concat!("SELECT ", stored_columns!(), ", d.attempts, d.turn
        FROM event_deliveries d JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id",
        stored_places!(), "
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.state = 'pending'
            AND d.due_at IS NOT NULL AND d.due_at = $3");
    ATTEMPTED = "INSERT INTO delivery_attempts (account_id, connection_id, event_id, number, url,
            started_at, duration, status, failure, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    /// Told, or given up.
    OVER = "UPDATE event_deliveries SET state = $4, settled_at = $5, attempts = attempts + 1,
            lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
    /// To be tried again, unless the callback has become passive; the number of attempts tells
    /// whether another worker was faster.
    AGAIN = "UPDATE event_deliveries SET attempts = attempts + 1, lease_until = NULL,
            due_at = CASE WHEN due_at IS NULL THEN NULL ELSE $4 END
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'
            AND attempts = $5";
    /// Later events of the same subject wait as long as the failed one.
    PARK_FOLLOWERS = "UPDATE event_deliveries SET due_at = $4
        WHERE connection_id = $1 AND subject_id = $2 AND turn > $3 AND state = 'pending'
            AND due_at < $4 AND EXISTS (SELECT 1 FROM event_deliveries e
                WHERE e.connection_id = $1 AND e.subject_id = $2 AND e.turn = $3
                    AND e.state = 'pending' AND e.due_at = $4)";
    HAND_BACK = "UPDATE event_deliveries SET due_at = $4, lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'
            AND due_at IS NOT NULL";
}

/// How long what waits behind a failed event is left alone before it is looked at again.
const PARKED: SignedDuration = SignedDuration::from_secs(60);

/// A connection that may be told `room` events.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub room: u32,
}

/// What was claimed for one connection.
pub(super) struct Claim {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub events: Vec<EventId>,
    pub lease: Timestamp,
}

/// A claimed event as it is stored.
pub(super) struct Claimed {
    pub event: Stored,
    pub tries: u32,
    pub turn: i64,
}

impl FromRow for Claimed {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            event: Stored::read(row, 0)?,
            tries: row.get(envelope::COLUMNS)?,
            turn: row.get(envelope::COLUMNS + 1)?,
        })
    }
}

/// The connections that have something due, in the order of their ids.
pub(super) fn due(tx: &mut Tx<'_>) -> db::Result<Vec<(AccountId, ConnectionId)>> {
    let now = tx.now();
    tx.all(DUE, args![now])
}

/// Claims for one connection as much as there is room for.
pub(super) fn claim(tx: &mut Tx<'_>, turn: &Turn, lease: Timestamp) -> db::Result<Claim> {
    let now = tx.now();
    let rows: Vec<(EventId,)> = tx.all(
        CLAIM,
        args![&turn.account, &turn.connection, now, turn.room, lease],
    )?;
    if rows.len() < turn.room as usize {
        tx.write(PARK_BLOCKED, args![&turn.connection, now, now + PARKED])?;
    }
    Ok(Claim {
        account: turn.account.clone(),
        connection: turn.connection.clone(),
        events: rows.into_iter().map(|(event,)| event).collect(),
        lease,
    })
}

/// Where a connection is told, and by the secret of which client it is signed. None when the
/// callback has gone or has become passive.
pub(super) fn endpoint(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<Option<(String, ClientId)>> {
    tx.first(CLIENT, args![&claim.account, &claim.connection])
}

/// What was claimed, with the events.
pub(super) fn claimed(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<Vec<Claimed>> {
    let mut rows: Vec<Claimed> = tx.all(
        CLAIMED,
        args![&claim.account, &claim.connection, claim.lease],
    )?;
    // Others of this connection may be under way with a lease of the same end.
    rows.retain(|row| claim.events.contains(&row.event.id));
    Ok(rows)
}

/// Writes down what became of an attempt: the attempt itself, and what follows from it.
pub(super) fn settle(tx: &mut Tx<'_>, tried: &Tried, waits: &[u32]) -> db::Result<()> {
    let (now, outcome) = (tx.now(), &tried.outcome);
    let Key {
        account,
        connection,
        event,
    } = &tried.key;
    let status = outcome.status.ok().map(i64::from);
    let failure = outcome.status.err().map(|failure| failure.as_str());
    let duration = i64::try_from(outcome.duration.as_micros()).unwrap_or(i64::MAX);
    tx.write(
        ATTEMPTED,
        args![
            account,
            connection,
            event,
            tried.number,
            &*tried.url,
            tried.started_at,
            duration,
            status,
            failure,
            outcome.answer.as_str()
        ],
    )?;
    let next = schedule::next(waits, tried.number, now);
    let (subject, turn) = (tried.subject.as_str(), tried.turn);
    match next.filter(|_| !outcome.acknowledges()) {
        Some(next) => {
            let before = i64::from(tried.number) - 1;
            tx.write(AGAIN, args![account, connection, event, next, before])?;
            tx.write(PARK_FOLLOWERS, args![connection, subject, turn, next])
        }
        None => {
            let acknowledged = outcome.acknowledges();
            let state = if acknowledged {
                "acknowledged"
            } else {
                "expired"
            };
            tx.write(OVER, args![account, connection, event, state, now])?;
            events::store::release(tx, connection, subject, turn)
        }
    }
}

/// Gives up a claim: it is due again at once.
pub(super) fn hand_back(tx: &mut Tx<'_>, key: &Key) -> db::Result<()> {
    let now = tx.now();
    tx.write(
        HAND_BACK,
        args![&key.account, &key.connection, &key.event, now],
    )
}

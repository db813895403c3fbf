//! How sending to one connection goes, as far as the database knows: so it is true for all hubs that send.

use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ConnectionId};

use crate::db::{self, Tx};
use crate::{args, statements};

/// Lanes that are looked at.
const MAX_LANES: u32 = 100;

/// How long something is due at least when nobody seems to send it.
const OVERDUE_AFTER: SignedDuration = SignedDuration::from_secs(10);

statements! {
    /// What is due later waits for another attempt, or is in flight.
    LATER = "SELECT COUNT(*) FILTER (WHERE f.lease_until IS NULL),
            COUNT(*) FILTER (WHERE f.lease_until IS NOT NULL),
            MIN(CASE WHEN f.lease_until IS NULL THEN f.due_at END)
        FROM (SELECT l.due_at, l.lease_until FROM lanes l
            WHERE l.connection_id = $1 AND l.due_at > $2 AND COALESCE(l.account_id, '') = $3
                AND l.fire_at IS NULL
            ORDER BY l.connection_id, l.due_at LIMIT $4) f";
    FIRST_DUE = "SELECT l.due_at FROM lanes l
        WHERE l.connection_id = $1 AND l.due_at <= $2 AND COALESCE(l.account_id, '') = $3
        ORDER BY l.connection_id, l.due_at LIMIT 1";
}

/// How sending goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiverState {
    /// Nothing waits for another attempt.
    Normal,
    /// Some events wait for another attempt.
    Slowed {
        /// How many, up to a bound.
        waiting: u32,
        /// When the first of them is sent again.
        next_at: Timestamp,
    },
    /// Events wait, and none is in flight: only a probe is sent now and then.
    Paused {
        /// When the next event is due that has failed before.
        next_at: Timestamp,
    },
}

/// How sending to a connection goes.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<ReceiverState> {
    let now = tx.now();
    let later: Option<(u32, u32, Option<Timestamp>)> =
        tx.first(LATER, args![connection, now, account, MAX_LANES])?;
    let Some((waiting, in_flight, Some(next_at))) = later else {
        return Ok(ReceiverState::Normal);
    };
    let due: Option<(Timestamp,)> = tx.first(FIRST_DUE, args![connection, now, account])?;
    let is_overdue = due.is_some_and(|(since,)| now.duration_since(since) > OVERDUE_AFTER);
    Ok(match is_overdue && in_flight == 0 {
        true => ReceiverState::Paused { next_at },
        false => ReceiverState::Slowed { waiting, next_at },
    })
}

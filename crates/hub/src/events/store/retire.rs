//! What becomes of events when they have been kept for long enough.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ConnectionId, EventId};

use super::{DispatchState, settle};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    /// What may be past its retention.
    OLD = formatcp!("SELECT {} FROM events e WHERE e.kept_from < $1
        ORDER BY e.kept_from LIMIT $2", OldEvent::COLUMNS);
    RECEIVERS = "SELECT connection_id FROM dispatches
        WHERE account_id = $1 AND event_id = $2 AND state = 'pending' ORDER BY connection_id";
    KEEP_FROM = "UPDATE events SET kept_from = $3 WHERE account_id = $1 AND id = $2";
    DELETE_ATTEMPTS = "DELETE FROM dispatch_attempts WHERE account_id = $1 AND event_id = $2";
    DELETE_DISPATCHES = "DELETE FROM dispatches WHERE account_id = $1 AND event_id = $2";
    DELETE_EVENT = "DELETE FROM events WHERE account_id = $1 AND id = $2";
}

row! {
    struct OldEvent {
        account: AccountId = "e.account_id",
        event: EventId = "e.id",
        created_at: Timestamp = "e.created_at",
        /// Until when the order was held back, or will be.
        fires_at: Option<Timestamp> = "(SELECT o.fires_at FROM orders o
            WHERE o.account_id = e.account_id AND o.id = e.order_id)",
        /// When the last dispatch was settled: '9' when one is pending, none when nobody was to be
        /// told.
        settled: Option<String> = "(
            SELECT MAX(CASE WHEN d.state = 'pending' THEN '9' ELSE d.settled_at END)
            FROM dispatches d WHERE d.account_id = e.account_id AND d.event_id = e.id)",
    }
}

impl OldEvent {
    /// What is held back waits for nobody until then.
    fn pending_since(&self) -> Timestamp {
        self.fires_at
            .map_or(self.created_at, |at| at.max(self.created_at))
    }
}

/// How long it takes until what is still pending, but not for long enough to be given up, is looked
/// at again.
const POSTPONED: SignedDuration = SignedDuration::from_hours(1);

/// Looks at, at most `most` at a time, events whose retention began before `until`, and says how
/// many there were. What is pending since before `pending_until` is given up; what is pending for
/// less long is kept. What was settled later than `until` is kept until that is long ago too. The rest
/// goes, with its dispatches and attempts.
pub(crate) fn retire(
    tx: &mut Tx<'_>,
    until: Timestamp,
    pending_until: Timestamp,
    most: u32,
) -> db::Result<usize> {
    let (now, postponed) = (tx.now(), until + POSTPONED);
    let until = wire::time::stored(until);
    let old: Vec<OldEvent> = tx.all(OLD, args![until.as_str(), most])?;
    for old in &old {
        let (account, event) = (&old.account, &old.event);
        match old.settled.as_deref() {
            Some(PENDING_STILL) if old.pending_since() >= pending_until => {
                tx.write(KEEP_FROM, args![account, event, postponed])?;
            }
            Some(PENDING_STILL) => {
                let receivers: Vec<(ConnectionId,)> = tx.all(RECEIVERS, args![account, event])?;
                for (connection,) in &receivers {
                    settle(tx, account, connection, event, DispatchState::Expired)?;
                }
                tx.write(KEEP_FROM, args![account, event, now])?;
            }
            Some(later) if later >= until.as_str() => {
                tx.write(KEEP_FROM, args![account, event, later])?;
            }
            _ => {
                tx.write(DELETE_ATTEMPTS, args![account, event])?;
                tx.write(DELETE_DISPATCHES, args![account, event])?;
                tx.write(DELETE_EVENT, args![account, event])?;
            }
        }
    }
    Ok(old.len())
}

/// Later than every time: how [`OLD`] says that somebody has not been told yet.
const PENDING_STILL: &str = "9";

//! What waits, waits for its time and no longer: until when is a time of day, and the clock may have
//! gone back since it was written down.
//!
//! How long a dispatch may wait follows from what it waits for: the lease of a worker, the next
//! attempt after so many, or nothing but its turn. Whatever would wait longer is pulled back to that.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::ConnectionId;

use super::schedule;
use super::store::WAITING;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::{args, statements};

statements! {
    /// The connections that have something due after $1.
    AHEAD = formatcp!("{WAITING} SELECT waiting.connection_id FROM waiting
        WHERE waiting.connection_id IS NOT NULL
            AND (SELECT l.due_at FROM lanes l
                WHERE l.connection_id = waiting.connection_id AND l.due_at IS NOT NULL
                ORDER BY l.connection_id DESC, l.due_at DESC LIMIT 1) > $1
        ORDER BY waiting.connection_id");
    /// What a worker holds until after $2 is held until then.
    SHORTEN_LEASES = "UPDATE lanes SET due_at = $2, lease_until = $2
        WHERE connection_id = $1 AND due_at > $2 AND lease_until IS NOT NULL";
    /// What was tried so often, by what counts, is due at $2.
    SHORTEN_WAITS = "UPDATE lanes SET due_at = $2
        WHERE connection_id = $1 AND due_at > $2
            AND lease_until IS NULL AND attempts - uncounted BETWEEN $3 AND $4";
}

/// Connections per change.
const CONNECTIONS: usize = 64;

/// Shortens the waits of connections that have something due after `after`.
pub(super) async fn shorten(hub: &Hub, after: Timestamp) -> db::Result<()> {
    let look = move |tx: &mut Tx<'_>| tx.all(AHEAD, args![after]);
    let ahead: Vec<(ConnectionId,)> = hub.read("dispatch.ahead", look).await?;
    for some in ahead.chunks(CONNECTIONS) {
        let (hub, some) = (hub.clone(), some.to_vec());
        let inside = hub.clone();
        hub.write("dispatch.shorten_waits", move |tx| {
            some.iter()
                .try_for_each(|(connection,)| of_connection(tx, &inside, connection))
        })
        .await?;
    }
    Ok(())
}

/// The longest time for which anything waits by the settings.
pub(super) fn longest(hub: &Hub) -> SignedDuration {
    let waits = hub.config().events.retry_seconds.iter().copied();
    let longest = SignedDuration::from_secs(waits.max().unwrap_or_default().into());
    longest.max(schedule::held_for(hub.outbound().deadline()))
}

fn of_connection(tx: &mut Tx<'_>, hub: &Hub, connection: &ConnectionId) -> db::Result<()> {
    let now = tx.now();
    let lease = schedule::lease(hub.outbound().deadline(), now);
    tx.write(SHORTEN_LEASES, args![connection, lease])?;
    // What was not tried yet, or waits for its turn, is looked at now; and what was tried more often
    // than the settings know, since they were others then.
    let waits = &hub.config().events.retry_seconds;
    let last = i64::try_from(waits.len()).unwrap_or(i64::MAX);
    tx.write(SHORTEN_WAITS, args![connection, now, i64::MIN, 0_i64])?;
    tx.write(SHORTEN_WAITS, args![connection, now, last + 1, i64::MAX])?;
    for (tries, wait) in (1_i64..).zip(waits) {
        let due_at = now + SignedDuration::from_secs(i64::from(*wait));
        tx.write(SHORTEN_WAITS, args![connection, due_at, tries, tries])?;
    }
    Ok(())
}

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
    let events = &hub.config().events;
    let tries = 1..=schedule::most_attempts(events);
    let longest = tries
        .map(|tries| schedule::longest_wait(events, tries))
        .max();
    let held = schedule::held_for(hub.outbound().deadline());
    longest.unwrap_or_default().max(held)
}

fn of_connection(tx: &mut Tx<'_>, hub: &Hub, connection: &ConnectionId) -> db::Result<()> {
    let now = tx.now();
    let lease = schedule::lease(hub.outbound().deadline(), now);
    tx.write(SHORTEN_LEASES, args![connection, lease])?;
    // What was not tried yet is looked at now; and what was tried more often than the settings know, since
    // they were others then.
    let events = &hub.config().events;
    let last = schedule::most_attempts(events);
    let beyond = i64::try_from(last + 1).unwrap_or(i64::MAX);
    tx.write(SHORTEN_WAITS, args![connection, now, i64::MIN, 0_i64])?;
    tx.write(SHORTEN_WAITS, args![connection, now, beyond, i64::MAX])?;
    for tries in 1..=last {
        let due_at = now + schedule::longest_wait(events, tries);
        let tries = i64::try_from(tries).unwrap_or(i64::MAX);
        tx.write(SHORTEN_WAITS, args![connection, due_at, tries, tries])?;
    }
    Ok(())
}

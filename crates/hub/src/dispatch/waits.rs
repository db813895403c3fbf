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
    /// The connections that have something due after $1, but for what is held back until a time of its own.
    AHEAD = formatcp!("{WAITING} SELECT waiting.connection_id FROM waiting
        WHERE waiting.connection_id IS NOT NULL
            AND (SELECT l.due_at FROM lanes l
                WHERE l.connection_id = waiting.connection_id AND l.due_at IS NOT NULL
                    AND l.fire_at IS NULL
                ORDER BY l.connection_id DESC, l.due_at DESC LIMIT 1) > $1
        ORDER BY waiting.connection_id");
    /// What a worker holds until after $2 is held until then.
    SHORTEN_LEASES = "UPDATE lanes SET due_at = $2, lease_until = $2
        WHERE connection_id = $1 AND due_at > $2 AND lease_until IS NOT NULL";
    /// What was tried so often, by what counts, is due at $2.
    SHORTEN_WAITS = "UPDATE lanes SET due_at = $2
        WHERE connection_id = $1 AND due_at > $2
            AND lease_until IS NULL AND fire_at IS NULL
            AND attempts - uncounted BETWEEN $3 AND $4";
    /// The waits of a connection that has something due after $2, if they are not those of the settings.
    OWN_WAITS = "SELECT c.retry_seconds FROM lanes l
        JOIN connections c ON c.account_id = l.account_id AND c.id = l.connection_id
        WHERE l.connection_id = $1 AND l.due_at > $2 ORDER BY l.connection_id, l.due_at LIMIT 1";
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
    let waits = schedule::longest_waits(&hub.config().events, None);
    let longest = waits.into_iter().max();
    let held = schedule::held_for(hub.outbound().deadline());
    longest.unwrap_or_default().max(held)
}

fn of_connection(tx: &mut Tx<'_>, hub: &Hub, connection: &ConnectionId) -> db::Result<()> {
    let now = tx.now();
    let lease = schedule::lease(hub.outbound().deadline(), now);
    tx.write(SHORTEN_LEASES, args![connection, lease])?;
    // What was not tried yet is looked at now; and what was tried more often than the settings know, since
    // they were others then.
    let own: Option<(Option<String>,)> = tx.first(OWN_WAITS, args![connection, now])?;
    let own = own.and_then(|(waits,)| waits);
    let own = own.as_deref().map(schedule::parse_waits);
    let waits = schedule::longest_waits(&hub.config().events, own.as_deref());
    let beyond = i64::try_from(waits.len() + 1).unwrap_or(i64::MAX);
    tx.write(SHORTEN_WAITS, args![connection, now, i64::MIN, 0_i64])?;
    tx.write(SHORTEN_WAITS, args![connection, now, beyond, i64::MAX])?;
    for (tries, longest) in (1_i64..).zip(waits) {
        let due_at = now + longest;
        tx.write(SHORTEN_WAITS, args![connection, due_at, tries, tries])?;
    }
    Ok(())
}

//! What is past its retention goes, a little at a time so that nobody waits.

use jiff::{SignedDuration, Timestamp};

use crate::db::{self, Tx};
use crate::events::store as events;
use crate::http::{idempotency, limits};
use crate::hub::Hub;
use crate::oauth::codes;
use crate::office::session::store as sessions;
use crate::orders::recent_refs;
use crate::users::invitations;

/// Events and keys per round: an event costs three deletions, during which orders wait.
const FEW: u32 = 200;

/// Rounds of either at a time.
const ROUNDS: u32 = 50;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let until = before(hub, hub.config().journal.retention_days);
    hub.journal().forget(until).await?;
    hub.write("chores.forget.ended", |tx| -> db::Result<()> {
        codes::forget(tx)?;
        sessions::forget(tx)?;
        invitations::forget(tx)?;
        limits::forget(tx)
    })
    .await?;
    let now = hub.clock().now();
    let events_until = before(hub, hub.config().events.retention_days);
    again(
        hub,
        "chores.forget.keys",
        idempotency::forget,
        now - idempotency::KEPT,
    )
    .await?;
    again(hub, "chores.forget.refs", recent_refs::forget, now).await?;
    again(hub, "chores.forget.events", events::retire, events_until).await
}

/// A round of something that is older than a moment; says how much there was.
type Round = fn(&mut Tx<'_>, Timestamp, u32) -> db::Result<usize>;

/// Goes on as long as there is a full round to do, but not for ever: the other chores wait.
async fn again(hub: &Hub, name: &'static str, round: Round, until: Timestamp) -> db::Result<()> {
    for _ in 0..ROUNDS {
        let done: db::Result<usize> = hub.write(name, move |tx| round(tx, until, FEW)).await;
        if done? < FEW as usize {
            break;
        }
    }
    Ok(())
}

fn before(hub: &Hub, days: u32) -> Timestamp {
    hub.clock().now() - SignedDuration::from_hours(24 * i64::from(days))
}

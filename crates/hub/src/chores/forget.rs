//! What is past its retention goes, a little at a time so that nobody waits.

use jiff::{SignedDuration, Timestamp};

use crate::db::{self, Tx};
use crate::events::store as events;
use crate::http::limits;
use crate::hub::Hub;
use crate::oauth::codes;
use crate::office::session::store as sessions;
use crate::users::invitations;

/// Events per round: each costs three deletions, during which orders wait.
const FEW: u32 = 200;

/// Rounds of events at a time.
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
    let until = before(hub, hub.config().events.retention_days);
    // As long as there is a full round to do, but not for ever: the other chores wait.
    for _ in 0..ROUNDS {
        let retire = move |tx: &mut Tx<'_>| events::retire(tx, until, FEW);
        let done: db::Result<usize> = hub.write("chores.forget.events", retire).await;
        if done? < FEW as usize {
            break;
        }
    }
    Ok(())
}

fn before(hub: &Hub, days: u32) -> Timestamp {
    hub.clock().now() - SignedDuration::from_hours(24 * i64::from(days))
}

//! What is past its retention goes, a little at a time so that nobody waits.

use jiff::{SignedDuration, Timestamp};

use crate::db;
use crate::hub::Hub;
use crate::journal;
use crate::oauth::codes;
use crate::office::session::store as sessions;

/// Rows per round.
const MOST: u32 = 1_000;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let journal_until = before(hub, hub.config().journal.retention_days);
    let _gone = hub
        .journal()
        .db()
        .write("chores.forget.requests", move |tx| {
            journal::store::forget(tx, journal_until, MOST)
        })
        .await?;
    let _gone = hub.write("chores.forget.codes", codes::forget).await?;
    let _gone = hub
        .write("chores.forget.sessions", sessions::forget)
        .await?;
    Ok(())
}

fn before(hub: &Hub, days: u32) -> Timestamp {
    hub.clock().now() - SignedDuration::from_hours(24 * i64::from(days))
}

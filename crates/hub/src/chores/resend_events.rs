//! Jobs that send many events again: each in turn, a part at a time.

use crate::db;
use crate::events::resend_jobs;
use crate::hub::Hub;

/// Parts of jobs per round; the rest comes with the next.
const MAX_PARTS: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    for _ in 0..MAX_PARTS {
        if !hub
            .read("chores.resend_events.due", resend_jobs::has_due)
            .await?
            || !hub.write("chores.resend_events", resend_jobs::work).await?
        {
            break;
        }
    }
    Ok(())
}

//! What changes of callbacks mean for all that waits, a part at a time: orders come between.

use crate::db;
use crate::events::store::lane_jobs;
use crate::hub::Hub;

/// Connections per look.
const MAX_CONNECTIONS: u32 = 100;

/// Parts per round, so that the hub says often that it is at work; the rest comes with the next.
const MAX_PARTS: usize = 1_000;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let mut parts = 0;
    while parts < MAX_PARTS {
        let look = |tx: &mut db::Tx<'_>| lane_jobs::due(tx, MAX_CONNECTIONS);
        let due = hub.read("chores.update_lanes.due", look).await?;
        if due.is_empty() {
            break;
        }
        parts += due.len();
        // One that fails does not keep the others waiting.
        let mut ended = Ok(());
        for (account, connection) in due {
            let work = move |tx: &mut db::Tx<'_>| lane_jobs::work(tx, &account, &connection);
            let done = hub.db().write_alone("chores.update_lanes", work).await;
            ended = ended.and(done);
        }
        ended?;
    }
    Ok(())
}

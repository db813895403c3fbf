//! Locations whose order acceptance was paused or busy until a moment that has come: back to normal,
//! and everybody is told. No client did it, so no client is left out. People have set the moment to a
//! time of day, so the time of day decides, once it has stood for a minute.

use crate::db;
use crate::hub::Hub;
use crate::locations::store;

/// Locations per round; the rest comes with the next.
const MAX_LOCATIONS_PER_ROUND: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    if !hub.clock().is_settled() {
        return Ok(());
    }
    let due = hub
        .read("chores.resume_orders.due", |tx| {
            let now = tx.now();
            store::due(tx, now, MAX_LOCATIONS_PER_ROUND)
        })
        .await?;
    for (account, location) in due {
        hub.write("chores.resume_orders", move |tx| {
            let Some(stored) = store::lock(tx, &account, &location)? else {
                return Ok(());
            };
            store::settle_due(tx, stored).map(drop)
        })
        .await?;
    }
    Ok(())
}

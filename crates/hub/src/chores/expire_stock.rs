//! Stock of zero until a moment that has come: the entries go, and everybody is told, in one event
//! for each location. People have set the moment to a time of day, so the time of day decides, once
//! it has stood for a minute.

use crate::db;
use crate::hub::Hub;
use crate::inventories::{changes, store};

/// Locations per round; the rest comes with the next.
const MAX_LOCATIONS_PER_ROUND: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    if !hub.clock().is_settled() {
        return Ok(());
    }
    let due = hub
        .read("chores.expire_stock.due", |tx| {
            let now = tx.now();
            store::due(tx, now, MAX_LOCATIONS_PER_ROUND)
        })
        .await?;
    for (account, location) in due {
        hub.write("chores.expire_stock", move |tx| {
            changes::settle_due(tx, &account, &location)
        })
        .await?;
    }
    Ok(())
}

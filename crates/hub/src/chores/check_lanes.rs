//! Events that became pending just while a callback got its URL: the change that made them may have taken
//! it for one that has none, and then nobody sends them.

use crate::db;
use crate::events::store::lanes;
use crate::hub::Hub;

/// Callbacks per round; the rest comes with the next.
const MAX_CALLBACKS: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let callbacks = hub
        .read("chores.check_lanes.due", |tx| {
            lanes::to_check(tx, MAX_CALLBACKS)
        })
        .await?;
    for (account, connection) in callbacks {
        hub.write("chores.check_lanes", move |tx| {
            lanes::check(tx, &account, &connection)
        })
        .await?;
    }
    Ok(())
}

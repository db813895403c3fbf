//! What was heard of connections is written down, many with one statement.

use crate::db;
use crate::hub::Hub;
use crate::presence;

/// Connections of one transaction.
const MAX_CONNECTIONS: usize = 200;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let now = hub.clock().now();
    let updates = hub.presence().updates(now);
    for some in updates.chunks(MAX_CONNECTIONS) {
        let written = some.to_vec();
        hub.write("chores.write_presence", move |tx| -> db::Result<()> {
            presence::write(tx, &written)
        })
        .await?;
        hub.presence().confirm(some, now);
    }
    Ok(())
}

//! Images that no catalog has used for 30 days go, and files that no image names any longer, or never
//! did: first the row, then the file. Not while the clock is doubted.

use crate::catalogs::images::store;
use crate::db;
use crate::hub::Hub;

/// Images and files per round; the rest comes with the next.
const MAX_IMAGES_PER_ROUND: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    if !hub.clock().is_trusted() {
        return Ok(());
    }
    let due = hub
        .read("chores.remove_images.due", |tx| {
            let until = tx.earliest();
            store::due(tx, until, MAX_IMAGES_PER_ROUND)
        })
        .await?;
    if !due.is_empty() {
        hub.write("chores.remove_images", move |tx| {
            due.iter().try_for_each(|key| store::remove_due(tx, key))
        })
        .await?;
    }
    let leftovers = hub
        .read("chores.remove_images.leftovers", |tx| {
            let until = tx.earliest();
            store::leftovers(tx, until, MAX_IMAGES_PER_ROUND)
        })
        .await?;
    for (account, file) in leftovers {
        let removed = hub.blobs().remove(&file).await;
        if let Err(error) = &removed {
            tracing::warn!(%error, "deleting image file failed");
        }
        let is_gone = removed.is_ok();
        hub.write("chores.remove_images.forget", move |tx| {
            if is_gone {
                store::delete_orphan(tx, &account, &file)
            } else {
                store::postpone_leftover(tx, &account, &file)
            }
        })
        .await?;
    }
    Ok(())
}

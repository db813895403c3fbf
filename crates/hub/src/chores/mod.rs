//! What must be done from time to time: one file per chore, one line each in the list below.
//!
//! A chore is safe to run at any moment and on several hubs at once; a crash in the middle of it
//! costs nothing but a repetition.

mod erase;
mod expire_stock;
mod forget;
mod remove_images;
mod resume_orders;

use std::convert::Infallible;
use std::time::Duration;

use crate::db;
use crate::http::limits;
use crate::hub::Hub;
use crate::supervisor::Heartbeat;

/// How often the chores are looked at.
const EVERY: Duration = Duration::from_secs(5);

/// Runs every chore that is due, once. Tests call it with the clock where they want it.
pub async fn run_due(hub: &Hub) -> db::Result<()> {
    // One that fails does not keep the others from their work.
    let resumed = resume_orders::run(hub).await;
    let erased = erase::run(hub).await;
    let settled = limits::settle(hub).await;
    let expired = expire_stock::run(hub).await;
    let removed = remove_images::run(hub).await;
    let forgotten = forget::run(hub).await;
    resumed
        .and(erased)
        .and(settled)
        .and(expired)
        .and(removed)
        .and(forgotten)
}

/// Runs the chores for as long as the hub runs.
pub(crate) async fn run(hub: Hub, heartbeat: Heartbeat) -> Result<(), Infallible> {
    loop {
        heartbeat.beat();
        if let Err(error) = run_due(&hub).await {
            tracing::warn!(%error, "a chore failed and will be tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

//! Regular background jobs: one file per chore, and one line for it in `run_due`.
//!
//! A chore is safe to run at any moment and on several hubs at once; a crash in the middle of it
//! costs nothing but a repetition.

mod compare_clocks;
mod erase;
mod expire_stock;
mod gather_statistics;
mod look_for_alarms;
mod remove_images;
mod resend_events;
mod resume_orders;
mod retention;
mod shorten_waits;
mod tell_alarms;
mod update_lanes;
mod write_presence;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::db;
use crate::hub::Hub;
use crate::rate_limits;
use crate::supervisor::Heartbeat;

pub use compare_clocks::{ALL as COMPARE_CLOCKS, run as compare_clocks};

/// How often the chores are looked at.
const EVERY: Duration = Duration::from_secs(5);

/// How often jobs of lanes are looked for: what waits is on its way meanwhile.
const LANE_JOBS_EVERY: Duration = Duration::from_secs(1);

/// Runs every chore that is due, once, and tells what is due. Tests call it with the clock where they want it.
pub async fn run_due(hub: &Hub) -> db::Result<()> {
    let ended = [
        run_guarded("update_lanes", update_lanes::run(hub)).await,
        run_regular(hub).await,
        run_guarded("tell_alarms", tell_alarms::run(hub)).await,
    ];
    ended.into_iter().collect()
}

async fn run_regular(hub: &Hub) -> db::Result<()> {
    let ended = [
        run_guarded("gather_statistics", gather_statistics::run(hub)).await,
        run_guarded("resume_orders", resume_orders::run(hub)).await,
        run_guarded("erase", erase::run(hub)).await,
        run_guarded("settle_limits", rate_limits::settle(hub.limits(), hub.db())).await,
        run_guarded("expire_stock", expire_stock::run(hub)).await,
        run_guarded("resend_events", resend_events::run(hub)).await,
        run_guarded("shorten_waits", shorten_waits::run(hub)).await,
        run_guarded("write_presence", write_presence::run(hub)).await,
        run_guarded("look_for_alarms", look_for_alarms::run(hub)).await,
        run_guarded("remove_images", remove_images::run(hub)).await,
        run_guarded("forget", retention::run(hub)).await,
    ];
    ended.into_iter().collect()
}

/// Runs one chore. Should it fail or panic, that does not keep the others from their work.
async fn run_guarded(
    chore: &'static str,
    run: impl Future<Output = db::Result<()>>,
) -> db::Result<()> {
    let ended = AssertUnwindSafe(run).catch_unwind().await;
    let ended = ended.unwrap_or(Err(db::Error::Panicked(chore)));
    if let Err(error) = &ended {
        tracing::warn!(chore, %error, "chore failed, will be retried");
    }
    ended
}

/// Runs the chores for as long as the hub runs.
pub(crate) async fn run(hub: Hub, heartbeat: Heartbeat) -> Result<(), Infallible> {
    loop {
        heartbeat.beat();
        let _logged = run_guarded("compare_clocks", compare_clocks(&hub)).await;
        let _logged = run_regular(&hub).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Tells of alarms for as long as the hub runs: beside the chores, which do not wait for the servers of others.
pub(crate) async fn run_notices(hub: Hub, heartbeat: Heartbeat) -> Result<(), Infallible> {
    loop {
        heartbeat.beat();
        let _logged = run_guarded("tell_alarms", tell_alarms::run(&hub)).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Does what changes of callbacks have left to be done for as long as the hub runs: beside the chores, which do
/// not wait until a million events have their lanes.
pub(crate) async fn run_lane_jobs(hub: Hub, heartbeat: Heartbeat) -> Result<(), Infallible> {
    loop {
        heartbeat.beat();
        let _logged = run_guarded("update_lanes", update_lanes::run(&hub)).await;
        tokio::time::sleep(LANE_JOBS_EVERY).await;
    }
}

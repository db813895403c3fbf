//! The dispatcher: POSTs each event to everybody who is owed it (API, chapter Callbacks and
//! events).
//!
//! - What is owed stands in the database, so nothing is forgotten: a lost worker's callbacks are
//!   taken over when their lease ends.
//! - Events of one subject reach a receiver in their order: a later one waits until the earlier is
//!   acknowledged or given up. Everything else of the receiver goes on.
//! - Each connection has a small window of callbacks in flight, and one that only fails is merely
//!   probed: a dead endpoint costs the others nothing (`receivers`). When it answers again, what waits for
//!   another attempt goes at once.
//! - What waits, waits by what has passed, not by the time of day: when the clock goes back, so does
//!   until when it waits (`waits`).
//! - No transaction is open while a callback is under way, so a receiver may call the API before it
//!   answers.
//! - Several hubs may dispatch from one database.

mod attempt;
pub(crate) mod backlog;
mod load;
mod log;
mod outcomes;
pub mod receiver_state;
mod receivers;
mod schedule;
mod signing;
pub mod store;
mod waits;
mod worker;

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};

use std::time::Duration;

use tokio::sync::{Mutex as Gate, watch};

use crate::db;
use crate::hub::Hub;
use crate::supervisor::Heartbeat;
use worker::Worker;

pub use backlog::ALL as BACKLOG;
pub use outcomes::ALL as OUTCOMES;
pub(crate) use signing::SIGNATURE;
pub use store::ALL as STATEMENTS;
pub use waits::ALL as WAITS;

/// How often work is looked for when nothing rings: retries, lost leases.
const POLL: Duration = Duration::from_secs(1);

/// How long outcomes are gathered before they are written down together.
const GATHER: Duration = Duration::from_millis(2);

/// How long callbacks under way are waited for when the hub stops.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// Sends everything that is due by the hub's clock, and returns when nothing is due or in flight. For
/// tests, which move the clock.
pub async fn run_due(hub: &Hub) -> db::Result<()> {
    ManualDispatcher::new(hub).run_due().await
}

/// A dispatcher that remembers its receivers between one [`run_due`](Self::run_due) and the next. For
/// tests, which move the clock.
pub struct ManualDispatcher {
    worker: Worker,
}

impl std::fmt::Debug for ManualDispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManualDispatcher").finish_non_exhaustive()
    }
}

impl ManualDispatcher {
    /// A dispatcher that knows nothing of any receiver yet.
    pub fn new(hub: &Hub) -> Self {
        Self {
            worker: Worker::new(hub.clone()),
        }
    }

    /// Sends everything that is due by the hub's clock, and returns when nothing is due or in flight.
    pub async fn run_due(&mut self) -> db::Result<()> {
        loop {
            if !self.worker.round().await? && !self.worker.wait().await {
                return Ok(());
            }
        }
    }
}

/// Has nothing wait for longer than anything waits by the settings.
pub(crate) async fn shorten_waits(hub: &Hub) -> db::Result<()> {
    waits::shorten(hub, hub.clock().now() + waits::longest(hub)).await
}

/// The dispatcher of a hub that runs. It outlives a panic: what is under way then goes on.
pub(crate) struct Dispatcher {
    hub: Hub,
    worker: Gate<Worker>,
    /// The worker has begun, and not ended a round yet.
    is_suspect: AtomicBool,
}

impl Dispatcher {
    pub(crate) fn new(hub: Hub) -> Self {
        Self {
            worker: Gate::new(Worker::new(hub.clone())),
            hub,
            is_suspect: AtomicBool::new(false),
        }
    }

    /// Delivers what is due until `stop` says true; then waits a moment for what is under way, and
    /// hands back the rest.
    pub(crate) async fn run(
        &self,
        mut stop: watch::Receiver<bool>,
        heartbeat: Heartbeat,
    ) -> Result<(), Infallible> {
        let mut worker = self.worker.lock().await;
        if self.is_suspect.swap(true, Ordering::Relaxed) {
            // It panicked twice without getting anything done: what it holds may be the cause. The
            // leases of that run out.
            *worker = Worker::new(self.hub.clone());
        }
        let wake = self.hub.db().dispatch_signal();
        let mut rung_in_vain = false;
        while !*stop.borrow() {
            let round = worker.round().await;
            if round.is_ok() {
                self.is_suspect.store(false, Ordering::Relaxed);
                self.hub.dispatch_pulse().beat(self.hub.clock());
            }
            heartbeat.beat();
            match round {
                Ok(true) => {
                    rung_in_vain = false;
                    continue;
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "dispatch round failed, will be retried");
                    tokio::time::sleep(POLL).await;
                }
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = wake.notified() => {
                    // Most changes leave nothing to send: while they come one after the other, not each
                    // is worth a look.
                    if std::mem::replace(&mut rung_in_vain, true) {
                        tokio::time::sleep(GATHER).await;
                    }
                }
                true = worker.wait() => {
                    // What ends at about the same time is written down together, but what has just
                    // come is not kept waiting.
                    let _rung = tokio::time::timeout(GATHER, wake.notified()).await;
                }
                () = tokio::time::sleep(POLL) => rung_in_vain = false,
            }
        }
        let _late = tokio::time::timeout(GRACE, async { while worker.wait().await {} }).await;
        if let Err(error) = worker.abort_and_release_all().await {
            tracing::warn!(%error, "releasing leases failed, callbacks in flight will be repeated");
        }
        Ok(())
    }
}

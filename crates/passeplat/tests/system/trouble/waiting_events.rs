//! Events that waited when a trouble was over do not wait for ever.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::site::Site;

/// Longer than a lease lasts, and than what waits behind a failed callback is left alone.
const MAX_WAIT: Duration = Duration::from_secs(90);

/// What waited after each of the last troubles.
#[derive(Default)]
pub struct WaitingEvents {
    snapshots: VecDeque<WaitingSnapshot>,
}

struct WaitingSnapshot {
    at: Instant,
    trouble: usize,
    events: BTreeSet<String>,
}

impl WaitingEvents {
    /// Looks what waits now, and whether anything of it has waited too long.
    pub async fn look(&mut self, site: &Site) {
        let Ok(now) = site.waiting_events().await else {
            return;
        };
        let now: BTreeSet<String> = now.into_iter().collect();
        while let Some(snapshots) = self
            .snapshots
            .pop_front_if(|snapshots| snapshots.at.elapsed() > MAX_WAIT)
        {
            let mut still = snapshots.events.intersection(&now);
            if let Some(first) = still.next() {
                let words = format!("{first} and {} more", still.count());
                let mut pages = site.books.open();
                pages.add_fault_since("events wait too long", snapshots.trouble, words);
            }
        }
        let trouble = site.books.open().trouble();
        self.snapshots.push_back(WaitingSnapshot {
            at: Instant::now(),
            trouble,
            events: now,
        });
    }
}

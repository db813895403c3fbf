//! Which callbacks came to which app, and how often.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::MEANWHILE_CONNECTION;
use crate::bench::order::OrderKey;

/// Numbers above are no order of ours: a count of them would only take memory.
const MAX_NUMBER: u32 = 100_000_000;

/// Counts callbacks, an app each.
pub struct CallbackCounts {
    apps: Mutex<Vec<AppCounts>>,
}

#[derive(Clone, Default)]
struct AppCounts {
    /// By connection, then by number: how often the order came.
    times: BTreeMap<usize, Vec<u8>>,
    progress: AppProgress,
}

/// What came to one app, or to all.
#[derive(Clone, Copy, Debug, Default)]
pub struct AppProgress {
    /// Orders that came.
    pub orders: u64,
    /// Those of them that belong to the backlog.
    pub of_backlog: u64,
    /// Callbacks that came again.
    pub doubled: u64,
}

impl CallbackCounts {
    /// Nothing has come to so many apps.
    pub fn new(apps: usize) -> Self {
        Self {
            apps: Mutex::new(vec![AppCounts::default(); apps]),
        }
    }

    /// Counts one callback.
    pub fn add(&self, app: usize, (connection, number): OrderKey) {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(counts) = apps.get_mut(app).filter(|_| number < MAX_NUMBER) else {
            return;
        };
        let times = counts.times.entry(connection).or_default();
        let at = number as usize;
        if times.len() <= at {
            times.resize(at + 1, 0);
        }
        let Some(times) = times.get_mut(at) else {
            return;
        };
        *times = times.saturating_add(1);
        if *times > 1 {
            counts.progress.doubled += 1;
            return;
        }
        counts.progress.orders += 1;
        counts.progress.of_backlog += u64::from(connection < MEANWHILE_CONNECTION);
    }

    /// What came to all apps together, and of the backlog at the least to each of `healthy`.
    pub fn progress(&self, healthy: &[usize]) -> (AppProgress, u64) {
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = AppProgress::default();
        let mut least = u64::MAX;
        for app in healthy.iter().filter_map(|app| apps.get(*app)) {
            all.orders += app.progress.orders;
            all.of_backlog += app.progress.of_backlog;
            all.doubled += app.progress.doubled;
            least = least.min(app.progress.of_backlog);
        }
        (all, least)
    }

    /// How many callbacks of `orders` did not come to those of `healthy`.
    pub fn missing(&self, healthy: &[usize], orders: &[OrderKey]) -> u64 {
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let apps = healthy.iter().filter_map(|app| apps.get(*app));
        let missing = apps.map(|app| orders.iter().filter(|key| !app.has(**key)).count() as u64);
        missing.sum()
    }
}

impl AppCounts {
    fn has(&self, (connection, number): OrderKey) -> bool {
        let times = self.times.get(&connection);
        times.and_then(|times| times.get(number as usize)) > Some(&0)
    }
}

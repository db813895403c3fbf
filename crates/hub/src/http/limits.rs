//! Budgets per connection in fixed windows (API, chapter Rate limits): they begin at each round
//! minute, hour and day, UTC. A refused call costs nothing.
//!
//! Counts are kept in memory: several hubs on one database each keep their own.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::config;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// The counts of every connection that called today.
#[derive(Debug)]
pub(crate) struct Limits {
    enabled: bool,
    most: [u32; 4],
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    day: i64,
    counts: BTreeMap<String, [Window; 4]>,
}

/// Calls since the window began (its number since 1970).
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    number: i64,
    count: u32,
}

const LENGTHS: [i64; 4] = [MINUTE, HOUR, DAY, MINUTE];

impl Limits {
    pub(crate) fn new(config: &config::Limits) -> Self {
        Self {
            enabled: config.enabled,
            most: [
                config.per_minute,
                config.per_hour,
                config.per_day,
                config.heavy_per_minute,
            ],
            state: Mutex::default(),
        }
    }

    /// Counts one call, or says how many whole seconds to wait before the next may pass.
    pub(crate) fn count(&self, connection: &str, heavy: bool, now: Timestamp) -> Result<(), u32> {
        if !self.enabled {
            return Ok(());
        }
        let now = now.as_second();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.day != now.div_euclid(DAY) {
            // Yesterday's connections need not be remembered.
            *state = State {
                day: now.div_euclid(DAY),
                counts: BTreeMap::new(),
            };
        }
        let windows = match state.counts.get_mut(connection) {
            Some(windows) => windows,
            None => state.counts.entry(connection.to_owned()).or_default(),
        };
        let asked = if heavy { 4 } else { 3 };
        let mut wait = 0;
        for (index, window) in windows.iter_mut().enumerate().take(asked) {
            let number = now.div_euclid(LENGTHS[index]);
            if window.number != number {
                *window = Window { number, count: 0 };
            }
            if window.count >= self.most[index] {
                wait = wait.max((number + 1) * LENGTHS[index] - now);
            }
        }
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        for window in windows.iter_mut().take(asked) {
            window.count += 1;
        }
        Ok(())
    }
}

/// Wrong passwords and wrong client secrets per address: guessing is slow, whatever is guessed at.
#[derive(Debug)]
pub(crate) struct Attempts {
    most: u32,
    state: Mutex<(i64, BTreeMap<Option<IpAddr>, u32>)>,
}

impl Attempts {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            state: Mutex::default(),
        }
    }

    /// Counts one that was wrong.
    pub(crate) fn count(&self, peer: Option<IpAddr>, now: Timestamp) {
        *self.this_minute(now).1.entry(peer).or_default() += 1;
    }

    /// Whether an address has been wrong too often in this minute.
    pub(crate) fn are_used_up(&self, peer: Option<IpAddr>, now: Timestamp) -> bool {
        self.this_minute(now)
            .1
            .get(&peer)
            .is_some_and(|count| *count >= self.most)
    }

    fn this_minute(
        &self,
        now: Timestamp,
    ) -> std::sync::MutexGuard<'_, (i64, BTreeMap<Option<IpAddr>, u32>)> {
        let minute = now.as_second().div_euclid(MINUTE);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 != minute {
            *state = (minute, BTreeMap::new());
        }
        state
    }
}

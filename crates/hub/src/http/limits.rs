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

/// Guesses at passwords and client secrets: so many a minute from one address at one target, and
/// ten times as many from one address at all of them. Behind a proxy every caller has one address,
/// so one who guesses must not lock out the others. Counted before the answer is known, so that a
/// burst does not slip through; a right answer is taken back.
#[derive(Debug)]
pub(crate) struct Attempts {
    most: u32,
    state: Mutex<Minute>,
}

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    counts: BTreeMap<Guess, u32>,
}

/// From where, at what kind of secret, and whose.
type Guess = (Option<IpAddr>, &'static str, String);

/// Guesses from one address at all targets, in multiples of those at one.
const TARGETS: u32 = 10;

impl Attempts {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            state: Mutex::default(),
        }
    }

    /// Counts one, and says whether it may be looked at.
    pub(crate) fn take(
        &self,
        peer: Option<IpAddr>,
        kind: &'static str,
        whose: &str,
        now: Timestamp,
    ) -> bool {
        let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.as_second().div_euclid(MINUTE);
        if minute.number != number {
            *minute = Minute {
                number,
                counts: BTreeMap::new(),
            };
        }
        let mut count = |whose: &str| {
            let count = minute
                .counts
                .entry((peer, kind, whose.to_owned()))
                .or_default();
            *count = count.saturating_add(1);
            *count
        };
        count("") <= self.most.saturating_mul(TARGETS) && count(whose) <= self.most
    }

    /// It was right: it does not count.
    pub(crate) fn give_back(&self, peer: Option<IpAddr>, kind: &'static str, whose: &str) {
        let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for whose in ["", whose] {
            if let Some(count) = minute.counts.get_mut(&(peer, kind, whose.to_owned())) {
                *count = count.saturating_sub(1);
            }
        }
    }
}

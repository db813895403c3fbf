//! Budgets per connection in fixed windows (API, chapter Protocol, rate limits): they begin at each
//! round minute, hour and day, UTC. A refused call costs nothing.
//!
//! Several hubs share a budget like this:
//! - the first hundredth of it each hub spends without asking, so that a quiet connection costs no
//!   commit;
//! - then it sets shares aside in the database, a sixteenth of the budget at most, smaller ones as
//!   less is left, and at last one request at a time;
//! - once three quarters are gone, every hub accounts for what it has used, and gives back shares
//!   that lie idle, at each round of the chores ([`settle`]).
//!
//! So what is granted in all is never more than the budget, but for the hundredth of a hub that has
//! not accounted for it yet; and a call may be refused too early only while another hub holds a share
//! that it has stopped using, for two rounds of the chores at most.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Mutex as Gate;

use super::store::{self, QuotaRequest};
use super::{DAY_SECONDS, MINUTE_SECONDS};
use crate::clock::Clock;
use crate::config;
use crate::db::{self, Db};

const HOUR_SECONDS: i64 = 3_600;

const WINDOW_SECONDS: [i64; 4] = [MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS, MINUTE_SECONDS];
const NAMES: [&str; 4] = ["minute", "hour", "day", "heavy"];

/// The part of a budget that a hub may use without asking.
const UNASKED: i64 = 100;

/// Seconds for which a hub does not ask again once nothing is left.
const EMPTY: i64 = 1;

/// The counts of every connection that called today.
#[derive(Debug)]
pub(crate) struct RateLimits {
    enabled: bool,
    /// Whether other hubs count too.
    shared: bool,
    most: [i64; 4],
    state: Mutex<WindowCounts>,
}

#[derive(Debug, Default)]
struct WindowCounts {
    day: i64,
    counts: BTreeMap<String, Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    windows: [Window; 4],
    /// One asks for shares, the others wait for what it gets.
    gate: Arc<Gate<()>>,
}

/// What this hub knows of a budget in one window.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    /// Which one, since 1970.
    number: i64,
    /// Calls that passed here.
    used: i64,
    /// What was set aside for this hub.
    granted: i64,
    /// What may be used without having asked.
    unasked: i64,
    /// The second until which there is no use in asking again.
    empty_until: i64,
    /// What was used when the window was last accounted for, once little was left of it.
    settled: Option<i64>,
}

impl Window {
    fn has_room(&self) -> bool {
        self.used < self.granted.max(self.unasked)
    }
}

/// How a look at the windows ended.
enum WindowOutcome {
    Passed,
    /// Whole seconds to wait.
    Refused(u32),
    /// The indexes of the windows that need a share.
    Lacking(Vec<usize>),
}

impl RateLimits {
    pub(crate) fn new(config: &config::LimitSettings, shared: bool) -> Self {
        Self {
            enabled: config.enabled,
            shared,
            most: [
                config.per_minute,
                config.per_hour,
                config.per_day,
                config.heavy_per_minute,
            ]
            .map(i64::from),
            state: Mutex::default(),
        }
    }

    /// Counts one call, or says how many whole seconds to wait before the next may pass.
    pub(crate) async fn count(
        &self,
        db: &Db,
        connection: &str,
        heavy: bool,
        clock: &Clock,
    ) -> db::Result<Result<(), u32>> {
        if !self.enabled {
            return Ok(Ok(()));
        }
        let gate = match self.try_count(connection, heavy, clock.now().as_second()) {
            (WindowOutcome::Passed, _) => return Ok(Ok(())),
            (WindowOutcome::Refused(wait), _) => return Ok(Err(wait)),
            (WindowOutcome::Lacking(_), gate) => gate,
        };
        let _turn = gate.lock().await;
        loop {
            // Somebody else may have got a share meanwhile, or used up the one that we got; or
            // another window may have begun.
            let now = clock.now().as_second();
            match self.try_count(connection, heavy, now).0 {
                WindowOutcome::Passed => return Ok(Ok(())),
                WindowOutcome::Refused(wait) => return Ok(Err(wait)),
                WindowOutcome::Lacking(windows) => {
                    self.request_shares(db, connection, windows, now).await?
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, WindowCounts> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the call if every window has room for it.
    fn try_count(&self, connection: &str, heavy: bool, now: i64) -> (WindowOutcome, Arc<Gate<()>>) {
        let mut state = self.state();
        if state.day != now.div_euclid(DAY_SECONDS) {
            // Yesterday's connections need not be remembered.
            *state = WindowCounts {
                day: now.div_euclid(DAY_SECONDS),
                counts: BTreeMap::new(),
            };
        }
        let counts = match state.counts.get_mut(connection) {
            Some(counts) => counts,
            None => state.counts.entry(connection.to_owned()).or_default(),
        };
        let window_count = if heavy { 4 } else { 3 };
        let (mut wait, mut lacking) = (0, Vec::new());
        for (index, window) in counts.windows.iter_mut().enumerate().take(window_count) {
            let number = now.div_euclid(WINDOW_SECONDS[index]);
            if window.number != number {
                *window = self.fresh(index, number);
            }
            if window.has_room() {
                continue;
            }
            // Further ahead than that means that the clock went back.
            let is_empty = (now + 1..=now + EMPTY).contains(&window.empty_until);
            if self.shared && !is_empty {
                lacking.push(index);
            } else {
                wait = wait.max((number + 1) * WINDOW_SECONDS[index] - now);
            }
        }
        let outcome = if wait > 0 {
            WindowOutcome::Refused(u32::try_from(wait).unwrap_or(u32::MAX))
        } else if lacking.is_empty() {
            for window in counts.windows.iter_mut().take(window_count) {
                window.used += 1;
            }
            WindowOutcome::Passed
        } else {
            WindowOutcome::Lacking(lacking)
        };
        (outcome, Arc::clone(&counts.gate))
    }

    fn fresh(&self, index: usize, number: i64) -> Window {
        let most = self.most[index];
        let (granted, unasked) = if self.shared {
            (0, most / UNASKED)
        } else {
            (most, 0)
        };
        Window {
            number,
            granted,
            unasked,
            ..Window::default()
        }
    }

    /// Asks for a share of each of these windows.
    async fn request_shares(
        &self,
        db: &Db,
        connection: &str,
        windows: Vec<usize>,
        now: i64,
    ) -> db::Result<()> {
        let needs: Vec<QuotaRequest> = {
            let state = self.state();
            let Some(counts) = state.counts.get(connection) else {
                return Ok(());
            };
            windows
                .iter()
                .map(|index| {
                    let window = &counts.windows[*index];
                    let end = (window.number + 1) * WINDOW_SECONDS[*index];
                    QuotaRequest {
                        name: format!("{}:{connection}", NAMES[*index]),
                        number: window.number,
                        most: self.most[*index],
                        overdraft: window.used - window.granted,
                        ends_at: Timestamp::from_second(end).unwrap_or(Timestamp::MAX),
                    }
                })
                .collect()
        };
        let needs = Arc::new(needs);
        let wanted = Arc::clone(&needs);
        let granted: Vec<i64> = db
            .write("limits.take", move |tx| {
                wanted
                    .iter()
                    .map(|need| store::grant_share(tx, need))
                    .collect()
            })
            .await?;
        let mut state = self.state();
        let Some(counts) = state.counts.get_mut(connection) else {
            return Ok(());
        };
        for ((index, need), granted) in windows.iter().zip(needs.iter()).zip(granted) {
            let window = &mut counts.windows[*index];
            if window.number == need.number {
                window.granted += granted;
                if granted <= need.overdraft {
                    window.empty_until = now + EMPTY;
                }
            }
        }
        Ok(())
    }

    /// What to tell the others of the windows of which little is left, as (name, number, by how
    /// much the common count must change).
    fn corrections(&self, scarce: Vec<(String, i64)>) -> Vec<(String, i64, i64)> {
        let mut state = self.state();
        let mut corrections = Vec::new();
        for (name, number) in scarce {
            let Some((kind, connection)) = name.split_once(':') else {
                continue;
            };
            let window = NAMES.iter().position(|known| *known == kind);
            let Some(window) = window.and_then(|index| {
                let counts = state.counts.get_mut(connection)?;
                Some(&mut counts.windows[index])
            }) else {
                continue;
            };
            if window.number != number {
                continue;
            }
            let is_idle = window.settled == Some(window.used);
            window.settled = Some(window.used);
            // From here on this hub uses nothing that it has not been granted.
            window.unasked = 0;
            let by = window.used - window.granted;
            if by > 0 || (by < 0 && is_idle) {
                window.granted = window.used;
                corrections.push((name, number, by));
            }
        }
        corrections
    }
}

/// Accounts for this hub's part in budgets of which little is left. Should the database be away just
/// then, what was to be given back is lost until the window ends.
pub(crate) async fn settle(limits: &RateLimits, db: &Db) -> db::Result<()> {
    if !limits.enabled || !limits.shared {
        return Ok(());
    }
    let scarce = db.read("limits.scarce", store::scarce).await?;
    let corrections = limits.corrections(scarce);
    if corrections.is_empty() {
        return Ok(());
    }
    db.write("limits.settle", move |tx| {
        corrections
            .iter()
            .try_for_each(|(name, number, by)| store::correct(tx, name, *number, *by))
    })
    .await
}

//! Guesses at passwords and client secrets: so many a minute from one address at one target, and
//! ten times as many from one address at all of them: where many callers share an address, one who
//! guesses must not lock out the others. Counted before the answer is known, so that a burst does not
//! slip through; a right answer is taken back.
//!
//! Guesses at one user's password are counted whatever address they come from, too, since addresses are
//! cheap. Beyond that bound they are answered later and later, and then not before the next minute. A
//! browser in which this user has signed in before is not held to it: others can slow an unknown browser
//! down, not lock the user out.
//!
//! Guesses are rare and costly to check, so several hubs count each of them together, one by one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{MINUTE_SECONDS, store};
use crate::db::{self, Db};
use crate::secret;

/// Guesses from one address at all targets, in multiples of those at one.
const TARGETS: u32 = 10;

/// How many attempts at one user beyond the limit are checked all the same, each later than the last.
const MAX_DELAYED_ATTEMPTS: u32 = 5;

/// By how much each attempt beyond the limit is checked later than the one before it.
const ATTEMPT_DELAY: Duration = Duration::from_secs(2);

/// The guesses of this minute.
#[derive(Debug)]
pub(crate) struct LoginAttempts {
    most: u32,
    shared: bool,
    state: Mutex<AttemptMinute>,
}

#[derive(Debug, Default)]
struct AttemptMinute {
    number: i64,
    counts: BTreeMap<String, u32>,
}

/// From where, at what kind of secret, and whose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptKey<'a> {
    pub peer: Option<IpAddr>,
    pub kind: &'static str,
    pub whose: &'a str,
    /// Whether guesses at this target are counted wherever they come from.
    pub from_anywhere: bool,
}

/// How often something may be, and how often more with a delay.
#[derive(Clone, Debug)]
struct AttemptBound {
    name: String,
    most: u32,
    delayed: u32,
}

impl AttemptBound {
    /// How long to wait at so many; none when it is too many.
    fn delay(&self, count: i64) -> Option<Duration> {
        let beyond = u32::try_from(count).unwrap_or(u32::MAX);
        let beyond = beyond.saturating_sub(self.most);
        (beyond <= self.delayed).then(|| ATTEMPT_DELAY * beyond)
    }
}

/// Who has one IPv6 address has the 2^64 beside it, too.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
    }
}

impl AttemptKey<'_> {
    /// What to count, at `most` for one target.
    fn bounds(&self, most: u32) -> Vec<AttemptBound> {
        let bound = |of: &str, most, delayed| AttemptBound {
            name: format!("guess:{}", secret::hash(of)),
            most,
            delayed,
        };
        let from = |whose: &str| format!("{:?} {} {whose}", self.peer.map(network), self.kind);
        let mut bounds = Vec::new();
        if !self.whose.is_empty() {
            bounds.push(bound(&from(""), most.saturating_mul(TARGETS), 0));
        }
        bounds.push(bound(&from(self.whose), most, 0));
        if self.from_anywhere {
            let all = format!("anywhere {} {}", self.kind, self.whose);
            bounds.push(bound(&all, most, MAX_DELAYED_ATTEMPTS));
        }
        bounds
    }
}

impl LoginAttempts {
    pub(crate) fn new(most: u32, shared: bool) -> Self {
        Self {
            most,
            shared,
            state: Mutex::default(),
        }
    }

    /// Counts one, and says after how long it may be looked at; none when it may not.
    pub(crate) async fn take(
        &self,
        db: &Db,
        guess: AttemptKey<'_>,
        now: Timestamp,
    ) -> db::Result<Option<Duration>> {
        let number = now.as_second().div_euclid(MINUTE_SECONDS);
        let bounds = guess.bounds(self.most);
        let here = self.take_here(&bounds, number);
        // Whoever is beyond the bound here costs the database nothing.
        let (Some(_), true) = (here, self.shared) else {
            return Ok(here);
        };
        let ends_at = Timestamp::from_second((number + 1) * MINUTE_SECONDS).unwrap_or(now);
        db.write("limits.guess", move |tx| {
            let mut longest = Duration::ZERO;
            for bound in &bounds {
                let count = store::count_attempt(tx, &bound.name, number, ends_at)?;
                match bound.delay(count) {
                    Some(delay) => longest = longest.max(delay),
                    None => return Ok(None),
                }
            }
            Ok(Some(longest))
        })
        .await
    }

    /// Counts in memory, up to the first bound that is passed.
    fn take_here(&self, bounds: &[AttemptBound], number: i64) -> Option<Duration> {
        let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = AttemptMinute {
                number,
                counts: BTreeMap::new(),
            };
        }
        let mut longest = Duration::ZERO;
        for bound in bounds {
            let count = minute.counts.entry(bound.name.clone()).or_default();
            *count = count.saturating_add(1);
            longest = longest.max(bound.delay(i64::from(*count))?);
        }
        Some(longest)
    }

    /// Takes an attempt off the count again, because the secret was right.
    pub(crate) async fn give_back(
        &self,
        db: &Db,
        guess: AttemptKey<'_>,
        now: Timestamp,
    ) -> db::Result<()> {
        let number = now.as_second().div_euclid(MINUTE_SECONDS);
        let bounds = guess.bounds(self.most);
        {
            let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            for bound in &bounds {
                if let Some(count) = minute.counts.get_mut(&bound.name) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        if !self.shared {
            return Ok(());
        }
        db.write("limits.guessed_right", move |tx| {
            bounds
                .iter()
                .try_for_each(|bound| store::uncount_attempt(tx, &bound.name, number))
        })
        .await
    }
}

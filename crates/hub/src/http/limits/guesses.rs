//! Guesses at passwords and client secrets: so many a minute from one address at one target, and
//! ten times as many from one address at all of them: where many callers share an address, one who
//! guesses must not lock out the others. Counted before the answer is known, so that a burst does not
//! slip through; a right answer is taken back.
//!
//! Guesses are rare and costly to check, so several hubs count each of them together, one by one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::store;
use crate::db::{self, Db};
use crate::secret;

/// Seconds of a window.
const MINUTE: i64 = 60;

/// Guesses from one address at all targets, in multiples of those at one.
const TARGETS: u32 = 10;

/// The guesses of this minute.
#[derive(Debug)]
pub(crate) struct Attempts {
    most: u32,
    shared: bool,
    state: Mutex<Minute>,
}

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    counts: BTreeMap<String, u32>,
}

/// From where, at what kind of secret, and whose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guess<'a> {
    pub peer: Option<IpAddr>,
    pub kind: &'static str,
    pub whose: &'a str,
}

/// Who has one IPv6 address has the 2^64 beside it, too.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
    }
}

impl Guess<'_> {
    /// What to count, and how often it may be, at `most` for one target.
    fn bounds(&self, most: u32) -> Vec<(String, u32)> {
        let name = |whose: &str| {
            let all = format!("{:?} {} {whose}", self.peer.map(network), self.kind);
            format!("guess:{}", secret::hash(&all))
        };
        let mut bounds = vec![(name(self.whose), most)];
        if !self.whose.is_empty() {
            bounds.insert(0, (name(""), most.saturating_mul(TARGETS)));
        }
        bounds
    }
}

impl Attempts {
    pub(crate) fn new(most: u32, shared: bool) -> Self {
        Self {
            most,
            shared,
            state: Mutex::default(),
        }
    }

    /// Counts one, and says whether it may be looked at.
    pub(crate) async fn take(&self, db: &Db, guess: Guess<'_>, now: Timestamp) -> db::Result<bool> {
        let number = now.as_second().div_euclid(MINUTE);
        let bounds = guess.bounds(self.most);
        let is_within = self.take_here(&bounds, number);
        // Whoever is beyond the bound here costs the database nothing.
        if !is_within || !self.shared {
            return Ok(is_within);
        }
        let ends_at = Timestamp::from_second((number + 1) * MINUTE).unwrap_or(now);
        db.write("limits.guess", move |tx| {
            for (name, most) in &bounds {
                if store::guess(tx, name, number, ends_at)? > i64::from(*most) {
                    return Ok(false);
                }
            }
            Ok(true)
        })
        .await
    }

    /// Counts in memory, up to the first bound that is passed.
    fn take_here(&self, bounds: &[(String, u32)], number: i64) -> bool {
        let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute {
                number,
                counts: BTreeMap::new(),
            };
        }
        bounds.iter().all(|(name, most)| {
            let count = minute.counts.entry(name.clone()).or_default();
            *count = count.saturating_add(1);
            *count <= *most
        })
    }

    /// It was right: it does not count.
    pub(crate) async fn give_back(
        &self,
        db: &Db,
        guess: Guess<'_>,
        now: Timestamp,
    ) -> db::Result<()> {
        let number = now.as_second().div_euclid(MINUTE);
        let bounds = guess.bounds(self.most);
        {
            let mut minute = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            for (name, _) in &bounds {
                if let Some(count) = minute.counts.get_mut(name) {
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
                .try_for_each(|(name, _)| store::take_back(tx, name, number))
        })
        .await
    }
}

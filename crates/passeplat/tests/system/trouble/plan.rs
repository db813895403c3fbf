//! How long a run is, what may happen in it, and what comes next.

use std::time::Duration;

use super::kinds::Trouble;
use super::site::Site;
use crate::random::{SeededRandom, number_from};

/// What the hub keeps its data in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// What the environment says of a run.
pub struct Settings {
    /// How long troubles come.
    pub length: Duration,
    /// Orders per second.
    pub rate: u32,
    /// The hub has so long to serve again.
    pub limit: Duration,
    /// Only these troubles, if any are named.
    only: Vec<String>,
}

/// The hub serves again within so many seconds.
const MAX_RECOVERY_SECONDS: u64 = 10;

impl Settings {
    pub fn read() -> Self {
        let number = |name: &str, usual| number_from(name).unwrap_or(usual);
        let only = std::env::var("PASSEPLAT_TROUBLE_ONLY").unwrap_or_default();
        let only: Vec<String> = only.split_whitespace().map(str::to_owned).collect();
        for name in &only {
            let mut known = Trouble::ALL.iter().map(|(_, known)| *known);
            assert!(
                known.any(|known| known == name),
                "no trouble is called {name}"
            );
        }
        Self {
            length: Duration::from_secs(number("PASSEPLAT_TROUBLE_SECONDS", 150)),
            rate: number("PASSEPLAT_TROUBLE_RATE", 100) as u32,
            limit: Duration::from_secs(
                MAX_RECOVERY_SECONDS * number("PASSEPLAT_TROUBLE_PATIENCE", 6),
            ),
            only,
        }
    }
}

/// The troubles in the order in which they come: all of them, then all again in another order.
pub struct Deck {
    all: Vec<Trouble>,
    left: Vec<Trouble>,
}

impl Deck {
    /// Whatever is possible there, and wanted.
    pub fn new(engine: Engine, site: &Site, settings: &Settings) -> Self {
        let all = Trouble::ALL.into_iter().filter(|(trouble, name)| {
            let is_wanted = settings.only.is_empty() || settings.only.iter().any(|it| it == name);
            is_wanted && trouble.is_possible(engine, site)
        });
        let all: Vec<Trouble> = all.map(|(trouble, _)| trouble).collect();
        let left = Vec::new();
        Self { all, left }
    }

    /// What comes next: mostly one trouble, sometimes two together.
    pub fn next(&mut self, random: &mut SeededRandom) -> Vec<Trouble> {
        let first = self.one(random);
        let mut now = vec![first];
        if random.percent(25)
            && let Some(at) = self.left.iter().position(|it| first.goes_with(*it))
        {
            now.push(self.left.remove(at));
        }
        now
    }

    fn one(&mut self, random: &mut SeededRandom) -> Trouble {
        if self.left.is_empty() {
            self.left = self.all.clone();
        }
        let at = random.below(self.left.len() as u64) as usize;
        self.left.remove(at)
    }
}

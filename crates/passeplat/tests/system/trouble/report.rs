//! What a run has shown, as a table and as a list of what is wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::kinds::Trouble;
use super::load::books::{BookPages, Tally};
use super::load::watch::Recovery;

/// The troubles of a run, in the order in which they came.
#[derive(Default)]
pub struct Report {
    outcome: Vec<TroubleOutcome>,
}

/// What came, and what the hub did then.
pub struct TroubleOutcome {
    pub troubles: Vec<Trouble>,
    pub recovery: Recovery,
    /// Somebody had to start the hub anew.
    pub was_restarted_by_hand: bool,
    /// Not even that helped.
    pub is_lost: bool,
}

/// A line of the table.
#[derive(Default)]
struct Line {
    times: usize,
    time_to_serve: Option<Duration>,
    time_to_notify: Option<Duration>,
    hands: usize,
    tally: Tally,
}

impl Report {
    pub fn add(&mut self, outcome: TroubleOutcome) {
        self.outcome.push(outcome);
    }

    /// What a trouble of the books is called; they count from 1.
    pub fn name(&self, trouble: usize) -> String {
        let outcome = trouble.checked_sub(1).and_then(|at| self.outcome.get(at));
        outcome.map_or("the beginning".to_owned(), |outcome| {
            names(&outcome.troubles)
        })
    }

    /// The table. What came together counts for both.
    pub fn table(&self, pages: &BookPages) -> String {
        let mut lines: BTreeMap<Trouble, Line> = BTreeMap::new();
        for (at, outcome) in self.outcome.iter().enumerate() {
            let tally = pages.tallies.get(at + 1).copied().unwrap_or_default();
            for trouble in &outcome.troubles {
                lines.entry(*trouble).or_default().add(outcome, tally);
            }
        }
        let mut table = format!(
            "{:<20} {:>5}  {:>9} {:>9}  {:>7} {:>6} {:>10} {:>5} {:>7} {:>5}\n",
            "trouble",
            "times",
            "serves",
            "calls",
            "orders",
            "503",
            "unanswered",
            "odd",
            "repeats",
            "hands"
        );
        for (trouble, line) in lines {
            let tally = line.tally;
            let _written = writeln!(
                table,
                "{:<20} {:>5}  {:>9} {:>9}  {:>7} {:>6} {:>10} {:>5} {:>7} {:>5}",
                trouble.name(),
                line.times,
                seconds(line.time_to_serve),
                seconds(line.time_to_notify),
                tally.orders,
                tally.refused,
                tally.unanswered,
                tally.odd,
                tally.repeats,
                line.hands,
            );
        }
        table
            + "serves, calls: the longest time from the end of the trouble until orders are taken \
                 and told of again\n"
    }

    /// What is wrong, with an example of each kind.
    pub fn faults(&self, pages: &BookPages) -> String {
        let mut text = String::new();
        for ((what, trouble), fault) in &pages.faults {
            let (times, example) = (fault.times, &fault.example);
            let name = self.name(*trouble);
            let _written = writeln!(text, "{what}: {times} since {name}: {example}");
        }
        text
    }
}

impl Line {
    fn add(&mut self, outcome: &TroubleOutcome, tally: Tally) {
        let longest = |so_far: Option<Duration>, now| match self.times {
            0 => now,
            _ => so_far.zip(now).map(|(one, other)| one.max(other)),
        };
        self.time_to_serve = longest(self.time_to_serve, outcome.recovery.time_to_serve);
        self.time_to_notify = longest(self.time_to_notify, outcome.recovery.time_to_notify);
        self.times += 1;
        self.hands += usize::from(outcome.was_restarted_by_hand);
        self.tally.orders += tally.orders;
        self.tally.refused += tally.refused;
        self.tally.unanswered += tally.unanswered;
        self.tally.odd += tally.odd;
        self.tally.repeats += tally.repeats;
    }
}

/// A length of time, or that it never came.
pub fn seconds(length: Option<Duration>) -> String {
    length.map_or("never".to_owned(), |length| {
        format!("{:.1} s", length.as_secs_f64())
    })
}

/// Troubles that come together.
pub fn names(troubles: &[Trouble]) -> String {
    let names: Vec<&str> = troubles.iter().map(|trouble| trouble.name()).collect();
    names.join(" and ")
}

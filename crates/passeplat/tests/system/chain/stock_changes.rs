//! What a till says of things that nobody counts, and when: whether something went by itself depends
//! on whether the hub heard in time that it should not.

use client::Connection;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::cents::{decimal, thousandths};
use super::plan::sold_out::{FAR_AWAY, LONG_AGO, StockChange, Thing};
use super::responses::StockLevel;

/// Microseconds since 1970.
pub type Moment = i64;

const SECOND: Moment = 1_000_000;

/// How far ahead the end of the day is said, so that the hub hears of it before it comes.
const END_OF_DAY_AHEAD: Moment = 2 * SECOND;

/// What a till reported of a thing. The hub took it in between these two moments.
#[derive(Clone, Debug)]
pub struct StockReport {
    pub thing: Thing,
    /// When it goes by itself, on a full second; none if it does not.
    pub until: Option<Moment>,
    pub sent: Moment,
    pub answered: Moment,
}

/// A till with its reports so far, one after the other.
pub struct StockReporter {
    till: Connection,
    shared: String,
    own: String,
    pub reports: Vec<StockReport>,
}

impl StockReporter {
    /// A till that speaks through the catalog of all and that of its location.
    pub fn new(till: Connection, shared: &str, own: &str, reports: Vec<StockReport>) -> Self {
        Self {
            till,
            shared: shared.to_owned(),
            own: own.to_owned(),
            reports,
        }
    }

    /// Reports all of it, once through each catalog that knows some of it. The end of the day is said
    /// until the hub has heard of it before it came.
    pub async fn say(&mut self, words: &[(Thing, StockChange)]) {
        loop {
            let before = self.reports.len();
            let now = now();
            let latest = self.reports.iter().filter_map(|it| it.until);
            let end = latest.filter(|at| *at < moment(FAR_AWAY));
            let end = end
                .max()
                .unwrap_or(0)
                .max(full_second(now) + END_OF_DAY_AHEAD);
            for is_own in [false, true] {
                let here = words.iter();
                let here: Vec<_> = here
                    .filter(|(thing, _)| matches!(thing, Thing::Own(_)) == is_own)
                    .map(|(thing, says)| Entry::new(thing, *says, now, end))
                    .collect();
                let catalog = if is_own { &self.own } else { &self.shared };
                if !here.is_empty() {
                    self.reports.extend(patch(&self.till, catalog, &here).await);
                }
            }
            let is_end = words
                .iter()
                .any(|it| matches!(it.1, StockChange::NoneToTheEnd));
            if !is_end || self.reports[before..].iter().all(|it| it.until.is_some()) {
                return;
            }
        }
    }

    /// A PUT between these moments has named none of these things.
    pub fn record_overwritten(&mut self, things: Vec<Thing>, sent: Moment, answered: Moment) {
        self.reports
            .extend(things.into_iter().map(|thing| StockReport {
                thing,
                until: None,
                sent,
                answered,
            }));
    }
}

/// An entry of an inventory as a till wants it to be.
struct Entry<'a> {
    thing: &'a Thing,
    stock: Option<String>,
    until: Option<Moment>,
}

impl<'a> Entry<'a> {
    fn new(thing: &'a Thing, says: StockChange, now: Moment, end: Moment) -> Self {
        let none = || Some("0".to_owned());
        let (stock, until) = match says {
            StockChange::NoneFor(seconds) => (none(), Some(full_second(now) + seconds * SECOND)),
            StockChange::NoneUntil(at) => (none(), Some(moment(at))),
            StockChange::NoneToTheEnd => (none(), Some(end)),
            StockChange::NoMore => (none(), None),
            StockChange::Left(many) => (Some(decimal(many)), None),
            StockChange::Plenty => (None, None),
        };
        Self {
            thing,
            stock,
            until,
        }
    }

    fn to_json(&self) -> Value {
        let (key, reference) = self.thing.named();
        let mut entry = Map::new();
        entry.insert(key.into(), json!(reference));
        entry.insert("stock".into(), json!(self.stock));
        if let Some(until) = self.until {
            entry.insert("expires_at".into(), json!(text(until)));
        }
        Value::Object(entry)
    }
}

/// Reports it, and looks at the answer: there each entry is as it was sent, or it is gone because its
/// time came on the way.
async fn patch(till: &Connection, catalog: &str, entries: &[Entry<'_>]) -> Vec<StockReport> {
    let body: Vec<Value> = entries.iter().map(Entry::to_json).collect();
    let sent = now();
    let answer: Vec<StockLevel> = till.patch_inventory(catalog, &body).await.unwrap();
    let answered = now();
    assert_eq!(answer.len(), entries.len(), "{body:?} became {answer:?}");
    let each = entries.iter().zip(answer).map(|(entry, left)| {
        let (_, reference) = entry.thing.named();
        assert_eq!(left.reference(), reference);
        let is_late = left.stock.is_none() && entry.until.is_some_and(|at| at <= answered);
        if !is_late {
            let stock = left.stock.as_deref().map(thousandths);
            assert_eq!(stock, entry.stock.as_deref().map(thousandths), "{left:?}");
            assert_eq!(left.expires_at.as_deref().map(moment), entry.until);
        }
        StockReport {
            thing: entry.thing.clone(),
            until: entry.until.filter(|_| !is_late),
            sent,
            answered,
        }
    });
    each.collect()
}

/// The moment that a time of the API is.
pub fn moment(text: &str) -> Moment {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

fn text(moment: Moment) -> String {
    Timestamp::from_microsecond(moment).unwrap().to_string()
}

fn full_second(moment: Moment) -> Moment {
    moment - moment.rem_euclid(SECOND)
}

/// Now, on the clock of this machine, which is also the hub's.
pub fn now() -> Moment {
    #[expect(
        clippy::disallowed_methods,
        reason = "the hub that is tested lives by the real clock"
    )]
    Timestamp::now().as_microsecond()
}

#[test]
fn moments_are_written_as_the_api_reads_them() {
    let noon = moment("2026-03-07T12:00:00+01:00");
    assert_eq!(text(noon), "2026-03-07T11:00:00Z");
    assert_eq!(full_second(noon + 999_999), noon);
    assert!(moment(LONG_AGO) < noon);
}

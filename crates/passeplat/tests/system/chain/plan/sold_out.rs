//! What is off the menu for a while: the till says that there is none of something until a time that
//! comes during the day, changes its mind, or waits until the hub puts it back by itself.

use crate::chain::cents::Thousandths;
use crate::chain::menu::{self, Service};
use crate::random::SeededRandom;

/// Something that nobody counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A sku of the catalog that all locations share.
    Shared(String),
    /// A sku of the location's own catalog.
    Own(String),
    /// An option, which is in the shared catalog.
    Option(String),
}

impl Thing {
    /// How an entry of an inventory names it.
    pub fn named(&self) -> (&'static str, &str) {
        match self {
            Self::Shared(reference) | Self::Own(reference) => ("sku_ref", reference),
            Self::Option(reference) => ("option_ref", reference),
        }
    }
}

/// What the till says of something.
#[derive(Clone, Copy, Debug)]
pub enum StockChange {
    /// There is none for about so many seconds.
    NoneFor(i64),
    /// There is none until then.
    NoneUntil(&'static str),
    /// There is none until everything of the day that goes by itself has gone.
    NoneToTheEnd,
    /// There is none until somebody says something else.
    NoMore,
    /// There is so much.
    Left(Thousandths),
    /// There is as much as one likes.
    Plenty,
}

/// What is said in one go, each thing once.
pub type StockChanges = Vec<(Thing, StockChange)>;

/// A time in the past, at which nothing is sold out any longer, and one far away.
pub const LONG_AGO: &str = "2020-01-01T06:00:00+01:00";
pub const FAR_AWAY: &str = "2099-01-01T06:00:00+01:00";

/// Whether the till of a location takes things off the menu for a while: every fifth does.
pub fn has_sold_out_items(branch: usize) -> bool {
    branch.is_multiple_of(5)
}

/// What such a till may take off.
pub fn things(branch: usize) -> Vec<Thing> {
    let uncounted = |dishes: Vec<menu::Dish>| dishes.into_iter().filter(|dish| !dish.is_counted);
    let shared = uncounted(menu::shared(Service::Lunch)).map(|dish| Thing::Shared(dish.sku));
    let own = uncounted(menu::specials(branch, Service::Lunch)).map(|dish| Thing::Own(dish.sku));
    let options = menu::OPTIONS.iter().map(|it| Thing::Option(it.2.into()));
    shared.chain(own).chain(options).collect()
}

/// Reported in the morning, before the power fails: something goes meanwhile, something just after.
pub fn in_the_morning(branch: usize) -> StockChanges {
    let shared = |sku: &str| Thing::Shared(sku.into());
    vec![
        (shared("CAL"), StockChange::NoneFor(2)),
        (shared("MAR-26"), StockChange::NoneFor(4)),
        (soup(branch), StockChange::NoneFor(4)),
        (Thing::Option("ING-OLI".into()), StockChange::NoneFor(4)),
        (shared("MAR-33"), StockChange::NoneFor(9)),
        (shared("QS-33"), StockChange::NoneFor(9)),
        (Thing::Option("ING-GLU".into()), StockChange::NoneFor(9)),
    ]
}

/// Reported when the doors open: some reports of the morning hold no longer.
pub fn at_first() -> StockChanges {
    vec![
        (Thing::Shared("MAR-33".into()), StockChange::NoneFor(10)),
        (Thing::Shared("QS-33".into()), StockChange::Plenty),
        (Thing::Option("ING-GLU".into()), StockChange::NoMore),
    ]
}

/// Reported when the doors are closed: of a thing of each kind, in both catalogs, that it goes last.
pub fn at_last(branch: usize) -> StockChanges {
    vec![
        (Thing::Shared("CAFE".into()), StockChange::NoneToTheEnd),
        (Thing::Option("SUP-JAM".into()), StockChange::NoneToTheEnd),
        (soup(branch), StockChange::NoneToTheEnd),
    ]
}

/// Something else about things of which something was said before, or about others.
pub fn anything(random: &mut SeededRandom, things: &[Thing], before: &[Thing]) -> StockChanges {
    let mut words = StockChanges::new();
    for _ in 0..random.between(1, 4) {
        let again = !before.is_empty() && random.percent(50);
        let thing = random.one(if again { before } else { things }).clone();
        let says = match random.below(20) {
            0..12 => StockChange::NoneFor(random.between(2, 6)),
            12 | 13 => StockChange::NoMore,
            14 | 15 => StockChange::Left(random.between(1, 9000)),
            _ => StockChange::Plenty,
        };
        if words.iter().all(|(other, _)| *other != thing) {
            words.push((thing, says));
        }
    }
    words
}

fn soup(branch: usize) -> Thing {
    Thing::Own(menu::soup(branch))
}

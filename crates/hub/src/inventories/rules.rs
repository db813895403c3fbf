//! What decides about inventories, without any I/O.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::inventory::{About, Counted, InventoryEntry, NewInventoryEntry, Stock};
use wire::problem::{Path, Problems};
use wire::time::Time;

use super::refs::CatalogRefs;

/// What is left of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub stock: Stock,
    /// When there is no limit any longer, in whole seconds.
    pub expires_at: Option<Timestamp>,
}

/// What a location has left of everything that has a limit.
pub(super) type Stocks = BTreeMap<Counted, Left>;

/// What should be left of something from now on; none: no limit.
pub(super) type Wanted = (Counted, Option<Left>);

/// What a PATCH asks for: each ref that the catalog has, once, as it was named last. A time that has
/// passed removes the limit at once. Refs that the catalog does not have are skipped; an id without
/// ref is complained about.
pub(super) fn patched(
    entries: &[NewInventoryEntry],
    refs: &CatalogRefs,
    now: Timestamp,
) -> Result<Vec<Wanted>, Problems> {
    let mut problems = Problems::new();
    let mut wanted: Vec<Wanted> = Vec::with_capacity(entries.len());
    let mut places = BTreeMap::new();
    for entry in entries {
        let Some(counted) = counted(entry, refs, &mut problems) else {
            continue;
        };
        if !refs.has(&counted) {
            continue;
        }
        let expires_at = entry.expires_at.map(|at| Time::utc(at).at());
        let left = entry
            .stock
            .filter(|_| expires_at.is_none_or(|at| at > now))
            .map(|stock| Left { stock, expires_at });
        let place = *places.entry(counted.clone()).or_insert(wanted.len());
        match wanted.get_mut(place) {
            Some(earlier) => earlier.1 = left,
            None => wanted.push((counted, left)),
        }
    }
    problems.unless_any(Some(wanted))
}

/// What a PUT asks for: the same, and no limit for everything else in the catalog.
pub(super) fn replaced(
    entries: &[NewInventoryEntry],
    refs: &CatalogRefs,
    stored: &Stocks,
    now: Timestamp,
) -> Result<Vec<Wanted>, Problems> {
    let mut wanted = patched(entries, refs, now)?;
    let named: BTreeSet<Counted> = wanted.iter().map(|(counted, _)| counted.clone()).collect();
    let others = stored
        .keys()
        .filter(|counted| refs.has(counted) && !named.contains(*counted));
    wanted.extend(others.map(|counted| (counted.clone(), None)));
    Ok(wanted)
}

/// What an entry is about, old ids turned into refs.
fn counted(
    entry: &NewInventoryEntry,
    refs: &CatalogRefs,
    problems: &mut Problems,
) -> Option<Counted> {
    let (found, what) = match &entry.about {
        About::Ref(counted) => return Some(counted.clone()),
        About::SkuId(id) => (refs.sku(id), "a SKU"),
        About::OptionId(id) => (refs.option(id), "an option"),
    };
    if found.is_none() {
        problems.add(
            &Path::ROOT.index(entry.index).key(entry.about.key()),
            format!("is not the id of {what} that has a ref"),
        );
    }
    found.cloned()
}

/// What of it is not so already.
pub(super) fn changed(stored: &Stocks, wanted: &[Wanted]) -> Vec<Wanted> {
    wanted
        .iter()
        .filter(|(counted, left)| stored.get(counted) != left.as_ref())
        .cloned()
        .collect()
}

/// The entries as clocks in the zone show them.
pub(super) fn shown<'a>(
    left: impl IntoIterator<Item = (&'a Counted, Option<&'a Left>)>,
    zone: &TimeZone,
) -> Vec<InventoryEntry> {
    left.into_iter()
        .map(|(counted, left)| InventoryEntry {
            counted: counted.clone(),
            stock: left.map(|left| left.stock),
            expires_at: left
                .and_then(|left| left.expires_at)
                .map(|at| Time::new(at, zone)),
        })
        .collect()
}

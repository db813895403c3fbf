//! What decides about inventories, without any I/O.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::inventory::{Counted, InventoryEntry, NewInventoryEntry, Stock};
use wire::problem::{Path, Problems};
use wire::time::Time;

use super::refs::CatalogRefs;

/// The complaint about an id that stands for no ref.
const NOTHING_WITH_A_REF: &str = "is not the id of a sku or option with a ref";

/// What is left of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StockLevel {
    pub stock: Stock,
    /// When there is no limit any longer, in whole seconds.
    pub expires_at: Option<Timestamp>,
}

/// What a location has left of everything that has a limit.
pub(super) type StockLevels = BTreeMap<Counted, StockLevel>;

/// What should be left of something from now on; none: no limit.
pub(super) type TargetStock = (Counted, Option<StockLevel>);

/// A good entry, and what it names; none if that is an id of something without ref.
pub(super) type ResolvedEntry<'a> = (&'a NewInventoryEntry, Option<Counted>);

/// What a PATCH asks for: each ref that the catalog has, once, as it was named last. A time that has
/// passed removes the limit at once. Refs that the catalog does not have are skipped; an id without
/// ref is complained about.
pub(super) fn patch(
    entries: Vec<ResolvedEntry<'_>>,
    refs: &CatalogRefs,
    now: Timestamp,
) -> Result<Vec<TargetStock>, Problems> {
    let mut problems = Problems::new();
    let mut wanted: Vec<TargetStock> = Vec::with_capacity(entries.len());
    let mut indexes = BTreeMap::new();
    for (entry, counted) in entries {
        let Some(counted) = counted else {
            let path = Path::ROOT.index(entry.index);
            problems.add(&path.key(entry.about.key()), NOTHING_WITH_A_REF);
            continue;
        };
        if !refs.has(&counted) {
            continue;
        }
        let expires_at = entry.expires_at.map(|at| Time::utc(at).at());
        let left = entry
            .stock
            .filter(|_| expires_at.is_none_or(|at| at > now))
            .map(|stock| StockLevel { stock, expires_at });
        let index = *indexes.entry(counted.clone()).or_insert(wanted.len());
        match wanted.get_mut(index) {
            Some(earlier) => earlier.1 = left,
            None => wanted.push((counted, left)),
        }
    }
    problems.unless_any(Some(wanted))
}

/// What a PUT asks for: the same, and no limit for everything else in the catalog.
pub(super) fn replacement(
    entries: Vec<ResolvedEntry<'_>>,
    refs: &CatalogRefs,
    stored: &StockLevels,
    now: Timestamp,
) -> Result<Vec<TargetStock>, Problems> {
    let mut wanted = patch(entries, refs, now)?;
    let named: BTreeSet<Counted> = wanted.iter().map(|(counted, _)| counted.clone()).collect();
    let others = stored
        .keys()
        .filter(|counted| refs.has(counted) && !named.contains(*counted));
    wanted.extend(others.map(|counted| (counted.clone(), None)));
    Ok(wanted)
}

/// What of it is not so already.
pub(super) fn differences(stored: &StockLevels, wanted: &[TargetStock]) -> Vec<TargetStock> {
    wanted
        .iter()
        .filter(|(counted, left)| stored.get(counted) != left.as_ref())
        .cloned()
        .collect()
}

/// The entries as clocks in the zone show them.
pub(super) fn entry_views<'a>(
    left: impl IntoIterator<Item = (&'a Counted, Option<&'a StockLevel>)>,
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

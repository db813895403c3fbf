//! Changing an inventory, and telling of it.

use wire::event::{EventResource, EventType};
use wire::id::{AccountId, CatalogId, LocationId};
use wire::inventory::{InventoryEntry, NewInventoryEntry};
use wire::scope::Right;

use super::access::check_access;
use super::refs::{self, CatalogRefs};
use super::rules::{self, ResolvedEntry, StockLevels, TargetStock};
use super::store;
use crate::db::{self, Tx, json};
use crate::events::{self, Actor, NewEvent};
use crate::http::caller::AtLocation;
use crate::http::problem::ApiError;

/// What a location has left of the things in a catalog.
pub(super) fn find(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
) -> Result<Vec<InventoryEntry>, ApiError> {
    check_access(tx, at, catalog, Right::Read)?;
    let stored = store::stock_levels(tx, &at.account, &at.location)?;
    let refs = refs::of_catalog(tx, &at.account, catalog)?;
    Ok(of_catalog(&stored, &refs, at))
}

/// Says everything about the refs of a catalog, and answers what is left of them.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
    entries: &[NewInventoryEntry],
    by: &Actor,
) -> Result<Vec<InventoryEntry>, ApiError> {
    let (mut stored, refs) = begin(tx, at, catalog)?;
    let entries = resolve_all(tx, at, catalog, entries)?;
    let wanted = rules::replacement(entries, &refs, &stored, tx.now())?;
    let changed = rules::differences(&stored, &wanted);
    if !changed.is_empty() {
        let sequence = store::next_sequence(tx, &at.account, &at.location)?;
        store::apply(tx, &at.account, &at.location, &changed)?;
        let subject = subject(&at.location);
        let new_event = NewEvent::new(EventResource::Inventory, EventType::Update, &at.account)
            .at(&at.location)
            .catalog(catalog)
            .subject(&subject, sequence);
        events::record(tx, new_event, by)?;
    }
    for (counted, left) in changed {
        match left {
            Some(left) => stored.insert(counted, left),
            None => stored.remove(&counted),
        };
    }
    Ok(of_catalog(&stored, &refs, at))
}

/// Changes the entries that are named, and answers them.
pub(super) fn update(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
    entries: &[NewInventoryEntry],
    by: &Actor,
) -> Result<Vec<InventoryEntry>, ApiError> {
    let (stored, refs) = begin(tx, at, catalog)?;
    let entries = resolve_all(tx, at, catalog, entries)?;
    let wanted = rules::patch(entries, &refs, tx.now())?;
    let changed = rules::differences(&stored, &wanted);
    let shown = |entries: &[TargetStock]| {
        let entries = entries.iter();
        rules::entry_views(entries.map(|(it, left)| (it, left.as_ref())), &at.zone)
    };
    if !changed.is_empty() {
        store::apply(tx, &at.account, &at.location, &changed)?;
        let entries_now = shown(&changed);
        record_patch(
            tx,
            &at.account,
            &at.location,
            Some(catalog),
            &entries_now,
            by,
        )?;
    }
    Ok(shown(&wanted))
}

/// Removes what has expired at a location and tells everybody: nobody did it, so nobody is left
/// out. Nobody else can change the inventory until this change is decided.
pub(crate) fn settle_due(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<()> {
    store::next_sequence(tx, account, location)?;
    let gone = store::expire(tx, account, location)?;
    if gone.is_empty() {
        return Ok(());
    }
    let mut gone: Vec<_> = gone.into_iter().map(InventoryEntry::gone).collect();
    gone.sort_by(|a, b| a.counted.cmp(&b.counted));
    record_patch(tx, account, location, None, &gone, &Actor::system())
}

/// What a change begins with: may it be, what is stored, and what can be changed.
fn begin(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
) -> Result<(StockLevels, CatalogRefs), ApiError> {
    check_access(tx, at, catalog, Right::Write)?;
    settle_due(tx, &at.account, &at.location)?;
    let stored = store::stock_levels(tx, &at.account, &at.location)?;
    let refs = refs::of_catalog(tx, &at.account, catalog)?;
    Ok((stored, refs))
}

/// The entries with what each of them names.
fn resolve_all<'a>(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
    entries: &'a [NewInventoryEntry],
) -> db::Result<Vec<ResolvedEntry<'a>>> {
    let about: Vec<_> = entries.iter().map(|entry| &entry.about).collect();
    let named = refs::resolve(tx, &at.account, catalog, &about)?;
    Ok(entries.iter().zip(named).collect())
}

fn of_catalog(stored: &StockLevels, refs: &CatalogRefs, at: &AtLocation) -> Vec<InventoryEntry> {
    let in_catalog = stored.iter().filter(|(counted, _)| refs.has(counted));
    rules::entry_views(
        in_catalog.map(|(counted, left)| (counted, Some(left))),
        &at.zone,
    )
}

fn record_patch(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    catalog: Option<&CatalogId>,
    entries: &[InventoryEntry],
    by: &Actor,
) -> db::Result<()> {
    let changes = json::text(&entries)?;
    let (sequence, subject) = (
        store::next_sequence(tx, account, location)?,
        subject(location),
    );
    let new_event = NewEvent {
        catalog,
        ..NewEvent::new(EventResource::Inventory, EventType::Patch, account)
            .at(location)
            .subject(&subject, sequence)
            .changes(&changes)
    };
    events::record(tx, new_event, by)
}

/// The name under which the events of an inventory keep their order. A location's own events have
/// another version, and so another name.
fn subject(location: &LocationId) -> String {
    format!("{location}/inventory")
}

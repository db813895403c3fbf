//! Inventories: what is left of SKUs and options at each location (API, chapter Inventory).
//!
//! - One inventory per location, kept by refs. The catalog in a path only says which refs are seen
//!   and changed through it; others are skipped silently.
//! - No entry means no limit. Orders do not change stock: apps do.
//! - PUT says everything about a catalog's refs, PATCH about those it names. A change is told as
//!   `inventory.update`, or as `inventory.patch` with the entries that changed; what changes nothing
//!   is told to nobody.
//! - An entry with `expires_at` goes by itself: readers see it at that very moment, and a chore tells
//!   everybody soon after, in one event for all entries of a location that have gone.

pub(crate) mod changes;
mod http;
mod refs;
mod rules;
pub mod store;

use wire::scope::Right;

use crate::http::routes::{Needs, Paths, Routes};
use crate::reach::INVENTORIES;

const INVENTORY: Paths = &[
    "/catalogs/{catalog_id}/locations/{location_id}/inventory",
    "/catalogs/{catalog_id}/location/inventory",
];

/// The endpoints of inventories.
pub fn routes() -> Routes {
    let (read, write) = (
        Needs::AnyOf(INVENTORIES, Right::Read),
        Needs::AnyOf(INVENTORIES, Right::Write),
    );
    Routes::new()
        .get(INVENTORY, read, http::find)
        .put(INVENTORY, write, http::replace)
        .patch(INVENTORY, write, http::update)
}

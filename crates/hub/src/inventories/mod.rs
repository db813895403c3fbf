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

mod access;
pub(crate) mod changes;
mod http;
mod refs;
mod rules;
pub mod store;

use wire::input::Input;
use wire::inventory::{InventoryEntry, RawInventoryEntry};
use wire::scope::{Resource, Right};

use crate::http::routes::{Needs, Paths, Routes};

const INVENTORY: Paths = Paths::of_location(
    "/catalogs/{catalog_id}/locations/{location_id}/inventory",
    "/catalogs/{catalog_id}/location/inventory",
);

const EXAMPLE: &str = r#"[
    { "sku_ref": "SAV-33", "stock": "4" },
    { "option_ref": "SUP-BUR", "stock": "0", "expires_at": "2026-03-08T11:00:00+01:00" }
]"#;

const ANY: &[Resource] = &[
    Resource::Inventory,
    Resource::Catalog,
    Resource::AllCatalogs,
];
const READ: Needs = Needs::AnyOf(ANY, Right::Read);
const WRITE: Needs = Needs::AnyOf(ANY, Right::Write);

/// The endpoints of inventories.
pub fn routes() -> Routes {
    Routes::new()
        .get(INVENTORY, READ, http::find)
        .operation_id("inventories.find")
        .summary("Read the inventory of a catalog at a location")
        .note("A sku or an option without an entry has no limit.")
        .response::<Vec<InventoryEntry>>()
        .put(INVENTORY, WRITE, http::replace)
        .operation_id("inventories.replace")
        .summary("Replace the inventory of a catalog at a location")
        .note("A sku or an option that is not in the body has no limit afterwards. Refs that the catalog does not have are ignored.")
        .request::<Vec<Input<RawInventoryEntry>>>()
        .example(EXAMPLE)
        .response::<Vec<InventoryEntry>>()
        .patch(INVENTORY, WRITE, http::update)
        .operation_id("inventories.update")
        .summary("Change some entries of the inventory")
        .note("The answer has the entries that were sent.")
        .request::<Vec<Input<RawInventoryEntry>>>()
        .example(EXAMPLE)
        .response::<Vec<InventoryEntry>>()
}

//! What becomes of what: pure functions between the hub's types and Zelty's.
//!
//! | From | To | File |
//! |---|---|---|
//! | an order of the hub | an order of Zelty, or why not | `outgoing/` |
//! | a change of that order | additions, a payment, the kitchen's start, the closure | `outgoing/changes.rs` |
//! | an order of Zelty | an order of the hub, or a change of it | `incoming.rs`, `incoming_change.rs` |
//! | what Zelty sells | a catalog of the hub | `catalog/` |
//! | what is sold out | an inventory of the hub | `inventory.rs` |
//! | a restaurant | hours, acceptance and preparation time of a location | `location.rs` |
//!
//! What gets lost on the way, and what is suspicious, comes along as [`OrderNote`]s in words.

mod catalog;
mod incoming;
mod incoming_change;
mod inventory;
mod location;
mod note;
mod options;
mod outgoing;
mod till_menu;

pub use catalog::{
    CatalogImage, CatalogNote, MappedCatalog, catalog_of_catalogs, catalog_of_lists,
};
pub use incoming::{IncomingContext, hub_status, incoming_customer, incoming_order};
pub use incoming_change::incoming_change;
pub use inventory::{changed_stock, whole_inventory};
pub use location::{LocationChange, location_change};
pub use note::{FallbackTicket, OrderNote, OrderRefusal};
pub use options::{BridgeLanguage, BridgeOptions, CatalogChoice};
pub use outgoing::{
    OrderAdditions, OutgoingContext, OutgoingOrder, SentElements, StatusAction, SumComparison,
    outgoing_additions, outgoing_order, status_action, transaction_id,
};
pub use till_menu::TillMenu;

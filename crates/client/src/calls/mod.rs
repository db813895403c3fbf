//! The calls of the API by name, a file per resource. Each answers as the type that the caller names:
//! `serde_json::Value`, a type of `wire` such as `wire::order::Order`, or one of the caller's own.

mod catalogs;
mod customers;
mod deliveries;
mod events;
mod images;
mod inventories;
mod locations;
mod orders;

pub use customers::{CustomerFilter, LoyaltyCardFilter};
pub use orders::OrderFilter;

//! Loyalty cards of customers (API, chapter Customer lists, customers, loyalty).
//!
//! - A card belongs to a customer and is found by its ref; one card may have none.
//! - A balance changes through operations only, may be negative, and is kept in thousandths of a
//!   point.
//! - Whoever changes cards holds the lock of their customer.

pub(crate) mod rules;
pub mod store;

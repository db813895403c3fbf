//! Loyalty cards of customers (API, chapter Customer lists, customers, loyalty).
//!
//! - A card belongs to a customer and is found by its ref; one card may have none.
//! - A balance changes through operations only, may be negative, and is kept in thousandths of a
//!   point.
//! - An operation is for ever: what was wrong is put right by another with the opposite delta. It may
//!   name an order; those that came with an order are among them.
//! - Whoever changes cards holds the lock of their customer.
//! - Cards are part of what a customer shows, so a new card, a change of one and an operation are all
//!   told as `customer.update`.

mod http;
pub(crate) mod operations;
pub(crate) mod rules;
pub mod store;

use crate::customer_lists::{READ, WRITE};
use crate::http::routes::{Paths, Routes};

pub use operations::ALL as OPERATIONS;

const CARDS: Paths = &["/customer_lists/{customer_list_id}/loyalty_cards"];
const CARD: Paths = &["/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}"];
const OPERATIONS_OF_CARD: Paths =
    &["/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}/operations"];
const OPERATION: Paths = &[
    "/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}/operations/{operation_id}",
];

/// The endpoints of loyalty cards and of what happened to them.
pub fn routes() -> Routes {
    Routes::new()
        .get(CARDS, READ, http::list)
        .paged()
        .post(CARDS, WRITE, http::create)
        .get(CARD, READ, http::find)
        .patch(CARD, WRITE, http::update)
        .get(OPERATIONS_OF_CARD, READ, http::list_operations)
        .paged()
        .post(OPERATIONS_OF_CARD, WRITE, http::operate)
        .get(OPERATION, READ, http::find_operation)
}

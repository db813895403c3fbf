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

use wire::loyalty::{LoyaltyCard, LoyaltyOperation, RawLoyaltyCard, RawOperation};

use crate::customer_lists::{READ, WRITE};
use crate::http::routes::{Paths, Routes};

pub use operations::ALL as OPERATIONS;

const CARDS: Paths = Paths::of_any_token("/customer_lists/{customer_list_id}/loyalty_cards");
const CARD: Paths =
    Paths::of_any_token("/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}");
const OPERATIONS_OF_CARD: Paths = Paths::of_any_token(
    "/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}/operations",
);
const OPERATION: Paths = Paths::of_any_token(
    "/customer_lists/{customer_list_id}/loyalty_cards/{loyalty_card_id}/operations/{operation_id}",
);

/// The endpoints of loyalty cards and of what happened to them.
pub fn routes() -> Routes {
    Routes::new()
        .get(CARDS, READ, http::list)
        .operation_id("loyalty.list")
        .paginated()
        .summary("List the loyalty cards of a list, oldest first")
        .filter::<String>("customer_id", "Only cards of this customer")
        .filter::<String>("ref", "Only cards with this ref")
        .filter::<String>("name", "Only cards with this name")
        .response::<Vec<LoyaltyCard>>()
        .post(CARDS, WRITE, http::create)
        .operation_id("loyalty.create")
        .summary("Give a customer a loyalty card")
        .note("The new card has no points. One card of a customer may be without a ref.")
        .request::<RawLoyaltyCard>()
        .example(r#"{ "customer_id": "x7k2m9", "name": "Club", "ref": "CLUB" }"#)
        .response::<LoyaltyCard>()
        .get(CARD, READ, http::find)
        .operation_id("loyalty.find")
        .summary("Read a loyalty card")
        .response::<LoyaltyCard>()
        .patch(CARD, WRITE, http::update)
        .operation_id("loyalty.update")
        .summary("Change name and ref of a loyalty card")
        .note("Only operations change the balance.")
        .request::<RawLoyaltyCard>()
        .example(r#"{ "name": "Club Or" }"#)
        .response::<LoyaltyCard>()
        .and(operations_of_a_card())
}

fn operations_of_a_card() -> Routes {
    Routes::new()
        .get(OPERATIONS_OF_CARD, READ, http::list_operations)
        .operation_id("loyalty.list_operations")
        .paginated()
        .summary("List the operations of a loyalty card, newest first")
        .response::<Vec<LoyaltyOperation>>()
        .post(OPERATIONS_OF_CARD, WRITE, http::operate)
        .operation_id("loyalty.operate")
        .summary("Add points to a loyalty card, or take points away")
        .note("An operation can be neither changed nor deleted. To correct it, add another one with the opposite `delta`.")
        .request::<RawOperation>()
        .example(r#"{ "delta": "2.5", "reason": "Birthday" }"#)
        .response::<LoyaltyOperation>()
        .get(OPERATION, READ, http::find_operation)
        .operation_id("loyalty.find_operation")
        .summary("Read an operation of a loyalty card")
        .response::<LoyaltyOperation>()
}

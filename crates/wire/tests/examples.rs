//! The examples of the API are read and written back byte for byte, white space aside. Without them
//! a mistake shared by hub and client would go unseen.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::callback::Callback;
use wire::catalog::Catalog;
use wire::customer::{Customer, CustomerList};
use wire::delivery::{Delivery, DeliveryQuote, OrderDelivery};
use wire::event::Event;
use wire::image::Image;
use wire::inventory::InventoryEntry;
use wire::location::Location;
use wire::loyalty::{LoyaltyCard, LoyaltyOperation};
use wire::order::Order;
use wire::problem::ErrorBody;
use wire::token::TokenResponse;
use wire::user::User;

/// JSON without white space, with its keys in their order.
fn compact(json: &str) -> String {
    serde_json::from_str::<Value>(json).unwrap().to_string()
}

fn reads_and_writes<T: Serialize + DeserializeOwned>(example: &str) {
    let value: T = serde_json::from_str(example).unwrap();
    assert_eq!(
        compact(&serde_json::to_string(&value).unwrap()),
        compact(example)
    );
}

#[test]
fn an_order() {
    reads_and_writes::<Order>(include_str!("examples/order.json"));
}

#[test]
fn a_catalog() {
    reads_and_writes::<Catalog>(include_str!("examples/catalog.json"));
}

#[test]
fn a_delivery() {
    reads_and_writes::<Delivery>(include_str!("examples/delivery.json"));
}

#[test]
fn a_delivery_as_its_order_shows_it() {
    reads_and_writes::<OrderDelivery>(include_str!("examples/order_delivery.json"));
}

#[test]
fn a_delivery_quote() {
    reads_and_writes::<DeliveryQuote>(include_str!("examples/delivery_quote.json"));
}

#[test]
fn an_event_of_a_delivery() {
    reads_and_writes::<Event>(include_str!("examples/event_delivery_create.json"));
}

#[test]
fn a_location() {
    reads_and_writes::<Location>(include_str!("examples/location.json"));
}

#[test]
fn an_event_with_both_states() {
    reads_and_writes::<Event>(include_str!("examples/event_order_update.json"));
}

#[test]
fn an_event_with_changed_entries() {
    reads_and_writes::<Event>(include_str!("examples/event_inventory_patch.json"));
}

#[test]
fn an_inventory() {
    reads_and_writes::<Vec<InventoryEntry>>(include_str!("examples/inventory.json"));
}

#[test]
fn an_image() {
    reads_and_writes::<Image>(include_str!("examples/image.json"));
}

#[test]
fn a_token_response() {
    reads_and_writes::<TokenResponse>(include_str!("examples/token.json"));
}

#[test]
fn a_callback() {
    reads_and_writes::<Callback>(include_str!("examples/callback.json"));
}

#[test]
fn a_user() {
    reads_and_writes::<User>(include_str!("examples/user.json"));
}

#[test]
fn a_refusal_that_lists_fields() {
    reads_and_writes::<ErrorBody>(include_str!("examples/error_validation.json"));
}

#[test]
fn a_refusal_with_a_sentence() {
    reads_and_writes::<ErrorBody>(include_str!("examples/error_unauthorized.json"));
}

#[test]
fn a_customer() {
    reads_and_writes::<Customer>(include_str!("examples/customer.json"));
}

#[test]
fn a_customer_list_of_each_level() {
    reads_and_writes::<CustomerList>(include_str!("examples/customer_list.json"));
    reads_and_writes::<CustomerList>(include_str!("examples/customer_list_of_location.json"));
}

#[test]
fn a_loyalty_card_and_an_operation() {
    reads_and_writes::<LoyaltyCard>(include_str!("examples/loyalty_card.json"));
    reads_and_writes::<LoyaltyOperation>(include_str!("examples/loyalty_operation.json"));
}

#[test]
fn an_event_of_a_customer() {
    reads_and_writes::<Event>(include_str!("examples/event_customer_update.json"));
}

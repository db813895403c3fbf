//! The examples of the API are read and written back byte for byte, white space aside. Without them
//! a mistake shared by hub and client would go unseen.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::callback::Callback;
use wire::catalog::Catalog;
use wire::delivery::{Delivery, DeliveryQuote, OrderDelivery};
use wire::event::Event;
use wire::image::Image;
use wire::inventory::InventoryEntry;
use wire::location::Location;
use wire::order::Order;
use wire::problem::ErrorBody;
use wire::token::TokenResponse;
use wire::user::User;

/// The same JSON without white space, keys in their order.
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
fn an_event_with_a_delivery_reads_and_writes() {
    reads_and_writes::<Event>(
        r#"{
            "id": "e1", "resource_type": "delivery", "event_type": "update",
            "created_at": "2026-03-07T19:43:20+01:00", "account_id": "q7h2d",
            "location_id": "q7h2d-0", "order_id": "w5x2rk", "delivery_id": "d1"
        }"#,
    );
}

#[test]
fn a_delivery_in_an_order_has_every_field_but_the_drivers_position() {
    reads_and_writes::<OrderDelivery>(
        r#"{
            "id": "d1", "order_id": "w5x2rk", "location_id": "q7h2d-0", "carrier": "Vélo Rhône",
            "carrier_ref": "velo_rhone", "ref": "VR-1", "status": "pickup_enroute",
            "fee": "5.20 EUR", "estimated_pickup_at": "2026-03-07T20:05:00+01:00",
            "estimated_dropoff_at": "2026-03-07T20:24:00+01:00",
            "tracking_url": "https://velo.example/t", "driver_pickup_url": "https://velo.example/p",
            "driver_name": "Ada", "driver_phone": "+33612345678", "driver_phone_access_code": "7",
            "assigned_at": "2026-03-07T20:00:00+01:00", "pickup_at": null, "delivered_at": null,
            "cancelled_at": null
        }"#,
    );
}

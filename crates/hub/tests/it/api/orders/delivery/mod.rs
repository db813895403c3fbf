//! Deliveries and their quotes.

mod bad_input;
mod create;
mod events;
mod isolation;
mod quotes;
mod update;

use super::path;
use crate::support::{Caller, Value, json};

/// An order to be brought to the customer.
fn order(kiosk: &Caller) -> Value {
    let new = json!({ "status": "new", "service_type": "delivery", "items": [super::tiramisu()] });
    kiosk.post("/location/orders", new).ok()
}

/// The path of the delivery of an order.
fn delivery_path(order: &Value) -> String {
    format!("{}/delivery", path(order))
}

/// The path of the quotes of an order.
fn quotes_path(order: &Value) -> String {
    format!("{}/delivery_quotes", path(order))
}

/// The path of one quote.
fn quote_path(quote: &Value) -> String {
    let text = |key: &str| quote[key].as_str().expect("an id").to_owned();
    format!(
        "/location/orders/{}/delivery_quotes/{}",
        text("order_id"),
        text("id")
    )
}

/// Attaches the smallest delivery, with this status.
fn deliver(carrier: &Caller, order: &Value, status: &str) -> Value {
    let new = json!({ "carrier": "Vélo Rhône", "status": status });
    carrier.post(&delivery_path(order), new).ok()
}

/// The delivery as its order shows it.
fn shown(delivery: &Value) -> Value {
    let mut shown = delivery.clone();
    let keys = shown.as_object_mut().expect("an object");
    keys.remove("driver_latitude");
    keys.remove("driver_longitude");
    shown
}

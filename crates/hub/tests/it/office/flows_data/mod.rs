//! **DONNÉES**: what readers find in the list of orders and in an order.

mod catalogs;
mod customers;
mod data_logs;
mod inventory;
mod journey;
mod list;
mod order;

use crate::support::{Caller, Value, json};

/// Sends an order with this ref; answers its id.
fn order(from: &Caller, reference: &str, more: Value) -> String {
    let mut body = json!({
        "status": "new",
        "ref": reference,
        "items": [{ "product_name": "Tiramisu", "price": "5.00 EUR", "quantity": "1" }],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let made = from.post("/location/orders", body).ok();
    made["id"].as_str().unwrap().to_owned()
}

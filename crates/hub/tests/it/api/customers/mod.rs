//! Customer lists, customers and loyalty cards.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says by panicking what is wrong"
)]

mod anonymise;
mod bad_input;
mod change;
mod events;
mod isolation;
mod lists;
mod loyalty;
mod operations;
mod remove;
mod search;
mod tags;

use crate::support::{Answer, Caller, TestHub, Value, json};

/// The path of the customers of the account's list.
fn customers(hub: &TestHub) -> String {
    format!("/customer_lists/{}/customers", hub.customer_list)
}

/// The path of a customer.
fn path(customer: &Value) -> String {
    let text = |key: &str| customer[key].as_str().expect("an id").to_owned();
    format!(
        "/customer_lists/{}/customers/{}",
        text("customer_list_id"),
        text("id")
    )
}

/// The path of the loyalty cards of the account's list.
fn cards(hub: &TestHub) -> String {
    format!("/customer_lists/{}/loyalty_cards", hub.customer_list)
}

/// Everything that can be known of Ada.
fn ada() -> Value {
    json!({
        "email": "Ada.Martin@clients.example", "first_name": "Ada", "last_name": "Martin-Dupré",
        "gender": "female", "birth_date": "1990-02-28", "company_name": "Atelier Dupré",
        "phone": "+33601020304", "phone_access_code": "C0DE7", "address_1": "7 quai Rambaud",
        "address_2": "3e étage", "postal_code": "69992", "city": "Lyon", "state": "Rhône",
        "country": "fr", "latitude": 45.757, "longitude": "4.832", "delivery_notes": "Sonner 2x",
        "sms_marketing": true, "custom_fields": { "epos": { "number": 118 } }
    })
}

/// Adds somebody to the account's list.
fn add(hub: &TestHub, who: &Caller, body: Value) -> Value {
    who.post(&customers(hub), body).ok()
}

/// Keeps what happens to these for a client to fetch.
fn follow(who: &Caller, events: Value) {
    who.post("/callback", json!({ "events": events })).ok();
}

/// What a client was told and has not acknowledged, whole, oldest first.
fn fetch_events(who: &Caller) -> Vec<Value> {
    let list = who.get("/callback/events").ok();
    let ids = list.as_array().expect("events").iter();
    ids.map(|event| {
        let id = event["id"].as_str().expect("an id");
        who.get(&format!("/callback/events/{id}")).ok()
    })
    .collect()
}

/// `customer.create` of each.
fn names(events: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    events
        .iter()
        .map(|it| format!("{}.{}", text(&it["resource_type"]), text(&it["event_type"])))
        .collect()
}

/// This of each entry of a list.
fn each(list: &Value, key: &str) -> Vec<Value> {
    let entries = list.as_array().expect("a list").iter();
    entries.map(|entry| entry[key].clone()).collect()
}

/// `field message` of every complaint.
fn complaints(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{answer:?}");
    let body = answer.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = body["errors"].as_array().expect("errors").iter();
    errors
        .map(|error| format!("{} {}", text(&error["field"]), text(&error["message"])))
        .collect()
}

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const WRONG_LEVEL: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

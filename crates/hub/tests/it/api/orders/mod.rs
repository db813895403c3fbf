//! Orders, verb by verb, and what belongs to them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says by panicking what is wrong"
)]

pub(crate) mod bad_input;
mod careless;
mod create;
mod customers;
mod delivery;
mod events;
mod find;
mod isolation;
mod list;
mod loyalty;
mod one_commit;
mod private_refs;
mod recent_refs;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use hub::args;
use hub::customers::Customer;
use hub::db;
use wire::order::CustomerDetails;

use crate::support::{Caller, TestHub, Value, json};

/// A guest order's smallest item.
fn tiramisu() -> Value {
    json!({ "product_name": "Tiramisu", "sku_ref": "TIRA", "price": "5.00 EUR", "quantity": "1" })
}

/// Ada, in the customer list of the account.
fn ada(hub: &TestHub) -> Customer {
    let (account, list) = (hub.account.clone(), hub.customer_list.clone());
    hub.wait(hub.hub.write("test.customer", move |tx| {
        let details = CustomerDetails {
            first_name: Some("Ada".to_owned()),
            ..CustomerDetails::default()
        };
        hub::customers::store::insert(tx, &account, &list, details)
    }))
    .unwrap_or_else(|error: db::Error| panic!("no customer: {error}"))
}

/// What Ada's row says now.
fn ada_now(hub: &TestHub, ada: &Customer, client: &Caller) -> Customer {
    let (account, id, client) = (hub.account.clone(), ada.id.clone(), client.client.clone());
    hub.wait(hub.hub.read("test.customer", move |tx| {
        hub::customers::store::find(tx, &account, &client, &id)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
    .expect("Ada")
}

/// Gives a client a callback: active with a URL, passive without.
fn follow(who: &Caller, url: Option<&str>, events: Value) {
    let callback = json!({ "url": url, "events": events });
    who.post("/callback", callback).ok();
}

/// The events of the account in their order, each with its place among those of its subject and its
/// document: `order.create 1`. No two of one subject have the same turn.
fn recorded_events(hub: &TestHub) -> Vec<(String, Value)> {
    let account = hub.account.clone();
    let rows: Vec<(String, String, i64, String)> = hub
        .wait(hub.hub.read("test.events", move |tx| {
            tx.all(
                "SELECT resource || '.' || kind, subject_id, turn, document FROM events
                WHERE account_id = $1 ORDER BY turn, LENGTH(id), id",
                args![&account],
            )
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let mut sequences: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    rows.into_iter()
        .map(|(name, subject, sequence, document)| {
            let before = sequences.entry(subject).or_default();
            assert!(before.insert(sequence), "one turn twice");
            let document = serde_json::from_str(&document).expect("JSON");
            (format!("{name} {}", before.len()), document)
        })
        .collect()
}

/// The names of those events.
fn recorded_names(hub: &TestHub) -> Vec<String> {
    recorded_events(hub)
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// How many events a client is owed, and how many of them now.
fn owed(hub: &TestHub, who: &Caller) -> (i64, i64) {
    let connection = who.connection.clone();
    hub.wait(hub.hub.read("test.owed", move |tx| {
        tx.first(
            "SELECT COUNT(*), COUNT(b.url) FROM dispatches d
                LEFT JOIN callbacks b ON b.account_id = d.account_id
                    AND b.connection_id = d.connection_id
                WHERE d.connection_id = $1",
            args![&connection],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
    .expect("a row")
}

/// The path of an order.
fn path(order: &Value) -> String {
    format!("/location/orders/{}", order["id"].as_str().expect("an id"))
}

/// `field message` of every complaint.
fn complaints(answer: &crate::support::Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["message"], "Validation failed");
    assert_eq!(body["error_type"], "unprocessable_entity");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| format!("{} {}", text(&error["field"]), text(&error["message"])))
        .collect()
}

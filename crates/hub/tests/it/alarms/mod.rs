//! Presence, and alarms that a person gets.

mod begin_and_end;
mod pages;
mod presence;
mod quiet;
mod told;

use std::time::Duration;

use hub::users::permissions::Permissions;
use hub::{Hub, db};

use crate::support::{Browser, Caller, TestHub, Value, json};

/// Lets the hub live for so many half minutes, with its chores.
fn live(hub: &TestHub, half_minutes: u32) {
    live_with(hub, &[&hub.hub], half_minutes);
}

/// Lets several hubs on one database live for so many half minutes.
fn live_with(hub: &TestHub, hubs: &[&Hub], half_minutes: u32) {
    for _ in 0..half_minutes {
        hub.pass(Duration::from_secs(30));
        for one in hubs {
            run_chores(hub, one);
        }
    }
}

fn run_chores(hub: &TestHub, one: &Hub) {
    hub.wait(hub::chores::run_due(one)).expect("the chores");
}

/// A hub whose first look for alarms is behind it.
fn begin(hub: &TestHub) {
    run_chores(hub, &hub.hub);
}

/// The rows of a question about two texts.
fn texts(hub: &TestHub, sql: &'static str) -> Vec<(String, String)> {
    let found: db::Result<Vec<(String, String)>> =
        hub.wait(hub.hub.read("test.texts", move |tx| tx.all(sql, &[])));
    found.expect("the rows")
}

fn change(hub: &TestHub, sql: &'static str) {
    let changed: db::Result<()> = hub.wait(hub.hub.write("test.change", move |tx| {
        tx.execute(sql, &[])?;
        Ok(())
    }));
    changed.expect("a change");
}

/// Kind and subject of the alarms that are open.
fn open(hub: &TestHub) -> Vec<(String, String)> {
    texts(
        hub,
        "SELECT kind, subject_id FROM alarms WHERE ended_at IS NULL ORDER BY kind, subject_id",
    )
}

/// Kind and subject of the alarms that have ended.
fn past(hub: &TestHub) -> Vec<(String, String)> {
    texts(
        hub,
        "SELECT kind, subject_id FROM alarms WHERE ended_at IS NOT NULL ORDER BY ended_at, kind",
    )
}

fn alarm(kind: &str, subject: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), subject.to_owned())]
}

/// An order that waits; its id.
fn order(shop: &Caller, reference: &str) -> String {
    let body = json!({
        "status": "new", "ref": reference, "service_type": "delivery",
        "expected_time": "2026-03-07T20:30:00+01:00",
        "customer_notes": "Ring twice",
        "items": [{
            "product_name": "Reine", "sku_name": "Large", "price": "9.80 EUR", "quantity": "2",
            "customer_notes": "well done",
            "options": [{
                "option_list_name": "Extras", "name": "Olives", "price": "1.00 EUR", "quantity": 1
            }],
        }],
        "payments": [{ "type": "online", "name": "Card", "amount": "21.60 EUR" }],
        "customer": {
            "first_name": "Nina", "last_name": "Roy", "phone": "+33612345678",
            "address_1": "1 rue Mercière", "postal_code": "69002", "city": "Lyon",
        },
    });
    let made = shop.post("/location/orders", body).ok();
    made["id"].as_str().expect("an id").to_owned()
}

fn set_status(shop: &Caller, order: &str, status: &str) -> Value {
    let path = format!("/location/orders/{order}");
    shop.patch(&path, json!({ "status": status })).ok()
}

/// A till that fetches the events of orders.
fn passive_till(hub: &TestHub) -> Caller {
    let till = hub.client("till");
    till.post("/callback", json!({ "events": { "order": ["create"] } }))
        .ok();
    till
}

/// A till to which the events of orders are sent.
fn active_till(hub: &TestHub, url: &str) -> Caller {
    let till = hub.client("till");
    let body = json!({ "url": url, "events": { "order": ["create"] } });
    till.post("/callback", body).ok();
    till
}

/// Acknowledges all that waits for a till.
fn fetch(till: &Caller) {
    let events = till.get("/callback/events").ok();
    for event in events.as_array().expect("a list") {
        let id = event["id"].as_str().expect("an id");
        let answer = till.delete(&format!("/callback/events/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

/// A user called `name` who reads English and handles orders in the whole account.
fn english(hub: &TestHub, name: &str) -> Browser {
    let browser = hub.user(name, Permissions::VIEW.with_implied(true), None);
    change(hub, "UPDATE users SET locale = 'en-GB'");
    browser
}

/// The mails to somebody so far, decoded.
fn mails(hub: &TestHub, name: &str, count: usize) -> Vec<String> {
    let address = format!("{}@example.com", name.to_lowercase());
    let mails = hub.mails(&address, count);
    mails.iter().map(|mail| decoded(mail)).collect()
}

/// A mail with its quoted characters and its folded subject as they were.
fn decoded(mail: &str) -> String {
    let mail = mail.replace("\r\n ", " ");
    let mut bytes = Vec::new();
    let mut rest = mail.as_bytes();
    while let [first, tail @ ..] = rest {
        let quoted = tail.get(..2).filter(|_| *first == b'=');
        let quoted = quoted.and_then(|hex| std::str::from_utf8(hex).ok());
        match quoted.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many mails there are in all.
fn mail_count(hub: &TestHub) -> usize {
    let folder = &hub.hub.config().mail.folder;
    std::fs::read_dir(folder).map_or(0, |files| files.count())
}

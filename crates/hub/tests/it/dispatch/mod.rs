//! Callbacks on their way: what receivers can count on, and what the hub survives.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends where the world is not as it must be"
)]

mod addresses;
mod attempts;
mod fairness;
mod fire;
mod guard;
mod keep_alive;
mod many_waiting;
mod model;
mod options;
mod order;
mod race;
mod registered;
mod resend;
mod resend_jobs;
mod tls;
mod workers;

use hub::events::store::{self, Dispatch};

use crate::support::{Caller, Receiver, TestHub, Value, json};

/// What the back office shows of a connection: newest first.
pub fn log(hub: &TestHub, caller: &Caller) -> Vec<Dispatch> {
    let (account, connection) = (hub.account.clone(), caller.connection.clone());
    hub.wait(hub.hub.read("test.log", move |tx| {
        store::recent(tx, &account, &connection, ("~", "~"), 100)
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("no log: {error}"))
}

/// Has `caller` told of locations at this URL.
fn follow(caller: &Caller, url: &str) {
    let body = json!({ "url": url, "events": { "location": ["update"] } });
    caller.post("/callback", body).ok();
}

/// A client called till that is told of locations at `receiver`, and one that changes them.
fn till_and_office(hub: &TestHub, receiver: &Receiver) -> (Caller, Caller) {
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    (till, hub.connect("office", "account[orders.write]", None))
}

/// Changes a location, which every follower is told.
fn change(office: &Caller, location: &impl std::fmt::Display, minutes: u32) {
    let body = json!({ "preparation_time": minutes });
    office.patch(&format!("/locations/{location}"), body).ok();
}

/// The preparation times that came, in the order of arrival.
fn minutes(receiver: &Receiver) -> Vec<u64> {
    let time = |event: &Value| event["new_state"]["preparation_time"].as_u64();
    receiver
        .events()
        .iter()
        .map(|event| time(event).expect("a state"))
        .collect()
}

//! What the developer of an app may wish of its callbacks, and what a merchant may set for a connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hub::events::store::DispatchState;
use hub::oauth::clients::{self, CallbackOptions};
use hub::oauth::connections;
use hub::secret::{signature, webhook_signature};
use jiff::Timestamp;
use wire::id::ClientId;

use super::race::send;
use super::{change, follow, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Caller, Received, Receiver, Reply, START, TestHub, Value, json};

const DAY: Duration = Duration::from_secs(86_400);

fn till_client() -> ClientId {
    ClientId::parse("till.clients.test").unwrap()
}

/// Sets how the callbacks of the client called till are sent.
fn set_options(hub: &TestHub, options: CallbackOptions) {
    let set: hub::db::Result<()> = hub.wait(hub.hub.write("test.options", move |tx| {
        let mut client = clients::find(tx, &till_client())?.expect("a client");
        client.callbacks = options;
        clients::update(tx, &client)
    }));
    set.unwrap();
}

fn rotate(hub: &TestHub) -> String {
    let key = hub.hub.key().clone();
    let secret: hub::db::Result<String> = hub.wait(hub.hub.write("test.rotate", move |tx| {
        let client = clients::find(tx, &till_client())?.expect("a client");
        clients::rotate(tx, &key, &client)
    }));
    secret.unwrap()
}

fn only(receiver: &Receiver) -> Received {
    let mut received = receiver.received();
    assert_eq!(received.len(), 1);
    received.remove(0)
}

#[apply(each_engine!)]
fn a_strict_app_acknowledges_by_2xx_only(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    set_options(
        &hub,
        CallbackOptions {
            is_strict: true,
            ..CallbackOptions::default()
        },
    );
    receiver.plans(vec![
        Reply::Status(404),
        Reply::Status(302),
        Reply::Status(204),
    ]);
    change(&office, &hub.location, 21);
    for expected in [
        DispatchState::Pending,
        DispatchState::Pending,
        DispatchState::Acknowledged,
    ] {
        hub.dispatch();
        assert_eq!(log(&hub, &till)[0].state, expected);
        hub.pass(DAY);
    }
    assert_eq!(receiver.count(), 3);
}

#[apply(each_engine!)]
fn a_strict_app_that_refuses_is_known_to_fail(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    set_options(
        &hub,
        CallbackOptions {
            is_strict: true,
            ..CallbackOptions::default()
        },
    );
    receiver.answers(Reply::Status(404));
    change(&office, &hub.location, 21);
    hub.dispatch();
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let found: hub::db::Result<Vec<(String, bool)>> =
        hub.wait(hub.hub.read("test.failing", |tx| {
            let failing = "SELECT connection_id, failing_since IS NOT NULL FROM connection_presence
            ORDER BY failing_since IS NULL";
            tx.all(failing, &[])
        }));
    assert_eq!(found.unwrap()[0], (till.connection.to_string(), true));
}

#[apply(each_engine!)]
fn standard_webhooks_come_beside_the_signature_of_the_api(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, office) = till_and_office(&hub, &receiver);
    set_options(
        &hub,
        CallbackOptions {
            has_standard_webhooks: true,
            ..CallbackOptions::default()
        },
    );
    change(&office, &hub.location, 21);
    hub.dispatch();
    let sent = only(&receiver);
    let secret = "secret of till";
    let id = sent.header("webhook-id").expect("an id");
    assert_eq!(sent.event()["id"], id);
    let seconds = START.parse::<Timestamp>().unwrap().as_second();
    assert_eq!(
        sent.header("webhook-timestamp"),
        Some(&*seconds.to_string())
    );
    assert_eq!(
        sent.header("webhook-signature"),
        Some(&*webhook_signature(secret, id, seconds, &sent.body))
    );
    assert_eq!(
        sent.header("x-hubrise-hmac-sha256"),
        Some(&*signature(secret, &sent.body))
    );
}

/// The example of the specification's rule: `{id}.{seconds}.{body}`, keyed with the secret's bytes.
#[test]
fn a_standard_signature_is_over_the_id_the_time_and_the_body() {
    let found = webhook_signature("secret of till", "z9q4d7", 1_772_908_868, b"{\"id\":1}");
    // printf 'z9q4d7.1772908868.{"id":1}' | openssl dgst -sha256 -hmac 'secret of till' -binary | base64
    assert_eq!(found, "v1,FoZSrPGB6I7dQ6BF+5jFg2ym+sur38aIH3hxZn0PPIw=");
}

#[apply(each_engine!)]
fn a_usual_app_gets_no_other_headers(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let sent = only(&receiver);
    for name in [
        "webhook-id",
        "webhook-signature",
        "x-hubrise-hmac-sha256-next",
    ] {
        assert_eq!(sent.header(name), None, "{name}");
    }
}

#[apply(each_engine!)]
fn while_a_secret_is_replaced_both_sign(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, office) = till_and_office(&hub, &receiver);
    set_options(
        &hub,
        CallbackOptions {
            has_standard_webhooks: true,
            ..CallbackOptions::default()
        },
    );
    let new = rotate(&hub);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let sent = only(&receiver);
    let both = ["secret of till", new.as_str()].map(|secret| signature(secret, &sent.body));
    assert_eq!(sent.header("x-hubrise-hmac-sha256"), Some(&*both[0]));
    assert_eq!(sent.header("x-hubrise-hmac-sha256-next"), Some(&*both[1]));
    let signatures = sent.header("webhook-signature").expect("signatures");
    assert_eq!(signatures.split(' ').count(), 2);

    hub.pass(DAY);
    change(&office, &hub.location, 22);
    hub.dispatch();
    let sent = receiver.received().pop().expect("a request");
    assert_eq!(
        sent.header("x-hubrise-hmac-sha256"),
        Some(&*signature(&new, &sent.body))
    );
    assert_eq!(sent.header("x-hubrise-hmac-sha256-next"), None);
}

fn states(hub: &TestHub, caller: &Caller) -> Vec<DispatchState> {
    let newest_first = log(hub, caller).into_iter();
    newest_first.rev().map(|dispatch| dispatch.state).collect()
}

fn coalesce(hub: &TestHub) {
    set_options(
        hub,
        CallbackOptions {
            coalesces_updates: true,
            ..CallbackOptions::default()
        },
    );
}

#[apply(each_engine!)]
fn of_updates_that_wait_only_the_newest_is_sent_to_an_app_that_wishes_so(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    coalesce(&hub);
    receiver.answers(Reply::Status(503));
    change(&office, &hub.location, 21);
    hub.dispatch();
    for minutes in [22, 23, 24] {
        change(&office, &hub.location, minutes);
    }
    let superseded = DispatchState::Superseded;
    assert_eq!(
        states(&hub, &till),
        [superseded, superseded, superseded, DispatchState::Pending]
    );
    receiver.answers(Reply::Status(200));
    hub.pass(DAY);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 24]);
}

#[apply(each_engine!)]
fn an_update_that_is_being_sent_is_not_superseded(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    coalesce(&hub);
    let path = format!("/v1/locations/{}", hub.location);
    let (changed, is_first) = (hub.hub.clone(), AtomicBool::new(true));
    receiver.acts(move |_| {
        let changes = match is_first.swap(false, Ordering::SeqCst) {
            true => &[22, 23][..],
            false => &[],
        };
        let (hub, path, office) = (changed.clone(), path.clone(), office.clone());
        Box::pin(async move {
            for minutes in changes {
                let change = json!({ "preparation_time": minutes });
                send(hub.clone(), "PATCH", &path, &office, change).await;
            }
        })
    });
    let minutes_21 = json!({ "preparation_time": 21 });
    let admin = hub.connect("office", "account[orders.write]", None);
    admin
        .patch(&format!("/locations/{}", hub.location), minutes_21)
        .ok();
    hub.dispatch();
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 23]);
    let (acknowledged, superseded) = (DispatchState::Acknowledged, DispatchState::Superseded);
    assert_eq!(
        states(&hub, &till),
        [acknowledged, superseded, acknowledged]
    );
}

#[apply(each_engine!)]
fn an_app_that_fetches_finds_only_the_newest_update_of_each_subject(hub: TestHub) {
    let (till, office) = (
        hub.client("till"),
        hub.connect("office", "account[orders.write]", None),
    );
    coalesce(&hub);
    let events = json!({ "location": ["update"], "order": ["create"] });
    till.post("/callback", json!({ "events": events })).ok();
    change(&office, &hub.location, 21);
    let path = format!("/locations/{}/orders", hub.location);
    for _ in 0..2 {
        office.post(&path, json!({ "status": "new" })).ok();
    }
    change(&office, &hub.location, 22);
    let listed = till.get("/callback/events").ok();
    let kinds = listed.as_array().expect("a list").iter();
    let kinds: Vec<&Value> = kinds.map(|event| &event["resource_type"]).collect();
    assert_eq!(kinds, ["order", "order", "location"]);
}

#[apply(each_engine!)]
fn every_update_is_sent_to_an_app_that_does_not_wish_otherwise(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, office) = till_and_office(&hub, &receiver);
    for minutes in [21, 22, 23] {
        change(&office, &hub.location, minutes);
    }
    for _ in 0..3 {
        hub.dispatch();
    }
    assert_eq!(minutes(&receiver), [21, 22, 23]);
}

#[apply(each_engine!)]
fn a_connection_has_waits_of_its_own(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    let office = hub.connect("office", "account[orders.write]", None);
    let (account, id) = (hub.account.clone(), till.connection.clone());
    let set: hub::db::Result<bool> = hub.wait(hub.hub.write("test.waits", move |tx| {
        connections::set_sending(tx, &account, &id, Some("10,90000"), false)
    }));
    assert!(set.unwrap());
    receiver.answers(Reply::Status(500));
    change(&office, &hub.location, 21);
    hub.dispatch();
    hub.pass(Duration::from_secs(11));
    hub.dispatch();
    assert_eq!(receiver.count(), 2);
    // Longer than any wait of the settings, and nothing cuts it short.
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    hub.pass(Duration::from_secs(80_000));
    hub.dispatch();
    assert_eq!(receiver.count(), 2);
    hub.pass(Duration::from_secs(20_000));
    hub.dispatch();
    assert_eq!(receiver.count(), 3);
    assert_eq!(log(&hub, &till)[0].state, DispatchState::Expired);
}

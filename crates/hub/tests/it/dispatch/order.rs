//! In which order events arrive, and what a receiver may do meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use hub::events::store;

use super::{change, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Receiver, Reply, TestHub, Value, json};

const MINUTE: Duration = Duration::from_secs(60);

#[apply(each_engine!)]
fn changes_of_one_thing_arrive_one_after_the_other(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_till, office) = till_and_office(&hub, &receiver);
    for minutes in 20..30 {
        change(&office, &hub.location, minutes);
    }
    hub.dispatch();
    assert_eq!(minutes(&receiver), (20..30).collect::<Vec<u64>>());
    assert_eq!(receiver.most_at_once(), 1);
}

#[apply(each_engine!)]
fn a_retry_is_never_overtaken(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_till, office) = till_and_office(&hub, &receiver);
    receiver.plans([Reply::Status(500), Reply::Status(500)]);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    hub.dispatch();
    change(&office, &hub.location, 23);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21]);
    hub.pass(MINUTE);
    hub.dispatch();
    change(&office, &hub.location, 24);
    hub.pass(MINUTE);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 21]);
    hub.pass(MINUTE);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 21, 21, 22, 23, 24]);
}

#[apply(each_engine!)]
fn what_waits_behind_a_failed_event_goes_when_that_is_given_up(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_till, office) = till_and_office(&hub, &receiver);
    receiver.plans(vec![Reply::Status(500); 7]);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    for wait in [0, 1, 2, 4, 8, 16, 32] {
        hub.pass(MINUTE * wait);
        hub.dispatch();
    }
    assert_eq!(minutes(&receiver), [21, 21, 21, 21, 21, 21, 21, 22]);
}

#[apply(each_engine!)]
fn what_waits_behind_a_failed_event_goes_when_that_is_taken_away(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    receiver.plans([Reply::Status(500)]);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    hub.dispatch();
    let first = log(&hub, &till).pop().expect("a delivery");
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let taken: Result<bool, hub::db::Error> = hub.wait(hub.hub.write("test.take", move |tx| {
        store::delete(tx, &account, &connection, &first.event)
    }));
    assert!(taken.unwrap());
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 22]);
}

#[apply(each_engine!)]
fn a_blocked_thing_delays_nothing_else_of_the_same_receiver(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let chain = hub.connect("chain", "account[orders.read]", None);
    super::follow(&chain, &receiver.url("/chain"));
    let office = hub.connect("office", "account[orders.write]", None);
    let stuck = hub.location.to_string();
    receiver.answers_by(move |request| {
        let is_stuck = request.event()["location_id"] == stuck.as_str();
        Reply::Status(if is_stuck { 500 } else { 200 })
    });
    for minutes in 21..24 {
        change(&office, &hub.location, minutes);
        change(&office, &hub.second_location, minutes + 10);
    }
    hub.dispatch();
    let mut minutes_received = minutes(&receiver);
    minutes_received.sort_unstable();
    assert_eq!(minutes_received, [21, 31, 32, 33]);
}

#[apply(each_engine!)]
fn a_receiver_may_change_things_before_it_answers(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    let observer = Receiver::start(&hub);
    let screen = hub.client("screen");
    super::follow(&screen, &observer.url("/"));
    let (inside, token) = (hub.hub.clone(), till.token.clone());
    receiver.acts(move |_| {
        let (inside, token) = (inside.clone(), token.clone());
        Box::pin(async move {
            let request = axum::http::Request::patch("/v1/location")
                .header("x-access-token", token)
                .body(axum::body::Body::from(r#"{"preparation_time":99}"#))
                .expect("a request");
            let response = tower::ServiceExt::oneshot(hub::router(&inside), request)
                .await
                .expect("an answer");
            assert_eq!(response.status(), 200);
        })
    });
    change(&office, &hub.location, 21);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21]);
    assert_eq!(minutes(&observer), [21, 99]);
    assert_eq!(till.get("/location").ok()["preparation_time"], 99);
}

/// More than are claimed at a time.
const MANY: usize = 250;

#[apply(each_engine!)]
fn of_many_orders_that_changed_before_they_were_sent_each_arrives_in_its_order(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    let events = json!({ "order": ["create", "update"] });
    let callback = json!({ "url": receiver.url("/till"), "events": events });
    till.post("/callback", callback).ok();
    let kiosk = hub.client("kiosk");
    let new = json!({ "status": "new" });
    let orders: Vec<String> = (0..MANY)
        .map(|_| kiosk.post("/location/orders", new.clone()).ok())
        .map(|order| order["id"].as_str().unwrap().to_owned())
        .collect();
    for order in &orders {
        let path = format!("/location/orders/{order}");
        kiosk.patch(&path, json!({ "status": "accepted" })).ok();
    }
    hub.dispatch();
    let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in receiver.events() {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let heard = heard.entry(text(&event["order_id"])).or_default();
        heard.push(text(&event["new_state"]["status"]));
    }
    assert_eq!(heard.len(), MANY);
    let is_right = |heard: &Vec<String>| heard == &["new", "accepted"];
    assert!(heard.values().all(is_right), "{heard:?}");
}

#[apply(each_engine!)]
fn of_one_thing_that_changed_very_often_nothing_is_left_behind(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_till, office) = till_and_office(&hub, &receiver);
    receiver.plans([Reply::Status(500)]);
    for minutes in 0..60 {
        change(&office, &hub.location, minutes);
    }
    hub.dispatch();
    hub.pass(MINUTE);
    hub.dispatch();
    let all: Vec<u64> = std::iter::once(0).chain(0..60).collect();
    assert_eq!(minutes(&receiver), all);
}

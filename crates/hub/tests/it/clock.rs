//! A clock that is set, forward or back, or that is wrong when the hub starts: nothing is deleted by
//! one look at it, and what waits goes on.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

use std::time::Duration;

use hub::Hub;
use hub::clock::Clock;
use hub::entropy::Entropy;
use jiff::SignedDuration;

use crate::engine::{Engine, apply};
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json};

const DAY: i64 = 24 * 3_600;

fn hours(number: u64) -> Duration {
    Duration::from_secs(number * 3_600)
}

fn chores(hub: &TestHub) {
    hub.wait(hub::chores::run_due(&hub.hub))
        .expect("the chores");
}

/// A passive follower of orders, and somebody who places them.
fn till_and_kiosk(hub: &TestHub) -> (Caller, Caller) {
    let till = hub.client("till");
    let wanted = json!({ "url": null, "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    (till, hub.client("kiosk"))
}

fn place_order(kiosk: &Caller, key: &str) -> Value {
    let body = json!({ "status": "new" }).to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    kiosk.send("POST", "/location/orders", &headers, body).ok()
}

fn pending(till: &Caller) -> usize {
    let events = till.get("/callback/events").ok();
    events.as_array().map_or(0, Vec::len)
}

#[apply(each_engine!)]
fn a_clock_that_is_a_month_ahead_for_a_moment_takes_no_event(hub: TestHub) {
    let (till, kiosk) = till_and_kiosk(&hub);
    place_order(&kiosk, "one");
    hub.jump(32 * DAY);
    chores(&hub);
    hub.jump(-32 * DAY);
    chores(&hub);
    assert_eq!(pending(&till), 1);
}

#[apply(each_engine!)]
fn a_clock_that_stays_ahead_takes_no_event_within_the_hour(hub: TestHub) {
    let (till, kiosk) = till_and_kiosk(&hub);
    place_order(&kiosk, "one");
    hub.jump(32 * DAY);
    for _ in 0..11 {
        hub.pass(Duration::from_secs(300));
        chores(&hub);
    }
    assert_eq!(pending(&till), 1);
}

#[apply(each_engine!)]
fn a_new_time_that_has_stood_for_an_hour_counts(hub: TestHub) {
    let (till, kiosk) = till_and_kiosk(&hub);
    place_order(&kiosk, "one");
    hub.jump(32 * DAY);
    chores(&hub);
    hub.pass(hours(2));
    chores(&hub);
    assert_eq!(pending(&till), 0, "it is past its retention");
}

#[apply(each_engine!)]
fn a_key_makes_one_order_however_the_clock_jumps(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let first = place_order(&kiosk, "one");
    hub.jump(25 * 3_600);
    chores(&hub);
    assert_eq!(place_order(&kiosk, "one")["id"], first["id"]);
    let ahead = place_order(&kiosk, "two");
    hub.jump(-25 * 3_600);
    chores(&hub);
    assert_eq!(place_order(&kiosk, "one")["id"], first["id"]);
    assert_eq!(place_order(&kiosk, "two")["id"], ahead["id"]);
}

#[apply(each_engine!)]
fn a_callback_waits_for_its_minute_when_the_clock_goes_back_an_hour(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Status(500)]);
    let till = hub.client("till");
    let wanted = json!({ "url": receiver.url("/"), "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    let kiosk = hub.client("kiosk");
    // One that lives on: a new one would send what waits as soon as the receiver has answered.
    let mut dispatcher = hub::dispatch::ManualDispatcher::new(&hub.hub);
    let mut run = || hub.wait(dispatcher.run_due()).expect("rounds");
    place_order(&kiosk, "one");
    run();
    assert_eq!(receiver.count(), 1, "refused once, to be tried in a minute");
    hub.jump(-3_600);
    // The dispatcher looks at the clock every second.
    run();
    hub.pass(Duration::from_secs(61));
    place_order(&kiosk, "two");
    run();
    assert_eq!(receiver.count(), 3, "the first again, and the second");
}

#[apply(each_engine!)]
fn what_was_due_before_the_clock_went_back_is_due_all_the_same(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    let wanted = json!({ "url": receiver.url("/"), "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    let kiosk = hub.client("kiosk");
    for number in 0..20 {
        place_order(&kiosk, &format!("key {number}"));
    }
    hub.jump(-3_600);
    hub.dispatch();
    assert_eq!(receiver.count(), 20);
}

/// A hub on the database of `hub`, on a machine with another time of day.
fn opened_after(hub: &TestHub, time: SignedDuration) -> Hub {
    let clock = Clock::manual(hub.hub.clock().now() + time);
    Hub::open(hub.hub.config().clone(), clock, Entropy::seeded(8)).expect("another hub")
}

#[apply(each_engine!)]
fn a_hub_that_starts_with_a_wrong_clock_deletes_nothing(hub: TestHub) {
    let (till, kiosk) = till_and_kiosk(&hub);
    hub.wait(hub::chores::compare_clocks(&hub.hub))
        .expect("the time is written down");
    place_order(&kiosk, "one");
    let wrong = opened_after(&hub, SignedDuration::from_hours(40 * 24));
    hub.wait(hub::chores::compare_clocks(&wrong))
        .expect("a look");
    hub.wait(hub::chores::run_due(&wrong)).expect("the chores");
    assert_eq!(pending(&till), 1);
}

#[apply(each_engine!)]
fn what_nobody_has_fetched_yet_outlives_a_short_retention(engine: Engine) {
    let hub = engine.start_with(&[("events.retention_days", "1")]);
    let (till, kiosk) = till_and_kiosk(&hub);
    place_order(&kiosk, "one");
    hub.pass(hours(5 * 24));
    chores(&hub);
    assert_eq!(pending(&till), 1);
    hub.pass(hours(26 * 24));
    chores(&hub);
    assert_eq!(pending(&till), 0);
}

/// What `name` was changed to, in the order in which a passive follower finds it, page by page.
fn found(till: &Caller, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let page = till.get(&format!("/callback/events?count=3{cursor}"));
        let cursor = page.header("x-cursor-next");
        next = cursor.map(|cursor| format!("&cursor={cursor}"));
        let events = page.ok();
        for event in events.as_array().expect("a list") {
            let event = event["id"].as_str().expect("an id");
            let event = till.get(&format!("/callback/events/{event}")).ok();
            found.push(event["new_state"][name].to_string());
        }
    }
    found
}

#[apply(each_engine!)]
fn the_past_of_an_order_is_listed_before_its_present_when_the_clock_goes_back(hub: TestHub) {
    let till = hub.client("till");
    let wanted = json!({ "url": null, "events": { "order": ["create", "update"] } });
    till.post("/callback", wanted).ok();
    let kiosk = hub.client("kiosk");
    hub.jump(25 * 3_600);
    let order = place_order(&kiosk, "one");
    hub.jump(-25 * 3_600);
    let path = format!("/location/orders/{}", order["id"].as_str().expect("an id"));
    let mut wanted = vec!["null".to_owned()];
    for number in 1..=8 {
        kiosk
            .patch(&path, json!({ "seller_notes": number.to_string() }))
            .ok();
        wanted.push(format!("\"{number}\""));
    }
    assert_eq!(found(&till, "seller_notes"), wanted);
}

#[apply(each_engine!)]
fn changes_of_one_moment_are_listed_in_their_order(hub: TestHub) {
    let till = hub.client("till");
    let wanted = json!({ "url": null, "events": { "location": ["update"] } });
    till.post("/callback", wanted).ok();
    let kiosk = hub.client("kiosk");
    let mut wanted = Vec::new();
    for number in 1..=8 {
        kiosk
            .patch("/location", json!({ "preparation_time": number }))
            .ok();
        wanted.push(number.to_string());
    }
    assert_eq!(found(&till, "preparation_time"), wanted);
}

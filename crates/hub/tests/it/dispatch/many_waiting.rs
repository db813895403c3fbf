//! A callback changes while more waits than one transaction deals with.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hub::db::{self, Tx};

use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json};

/// Three transactions' worth.
const ORDERS: usize = 1_100;

fn register(till: &Caller, url: Option<&str>) {
    let events = json!({ "order": ["create", "update"] });
    till.post("/callback", json!({ "url": url, "events": events }))
        .ok();
}

/// A till with so many orders waiting for it, and the kiosk that placed them.
fn till_that_waits(hub: &TestHub) -> (Caller, Caller, Vec<String>) {
    let (till, kiosk) = (hub.client("till"), hub.client("kiosk"));
    register(&till, None);
    let orders = (0..ORDERS).map(|_| place(&kiosk)).collect();
    (till, kiosk, orders)
}

fn place(kiosk: &Caller) -> String {
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    order["id"].as_str().expect("an id").to_owned()
}

fn accept(kiosk: &Caller, order: &str) {
    let path = format!("/location/orders/{order}");
    kiosk.patch(&path, json!({ "status": "accepted" })).ok();
}

fn do_chores(hub: &TestHub) {
    hub.wait(hub::chores::run_due(&hub.hub)).expect("chores");
}

/// What a receiver was told of each order, in this order.
fn statuses(events: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut statuses = BTreeMap::<String, Vec<String>>::new();
    for event in events {
        let order = event["order_id"].as_str().expect("an order").to_owned();
        let status = event["new_state"]["status"].as_str().expect("a status");
        statuses.entry(order).or_default().push(status.to_owned());
    }
    statuses
}

/// How many events there are in each state, and after how many attempts.
fn states(hub: &TestHub) -> Vec<(String, i64, i64)> {
    let look = |tx: &mut Tx<'_>| {
        let sql = "SELECT state, attempts, COUNT(*) FROM dispatches
            GROUP BY state, attempts ORDER BY state, attempts";
        tx.all(sql, &[])
    };
    let rows: db::Result<_> = hub.wait(hub.hub.read("test.states", look));
    rows.expect("the states")
}

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("a count")
}

#[apply(each_engine!)]
fn everything_is_sent_in_its_order_though_changes_come_before_all_have_lanes(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, kiosk, mut orders) = till_that_waits(&hub);
    register(&till, Some(&receiver.url("/")));
    // The last order has no lane yet, the first has.
    accept(&kiosk, &orders[ORDERS - 1]);
    accept(&kiosk, &orders[0]);
    orders.push(place(&kiosk));
    hub.dispatch();
    let before = receiver.count();
    assert!(before > 0 && before < ORDERS, "{before}");
    do_chores(&hub);
    orders.push(place(&kiosk));
    hub.dispatch();

    let heard_of = statuses(&receiver.events());
    let both = vec!["new".to_owned(), "accepted".to_owned()];
    assert_eq!(
        (&heard_of[&orders[ORDERS - 1]], &heard_of[&orders[0]]),
        (&both, &both)
    );
    let known: BTreeSet<&String> = heard_of.keys().collect();
    assert_eq!(known, orders.iter().collect());
    assert_eq!(receiver.count(), orders.len() + 2);
}

#[apply(each_engine!)]
fn everything_gets_its_lane_though_the_clock_goes_back(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, _, orders) = till_that_waits(&hub);
    register(&till, Some(&receiver.url("/")));
    hub.turn_back(Duration::from_secs(3_600));
    do_chores(&hub);
    hub.dispatch();
    assert_eq!(receiver.count(), orders.len());
    // Nothing is left that would be looked at for ever.
    for _ in 0..3 {
        hub.pass(Duration::from_secs(3_600));
        do_chores(&hub);
    }
    let jobs: db::Result<Vec<(i64,)>> = hub.wait(hub.hub.read("test.jobs", |tx| {
        tx.all("SELECT COUNT(*) FROM lane_jobs", &[])
    }));
    assert_eq!(jobs.expect("a count"), [(0,)]);
}

#[apply(each_engine!)]
fn what_waited_for_a_callback_that_is_gone_is_shown_to_nobody_from_then_on(hub: TestHub) {
    let (till, kiosk, _) = till_that_waits(&hub);
    till.delete("/callback").ok();
    register(&till, None);
    let order = place(&kiosk);
    let listed = till.get("/callback/events").ok();
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["order_id"], order.as_str());
    do_chores(&hub);
    let expected = [
        ("deleted".to_owned(), 0, count(ORDERS)),
        ("pending".to_owned(), 0, 1),
    ];
    assert_eq!(states(&hub), expected);
}

#[apply(each_engine!)]
fn what_was_to_be_sent_to_a_callback_that_is_gone_is_not_sent_to_the_next(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, kiosk, _) = till_that_waits(&hub);
    register(&till, Some(&receiver.url("/")));
    do_chores(&hub);
    till.delete("/callback").ok();
    register(&till, Some(&receiver.url("/")));
    let order = place(&kiosk);
    hub.dispatch();
    assert_eq!(receiver.count(), 0);
    do_chores(&hub);
    hub.dispatch();
    let orders: Vec<String> = statuses(&receiver.events()).into_keys().collect();
    assert_eq!(orders, [order]);
}

#[apply(each_engine!)]
fn attempts_go_on_where_they_were_when_the_url_is_gone_for_a_while(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(503));
    let (till, _, orders) = till_that_waits(&hub);
    register(&till, Some(&receiver.url("/")));
    hub.dispatch();
    let tried = receiver.count();
    assert!(tried > 0);
    register(&till, None);
    register(&till, Some(&receiver.url("/")));
    receiver.answers(Reply::Status(200));
    do_chores(&hub);
    hub.dispatch();
    let acknowledged = "acknowledged".to_owned();
    let expected = [
        (acknowledged.clone(), 1, count(orders.len() - tried)),
        (acknowledged, 2, count(tried)),
    ];
    assert_eq!(states(&hub), expected);
}

#[apply(each_engine!)]
fn everything_that_waits_for_another_attempt_is_due_at_the_next_url(hub: TestHub) {
    let (old, new) = (Receiver::start(&hub), Receiver::start(&hub));
    let (till, _, orders) = till_that_waits(&hub);
    register(&till, Some(&old.url("/")));
    do_chores(&hub);
    old.answers(Reply::Status(404));
    hub.dispatch();
    assert_eq!(old.count(), orders.len());
    old.answers(Reply::Status(503));
    let (till, kiosk) = (till, hub.client("kiosk"));
    for order in &orders {
        accept(&kiosk, order);
    }
    hub.dispatch();
    register(&till, Some(&new.url("/")));
    do_chores(&hub);
    hub.dispatch();
    assert_eq!(statuses(&new.events()).len(), orders.len());
}

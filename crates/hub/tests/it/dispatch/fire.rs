//! Orders for later that are sent when their preparation is due to begin.

use std::time::Duration;

use hub::events::store::{self, DispatchState};
use hub::oauth::connections;

use super::log;
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json};

const MINUTE: Duration = Duration::from_secs(60);

fn set_fires_orders(hub: &TestHub, caller: &Caller, fires: bool) {
    let (account, id) = (hub.account.clone(), caller.connection.clone());
    let set: hub::db::Result<bool> = hub.wait(hub.hub.write("test.fires", move |tx| {
        connections::set_sending(tx, &account, &id, None, fires)
    }));
    assert!(set.unwrap());
}

/// A till that wants orders when they are to be prepared, and a web shop. It is 19:41:08, and the location
/// prepares an order in 15 minutes.
fn till_and_shop(hub: &TestHub, receiver: &Receiver) -> (Caller, Caller) {
    let till = hub.client("till");
    set_fires_orders(hub, &till, true);
    let events = json!({ "order": ["create", "update"] });
    let body = json!({ "url": receiver.url("/till"), "events": events });
    till.post("/callback", body).ok();
    (till, hub.client("shop"))
}

fn place(shop: &Caller, expected_time: &str) -> String {
    let order = json!({ "status": "new", "expected_time": expected_time, "asap": false });
    let placed = shop.post("/location/orders", order).ok();
    placed["id"].as_str().expect("an id").to_owned()
}

fn change(shop: &Caller, order: &str, change: Value) {
    shop.patch(&format!("/location/orders/{order}"), change)
        .ok();
}

fn statuses(receiver: &Receiver) -> Vec<String> {
    let events = receiver.events();
    let status = |event: &Value| event["new_state"]["status"].as_str().map(str::to_owned);
    events.iter().filter_map(status).collect()
}

/// What has come after so long.
fn count_after(hub: &TestHub, receiver: &Receiver, wait: Duration) -> usize {
    hub.pass(wait);
    hub.dispatch();
    receiver.count()
}

#[apply(each_engine!)]
fn an_order_for_later_is_sent_when_its_preparation_begins(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    hub.dispatch();
    let held = log(&hub, &till).remove(0);
    let fire_at = "2026-03-07T20:15:00+01:00".parse().unwrap();
    assert_eq!(held.fire_at, Some(fire_at));
    assert_eq!(count_after(&hub, &receiver, MINUTE * 33), 0, "at 20:14:08");
    assert_eq!(count_after(&hub, &receiver, MINUTE), 1, "at 20:15:08");
    assert_eq!(log(&hub, &till)[0].state, DispatchState::Acknowledged);
}

#[apply(each_engine!)]
fn others_are_sent_every_order_at_once(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    let kitchen = hub.client("kitchen");
    let at_once = Receiver::start(&hub);
    let body = json!({ "url": at_once.url("/"), "events": { "order": ["create"] } });
    kitchen.post("/callback", body).ok();
    place(&shop, "2026-03-07T20:30:00+01:00");
    hub.dispatch();
    assert_eq!((receiver.count(), at_once.count()), (0, 1));
}

#[apply(each_engine!)]
fn orders_that_are_due_now_or_wanted_at_once_are_not_held_back(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T19:50:00+01:00");
    let time = "2026-03-07T20:30:00+01:00";
    for asap in [
        json!({ "status": "new", "expected_time": time, "asap": true }),
        json!({ "status": "new" }),
    ] {
        shop.post("/location/orders", asap).ok();
    }
    hub.dispatch();
    assert_eq!(receiver.count(), 3);
}

#[apply(each_engine!)]
fn another_time_moves_it_and_what_follows_waits_behind(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    let order = place(&shop, "2026-03-07T20:30:00+01:00");
    change(
        &shop,
        &order,
        json!({ "confirmed_time": "2026-03-07T21:00:00+01:00" }),
    );
    assert_eq!(count_after(&hub, &receiver, MINUTE * 63), 0, "at 20:44:08");
    assert_eq!(count_after(&hub, &receiver, MINUTE), 2, "at 20:45:08");
    let kinds: Vec<Value> = receiver
        .events()
        .iter()
        .map(|event| event["event_type"].clone())
        .collect();
    assert_eq!(kinds, ["create", "update"]);
}

#[apply(each_engine!)]
fn another_preparation_time_moves_what_is_held_back(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    let elsewhere = hub.connect("web", "location[orders.write]", Some(&hub.second_location));
    place(&elsewhere, "2026-03-07T20:30:00+01:00");
    let prepares_in = |minutes: u32| {
        let change = json!({ "preparation_time": minutes });
        shop.patch("/location", change).ok();
    };
    prepares_in(5);
    assert_eq!(count_after(&hub, &receiver, MINUTE * 43), 0, "at 20:24:08");
    prepares_in(6);
    assert_eq!(count_after(&hub, &receiver, Duration::ZERO), 1, "at once");
}

#[apply(each_engine!)]
fn an_order_that_is_cancelled_is_not_held_back_any_longer(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    let order = place(&shop, "2026-03-07T20:30:00+01:00");
    change(&shop, &order, json!({ "status": "cancelled" }));
    hub.dispatch();
    hub.dispatch();
    assert_eq!(statuses(&receiver), ["new", "cancelled"]);
}

#[apply(each_engine!)]
fn a_change_of_something_else_leaves_it_held_back(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    let order = place(&shop, "2026-03-07T20:30:00+01:00");
    change(&shop, &order, json!({ "seller_notes": "window" }));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    hub.dispatch();
    assert_eq!(receiver.count(), 0);
}

#[apply(each_engine!)]
fn it_can_be_sent_now(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    let event = log(&hub, &till).remove(0).event;
    let (account, id) = (hub.account.clone(), till.connection.clone());
    for expected in [true, false] {
        let (account, id, event) = (account.clone(), id.clone(), event.clone());
        let fired: hub::db::Result<bool> = hub.wait(hub.hub.write("test.fire", move |tx| {
            store::fire(tx, &account, &id, &event)
        }));
        assert_eq!(fired.unwrap(), expected);
        hub.dispatch();
    }
    assert_eq!(receiver.count(), 1);
}

#[apply(each_engine!)]
fn once_the_till_wants_orders_at_once_nothing_is_held_back(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    set_fires_orders(&hub, &till, false);
    place(&shop, "2026-03-07T20:30:00+01:00");
    hub.dispatch();
    assert_eq!(receiver.count(), 2);
}

#[apply(each_engine!)]
fn one_that_fails_when_it_is_due_is_tried_again_like_any_other(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    receiver.plans([Reply::Status(500)]);
    assert_eq!(count_after(&hub, &receiver, MINUTE * 34), 1);
    assert_eq!(count_after(&hub, &receiver, MINUTE), 2);
}

#[apply(each_engine!)]
fn another_url_does_not_send_it_sooner(hub: TestHub) {
    let (receiver, other) = (Receiver::start(&hub), Receiver::start(&hub));
    let (till, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    let events = json!({ "order": ["create", "update"] });
    let body = json!({ "url": other.url("/"), "events": events });
    till.post("/callback", body).ok();
    hub.dispatch();
    assert_eq!(other.count(), 0);
    assert_eq!(count_after(&hub, &other, MINUTE * 34), 1);
}

/// A receiver that answers again gets what waits for another attempt, and no order before its time.
#[apply(each_engine!)]
fn a_receiver_that_recovers_does_not_get_it_sooner(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    receiver.plans(vec![Reply::Status(500); 12]);
    shop.post("/location/orders", json!({ "status": "new" }))
        .ok();
    for _ in 0..20 {
        count_after(&hub, &receiver, MINUTE);
    }
    assert_eq!(statuses(&receiver).len(), 13, "all of the other order");
    assert_eq!(count_after(&hub, &receiver, MINUTE * 15), 14);
}

#[apply(each_engine!)]
fn a_url_that_goes_and_comes_back_sends_it_no_sooner(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-03-07T20:30:00+01:00");
    let events = json!({ "order": ["create", "update"] });
    for url in [None, Some(receiver.url("/till"))] {
        let body = json!({ "url": url, "events": events });
        till.post("/callback", body).ok();
    }
    assert_eq!(count_after(&hub, &receiver, MINUTE * 33), 0, "at 20:14:08");
    assert_eq!(count_after(&hub, &receiver, MINUTE), 1, "at 20:15:08");
}

#[apply(each_engine!)]
fn an_order_for_the_month_after_next_is_not_given_up_before_it_is_sent(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, shop) = till_and_shop(&hub, &receiver);
    place(&shop, "2026-05-07T20:30:00+02:00");
    let day = MINUTE * 60 * 24;
    for _ in 0..60 {
        hub.pass(day);
        hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    }
    assert_eq!(count_after(&hub, &receiver, MINUTE), 0);
    assert_eq!(count_after(&hub, &receiver, day), 1);
}

/// The alarms of a location without such a till do not wait for anybody's fire time.
#[apply(each_engine!)]
fn an_order_of_a_location_where_nothing_is_held_back_has_no_fire_time(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    till_and_shop(&hub, &receiver);
    let other = hub.add_location("Paris");
    let shop = hub.connect("shop", "location[orders.write]", Some(&other));
    place(&shop, "2026-03-07T20:30:00+01:00");
    let held: hub::db::Result<Vec<(i64,)>> = hub.wait(hub.hub.read("test.held", |tx| {
        tx.all(
            "SELECT COUNT(*) FROM orders WHERE fires_at IS NOT NULL",
            &[],
        )
    }));
    assert_eq!(held.unwrap(), [(0,)]);
}

use std::time::Duration;

use hub::oauth::connections;

use super::{
    active_till, alarm, begin, change, fetch, live, open, order, passive_till, past, set_status,
};
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, json};

#[apply(each_engine!)]
fn an_order_that_nobody_acknowledges_is_an_alarm_until_it_is_dealt_with(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    let id = order(&shop, "W-1234");
    live(&hub, 5);
    assert_eq!(open(&hub), []);
    live(&hub, 1);
    assert_eq!(open(&hub), alarm("order_unreached", &id));
    live(&hub, 10);
    assert_eq!(open(&hub), alarm("order_unreached", &id));
    set_status(&shop, &id, "accepted");
    live(&hub, 1);
    assert_eq!(open(&hub), []);
    assert_eq!(past(&hub), alarm("order_unreached", &id));
}

#[apply(each_engine!)]
fn an_order_that_is_dealt_with_in_time_is_no_alarm(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    let id = order(&shop, "W-1234");
    live(&hub, 5);
    set_status(&shop, &id, "received");
    live(&hub, 10);
    assert_eq!((open(&hub), past(&hub)), (vec![], vec![]));
}

#[apply(each_engine!)]
fn an_order_that_was_acknowledged_and_stays_new_is_an_alarm_of_its_own(hub: TestHub) {
    let (till, shop) = (passive_till(&hub), hub.client("shop"));
    begin(&hub);
    let id = order(&shop, "W-1");
    fetch(&till);
    live(&hub, 6);
    assert_eq!(open(&hub), alarm("order_new", &id));
    set_status(&shop, &id, "accepted");
    live(&hub, 1);
    assert_eq!(open(&hub), []);
}

#[apply(each_engine!)]
fn an_order_that_was_acknowledged_late_has_its_minutes_anew(hub: TestHub) {
    let (till, shop) = (passive_till(&hub), hub.client("shop"));
    begin(&hub);
    let id = order(&shop, "W-1");
    live(&hub, 6);
    assert_eq!(open(&hub), alarm("order_unreached", &id));
    fetch(&till);
    live(&hub, 1);
    assert_eq!(open(&hub), []);
    live(&hub, 5);
    assert_eq!(open(&hub), []);
    live(&hub, 1);
    assert_eq!(open(&hub), alarm("order_new", &id));
}

#[apply(each_engine!)]
fn a_connection_whose_callbacks_fail_is_an_alarm_until_one_is_acknowledged(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(503));
    let (till, shop) = (
        active_till(&hub, &receiver.url("/till")),
        hub.client("shop"),
    );
    begin(&hub);
    let id = order(&shop, "W-1");
    set_status(&shop, &id, "accepted");
    hub.dispatch();
    live(&hub, 5);
    assert_eq!(open(&hub), []);
    live(&hub, 1);
    let failing = alarm("connection_failing", till.connection.as_str());
    assert_eq!(open(&hub), failing);
    receiver.answers(Reply::Status(200));
    hub.dispatch();
    live(&hub, 1);
    assert_eq!((open(&hub), past(&hub)), (vec![], failing));
}

#[apply(each_engine!)]
fn a_till_that_is_not_heard_of_is_an_alarm_until_it_comes_back(hub: TestHub) {
    let (till, other) = (passive_till(&hub), hub.client("other"));
    begin(&hub);
    other.get("/location").ok();
    // What was heard may be written down half a minute later.
    live(&hub, 20);
    assert_eq!(open(&hub), []);
    live(&hub, 1);
    let silent = alarm("connection_silent", till.connection.as_str());
    assert_eq!(open(&hub), silent);
    till.get("/callback/events").ok();
    live(&hub, 1);
    assert_eq!((open(&hub), past(&hub)), (vec![], silent));
}

#[apply(each_engine!)]
fn nobody_is_silent_while_no_hub_could_hear_them(hub: TestHub) {
    let till = passive_till(&hub);
    begin(&hub);
    live(&hub, 2);
    // The hub is away for an hour.
    hub.pass(Duration::from_secs(3_600));
    live(&hub, 20);
    assert_eq!(open(&hub), []);
    live(&hub, 2);
    assert_eq!(
        open(&hub),
        alarm("connection_silent", till.connection.as_str())
    );
}

#[apply(each_engine!)]
fn orders_that_came_while_no_hub_ran_are_alarms_too(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    let id = order(&shop, "W-1");
    hub.pass(Duration::from_secs(1_200));
    live(&hub, 2);
    assert_eq!(open(&hub), alarm("order_unreached", &id));
}

#[apply(each_engine!)]
fn a_blocked_connection_is_no_alarm(hub: TestHub) {
    let _till = passive_till(&hub);
    begin(&hub);
    live(&hub, 21);
    assert_eq!(open(&hub).len(), 1);
    change(&hub, "UPDATE connections SET blocked_at = created_at");
    live(&hub, 1);
    assert_eq!(open(&hub), []);
}

#[apply(each_engine!)]
fn an_alarm_of_an_order_ends_after_a_day(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    order(&shop, "W-1");
    live(&hub, 6);
    assert_eq!(open(&hub).len(), 1);
    hub.pass(Duration::from_secs(86_400));
    live(&hub, 2);
    assert_eq!((open(&hub).len(), past(&hub).len()), (0, 1));
}

#[apply(each_engine!)]
fn a_location_has_a_bounded_number_of_open_alarms_of_orders(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    for number in 0..55 {
        order(&shop, &format!("W-{number}"));
    }
    live(&hub, 7);
    assert_eq!(open(&hub).len(), 50);
}

#[apply(each_engine!)]
fn alarms_that_have_ended_are_deleted_with_the_events(hub: TestHub) {
    let shop = hub.client("shop");
    begin(&hub);
    let id = order(&shop, "W-1");
    live(&hub, 6);
    set_status(&shop, &id, "accepted");
    live(&hub, 1);
    assert_eq!(past(&hub).len(), 1);
    hub.pass(Duration::from_secs(86_400 * 200));
    live(&hub, 1);
    assert_eq!(past(&hub), []);
}

/// A till that wants orders when they are to be prepared and never takes one, and an order for later: it is
/// 19:41:08, an order takes 15 minutes to prepare, and so it is sent at 19:51.
fn held_order(hub: &TestHub, receiver: &Receiver) -> (Caller, String) {
    receiver.answers(Reply::Status(503));
    let (till, shop) = (active_till(hub, &receiver.url("/till")), hub.client("shop"));
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let set: hub::db::Result<bool> = hub.wait(hub.hub.write("test.fires", move |tx| {
        connections::set_sending(tx, &account, &connection, None, true)
    }));
    assert!(set.expect("a setting"));
    begin(hub);
    let later = json!({ "status": "new", "expected_time": "2026-03-07T20:06:00+01:00" });
    let placed = shop.post("/location/orders", later).ok();
    let id = placed["id"].as_str().expect("an id").to_owned();
    (shop, id)
}

fn is_unreached(hub: &TestHub, id: &str) -> bool {
    open(hub).contains(&("order_unreached".to_owned(), id.to_owned()))
}

#[apply(each_engine!)]
fn an_order_that_is_held_back_has_its_minutes_from_when_it_is_sent(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (_, id) = held_order(&hub, &receiver);
    live(&hub, 20);
    assert!(!is_unreached(&hub, &id), "it is sent at 19:51");
    hub.dispatch();
    live(&hub, 4);
    assert!(!is_unreached(&hub, &id));
    live(&hub, 3);
    assert!(is_unreached(&hub, &id));
}

#[apply(each_engine!)]
fn an_order_that_is_sent_sooner_has_its_minutes_from_then(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (shop, id) = held_order(&hub, &receiver);
    live(&hub, 4);
    let now = json!({ "confirmed_time": "2026-03-07T19:45:00+01:00" });
    shop.patch(&format!("/location/orders/{id}"), now).ok();
    live(&hub, 5);
    assert!(!is_unreached(&hub, &id));
    live(&hub, 2);
    assert!(is_unreached(&hub, &id));
}

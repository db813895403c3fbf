//! What others are told of deliveries and quotes, and in which order.

use super::{deliver, delivery_path, order, path, quote_path, quotes_path, shown};
use crate::api::orders::{follow, recorded_events, recorded_names};
use crate::engine::apply;
use crate::support::{Receiver, Reply, TestHub, Value, json};

/// Everything that can be heard of an order.
fn everything() -> Value {
    let both = json!(["create", "update"]);
    json!({ "order": both, "delivery": both, "delivery_quote": both })
}

/// The names of what a receiver was sent.
fn names(receiver: &Receiver) -> Vec<String> {
    let name = |event: &Value| {
        let word = |key: &str| event[key].as_str().expect("a word").to_owned();
        format!("{}.{}", word("resource_type"), word("event_type"))
    };
    receiver.events().iter().map(name).collect()
}

#[apply(each_engine!)]
fn a_delivery_and_its_changes_are_told_of_it_and_of_its_order(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let first = deliver(&velo, &order, "pending");
    let change = json!({ "status": "dropoff_enroute", "driver_latitude": "45.7578" });
    let second = velo.patch(&delivery_path(&order), change).ok();
    let of_order = |delivery: &Value| {
        let mut state = order.clone();
        state["delivery"] = shown(delivery);
        state
    };
    let id = &first["id"];
    assert_eq!(
        recorded_events(&hub),
        [
            ("order.create 1".to_owned(), json!({ "new_state": order })),
            (
                "delivery.create 2".to_owned(),
                json!({ "delivery_id": id, "new_state": first })
            ),
            (
                "order.update 3".to_owned(),
                json!({ "previous_state": order, "new_state": of_order(&first) })
            ),
            (
                "delivery.update 4".to_owned(),
                json!({ "delivery_id": id, "previous_state": first, "new_state": second })
            ),
            (
                "order.update 5".to_owned(),
                json!({ "previous_state": of_order(&first), "new_state": of_order(&second) })
            ),
        ]
    );
}

#[apply(each_engine!)]
fn a_new_position_alone_is_told_of_the_delivery_only(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "dropoff_enroute");
    let path = delivery_path(&order);
    for change in [
        json!({ "driver_latitude": "45.7578", "driver_longitude": "4.832" }),
        json!({ "driver_latitude": "45.7579" }),
        json!({ "driver_longitude": null }),
        json!({ "driver_latitude": 45.758, "status": "dropoff_enroute", "carrier": "Vélo Rhône" }),
    ] {
        velo.patch(&path, change).ok();
    }
    assert_eq!(
        recorded_names(&hub)[3..],
        [
            "delivery.update 4",
            "delivery.update 5",
            "delivery.update 6",
            "delivery.update 7"
        ]
    );
    let change = json!({ "driver_latitude": "45.7600", "driver_name": "Sacha" });
    velo.patch(&path, change).ok();
    assert_eq!(
        recorded_names(&hub)[7..],
        ["delivery.update 8", "order.update 9"]
    );
}

#[apply(each_engine!)]
fn a_change_of_nothing_is_told_to_nobody(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let new = json!({ "carrier": "Vélo", "status": "delivered", "driver_latitude": "45.50" });
    let delivery = velo.post(&delivery_path(&order), new).ok();
    for change in [
        json!({}),
        json!({ "status": "delivered", "driver_name": null }),
        json!({ "driver_latitude": 45.5, "wheels": 2 }),
        json!({ "delivered_at": delivery["delivered_at"] }),
    ] {
        assert_eq!(velo.patch(&delivery_path(&order), change).ok(), delivery);
    }
    let empty = velo.send("PATCH", &delivery_path(&order), &[], "").ok();
    assert_eq!(empty, delivery);
    assert_eq!(
        recorded_names(&hub),
        ["order.create 1", "delivery.create 2", "order.update 3"]
    );
}

#[apply(each_engine!)]
fn quotes_are_told_to_those_who_ask_for_it_and_leave_the_order_alone(hub: TestHub) {
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    let order = order(&till);
    follow(&velo, None, json!({ "delivery_quote": ["update"] }));
    let new = json!({ "carrier": "Vélo", "fee": "5.20 EUR" });
    let quote = velo.post(&quotes_path(&order), new).ok();
    let accepted = till
        .post(&format!("{}/accept", quote_path(&quote)), json!({}))
        .ok();
    assert_eq!(
        recorded_names(&hub),
        [
            "order.create 1",
            "delivery_quote.create 2",
            "delivery_quote.update 3"
        ]
    );
    let listed = velo.get("/callback/events").ok();
    let id = listed[0]["id"].as_str().expect("an event");
    let event = velo.get(&format!("/callback/events/{id}")).ok();
    let expected = json!({
        "id": id, "resource_type": "delivery_quote", "event_type": "update",
        "created_at": "2026-03-07T19:41:08+01:00", "account_id": hub.account.as_str(),
        "location_id": hub.location.as_str(), "order_id": order["id"],
        "delivery_quote_id": quote["id"], "app_instance_id": velo.connection.as_str(),
        "previous_state": quote, "new_state": accepted
    });
    assert_eq!(event, expected);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[apply(each_engine!)]
fn an_event_of_a_delivery_carries_the_ids_of_what_it_belongs_to(hub: TestHub) {
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    follow(&till, None, json!({ "delivery": ["create"] }));
    let order = order(&velo);
    let delivery = deliver(&velo, &order, "pending");
    let listed = till.get("/callback/events").ok();
    let id = listed[0]["id"].as_str().expect("an event");
    let event = till.get(&format!("/callback/events/{id}")).ok();
    let mut expected = json!({
        "id": id, "resource_type": "delivery", "event_type": "create",
        "created_at": "2026-03-07T19:41:08+01:00", "account_id": hub.account.as_str(),
        "location_id": hub.location.as_str(), "order_id": order["id"],
        "delivery_id": delivery["id"], "app_instance_id": till.connection.as_str()
    });
    assert_eq!(listed, json!([expected]));
    expected["new_state"] = delivery;
    assert_eq!(event, expected);
}

#[apply(each_engine!)]
fn who_set_a_private_ref_on_the_order_finds_it_in_the_event_that_a_delivery_causes(hub: TestHub) {
    let (velo, till, kiosk) = (hub.client("velo"), hub.client("till"), hub.client("kiosk"));
    let order = order(&kiosk);
    till.patch(&path(&order), json!({ "private_ref": "T4" }))
        .ok();
    for who in [&till, &kiosk] {
        follow(who, None, json!({ "order": ["update"] }));
    }
    deliver(&velo, &order, "pending");
    for (who, expected) in [(&till, json!("T4")), (&kiosk, Value::Null)] {
        let listed = who.get("/callback/events").ok();
        let id = listed[0]["id"].as_str().expect("an event");
        let event = who.get(&format!("/callback/events/{id}")).ok();
        assert_eq!(event["previous_state"]["private_ref"], expected);
        assert_eq!(event["new_state"]["private_ref"], expected);
    }
}

#[apply(each_engine!)]
fn the_one_who_delivers_hears_nothing_and_others_only_what_they_may(hub: TestHub) {
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    let chain = hub.client_with("chain", "account[orders.read]");
    let blind = hub.client_with("blind", "location[orders.read]");
    let there = Some(&hub.second_location);
    let elsewhere = hub.connect("elsewhere", "location[orders.read]", there);
    let order = order(&velo);
    for who in [&velo, &till, &chain, &blind, &elsewhere] {
        follow(who, None, everything());
    }
    hub.client_with("blind", "location[catalog.read]");
    deliver(&velo, &order, "pending");
    let heard = |who: &crate::support::Caller| {
        let listed = who.get("/callback/events").ok();
        listed.as_array().map(Vec::len)
    };
    assert_eq!(heard(&velo), Some(0), "its own");
    assert_eq!(heard(&till), Some(2));
    assert_eq!(heard(&chain), Some(2), "the whole account");
    assert_eq!(heard(&blind), Some(0), "may no longer read orders");
    assert_eq!(heard(&elsewhere), Some(0), "another location");
}

/// A till that follows everything, an order with a quote and a delivery on its way, and what the
/// till must hear of it in turn.
fn a_busy_evening(hub: &TestHub, receiver: &Receiver) -> [&'static str; 9] {
    let (velo, kiosk, till) = (hub.client("velo"), hub.client("kiosk"), hub.client("till"));
    follow(&till, Some(&receiver.url("/till")), everything());
    let order = order(&kiosk);
    let quote = json!({ "carrier": "Vélo", "fee": "5.20 EUR" });
    let quote = velo.post(&quotes_path(&order), quote).ok();
    velo.post(&format!("{}/accept", quote_path(&quote)), json!({}))
        .ok();
    deliver(&velo, &order, "pending");
    let position = json!({ "driver_latitude": "45.7578", "driver_longitude": "4.832" });
    velo.patch(&delivery_path(&order), position).ok();
    kiosk
        .patch(&path(&order), json!({ "status": "in_delivery" }))
        .ok();
    velo.patch(&delivery_path(&order), json!({ "status": "delivered" }))
        .ok();
    [
        "order.create",
        "delivery_quote.create",
        "delivery_quote.update",
        "delivery.create",
        "order.update",
        "delivery.update",
        "order.update",
        "delivery.update",
        "order.update",
    ]
}

#[apply(each_engine!)]
fn everything_about_an_order_arrives_in_the_order_in_which_it_happened(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let expected = a_busy_evening(&hub, &receiver);
    hub.dispatch();
    assert_eq!(names(&receiver), expected);
    assert_eq!(receiver.most_at_once(), 1);
}

#[apply(each_engine!)]
fn a_delivery_never_overtakes_its_order_that_failed_to_be_told(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Status(500)]);
    let expected = a_busy_evening(&hub, &receiver);
    hub.dispatch();
    assert_eq!(names(&receiver), ["order.create"]);
    hub.pass(std::time::Duration::from_secs(60));
    hub.dispatch();
    assert_eq!(names(&receiver)[1..], expected);
}

#[apply(each_engine!)]
fn a_blocked_order_does_not_delay_the_delivery_of_another(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    follow(
        &till,
        Some(&receiver.url("/")),
        json!({ "delivery": ["create"] }),
    );
    let (stuck, free) = (order(&velo), order(&velo));
    let id = stuck["id"].clone();
    receiver.answers_by(move |request| {
        Reply::Status(if request.event()["order_id"] == id {
            500
        } else {
            200
        })
    });
    deliver(&velo, &stuck, "pending");
    deliver(&velo, &free, "pending");
    hub.dispatch();
    let heard: Vec<Value> = receiver
        .events()
        .iter()
        .map(|e| e["order_id"].clone())
        .collect();
    assert!(heard.contains(&free["id"]), "{heard:?}");
}

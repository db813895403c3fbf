//! PATCH /locations/:id and /location.

use std::time::Duration;

use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_change_is_kept_and_answered_whole(hub: TestHub) {
    let till = hub.client("till");
    let changed = till
        .patch(
            "/location",
            json!({
                "preparation_time": 20, "cutoff_time": "05:00",
                "opening_hours": {
                    "tuesday": [{ "from": "18:30", "to": "00:45" }], "sunday": []
                },
                "custom_fields": { "delivery": { "door_time": "40" } }
            }),
        )
        .ok();
    assert_eq!(changed["preparation_time"], 20);
    assert_eq!(
        changed["custom_fields"],
        json!({ "delivery": { "door_time": "40" } })
    );
    assert_eq!(till.get("/location").ok(), changed);
}

#[test]
fn unknown_and_read_only_keys_are_refused_all_at_once() {
    let hub = TestHub::start();
    let refused = hub.client("till").patch(
        "/location",
        json!({ "name": "x", "colour": 1, "preparation_time": -1 }),
    );
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json()["errors"],
        json!([
            { "field": "name", "message": "is not a valid key" },
            { "field": "colour", "message": "is not a valid key" },
            { "field": "preparation_time", "message": "must be between 0 and 10080" }
        ])
    );
}

#[test]
fn a_token_that_may_only_read_cannot_change_a_location() {
    let hub = TestHub::start();
    let refused = hub
        .client_with("reader", "location[orders.read]")
        .patch("/location", json!({ "preparation_time": 5 }));
    assert_eq!(
        refused.status_and_body(),
        r#"403 {"message":"A write scope is required","error_type":"forbidden"}"#
    );
}

#[apply(each_engine!)]
fn a_pause_ends_by_itself_at_its_moment(hub: TestHub) {
    let till = hub.client("till");
    let until = "2026-03-07T19:50:00+01:00";
    let paused = till
        .patch(
            "/location",
            json!({ "order_acceptance": { "mode": "paused", "resume_at": until } }),
        )
        .ok();
    assert_eq!(
        paused["order_acceptance"],
        json!({ "mode": "paused", "resume_at": until, "reason": null })
    );
    hub.pass(Duration::from_secs(9 * 60));
    assert_eq!(
        till.get("/location").ok()["order_acceptance"],
        json!({ "mode": "normal" })
    );
}

#[test]
fn a_time_that_no_zone_can_write_in_four_digits_is_refused() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for time in [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
    ] {
        let refused = kiosk.post(
            "/location/orders",
            json!({ "status": "new", "expected_time": time }),
        );
        assert_eq!(refused.status, 422, "{time}: {refused:?}");
        assert_eq!(refused.json()["errors"][0]["field"], "expected_time");
    }
}

#[apply(each_engine!)]
fn a_pause_that_ended_before_the_change_is_told_to_the_one_who_changes_too(hub: TestHub) {
    let till = hub.client("till");
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    let shop = hub.client("shop");
    let until = "2026-03-07T19:50:00+01:00";
    let pause = json!({ "order_acceptance": { "mode": "paused", "resume_at": until } });
    shop.patch("/location", pause).ok();
    hub.pass(Duration::from_secs(10 * 60));
    till.patch("/location", json!({ "preparation_time": 3 }))
        .ok();
    let heard = till.get("/callback/events").ok();
    assert_eq!(heard.as_array().map(Vec::len), Some(2), "{heard}");
}

#[apply(each_engine!)]
fn an_account_token_changes_a_location_by_its_long_path(hub: TestHub) {
    let chain = hub.client_with("chain", "account[orders.write]");
    let second = format!("/locations/{}", hub.second_location);
    let changed = chain.patch(&second, json!({ "preparation_time": 25 })).ok();
    assert_eq!(changed["preparation_time"], 25);
    assert_eq!(changed["id"], hub.second_location.as_str());
    let first = format!("/locations/{}", hub.location);
    assert_eq!(chain.get(&first).ok()["preparation_time"], 15);
}

#[test]
fn every_day_has_opening_hours() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let slots = json!([{ "from": "11:45", "to": "14:15" }]);
    let hours = json!({
        "monday": slots, "tuesday": slots, "wednesday": slots, "thursday": slots,
        "friday": slots, "saturday": slots, "sunday": slots
    });
    let changed = till
        .patch("/location", json!({ "opening_hours": hours }))
        .ok();
    assert_eq!(changed["opening_hours"], hours);
    let unset = till
        .patch("/location", json!({ "opening_hours": null }))
        .ok();
    assert_eq!(unset["opening_hours"], json!(null));
}

#[test]
fn typed_clients_may_send_every_key_of_order_acceptance() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let pause = json!({ "order_acceptance": {
        "mode": "paused", "resume_at": null, "reason": "Fermé", "extra_preparation_time": null
    } });
    till.patch("/location", pause).ok();
    let resume = json!({ "order_acceptance": {
        "mode": "normal", "resume_at": null, "reason": null, "extra_preparation_time": null
    } });
    let resumed = till.patch("/location", resume).ok();
    assert_eq!(resumed["order_acceptance"], json!({ "mode": "normal" }));
    let mixed = json!({ "order_acceptance": { "mode": "normal", "reason": "Fermé" } });
    assert_eq!(
        till.patch("/location", mixed).json()["errors"],
        json!([{ "field": "order_acceptance.reason", "message": "is not a valid key" }])
    );
}

#[test]
fn a_slot_that_cannot_be_read_is_the_only_thing_complained_about() {
    let hub = TestHub::start();
    let hours = json!({ "opening_hours": { "monday": [{ "from": "9h", "to": "14:00" }] } });
    let refused = hub.client("till").patch("/location", hours);
    assert_eq!(refused.status, 422);
    let errors = &refused.json()["errors"];
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
    assert_eq!(errors[0]["field"], "opening_hours.monday[0].from");
}

#[test]
fn a_paused_location_still_gets_its_orders() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let pause = json!({ "order_acceptance": { "mode": "paused", "reason": "Fermé" } });
    till.patch("/location", pause).ok();
    let order = till
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    assert_eq!(order["status"], "new");
}

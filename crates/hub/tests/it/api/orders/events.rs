//! What others are told of orders.

use super::{follow, owed, path, recorded_events, recorded_names, tiramisu};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_new_order_and_its_changes_are_recorded_with_their_states(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let new = json!({ "status": "new", "private_ref": "mine", "items": [tiramisu()] });
    let order = kiosk.post("/location/orders", new).ok();
    let changed = till
        .patch(&path(&order), json!({ "status": "accepted" }))
        .ok();
    let mut first = order.clone();
    first["private_ref"] = json!(null);
    assert_eq!(
        recorded_events(&hub),
        [
            ("order.create 1".to_owned(), json!({ "new_state": first })),
            (
                "order.update 2".to_owned(),
                json!({ "previous_state": first, "new_state": changed })
            ),
        ]
    );
}

#[apply(each_engine!)]
fn a_change_of_nothing_is_told_to_nobody(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({ "status": "new", "items": [tiramisu()], "custom_fields": { "a": 1 } });
    let order = kiosk.post("/location/orders", new).ok();
    for body in [
        json!({}),
        json!({ "status": "new" }),
        json!({ "items": null, "charges": [], "custom_fields": {} }),
        json!({ "custom_fields": { "a": 1, "b": null }, "seller_notes": null }),
    ] {
        assert_eq!(kiosk.patch(&path(&order), body).ok(), order);
    }
    let body = kiosk.send("PATCH", &path(&order), &[], "").ok();
    assert_eq!(body, order);
    assert_eq!(recorded_names(&hub), ["order.create 1"]);
}

#[apply(each_engine!)]
fn everybody_who_follows_is_owed_the_event_but_its_cause(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let chain = hub.client_with("chain", "account[orders.read]");
    let blind = hub.client_with("blind", "location[orders.read,catalog.read]");
    let scope = "location[orders.read]";
    let elsewhere = hub.connect("elsewhere", scope, Some(&hub.second_location));
    let both = json!({ "order": ["create", "update"] });
    follow(&kiosk, Some("http://kiosk.test"), both.clone());
    follow(&till, Some("http://till.test"), both.clone());
    follow(&chain, None, json!({ "order": ["update"] }));
    follow(&blind, None, both.clone());
    hub.client_with("blind", "location[catalog.read]");
    follow(&elsewhere, None, both);
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    chain
        .get(&format!(
            "/locations/{}/orders/{}",
            hub.location,
            order["id"].as_str().unwrap()
        ))
        .ok();
    assert_eq!(owed(&hub, &till), (1, 1));
    till.patch(&path(&order), json!({ "status": "accepted" }))
        .ok();
    assert_eq!(owed(&hub, &kiosk), (1, 1), "the change of the other");
    assert_eq!(owed(&hub, &till), (1, 1), "not its own");
    assert_eq!(owed(&hub, &chain), (1, 0), "passive, and only changes");
    assert_eq!(owed(&hub, &blind), (0, 0), "may no longer read orders");
    assert_eq!(owed(&hub, &elsewhere), (0, 0), "another location");
}

#[apply(each_engine!)]
fn an_event_of_an_order_names_the_order_its_place_and_its_states(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    till.post(
        "/callback",
        json!({ "events": { "order": ["create", "update"] } }),
    )
    .ok();
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let listed = till.get("/callback/events").ok();
    let id = listed[0]["id"].as_str().unwrap();
    let event = till.get(&format!("/callback/events/{id}")).ok();
    assert_eq!(
        event,
        json!({
            "id": id, "resource_type": "order", "event_type": "create",
            "created_at": "2026-03-07T19:41:08+01:00", "account_id": hub.account.as_str(),
            "location_id": hub.location.as_str(), "order_id": order["id"],
            "app_instance_id": till.connection.as_str(), "new_state": order
        })
    );
}

#[apply(each_engine!)]
fn an_event_of_a_customer_names_the_customer_and_the_list(hub: TestHub) {
    let (kiosk, till, ada) = (hub.client("kiosk"), hub.client("till"), super::ada(&hub));
    till.post("/callback", json!({ "events": { "customer": ["update"] } }))
        .ok();
    let new = json!({
        "status": "new", "customer_id": ada.id.as_str(), "loyalty_operations": [{ "delta": "2" }]
    });
    kiosk.post("/location/orders", new).ok();
    let listed = till.get("/callback/events").ok();
    assert_eq!(listed[0]["resource_type"], "customer");
    assert_eq!(listed[0]["customer_id"], ada.id.as_str());
    assert_eq!(listed[0]["customer_list_id"], hub.customer_list.as_str());
    assert_eq!(listed[0].get("new_state"), None, "lists hold no states");
}

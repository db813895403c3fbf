//! What each client calls an order and its parts.

use super::{path, recorded_names, tiramisu};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

/// An order in which everything has a private ref.
fn named() -> Value {
    let mut item = tiramisu();
    item["private_ref"] = json!("item 1");
    json!({
        "status": "new", "private_ref": "order 1", "items": [item, tiramisu()],
        "discounts": [{ "name": "a", "price_off": "1.00 EUR", "private_ref": "discount 1" }],
        "charges": [{ "name": "a", "price": "1.00 EUR", "private_ref": "charge 1" }],
        "payments": [{ "amount": "1.00 EUR", "private_ref": "payment 1" }]
    })
}

fn refs(order: &Value) -> Vec<Value> {
    let mut refs = vec![order["private_ref"].clone()];
    for elements in ["items", "discounts", "charges", "payments"] {
        let elements = order[elements].as_array().unwrap();
        refs.extend(
            elements
                .iter()
                .map(|element| element["private_ref"].clone()),
        );
    }
    refs
}

#[apply(each_engine!)]
fn a_client_sees_its_own_private_refs_and_nobody_elses(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let order = kiosk.post("/location/orders", named()).ok();
    let mine = json!([
        "order 1",
        "item 1",
        null,
        "discount 1",
        "charge 1",
        "payment 1"
    ]);
    assert_eq!(json!(refs(&order)), mine);
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
    assert_eq!(kiosk.get("/location/orders").ok(), json!([order]));
    let theirs = till.get(&path(&order)).ok();
    assert!(refs(&theirs).iter().all(Value::is_null), "{theirs}");
    assert_eq!(till.get("/location/orders").ok(), json!([theirs]));
}

#[apply(each_engine!)]
fn each_client_has_its_own_and_null_removes_only_that(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let order = kiosk.post("/location/orders", named()).ok();
    let item = order["items"][0]["id"].clone();
    let theirs = till
        .patch(
            &path(&order),
            json!({ "private_ref": "T1", "items": [{ "id": item, "private_ref": "T2" }] }),
        )
        .ok();
    assert_eq!(json!(refs(&theirs)[..2]), json!(["T1", "T2"]));
    assert_eq!(till.get(&path(&order)).ok(), theirs);
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
    let without = till
        .patch(
            &path(&order),
            json!({ "private_ref": null, "items": [{ "id": item, "private_ref": null }] }),
        )
        .ok();
    assert!(refs(&without).iter().all(Value::is_null), "{without}");
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
}

#[apply(each_engine!)]
fn one_client_at_two_locations_shares_its_private_refs(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let chain = hub.client_with("kiosk", "account[orders.read]");
    let order = kiosk.post("/location/orders", named()).ok();
    let listed = chain.get("/account/orders?private_ref=order%201").ok();
    assert_eq!(listed, json!([order]));
    assert_eq!(
        chain.get("/account/orders?private_ref=item%201").ok(),
        json!([])
    );
}

#[apply(each_engine!)]
fn a_change_of_nothing_but_private_refs_is_told_to_nobody(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let order = kiosk.post("/location/orders", named()).ok();
    let item = order["items"][0]["id"].clone();
    till.patch(
        &path(&order),
        json!({ "private_ref": "T1", "items": [{ "id": item, "private_ref": "T2" }] }),
    )
    .ok();
    assert_eq!(recorded_names(&hub), ["order.create 1"]);
}

#[apply(each_engine!)]
fn a_new_element_may_bring_its_private_ref(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let mut item = tiramisu();
    item["private_ref"] = json!("late");
    let changed = kiosk.patch(&path(&order), json!({ "items": [item] })).ok();
    assert_eq!(changed["items"][0]["private_ref"], "late");
    assert_eq!(kiosk.get(&path(&order)).ok(), changed);
}

#[apply(each_engine!)]
fn an_empty_private_ref_is_none(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let mut item = super::tiramisu();
    item["private_ref"] = json!("");
    let new = json!({
        "status": "new", "private_ref": "", "items": [item], "customer_private_ref": ""
    });
    let order = kiosk.post("/location/orders", new).ok();
    assert!(refs(&order).iter().all(Value::is_null), "{order}");
    let named = kiosk.post("/location/orders", named()).ok();
    let item = named["items"][0]["id"].clone();
    let empty = json!({ "private_ref": "", "items": [{ "id": item, "private_ref": "" }] });
    let without = kiosk.patch(&path(&named), empty).ok();
    assert_eq!(json!(refs(&without)[..2]), json!([null, null]));
}

#[apply(each_engine!)]
fn a_private_ref_has_at_most_255_characters(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let longest = "é".repeat(255);
    let new = json!({ "status": "new", "private_ref": longest });
    let order = kiosk.post("/location/orders", new).ok();
    assert_eq!(order["private_ref"], longest);
    let refused = kiosk.patch(&path(&order), json!({ "private_ref": "é".repeat(256) }));
    assert_eq!(
        super::complaints(&refused),
        ["private_ref is too long (maximum is 255 characters)"]
    );
}

#[apply(each_engine!)]
fn two_orders_may_have_the_same_private_ref(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    for _ in 0..2 {
        let new = json!({ "status": "new", "private_ref": "twice" });
        kiosk.post("/location/orders", new).ok();
    }
    let found = kiosk.get("/location/orders?private_ref=twice").ok();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert!(found[0]["private_ref"] == "twice" && found[1]["private_ref"] == "twice");
}

#[apply(each_engine!)]
fn a_long_page_carries_every_private_ref(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    for number in 0..23 {
        let new = json!({ "status": "new", "private_ref": format!("{number}") });
        kiosk.post("/location/orders", new).ok();
    }
    let list = kiosk.get("/location/orders").ok();
    let found: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["private_ref"].clone())
        .collect();
    let expected: Vec<_> = (0..23).map(|number| json!(number.to_string())).collect();
    assert_eq!(found, expected);
}

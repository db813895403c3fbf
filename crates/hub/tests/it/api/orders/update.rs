//! PATCH and PUT of orders.

use super::{ada, complaints, path, recorded_names, tiramisu};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

/// An order with two items, a discount, a charge and a payment: 5.00 + 5.00 + 2.90 - 2.00.
fn full() -> Value {
    json!({
        "status": "new", "items": [tiramisu(), tiramisu()],
        "discounts": [{ "name": "Bienvenue", "price_off": "2.00 EUR" }],
        "charges": [{ "name": "Livraison", "price": "2.90 EUR" }],
        "payments": [{ "amount": "10.90 EUR" }],
        "deals": { "menu": { "name": "Menu" } },
        "custom_fields": { "a": 1, "b": { "x": 1 } }
    })
}

#[apply(each_engine!)]
fn the_fields_of_an_order_are_changed_and_cleared(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let order = kiosk.post("/location/orders", full()).ok();
    let changed = till
        .patch(
            &path(&order),
            json!({
                "status": "accepted", "confirmed_time": "2026-03-07T19:40:00Z",
                "seller_notes": "bientôt", "collection_code": "A7", "ref": "ignored",
                "customer_notes": "ignored", "total": "1.00 EUR",
                "custom_fields": { "a": null, "b": { "y": 2 }, "c": "z" }
            }),
        )
        .ok();
    let mut expected = order.clone();
    expected["status"] = json!("accepted");
    expected["confirmed_time"] = json!("2026-03-07T20:40:00+01:00");
    expected["seller_notes"] = json!("bientôt");
    expected["collection_code"] = json!("A7");
    expected["custom_fields"] = json!({ "b": { "y": 2 }, "c": "z" });
    assert_eq!(changed, expected);
    assert_eq!(kiosk.get(&path(&order)).ok(), expected);
    let cleared = till
        .patch(
            &path(&order),
            json!({ "confirmed_time": null, "seller_notes": null }),
        )
        .ok();
    assert_eq!(cleared["confirmed_time"], json!(null));
    assert_eq!(cleared["seller_notes"], json!(null));
}

#[test]
fn any_status_may_follow_any_other() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "completed" }))
        .ok();
    for status in [
        "new",
        "cancelled",
        "awaiting_shipment",
        "rejected",
        "in_delivery",
    ] {
        let changed = kiosk.patch(&path(&order), json!({ "status": status })).ok();
        assert_eq!(changed["status"], status);
    }
}

#[apply(each_engine!)]
fn elements_are_deleted_for_ever_and_added(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk.post("/location/orders", full()).ok();
    let gone = order["items"][0]["id"].clone();
    let changed = kiosk
        .patch(
            &path(&order),
            json!({
                "items": [
                    { "id": gone, "deleted": true },
                    {
                        "product_name": "Menu", "price": "9.00 EUR", "quantity": 1,
                        "deal_line": { "deal_key": "0" }
                    }
                ],
                "payments": [{ "name": "Espèces", "type": "cash", "amount": "4.00 EUR" }],
                "charges": null, "discounts": []
            }),
        )
        .ok();
    assert_eq!(changed["items"][0]["deleted"], true);
    assert_eq!(changed["items"][1], order["items"][1]);
    assert_eq!(changed["items"][2]["subtotal"], "9.00 EUR");
    assert_eq!(changed["items"][2]["deal_line"]["deal_key"], "0");
    assert_eq!(changed["charges"], order["charges"]);
    assert_eq!(changed["payments"][1]["type"], "cash");
    assert_eq!(changed["total"], "14.90 EUR");
    assert_eq!(changed["payment_discrepancy"], "0.00 EUR");
    assert_eq!(kiosk.get(&path(&order)).ok(), changed);
    let again = kiosk
        .patch(
            &path(&order),
            json!({ "items": [{ "id": gone, "deleted": true }] }),
        )
        .ok();
    assert_eq!(again, changed, "deleting twice has no effect");
}

#[test]
fn elements_cannot_be_edited_or_brought_back() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk.post("/location/orders", full()).ok();
    let item = order["items"][0]["id"].clone();
    let charge = order["charges"][0]["id"].clone();
    for (body, expected) in [
        (
            json!({ "items": [{ "id": item, "deleted": false }] }),
            "items[0].deleted must be true",
        ),
        (
            json!({ "items": [{ "id": charge, "deleted": true }] }),
            "items[0].id not found",
        ),
        (
            json!({ "items": [{ "id": "zzz", "deleted": true }] }),
            "items[0].id not found",
        ),
        (
            json!({ "items": [{ "id": item, "price": "1.00 EUR" }] }),
            "items[0].price is not a valid key",
        ),
        (
            json!({ "charges": [{ "id": charge, "deleted": true, "name": "a" }] }),
            "charges[0].name is not a valid key",
        ),
        (
            json!({ "charges": [{ "id": charge }] }),
            "charges[0] must have deleted or private_ref besides id",
        ),
        (
            json!({ "items": [{ "product_name": "a", "price": "1.00 EUR", "quantity": 1, "deal_line": { "deal_key": "menu" } }] }),
            "items[0].deal_line.deal_key is not a key of deals",
        ),
        (
            json!({ "payments": [{ "amount": "1.00 GBP" }] }),
            "payments[0].amount must be in 'EUR' ('GBP' given)",
        ),
        (
            json!({ "status": "open" }),
            "status is not included in the list",
        ),
        (json!({ "status": null }), "status can't be blank"),
    ] {
        let refused = kiosk.patch(&path(&order), body);
        assert!(
            complaints(&refused).contains(&expected.to_owned()),
            "{expected}: {refused:?}"
        );
    }
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
    assert_eq!(recorded_names(&hub), ["order.create 1"]);
}

#[apply(each_engine!)]
fn a_put_is_a_patch_that_takes_the_customers_notes_as_well(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk.post("/location/orders", full()).ok();
    let changed = kiosk
        .put(
            &path(&order),
            json!({ "status": "received", "customer_notes": "sans sel" }),
        )
        .ok();
    assert_eq!(changed["status"], "received");
    assert_eq!(changed["customer_notes"], "sans sel");
    assert_eq!(changed["items"], order["items"]);
    let headers = [
        ("X-Http-Method-Override", "PATCH"),
        ("Content-Type", "application/json"),
    ];
    let body = r#"{"status":"accepted","customer_notes":"ignored"}"#;
    let changed = kiosk.send("POST", &path(&order), &headers, body).ok();
    assert_eq!(changed["status"], "accepted");
    assert_eq!(changed["customer_notes"], "sans sel");
}

#[test]
fn custom_fields_are_measured_after_the_merge() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let half = "x".repeat(5_000);
    kiosk
        .patch(&path(&order), json!({ "custom_fields": { "a": half } }))
        .ok();
    let refused = kiosk.patch(&path(&order), json!({ "custom_fields": { "b": half } }));
    assert_eq!(
        complaints(&refused),
        ["custom_fields is too big (maximum is 8192 bytes)"]
    );
    kiosk
        .patch(
            &path(&order),
            json!({ "custom_fields": { "a": null, "b": half } }),
        )
        .ok();
}

#[test]
fn a_total_beyond_all_bounds_is_refused() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let huge = json!([{ "name": "a", "price": "92233720368547758.07 EUR" }]);
    let order = kiosk
        .post(
            "/location/orders",
            json!({ "status": "new", "charges": huge }),
        )
        .ok();
    let refused = kiosk.patch(&path(&order), json!({ "charges": huge }));
    assert_eq!(complaints(&refused), ["total is too big"]);
}

#[test]
fn later_changes_of_an_order_leave_its_customer_alone() {
    let hub = TestHub::start();
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let new = json!({ "status": "new", "customer_id": ada.id.as_str(), "items": [tiramisu()] });
    let order = kiosk.post("/location/orders", new).ok();
    kiosk
        .patch(&path(&order), json!({ "items": [tiramisu()] }))
        .ok();
    assert_eq!(super::ada_now(&hub, &ada, &kiosk).order_total, 500);
}

#[apply(each_engine!)]
fn changes_at_the_same_moment_are_all_kept(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    kiosk
                        .patch(&path(&order), json!({ "items": [tiramisu()] }))
                        .ok();
                }
            });
        }
    });
    assert_eq!(kiosk.get(&path(&order)).ok()["total"], "100.00 EUR");
    assert_eq!(
        recorded_names(&hub).last().map(String::as_str),
        Some("order.update 21")
    );
}

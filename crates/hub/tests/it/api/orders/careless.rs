//! What real apps send that is not quite as the API says, and means something all the same.

use super::path;
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn times_as_ruby_prints_them_are_read_wherever_there_are_times(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "service_type": "delivery",
        "expected_time": "2026-03-07 20:30:00 +0100", "confirmed_time": "2026-03-07 19:40:00 UTC"
    });
    let order = kiosk.post("/location/orders", new).ok();
    assert_eq!(order["expected_time"], "2026-03-07T20:30:00+01:00");
    assert_eq!(order["confirmed_time"], "2026-03-07T20:40:00+01:00");
    let delivery = json!({
        "carrier": "Vélo Rhône", "status": "pending",
        "estimated_pickup_at": "2026-03-07 13:20:00 -06:00"
    });
    let delivery = kiosk
        .post(&format!("{}/delivery", path(&order)), delivery)
        .ok();
    assert_eq!(delivery["estimated_pickup_at"], "2026-03-07T20:20:00+01:00");
    let paused = json!({ "mode": "paused", "resume_at": "2026-03-07 20:15:00 +0100" });
    let location = kiosk
        .patch("/location", json!({ "order_acceptance": paused }))
        .ok();
    let resume_at = &location["order_acceptance"]["resume_at"];
    assert_eq!(resume_at, "2026-03-07T20:15:00+01:00");
}

#[apply(each_engine!)]
fn keys_that_are_null_beside_a_delete_or_a_private_ref_say_nothing(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "items": [super::tiramisu(), super::tiramisu()],
        "charges": [{ "name": "Livraison", "price": "2.00 EUR" }],
        "discounts": [{ "name": "Bienvenue", "price_off": "1.00 EUR" }],
        "payments": [{ "amount": "11.00 EUR" }]
    });
    let order = kiosk.post("/location/orders", new).ok();
    let id = |key: &str| order[key][0]["id"].clone();
    let change = json!({
        "items": [
            {
                "id": id("items"), "deleted": true, "private_ref": null, "product_name": null,
                "price": null, "quantity": null, "subtotal": null, "options": null
            },
            { "id": order["items"][1]["id"], "private_ref": "x", "deleted": null, "price": null }
        ],
        "charges": [{ "id": id("charges"), "deleted": true, "type": null, "charge_price": null }],
        "discounts": [{ "id": id("discounts"), "deleted": true, "pricing_effect": null }],
        "payments": [{ "id": id("payments"), "deleted": true, "amount": null, "info": null }]
    });
    let changed = kiosk.patch(&path(&order), change).ok();
    for key in ["items", "charges", "discounts", "payments"] {
        assert_eq!(changed[key][0]["deleted"], true, "{key}");
    }
    assert_eq!(changed["items"][1]["private_ref"], "x");
    assert_eq!(changed["total"], "5.00 EUR");
    let gone = json!({ "id": order["items"][1]["id"], "private_ref": null, "deleted": null });
    let changed = kiosk.patch(&path(&order), json!({ "items": [gone] })).ok();
    assert_eq!(changed["items"][1]["private_ref"], json!(null));
}

#[apply(each_engine!)]
fn a_text_that_was_cut_within_a_character_does_not_lose_the_order(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = r#"{"status": "new", "customer_notes": "Merci \ud83d", "custom_fields": {"a": "\ude00"},
            "seller_notes": "\ud83d\ude00"}"#;
    let headers = [("Content-Type", "application/json")];
    let order = kiosk.send("POST", "/location/orders", &headers, new).ok();
    assert_eq!(order["customer_notes"], "Merci \u{fffd}");
    assert_eq!(order["custom_fields"], json!({ "a": "\u{fffd}" }));
    assert_eq!(order["seller_notes"], "\u{1f600}");
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
}

#[apply(each_engine!)]
fn an_empty_map_may_be_written_as_php_does(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "deals": [], "payments": [{ "amount": "1.00 EUR", "info": [] }]
    });
    let order = kiosk.post("/location/orders", new).ok();
    assert_eq!(order["deals"], json!({}));
    assert_eq!(order["payments"][0]["info"], json!({}));
    let callback = kiosk.post("/callback", json!({ "events": [] })).ok();
    assert_eq!(callback["events"], json!({}));
}

#[test]
fn the_number_of_an_option_may_have_zeros_behind_a_point() {
    let hub = TestHub::start();
    let mut item = super::tiramisu();
    item["options"] = json!([{ "option_list_name": "Sauce", "name": "Café", "price": "0.50 EUR", "quantity": "2.0" }]);
    let new = json!({ "status": "new", "items": [item] });
    let order = hub.client("kiosk").post("/location/orders", new).ok();
    assert_eq!(order["items"][0]["options"][0]["quantity"], 2);
    assert_eq!(order["total"], "6.00 EUR");
}

#[apply(each_engine!)]
fn an_item_that_is_free_in_a_deal_is_a_hundred_percent_off(hub: TestHub) {
    let mut item = super::tiramisu();
    item["deal_line"] =
        json!({ "deal_key": "menu", "pricing_effect": "free", "pricing_value": "0.00 EUR" });
    let new = json!({
        "status": "new", "items": [item], "deals": { "menu": { "name": "Menu" } }
    });
    let order = hub.client("kiosk").post("/location/orders", new).ok();
    let line = &order["items"][0]["deal_line"];
    assert_eq!(line["pricing_effect"], "percentage_off");
    assert_eq!(line["pricing_value"], "100.0");
}

#[apply(each_engine!)]
fn a_total_that_is_worlds_away_is_not_minded(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "items": [super::tiramisu()], "total": "-92233720368547758.07 EUR"
    });
    let order = kiosk.post("/location/orders", new).ok();
    assert_eq!(order["total"], "5.00 EUR");
    assert_eq!(order["total_discrepancy"], json!(null));
}

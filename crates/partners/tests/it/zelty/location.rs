//! Stock, hours and acceptance: each rule is a test.

use partners::zelty_api::{Restaurant, StockAvailability};
use partners::zelty_bridge::mapping::{
    BridgeOptions, changed_stock, location_change, whole_inventory,
};
use serde_json::{Value, json};

fn availability() -> StockAvailability {
    serde_json::from_value(json!({
        "dishes": [{ "id_dish": 1974, "outofstock": true }, { "id_dish": 1975, "outofstock": false }],
        "options_values": [{ "id_option": 5517, "id_option_value": 25101, "outofstock": true }],
    }))
    .unwrap()
}

fn restaurant(change: Value) -> Restaurant {
    let mut restaurant = json!({
        "id": 5146, "takeaway_delay": 15, "delay": 0, "online_ordering_hidden": false,
        "opening_hours": { "1": [[690, 870], [1110, 1350]], "7": [[1110, 1500]] },
        "delivery_hours": { "2": [[0, 60]] },
    });
    for (name, value) in change.as_object().unwrap() {
        restaurant[name] = value.clone();
    }
    serde_json::from_value(restaurant).unwrap()
}

fn acceptance(change: Value) -> Value {
    let options = BridgeOptions {
        sends_acceptance: true,
        ..BridgeOptions::default()
    };
    let change = location_change(&restaurant(change), &options).unwrap();
    serde_json::to_value(change).unwrap()
}

#[test]
fn what_is_sold_out_has_a_stock_of_0_and_the_rest_no_entry() {
    let entries = serde_json::to_value(whole_inventory(&availability(), None)).unwrap();
    let expected = json!([
        { "sku_ref": "1974", "stock": "0", "expires_at": null },
        { "option_ref": "25101", "stock": "0", "expires_at": null },
    ]);
    assert_eq!(entries, expected);
}

#[test]
fn what_comes_back_has_no_limit() {
    let entries = changed_stock(&availability(), None);
    assert!(entries[0].stock.is_some());
    assert_eq!(entries[1].stock, None);
}

#[test]
fn acceptance_is_normal_busy_or_paused() {
    assert_eq!(acceptance(json!({}))["order_acceptance"]["mode"], "normal");
    let busy = &acceptance(json!({ "delay": 10 }))["order_acceptance"];
    assert_eq!(
        (&busy["mode"], &busy["extra_preparation_time"]),
        (&json!("busy"), &json!(10))
    );
    let paused = acceptance(json!({ "online_ordering_hidden": true, "delay": 10 }));
    assert_eq!(paused["order_acceptance"]["mode"], "paused");
}

#[test]
fn the_preparation_time_comes_with_the_acceptance() {
    assert_eq!(acceptance(json!({}))["preparation_time"], 15);
    assert_eq!(
        acceptance(json!({ "production_delay": 20 }))["preparation_time"],
        20
    );
}

#[test]
fn opening_hours_are_the_restaurants_and_not_those_of_deliveries() {
    let options = BridgeOptions {
        sends_opening_hours: true,
        ..BridgeOptions::default()
    };
    let change = location_change(&restaurant(json!({})), &options).unwrap();
    let change = serde_json::to_value(change).unwrap();
    let expected = json!({ "opening_hours": {
        "monday": [{ "from": "11:30", "to": "14:30" }, { "from": "18:30", "to": "22:30" }],
        "sunday": [{ "from": "18:30", "to": "01:00" }],
    } });
    assert_eq!(change, expected);
}

#[test]
fn nothing_is_sent_unless_an_option_asks_for_it() {
    assert_eq!(
        location_change(&restaurant(json!({})), &BridgeOptions::default()),
        None
    );
}

//! Bad input against deliveries and quotes: each with the exact answer, as a table that is kept
//! beside the tests.

use super::{deliver, order, quotes_path};
use crate::api::orders::bad_input::Table;
use crate::support::{TestHub, Value, json};

/// The fields that a delivery and a quote share, and values that none of them can have.
const TIMES: [&str; 2] = ["estimated_pickup_at", "estimated_dropoff_at"];

#[test]
fn bad_deliveries_and_quotes_are_refused_in_these_words() {
    let hub = TestHub::start();
    let velo = hub.client("velo");
    let (fresh, busy) = (order(&velo), order(&velo));
    let delivery = deliver(&velo, &busy, "pending");
    let new = json!({ "carrier": "Vélo", "fee": "5.20 EUR" });
    let quote = velo.post(&quotes_path(&busy), new).ok();
    let collected = json!({ "status": "new", "service_type": "collection" });
    let collected = velo.post("/location/orders", collected).ok();
    let foreign = hub.another_account();
    let text = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let mut table = Table {
        who: &velo,
        names: vec![
            (text(&fresh), "{fresh}"),
            (text(&busy), "{busy}"),
            (text(&collected), "{collected}"),
            (text(&quote), "{quote}"),
            (hub.second_location.to_string(), "{sibling}"),
            (foreign.location.to_string(), "{foreign}"),
            (hub.location.to_string(), "{location}"),
        ],
        text: String::new(),
        lines: 0,
    };
    new_deliveries(&mut table);
    changes(&mut table);
    quotes(&mut table);
    field_paths(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 100, "only {lines}");
    let stored = velo.get("/location/orders").ok();
    let mut with_delivery = busy.clone();
    with_delivery["delivery"] = super::shown(&delivery);
    assert_eq!(
        stored,
        json!([fresh, with_delivery, collected]),
        "a refusal changes nothing"
    );
    assert_eq!(velo.get(&quotes_path(&busy)).ok(), json!([quote]));
    insta::with_settings!({ snapshot_path => "../../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_input_deliveries", text);
    });
}

fn not_json(table: &mut Table<'_>, method: &str, path: &str) {
    for body in [
        "{",
        "nope",
        "{\"carrier\":}",
        "[1,]",
        "{} {}",
        "carrier=Velo",
    ] {
        table.line(method, path, &[], body);
    }
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    table.line(method, path, &form, "carrier=Velo");
    for body in ["[7]", "\"pending\"", "7", "true"] {
        table.line(method, path, &[], body);
    }
}

fn new_deliveries(table: &mut Table<'_>) {
    table.chapter("New deliveries");
    let path = "/location/orders/{fresh}/delivery";
    not_json(table, "POST", path);
    let mut post = |body: Value| table.line("POST", path, &[], &body.to_string());
    post(json!({}));
    post(json!(null));
    post(json!({ "carrier": "Vélo" }));
    post(json!({ "status": "pending" }));
    post(json!({ "carrier": null, "status": null }));
    post(json!({ "carrier": ["Vélo"], "status": ["pending"] }));
    post(json!({ "carrier": " ", "status": "pending" }));
    for status in ["", "Pending", "new", "in_delivery", "delivery_failed"] {
        post(json!({ "carrier": "Vélo", "status": status }));
    }
    let mut with = |key: &str, value: Value| {
        post(json!({ "carrier": "Vélo", "status": "pending", key: value }));
    };
    for key in [
        "carrier_ref",
        "ref",
        "tracking_url",
        "driver_pickup_url",
        "driver_name",
        "driver_phone",
        "driver_phone_access_code",
    ] {
        with(key, json!(7.5));
    }
    with("tracking_url", json!("x".repeat(10_001)));
    for fee in [
        json!("5"),
        json!("5.2 EUR"),
        json!("5.20 USD"),
        json!("5.20 eur"),
        json!(5.2),
        json!({ "amount": 5 }),
    ] {
        with("fee", fee);
    }
    for key in TIMES
        .into_iter()
        .chain(["assigned_at", "pickup_at", "delivered_at", "cancelled_at"])
    {
        with(key, json!("20:05"));
        with(key, json!(1_772_910));
        with(key, json!([]));
    }
    for key in ["driver_latitude", "driver_longitude"] {
        for value in [
            json!("45° N"),
            json!("4,8"),
            json!("1e3"),
            json!(true),
            json!({}),
        ] {
            with(key, value);
        }
    }
    let good = json!({ "carrier": "Vélo", "status": "pending" }).to_string();
    table.line("POST", "/location/orders/{busy}/delivery", &[], &good);
    table.line("POST", "/location/orders/{collected}/delivery", &[], &good);
}

fn changes(table: &mut Table<'_>) {
    table.chapter("Changes of a delivery");
    let path = "/location/orders/{busy}/delivery";
    not_json(table, "PATCH", path);
    for body in [
        json!({ "status": null }),
        json!({ "status": "done" }),
        json!({ "status": 1 }),
        json!({ "carrier": "Taxi" }),
        json!({ "carrier": null }),
        json!({ "carrier": 7 }),
        json!({ "carrier_ref": "taxi" }),
        json!({ "fee": "5.20 EUR" }),
        json!({ "fee": "abc" }),
        json!({ "carrier": "Taxi", "carrier_ref": 7.5, "fee": 1, "status": "x", "ref": [] }),
        json!({ "ref": 7.5 }),
        json!({ "driver_latitude": "north", "driver_longitude": "east" }),
        json!({ "delivered_at": "soon" }),
        json!({ "estimated_pickup_at": false }),
        json!({ "tracking_url": { "href": "x" } }),
    ] {
        table.patch(path, body);
    }
    table.patch(
        "/location/orders/{fresh}/delivery",
        json!({ "status": "delivered" }),
    );
    table.line("GET", "/location/orders/{fresh}/delivery", &[], "");
    table.line("PUT", path, &[], "{}");
    table.line("DELETE", path, &[], "");
}

fn quotes(table: &mut Table<'_>) {
    table.chapter("Quotes");
    let path = "/location/orders/{fresh}/delivery_quotes";
    not_json(table, "POST", path);
    let mut post = |body: Value| table.line("POST", path, &[], &body.to_string());
    post(json!({}));
    post(json!({ "carrier": "Vélo" }));
    post(json!({ "fee": "5.20 EUR" }));
    post(json!({ "carrier": "", "fee": "5.20 EUR" }));
    post(json!({ "carrier": 7, "fee": 5, "carrier_ref": 7.5, "ref": true }));
    post(json!({ "carrier": "Vélo", "fee": "5.20 GBP" }));
    for key in TIMES {
        post(json!({ "carrier": "Vélo", "fee": "5.20 EUR", key: "later" }));
    }
    let good = json!({ "carrier": "Vélo", "fee": "5.20 EUR" }).to_string();
    let collected = "/location/orders/{collected}/delivery_quotes";
    table.line("POST", collected, &[], &good);
    table.line("POST", "/location/orders/zzzzz/delivery_quotes", &[], &good);
    for method in ["PUT", "PATCH", "DELETE"] {
        let quote = "/location/orders/{busy}/delivery_quotes/{quote}";
        table.line(method, quote, &[], "{}");
    }
    for path in [
        "/location/orders/{busy}/delivery_quotes/zzzzz/accept",
        "/location/orders/{busy}/delivery_quotes/NOT-AN-ID/accept",
        "/location/orders/{fresh}/delivery_quotes/{quote}/accept",
        "/location/orders/zzzzz/delivery_quotes/{quote}/accept",
        "/location/orders/{busy}/delivery_quotes/{quote}/refuse",
    ] {
        table.line("POST", path, &[], "");
    }
}

fn field_paths(table: &mut Table<'_>) {
    table.chapter("Places");
    for path in [
        "/location/orders/zzzzz/delivery",
        "/location/orders/NOT-AN-ID/delivery",
        "/locations/{sibling}/orders/{busy}/delivery",
        "/locations/{foreign}/orders/{busy}/delivery",
        "/locations/nowhere/orders/{busy}/delivery",
        "/orders/{busy}/delivery",
        "/location/orders/{busy}/deliveries",
        "/location/orders/zzzzz/delivery_quotes",
        "/locations/{sibling}/orders/{busy}/delivery_quotes",
        "/locations/{foreign}/orders/{busy}/delivery_quotes",
        "/location/orders/{busy}/delivery_quotes/zzzzz",
        "/location/orders/{fresh}/delivery_quotes/{quote}",
        "/location/orders/{busy}/delivery_quotes/{quote}/accept",
    ] {
        table.line("GET", path, &[], "");
    }
}

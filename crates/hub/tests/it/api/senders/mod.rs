//! What real senders send: field by field, and byte by byte.

mod encodings;
mod fields;
mod large;
mod memory;

use std::collections::BTreeSet;

use self::fields::{Bodies, Field, fields, passed_over};
use crate::engine::{Engine, apply};
use crate::support::{TestHub, Value, json};

/// Ours or free data, of which nothing is read.
fn is_looked_at(bodies: &Bodies, field: &Field) -> bool {
    let wrong = if field.takes("object") {
        json!(7)
    } else {
        json!({ "a": 1 })
    };
    field.complaint(bodies, wrong).is_some()
}

fn is_ref(field: &Field) -> bool {
    let refs = [
        "ref",
        "phone",
        "phone_access_code",
        "driver_phone",
        "driver_phone_access_code",
        "postal_code",
        "collection_code",
        "sku_id",
        "option_id",
    ];
    refs.contains(&field.key.as_str()) || field.key.ends_with("_ref")
}

#[test]
fn an_empty_text_says_nothing_in_every_optional_field_that_is_no_text() {
    let hub = TestHub::start();
    let bodies = Bodies::of(&hub);
    let (mut asked, mut wrong) = (0, Vec::new());
    for field in fields() {
        if field.is_text() || !is_looked_at(&bodies, &field) {
            continue;
        }
        asked += 1;
        let message = field.complaint(&bodies, json!(""));
        let unsent = field.complaint_when_absent(&bodies);
        if message != unsent || (message.is_none() && field.is_needed) {
            wrong.push(format!("{}: {message:?}", field.shown()));
        }
    }
    assert!(asked > 150, "only {asked} fields");
    assert!(wrong.is_empty(), "of {asked}:\n{}", wrong.join("\n"));
}

#[test]
fn every_field_of_the_contract_that_is_no_free_data_is_looked_at() {
    let hub = TestHub::start();
    let bodies = Bodies::of(&hub);
    let passed: BTreeSet<String> = fields()
        .iter()
        .filter(|field| !is_looked_at(&bodies, field))
        .map(|field| field.key.clone())
        .collect();
    // What is only compared, what PATCH passes over, and what depends on another field.
    let expected = ["customer_id", "customer_notes", "pricing_value", "total"];
    assert_eq!(passed, expected.map(str::to_owned).into());
}

#[test]
fn every_body_of_the_contract_is_looked_at() {
    assert_eq!(passed_over(), Vec::<String>::new());
}

#[test]
fn whole_numbers_are_read_as_their_digits_in_every_ref() {
    let hub = TestHub::start();
    let bodies = Bodies::of(&hub);
    let (mut asked, mut wrong) = (0, Vec::new());
    for field in fields() {
        if !is_ref(&field) || !is_looked_at(&bodies, &field) {
            continue;
        }
        asked += 1;
        for number in [
            json!(4711),
            json!(0),
            json!(-7),
            json!(u64::MAX),
            json!(i64::MIN),
        ] {
            let message = field.complaint(&bodies, number.clone());
            if message.as_deref() == Some("must be a string") {
                wrong.push(format!("{} = {number}: {message:?}", field.shown()));
            }
        }
        for number in ["4711.5", "18446744073709551616", "1e3"] {
            let number: Value = serde_json::from_str(number).expect("a number");
            let message = field.complaint(&bodies, number.clone());
            if message.as_deref() != Some("must be a string") {
                wrong.push(format!("{} = {number}: {message:?}", field.shown()));
            }
        }
    }
    assert!(asked > 50, "only {asked} fields");
    assert!(wrong.is_empty(), "of {asked}:\n{}", wrong.join("\n"));
}

#[apply(each_engine!)]
fn refs_sent_as_numbers_come_back_as_texts(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "ref": 4711, "private_ref": 18_446_744_073_709_551_615_u64,
        "service_type_ref": 3, "collection_code": 42, "coupon_codes": [2026, "A"],
        "items": [{
            "product_name": "Tarte", "price": "3.00 EUR", "quantity": 1, "sku_ref": 102,
            "options": [{ "option_list_name": "Sauce", "name": "Café", "ref": 5 }]
        }],
        "customer": { "phone": 33612345678_i64, "postal_code": 69002, "first_name": "Inès" }
    });
    let order = kiosk.post("/location/orders", new).ok();
    assert_eq!(order["ref"], "4711");
    assert_eq!(order["private_ref"], "18446744073709551615");
    assert_eq!(order["coupon_codes"], json!(["2026", "A"]));
    assert_eq!(order["items"][0]["sku_ref"], "102");
    assert_eq!(order["items"][0]["options"][0]["ref"], "5");
    assert_eq!(order["customer"]["phone"], "33612345678");
    assert_eq!(order["customer"]["postal_code"], "69002");
    let found = kiosk
        .get("/location/orders?private_ref=18446744073709551615")
        .ok();
    assert_eq!(found[0]["id"], order["id"]);
}

#[apply(each_engine!)]
fn fields_that_say_nothing_do_not_lose_an_order(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "service_type": "", "expected_time": "", "asap": "",
        "expected_time_pickup": " ", "confirmed_time": "", "customer_id": "",
        "customer_list_id": "", "customer_private_ref": "", "coupon_codes": "", "deals": "",
        "discounts": "", "loyalty_operations": "", "custom_fields": "",
        "items": [{
            "product_name": "Tarte", "price": "3.00 EUR", "quantity": "1", "tax_rate": "",
            "points_earned": "", "options": "", "deal_line": []
        }],
        "charges": [{ "name": "Livraison", "type": "", "price": "2.00 EUR", "tax_rate": "" }],
        "payments": [{ "amount": "5.00 EUR", "type": "", "info": "" }],
        "customer": {
            "first_name": "Inès", "gender": "", "birth_date": "", "latitude": "",
            "longitude": "", "sms_marketing": ""
        }
    });
    let order = kiosk.post("/location/orders", new).ok();
    for key in ["service_type", "expected_time", "confirmed_time"] {
        assert_eq!(order[key], json!(null), "{key}");
    }
    assert_eq!(
        (&order["asap"], &order["total"]),
        (&json!(true), &json!("5.00 EUR"))
    );
    assert_eq!(order["items"][0]["deal_line"], json!(null));
    assert_eq!(order["charges"][0]["type"], "other");
    assert_eq!(order["customer"]["first_name"], "Inès");
    for nobody in [json!([]), json!(""), json!({})] {
        let new = json!({ "status": "new", "customer": nobody });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["customer"]["first_name"], json!(null));
    }
    for missing in [json!(""), json!(" "), json!(null)] {
        let refused = kiosk.post("/location/orders", json!({ "status": missing }));
        assert!(
            refused.status_and_body().contains("can't be blank"),
            "{refused:?}"
        );
    }
}

#[apply(each_engine!)]
fn fields_that_say_nothing_leave_what_there_is(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({ "status": "new", "service_type": "delivery",
            "confirmed_time": "2026-03-07T20:30:00+01:00" });
    let order = kiosk.post("/location/orders", new).ok();
    let path = format!("/location/orders/{}", order["id"].as_str().expect("an id"));
    let change = json!({ "status": "", "confirmed_time": "", "items": "" });
    assert_eq!(kiosk.patch(&path, change).ok(), order);
    let delivery = json!({
        "carrier": "Vélo", "status": "pickup_enroute", "fee": "3.00 EUR",
        "driver_latitude": 45.7, "estimated_pickup_at": "2026-03-07T20:00:00+01:00"
    });
    let path = format!("{path}/delivery");
    let made = kiosk.post(&path, delivery).ok();
    let change = json!({
        "status": "", "fee": "", "driver_latitude": "", "driver_longitude": "",
        "estimated_pickup_at": "", "assigned_at": "", "pickup_at": ""
    });
    assert_eq!(kiosk.patch(&path, change).ok(), made);
    let callback = kiosk
        .post("/callback", json!({ "url": "", "events": "" }))
        .ok();
    assert_eq!(callback, json!({ "url": null, "events": {} }));
}

#[apply(each_engine!)]
fn the_character_zero_is_read_as_a_sign_that_something_was_there(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = r#"{"status": "new", "ref": "a\u0000", "customer_notes": "\u0000", "coupon_codes": "x\u0000",
            "deals": {"\u0000": {"name": "M\u0000"}},
            "items": [{"product_name": "T\u0000", "price": "1.00 EUR", "quantity": 1,
                "deal_line": {"deal_key": "\u0000", "label": "\u0000"}}],
            "payments": [{"amount": "1.00 EUR", "info": {"\u0000": "\u0000"}}],
            "customer": {"first_name": "I\u0000", "phone": "\u0000"},
            "custom_fields": {"a\u0000": ["\u0000", {"\u0000b": "\\u0000"}]}}"#;
    let headers = [("Content-Type", "application/json")];
    let order = kiosk.send("POST", "/location/orders", &headers, new).ok();
    assert_eq!(order["ref"], "a\u{fffd}");
    assert_eq!(order["customer_notes"], "\u{fffd}");
    assert_eq!(order["deals"]["0"]["name"], "M\u{fffd}");
    assert_eq!(
        order["payments"][0]["info"],
        json!({ "\u{fffd}": "\u{fffd}" })
    );
    let fields = json!({ "a\u{fffd}": ["\u{fffd}", { "\u{fffd}b": "\\u0000" }] });
    assert_eq!(order["custom_fields"], fields);
    let path = format!("/location/orders/{}", order["id"].as_str().expect("an id"));
    assert_eq!(kiosk.get(&path).ok(), order);
    let found = kiosk.get("/location/orders?private_ref=a%00").ok();
    assert_eq!(found, json!([]));
}

#[apply(each_engine!)]
fn a_free_number_that_no_program_reads_is_refused_by_its_field(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let headers = [("Content-Type", "application/json")];
    let free = r#"{"a":1e400}"#;
    for (new, field) in [
        (
            format!(r#"{{"status": "new", "custom_fields": {free}}}"#),
            "custom_fields",
        ),
        (
            format!(
                r#"{{"status": "new", "payments": [{{"amount": "1.00 EUR", "info": {free}}}]}}"#
            ),
            "payments[0].info",
        ),
    ] {
        let refused = kiosk.send("POST", "/location/orders", &headers, new);
        assert_eq!(refused.status, 422, "{refused:?}");
        let errors = json!([{ "field": field, "message": "has a number out of range" }]);
        assert_eq!(refused.json()["errors"], errors);
    }
}

#[apply(each_engine!)]
fn the_digits_of_free_numbers_are_kept(engine: Engine) {
    const FREE: &str = r#"{"txn":20260307194108123456789,"rate":0.10,"tiny":1e-400,"big":[12345678901234567890123.450]}"#;
    let hub = engine.start();
    let kiosk = hub.client("kiosk");
    kiosk
        .post(
            "/callback",
            json!({ "events": { "order": ["create", "update"] } }),
        )
        .ok();
    let new = format!(
        r#"{{"status": "new", "custom_fields": {FREE}, "payments": [{{"amount": "1.00 EUR", "info": {FREE}}}]}}"#
    );
    let headers = [("Content-Type", "application/json")];
    let made = hub
        .client("web")
        .send("POST", "/location/orders", &headers, new);
    assert_eq!(made.text.matches(FREE).count(), 2, "{}", made.text);
    let path = format!(
        "/location/orders/{}",
        made.json()["id"].as_str().expect("an id")
    );
    let change = r#"{"custom_fields": {"more": 1.50}}"#;
    hub.client("web")
        .send("PATCH", &path, &headers, change)
        .ok();
    let read = kiosk.get(&path).text;
    let merged = format!("{},\"more\":1.50}}", FREE.trim_end_matches('}'));
    assert!(read.contains(&merged) && read.contains(FREE), "{read}");
    for event in kiosk
        .get("/callback/events")
        .ok()
        .as_array()
        .expect("events")
    {
        let id = event["id"].as_str().expect("an id");
        let event = kiosk.get(&format!("/callback/events/{id}")).text;
        assert!(event.contains(FREE), "{event}");
    }
    let sku = format!(r#"{{"price": "1.00 EUR", "custom_fields": {FREE}}}"#);
    let catalog = format!(
        r#"{{"data": {{"categories": [{{"ref": "C", "name": "c"}}], "products": [{{"category_ref": "C",
                "name": "p", "nutrition": {FREE}, "skus": [{sku}]}}]}}}}"#
    );
    let path = format!("/catalogs/{}", hub.catalog);
    let put = kiosk.send("PUT", &path, &headers, catalog);
    assert_eq!(put.status, 200, "{}", put.text);
    assert_eq!(kiosk.get(&path).text.matches(FREE).count(), 2);
    let list = format!("/customer_lists/{}/customers", hub.customer_list);
    let new = format!(r#"{{"custom_fields": {FREE}}}"#);
    let customer = kiosk.send("POST", &list, &headers, new.clone());
    assert!(customer.text.contains(FREE), "{}", customer.text);
    let location = kiosk.send("PATCH", "/location", &headers, new);
    assert!(location.text.contains(FREE), "{}", location.text);
}

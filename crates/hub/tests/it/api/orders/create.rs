//! POST /locations/:id/orders and /location/orders.

use super::{ada, complaints, tiramisu};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

const EXAMPLE: &str = include_str!("../../../../../wire/tests/examples/new_order.json");

#[apply(each_engine!)]
fn a_status_is_enough_for_an_order(hub: TestHub) {
    let order = hub
        .client("kiosk")
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    assert_eq!(
        order,
        json!({
            "id": order["id"], "location_id": hub.location.as_str(), "ref": null,
            "private_ref": null, "status": "new", "channel": "kiosk", "service_type": null,
            "service_type_ref": null, "created_at": "2026-03-07T19:41:08+01:00",
            "created_by": "kiosk", "connection_name": "kiosk - Lyon Bellecour",
            "expected_time": null, "expected_time_pickup": false, "asap": true,
            "confirmed_time": null, "customer_notes": null, "seller_notes": null,
            "collection_code": null, "coupon_codes": [], "total": "0.00 EUR",
            "total_discrepancy": null, "payment_discrepancy": null, "items": [], "deals": {},
            "discounts": [], "charges": [], "payments": [],
            "customer": {
                "id": null, "customer_list_id": null, "anonymised": false, "private_ref": null,
                "email": null, "first_name": null, "last_name": null, "gender": null,
                "birth_date": null, "company_name": null, "phone": null,
                "phone_access_code": null, "address_1": null, "address_2": null,
                "postal_code": null, "city": null, "state": null, "country": null,
                "latitude": null, "longitude": null, "delivery_notes": null,
                "sms_marketing": false, "email_marketing": false, "nb_orders": 0,
                "order_total": null, "first_order_date": null, "last_order_date": null,
                "loyalty_cards": [], "custom_fields": {}
            },
            "delivery": null, "loyalty_operations": [], "custom_fields": {}
        })
    );
}

#[apply(each_engine!)]
fn the_example_of_the_reference_is_answered_as_the_reference_says(hub: TestHub) {
    let ada = ada(&hub);
    let mut new: Value = serde_json::from_str(EXAMPLE).unwrap();
    new["customer_id"] = json!(ada.id.as_str());
    let order = hub.client("kiosk").post("/location/orders", new).ok();
    let mut ids: Vec<&str> = [
        &order["id"],
        &order["items"][0]["id"],
        &order["items"][1]["id"],
        &order["discounts"][0]["id"],
        &order["charges"][0]["id"],
        &order["payments"][0]["id"],
    ]
    .into_iter()
    .map(|id| id.as_str().unwrap())
    .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "every id is another: {ids:?}");
    assert_eq!(
        order,
        json!({
            "id": order["id"], "location_id": hub.location.as_str(), "ref": "LUM-20488",
            "private_ref": null, "status": "new", "channel": "Site Lumière",
            "service_type": "delivery", "service_type_ref": "WEB-LIV",
            "created_at": "2026-03-07T19:41:08+01:00", "created_by": "kiosk",
            "connection_name": "kiosk - Lyon Bellecour",
            "expected_time": "2026-03-07T20:30:00+01:00", "expected_time_pickup": false,
            "asap": false, "confirmed_time": null, "customer_notes": null,
            "seller_notes": null, "collection_code": null, "coupon_codes": ["BIENVENUE"],
            "total": "26.40 EUR", "total_discrepancy": null, "payment_discrepancy": "0.00 EUR",
            "items": [
                {
                    "id": order["items"][0]["id"], "private_ref": null,
                    "product_name": "Quatre saisons", "sku_name": "33 cm", "sku_ref": "QS-33",
                    "price": "12.50 EUR", "quantity": "1.0", "subtotal": "15.50 EUR",
                    "tax_rate": "10.0", "customer_notes": null, "points_earned": null,
                    "points_used": null,
                    "options": [
                        {
                            "option_list_name": "Suppléments", "name": "Burrata",
                            "ref": "SUP-BUR", "price": "3.00 EUR", "quantity": 1,
                            "removed": false
                        },
                        {
                            "option_list_name": "Sans", "name": "Olives", "ref": "ING-OLI",
                            "price": "0.00 EUR", "quantity": 1, "removed": true
                        }
                    ],
                    "deleted": false
                },
                {
                    "id": order["items"][1]["id"], "private_ref": null,
                    "product_name": "Tiramisu", "sku_name": null, "sku_ref": "TIRA",
                    "price": "5.00 EUR", "quantity": "2.0", "subtotal": "10.00 EUR",
                    "tax_rate": null, "customer_notes": null, "points_earned": null,
                    "points_used": null, "options": [], "deleted": false,
                    "deal_line": {
                        "deal_key": "0", "position": null, "label": "Dessert",
                        "pricing_effect": null, "pricing_value": null
                    }
                }
            ],
            "deals": { "0": { "name": "Duo du soir", "ref": "DUO" } },
            "discounts": [{
                "id": order["discounts"][0]["id"], "private_ref": null, "name": "Bienvenue",
                "ref": "BIENVENUE", "price_off": "2.00 EUR", "pricing_effect": "price_off",
                "pricing_value": "2.00 EUR", "deleted": false
            }],
            "charges": [{
                "id": order["charges"][0]["id"], "private_ref": null, "type": "other",
                "name": "Livraison", "ref": "LIV", "price": "2.90 EUR", "tax_rate": "20.0",
                "charge_type": "other", "charge_ref": "LIV", "charge_price": "2.90 EUR",
                "deleted": false
            }],
            "payments": [{
                "id": order["payments"][0]["id"], "private_ref": null, "type": "online",
                "name": "Carte en ligne", "ref": "CB", "amount": "26.40 EUR",
                "info": { "transaction": "tx-7781" }, "deleted": false
            }],
            "customer": {
                "id": ada.id.as_str(), "customer_list_id": hub.customer_list.as_str(),
                "anonymised": false, "private_ref": null, "email": null, "first_name": "Ada",
                "last_name": null, "gender": null, "birth_date": null, "company_name": null,
                "phone": null, "phone_access_code": null, "address_1": null, "address_2": null,
                "postal_code": null, "city": null, "state": null, "country": null,
                "latitude": null, "longitude": null, "delivery_notes": null,
                "sms_marketing": false, "email_marketing": false,
                "created_at": "2026-03-07T19:41:08+01:00", "nb_orders": 0,
                "order_total": "0.00 EUR", "first_order_date": null, "last_order_date": null,
                "loyalty_cards": [], "custom_fields": {}
            },
            "delivery": null,
            "loyalty_operations": [{
                "ref": "FID", "name": "Club Lumière", "delta": "2.5", "reason": "Commande"
            }],
            "custom_fields": { "restaurant": { "table_name": "T4" } }
        })
    );
}

#[test]
fn everything_that_is_wrong_with_an_order_is_told_with_its_place() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let item = |change: Value| {
        let mut item = tiramisu();
        for (key, value) in change.as_object().unwrap() {
            item[key] = value.clone();
        }
        json!({ "status": "new", "items": [item] })
    };
    let with = |key: &str, value: Value| json!({ "status": "new", key: value });
    let long = "x".repeat(256);
    let ada = ada(&hub);
    for (body, expected) in [
        (json!({}), "status can't be blank"),
        (json!({ "status": null }), "status can't be blank"),
        (
            json!({ "status": "open" }),
            "status is not included in the list",
        ),
        (
            with("service_type", json!("drone")),
            "service_type is not included in the list",
        ),
        (
            with("expected_time", json!("soon")),
            "expected_time 'soon' is not a valid time",
        ),
        (
            with("confirmed_time", json!(7)),
            "confirmed_time '7' is not a valid time",
        ),
        (
            item(json!({ "price": "douze" })),
            "items[0].price 'douze' is not a valid monetary amount",
        ),
        (
            item(json!({ "price": "1.00 USD" })),
            "items[0].price must be in 'EUR' ('USD' given)",
        ),
        (
            item(json!({ "quantity": "x" })),
            "items[0].quantity 'x' is not a valid decimal",
        ),
        (
            item(json!({ "product_name": null })),
            "items[0].product_name can't be blank",
        ),
        (
            item(json!({ "price": null })),
            "items[0].price can't be blank",
        ),
        (
            item(json!({ "quantity": null })),
            "items[0].quantity can't be blank",
        ),
        (
            item(json!({ "private_ref": long })),
            "items[0].private_ref is too long (maximum is 255 characters)",
        ),
        (
            item(json!({ "deal_line": { "deal_key": "a" } })),
            "items[0].deal_line.deal_key is not a key of deals",
        ),
        (
            item(json!({ "options": [{ "name": "a" }] })),
            "items[0].options[0].option_list_name can't be blank",
        ),
        (
            item(json!({ "options": [{ "option_list_name": "a" }] })),
            "items[0].options[0].name can't be blank",
        ),
        (
            with("discounts", json!([{ "price_off": "1.00 EUR" }])),
            "discounts[0].name can't be blank",
        ),
        (
            with("discounts", json!([{ "name": "a" }])),
            "discounts[0].price_off can't be blank",
        ),
        (
            with("charges", json!([{ "price": "1.00 EUR" }])),
            "charges[0].name can't be blank",
        ),
        (
            with("charges", json!([{ "name": "a" }])),
            "charges[0].price can't be blank",
        ),
        (
            with("payments", json!([{ "name": "a" }])),
            "payments[0].amount can't be blank",
        ),
        (
            with("deals", json!({ "a": {} })),
            "deals.a.name can't be blank",
        ),
        (with("customer_id", json!("zzzzz")), "customer_id not found"),
        (
            with("customer_list_id", json!("zzzzz")),
            "customer_private_ref can't be blank",
        ),
        (
            with("customer_private_ref", json!("zzzzz")),
            "customer_list_id can't be blank",
        ),
        (
            with("loyalty_operations", json!([{ "delta": "1" }])),
            "loyalty_operations require a customer of a customer list",
        ),
        (
            json!({ "status": "new", "customer_id": ada.id.as_str(), "loyalty_operations": [{}] }),
            "loyalty_operations[0].delta can't be blank",
        ),
        (
            json!({ "status": "new", "customer_id": ada.id.as_str(), "customer": {} }),
            "customer only one of customer_id, customer_list_id with customer_private_ref, and customer can be given",
        ),
        (
            with("custom_fields", json!([])),
            "custom_fields must be an object",
        ),
        (
            with("custom_fields", json!({ "a": "x".repeat(8_192) })),
            "custom_fields is too big (maximum is 8192 bytes)",
        ),
        (
            with("private_ref", json!(long)),
            "private_ref is too long (maximum is 255 characters)",
        ),
    ] {
        let refused = kiosk.post("/location/orders", body);
        assert_eq!(complaints(&refused), [expected]);
    }
    let none = kiosk.get("/location/orders").ok();
    assert_eq!(none, json!([]), "a refused order leaves no trace");
}

#[apply(each_engine!)]
fn fractional_quantities_are_rounded_half_up_per_item(hub: TestHub) {
    let item = |price: &str, quantity: Value| json!({ "product_name": "a", "price": price, "quantity": quantity });
    let order = hub
        .client("kiosk")
        .post(
            "/location/orders",
            json!({
                "status": "new",
                "items": [
                    item("0.05 EUR", json!(0.5)),
                    item("3.33 EUR", json!("0.333")),
                    item("-0.05 EUR", json!("0.5"))
                ],
                "total": "2.00 EUR",
                "payments": [{ "amount": "0.11 EUR" }]
            }),
        )
        .ok();
    let subtotals: Vec<_> = order["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["subtotal"].clone())
        .collect();
    assert_eq!(subtotals, ["0.03 EUR", "1.11 EUR", "-0.03 EUR"]);
    assert_eq!(order["total"], "1.11 EUR");
    assert_eq!(order["total_discrepancy"], "0.89 EUR");
    assert_eq!(order["payment_discrepancy"], "-1.00 EUR");
}

#[test]
fn deals_get_new_keys_in_the_order_of_appearance() {
    let hub = TestHub::start();
    let mut dessert = tiramisu();
    dessert["deal_line"] =
        json!({ "deal_key": "a", "pricing_effect": "percentage_off", "pricing_value": 50 });
    let order = hub
        .client("kiosk")
        .post(
            "/location/orders",
            json!({
                "status": "new", "items": [dessert],
                "deals": { "z": { "name": "first" }, "a": { "name": "second" } }
            }),
        )
        .ok();
    assert_eq!(
        order["deals"],
        json!({ "0": { "name": "first", "ref": null }, "1": { "name": "second", "ref": null } })
    );
    assert_eq!(order["items"][0]["deal_line"]["deal_key"], "1");
    assert_eq!(order["items"][0]["deal_line"]["pricing_value"], "50.0");
}

#[test]
fn a_pickup_time_is_for_deliveries_only() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for (service_type, expected) in [("delivery", true), ("collection", false)] {
        let order = kiosk
            .post(
                "/location/orders",
                json!({
                    "status": "new", "service_type": service_type, "expected_time_pickup": true,
                    "expected_time": "2026-07-01T20:00:00"
                }),
            )
            .ok();
        assert_eq!(order["expected_time_pickup"], expected, "{service_type}");
        assert_eq!(order["expected_time"], "2026-07-01T20:00:00+02:00");
        assert_eq!(order["asap"], false);
    }
}

#[apply(each_engine!)]
fn an_account_token_creates_orders_at_any_location(hub: TestHub) {
    let chain = hub.client_with("chain", "account[orders.write]");
    let path = format!("/locations/{}/orders", hub.second_location);
    let order = chain.post(&path, json!({ "status": "new" })).ok();
    assert_eq!(order["location_id"], hub.second_location.as_str());
    assert_eq!(order["connection_name"], "chain - Lyon Part-Dieu");
}

#[test]
fn the_journal_knows_which_order_a_request_made() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let id = wire::id::OrderId::parse(order["id"].as_str().unwrap()).unwrap();
    kiosk
        .patch(&super::path(&order), json!({ "status": "received" }))
        .ok();
    hub.wait(hub.hub.journal().flush()).unwrap();
    let account = hub.account.clone();
    let methods: Vec<(String,)> = hub
        .wait(hub.hub.journal().db().read("test", move |tx| {
            tx.all(
                "SELECT method FROM requests WHERE account_id = $1 AND order_id = $2 ORDER BY method",
                hub::args![&account, &id],
            )
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    assert_eq!(methods, [("PATCH".to_owned(),), ("POST".to_owned(),)]);
}

#[apply(each_engine!)]
fn everything_that_a_sender_may_say_of_an_order_is_kept(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new", "ref": "R1", "private_ref": "P1", "channel": "Site",
        "service_type": "delivery", "service_type_ref": "WEB",
        "expected_time": "2026-03-07T20:30:00+01:00", "expected_time_pickup": true,
        "asap": true, "confirmed_time": "2026-03-07T20:40:00+01:00",
        "customer_notes": "Sans sel", "seller_notes": "Vu", "collection_code": "A7",
        "coupon_codes": ["A", "B"], "custom_fields": { "a": 1 }
    });
    let order = kiosk.post("/location/orders", new.clone()).ok();
    for (key, sent) in new.as_object().unwrap() {
        assert_eq!(&order[key], sent, "{key}");
    }
}

#[apply(each_engine!)]
fn everything_that_a_sender_may_say_of_its_elements_is_kept(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let new = json!({
        "status": "new",
        "items": [{
            "private_ref": "i", "product_name": "Pizza", "sku_name": "33 cm", "sku_ref": "P33",
            "price": "9.00 EUR", "quantity": "1.0", "tax_rate": "10.0", "subset": "s",
            "customer_notes": "Bien cuite", "points_earned": "1.5", "points_used": "2.0",
            "options": [{
                "option_list_name": "Suppl", "name": "Œuf", "ref": "O", "price": "1.00 EUR",
                "quantity": 2, "removed": false
            }],
            "deal_line": {
                "deal_key": "0", "label": "Plat", "pricing_effect": "percentage_off",
                "pricing_value": "50.0"
            }
        }],
        "deals": { "0": { "name": "Duo", "ref": "D" } },
        "discounts": [{ "private_ref": "d", "name": "R", "ref": "R", "price_off": "1.00 EUR" }],
        "charges": [{
            "private_ref": "c", "type": "tip", "name": "Pourboire", "ref": "T",
            "price": "1.00 EUR", "tax_rate": "20.0"
        }],
        "payments": [{
            "private_ref": "p", "type": "gift_card", "name": "Carte", "ref": "G",
            "amount": "11.00 EUR", "info": { "a": [1] }
        }]
    });
    let order = kiosk.post("/location/orders", new.clone()).ok();
    for list in ["items", "discounts", "charges", "payments"] {
        for (key, sent) in new[list][0].as_object().unwrap() {
            let mut element = order[list][0][key].clone();
            if key == "deal_line" {
                element.as_object_mut().unwrap().remove("position");
            }
            assert_eq!(&element, sent, "{list}[0].{key}");
        }
    }
    assert_eq!(order["deals"], new["deals"]);
    assert_eq!(order["items"][0]["subtotal"], "11.00 EUR");
    assert_eq!(order["total"], "11.00 EUR");
}

#[apply(each_engine!)]
fn everything_that_a_sender_may_say_of_a_guest_is_kept(hub: TestHub) {
    let customer = json!({
        "email": "ada@example.com", "first_name": "Ada", "last_name": "Martin",
        "gender": "female", "birth_date": "1990-02-28", "company_name": "Lumière",
        "phone": "06 12 34 56 78", "phone_access_code": "12", "address_1": "4 place",
        "address_2": "Étage 3", "postal_code": "69002", "city": "Lyon", "state": "ARA",
        "country": "FR", "latitude": "45.75", "longitude": "4.85",
        "delivery_notes": "Code 12", "sms_marketing": true, "email_marketing": true
    });
    let new = json!({ "status": "new", "customer": customer });
    let order = hub.client("kiosk").post("/location/orders", new).ok();
    for (key, sent) in customer.as_object().unwrap() {
        assert_eq!(&order["customer"][key], sent, "{key}");
    }
}

#[test]
fn a_sent_total_is_compared_with_the_computed_one() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for (total, discrepancy) in [
        (json!("6.00 EUR"), json!("1.00 EUR")),
        (json!("5.00 EUR"), json!("0.00 EUR")),
        (json!("4.50 EUR"), json!("-0.50 EUR")),
        (json!("nothing"), json!(null)),
        (json!(null), json!(null)),
    ] {
        let new = json!({ "status": "new", "items": [tiramisu()], "total": total });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["total"], "5.00 EUR", "{total}");
        assert_eq!(order["total_discrepancy"], discrepancy, "{total}");
    }
}

#[test]
fn every_word_of_an_enumeration_is_taken_and_answered_unchanged() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for status in [
        "new",
        "received",
        "accepted",
        "in_preparation",
        "awaiting_shipment",
        "awaiting_collection",
        "in_delivery",
        "completed",
        "rejected",
        "cancelled",
        "delivery_failed",
    ] {
        let order = kiosk
            .post("/location/orders", json!({ "status": status }))
            .ok();
        assert_eq!(order["status"], status);
    }
    for service in ["delivery", "collection", "eat_in"] {
        let new = json!({ "status": "new", "service_type": service });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["service_type"], service);
    }
    for kind in ["delivery", "payment_fee", "tip", "tax", "other"] {
        let charge = json!({ "name": "a", "price": "1.00 EUR", "type": kind });
        let new = json!({ "status": "new", "charges": [charge] });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["charges"][0]["type"], kind);
    }
    for kind in ["online", "cash", "gift_card"] {
        let payment = json!({ "amount": "1.00 EUR", "type": kind });
        let new = json!({ "status": "new", "payments": [payment] });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["payments"][0]["type"], kind);
    }
}

//! Every request that the client can send, checked against shapes that are written down here from Zelty's
//! documentation, and not by the stand-in.

use partners::zelty_api::{
    AddedTransactions, OrderChange, OrdersFilter, ProductionStart, WebhookRegistration,
    WebhookSecret, ZeltyRequest,
};
use partners::zelty_bridge::mapping::{BridgeOptions, outgoing_order};
use serde_json::{Value, json};

use super::support::{Zelty, context, hub_order};

/// What is wrong with a value, by a part of JSON Schema: `type`, `required`, `properties` (no others),
/// `items`, `enum`, `maxLength`, `minLength`, `maxItems`, `minItems`, `not` a constant, and `pattern` as one
/// of three words.
fn problems(value: &Value, schema: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => return vec![format!("{place}: the shape says nothing")],
        one => vec![one.clone()],
    };
    if !types
        .iter()
        .any(|it| it == name || (it == "number" && name == "integer"))
    {
        return vec![format!("{place}: {name} is none of {types:?}")];
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{place}: {value} is not among {words:?}"));
    }
    if schema["not"] == *value && !schema["not"].is_null() {
        found.push(format!("{place}: {value} is not allowed"));
    }
    let length = match value {
        Value::String(text) => Some((text.chars().count(), "Length")),
        Value::Array(items) => Some((items.len(), "Items")),
        _ => None,
    };
    if let Some((length, unit)) = length {
        let bound = |word: &str| schema[format!("{word}{unit}")].as_u64();
        if bound("max").is_some_and(|max| length as u64 > max)
            || bound("min").is_some_and(|min| (length as u64) < min)
        {
            found.push(format!("{place}: a length of {length}"));
        }
    }
    if let (Some(kind), Value::String(text)) = (schema["pattern"].as_str(), value) {
        let is_good = match kind {
            "uuid4" => text.len() == 36 && text[14..].starts_with('4'),
            "time" => text.parse::<jiff::Timestamp>().is_ok(),
            _ => text.starts_with('+') && text[1..].chars().all(|it| it.is_ascii_digit()),
        };
        if !is_good {
            found.push(format!("{place}: {text} is no {kind}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(problems(item, &schema["items"], &format!("{place}[]")));
    }
    for member in schema["required"].as_array().into_iter().flatten() {
        if value.get(member.as_str().unwrap()).is_none() {
            found.push(format!("{place}: {member} is missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        match (schema["properties"].get(name), &schema["members"]) {
            (Some(shape), _) => found.extend(problems(member, shape, &place)),
            (None, Value::Null) => found.push(format!("{place}: unknown")),
            (None, shape) => found.extend(problems(member, shape, &place)),
        }
    }
    found
}

fn text(max: u64) -> Value {
    json!({ "type": ["string", "null"], "maxLength": max })
}

fn modifiers() -> Value {
    json!({ "type": "array", "maxItems": 20, "items": {
        "type": "object", "required": ["option_id", "option_value_id", "quantity", "price"],
        "properties": {
            "option_id": { "type": "integer" }, "option_value_id": { "type": "integer" },
            "quantity": { "type": "integer" }, "price": { "type": "integer" } } } })
}

fn items() -> Value {
    json!({ "type": "array", "items": {
        "type": "object", "required": ["type", "id", "price"],
        "properties": {
            "type": { "type": "string", "enum": ["dish", "menu"] }, "id": { "type": "integer" },
            "price": { "type": "integer" }, "comment": text(140), "modifiers": modifiers(),
            "tax": { "type": "object", "properties": { "tax_rate": { "type": "integer" } } },
            "dishes": { "type": "array", "maxItems": 20, "items": {
                "type": "object", "required": ["id_part", "id"],
                "properties": { "id_part": { "type": "integer" }, "id": { "type": "integer" },
                                "comment": text(140), "modifiers": modifiers() } } } } } })
}

fn transactions() -> Value {
    json!({ "type": "array", "items": {
        "type": "object", "required": ["id_transaction_method", "price", "remote_id"],
        "properties": { "id_transaction_method": { "type": "integer" },
                        "price": { "type": "integer", "not": 0 },
                        "remote_id": { "type": "string", "pattern": "uuid4" } } } })
}

fn address(kind: Value) -> Value {
    json!({ "type": kind, "required": ["name", "street", "zip_code", "city"], "properties": {
        "remote_id": text(128), "name": { "type": "string" }, "street_num": text(20),
        "street": { "type": "string" }, "zip_code": { "type": "string" }, "city": { "type": "string" },
        "address_more": text(1000),
        "location": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } } } })
}

fn customer(kind: Value) -> Value {
    let any = text(255);
    json!({ "type": kind, "required": ["fname", "name", "company"], "properties": {
        "id": { "type": "integer" }, "remote_id": text(128), "fname": any, "name": any, "company": any,
        "phone": { "type": "string", "pattern": "E.164" }, "mail": any, "birthday": text(10),
        "card": text(128), "sms_optin": { "type": "boolean" }, "mail_optin": { "type": "boolean" },
        "country_code": text(2),
        "addresses": { "type": "array", "items": address(json!("object")) } } })
}

fn order() -> Value {
    let sources = [
        "web",
        "mobile",
        "kiosk",
        "justeat",
        "foodora",
        "ubereats",
        "glovo",
        "deliveroo",
        "order-it",
    ];
    json!({ "type": "object",
        "required": ["remote_id", "id_restaurant", "mode", "customer", "address", "id_delivery_address", "items"],
        "properties": {
            "remote_id": { "type": "string", "minLength": 1, "maxLength": 128 }, "display_id": text(10),
            "id_restaurant": { "type": "integer" }, "due_date": { "type": "string", "pattern": "time" },
            "source": { "type": "string", "enum": sources },
            "mode": { "type": "string", "enum": ["eat_in", "takeaway", "delivery"] },
            "fulfillment_type": { "type": "string", "enum": ["deliver_by_restaurant", "deliver_by_partner"] },
            "table": { "type": "integer" }, "virtual_brand_name": text(255), "comment": text(256),
            "first_name": text(255), "phone": text(64), "total": { "type": "integer" },
            "id_promotion": { "type": "integer" }, "promotion_discount": { "type": "integer" },
            "id_delivery_address": { "type": ["integer", "null"] },
            "customer": customer(json!(["object", "null"])), "address": address(json!(["object", "null"])),
            "items": items(), "transactions": transactions() } })
}

fn webhooks() -> Value {
    json!({ "type": "object", "required": ["webhooks", "secret_key"], "properties": {
        "secret_key": { "type": "string", "minLength": 1 },
        "webhooks": { "type": "object", "members": {
            "type": ["object", "null"], "required": [],
            "properties": { "target": { "type": "string" },
                            "version": { "type": "string", "enum": ["v2"] } } } } } })
}

/// The paths of the API, `:` for an id, and the shape of the body, if there is one.
fn endpoints() -> Vec<(&'static str, &'static str, Value)> {
    let ids = json!({ "type": "array", "items": { "type": "integer" } });
    let change = json!({ "type": "object", "properties": {
        "items": items(), "comment": text(256), "customer": customer(json!("object")) } });
    let added = json!({ "type": "object", "required": ["transactions", "close_if_paid"], "properties": {
        "transactions": transactions(), "close_if_paid": { "type": "boolean" } } });
    let production = json!({ "type": "object", "required": ["entry_ids", "subentry_ids"],
        "properties": { "entry_ids": ids, "subentry_ids": ids } });
    vec![
        ("GET", "/restaurants", Value::Null),
        ("GET", "/restaurants/:", Value::Null),
        ("GET", "/restaurants/:/dishes_availability", Value::Null),
        ("GET", "/transaction-methods", Value::Null),
        ("GET", "/coupons/:", Value::Null),
        ("GET", "/catalogs", Value::Null),
        ("GET", "/catalogs/:", Value::Null),
        ("GET", "/catalog/dishes", Value::Null),
        ("GET", "/catalog/menus", Value::Null),
        ("GET", "/catalog/options", Value::Null),
        ("GET", "/catalog/tags", Value::Null),
        ("GET", "/orders", Value::Null),
        ("GET", "/orders/:", Value::Null),
        ("POST", "/orders", order()),
        ("PATCH", "/orders/:", change),
        ("POST", "/orders/:/transactions", added),
        ("POST", "/orders/:/closure", Value::Null),
        ("POST", "/orders/:/production", production),
        ("POST", "/customers", customer(json!("object"))),
        ("GET", "/customers/:", Value::Null),
        ("GET", "/webhooks", Value::Null),
        ("POST", "/webhooks", webhooks()),
    ]
}

fn check(request: &ZeltyRequest) {
    let path: Vec<&str> = request.path.split('/').collect();
    let is_path = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        known.len() == path.len()
            && known
                .iter()
                .zip(&path)
                .all(|(known, own)| known == own || (*known == ":" && own.parse::<i64>().is_ok()))
    };
    let endpoints = endpoints();
    let endpoint = endpoints
        .iter()
        .find(|(method, known, _)| *method == request.method.as_str() && is_path(known));
    let (.., shape) = endpoint.unwrap_or_else(|| panic!("{request:?} is no endpoint"));
    match (&request.body, shape) {
        (None, Value::Null) => {}
        (Some(body), shape) if !shape.is_null() => {
            assert_eq!(
                problems(body, shape, "body"),
                Vec::<String>::new(),
                "{request:?}"
            );
        }
        _ => panic!("{request:?} has a body, or none"),
    }
}

#[tokio::test]
async fn every_request_has_the_documented_shape() {
    let menu = Zelty::start().await.menu().await;
    let options = BridgeOptions::default();
    let order = hub_order(json!({
        "service_type": "delivery", "created_by": "Uber Eats", "collection_code": "A12",
        "expected_time": "2026-03-07T20:30:00+01:00", "customer_notes": "Vite", "total": "25.00 EUR",
        "connection_name": "Burger Brigade",
        "items": [
            { "product_name": "Margherita", "sku_ref": "1974", "price": "11.00 EUR", "quantity": "2",
              "tax_rate": "10.0", "customer_notes": "Sans ail", "options": [
                { "option_list_name": "S", "name": "Mozzarella", "ref": "25101", "price": "1.50 EUR",
                  "quantity": 1 }] },
            { "product_name": "Burrata", "sku_ref": "1975", "price": "14.00 EUR", "quantity": "1",
              "deal_line": { "deal_key": "0" } },
            { "product_name": "Tiramisu", "sku_ref": "1976", "price": "0.00 EUR", "quantity": "1",
              "deal_line": { "deal_key": "0" } },
        ],
        "deals": { "0": { "name": "Menu midi", "ref": "59583" } },
        "charges": [{ "type": "delivery", "name": "Livraison", "ref": "1979", "price": "3.00 EUR" }],
        "discounts": [{ "name": "Bienvenue", "ref": "1210137", "price_off": "1.00 EUR" }],
        "payments": [{ "name": "CB", "ref": "14055", "amount": "25.00 EUR" }],
        "customer": { "id": "cus1", "first_name": "Ada", "last_name": "Byron", "phone": "0612345678",
            "email": "ada@example.com", "address_1": "12 rue de Rivoli", "postal_code": "75001",
            "city": "Paris", "latitude": "48.85", "longitude": "2.35", "country": "FR" },
    }));
    let order = outgoing_order(&order, &context(&menu, &options))
        .unwrap()
        .order;
    let change = OrderChange {
        items: order.items.clone(),
        comment: Some("Vite".into()),
        customer: order.customer.clone(),
    };
    let added = AddedTransactions {
        transactions: order.transactions.clone(),
        close_if_paid: false,
    };
    let customer = order.customer.clone().unwrap_or_default();
    let registration = WebhookRegistration {
        secret_key: WebhookSecret::random().unwrap(),
        targets: vec![
            ("order.ended".into(), Some("https://x/".into())),
            ("till.close".into(), None),
        ],
    };
    let start = ProductionStart {
        entry_ids: vec![1000],
        subentry_ids: vec![],
    };
    let days = OrdersFilter::Days {
        from: "2026-03-01".into(),
        to: "2026-03-07".into(),
    };
    let requests = [
        ZeltyRequest::restaurants(),
        ZeltyRequest::restaurant(1),
        ZeltyRequest::availability(1),
        ZeltyRequest::transaction_methods(),
        ZeltyRequest::coupon(1),
        ZeltyRequest::catalogs(),
        ZeltyRequest::catalog("1"),
        ZeltyRequest::dishes(),
        ZeltyRequest::menus(),
        ZeltyRequest::options(),
        ZeltyRequest::tags(),
        ZeltyRequest::orders(&OrdersFilter::Opened, 0),
        ZeltyRequest::orders(&days, 200),
        ZeltyRequest::order(1),
        ZeltyRequest::create_order(&order).unwrap(),
        ZeltyRequest::change_order(1, &change).unwrap(),
        ZeltyRequest::add_transactions(1, &added).unwrap(),
        ZeltyRequest::close_order(1),
        ZeltyRequest::start_production(1, &start).unwrap(),
        ZeltyRequest::upsert_customer(&customer).unwrap(),
        ZeltyRequest::customer(1),
        ZeltyRequest::webhooks(),
        ZeltyRequest::register_webhooks(&registration).unwrap(),
    ];
    for request in &requests {
        check(request);
    }
}

#[test]
fn every_reading_of_orders_asks_for_all_that_belongs_to_them() {
    for request in [
        ZeltyRequest::order(1),
        ZeltyRequest::orders(&OrdersFilter::Opened, 0),
    ] {
        let query = request.path_and_query();
        for list in [
            "items",
            "transactions",
            "transactions.method",
            "price.taxes",
        ] {
            assert!(query.contains(&format!("expand%5B%5D={list}")), "{query}");
        }
    }
    let list = ZeltyRequest::orders(&OrdersFilter::Opened, 0).path_and_query();
    assert!(
        list.contains("opened=true") && list.contains("is_sandbox=false"),
        "{list}"
    );
    assert_eq!(
        ZeltyRequest::dishes().path_and_query(),
        "/catalog/dishes?limit=0&show_all=true"
    );
}

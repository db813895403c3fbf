//! Bad input against orders, locations and tokens: each with the exact answer, as a table that is
//! kept beside the tests. Whoever changes a message sees here who is told so.

use std::fmt::Write as _;

use crate::support::{Caller, TestHub, Value, json};

/// A table of refusals under way. Ids that differ per run are shown as `{order}` and so on.
pub(crate) struct Table<'a> {
    pub who: &'a Caller,
    pub names: Vec<(String, &'static str)>,
    pub text: String,
    pub lines: usize,
}

impl Table<'_> {
    pub(in crate::api) fn chapter(&mut self, title: &str) {
        let _ = writeln!(self.text, "\n# {title}");
    }

    /// Sends `body` and notes down what is answered, which must be a refusal.
    pub(in crate::api) fn line(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) {
        let mut target = path.to_owned();
        for (id, name) in &self.names {
            target = target.replace(name, id);
        }
        let mut sent = body.to_owned();
        for (id, name) in &self.names {
            sent = sent.replace(name, id);
        }
        let more: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" [{}]", more.join(", "))
        };
        let shown = format!("{method} {path}{more} {}", shortened(body));
        self.send(&shown, method, &target, headers, sent.as_bytes());
    }

    /// Sends these bytes and notes down, after what is shown of the request, what is answered.
    pub(in crate::api) fn send(
        &mut self,
        shown: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) {
        let length = body.len().to_string();
        let mut all = vec![("Content-Length", length.as_str())];
        all.extend_from_slice(headers);
        let answer = self.who.send(method, target, &all, body.to_vec());
        assert!(answer.status >= 400, "{shown}: {answer:?}");
        assert!(answer.status < 500, "{shown}: {answer:?}");
        let mut text = answer.status_and_body();
        for (id, name) in &self.names {
            text = text.replace(id.as_str(), name);
        }
        let _ = writeln!(self.text, "{shown}\n    → {}", shortened(&text));
        self.lines += 1;
    }

    fn post(&mut self, body: Value) {
        self.line("POST", "/location/orders", &[], &body.to_string());
    }

    pub fn patch(&mut self, path: &str, body: Value) {
        self.line("PATCH", path, &[], &body.to_string());
    }

    /// A new order with this in it.
    fn with(&mut self, key: &str, value: Value) {
        self.post(json!({ "status": "new", key: value }));
    }

    /// A new order with this in its item.
    fn item(&mut self, key: &str, value: Value) {
        let mut item = super::tiramisu();
        item[key] = value;
        self.with("items", json!([item]));
    }
}

/// The beginning of a text that is too long to read, with control characters made visible.
fn shortened(text: &str) -> String {
    let is_hidden = |c: char| c.is_control() || c == '\u{feff}';
    let plain: String = text
        .chars()
        .map(|c| {
            if is_hidden(c) {
                c.escape_debug().to_string()
            } else {
                c.to_string()
            }
        })
        .collect();
    if plain.chars().count() <= 700 && !plain.contains("xxxxxxxxxx") {
        return plain;
    }
    let start: String = plain.chars().take(120).collect();
    format!("{start}… ({} bytes)", text.len())
}

#[test]
fn bad_input_is_refused_in_these_words() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post(
            "/location/orders",
            json!({ "status": "new", "items": [super::tiramisu()] }),
        )
        .ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let foreign = hub.another_account();
    let mut table = Table {
        who: &kiosk,
        names: vec![
            (text(&order["id"]), "{order}"),
            (text(&order["items"][0]["id"]), "{item}"),
            (hub.second_location.to_string(), "{sibling}"),
            (foreign.location.to_string(), "{foreign}"),
            (hub.location.to_string(), "{location}"),
            (foreign.account.to_string(), "{other}"),
            (hub.account.to_string(), "{account}"),
            (foreign.customer_list.to_string(), "{list}"),
        ],
        text: String::new(),
        lines: 0,
    };
    not_json(&mut table);
    wrong_types(&mut table);
    money_and_numbers(&mut table);
    times(&mut table);
    customers(&mut table);
    changes(&mut table);
    locations(&mut table);
    lists(&mut table);
    too_large(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 100, "only {lines}");
    let stored = kiosk.get("/location/orders").ok();
    assert_eq!(stored, json!([order]), "a refusal changes nothing");
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_input", text);
    });
    tokens(&hub);
}

fn not_json(table: &mut Table<'_>) {
    table.chapter("What is not JSON");
    for body in [
        "{",
        "}",
        "nope",
        "'a'",
        "{\"status\"}",
        "{\"status\":}",
        "{\"status\":\"new\",}",
        "{status:\"new\"}",
        "{\"status\":\"new\"} {}",
        "{\"status\":\"new\"}x",
        "{\"status\":\"\\x\"}",
        "{\"status\":\"\\ud80\"}",
        "{\"status\":\"a\tb\"}",
        "[1,]",
        "\u{feff}{}",
        "{\"total\": 01}",
        "{\"total\": 1e999}",
        "NaN",
        "status=new",
    ] {
        table.line("POST", "/location/orders", &[], body);
    }
    table.line("POST", "/location/orders", &[], &"[".repeat(10_000));
    table.line("PATCH", "/location/orders/{order}", &[], "{");
    table.line("PATCH", "/location", &[], "{\"a\"");
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "image/png",
    ] {
        table.line(
            "POST",
            "/location/orders",
            &[("Content-Type", kind)],
            "{\"status\":\"new\"}",
        );
    }
}

fn wrong_types(table: &mut Table<'_>) {
    table.chapter("JSON of the wrong kind");
    for body in [
        json!([]),
        json!("new"),
        json!(7),
        json!(true),
        json!(null),
        json!([{ "status": "new" }]),
    ] {
        table.post(body);
    }
    for status in [
        json!(null),
        json!(1),
        json!(true),
        json!({}),
        json!([]),
        json!(""),
        json!("New"),
        json!("done"),
    ] {
        table.post(json!({ "status": status }));
    }
    for key in [
        "ref",
        "channel",
        "service_type_ref",
        "customer_notes",
        "seller_notes",
        "collection_code",
        "private_ref",
    ] {
        table.with(key, json!(7.5));
    }
    table.with("customer_notes", json!("x".repeat(10_001)));
    table.with("service_type", json!("takeaway"));
    table.with("asap", json!("yes"));
    table.with("expected_time_pickup", json!(1));
    table.with("coupon_codes", json!({ "a": 1 }));
    table.with("coupon_codes", json!([1, null]));
    for key in [
        "items",
        "discounts",
        "charges",
        "payments",
        "loyalty_operations",
    ] {
        table.with(key, json!({}));
        table.with(key, json!([null, 7, []]));
    }
    table.with("deals", json!([{ "name": "a" }]));
    table.with("deals", json!({ "a": null, "b": 7, "c": { "name": 7 } }));
    table.item("product_name", json!(["a"]));
    table.item("options", json!("none"));
    table.item(
        "options",
        json!([{ "option_list_name": 1, "name": {}, "quantity": 1.5, "removed": "no" }]),
    );
    table.item(
        "options",
        json!([{ "option_list_name": "a", "name": "b", "quantity": 1_000_001 }]),
    );
    table.item("deal_line", json!("menu"));
    table.item("deal_line", json!({ "label": "a" }));
    table.with(
        "payments",
        json!([{ "amount": "1.00 EUR", "type": "cheque", "info": "x" }]),
    );
    table.with(
        "charges",
        json!([{ "name": "a", "price": "1.00 EUR", "type": "gift" }]),
    );
    table.with("custom_fields", json!("x"));
    table.with("custom_fields", json!({ "a": "x".repeat(8_192) }));
}

fn money_and_numbers(table: &mut Table<'_>) {
    table.chapter("Money and numbers");
    for price in [
        "",
        "100",
        "100 EUR",
        "100.5 EUR",
        "100.100 EUR",
        "100.10 EURO",
        "+ 100.50 EUR",
        "1,50 EUR",
        "1.50 eur",
        "1.50 ZZZ",
        "€1.50",
        "1.50EUR",
        " EUR 1.50",
        "1.00 USD",
        "92233720368547758.08 EUR",
        "1.00 EUR ",
    ] {
        table.item("price", json!(price));
    }
    for price in [json!(12), json!(1.5), json!(true), json!({ "amount": 1 })] {
        table.item("price", price);
    }
    for quantity in [
        json!(""),
        json!("one"),
        json!("1,5"),
        json!("+1"),
        json!("1e3"),
        json!(" 1"),
        json!("1000000000000"),
        json!(1e15),
        json!(1e300),
        json!(false),
        json!([]),
        json!("١"),
    ] {
        table.item("quantity", quantity);
    }
    table.item("tax_rate", json!("10%"));
    table.item("points_used", json!("many"));
    table.with(
        "discounts",
        json!([{ "name": "a", "price_off": "-1.00 EUR" }]),
    );
    let huge = json!({ "product_name": "a", "price": "92233720368547758.07 EUR", "quantity": 1 });
    table.with("items", json!([huge, huge]));
    table.with(
        "items",
        json!([{ "product_name": "a", "price": "92233720368547758.07 EUR", "quantity": 2 }]),
    );
    table.with(
        "payments",
        json!([{ "amount": "92233720368547758.07 EUR" }, { "amount": "0.01 EUR" }]),
    );
}

fn times(table: &mut Table<'_>) {
    table.chapter("Times");
    for time in [
        json!("now"),
        json!("20:30"),
        json!("2026-03-07"),
        json!("2026-13-01T00:00:00Z"),
        json!("2026-02-30T00:00:00Z"),
        json!("2026-03-07T25:00:00Z"),
        json!("07/03/2026 20:30"),
        json!("2026-03-07T20:30:00+01:00[Europe/Paris]"),
        json!("99999-01-01T00:00:00Z"),
        json!(0),
        json!(1_597_898_566),
        json!(9_223_372_036_854_775_807_i64),
        json!(1.5),
        json!(true),
        json!({}),
    ] {
        table.with("expected_time", time);
    }
}

fn customers(table: &mut Table<'_>) {
    table.chapter("Customers");
    for id in [json!("zzzzz"), json!("NOT AN ID"), json!(7)] {
        table.with("customer_id", id);
    }
    table.with("customer_list_id", json!("{list}"));
    table.with("customer_private_ref", json!("a"));
    table.post(
        json!({ "status": "new", "customer_list_id": "{list}", "customer_private_ref": "a" }),
    );
    table.post(json!({ "status": "new", "customer_id": "zzzzz", "customer_private_ref": "a" }));
    table.post(json!({ "status": "new", "customer_id": "zzzzz", "customer": {} }));
    table.with("customer", json!("Ada"));
    table.with(
        "customer",
        json!({ "gender": "other", "birth_date": "28/02/1990", "latitude": "north", "email": 7, "sms_marketing": "yes" }),
    );
    table.with("loyalty_operations", json!([{ "delta": "1" }]));
    table.with("loyalty_operations", json!([{ "ref": 7.5, "delta": "x" }]));
}

fn changes(table: &mut Table<'_>) {
    table.chapter("Changes of an order");
    let path = "/location/orders/{order}";
    for body in [
        json!([7]),
        json!({ "status": "gone" }),
        json!({ "status": null }),
        json!({ "confirmed_time": "later" }),
        json!({ "seller_notes": [] }),
        json!({ "collection_code": 7.5 }),
        json!({ "private_ref": "x".repeat(256) }),
        json!({ "custom_fields": 7 }),
        json!({ "items": {} }),
        json!({ "items": [{ "id": "{item}" }] }),
        json!({ "items": [{ "id": "{item}", "deleted": false }] }),
        json!({ "items": [{ "id": "{item}", "deleted": null }] }),
        json!({ "items": [{ "id": "{item}", "deleted": true, "quantity": "2" }] }),
        json!({ "items": [{ "id": "{item}", "private_ref": 7.5 }] }),
        json!({ "items": [{ "id": "zzzzz", "deleted": true }] }),
        json!({ "items": [{ "id": 7, "deleted": true }] }),
        json!({ "charges": [{ "id": "{item}", "deleted": true }] }),
        json!({ "items": [{}] }),
        json!({ "items": [{ "product_name": "a", "price": "1.00 EUR", "quantity": 1, "deal_line": { "deal_key": "0" } }] }),
    ] {
        table.patch(path, body);
    }
    for path in [
        "/location/orders/zzzzz",
        "/location/orders/NOT-AN-ID",
        "/locations/{sibling}/orders/{order}",
        "/locations/{foreign}/orders/{order}",
        "/locations/nowhere/orders/{order}",
        "/accounts/{account}/orders/{order}",
        "/orders/{order}",
    ] {
        table.patch(path, json!({ "status": "accepted" }));
    }
    table.line("DELETE", "/location/orders/{order}", &[], "");
    table.line("PUT", "/location/orders", &[], "{}");
}

fn locations(table: &mut Table<'_>) {
    table.chapter("Locations");
    for body in [
        json!([7]),
        json!({ "name": "x" }),
        json!({ "id": "{location}" }),
        json!({ "cutoff_time": "6:00" }),
        json!({ "cutoff_time": null }),
        json!({ "preparation_time": -1 }),
        json!({ "preparation_time": "soon" }),
        json!({ "preparation_time": 10_081 }),
        json!({ "opening_hours": {} }),
        json!({ "opening_hours": { "lundi": [] } }),
        json!({ "opening_hours": { "monday": [{ "from": "12:00" }] } }),
        json!({ "opening_hours": { "monday": [{ "from": "12:00", "to": "24:00" }] } }),
        json!({ "opening_hours": { "monday": [{ "from": "14:00", "to": "12:00" }] } }),
        json!({ "opening_hours": { "monday": [{ "from": "10:00", "to": "12:00" }, { "from": "11:00", "to": "13:00" }] } }),
        json!({ "order_acceptance": {} }),
        json!({ "order_acceptance": { "mode": "closed" } }),
        json!({ "order_acceptance": { "mode": "normal", "reason": "x" } }),
        json!({ "order_acceptance": { "mode": "busy" } }),
        json!({ "order_acceptance": { "mode": "paused", "resume_at": "later" } }),
        json!({ "custom_fields": [] }),
    ] {
        table.patch("/location", body);
    }
    for path in [
        "/locations/{sibling}",
        "/locations/{foreign}",
        "/locations/x",
        "/locations",
        "/account",
    ] {
        table.line("GET", path, &[], "");
    }
}

fn lists(table: &mut Table<'_>) {
    table.chapter("Lists");
    for query in [
        "status=open",
        "status=%20",
        "after=x",
        "before=2026",
        "after=12",
        "cursor=x",
        "cursor=%00",
        "cursor=AAAA",
        "cursor=ICA",
        "status=x&after=y&before=z",
    ] {
        table.line("GET", &format!("/location/orders?{query}"), &[], "");
    }
    for path in [
        "/account/orders",
        "/accounts/{account}/orders",
        "/accounts/{other}/orders",
        "/locations/{sibling}/orders",
        "/locations/{foreign}/orders",
        "/location/orders/zzzzz",
        "/orders",
    ] {
        table.line("GET", path, &[], "");
    }
}

fn too_large(table: &mut Table<'_>) {
    table.chapter("Too large");
    let item = r#"{"product_name":"x","price":"1.00 EUR","quantity":1}"#;
    let items = |count: usize| {
        format!(
            r#"{{"status":"new","items":[{}]}}"#,
            vec![item; count].join(",")
        )
    };
    table.line("POST", "/location/orders", &[], &items(1_001));
    let option = json!({ "option_list_name": "a", "name": "b" });
    table.item("options", json!(vec![option; 101]));
    table.with("coupon_codes", json!(vec!["a"; 1_001]));
    let most = 4 * 1024 * 1024;
    table.line("POST", "/location/orders", &[], &" ".repeat(most * 4));
}

/// Tokens that nobody has: all are told the same, whatever they look like.
fn tokens(hub: &TestHub) {
    let expected = r#"401 {"message":"The access token is invalid or the connection has been revoked","error_type":"unauthorized"}"#;
    let long = "a".repeat(10_000);
    for token in [
        "",
        " ",
        "x",
        "0123456789abcdef0123456789",
        "' OR 1=1 --",
        "Bearer x",
        "é",
        &long,
    ] {
        let answer = hub.anybody().send(
            "GET",
            "/v1/location/orders",
            &[("X-Access-Token", token)],
            "",
        );
        assert_eq!(answer.status_and_body(), expected, "{token:.20}");
    }
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "Bearer 0123456789abcdef0123456789",
    ] {
        let answer = hub.anybody().send(
            "GET",
            "/v1/location/orders",
            &[("Authorization", value)],
            "",
        );
        assert_eq!(answer.status_and_body(), expected, "{value}");
    }
}

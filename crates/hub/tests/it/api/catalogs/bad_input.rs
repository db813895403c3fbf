//! Bad input against catalogs: each with the exact answer, as a table that is kept beside the
//! tests. Whoever changes a message sees here who is told so.

use std::fmt::Write as _;

use super::{author, carte, created, id};
use crate::support::{Caller, TestHub, Value, json};

/// The table under way. Ids that differ per run are shown as `{catalog}` and so on.
struct Table<'a> {
    who: &'a Caller,
    names: Vec<(String, &'static str)>,
    text: String,
    lines: usize,
}

impl Table<'_> {
    fn chapter(&mut self, title: &str) {
        let _ = writeln!(self.text, "\n# {title}");
    }

    /// Sends `body` and notes down what is answered, which must be a refusal.
    fn line(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) {
        self.shown(method, path, headers, body, body);
    }

    /// Sends a body, of which only this much is in the table.
    fn shown(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
        shown: &str,
    ) {
        let mut target = path.to_owned();
        for (id, name) in &self.names {
            target = target.replace(name, id);
        }
        let length = body.len().to_string();
        let mut all = vec![("Content-Length", length.as_str())];
        all.extend_from_slice(headers);
        let answer = self.who.send(method, &target, &all, body.to_owned());
        assert!(
            (400..500).contains(&answer.status),
            "{method} {path} {body}: {answer:?}"
        );
        let more: String = headers
            .iter()
            .map(|(name, value)| format!(" [{name}: {value}]"))
            .collect();
        let text = answer.status_and_body();
        let (shown, text) = (shortened(shown), shortened(&text));
        let _ = writeln!(self.text, "{method} {path}{more} {shown}\n    → {text}");
        self.lines += 1;
    }

    fn put(&mut self, body: Value) {
        self.line("PUT", "/catalogs/{catalog}", &[], &body.to_string());
    }

    /// This as the whole content.
    fn data(&mut self, data: Value) {
        self.put(json!({ "data": data }));
    }

    /// One entry of a section; what it may refer to is there.
    fn entry(&mut self, section: &str, entry: Value) {
        let mut data = json!({
            "variants": [{ "ref": "V", "name": "v" }],
            "categories": [{ "ref": "C", "name": "c" }],
            "products": [{ "category_ref": "C", "name": "p",
                "skus": [{ "ref": "S", "price": "1.00 EUR" }] }],
            "option_lists": [{ "ref": "O", "name": "o", "options": [{ "name": "x" }] }]
        });
        data[section] = json!([entry]);
        let shown = format!("{{… \"{section}\": [{entry}] …}}");
        let body = json!({ "data": data }).to_string();
        self.shown("PUT", "/catalogs/{catalog}", &[], &body, &shown);
    }

    /// Something good with this in it.
    fn with(&mut self, section: &str, key: &str, value: Value) {
        let mut entry = match section {
            "variants" => json!({ "ref": "V", "name": "v" }),
            "categories" => json!({ "ref": "C", "name": "c" }),
            "products" => json!({ "category_ref": "C", "name": "p",
                "skus": [{ "ref": "S", "price": "1.00 EUR" }] }),
            "option_lists" => json!({ "ref": "O", "name": "o", "options": [{ "name": "x" }] }),
            "deals" => json!({ "name": "d",
                "lines": [{ "skus": [{ "ref": "S" }], "pricing_effect": "unchanged" }] }),
            "discounts" => json!({ "name": "d", "pricing_effect": "percentage_off",
                "pricing_value": "10" }),
            _ => json!({ "name": "c", "type": "tip" }),
        };
        entry[key] = value;
        self.entry(section, entry);
    }

    /// A sku with this in it.
    fn sku(&mut self, key: &str, value: Value) {
        let mut sku = json!({ "ref": "S", "price": "1.00 EUR" });
        sku[key] = value;
        self.with("products", "skus", json!([sku]));
    }
}

/// The beginning of a text that is too long to read.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 700 {
        return text.to_owned();
    }
    let start: String = text.chars().take(120).collect();
    format!("{start}… ({} bytes)", text.len())
}

#[test]
fn bad_catalogs_are_refused_in_these_words() {
    let hub = TestHub::start();
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let foreign = hub.another_account();
    let mut table = Table {
        who: &author,
        names: vec![
            (id(&made).to_owned(), "{catalog}"),
            (foreign.catalog.to_string(), "{foreign}"),
            (hub.catalog.to_string(), "{shared}"),
            (hub.second_location.to_string(), "{sibling}"),
        ],
        text: String::new(),
        lines: 0,
    };
    bodies(&mut table);
    keys(&mut table);
    categories_and_products(&mut table);
    skus(&mut table);
    conditions(&mut table);
    options(&mut table);
    deals(&mut table);
    field_paths(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 100, "only {lines}");
    let stored = author.get(&super::path(&made)).ok();
    assert_eq!(stored, made, "a refusal changes nothing");
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_catalogs", text);
    });
}

fn bodies(table: &mut Table<'_>) {
    table.chapter("Bodies");
    for body in [
        "{",
        "nope",
        "{\"data\":{\"products\":[}}",
        "[]",
        "7",
        "\"x\"",
        "[{}]",
    ] {
        table.line("POST", "/location/catalogs", &[], body);
        table.line("PUT", "/catalogs/{catalog}", &[], body);
    }
    table.line("POST", "/location/catalogs", &[], "");
    table.line("POST", "/location/catalogs", &[], "null");
    let csv = [("Content-Type", "text/csv")];
    table.line("POST", "/location/catalogs", &csv, "name");
    for name in [json!(null), json!(""), json!(" "), json!(7), json!([])] {
        table.line(
            "POST",
            "/location/catalogs",
            &[],
            &json!({ "name": name }).to_string(),
        );
    }
    table.put(json!({ "name": "x".repeat(10_001) }));
    for data in [json!([]), json!("x"), json!(true), json!(1.5)] {
        table.put(json!({ "data": data }));
    }
}

fn keys(table: &mut Table<'_>) {
    table.chapter("Keys that do not exist");
    table.put(json!({ "title": "x" }));
    table.put(json!({ "products": [] }));
    table.data(json!({ "options_lists": [] }));
    table.data(json!({ "skus": [], "options": [], "images": [] }));
    for section in [
        "variants",
        "categories",
        "products",
        "option_lists",
        "deals",
        "discounts",
        "charges",
    ] {
        table.with(section, "nom", json!("x"));
        for wrong in [
            json!({}),
            json!("x"),
            json!([7]),
            json!([null]),
            json!([[]]),
        ] {
            table.data(json!({ section: wrong }));
        }
    }
    table.sku("product_ref", json!("x"));
    table.sku("option_lists", json!([]));
    table.with(
        "products",
        "tax_rate",
        json!({ "delivery": "1", "collection": "1", "eat_in": "1", "vat": "1" }),
    );
    table.with("deals", "lines", json!([{ "sku": [], "skus": [{ "ref": "S", "price": "1.00 EUR" }], "pricing_effect": "unchanged" }]));
    table.with(
        "option_lists",
        "options",
        json!([{ "name": "x", "tax_rate": null }]),
    );
}

fn categories_and_products(table: &mut Table<'_>) {
    table.chapter("Variants, categories and products");
    for section in ["variants", "categories", "option_lists"] {
        for wrong in [json!(null), json!(""), json!(7.5)] {
            table.with(section, "ref", wrong);
        }
    }
    for section in [
        "variants",
        "categories",
        "products",
        "deals",
        "discounts",
        "charges",
    ] {
        for wrong in [json!(null), json!(""), json!(["x"])] {
            table.with(section, "name", wrong);
        }
    }
    table.data(json!({ "variants": [{ "ref": "V", "name": "a" }, { "ref": "V", "name": "b" }] }));
    table.data(json!({ "categories": [{ "ref": "C", "name": "a" }, { "ref": "C", "name": "a" }] }));
    table.with("categories", "parent_ref", json!("Z"));
    table.with("categories", "parent_ref", json!("C"));
    table.with("categories", "tags", json!("a,b"));
    table.with("categories", "tags", json!(["a", 7, null]));
    table.with("categories", "description", json!({}));
    for wrong in [json!(null), json!("Z"), json!(7)] {
        table.with("products", "category_ref", wrong);
    }
    for section in ["categories", "products", "deals", "discounts"] {
        table.with(section, "image_ids", json!(["y3k7d"]));
    }
    table.with("products", "image_ids", json!(["A-B"]));
    table.with("products", "image_ids", json!("y3k7d"));
    for wrong in [
        json!("10.0"),
        json!({}),
        json!({ "delivery": "10.0", "collection": "10.0" }),
        json!({ "delivery": "10.0", "collection": "10.0", "eat_in": null }),
        json!({ "delivery": "ten", "collection": "10 %", "eat_in": [] }),
    ] {
        table.with("products", "tax_rate", wrong);
    }
    for wrong in [
        json!("milk"),
        json!({ "allergens": "milk" }),
        json!({ "allergens": ["gluten"] }),
        json!({ "allergens": ["milk", null, 7] }),
    ] {
        table.with("products", "nutrition", wrong);
    }
    for wrong in [json!(null), json!([]), json!({}), json!([null])] {
        table.with("products", "skus", wrong);
    }
}

fn skus(table: &mut Table<'_>) {
    table.chapter("Skus");
    for wrong in [
        json!(null),
        json!(""),
        json!("9.5 EUR"),
        json!("9,50 EUR"),
        json!(9.5),
        json!("9.50"),
        json!("9.50 USD"),
        json!({ "amount": 1 }),
    ] {
        table.sku("price", wrong);
    }
    for wrong in [
        json!(["Z"]),
        json!("O"),
        json!([null]),
        json!(["O", "Z", 7]),
    ] {
        table.sku("option_list_refs", wrong);
    }
    for wrong in [
        json!(["123"]),
        json!(["370000000001"]),
        json!(["37000000000171"]),
        json!(["3700000A00017"]),
        json!([3_700_000_000_017_i64]),
    ] {
        // Twelve digits are good; the rest of the sku is not.
        table.with("products", "skus", json!([{ "barcodes": wrong }]));
    }
    table.sku("custom_fields", json!([]));
    table.sku("custom_fields", json!({ "a": "x".repeat(8_192) }));
    let sku = |name: Value| json!({ "name": name, "price": "1.00 EUR" });
    table.with(
        "products",
        "skus",
        json!([sku(json!("L")), sku(json!("L"))]),
    );
    table.with(
        "products",
        "skus",
        json!([sku(json!(null)), sku(json!(null))]),
    );
}

fn conditions(table: &mut Table<'_>) {
    table.chapter("Restrictions and price overrides");
    for (key, wrong) in [
        ("enabled", json!("yes")),
        ("variant_refs", json!(["V", "Z"])),
        ("variant_refs", json!("V")),
        ("dow", json!("7654321")),
        ("dow", json!(1_234_567)),
        ("start_time", json!("25:00")),
        ("end_time", json!("8:00")),
        ("start_date", json!("2026-02-30")),
        ("end_date", json!("tomorrow")),
        ("service_types", json!(["drone"])),
        ("service_type_refs", json!([7.5])),
        ("min_order_amount", json!("-1.00 EUR")),
        ("min_order_amount", json!("10.00 GBP")),
        ("max_per_order", json!(-1)),
        ("max_per_order", json!(1.5)),
        ("max_per_customer", json!("many")),
        ("days", json!("12-----")),
    ] {
        table.sku("restrictions", json!({ key: wrong }));
    }
    table.sku("restrictions", json!([7]));
    for section in ["deals", "discounts", "charges"] {
        table.with(section, "restrictions", json!({ "variant_refs": ["Z"] }));
    }
    for wrong in [
        json!({}),
        json!([{}]),
        json!([{ "price": "1.00 EUR" }]),
        json!([{ "price": "1.00 EUR", "dow": null }]),
        json!([{ "dow": "1------" }]),
        json!([{ "price": "1.00 EUR", "variant_refs": [] }]),
        json!([{ "price": "1.00 EUR", "variant_refs": ["V", "V"] }]),
        json!([{ "price": "1.00 USD", "variant_refs": ["Z"] }]),
        json!([{ "price": "1.00 EUR", "dow": "1------", "enabled": true }]),
    ] {
        table.sku("price_overrides", wrong);
    }
}

fn options(table: &mut Table<'_>) {
    table.chapter("Option lists and options");
    for (key, wrong) in [
        ("options", json!([])),
        ("options", json!(null)),
        ("options", json!([{}])),
        ("options", json!([{ "name": "x", "price": "1" }])),
        ("options", json!([{ "name": "x", "default": "yes" }])),
        (
            "options",
            json!([{ "name": "x", "nutrition": { "allergens": ["nuts"] } }]),
        ),
        (
            "options",
            json!([{ "name": "x", "restrictions": { "variant_refs": ["Z"] } }]),
        ),
        ("min_selections", json!(-1)),
        ("min_selections", json!("one")),
        ("max_selections", json!(4_294_967_296_i64)),
        ("multiple_selection", json!(1)),
        ("type", json!("several")),
    ] {
        table.with("option_lists", key, wrong);
    }
    let list = |min: Value, max: Value, more: Value| {
        let mut list = json!({
            "ref": "O", "name": "o", "min_selections": min, "max_selections": max,
            "options": [{ "name": "x", "default": true }, { "name": "y", "default": true }]
        });
        for (key, value) in more.as_object().unwrap() {
            list[key] = value.clone();
        }
        list
    };
    table.entry("option_lists", list(json!(3), json!(2), json!({})));
    table.entry("option_lists", list(json!(0), json!(1), json!({})));
    table.entry(
        "option_lists",
        list(json!(0), json!(0), json!({ "multiple_selection": true })),
    );
    let one = json!({ "ref": "O", "name": "o", "options": [{ "name": "x" }] });
    table.data(json!({ "option_lists": [one, one] }));
}

fn deals(table: &mut Table<'_>) {
    table.chapter("Deals, discounts and charges");
    table.with("deals", "category_ref", json!("Z"));
    table.with("deals", "coupon_codes", json!("A,B"));
    for wrong in [
        json!(null),
        json!([]),
        json!([{}]),
        json!([{ "skus": [], "pricing_effect": "unchanged" }]),
        json!([{ "skus": [{ "ref": "NONE" }], "pricing_effect": "unchanged" }]),
        json!([{ "skus": [{ "ref": null }], "pricing_effect": "unchanged" }]),
        json!([{ "skus": [{ "ref": "S", "extra_charge": "1" }], "pricing_effect": "unchanged" }]),
        json!([{ "skus": ["S"], "pricing_effect": "unchanged" }]),
        json!([{ "skus": [{ "ref": "S" }] }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "half" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "fixed_price" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "fixed_price", "pricing_value": "10" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "price_off", "pricing_value": "-1.00 EUR" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "price_off", "pricing_value": "1.00 USD" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "percentage_off", "pricing_value": "101" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "percentage_off", "pricing_value": "1.00 EUR" }]),
        json!([{ "skus": [{ "ref": "S" }], "pricing_effect": "unchanged", "pricing_value": [] }]),
    ] {
        table.with("deals", "lines", wrong);
    }
    table.with("discounts", "pricing_effect", json!("unchanged"));
    table.with("discounts", "pricing_effect", json!(null));
    table.with("discounts", "pricing_effect", json!("price_off"));
    table.with("discounts", "pricing_value", json!(null));
    table.with("discounts", "pricing_value", json!("-1"));
    table.with("discounts", "tags", json!([]));
    table.with("charges", "type", json!("service"));
    table.with("charges", "type", json!(null));
    table.with("charges", "price", json!("1 EUR"));
    table.with("charges", "restrictions", json!({ "dow": "x" }));
}

fn field_paths(table: &mut Table<'_>) {
    table.chapter("Names, ids and places");
    for name in ["Carte", "Pizzeria Lumière"] {
        table.line(
            "POST",
            "/location/catalogs",
            &[],
            &json!({ "name": name }).to_string(),
        );
    }
    table.put(json!({ "name": "Pizzeria Lumière" }));
    for path in [
        "/catalogs/zzzzz",
        "/catalogs/{foreign}",
        "/catalogs/A%20B",
        "/catalogs/{catalog}/products/zzzzz",
        "/catalogs/{catalog}/products/zzzzz/skus",
        "/catalogs/{catalog}/option_lists/zzzzz/options/zzzzz",
        "/catalogs/{catalog}/skus",
        "/catalogs/{foreign}/products",
        "/catalogs",
        "/account/catalogs",
        "/locations/{sibling}/catalogs",
    ] {
        table.line("GET", path, &[], "");
    }
    table.line("PATCH", "/catalogs/{catalog}", &[], "{}");
    table.line("POST", "/catalogs/{catalog}/products", &[], "{}");
    table.line("PUT", "/catalogs/{foreign}", &[], "{}");
    table.line("PUT", "/catalogs/{shared}", &[], "{}");
    table.line("DELETE", "/catalogs/{shared}", &[], "");
    table.line("DELETE", "/catalogs/{foreign}", &[], "");
}

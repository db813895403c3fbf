//! Bad input against inventories: each with the exact answer.

use super::{SCOPE, filled, own};
use crate::api::orders::bad_input::Table;
use crate::support::{TestHub, json};

#[test]
fn bad_input_is_refused_in_these_words() {
    let hub = TestHub::start();
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let foreign = hub.another_account();
    let mut table = Table {
        who: &till,
        names: vec![
            (hub.catalog.to_string(), "{catalog}"),
            (foreign.catalog.to_string(), "{foreign}"),
            (hub.second_location.to_string(), "{sibling}"),
        ],
        text: String::new(),
        lines: 0,
    };
    bodies(&mut table);
    entries(&mut table);
    field_paths(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 60, "only {lines}");
    let stored = till.get(&own(&hub.catalog)).ok();
    assert_eq!(stored, json!([]), "a refusal changes nothing");
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_input_inventories", text);
    });
}

const PATH: &str = "/catalogs/{catalog}/location/inventory";

fn bodies(table: &mut Table<'_>) {
    table.chapter("Bodies");
    for body in [
        "",
        "null",
        "{}",
        "\"TIRA\"",
        "7",
        "true",
        "[",
        "[,]",
        "[{}",
        "[{]",
        "nope",
        "{\"sku_ref\": \"TIRA\", \"stock\": \"1\"}",
        "{\"inventory\": []}",
    ] {
        table.line("PUT", PATH, &[], body);
    }
    for body in ["null", "{}", "["] {
        table.line("PATCH", PATH, &[], body);
    }
    for kind in ["text/csv", "application/x-www-form-urlencoded"] {
        table.line("PUT", PATH, &[("Content-Type", kind)], "[]");
    }
    let many = format!("[{}null]", "null,".repeat(20_000));
    table.line("PUT", PATH, &[], &many);
}

fn entries(table: &mut Table<'_>) {
    table.chapter("Entries");
    for entry in [
        "null",
        "7",
        "\"TIRA\"",
        "[]",
        "{}",
        r#"{"stock": "1"}"#,
        r#"{"sku_ref": null, "option_ref": null, "stock": "1"}"#,
        r#"{"sku_ref": "", "stock": "1"}"#,
        r#"{"sku_ref": "TIRA", "option_ref": "TIRA", "stock": "1"}"#,
        r#"{"sku_ref": "TIRA", "option_id": "o0", "stock": "1"}"#,
        r#"{"sku_ref": 7.5, "stock": "1"}"#,
        r#"{"sku_ref": ["TIRA"], "stock": "1"}"#,
        r#"{"option_ref": {}, "stock": "1"}"#,
        r#"{"sku_id": "s2", "stock": "1"}"#,
        r#"{"sku_id": "TIRA", "stock": "1"}"#,
        r#"{"sku_id": 3, "stock": "1"}"#,
        r#"{"option_id": "s0", "stock": "1"}"#,
        r#"{"sku_ref": "TIRA"}"#,
        r#"{"sku_ref": "TIRA", "expires_at": "2026-03-08T11:00:00+01:00"}"#,
        r#"{"sku_ref": "TIRA", "quantity": "1"}"#,
    ] {
        table.line("PATCH", PATH, &[], &format!("[{entry}]"));
    }
    for stock in [
        "\"\"",
        "\"many\"",
        "\"1,5\"",
        "\"-1\"",
        "-0.001",
        "\"1.0001\"",
        "0.0001",
        "\"1e3\"",
        "1e300",
        "\"1000000000000\"",
        "true",
        "{}",
        "[1]",
        "\" 1\"",
        "\"+1\"",
    ] {
        table.line(
            "PATCH",
            PATH,
            &[],
            &format!(r#"[{{"sku_ref": "TIRA", "stock": {stock}}}]"#),
        );
    }
    for (stock, time) in [
        ("\"1\"", "\"2026-03-08T11:00:00+01:00\""),
        ("\"0.001\"", "\"2020-03-08T11:00:00+01:00\""),
        ("\"0\"", "\"tomorrow\""),
        ("\"0\"", "\"2026-03-08\""),
        ("\"0\"", "\"11:00\""),
        ("\"0\"", "\"2026-02-30T00:00:00Z\""),
        ("\"0\"", "\"9999-12-31T23:59:59Z\""),
        ("\"0\"", "1"),
        ("\"0\"", "true"),
        ("\"0\"", "{}"),
    ] {
        let entry = format!(r#"[{{"sku_ref": "TIRA", "stock": {stock}, "expires_at": {time}}}]"#);
        table.line("PATCH", PATH, &[], &entry);
    }
    let all = r#"[{"sku_ref": "TIRA", "stock": "1"}, {"stock": -1}, {"option_ref": "A", "stock": "x", "expires_at": "y"}]"#;
    table.line("PUT", PATH, &[], all);
}

fn field_paths(table: &mut Table<'_>) {
    table.chapter("Places");
    for path in [
        "/catalogs/{foreign}/location/inventory",
        "/catalogs/zzzzz/location/inventory",
        "/catalogs/a%20b/location/inventory",
        "/catalogs/%FF/location/inventory",
        "/catalogs/{catalog}/locations/{sibling}/inventory",
        "/catalogs/{catalog}/locations/zz-0/inventory",
        "/catalogs/{catalog}/inventory",
        "/location/inventory",
    ] {
        table.line("GET", path, &[], "");
    }
    for method in ["POST", "DELETE"] {
        table.line(method, PATH, &[], "");
    }
}

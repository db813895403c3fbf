//! What a body takes while it is read. Memory is counted for the whole process, so this is measured
//! in one of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::fields::{Bodies, Field, fields};
use crate::MEMORY;
use crate::support::{TestHub, Value, json};

const NAME: &str = "api::senders::memory::a_body_takes_a_few_times_its_size_and_gives_it_back";

/// Set in the process that measures.
const IS_MEASURED: &str = "PASSEPLAT_TEST_MEASURED";

/// A little less than the longest body that is taken.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024 - 4_096;

/// What a body may take, in percent of its size.
const MAX_MEMORY_PERCENT: usize = 400;

/// What the test and the journal keep.
const BESIDE: usize = 4 * 1024 * 1024;

/// What is made of few bytes and takes many, or is kept as long as may be.
fn values(field: &Field) -> Vec<(&'static str, String)> {
    let list = |entry: &str, times: usize| format!("[{}]", vec![entry; times].join(","));
    let mut values = Vec::new();
    if field.takes("array") || field.takes("object") {
        values.push(("objects in a list", list("{}", 1_000)));
    }
    if field.takes("object") {
        let free = format!("{{\"x\":{}}}", list("[[]]", 1_500));
        values.push(("free data", free));
        let keys: Vec<String> = (0..1_500).map(|key| format!("\"{key}\":{{}}")).collect();
        values.push(("keys", format!("{{{}}}", keys.join(","))));
    }
    if field.is_text() {
        values.push(("a text", format!("\"{}\"", "x".repeat(9_000))));
    }
    values
}

/// Bodies of about [`MAX_BODY_BYTES`] bytes that have the field, as often as they can.
fn texts(field: &Field, value: &str) -> Vec<String> {
    let text = field.repeated(value, MAX_BODY_BYTES);
    if text.len() > MAX_BODY_BYTES / 2 {
        return vec![text];
    }
    // It can be there once.
    let list = format!(
        "[{}]",
        vec![value; MAX_BODY_BYTES / (value.len() + 1)].join(",")
    );
    vec![
        field.repeated(&format!("{{\"x\":{list}}}"), 0),
        field.repeated(&list, 0),
    ]
}

/// Large bodies that are good.
fn good(hub: &TestHub) -> Vec<(&'static str, String, String)> {
    let text = "x".repeat(8_000);
    let item = json!({
        "product_name": "Tarte", "price": "3.00 EUR", "quantity": 1, "customer_notes": text,
    });
    let order = |private_ref: Option<&str>| {
        let items = vec![item.clone(); 1_000];
        json!({ "status": "new", "items": items, "private_ref": private_ref }).to_string()
    };
    let stocks: Vec<Value> = (0..20_000)
        .map(|sku| json!({ "sku_ref": format!("{}{sku}", "S".repeat(300)), "stock": "3.0" }))
        .collect();
    let stocks = Value::from(stocks).to_string();
    let products: Vec<Value> = (0..20_000)
        .map(|product| {
            json!({
                "ref": format!("P{product}"), "category_ref": "C", "name": "Tarte aux pommes",
                "description": "Pommes, sucre, beurre, farine, cannelle et un peu de patience. ".repeat(3),
                "skus": [{ "ref": format!("S{product}"), "price": "3.00 EUR" }],
            })
        })
        .collect();
    let data = json!({ "categories": [{ "ref": "C", "name": "c" }], "products": products });
    let catalog = json!({ "name": "Large", "data": data }).to_string();
    let (own, inventory) = (
        format!("/catalogs/{}", hub.catalog),
        format!("/catalogs/{}/location/inventory", hub.catalog),
    );
    vec![
        ("POST", "/location/orders".to_owned(), order(None)),
        ("POST", "/location/orders".to_owned(), order(Some("mine"))),
        ("PUT", own, catalog.clone()),
        (
            "POST",
            "/location/catalogs".to_owned(),
            catalog.replacen("Large", "Another", 1),
        ),
        ("PUT", inventory, stocks),
    ]
}

/// What answering a call took at most, with its body, in percent of that.
fn peak(length: usize, call: impl FnOnce() -> u16) -> (usize, u16) {
    let taken = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let status = call();
    let peak = MEMORY.peak_usage() - taken + length;
    (peak * 100 / length, status)
}

fn measure() {
    let hub = TestHub::start();
    let bodies = Bodies::of(&hub);
    let before = MEMORY.current_usage();
    let mut most = BTreeMap::<String, (usize, String)>::new();
    let mut count = 0;
    let mut known_lists = BTreeSet::new();
    // Of what several endpoints take, the others are sent what the first found worst.
    let mut worst = BTreeMap::<String, (usize, String, String, &str)>::new();
    for field in fields() {
        let endpoint = format!("{} {}", field.method, field.path);
        let worst_field = worst.entry(field.body_type()).or_default();
        let is_first = worst_field.1.is_empty() || worst_field.1 == endpoint;
        for (kind, value) in values(&field) {
            // One text in a list is like the other.
            let is_like = kind == "a text" && !known_lists.insert((endpoint.clone(), field.list()));
            let is_worst = (worst_field.2.as_str(), worst_field.3) == (field.name.as_str(), kind);
            if is_first && is_like || !is_first && !is_worst {
                continue;
            }
            for text in texts(&field, &value) {
                let length = text.len();
                let (percent, status) = peak(length, || bodies.send_text(&field, text).status);
                assert_ne!(status, 500, "{}", field.shown());
                count += 1;
                let line = format!("{} of {kind}, {length} bytes: {status}", field.name);
                let entry = most.entry(endpoint.clone()).or_default();
                *entry = (percent, line).max(entry.clone());
                if is_first && percent >= worst_field.0 {
                    *worst_field = (percent, endpoint.clone(), field.name.clone(), kind);
                }
            }
        }
    }
    let scope = "location[orders.write,catalog.write,all_catalogs.write,inventory.write]";
    let caller = hub.client_with("kiosk", scope);
    for (method, path, text) in good(&hub) {
        let length = text.len();
        let (percent, status) = peak(length, || caller.status(method, &path, text));
        assert_eq!(status, 200, "{method} {path}");
        let line = format!("a good one, {length} bytes");
        most.insert(format!("{method} {path} {status}"), (percent, line));
    }
    hub.wait(hub.hub.journal().flush()).expect("the journal");
    // The thread that writes lets go of what it wrote when it begins with the next.
    let next = hub.hub.journal().db();
    let next = next.write("test.next", |_| Ok::<_, hub::db::Error>(()));
    hub.wait(next).expect("the next");
    let remaining = MEMORY.current_usage().saturating_sub(before);
    for (endpoint, (percent, line)) in &most {
        eprintln!("{}.{:02} {endpoint}: {line}", percent / 100, percent % 100);
    }
    eprintln!(
        "{count} bodies at {} endpoints; {remaining} bytes kept",
        most.len()
    );
    let most = most.values().map(|(percent, _)| *percent).max();
    assert!(
        most.is_some_and(|most| most <= MAX_MEMORY_PERCENT),
        "{most:?}"
    );
    assert!(remaining < BESIDE, "{remaining} bytes");
}

#[test]
fn a_body_takes_a_few_times_its_size_and_gives_it_back() {
    if std::env::var_os(IS_MEASURED).is_some() {
        return measure();
    }
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this)
        .args(["--exact", NAME, "--nocapture"])
        .env(IS_MEASURED, "1")
        .output()
        .expect("a process");
    let log = String::from_utf8_lossy(&output.stderr);
    eprintln!("{log}");
    assert!(output.status.success(), "{log}");
}

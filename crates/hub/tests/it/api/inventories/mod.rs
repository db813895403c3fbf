//! Inventories, verb by verb.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

mod bad_input;
mod events;
mod expiry;
mod find;
mod isolation;
mod replace;
mod update;

use hub::db;
use wire::id::CatalogId;

use crate::support::{Caller, TestHub, Value, json};

/// What the tests' client may do.
const SCOPE: &str = "location[inventory.write]";

/// Gives a catalog SKUs and options with these refs, and a SKU without ref.
fn fill(hub: &TestHub, catalog: &CatalogId, skus: &[&str], options: &[&str]) {
    let filler = hub.client_with("filler", "account[all_catalogs.write]");
    let upload = json!({ "data": content(skus, options) });
    filler.put(&format!("/catalogs/{catalog}"), upload).ok();
}

/// The content of such a catalog, as it is uploaded.
fn content(skus: &[&str], options: &[&str]) -> Value {
    let refs = skus.iter().map(|text| json!(text)).chain([json!(null)]);
    let skus: Vec<Value> = refs
        .enumerate()
        .map(|(index, text)| {
            let name = format!("Size {index}");
            json!({ "ref": text, "name": name, "price": "1.00 EUR" })
        })
        .collect();
    let options: Vec<Value> = options
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let name = format!("Option {index}");
            json!({ "ref": text, "name": name, "price": "1.00 EUR" })
        })
        .collect();
    let lists = json!([{ "ref": "LIST", "name": "Options", "options": options }]);
    json!({
        "categories": [{ "ref": "ALL", "name": "All" }],
        "products": [{ "category_ref": "ALL", "name": "Thing", "skus": skus }],
        "option_lists": if options.is_empty() { json!([]) } else { lists }
    })
}

/// Gives the account's catalog a few refs, of which an option has the same as a SKU.
fn filled(hub: &TestHub) {
    fill(hub, &hub.catalog, &["SAV-33", "TIRA"], &["SUP-BUR", "TIRA"]);
}

/// A second catalog of the account, at a location or for all of them.
fn another_catalog(hub: &TestHub, location: Option<&wire::id::LocationId>) -> CatalogId {
    let (account, location) = (hub.account.clone(), location.cloned());
    hub.wait(hub.hub.write("test.catalog", move |tx| {
        hub::provision::add_catalog(tx, &account, location.as_ref(), "Another")
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

/// The inventory of the token's own location, through a catalog.
fn own(catalog: &CatalogId) -> String {
    format!("/catalogs/{catalog}/location/inventory")
}

fn sku(text: &str, stock: Value) -> Value {
    json!({ "sku_ref": text, "stock": stock, "expires_at": null })
}

fn option(text: &str, stock: Value) -> Value {
    json!({ "option_ref": text, "stock": stock, "expires_at": null })
}

/// Gives a client a passive callback for inventories.
fn follow(who: &Caller) {
    let events = json!({ "events": { "inventory": ["patch", "update"] } });
    who.post("/callback", events).ok();
}

/// The events that wait for a client, whole.
fn fetch_events(who: &Caller) -> Vec<Value> {
    let listed = who.get("/callback/events").ok();
    let ids = listed.as_array().unwrap().iter();
    ids.map(|event| {
        let id = event["id"].as_str().unwrap();
        who.get(&format!("/callback/events/{id}")).ok()
    })
    .collect()
}

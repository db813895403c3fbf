//! Inventories, verb by verb.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

mod bad_input;
mod events;
mod expiry;
mod find;
mod isolation;
mod replace;
mod update;

use hub::args;
use hub::db;
use wire::id::CatalogId;

use crate::support::{Caller, TestHub, Value, json};

/// What the tests' client may do.
const SCOPE: &str = "location[inventory.write]";

/// Gives a catalog its content.
fn fill(hub: &TestHub, catalog: &CatalogId, data: Value) {
    let (account, catalog, data) = (hub.account.clone(), catalog.clone(), data.to_string());
    hub.wait(hub.hub.write("test.catalog", move |tx| {
        tx.write(
            "UPDATE catalogs SET document = $3 WHERE account_id = $1 AND id = $2",
            args![&account, &catalog, data.as_str()],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

/// The account's catalog with three SKUs, of which one has no ref, and two options.
fn filled(hub: &TestHub) {
    fill(hub, &hub.catalog, menu());
}

fn menu() -> Value {
    json!({
        "products": [{ "name": "Drinks", "skus": [
            { "id": "s1", "ref": "SAV-33" }, { "id": "s2", "ref": "TIRA" }, { "id": "s3", "ref": null }
        ] }],
        "option_lists": [{ "ref": "SUP", "options": [
            { "id": "o1", "ref": "SUP-BUR" }, { "id": "o2", "ref": "TIRA" }
        ] }]
    })
}

/// A second catalog of the account, at a location or for all of them.
fn another_catalog(hub: &TestHub, location: Option<&wire::id::LocationId>) -> CatalogId {
    let (account, location) = (hub.account.clone(), location.cloned());
    hub.wait(hub.hub.write("test.catalog", move |tx| {
        hub::accounts::store::add_catalog(tx, &account, location.as_ref(), "Another")
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
fn told(who: &Caller) -> Vec<Value> {
    let listed = who.get("/callback/events").ok();
    let ids = listed.as_array().unwrap().iter();
    ids.map(|event| {
        let id = event["id"].as_str().unwrap();
        who.get(&format!("/callback/events/{id}")).ok()
    })
    .collect()
}

//! PATCH /catalogs/:id/location/inventory.

use super::{SCOPE, fill, filled, option, own, sku};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn only_the_entries_named_change_and_are_answered(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let before = json!([sku("SAV-33", json!("4")), sku("TIRA", json!("1"))]);
    till.put(&own(&hub.catalog), before).ok();
    let change = json!([option("SUP-BUR", json!("3")), sku("TIRA", json!(null))]);
    assert_eq!(till.patch(&own(&hub.catalog), change.clone()).ok(), change);
    assert_eq!(
        till.get(&own(&hub.catalog)).ok(),
        json!([sku("SAV-33", json!("4")), option("SUP-BUR", json!("3"))])
    );
}

#[apply(each_engine!)]
fn a_ref_named_twice_is_as_it_was_named_last(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let twice = json!([
        sku("TIRA", json!("1")),
        sku("SAV-33", json!("5")),
        sku("TIRA", json!("2"))
    ]);
    assert_eq!(
        till.patch(&own(&hub.catalog), twice).ok(),
        json!([sku("TIRA", json!("2")), sku("SAV-33", json!("5"))])
    );
}

#[apply(each_engine!)]
fn refs_that_the_catalog_does_not_have_are_skipped(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let change = json!([sku("CAFE", json!("1")), option("SAV-33", json!("1"))]);
    assert_eq!(till.patch(&own(&hub.catalog), change).ok(), json!([]));
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn refs_too_long_to_be_counted_are_skipped(hub: TestHub) {
    let (longest, long) = ("é".repeat(255), "é".repeat(10_000));
    fill(&hub, &hub.catalog, &[&longest, &long], &[&long]);
    let till = hub.client_with("till", SCOPE);
    let menus = hub.client_with("menus", "account[all_catalogs.read]");
    let data = menus.get(&format!("/catalogs/{}", hub.catalog)).ok()["data"].take();
    let id = data["products"][0]["skus"][1]["id"].clone();
    let change = json!([
        sku(&long, json!("1")),
        sku(&longest, json!("2")),
        option(&long, json!("3")),
        { "sku_id": id, "stock": "4" }
    ]);
    let stored = json!([sku(&longest, json!("2"))]);
    assert_eq!(till.patch(&own(&hub.catalog), change.clone()).ok(), stored);
    assert_eq!(till.put(&own(&hub.catalog), change).ok(), stored);
}

#[apply(each_engine!)]
fn old_ids_stand_for_the_refs_that_they_have(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let menus = hub.client_with("menus", "account[all_catalogs.read]");
    let data = menus.get(&format!("/catalogs/{}", hub.catalog)).ok()["data"].take();
    let sku_id = |index: usize| data["products"][0]["skus"][index]["id"].clone();
    let option_id = data["option_lists"][0]["options"][0]["id"].clone();
    let change = json!([
        { "sku_id": sku_id(1), "stock": "1" },
        { "option_id": option_id, "stock": "2" }
    ]);
    assert_eq!(
        till.patch(&own(&hub.catalog), change).ok(),
        json!([sku("TIRA", json!("1")), option("SUP-BUR", json!("2"))])
    );
    let refused = till.patch(
        &own(&hub.catalog),
        json!([{ "sku_id": sku_id(2), "stock": "1" }, { "option_id": "x", "stock": "1" }]),
    );
    assert_eq!(
        refused.json()["errors"],
        json!([
            { "field": "[0].sku_id", "message": "is not the id of a sku or option with a ref" },
            { "field": "[1].option_id", "message": "is not the id of a sku or option with a ref" }
        ])
    );
}

#[apply(each_engine!)]
fn one_bad_entry_keeps_the_others_from_changing(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let change = json!([sku("TIRA", json!("1")), sku("SAV-33", json!("-1"))]);
    assert_eq!(till.patch(&own(&hub.catalog), change).status, 422);
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
}

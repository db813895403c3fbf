//! GET /catalogs/:id/location/inventory.

use super::{SCOPE, another_catalog, fill, filled, option, own, sku};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn what_was_never_counted_has_no_limit(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn both_paths_lead_to_the_same_entries_with_skus_first(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    till.patch(
        &own(&hub.catalog),
        json!([
            option("SUP-BUR", json!("2.5")),
            sku("TIRA", json!(0)),
            sku("SAV-33", json!(4.0))
        ]),
    )
    .ok();
    let found = json!([
        sku("SAV-33", json!("4")),
        sku("TIRA", json!("0")),
        option("SUP-BUR", json!("2.5"))
    ]);
    assert_eq!(till.get(&own(&hub.catalog)).ok(), found);
    let long = format!(
        "/catalogs/{}/locations/{}/inventory",
        hub.catalog, hub.location
    );
    assert_eq!(till.get(&long).ok(), found);
    let chain = hub.client_with("chain", "account[inventory.read]");
    assert_eq!(chain.get(&long).ok(), found);
}

#[test]
fn a_catalog_without_data_shows_nothing() {
    let hub = TestHub::start();
    let till = hub.client_with("till", SCOPE);
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn one_inventory_serves_every_catalog_that_has_the_ref(hub: TestHub) {
    filled(&hub);
    let other = another_catalog(&hub, Some(&hub.location));
    fill(&hub, &other, &["TIRA", "CAFE"], &[]);
    let till = hub.client_with("till", SCOPE);
    let entries = json!([sku("TIRA", json!("1")), sku("SAV-33", json!("2"))]);
    till.patch(&own(&hub.catalog), entries).ok();
    assert_eq!(
        till.get(&own(&other)).ok(),
        json!([sku("TIRA", json!("1"))])
    );
}

#[apply(each_engine!)]
fn each_location_has_its_own(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let there = hub.connect("there", SCOPE, Some(&hub.second_location));
    let entries = json!([sku("TIRA", json!("1"))]);
    till.put(&own(&hub.catalog), entries).ok();
    assert_eq!(there.get(&own(&hub.catalog)).status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn an_entry_outlives_the_catalog_that_forgets_its_ref(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let entries = json!([sku("TIRA", json!("1"))]);
    till.put(&own(&hub.catalog), entries.clone()).ok();
    fill(&hub, &hub.catalog, &["CAFE"], &[]);
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
    filled(&hub);
    assert_eq!(till.get(&own(&hub.catalog)).ok(), entries);
}

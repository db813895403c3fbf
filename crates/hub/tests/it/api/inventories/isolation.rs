//! Who may not reach an inventory.

use super::{another_catalog, filled, own, sku};
use crate::engine::apply;
use crate::support::{TestHub, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const OUT_OF_REACH: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

#[apply(each_engine!)]
fn another_account_knows_nothing_of_a_catalog(hub: TestHub) {
    filled(&hub);
    let other = hub.another_account();
    let scope = "location[inventory.write]";
    let foreign = hub.connect_in(&other.account, "till", scope, Some(&other.location));
    let entries = json!([sku("TIRA", json!("1"))]);
    let long = format!(
        "/catalogs/{}/locations/{}/inventory",
        hub.catalog, hub.location
    );
    let mixed = format!(
        "/catalogs/{}/locations/{}/inventory",
        hub.catalog, other.location
    );
    for path in [&own(&hub.catalog), &long, &mixed, &own_of_nobody()] {
        assert_eq!(foreign.get(path).status_and_body(), NOT_FOUND, "{path}");
        assert_eq!(
            foreign.put(path, entries.clone()).status_and_body(),
            NOT_FOUND
        );
        assert_eq!(
            foreign.patch(path, entries.clone()).status_and_body(),
            NOT_FOUND
        );
    }
}

fn own_of_nobody() -> String {
    "/catalogs/No%20Id/location/inventory".to_owned()
}

#[test]
fn an_account_token_names_the_location() {
    let hub = TestHub::start();
    let chain = hub.client_with("chain", "account[inventory.write]");
    assert_eq!(
        chain.get(&own(&hub.catalog)).status_and_body(),
        OUT_OF_REACH
    );
}

#[apply(each_engine!)]
fn a_catalog_of_a_sibling_location_is_out_of_reach(hub: TestHub) {
    let sibling = another_catalog(&hub, Some(&hub.second_location));
    let till = hub.client_with("till", "location[inventory.read]");
    assert_eq!(till.get(&own(&sibling)).status_and_body(), OUT_OF_REACH);
    let there = format!(
        "/catalogs/{}/locations/{}/inventory",
        hub.catalog, hub.second_location
    );
    assert_eq!(till.get(&there).status_and_body(), OUT_OF_REACH);
    let chain = hub.client_with("chain", "account[inventory.read]");
    let mixed = format!("/catalogs/{sibling}/locations/{}/inventory", hub.location);
    assert_eq!(chain.get(&mixed).status_and_body(), NOT_FOUND);
}

#[apply(each_engine!)]
fn each_of_the_permissions_opens_what_it_names(hub: TestHub) {
    filled(&hub);
    let other = another_catalog(&hub, None);
    let entries = json!([sku("TIRA", json!("1"))]);
    for (scope, chosen, another) in [
        ("location[inventory.read]", (200, 403), (200, 403)),
        ("location[inventory.write]", (200, 200), (200, 200)),
        ("location[catalog.read]", (200, 403), (403, 403)),
        ("location[catalog.write]", (200, 200), (403, 403)),
        ("location[all_catalogs.read]", (200, 403), (200, 403)),
        ("location[all_catalogs.write]", (200, 200), (200, 200)),
        (
            "location[inventory.read,catalog.write]",
            (200, 200),
            (200, 403),
        ),
        ("location[orders.write]", (403, 403), (403, 403)),
    ] {
        let who = hub.client_with("till", scope);
        for (catalog, (reading, writing)) in [(&hub.catalog, chosen), (&other, another)] {
            assert_eq!(who.get(&own(catalog)).status, reading, "{scope}");
            let put = who.put(&own(catalog), entries.clone());
            assert_eq!(put.status, writing, "{scope}");
            let patch = who.patch(&own(catalog), entries.clone());
            assert_eq!(patch.status, writing, "{scope}");
        }
    }
    let reader = hub.client_with("reader", "location[inventory.read]");
    assert_eq!(
        reader.put(&own(&hub.catalog), entries).status_and_body(),
        r#"403 {"message":"A 'inventory' write scope is required","error_type":"forbidden"}"#
    );
}

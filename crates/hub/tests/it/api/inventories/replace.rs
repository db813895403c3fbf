//! PUT /catalogs/:id/location/inventory.

use super::{SCOPE, another_catalog, fill, filled, option, own, sku};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn what_is_not_in_the_body_has_no_limit_any_longer(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let all = json!([
        sku("SAV-33", json!("4")),
        sku("TIRA", json!("1")),
        option("TIRA", json!("7"))
    ]);
    assert_eq!(till.put(&own(&hub.catalog), all.clone()).ok(), all);
    let less = json!([sku("TIRA", json!("2")), sku("SAV-33", json!(null))]);
    let left = json!([sku("TIRA", json!("2"))]);
    assert_eq!(till.put(&own(&hub.catalog), less).ok(), left);
    assert_eq!(till.get(&own(&hub.catalog)).ok(), left);
    assert_eq!(till.put(&own(&hub.catalog), json!([])).ok(), json!([]));
}

#[apply(each_engine!)]
fn refs_outside_the_catalog_are_left_alone_and_skipped(hub: TestHub) {
    filled(&hub);
    let other = another_catalog(&hub, None);
    fill(&hub, &other, &["CAFE"], &[]);
    let till = hub.client_with("till", SCOPE);
    let coffee = json!([sku("CAFE", json!("3"))]);
    till.put(&own(&other), coffee.clone()).ok();
    let entries = json!([sku("CAFE", json!("9")), sku("NOBODY", json!("9"))]);
    assert_eq!(till.put(&own(&hub.catalog), entries).ok(), json!([]));
    assert_eq!(till.get(&own(&other)).ok(), coffee);
}

#[apply(each_engine!)]
fn a_put_without_a_body_is_refused(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let entries = json!([sku("TIRA", json!("1"))]);
    till.put(&own(&hub.catalog), entries.clone()).ok();
    for body in ["", "null"] {
        let refused = till.send("PUT", &own(&hub.catalog), &[], body);
        assert_eq!(refused.status, 422, "{body}: {refused:?}");
    }
    assert_eq!(till.get(&own(&hub.catalog)).ok(), entries);
}

#[apply(each_engine!)]
fn a_large_inventory_is_replaced_whole(hub: TestHub) {
    let refs: Vec<String> = (0..500).map(|number| format!("S{number:03}")).collect();
    let refs: Vec<&str> = refs.iter().map(String::as_str).collect();
    fill(&hub, &hub.catalog, &refs, &[]);
    let till = hub.client_with("till", SCOPE);
    let entries: Vec<_> = refs.iter().map(|text| sku(text, json!("0.125"))).collect();
    assert_eq!(
        till.put(&own(&hub.catalog), json!(entries)).ok(),
        json!(entries)
    );
}

//! Who may not reach a catalog.

use super::{NOT_FOUND, WRONG_LEVEL, author, carte, chain, created, id, path};
use crate::engine::apply;
use crate::support::{Caller, TestHub, json};

const WRITE_REQUIRED: &str =
    r#"403 {"message":"A 'catalog' write scope is required","error_type":"forbidden"}"#;
const WRITE_ALL_REQUIRED: &str =
    r#"403 {"message":"A 'all_catalogs' write scope is required","error_type":"forbidden"}"#;

/// Everything that can be asked about a catalog.
fn asked(who: &Caller, catalog: &str) -> Vec<String> {
    [
        who.get(catalog),
        who.get(&format!("{catalog}?hide_data=true")),
        who.get(&format!("{catalog}/categories")),
        who.get(&format!("{catalog}/products")),
        who.get(&format!("{catalog}/products/abc/skus")),
        who.get(&format!("{catalog}/option_lists/abc/options/abc")),
        who.get(&format!("{catalog}/charges/abc")),
        who.put(catalog, json!({ "nonsense": 1 })),
        who.delete(catalog),
    ]
    .map(|answer| answer.status_and_body())
    .into()
}

#[apply(each_engine!)]
fn another_account_knows_nothing_of_a_catalog(hub: TestHub) {
    let made = created(&author(&hub), "Carte", carte());
    let other = hub.another_account();
    let scope = "location[all_catalogs.write]";
    let foreign = hub.connect_in(&other.account, "foreign", scope, Some(&other.location));
    let scope = "account[all_catalogs.write]";
    let above = hub.connect_in(&other.account, "above", scope, None);
    for who in [&foreign, &above] {
        for response in asked(who, &path(&made)) {
            assert_eq!(response, NOT_FOUND);
        }
    }
    let product = id(&made["data"]["products"][0]);
    let own = format!("/catalogs/{}/products/{product}", other.catalog);
    assert_eq!(above.get(&own).status_and_body(), NOT_FOUND);
    for answer in [
        above.get(&format!("/accounts/{}/catalogs", hub.account)),
        above.get(&format!("/locations/{}/catalogs", hub.location)),
        above.post(
            &format!("/locations/{}/catalogs", hub.location),
            json!({ "name": "x" }),
        ),
    ] {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
}

#[apply(each_engine!)]
fn a_catalog_of_a_sibling_location_is_forbidden(hub: TestHub) {
    let made = created(&author(&hub), "Carte", carte());
    let scope = "location[all_catalogs.write]";
    let sibling = hub.connect("sibling", scope, Some(&hub.second_location));
    for response in asked(&sibling, &path(&made)) {
        assert_eq!(response, WRONG_LEVEL);
    }
}

#[apply(each_engine!)]
fn a_location_reads_what_is_its_accounts_and_leaves_it_as_it_is(hub: TestHub) {
    let author = author(&hub);
    let own = format!("/catalogs/{}", hub.catalog);
    author.get(&own).ok();
    for refused in [
        author.put(&own, json!({ "name": "Le mien" })),
        author.delete(&own),
    ] {
        assert_eq!(refused.status_and_body(), WRONG_LEVEL);
    }
}

#[apply(each_engine!)]
fn a_token_for_one_catalog_reaches_no_other(hub: TestHub) {
    let made = created(&author(&hub), "Carte", carte());
    let till = hub.client_with("till", "location[catalog.write]");
    till.get(&format!("/catalogs/{}", hub.catalog)).ok();
    for response in asked(&till, &path(&made)).into_iter().take(8) {
        assert_eq!(response, WRONG_LEVEL);
    }
}

#[test]
fn a_scope_permits_what_it_names() {
    let hub = TestHub::start();
    let own = format!("/catalogs/{}", hub.catalog);
    let new = json!({ "name": "Carte" });
    let reader = hub.client_with("reader", "location[catalog.read,orders.write]");
    reader.get(&own).ok();
    assert_eq!(
        reader.put(&own, new.clone()).status_and_body(),
        WRITE_REQUIRED
    );
    let writer = hub.client_with("writer", "location[catalog.write]");
    for refused in [
        reader.post("/location/catalogs", new.clone()),
        writer.post("/location/catalogs", new.clone()),
        writer.delete(&own),
    ] {
        assert_eq!(refused.status_and_body(), WRITE_ALL_REQUIRED);
    }
    let all = hub.client_with("all", "location[all_catalogs.read]");
    all.get(&own).ok();
    assert_eq!(all.put(&own, new.clone()).status_and_body(), WRITE_REQUIRED);
    // To write one and to read all is not to write all.
    let mixed = hub.client_with("mixed", "location[catalog.write,all_catalogs.read]");
    mixed.put(&own, json!({ "name": "Nouvelle" })).ok();
    let made = created(&author(&hub), "Carte", carte());
    mixed.get(&path(&made)).ok();
    assert_eq!(
        mixed.put(&path(&made), json!({})).status_and_body(),
        WRONG_LEVEL
    );
}

#[test]
fn each_level_has_its_own_paths() {
    let hub = TestHub::start();
    let (author, chain) = (author(&hub), chain(&hub));
    let new = json!({ "name": "x" });
    for refused in [
        author.get("/account/catalogs"),
        author.get(&format!("/accounts/{}/catalogs", hub.account)),
        author.post("/account/catalogs", new.clone()),
        author.get(&format!("/locations/{}/catalogs", hub.second_location)),
        author.post(
            &format!("/locations/{}/catalogs", hub.second_location),
            new.clone(),
        ),
        chain.get("/location/catalogs"),
        chain.post("/location/catalogs", new),
    ] {
        assert_eq!(refused.status_and_body(), WRONG_LEVEL);
    }
}

//! DELETE /catalogs/:id.

use super::{NOT_FOUND, author, carte, created, id, names, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_catalog_goes_with_all_that_is_in_it(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    assert_eq!(author.delete(&path(&made)).status_and_body(), "200 {}");
    let product = id(&made["data"]["products"][0]);
    for gone in [
        author.get(&path(&made)),
        author.get(&format!("{}/products/{product}", path(&made))),
        author.put(&path(&made), json!({ "name": "x" })),
        author.delete(&path(&made)),
    ] {
        assert_eq!(gone.status_and_body(), NOT_FOUND);
    }
    assert_eq!(
        names(&author.get("/location/catalogs").ok()),
        ["Pizzeria Lumière"]
    );
    // The name is free again.
    created(&author, "Carte", carte());
}

#[test]
fn a_body_is_tolerated() {
    let hub = TestHub::start();
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let headers = [("Content-Type", "application/json")];
    let deleted = author.send("DELETE", &path(&made), &headers, "{}");
    assert_eq!(deleted.status_and_body(), "200 {}");
}

#[test]
fn whoever_was_bound_to_it_is_bound_to_nothing() {
    let hub = TestHub::start();
    let till = hub.client_with("till", "location[catalog.write]");
    let own = format!("/catalogs/{}", hub.catalog);
    super::chain(&hub).delete(&own).ok();
    assert_eq!(till.get(&own).status_and_body(), NOT_FOUND);
    assert_eq!(till.get("/location/catalogs").ok(), json!([]));
}

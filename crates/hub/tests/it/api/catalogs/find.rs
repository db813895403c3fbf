//! GET /catalogs/:id and the lists of catalogs.

use super::{author, carte, chain, created, names, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn the_data_can_be_hidden(hub: TestHub) {
    let author = author(&hub);
    let mut made = created(&author, "Carte", carte());
    let hidden = author.get(&format!("{}?hide_data=true", path(&made))).ok();
    let shown = author.get(&format!("{}?hide_data=false", path(&made))).ok();
    assert_eq!(shown, made);
    made.as_object_mut().unwrap().remove("data");
    assert_eq!(hidden, made);
}

#[apply(each_engine!)]
fn a_location_lists_its_own_and_the_accounts_oldest_first(hub: TestHub) {
    let (author, chain) = (author(&hub), chain(&hub));
    created(&author, "Soir", carte());
    let there = format!("/locations/{}/catalogs", hub.second_location);
    chain.post(&there, json!({ "name": "Ailleurs" })).ok();
    chain
        .post("/account/catalogs", json!({ "name": "Été" }))
        .ok();
    let own = author.get("/location/catalogs").ok();
    assert_eq!(names(&own), ["Pizzeria Lumière", "Soir", "Été"]);
    assert!(
        own.as_array()
            .unwrap()
            .iter()
            .all(|it| it.get("data").is_none())
    );
    let long = format!("/locations/{}/catalogs", hub.location);
    assert_eq!(author.get(&long).ok(), own);
    assert_eq!(chain.get(&long).ok(), own);
    let sibling = chain.get(&there).ok();
    assert_eq!(names(&sibling), ["Pizzeria Lumière", "Ailleurs", "Été"]);
}

#[apply(each_engine!)]
fn an_account_lists_only_what_is_its_own(hub: TestHub) {
    let chain = chain(&hub);
    created(&author(&hub), "Soir", carte());
    let own = chain.get("/account/catalogs").ok();
    assert_eq!(names(&own), ["Pizzeria Lumière"]);
    assert_eq!(own[0]["account_id"], hub.account.as_str());
    let long = format!("/accounts/{}/catalogs", hub.account);
    assert_eq!(chain.get(&long).ok(), own);
}

#[apply(each_engine!)]
fn a_token_for_one_catalog_lists_that_one(hub: TestHub) {
    created(&author(&hub), "Soir", carte());
    let reader = hub.client_with("reader", "location[catalog.read]");
    assert_eq!(
        names(&reader.get("/location/catalogs").ok()),
        ["Pizzeria Lumière"]
    );
    let above = hub.client_with("above", "account[catalog.read]");
    assert_eq!(
        names(&above.get("/account/catalogs").ok()),
        ["Pizzeria Lumière"]
    );
    let none = hub.client_with("none", "location[inventory.read]");
    assert_eq!(
        none.get("/location/catalogs").status_and_body(),
        r#"403 {"message":"A 'catalog' read scope is required","error_type":"forbidden"}"#
    );
}

#[test]
fn there_is_no_list_of_all_catalogs() {
    let hub = TestHub::start();
    let response = author(&hub).get("/catalogs").status_and_body();
    assert_eq!(response, r#"404 {"error_type":"routing_error"}"#);
}

#[test]
fn a_whole_catalog_is_a_heavy_query_and_its_name_is_not() {
    let hub = TestHub::start_with(&[("limits.enabled", "true"), ("limits.heavy_per_minute", "2")]);
    let author = author(&hub);
    let whole = format!("/catalogs/{}", hub.catalog);
    for light in [
        format!("{whole}?hide_data=true"),
        format!("{whole}/products"),
        "/location/catalogs".to_owned(),
    ] {
        for _ in 0..3 {
            author.get(&light).ok();
        }
    }
    author.get(&whole).ok();
    author.get(&format!("{whole}?hide_data=false")).ok();
    assert_eq!(author.get(&whole).status, 429);
    author.get(&format!("{whole}?hide_data=true")).ok();
}

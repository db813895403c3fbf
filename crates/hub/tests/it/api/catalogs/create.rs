//! POST /location/catalogs, /account/catalogs and their long paths.

use super::{author, carte, chain, complaints, created, id, path, without_ids};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_catalog_is_answered_whole_and_read_again(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte du soir", carte());
    assert_eq!(made["location_id"], hub.location.as_str());
    assert!(made.get("account_id").is_none());
    assert_eq!(made["name"], "Carte du soir");
    assert_eq!(made["created_at"], "2026-03-07T19:41:08+01:00");
    assert_eq!(made["data"]["products"][0]["skus"][0]["price"], "13.50 EUR");
    assert_eq!(author.get(&path(&made)).ok(), made);
}

#[apply(each_engine!)]
fn refs_become_ids_and_stay(hub: TestHub) {
    let data = created(&author(&hub), "Carte", carte())["data"].clone();
    let (sku, list) = (&data["products"][0]["skus"][0], &data["option_lists"]);
    assert_eq!(
        data["categories"][0]["parent_id"],
        data["categories"][2]["id"]
    );
    assert_eq!(data["categories"][0]["parent_ref"], "PIZ");
    assert_eq!(data["categories"][1]["parent_id"], json!(null));
    assert_eq!(
        data["products"][0]["category_id"],
        data["categories"][0]["id"]
    );
    assert_eq!(sku["product_id"], data["products"][0]["id"]);
    assert_eq!(
        sku["option_list_ids"],
        json!([list[0]["id"], list[1]["id"]])
    );
    assert_eq!(sku["option_list_refs"], json!(["SUP", "CUI"]));
    assert_eq!(list[0]["options"][0]["option_list_id"], list[0]["id"]);
    let line = &data["deals"][0]["lines"][0];
    assert_eq!(line["skus"][0]["id"], sku["id"]);
    assert_eq!(data["deals"][0]["category_id"], data["categories"][2]["id"]);
}

#[test]
fn what_was_left_out_is_shown_with_its_default() {
    let hub = TestHub::start();
    let made = created(&author(&hub), "Carte", carte());
    let data = without_ids(&made["data"]);
    assert_eq!(
        data["products"][1],
        json!({
            "ref": null, "category_ref": "DES", "name": "Tiramisu", "description": null, "tags": [],
            "tax_rate": null, "nutrition": null,
            "skus": [{
                "ref": "TIRA", "name": null, "restrictions": {}, "price": "5.00 EUR",
                "price_overrides": [], "option_list_refs": [], "tags": [], "barcodes": [],
                "custom_fields": {}
            }]
        })
    );
    assert_eq!(
        data["option_lists"][1],
        json!({
            "ref": "CUI", "name": "Cuisson", "min_selections": 1, "max_selections": 1,
            "multiple_selection": false, "type": "single", "tags": [],
            "options": [
                { "ref": null, "name": "Bien cuite", "restrictions": {}, "price": "0.00 EUR",
                  "price_overrides": [], "default": true, "tags": [], "nutrition": null },
                { "ref": null, "name": "Normale", "restrictions": {}, "price": "0.00 EUR",
                  "price_overrides": [], "default": false, "tags": [], "nutrition": null }
            ]
        })
    );
    assert_eq!(data["charges"][1]["price"], json!(null));
    assert_eq!(data["discounts"][0]["pricing_value"], "10.0");
}

#[apply(each_engine!)]
fn a_catalog_without_data_is_empty(hub: TestHub) {
    let author = author(&hub);
    let made = author
        .post("/location/catalogs", json!({ "name": "Vide" }))
        .ok();
    let empty = json!({
        "variants": [], "categories": [], "products": [], "option_lists": [], "deals": [],
        "discounts": [], "charges": []
    });
    assert_eq!(made["data"], empty);
    assert_eq!(author.get(&path(&made)).ok(), made);
    // The catalog that an account is made with is as empty.
    let first = author.get(&format!("/catalogs/{}", hub.catalog)).ok();
    assert_eq!(first["data"], empty);
}

#[apply(each_engine!)]
fn an_account_creates_for_itself_and_for_its_locations(hub: TestHub) {
    let chain = chain(&hub);
    let own = chain
        .post("/account/catalogs", json!({ "name": "Enseigne" }))
        .ok();
    assert_eq!(own["account_id"], hub.account.as_str());
    assert!(own.get("location_id").is_none());
    let there = format!("/locations/{}/catalogs", hub.second_location);
    let local = chain.post(&there, json!({ "name": "Part-Dieu" })).ok();
    assert_eq!(local["location_id"], hub.second_location.as_str());
    let long = format!("/accounts/{}/catalogs", hub.account);
    chain.post(&long, json!({ "name": "Encore" })).ok();
}

#[apply(each_engine!)]
fn a_name_is_the_only_one_of_its_place(hub: TestHub) {
    let (author, chain) = (author(&hub), chain(&hub));
    let there = format!("/locations/{}/catalogs", hub.second_location);
    let named = |name: &str| json!({ "name": name });
    author.post("/location/catalogs", named("Midi")).ok();
    chain.post(&there, named("Midi")).ok();
    let taken = ["name has already been taken"];
    for refused in [
        author.post("/location/catalogs", named("Midi")),
        // The account's own is seen at every location.
        author.post("/location/catalogs", named("Pizzeria Lumière")),
        chain.post("/account/catalogs", named("Midi")),
        chain.post("/account/catalogs", named("Pizzeria Lumière")),
    ] {
        assert_eq!(complaints(&refused), taken);
    }
    author.post("/location/catalogs", named("midi")).ok();
}

#[apply(each_engine!)]
fn nothing_is_kept_of_a_catalog_with_a_mistake(hub: TestHub) {
    let author = author(&hub);
    let before = author.get("/location/catalogs").ok();
    let mut wrong = carte();
    wrong["products"][1]["skus"][0]["price"] = json!("5 EUR");
    wrong["options_lists"] = json!([]);
    let refused = author.post("/location/catalogs", json!({ "name": "x", "data": wrong }));
    assert_eq!(
        complaints(&refused),
        [
            "data.options_lists is not a valid key",
            "data.products[1].skus[0].price '5 EUR' is not a valid monetary amount",
        ]
    );
    assert_eq!(author.get("/location/catalogs").ok(), before);
}

#[test]
fn ids_are_short_plain_and_all_different() {
    let hub = TestHub::start();
    let made = created(&author(&hub), "Carte", carte());
    let mut ids = Vec::new();
    let mut collect = |list: &crate::support::Value| {
        for thing in list.as_array().unwrap() {
            ids.push(id(thing).to_owned());
        }
    };
    let data = &made["data"];
    for section in [
        "categories",
        "products",
        "option_lists",
        "deals",
        "discounts",
        "charges",
    ] {
        collect(&data[section]);
    }
    collect(&data["products"][0]["skus"]);
    collect(&data["option_lists"][0]["options"]);
    let count = ids.len();
    assert!(ids.iter().all(|id| (5..=8).contains(&id.len())), "{ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

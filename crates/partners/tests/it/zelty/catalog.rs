//! From what Zelty sells to a catalog of the hub: each rule is a test.

use client::order::Currency;
use partners::zelty_api::{Dish, DishOption, SetMenu, Tag, ZeltyCatalog};
use partners::zelty_bridge::mapping::{
    BridgeOptions, CatalogNote, MappedCatalog, catalog_of_catalogs, catalog_of_lists,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::catalog::{CatalogContext, RawCatalog};

use super::support::Zelty;

async fn list<T: DeserializeOwned>(zelty: &Zelty, name: &str) -> Vec<T> {
    let reply = zelty
        .get(&format!("/catalog/{name}?limit=0&show_all=true"))
        .await;
    serde_json::from_value(reply[name].clone()).unwrap()
}

async fn all_products(settings: &BridgeOptions) -> MappedCatalog {
    let zelty = Zelty::start().await;
    let dishes: Vec<Dish> = list(&zelty, "dishes").await;
    let menus: Vec<SetMenu> = list(&zelty, "menus").await;
    let options: Vec<DishOption> = list(&zelty, "options").await;
    let tags: Vec<Tag> = list(&zelty, "tags").await;
    catalog_of_lists(&dishes, &menus, (&options, &tags), settings, Currency::EUR)
}

async fn chosen(count: usize) -> MappedCatalog {
    let zelty = Zelty::start().await;
    let heads = zelty.get("/catalogs").await;
    let mut catalogs = Vec::new();
    for head in heads["catalogs"].as_array().unwrap().iter().take(count) {
        let id = head["id"].as_str().unwrap();
        let reply = zelty.get(&format!("/catalogs/{id}")).await;
        let catalog: ZeltyCatalog = serde_json::from_value(reply["catalog"].clone()).unwrap();
        catalogs.push(catalog);
    }
    catalog_of_catalogs(&catalogs, &BridgeOptions::default(), Currency::EUR)
}

/// The product of that ref, as JSON.
fn product(mapped: &MappedCatalog, reference: &str) -> Value {
    let found = mapped
        .data
        .products
        .iter()
        .find(|it| it.reference.as_deref() == Some(reference));
    serde_json::to_value(found.unwrap()).unwrap()
}

/// The hub takes it.
fn assert_is_valid(mapped: &MappedCatalog) {
    let body = json!({ "name": "Zelty", "data": mapped.data }).to_string();
    let raw: RawCatalog = match wire::input::read(body.as_bytes()).unwrap() {
        wire::input::Input::Good(raw) => raw,
        _ => panic!("no catalog"),
    };
    let images = std::collections::BTreeSet::new();
    let context = CatalogContext {
        currency: Currency::EUR,
        images: &images,
    };
    raw.check_new(&context).unwrap();
}

#[tokio::test]
async fn the_hub_takes_every_catalog() {
    assert_is_valid(&all_products(&BridgeOptions::default()).await);
    let settings = BridgeOptions {
        makes_price_variants: true,
        ..BridgeOptions::default()
    };
    assert_is_valid(&all_products(&settings).await);
    assert_is_valid(&chosen(1).await);
    assert_is_valid(&chosen(2).await);
}

#[tokio::test]
async fn a_product_has_one_sku_with_price_taxes_and_options() {
    let mapped = all_products(&BridgeOptions::default()).await;
    let margherita = product(&mapped, "1974");
    assert_eq!(margherita["name"], "Margherita");
    assert_eq!(margherita["category_ref"], "469");
    assert_eq!(margherita["skus"].as_array().unwrap().len(), 1);
    assert_eq!(margherita["skus"][0]["ref"], "1974");
    assert_eq!(margherita["skus"][0]["price"], "9.50 EUR");
    assert_eq!(
        margherita["skus"][0]["option_list_refs"],
        json!(["5517", "5518"])
    );
    let rate = json!({ "delivery": "10.0", "collection": "10.0", "eat_in": "10.0" });
    assert_eq!(margherita["tax_rate"], rate);
}

#[tokio::test]
async fn categories_are_first_tags_with_those_that_they_are_within() {
    let mapped = all_products(&BridgeOptions::default()).await;
    let refs: Vec<(&str, Option<&str>)> = mapped
        .data
        .categories
        .iter()
        .map(|it| (it.reference.as_str(), it.parent_ref.as_deref()))
        .collect();
    let expected = [
        ("468", None),
        ("469", Some("468")),
        ("470", Some("468")),
        ("471", None),
        ("472", None),
        ("untagged", None),
    ];
    assert_eq!(refs, expected);
    let untagged = mapped.data.categories.last().unwrap();
    assert_eq!(untagged.name, "Produits sans tag");
    assert_eq!(product(&mapped, "1978")["category_ref"], "untagged");
}

#[test]
fn untagged_products_of_menus_are_hidden() {
    let dish = Dish {
        id: 1,
        name: "Café".into(),
        price: Some(100),
        ..Dish::default()
    };
    let menu: SetMenu = serde_json::from_value(json!({ "id": 2, "name": "M", "price": 500,
        "parts": [{ "id": 3, "name": "Boisson", "dishes": [1] }] }))
    .unwrap();
    let settings = BridgeOptions::default();
    let mapped = catalog_of_lists(&[dish], &[menu], (&[], &[]), &settings, Currency::EUR);
    let category = &mapped.data.categories[0];
    assert_eq!(category.name, "Produits cachés pour les menus");
    assert_eq!(category.tags, ["deal_only"]);
}

#[tokio::test]
async fn an_option_list_has_its_numbers_and_values() {
    let mapped = all_products(&BridgeOptions::default()).await;
    let list = &mapped.data.option_lists[0];
    assert_eq!(
        (list.reference.as_str(), list.name.as_str()),
        ("5517", "Suppléments")
    );
    assert_eq!((list.min_selections, list.max_selections), (0, Some(3)));
    assert!(list.multiple_selection);
    assert_eq!(list.options[0].reference.as_deref(), Some("25101"));
    assert_eq!(list.options[0].price.to_string(), "1.50 EUR");
}

#[tokio::test]
async fn a_menu_is_a_deal_with_a_line_for_each_part() {
    let mapped = all_products(&BridgeOptions::default()).await;
    let deal = serde_json::to_value(&mapped.data.deals[0]).unwrap();
    assert_eq!(
        (&deal["ref"], &deal["category_ref"]),
        (&json!("59583"), &json!("472"))
    );
    assert_eq!(deal["lines"][0]["label"], "Pizza");
    assert_eq!(deal["lines"][0]["pricing_value"], "14.00 EUR");
    assert_eq!(deal["lines"][1]["pricing_value"], "0.00 EUR");
    assert_eq!(deal["lines"][0]["skus"][1]["extra_charge"], "2.00 EUR");
}

#[test]
fn a_menu_with_an_empty_part_is_left_out_with_a_note() {
    let menu: SetMenu = serde_json::from_value(json!({ "id": 2, "name": "M", "price": 500,
        "parts": [{ "id": 3, "name": "Boisson", "dishes": [1] }] }))
    .unwrap();
    let settings = BridgeOptions::default();
    let mapped = catalog_of_lists(&[], &[menu], (&[], &[]), &settings, Currency::EUR);
    assert_eq!(mapped.notes, [CatalogNote::MenuWithoutDishes("M".into())]);
}

#[tokio::test]
async fn prices_become_variants_only_when_the_option_is_on() {
    assert!(
        all_products(&BridgeOptions::default())
            .await
            .data
            .variants
            .is_empty()
    );
    let settings = BridgeOptions {
        makes_price_variants: true,
        ..BridgeOptions::default()
    };
    let mapped = all_products(&settings).await;
    let names: Vec<&str> = mapped
        .data
        .variants
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["Livraison", "À emporter", "Happy Hour"]);
    let overrides = product(&mapped, "1974")["skus"][0]["price_overrides"].clone();
    let expected = json!([
        { "price": "11.00 EUR", "variant_refs": ["delivery"] },
        { "price": "9.00 EUR", "variant_refs": ["takeaway"] },
    ]);
    assert_eq!(overrides, expected);
}

#[tokio::test]
async fn one_chosen_catalog_has_its_products_only_and_no_variant() {
    let mapped = chosen(1).await;
    assert!(mapped.data.variants.is_empty());
    let refs: Vec<_> = mapped
        .data
        .products
        .iter()
        .filter_map(|it| it.reference.as_deref())
        .collect();
    assert_eq!(refs, ["1974", "1975", "1976", "1978"]);
    assert_eq!(product(&mapped, "1974")["category_ref"], "469");
}

#[tokio::test]
async fn several_chosen_catalogs_are_a_variant_each() {
    let mapped = chosen(2).await;
    let names: Vec<&str> = mapped
        .data
        .variants
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["Livraison", "Click and collect"]);
    let refs = mapped
        .data
        .variants
        .iter()
        .map(|it| it.reference.clone())
        .collect::<Vec<_>>();
    let limonade = product(&mapped, "1977");
    assert_eq!(
        limonade["skus"][0]["restrictions"]["variant_refs"],
        json!([refs[1]])
    );
    assert_eq!(
        product(&mapped, "1974")["skus"][0]["restrictions"],
        json!({})
    );
}

//! What readers find in the inventory of a location.

use hub::users::permissions::Role;

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, Value, json};

fn refs(page: &Page) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.answer.text);
    let refs = scraper::Selector::parse("bdi.ref").unwrap();
    let texts = html.select(&refs).map(|text| text.text().collect());
    texts.collect()
}

/// Somebody who looks at the first location.
fn viewer(hub: &TestHub) -> Browser {
    let held = Role::BackOfficeViewer.permissions(false);
    hub.user("Ana", held, Some(&hub.location))
}

/// Sells pizzas, of which so much is left.
fn stock(hub: &TestHub, skus: &[Value], inventory: Value) {
    let menu = hub.client_with("menu", "location[catalog.write]");
    let data = json!({
        "categories": [{ "ref": "PIZ", "name": "Pizzas" }],
        "products": [{ "category_ref": "PIZ", "name": "Savoyarde", "skus": skus }],
        "option_lists": [{ "ref": "SUP", "name": "Suppléments", "options": [
            { "ref": "BUR", "name": "Burrata" }
        ]}],
    });
    let path = format!("/catalogs/{}", hub.catalog);
    menu.put(&path, json!({ "data": data })).ok();
    let till = hub.client_with("till", "location[inventory.write]");
    let path = format!("/catalogs/{}/location/inventory", hub.catalog);
    till.put(&path, inventory).ok();
}

fn sizes() -> [Value; 2] {
    [
        json!({ "ref": "SAV-33", "name": "33 cm", "price": "13.50 EUR" }),
        json!({ "ref": "SAV-40", "name": "40 cm", "price": "17.50 EUR" }),
    ]
}

#[apply(each_engine!)]
fn what_is_left_is_shown_by_ref_with_its_name_and_its_end(hub: TestHub) {
    let inventory = json!([
        { "option_ref": "BUR", "stock": "4" },
        { "sku_ref": "SAV-40", "stock": "2.5" },
        { "sku_ref": "SAV-33", "stock": "0", "expires_at": "2026-03-08T11:00:00+01:00" },
    ]);
    stock(&hub, &sizes(), inventory);
    let page = viewer(&hub).open("/inventory");
    page.says("SKU / OPTION REF STOCK");
    assert_eq!(refs(&page), ["SAV-33", "SAV-40", "BUR"]);
    page.says("Savoyarde · 33 cm SKU SAV-33 0 Épuisé jusqu'au 08/03/2026 11:00");
    page.says("Savoyarde · 40 cm SKU SAV-40 2,5");
    page.says("Suppléments · Burrata Option BUR 4");
}

#[apply(each_engine!)]
fn what_no_catalog_has_any_longer_is_shown_by_its_ref(hub: TestHub) {
    let inventory = json!([{ "sku_ref": "SAV-40", "stock": "2" }]);
    stock(&hub, &sizes(), inventory);
    let menu = hub.client_with("menu", "location[catalog.write]");
    let path = format!("/catalogs/{}", hub.catalog);
    menu.put(&path, json!({ "data": { "products": [] } })).ok();
    viewer(&hub)
        .open("/inventory")
        .says("Absent des catalogues de ce point de vente SKU SAV-40 2");
}

#[apply(each_engine!)]
fn pages_of_an_inventory_follow_one_another(hub: TestHub) {
    let name = |number: usize| format!("R {number:03} é");
    let sku = |n: usize| json!({ "ref": name(n), "name": name(n), "price": "1.00 EUR" });
    let entry = |number: usize| json!({ "sku_ref": name(number), "stock": "1" });
    let mut entries: Vec<Value> = (0..199).map(entry).collect();
    entries.push(json!({ "option_ref": "BUR", "stock": "1" }));
    entries.push(json!({ "sku_ref": name(199), "stock": "1" }));
    let skus: Vec<Value> = (0..200).map(sku).collect();
    stock(&hub, &skus, json!(entries));
    let ana = viewer(&hub);
    let first = ana.open("/inventory");
    let second = ana.open(&first.all("a[rel=next]", "href")[0]);
    let third = ana.open(&second.all("a[rel=next]", "href")[0]);
    let all = [refs(&first), refs(&second), refs(&third)].concat();
    let mut expected: Vec<String> = (0..200).map(name).collect();
    expected.push("BUR".to_owned());
    assert_eq!(all, expected);
    assert_eq!(third.all("a[rel=next]", "href"), [""; 0]);
}

#[test]
fn without_a_location_one_is_asked_for() {
    let hub = TestHub::start();
    let inventory = json!([{ "sku_ref": "SAV-40", "stock": "2" }]);
    stock(&hub, &sizes(), inventory);
    let ana = hub.user("Ana", Role::BackOfficeViewer.permissions(true), None);
    let page = ana.open("/inventory");
    page.says("Choisissez un point de vente pour voir son inventaire.");
    let page = ana.choose_location(&page, Some(&hub.location));
    assert_eq!(page.path, "/inventory");
    page.says("SAV-40 2");
    ana.choose_location(&page, Some(&hub.second_location))
        .says("Rien n'est limité ici");
    let lea = hub.user("Lea", Role::OrderLineOperator.permissions(true), None);
    assert_eq!(lea.get("/inventory").status(), 403);
}

//! What readers find in the list of catalogs, and in a catalog.

use hub::users::permissions::Role;

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, Value, json};

fn viewer(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::BackOfficeViewer.permissions(true), None)
}

/// Puts content into the catalog of the account.
fn fill(hub: &TestHub, data: &Value) {
    let menu = hub.client_with("menu", "location[catalog.write]");
    let path = format!("/catalogs/{}", hub.catalog);
    menu.put(&path, json!({ "data": data })).ok();
}

fn path(hub: &TestHub, query: &str) -> String {
    format!("/catalogs/{}?{query}", hub.catalog)
}

/// The cells of a column, counted from 1, from top to bottom.
fn column(page: &Page, number: usize) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.answer.text);
    let css = format!("table.content tbody td:nth-child({number}) > div > bdi");
    let cells = scraper::Selector::parse(&css).unwrap();
    let texts = html.select(&cells).map(|cell| cell.text().collect());
    texts.collect()
}

/// Something of everything.
fn carte() -> Value {
    json!({
        "variants": [{ "ref": "V-PLT", "name": "Plateformes" }],
        "categories": [
            { "ref": "PIZ", "name": "Pizzas" },
            { "ref": "PIZ-B", "parent_ref": "PIZ", "name": "Base crème" },
            { "ref": "DES", "name": "Desserts" }
        ],
        "products": [
            { "ref": "SAV", "category_ref": "PIZ-B", "name": "Savoyarde", "description": "Au feu de bois",
              "skus": [
                { "ref": "SAV-33", "name": "33 cm", "price": "13.50 EUR", "option_list_refs": ["SUP"],
                  "barcodes": ["3700000000017"],
                  "price_overrides": [{ "variant_refs": ["V-PLT"], "price": "15.90 EUR" }] },
                { "ref": "SAV-40", "name": "40 cm", "price": "17.50 EUR",
                  "restrictions": { "enabled": false } }
            ]},
            { "category_ref": "DES", "name": "Tiramisu", "skus": [{ "ref": "TIRA", "price": "5.00 EUR" }] }
        ],
        "option_lists": [{ "ref": "SUP", "name": "Suppléments", "max_selections": 3, "options": [
            { "ref": "SUP-BUR", "name": "Burrata", "price": "3.00 EUR", "default": true }
        ]}],
        "deals": [{ "ref": "DUO", "name": "Duo du soir", "coupon_codes": ["SOIR"], "lines": [
            { "label": "Pizza", "pricing_effect": "fixed_price", "pricing_value": "10.00 EUR",
              "skus": [{ "ref": "SAV-33" }, { "ref": "SAV-40" }] },
            { "pricing_effect": "percentage_off", "pricing_value": "50", "skus": [{ "ref": "TIRA" }] }
        ]}],
        "discounts": [{ "ref": "BIENV", "name": "Bienvenue", "pricing_effect": "price_off",
            "pricing_value": "2.00 EUR" }],
        "charges": [{ "ref": "LIV", "name": "Livraison centre", "type": "delivery", "price": "2.50 EUR" }]
    })
}

#[apply(each_engine!)]
fn a_catalog_shows_everything_that_is_in_it(hub: TestHub) {
    fill(&hub, &carte());
    let ana = viewer(&hub);
    let list = ana.open("/catalogs");
    list.says("NOM APPARTIENT À PRODUITS CRÉÉ");
    list.says("Compte 2 07/03/2026");
    let skus = ana.open(&path(&hub, ""));
    skus.says("CATÉGORIE PRODUIT SKU PRIX CODE REF");
    skus.says(
        "Base crème Savoyarde Au feu de bois 33 cm Options : SUP 13,50 € V-PLT : 15,90 € SAV-33",
    );
    skus.says("Codes-barres : 3700000000017");
    skus.says("40 cm Désactivé 17,50 € SAV-40");
    skus.says("Desserts Tiramisu – 5,00 € TIRA");
    skus.says("PROMOTIONS 1 REMISES 1 OPTIONS 1 FRAIS 1 VARIANTES 1");
    let deals = ana.open(&path(&hub, "tab=deals"));
    deals.says("NOM CODE REF");
    deals.says(
        "Duo du soir Pizza : 2 SKUs au choix, prix fixe 10,00 € Ligne 2 : 1 SKU au choix, −50 %",
    );
    deals.says("Codes promo : SOIR DUO");
    ana.open(&path(&hub, "tab=discounts"))
        .says("Bienvenue −2,00 € BIENV");
    ana.open(&path(&hub, "tab=options"))
        .says("Suppléments SUP de 0 à 3 choix Burrata Par défaut 3,00 € SUP-BUR");
    ana.open(&path(&hub, "tab=charges"))
        .says("Livraison centre Livraison 2,50 € LIV");
    ana.open(&path(&hub, "tab=variants"))
        .says("Plateformes V-PLT");
    ana.open(&path(&hub, "tab=images"))
        .says("Ce catalogue n'en contient pas.");
}

#[apply(each_engine!)]
fn a_category_shows_what_is_in_those_below_it_too(hub: TestHub) {
    fill(&hub, &carte());
    let ana = viewer(&hub);
    let page = ana.open(&path(&hub, ""));
    let ids = page.all("#category option", "value");
    let names = |id: &str| column(&ana.open(&path(&hub, &format!("category={id}"))), 2);
    assert_eq!(
        names(&ids[0]),
        ["Savoyarde", "Savoyarde", "Tiramisu"],
        "all"
    );
    assert_eq!(names(&ids[1]), ["Savoyarde", "Savoyarde"], "pizzas");
    assert_eq!(names(&ids[2]), ["Savoyarde", "Savoyarde"], "with cream");
    assert_eq!(names(&ids[3]), ["Tiramisu"], "desserts");
    assert_eq!(names("none"), [""; 0]);
}

#[apply(each_engine!)]
fn a_name_or_a_ref_finds_things_of_a_catalog(hub: TestHub) {
    fill(&hub, &carte());
    let ana = viewer(&hub);
    let names = |query: &str| column(&ana.open(&path(&hub, query)), 2);
    assert_eq!(names("search=TIRAM"), ["Tiramisu"], "in any letters");
    assert_eq!(names("search=sav-40"), ["Savoyarde", "Savoyarde"]);
    let page = ana.open(&path(&hub, "tab=options&search=burrata"));
    assert_eq!(column(&page, 1), ["Suppléments"]);
    let page = ana.open(&path(&hub, "search=sushi"));
    page.says("Rien ne correspond à cette recherche.");
}

/// So many products, each with a description.
fn large(count: usize) -> Value {
    let product = |number: usize| {
        let sku = json!({ "ref": format!("S{number}"), "price": "1.00 EUR" });
        json!({
            "category_ref": "C", "name": format!("P{number}"), "description": "x".repeat(250),
            "skus": [sku],
        })
    };
    json!({
        "categories": [{ "ref": "C", "name": "Tout" }],
        "products": (0..count).map(product).collect::<Vec<_>>(),
    })
}

#[apply(each_engine!)]
fn pages_of_a_large_catalog_follow_one_another_to_its_end(hub: TestHub) {
    fill(&hub, &large(420));
    let ana = viewer(&hub);
    let mut page = ana.open(&path(&hub, ""));
    let mut names = column(&page, 2);
    let mut count = 1;
    while let Some(next) = page.all("a[rel=next]", "href").first() {
        page = ana.open(next);
        names.extend(column(&page, 2));
        count += 1;
    }
    let expected: Vec<String> = (0..420).map(|number| format!("P{number}")).collect();
    assert_eq!((count, names), (9, expected));
}

#[apply(each_engine!)]
fn after_another_upload_a_page_begins_at_the_beginning(hub: TestHub) {
    fill(&hub, &large(120));
    let ana = viewer(&hub);
    let next = ana.open(&path(&hub, "")).all("a[rel=next]", "href");
    fill(&hub, &large(3));
    assert_eq!(column(&ana.open(&next[0]), 2), ["P0", "P1", "P2"]);
}

#[test]
fn a_page_of_a_catalog_stays_small_however_large_the_catalog() {
    let hub = TestHub::start();
    fill(&hub, &large(20_000));
    let ana = viewer(&hub);
    let page = ana.open(&path(&hub, ""));
    let bytes = page.answer.text.len();
    assert!(bytes < 150_000, "{bytes}");
    ana.open("/catalogs").says("20 000");
    // The last of them is found by going on, a part of the catalog at a time.
    let mut page = ana.open(&path(&hub, "search=P19999"));
    let mut parts = 1;
    while let Some(next) = page.all("a[rel=next]", "href").first() {
        page.says("Rien ne correspond dans cette partie du catalogue.");
        page = ana.open(next);
        parts += 1;
    }
    assert_eq!(column(&page, 2), ["P19999"]);
    assert!((2..10).contains(&parts), "{parts}");
}

#[apply(each_engine!)]
fn an_image_is_shown_to_whoever_sees_its_catalog(hub: TestHub) {
    let menu = hub.client_with("menu", "location[catalog.write]");
    let images = format!("/catalogs/{}/images", hub.catalog);
    let headers = [("Content-Type", "image/png")];
    let image = menu.send("POST", &images, &headers, PNG.to_vec()).ok();
    let image = image["id"].as_str().unwrap();
    let ana = viewer(&hub);
    let page = ana.open(&path(&hub, "tab=images"));
    page.says(&format!(
        "{image} image/png 1 KiB Inutilisée, supprimée le 06/04/2026"
    ));
    let shown = ana.get(&page.all("table img", "src")[0]);
    assert_eq!(shown.answer.header("content-type"), Some("image/png"));
    assert_eq!(shown.answer.bytes, PNG);
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, eve) = hub.user_of(&other, "Eve", held, None);
    assert_eq!(eve.get(&format!("{images}/{image}")).status(), 404);
}

/// One pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00,
    0x05, 0x00, 0x01, 0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

#[apply(each_engine!)]
fn a_location_shows_the_catalogs_that_it_reaches(hub: TestHub) {
    let author = hub.client_with("author", "location[all_catalogs.write]");
    let made = author.post("/location/catalogs", json!({ "name": "Midi" }));
    let id = made.ok()["id"].as_str().unwrap().to_owned();
    let held = Role::BackOfficeViewer.permissions(false);
    let here = hub.user("Ici", held, Some(&hub.location));
    here.open("/catalogs").says("Midi");
    let page = here.open(&format!("/catalogs?catalog={id}"));
    assert_eq!(page.path, format!("/catalogs/{id}"));
    let there = hub.user("Ailleurs", held, Some(&hub.second_location));
    there.open("/catalogs").does_not_say("Midi");
    assert_eq!(there.get(&format!("/catalogs/{id}")).status(), 404);
    let lea = hub.user("Lea", Role::OrderLineOperator.permissions(true), None);
    assert_eq!(lea.get("/catalogs").status(), 403);
    assert_eq!(lea.get(&path(&hub, "")).status(), 404);
    assert_eq!(here.get("/catalogs/unknown").status(), 404);
}

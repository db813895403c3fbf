//! Catalogs of some megabytes.

use hub::db;
use wire::id::{AccountId, CatalogId};

use super::{author, carte, complaints, created, id, path, without_ids};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

/// So many products with two skus each, in so many categories.
fn huge(products: usize) -> Value {
    let category = |number: usize| json!({ "ref": format!("C{number}"), "name": "Catégorie" });
    let product = |number: usize| {
        let sku = |size: &str, price: &str| {
            json!({
                "ref": format!("P{number}-{size}"), "name": size, "price": price,
                "option_list_refs": ["SUP"], "tags": ["a", "b"],
                "restrictions": { "dow": "12345--", "start_time": "11:00", "end_time": "14:30" }
            })
        };
        json!({
            "ref": format!("P{number}"), "category_ref": format!("C{}", number % 40),
            "name": format!("Produit numéro {number}"),
            "description": "Une pâte levée deux jours, une sauce tomate maison, et de bonnes choses.",
            "skus": [sku("33 cm", "12.50 EUR"), sku("40 cm", "16.00 EUR")]
        })
    };
    json!({
        "categories": (0..40).map(category).collect::<Vec<_>>(),
        "products": (0..products).map(product).collect::<Vec<_>>(),
        "option_lists": carte()["option_lists"]
    })
}

#[apply(each_engine!)]
fn a_large_catalog_is_kept_in_parts_and_read_whole(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Grande carte", huge(600));
    assert_eq!(author.get(&path(&made)).ok(), made);
    let products = &made["data"]["products"];
    let listed = author.get(&format!("{}/products", path(&made))).ok();
    assert_eq!(listed, *products);
    // Whatever part it is in, a product is found.
    for product in products.as_array().unwrap().iter().step_by(7) {
        let at = format!("{}/products/{}", path(&made), id(product));
        assert_eq!(author.get(&at).ok(), *product);
    }
    let again = author.put(&path(&made), made.clone()).ok();
    assert_eq!(without_ids(&again), without_ids(&made));
    let smaller = author.put(&path(&made), json!({ "data": carte() })).ok();
    assert_eq!(author.get(&path(&made)).ok(), smaller);
}

#[test]
fn every_mistake_of_a_large_upload_is_told() {
    let hub = TestHub::start();
    let author = author(&hub);
    let mut wrong = huge(300);
    for product in wrong["products"].as_array_mut().unwrap() {
        product["skus"][1]["price"] = json!("16.00 USD");
    }
    let refused = author.post("/location/catalogs", json!({ "name": "x", "data": wrong }));
    let messages = complaints(&refused);
    assert_eq!(messages.len(), 300);
    assert_eq!(
        messages[299],
        "data.products[299].skus[1].price must be in 'EUR' ('USD' given)"
    );
}

#[test]
fn too_many_things_are_refused_before_they_are_read() {
    let hub = TestHub::start();
    let author = author(&hub);
    let post = |body: String| {
        let length = body.len().to_string();
        author.send(
            "POST",
            "/location/catalogs",
            &[("Content-Length", &length)],
            body,
        )
    };
    let objects = vec!["{}"; 250_001].join(",");
    let refused = post(format!(
        r#"{{"name":"x","data":{{"products":[{objects}]}}}}"#
    ));
    assert_eq!(
        complaints(&refused),
        ["data has too many items (maximum is 250000)"]
    );
    let nulls = vec!["null"; 20_001].join(",");
    let refused = post(format!(r#"{{"name":"x","data":{{"charges":[{nulls}]}}}}"#));
    assert_eq!(
        complaints(&refused),
        ["data.charges has too many items (maximum is 20000)"]
    );
    let charge = r#"{"name":"x","type":"tip"}"#;
    let product = format!(
        r#"{{"category_ref":"C","name":"p","skus":[{}]}}"#,
        (0..20_000)
            .map(|n| format!(r#"{{"name":"{n}","price":"1.00 EUR"}}"#))
            .collect::<Vec<_>>()
            .join(",")
    );
    let data = format!(
        r#"{{"categories":[{{"ref":"C","name":"c"}}],"products":[{product},{product}],"charges":[{}]}}"#,
        vec![charge; 10_000].join(",")
    );
    let refused = post(format!(r#"{{"name":"x","data":{data}}}"#));
    assert_eq!(
        complaints(&refused),
        ["data has too many items (maximum is 50000)"]
    );
    assert_eq!(
        author
            .get("/location/catalogs")
            .ok()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[apply(each_engine!)]
fn whether_a_ref_is_in_a_catalog_can_be_asked(hub: TestHub) {
    let made = created(&author(&hub), "Carte", carte());
    let refs_in = |account: &AccountId, id: &str| {
        let (account, id) = (account.clone(), CatalogId::parse(id).unwrap());
        hub.wait(hub.hub.read("test.refs", move |tx| {
            hub::catalogs::store::refs(tx, &account, &id)
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"))
    };
    let refs = |id: &str| refs_in(&hub.account, id);
    let found = refs(id(&made));
    assert!(found.has_sku("SAV-33") && !found.has_sku("SUP-BUR"));
    assert!(found.has_option("SUP-BUR") && !found.has_option("TIRA"));
    assert!(!refs(hub.catalog.as_str()).has_sku("SAV-33"));
    assert!(!refs("zzzzz").has_sku("SAV-33"));
    let other = hub.another_account();
    assert!(!refs_in(&other.account, id(&made)).has_sku("SAV-33"));
}

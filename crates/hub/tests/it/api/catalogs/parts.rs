//! What is in a catalog, endpoint by endpoint.

use super::{NOT_FOUND, author, carte, created, id, names, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn every_section_is_listed_and_everything_in_it_is_found(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let catalog = path(&made);
    for section in ["products", "option_lists", "deals", "discounts", "charges"] {
        let listed = author.get(&format!("{catalog}/{section}")).ok();
        assert_eq!(listed, made["data"][section], "{section}");
        for thing in listed.as_array().unwrap() {
            let found = author
                .get(&format!("{catalog}/{section}/{}", id(thing)))
                .ok();
            assert_eq!(found, *thing);
        }
    }
}

#[apply(each_engine!)]
fn categories_are_walked_depth_first(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let catalog = path(&made);
    let listed = author.get(&format!("{catalog}/categories")).ok();
    let expected = ["Desserts", "Pizzas", "Base crème", "Base tomate"];
    assert_eq!(names(&listed), expected);
    for category in listed.as_array().unwrap() {
        let one = author
            .get(&format!("{catalog}/categories/{}", id(category)))
            .ok();
        assert_eq!(one, *category);
    }
}

#[apply(each_engine!)]
fn skus_and_options_are_found_within_theirs(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    for (section, inner) in [("products", "skus"), ("option_lists", "options")] {
        for outer in made["data"][section].as_array().unwrap() {
            let at = format!("{}/{section}/{}/{inner}", path(&made), id(outer));
            assert_eq!(author.get(&at).ok(), outer[inner]);
            for thing in outer[inner].as_array().unwrap() {
                let one = author.get(&format!("{at}/{}", id(thing))).ok();
                assert_eq!(one, *thing);
            }
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let hub = TestHub::start();
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let (catalog, data) = (path(&made), &made["data"]);
    let (product, other) = (id(&data["products"][0]), id(&data["products"][1]));
    let sku = id(&data["products"][0]["skus"][0]);
    for missing in [
        format!("{catalog}/products/zzzzz"),
        format!("{catalog}/products/00000"),
        format!("{catalog}/products/{sku}"),
        format!("{catalog}/categories/{product}"),
        format!("{catalog}/products/A-B"),
        format!("{catalog}/products/zzzzz/skus"),
        format!("{catalog}/products/{other}/skus/{sku}"),
        format!("{catalog}/products/{product}/skus/zzzzz"),
        format!("/catalogs/{}/products/{product}", hub.catalog),
        "/catalogs/zzzzz/products".to_owned(),
        "/catalogs/%00/products".to_owned(),
    ] {
        assert_eq!(
            author.get(&missing).status_and_body(),
            NOT_FOUND,
            "{missing}"
        );
    }
    let empty = author.get(&format!("/catalogs/{}/products", hub.catalog));
    assert_eq!(empty.ok(), json!([]));
    for missing in [format!("{catalog}/variants"), format!("{catalog}/skus")] {
        let response = author.get(&missing).status_and_body();
        assert_eq!(response, r#"404 {"error_type":"routing_error"}"#);
    }
}

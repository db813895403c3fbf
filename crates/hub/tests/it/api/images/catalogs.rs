//! Catalogs that use images.

use super::{DAYS_30, files, id, images, picture, png, send};
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, Value, json};

/// Replaces the catalog's content by one product, deal, discount and category with these images.
fn use_images(hub: &TestHub, who: &Caller, used: [Vec<&Value>; 3]) -> Answer {
    let ids = used.map(|some| some.iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
    let data = json!({
        "categories": [{ "ref": "C", "name": "All", "image_ids": ids[0] }],
        "products": [{
            "category_ref": "C", "name": "Tiramisu", "image_ids": ids[1],
            "skus": [{ "ref": "TIRA", "price": "5.00 EUR" }]
        }],
        "discounts": [{
            "name": "Happy hour", "image_ids": ids[2],
            "pricing_effect": "price_off", "pricing_value": "1.00 EUR"
        }]
    });
    who.put(
        &format!("/catalogs/{}", hub.catalog),
        json!({ "data": data }),
    )
}

fn clocks(hub: &TestHub, who: &Caller) -> Vec<Value> {
    let found = who.get(&images(&hub.catalog)).ok();
    let found = found.as_array().unwrap().iter();
    found
        .map(|image| image["seconds_before_removal"].clone())
        .collect()
}

#[apply(each_engine!)]
fn whatever_names_an_image_stops_its_clock_until_nothing_does(hub: TestHub) {
    let menu = hub.client("menu");
    let [a, b, c] = [0, 1, 2].map(|_| picture(&hub, &menu));
    use_images(&hub, &menu, [vec![&a], vec![&b], vec![&c]]).ok();
    assert_eq!(clocks(&hub, &menu), [json!(null), json!(null), json!(null)]);
    use_images(&hub, &menu, [vec![], vec![&b], vec![]]).ok();
    assert_eq!(
        clocks(&hub, &menu),
        [json!(DAYS_30), json!(null), json!(DAYS_30)]
    );
    let renamed = json!({ "name": "Another name" });
    menu.put(&format!("/catalogs/{}", hub.catalog), renamed)
        .ok();
    assert_eq!(
        clocks(&hub, &menu),
        [json!(DAYS_30), json!(null), json!(DAYS_30)]
    );
}

#[apply(each_engine!)]
fn an_image_of_another_catalog_is_not_found(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_catalogs.write]");
    let other = chain
        .post("/account/catalogs", json!({ "name": "Another" }))
        .ok();
    let path = format!("/catalogs/{}/images", other["id"].as_str().unwrap());
    let (own, foreign) = (
        picture(&hub, &chain),
        send(&chain, &path, "image/png", &png(1, 1)).ok(),
    );
    let refused = use_images(&hub, &chain, [vec![], vec![&own, &foreign], vec![]]);
    assert_eq!(
        refused.json()["errors"],
        json!([{ "field": "data.products[0].image_ids[1]", "message": "image not found" }])
    );
    assert_eq!(clocks(&hub, &chain), [json!(DAYS_30)]);
}

#[apply(each_engine!)]
fn deleting_a_catalog_removes_its_images(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_catalogs.write]");
    let image = picture(&hub, &chain);
    use_images(&hub, &chain, [vec![&image], vec![], vec![]]).ok();
    chain.delete(&format!("/catalogs/{}", hub.catalog)).ok();
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(files(&hub), 0);
    let path = format!("{}/{}", images(&hub.catalog), id(&image));
    assert_eq!(chain.get(&path).status, 404);
}

//! PUT /catalogs/:id.

use super::{author, carte, chain, complaints, created, id, path, without_ids};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn what_is_read_can_be_sent_back(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let again = author.put(&path(&made), made.clone()).ok();
    assert_eq!(without_ids(&again), without_ids(&made));
    assert_ne!(
        again["data"]["products"][0]["id"],
        made["data"]["products"][0]["id"]
    );
    assert_eq!(again["created_at"], made["created_at"]);
    assert_eq!(author.get(&path(&made)).ok(), again);
}

#[apply(each_engine!)]
fn new_data_takes_the_place_of_the_old(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let data = json!({
        "categories": [{ "ref": "B", "name": "Burgers" }],
        "products": [{ "category_ref": "B", "name": "Classique",
            "skus": [{ "price": "9.90 EUR" }] }]
    });
    let changed = author.put(&path(&made), json!({ "data": data })).ok();
    assert_eq!(changed["name"], "Carte");
    assert_eq!(changed["data"]["products"][0]["name"], "Classique");
    assert_eq!(changed["data"]["deals"], json!([]));
    assert_eq!(author.get(&path(&made)).ok(), changed);
    let gone = format!(
        "{}/products/{}",
        path(&made),
        id(&made["data"]["products"][0])
    );
    assert_eq!(author.get(&gone).status, 404);
    let emptied = author.put(&path(&made), json!({ "data": {} })).ok();
    assert_eq!(emptied["data"]["products"], json!([]));
}

#[apply(each_engine!)]
fn a_name_alone_changes_nothing_else(hub: TestHub) {
    let author = author(&hub);
    let mut made = created(&author, "Carte", carte());
    for data in [json!(null), json!({ "name": "Carte du soir" })] {
        let body = if data.is_null() {
            json!({ "name": "Carte du midi", "data": null })
        } else {
            data
        };
        let changed = author.put(&path(&made), body.clone()).ok();
        made["name"] = body["name"].clone();
        assert_eq!(changed, made);
    }
    let same = author.put(&path(&made), json!({})).ok();
    assert_eq!(same, made);
}

#[apply(each_engine!)]
fn a_name_that_is_taken_is_refused(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    created(&author, "Midi", json!({}));
    for name in ["Midi", "Pizzeria Lumière"] {
        let refused = author.put(&path(&made), json!({ "name": name }));
        assert_eq!(complaints(&refused), ["name has already been taken"]);
    }
    author.put(&path(&made), json!({ "name": "Carte" })).ok();
    let blank = author.put(&path(&made), json!({ "name": "" }));
    assert_eq!(complaints(&blank), ["name can't be blank"]);
}

#[apply(each_engine!)]
fn nothing_changes_when_anything_is_wrong(hub: TestHub) {
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let mut wrong = carte();
    wrong["categories"][0]["parent_ref"] = json!("NOWHERE");
    wrong["option_lists"][0]["options"] = json!([]);
    let refused = author.put(&path(&made), json!({ "name": "Autre", "data": wrong }));
    assert_eq!(
        complaints(&refused),
        [
            "data.categories[0].parent_ref category not found",
            "data.option_lists[0].options must have at least 1 item(s)",
        ]
    );
    assert_eq!(author.get(&path(&made)).ok(), made);
}

#[test]
fn an_image_of_no_catalog_is_not_found() {
    let hub = TestHub::start();
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let mut wrong = carte();
    wrong["products"][0]["image_ids"] = json!(["y3k7d"]);
    wrong["deals"][0]["image_ids"] = json!([7]);
    let refused = author.put(&path(&made), json!({ "data": wrong }));
    assert_eq!(
        complaints(&refused),
        [
            "data.products[0].image_ids[0] image not found",
            "data.deals[0].image_ids[0] must be a string",
        ]
    );
}

#[test]
fn a_post_may_stand_for_a_put() {
    let hub = TestHub::start();
    let author = author(&hub);
    let made = created(&author, "Carte", carte());
    let body = json!({ "name": "Autre" }).to_string();
    let headers = [("X-HTTP-Method-Override", "put")];
    let changed = author.send("POST", &path(&made), &headers, body).ok();
    assert_eq!(changed["name"], "Autre");
}

#[apply(each_engine!)]
fn the_chosen_catalog_can_be_changed_though_it_is_the_accounts(hub: TestHub) {
    let till = hub.client_with("till", "location[catalog.write]");
    let own = format!("/catalogs/{}", hub.catalog);
    let changed = till.put(&own, json!({ "data": carte() })).ok();
    assert_eq!(changed["account_id"], hub.account.as_str());
    assert_eq!(chain(&hub).get(&own).ok(), changed);
}

#[apply(each_engine!)]
fn new_data_takes_the_place_only_of_what_was_seen(hub: TestHub) {
    let author = author(&hub);
    let path = path(&created(&author, "Carte", carte()));
    let put = |tag: &str, name: &str| {
        let data = json!({ "categories": [{ "ref": "B", "name": name }] });
        let headers = [("Content-Type", "application/json"), ("If-Match", tag)];
        author.send("PUT", &path, &headers, json!({ "data": data }).to_string())
    };
    let response = author.get(&path);
    let tag = response.header("etag").expect("a tag");
    let first = put(tag, "Burgers");
    assert_eq!(first.status, 200, "{first:?}");
    let now = author.get(&path);
    assert_eq!(first.text, now.text);
    assert_eq!(first.header("etag"), now.header("etag"));

    let stale = put(tag, "Salades");
    assert_eq!(stale.status, 412, "{stale:?}");
    assert_eq!(author.get(&path).text, now.text);
}

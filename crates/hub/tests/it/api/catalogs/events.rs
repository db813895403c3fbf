//! What others are told of catalogs.

use super::{author, carte, chain, created, path};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

const ALL_EVENTS: [&str; 3] = ["create", "update", "delete"];

fn follow(who: &Caller) {
    who.post("/callback", json!({ "events": { "catalog": ALL_EVENTS } }))
        .ok();
}

/// `catalog.create` and so on, oldest first.
fn heard(who: &Caller) -> Vec<String> {
    let events = who.get("/callback/events").ok();
    let word = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
    events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            format!(
                "{}.{}",
                word(event, "resource_type"),
                word(event, "event_type")
            )
        })
        .collect()
}

#[apply(each_engine!)]
fn others_hear_of_every_change_and_its_author_does_not(hub: TestHub) {
    let author = author(&hub);
    let reader = hub.client_with("reader", "location[all_catalogs.read]");
    follow(&author);
    follow(&reader);
    let made = created(&author, "Carte", carte());
    author.put(&path(&made), json!({ "name": "Autre" })).ok();
    author.put(&path(&made), json!({ "data": carte() })).ok();
    author.delete(&path(&made)).ok();
    assert_eq!(
        heard(&reader),
        [
            "catalog.create",
            "catalog.update",
            "catalog.update",
            "catalog.delete"
        ]
    );
    assert_eq!(heard(&author), [""; 0]);
}

#[apply(each_engine!)]
fn an_event_names_the_catalog_and_carries_no_state(hub: TestHub) {
    let (author, chain) = (author(&hub), chain(&hub));
    let reader = hub.client_with("reader", "location[all_catalogs.read]");
    follow(&reader);
    let made = created(&author, "Carte", carte());
    author.put(&path(&made), json!({ "data": carte() })).ok();
    let shared = chain
        .post("/account/catalogs", json!({ "name": "Enseigne" }))
        .ok();
    let events = reader.get("/callback/events").ok();
    for (index, catalog, kind) in [
        (0, &made, "create"),
        (1, &made, "update"),
        (2, &shared, "create"),
    ] {
        let id = events[index]["id"].as_str().unwrap();
        let event = reader.get(&format!("/callback/events/{id}")).ok();
        let mut expected = json!({
            "id": id, "resource_type": "catalog", "event_type": kind,
            "created_at": "2026-03-07T19:41:08+01:00",
            "account_id": hub.account.as_str(), "catalog_id": catalog["id"],
            "app_instance_id": reader.connection.as_str()
        });
        if index < 2 {
            expected["location_id"] = json!(hub.location.as_str());
        }
        assert_eq!(event, expected);
    }
}

#[apply(each_engine!)]
fn a_change_of_nothing_is_told_to_nobody(hub: TestHub) {
    let author = author(&hub);
    let reader = hub.client_with("reader", "location[all_catalogs.read]");
    let made = created(&author, "Carte", carte());
    follow(&reader);
    author.put(&path(&made), json!({})).ok();
    author.put(&path(&made), json!({ "name": "Carte" })).ok();
    author.put(&path(&made), json!({ "name": 7 }));
    assert_eq!(heard(&reader), [""; 0]);
}

#[apply(each_engine!)]
fn only_those_who_may_read_a_catalog_hear_of_it(hub: TestHub) {
    let (author, chain) = (author(&hub), chain(&hub));
    let chosen = hub.client_with("chosen", "location[catalog.read]");
    let scope = "location[all_catalogs.read]";
    let sibling = hub.connect("sibling", scope, Some(&hub.second_location));
    let above = hub.client_with("above", "account[all_catalogs.read]");
    for who in [&chosen, &sibling, &above] {
        follow(who);
    }
    created(&author, "Carte", carte());
    let own = format!("/catalogs/{}", hub.catalog);
    chain.put(&own, json!({ "data": carte() })).ok();
    assert_eq!(heard(&chosen), ["catalog.update"]);
    assert_eq!(heard(&sibling), ["catalog.update"]);
    assert_eq!(heard(&above), ["catalog.create", "catalog.update"]);
}

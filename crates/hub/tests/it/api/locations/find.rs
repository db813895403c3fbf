//! GET /locations/:id, /location and /locations.

use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_location_token_reads_its_location_by_either_path(hub: TestHub) {
    let till = hub.client("till");
    let found = till.get("/location").ok();
    assert_eq!(
        found,
        json!({
            "id": hub.location.as_str(), "name": "Lyon Bellecour",
            "account": {
                "id": hub.account.as_str(), "name": "Pizzeria Lumière", "currency": "EUR"
            },
            "address": "4 place des Frères", "postal_code": "69002", "city": "Lyon",
            "country": "FR", "timezone": { "name": "Europe/Paris", "offset": 3600 },
            "cutoff_time": "06:00", "opening_hours": null, "preparation_time": 15,
            "order_acceptance": { "mode": "normal" }, "custom_fields": {}
        })
    );
    assert_eq!(
        till.get(&format!("/locations/{}", hub.location)).ok(),
        found
    );
}

#[apply(each_engine!)]
fn an_account_token_reads_every_location_in_the_order_of_creation(hub: TestHub) {
    let chain = hub.client_with("chain", "account[orders.read]");
    let found = chain.get("/locations/").ok();
    let names: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["name"].clone())
        .collect();
    assert_eq!(names, ["Lyon Bellecour", "Lyon Part-Dieu"]);
}

#[test]
fn a_sibling_location_is_forbidden_and_a_foreign_one_unknown() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let sibling = till.get(&format!("/locations/{}", hub.second_location));
    assert_eq!(
        sibling.status_and_body(),
        r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#
    );
    let foreign = hub.another_account().location;
    let unknown = till.get(&format!("/locations/{foreign}"));
    assert_eq!(
        unknown.status_and_body(),
        r#"404 {"error_type":"not_found"}"#
    );
}

#[test]
fn short_paths_and_lists_belong_to_their_level() {
    let hub = TestHub::start();
    let (till, chain) = (
        hub.client("till"),
        hub.client_with("chain", "account[orders.read]"),
    );
    for answer in [
        till.get("/locations"),
        till.get("/account"),
        chain.get("/location"),
    ] {
        assert_eq!(answer.status, 403, "{answer:?}");
    }
    let account = json!({
        "id": hub.account.as_str(), "name": "Pizzeria Lumière", "currency": "EUR"
    });
    assert_eq!(chain.get("/account").ok(), account);
    assert_eq!(chain.get("/accounts").ok(), json!([account]));
}

#[apply(each_engine!)]
fn a_list_of_accounts_is_the_account_of_the_token_whatever_its_level(hub: TestHub) {
    let expected = json!([
        { "id": hub.account.as_str(), "name": "Pizzeria Lumière", "currency": "EUR" }
    ]);
    assert_eq!(hub.client("till").get("/accounts").ok(), expected);
    let chain = hub.client_with("chain", "account[orders.read]");
    assert_eq!(chain.get("/accounts").ok(), expected);
}

#[test]
fn an_account_is_read_by_its_own_token_alone() {
    let hub = TestHub::start();
    let chain = hub.client_with("chain", "account[orders.read]");
    let own = format!("/accounts/{}", hub.account);
    assert_eq!(chain.get(&own).ok(), chain.get("/account").ok());
    assert_eq!(hub.client("till").get(&own).status, 403);
    let foreign = format!("/accounts/{}", hub.another_account().account);
    assert_eq!(
        chain.get(&foreign).status_and_body(),
        r#"404 {"error_type":"not_found"}"#
    );
}

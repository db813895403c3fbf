//! Who may not reach an order.

use super::path;
use crate::engine::apply;
use crate::support::{TestHub, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const WRONG_LEVEL: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

#[apply(each_engine!)]
fn another_account_knows_nothing_of_an_order(hub: TestHub) {
    let order = hub
        .client("kiosk")
        .post(
            "/location/orders",
            json!({ "status": "new", "private_ref": "x" }),
        )
        .ok();
    let other = hub.another_account();
    let scope = "location[orders.write]";
    let foreign = hub.connect_in(&other.account, "kiosk", scope, Some(&other.location));
    let chain = hub.connect_in(&other.account, "chain", "account[orders.write]", None);
    let id = order["id"].as_str().unwrap();
    let long = format!("/locations/{}/orders/{id}", hub.location);
    let accepted = json!({ "status": "accepted" });
    for answer in [
        foreign.get(&path(&order)),
        foreign.patch(&path(&order), accepted.clone()),
        foreign.put(&path(&order), accepted.clone()),
        foreign.get(&long),
        foreign.patch(&long, accepted),
        chain.get(&long),
        chain.get(&format!("/locations/{}/orders/{id}", other.location)),
        chain.get(&format!("/locations/{}/orders", hub.location)),
        chain.get(&format!("/accounts/{}/orders", hub.account)),
        chain.post(
            &format!("/locations/{}/orders", hub.location),
            json!({ "status": "new" }),
        ),
    ] {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
    assert_eq!(
        foreign.get("/location/orders?private_ref=x").ok(),
        json!([])
    );
    assert_eq!(chain.get("/account/orders").ok(), json!([]));
}

#[apply(each_engine!)]
fn an_order_is_found_at_its_own_location_only(hub: TestHub) {
    let chain = hub.client_with("chain", "account[orders.write]");
    let here = format!("/locations/{}/orders", hub.location);
    let there = format!("/locations/{}/orders", hub.second_location);
    let order = chain.post(&here, json!({ "status": "new" })).ok();
    let id = order["id"].as_str().unwrap();
    let accepted = json!({ "status": "accepted" });
    assert_eq!(
        chain.get(&format!("{there}/{id}")).status_and_body(),
        NOT_FOUND
    );
    assert_eq!(
        chain
            .patch(&format!("{there}/{id}"), accepted)
            .status_and_body(),
        NOT_FOUND
    );
    let scope = "location[orders.write]";
    let sibling = hub.connect("sibling", scope, Some(&hub.second_location));
    assert_eq!(sibling.get(&path(&order)).status_and_body(), NOT_FOUND);
    assert_eq!(
        sibling.get(&format!("{here}/{id}")).status_and_body(),
        WRONG_LEVEL
    );
    assert_eq!(sibling.get(&here).status_and_body(), WRONG_LEVEL);
    assert_eq!(
        sibling
            .post(&here, json!({ "status": "new" }))
            .status_and_body(),
        WRONG_LEVEL
    );
}

#[test]
fn each_level_has_its_own_short_paths() {
    let hub = TestHub::start();
    let (till, chain) = (
        hub.client("till"),
        hub.client_with("chain", "account[orders.write]"),
    );
    let order = till
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    for answer in [
        till.get("/account/orders"),
        till.get(&format!("/accounts/{}/orders", hub.account)),
        chain.get("/location/orders"),
        chain.get(&path(&order)),
        chain.post("/location/orders", json!({ "status": "new" })),
    ] {
        assert_eq!(answer.status_and_body(), WRONG_LEVEL);
    }
}

#[test]
fn a_scope_permits_what_it_names() {
    let hub = TestHub::start();
    let order = hub
        .client("kiosk")
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let reader = hub.client_with("reader", "location[orders.read]");
    let write = r#"403 {"message":"A 'orders' write scope is required","error_type":"forbidden"}"#;
    let read = r#"403 {"message":"A 'orders' read scope is required","error_type":"forbidden"}"#;
    reader.get(&path(&order)).ok();
    for answer in [
        reader.post("/location/orders", json!({ "status": "new" })),
        reader.patch(&path(&order), json!({ "status": "accepted" })),
        reader.put(&path(&order), json!({ "status": "accepted" })),
    ] {
        assert_eq!(answer.status_and_body(), write);
    }
    let cook = hub.client_with("cook", "location[catalog.write]");
    for answer in [cook.get("/location/orders"), cook.get(&path(&order))] {
        assert_eq!(answer.status_and_body(), read);
    }
}

#[test]
fn nobody_reaches_orders_without_a_token() {
    let hub = TestHub::start();
    let refused = r#"401 {"message":"The access token is invalid or the connection has been revoked","error_type":"unauthorized"}"#;
    for (method, path) in [
        ("GET", "/v1/location/orders"),
        ("POST", "/v1/location/orders"),
        ("GET", "/v1/account/orders"),
        ("GET", "/v1/location/orders/zzzzz"),
        ("PATCH", "/v1/location/orders/zzzzz"),
        ("PUT", "/v1/location/orders/zzzzz"),
    ] {
        assert_eq!(
            hub.anybody().send(method, path, &[], "").status_and_body(),
            refused,
            "{method} {path}"
        );
    }
}

#[test]
fn an_order_cannot_be_deleted() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    assert_eq!(
        kiosk.delete(&path(&order)).status_and_body(),
        r#"404 {"error_type":"routing_error"}"#
    );
    kiosk.get(&path(&order)).ok();
}

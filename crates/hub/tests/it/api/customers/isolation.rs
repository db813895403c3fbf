//! Who may not reach customers.

use super::{NOT_FOUND, ada, add, cards, customers, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn another_account_knows_nothing_of_a_list(hub: TestHub) {
    let till = hub.client("till");
    let ada = add(&hub, &till, ada());
    let card = till
        .post(&cards(&hub), json!({ "customer_id": ada["id"] }))
        .ok();
    let card = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    let done = till
        .post(&format!("{card}/operations"), json!({ "delta": 1 }))
        .ok();
    let list = format!("/customer_lists/{}", hub.customer_list);
    let other = hub.another_account();
    let scope = "account[all_customer_lists.write]";
    let foreign = hub.connect_in(&other.account, "foreign", scope, None);
    for answer in [
        foreign.get(&list),
        foreign.patch(&list, json!({ "name": "x" })),
        foreign.delete(&list),
        foreign.get(&customers(&hub)),
        foreign.post(&customers(&hub), json!({})),
        foreign.get(&path(&ada)),
        foreign.patch(&path(&ada), json!({ "city": "x" })),
        foreign.put(&path(&ada), json!({ "city": "x" })),
        foreign.post(&format!("{}/anonymise", path(&ada)), json!({})),
        foreign.get(&cards(&hub)),
        foreign.post(&cards(&hub), json!({ "customer_id": ada["id"] })),
        foreign.get(&card),
        foreign.patch(&card, json!({ "name": "x" })),
        foreign.get(&format!("{card}/operations")),
        foreign.post(&format!("{card}/operations"), json!({ "delta": 1 })),
        foreign.get(&format!(
            "{card}/operations/{}",
            done["id"].as_str().unwrap()
        )),
        foreign.get(&format!("/accounts/{}/customer_lists", hub.account)),
        foreign.get(&format!("/locations/{}/customer_lists", hub.location)),
        foreign.post(
            &format!("/accounts/{}/customer_lists", hub.account),
            json!({ "name": "x" }),
        ),
    ] {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
    // Its own list does not lead to customers and cards of others.
    let id = ada["id"].as_str().unwrap();
    let own = format!("/customer_lists/{}", other.customer_list);
    assert_eq!(
        foreign
            .get(&format!("{own}/customers/{id}"))
            .status_and_body(),
        NOT_FOUND
    );
    let new = json!({ "customer_id": id });
    let refused = foreign.post(&format!("{own}/loyalty_cards"), new);
    assert_eq!(super::complaints(&refused), ["customer_id not found"]);
    assert_eq!(
        foreign.get(&format!("{own}/customers?email=*")).ok(),
        json!([])
    );
    assert_eq!(till.get(&path(&ada)).ok()["city"], "Lyon");
}

#[test]
fn a_scope_for_lists_permits_what_it_names() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let ada = add(&hub, &till, ada());
    let reader = hub.client_with("reader", "location[customer_list.read]");
    let write =
        r#"403 {"message":"A 'customer_list' write scope is required","error_type":"forbidden"}"#;
    let read =
        r#"403 {"message":"A 'customer_list' read scope is required","error_type":"forbidden"}"#;
    reader.get(&path(&ada)).ok();
    reader.get(&customers(&hub)).ok();
    for answer in [
        reader.post(&customers(&hub), json!({})),
        reader.patch(&path(&ada), json!({})),
        reader.put(&path(&ada), json!({})),
        reader.post(&format!("{}/anonymise", path(&ada)), json!({})),
        reader.post(&cards(&hub), json!({ "customer_id": ada["id"] })),
        reader.patch(&format!("/customer_lists/{}", hub.customer_list), json!({})),
    ] {
        assert_eq!(answer.status_and_body(), write);
    }
    let cook = hub.client_with("cook", "location[orders.write]");
    for answer in [
        cook.get(&customers(&hub)),
        cook.get(&path(&ada)),
        cook.get(&cards(&hub)),
        cook.get("/location/customer_lists"),
    ] {
        assert_eq!(answer.status_and_body(), read);
    }
    let shop = hub.client_with("shop", "location[all_customer_lists.write]");
    for answer in [
        shop.get("/account/customer_lists"),
        shop.get(&format!("/accounts/{}/customer_lists", hub.account)),
        shop.get(&format!(
            "/locations/{}/customer_lists",
            hub.second_location
        )),
    ] {
        assert_eq!(answer.status_and_body(), super::WRONG_LEVEL);
    }
}

#[test]
fn customers_cards_and_operations_cannot_be_deleted() {
    let hub = TestHub::start();
    let till = hub.client_with("till", "account[all_customer_lists.write]");
    let ada = add(&hub, &till, ada());
    let card = till
        .post(&cards(&hub), json!({ "customer_id": ada["id"] }))
        .ok();
    let card = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    for path in [path(&ada), card] {
        let refused = till.delete(&path).status_and_body();
        assert_eq!(refused, r#"404 {"error_type":"routing_error"}"#);
    }
}

//! What a deleted list takes with it.

use hub::args;
use hub::db::{self, QueryBuilder};

use super::anonymise::{begin_again, is_personal};
use super::{NOT_FOUND, ada, add, cards, customers, path};
use crate::engine::apply;
use crate::support::{Answer, TestHub, Value, json, on_postgres_with, waiting_for};

/// How many rows there are in each table that a list fills.
fn rows(hub: &TestHub) -> Vec<i64> {
    let tables = [
        "customers",
        "(SELECT DISTINCT account_id, customer_id FROM customer_pieces) p",
        "loyalty_cards",
        "loyalty_operations",
        "private_refs",
        "deleted_customer_lists",
    ];
    let account = hub.account.clone();
    hub.wait(hub.hub.read("test.count", move |tx| {
        tables
            .iter()
            .map(|table| {
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE account_id = $1");
                let query = QueryBuilder::new(&sql, args![&account]);
                let count: Option<(i64,)> = query.first(tx)?;
                Ok(count.expect("a number").0)
            })
            .collect::<db::Result<_>>()
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

#[apply(each_engine!)]
fn customers_and_cards_go_and_orders_keep_what_they_show(hub: TestHub) {
    let till = hub.client("till");
    let chain = hub.client_with("till", "account[all_customer_lists.write]");
    let mut body = ada();
    body["private_ref"] = json!("T1");
    let ada = super::add(&hub, &till, body);
    till.post(
        &cards(&hub),
        json!({ "customer_id": ada["id"], "ref": "FID" }),
    )
    .ok();
    let new = json!({
        "status": "new", "customer_id": ada["id"],
        "loyalty_operations": [{ "ref": "FID", "delta": "1" }]
    });
    let order = till.post("/location/orders", new.clone()).ok();
    assert_eq!(order["customer"]["private_ref"], "T1");
    assert_eq!(rows(&hub), [1, 1, 1, 1, 1, 0]);
    let list = format!("/customer_lists/{}", hub.customer_list);
    assert_eq!(chain.delete(&list).status_and_body(), "200 {}");
    assert_eq!(rows(&hub), [0; 6]);
    for path in [&list, &customers(&hub), &cards(&hub), &path(&ada)] {
        assert_eq!(chain.get(path).status_and_body(), NOT_FOUND);
    }
    let path = format!("/location/orders/{}", order["id"].as_str().unwrap());
    let mut expected = order["customer"].clone();
    for key in ["id", "customer_list_id", "private_ref"] {
        expected[key] = json!(null);
    }
    assert_eq!(till.get(&path).ok()["customer"], expected);
    let id = ada["id"].as_str().unwrap();
    assert_eq!(
        till.get(&format!("/location/orders?customer_id={id}")).ok(),
        json!([])
    );
    let refused = till.post("/location/orders", new);
    assert_eq!(super::complaints(&refused), ["customer_id not found"]);
    let changed = till.patch(&path, json!({ "status": "accepted" })).ok();
    assert_eq!(changed["customer"], expected);
}

/// An order of somebody in the account's list, and its path.
fn order_of(hub: &TestHub, customer: &Value) -> (Value, String) {
    let new = json!({ "status": "new", "customer_id": customer["id"] });
    let order = hub.client("till").post("/location/orders", new).ok();
    let path = format!("/location/orders/{}", order["id"].as_str().unwrap());
    (order, path)
}

/// The one order as the database has it.
fn document(hub: &TestHub) -> String {
    let account = hub.account.clone();
    hub.wait(hub.hub.read("test.document", move |tx| {
        let sql = "SELECT document FROM orders WHERE account_id = $1";
        let found: Option<(String,)> = tx.first(sql, args![&account])?;
        Ok(found.expect("an order").0)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

/// Writes something else in its place.
fn set_document(hub: &TestHub, document: &str) {
    let (account, document) = (hub.account.clone(), document.to_owned());
    hub.wait(hub.hub.write("test.document", move |tx| {
        let sql = "UPDATE orders SET document = $2 WHERE account_id = $1";
        tx.write(sql, args![&account, document.as_str()])
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

#[apply(each_engine!)]
fn a_customer_who_is_being_anonymised_is_erased_from_orders_before_removal(hub: TestHub) {
    let till = hub.client("till");
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let made = add(&hub, &till, ada());
    let (_, order) = order_of(&hub, &made);
    let before = document(&hub);
    till.post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    // As if the program had ended before it came to the order.
    set_document(&hub, &before);
    begin_again(&hub);
    let list = format!("/customer_lists/{}", hub.customer_list);
    assert_eq!(chain.delete(&list).status_and_body(), "200 {}");
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let left = till.get(&order).ok();
    assert_eq!(is_personal(&left.to_string()), [""; 0], "{left}");
    assert_eq!(left["customer"]["id"], json!(null));
    assert_eq!(rows(&hub), [0; 6]);
}

#[apply(each_engine!)]
fn a_list_is_deleted_even_if_something_of_it_cannot_go_yet(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let made = add(&hub, &chain, ada());
    let (placed, order) = order_of(&hub, &made);
    let before = document(&hub);
    set_document(&hub, "no order");
    let list = format!("/customer_lists/{}", hub.customer_list);
    assert_eq!(chain.delete(&list).status_and_body(), "200 {}");
    assert_eq!(chain.get(&list).status_and_body(), NOT_FOUND);
    set_document(&hub, &before);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(rows(&hub), [0; 6]);
    let left = hub.client("till").get(&order).ok();
    assert_eq!(left["customer"]["email"], placed["customer"]["email"]);
}

/// Adds somebody to the account's list while it is being deleted.
fn add_within_the_delete(hub: &TestHub, body: &Value) -> Answer {
    let (till, path) = (hub.client("till"), customers(hub));
    let (holder, onlooker) = (hub.session(), hub.session());
    let list = &hub.customer_list;
    let begin = format!("BEGIN; SELECT id FROM customer_lists WHERE id = '{list}' FOR UPDATE");
    let end = format!("DELETE FROM customer_lists WHERE id = '{list}'; COMMIT");
    hub.wait(holder.batch_execute(&begin)).unwrap();
    let row = hub.wait(holder.query_one("SELECT pg_backend_pid()", &[]));
    let pid: i32 = row.unwrap().get(0);
    std::thread::scope(|scope| {
        let adding = scope.spawn(|| till.post(&path, body.clone()));
        while hub.wait(waiting_for(&onlooker, pid)) < 1 && !adding.is_finished() {
            std::thread::yield_now();
        }
        hub.wait(holder.batch_execute(&end)).unwrap();
        adding.join().unwrap()
    })
}

#[test]
fn nobody_is_added_to_a_list_that_is_being_deleted() {
    on_postgres_with(&[], |hub| {
        let answer = add_within_the_delete(&hub, &ada());
        assert_eq!(answer.status_and_body(), NOT_FOUND);
        assert_eq!(rows(&hub), [0; 6]);
    });
}

#[test]
fn nobody_is_named_in_a_list_that_is_being_deleted() {
    on_postgres_with(&[], |hub| {
        let answer = add_within_the_delete(&hub, &json!({ "private_ref": "T1" }));
        assert_eq!(answer.status_and_body(), NOT_FOUND);
        assert_eq!(rows(&hub), [0; 6]);
    });
}

#[apply(each_engine!)]
fn a_long_list_is_gone_at_once_and_its_customers_soon(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let (account, list) = (hub.account.clone(), hub.customer_list.clone());
    hub.wait(hub.hub.write("test.many", move |tx| {
        (0..450).try_for_each(|_| {
            let details = wire::order::CustomerDetails::default();
            hub::customers::store::insert(tx, &account, &list, details).map(drop)
        })
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    chain
        .delete(&format!("/customer_lists/{}", hub.customer_list))
        .ok();
    assert_eq!(chain.get(&customers(&hub)).status_and_body(), NOT_FOUND);
    assert_eq!(rows(&hub), [50, 0, 0, 0, 0, 1]);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(rows(&hub), [0; 6]);
}

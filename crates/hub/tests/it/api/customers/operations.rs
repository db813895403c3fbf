//! Operations of loyalty cards.

use std::time::Duration;

use super::{NOT_FOUND, add, cards, complaints, each, path};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

/// A customer, and the path of their card.
fn with_card(hub: &TestHub, who: &Caller) -> (Value, String) {
    let ada = add(hub, who, json!({}));
    let card = who
        .post(&cards(hub), json!({ "customer_id": ada["id"] }))
        .ok();
    let path = format!("{}/{}", cards(hub), card["id"].as_str().unwrap());
    (ada, path)
}

#[apply(each_engine!)]
fn an_operation_changes_the_balance_and_stays(hub: TestHub) {
    let till = hub.client("till");
    let (ada, card) = with_card(&hub, &till);
    let first = till
        .post(
            &format!("{card}/operations"),
            json!({ "delta": 2.5, "reason": "Bienvenue" }),
        )
        .ok();
    assert_eq!(
        first,
        json!({
            "id": first["id"], "customer_id": ada["id"], "order_id": null,
            "order_location_id": null, "reason": "Bienvenue", "delta": "2.5",
            "new_balance": "2.5", "created_at": "2026-03-07T19:41:08+01:00"
        })
    );
    hub.pass(Duration::from_secs(60));
    let second = till
        .post(&format!("{card}/operations"), json!({ "delta": "-4" }))
        .ok();
    assert_eq!(second["new_balance"], "-1.5", "below zero is no matter");
    assert_eq!(till.get(&card).ok()["balance"], "-1.5");
    let one = format!("{card}/operations/{}", first["id"].as_str().unwrap());
    assert_eq!(till.get(&one).ok(), first);
    assert_eq!(
        till.get(&format!("{card}/operations")).ok(),
        json!([second, first])
    );
    let customer = till.get(&path(&ada)).ok();
    assert_eq!(customer["loyalty_cards"][0]["balance"], "-1.5");
}

#[apply(each_engine!)]
fn operations_of_an_order_are_among_them(hub: TestHub) {
    let till = hub.client("till");
    let (ada, card) = with_card(&hub, &till);
    let new = json!({
        "status": "new", "customer_id": ada["id"],
        "loyalty_operations": [{ "delta": "1", "reason": "a" }, { "delta": "2", "reason": "b" }]
    });
    let order = till.post("/location/orders", new).ok();
    hub.pass(Duration::from_secs(1));
    let by_hand = json!({ "delta": "3", "reason": "c", "order_id": order["id"] });
    let third = till.post(&format!("{card}/operations"), by_hand).ok();
    assert_eq!(third["order_id"], order["id"]);
    assert_eq!(third["order_location_id"], hub.location.as_str());
    let all = till.get(&format!("{card}/operations")).ok();
    assert_eq!(each(&all, "reason"), ["c", "b", "a"], "newest first");
    assert_eq!(each(&all, "new_balance"), ["6.0", "3.0", "1.0"]);
    assert!(each(&all, "order_id").iter().all(|id| *id == order["id"]));
    let page = till.get(&format!("{card}/operations?count=2"));
    let next = page
        .header("X-Cursor-Next")
        .expect("another page")
        .to_owned();
    assert_eq!(each(&page.ok(), "reason"), ["c", "b"]);
    let rest = till.get(&format!("{card}/operations?count=2&cursor={next}"));
    assert_eq!(rest.header("X-Cursor-Next"), None);
    assert_eq!(each(&rest.ok(), "reason"), ["a"]);
}

#[apply(each_engine!)]
fn operations_that_overtake_each_other_are_listed_as_they_took_effect(hub: TestHub) {
    let till = hub.client("till");
    let (ada, card) = with_card(&hub, &till);
    let by_hand = |reason| json!({ "delta": "1", "reason": reason });
    till.post(&format!("{card}/operations"), by_hand("a")).ok();
    hub.turn_back(Duration::from_secs(2));
    let new = json!({
        "status": "new", "customer_id": ada["id"],
        "loyalty_operations": [{ "delta": "1", "reason": "b" }, { "delta": "1", "reason": "c" }]
    });
    till.post("/location/orders", new).ok();
    hub.turn_back(Duration::from_secs(2));
    till.post(&format!("{card}/operations"), by_hand("d")).ok();
    let all = till.get(&format!("{card}/operations")).ok();
    assert_eq!(each(&all, "reason"), ["d", "c", "b", "a"], "newest first");
    assert_eq!(each(&all, "new_balance"), ["4.0", "3.0", "2.0", "1.0"]);
}

#[apply(each_engine!)]
fn an_order_must_be_one_that_the_caller_can_reach(hub: TestHub) {
    let till = hub.client("till");
    let (_, card) = with_card(&hub, &till);
    let scope = "location[orders.write,customer_list.write]";
    let sibling = hub.connect("sibling", scope, Some(&hub.second_location));
    let there = sibling
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    for order in [&json!("zzzzz"), &there["id"]] {
        let body = json!({ "delta": "1", "order_id": order });
        let refused = till.post(&format!("{card}/operations"), body);
        assert_eq!(complaints(&refused), ["order_id not found"]);
    }
    let chain = hub.client_with("chain", "account[customer_list.write]");
    let body = json!({ "delta": "1", "order_id": there["id"] });
    let operation = chain.post(&format!("{card}/operations"), body).ok();
    assert_eq!(operation["order_location_id"], hub.second_location.as_str());
}

#[apply(each_engine!)]
fn a_balance_has_bounds_and_a_refusal_changes_nothing(hub: TestHub) {
    let till = hub.client("till");
    let (_, card) = with_card(&hub, &till);
    let most = json!({ "delta": "999999999999" });
    till.post(&format!("{card}/operations"), most).ok();
    let refused = till.post(
        &format!("{card}/operations"),
        json!({ "delta": "1", "order_id": "zzzzz" }),
    );
    assert_eq!(
        complaints(&refused),
        ["order_id not found", "delta is too big"]
    );
    assert_eq!(till.get(&card).ok()["balance"], "999999999999.0");
    let all = till.get(&format!("{card}/operations")).ok();
    assert_eq!(all.as_array().unwrap().len(), 1);
}

#[apply(each_engine!)]
fn points_have_three_decimals_and_no_more_are_cut_off(hub: TestHub) {
    let till = hub.client("till");
    let (_, card) = with_card(&hub, &till);
    for delta in [json!("0.123456"), json!("0.0004"), json!(-1.2345)] {
        let refused = till.post(&format!("{card}/operations"), json!({ "delta": delta }));
        assert_eq!(
            complaints(&refused),
            ["delta has too many decimals (maximum is 3)"]
        );
    }
    assert_eq!(till.get(&card).ok()["balance"], "0.0");
    let operation = till.post(&format!("{card}/operations"), json!({ "delta": "0.1250" }));
    assert_eq!(operation.ok()["delta"], "0.125");
}

#[apply(each_engine!)]
fn operations_at_the_same_moment_are_all_counted(hub: TestHub) {
    let till = hub.client("till");
    let (ada, card) = with_card(&hub, &till);
    let order = json!({
        "status": "new", "customer_id": ada["id"], "loyalty_operations": [{ "delta": "0.5" }]
    });
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..5 {
                    till.post(&format!("{card}/operations"), json!({ "delta": 1 }))
                        .ok();
                    till.post("/location/orders", order.clone()).ok();
                }
            });
        }
    });
    assert_eq!(till.get(&card).ok()["balance"], "22.5");
    let all = till.get(&format!("{card}/operations")).ok();
    assert_eq!(all.as_array().unwrap().len(), 30);
}

#[apply(each_engine!)]
fn an_operation_is_found_under_its_own_card(hub: TestHub) {
    let till = hub.client("till");
    let ((_, card), (_, other)) = (with_card(&hub, &till), with_card(&hub, &till));
    let made = till
        .post(&format!("{card}/operations"), json!({ "delta": 1 }))
        .ok();
    let id = made["id"].as_str().unwrap();
    for path in [
        format!("{other}/operations/{id}"),
        format!("{card}/operations/zzzzz"),
        format!("{card}/operations/NOT-AN-ID"),
    ] {
        assert_eq!(till.get(&path).status_and_body(), NOT_FOUND);
    }
    let path = format!("{card}/operations/{id}");
    let no_route = r#"404 {"error_type":"routing_error"}"#;
    assert_eq!(till.delete(&path).status_and_body(), no_route);
    assert_eq!(till.patch(&path, json!({})).status_and_body(), no_route);
}

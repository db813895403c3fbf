//! Who may not reach a delivery or a quote.

use super::{deliver, delivery_path, order, quote_path, quotes_path};
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, Value, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const WRONG_LEVEL: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

/// An order that is being delivered, with a quote.
fn delivered(velo: &Caller) -> (Value, Value) {
    let order = order(velo);
    deliver(velo, &order, "pending");
    let new = json!({ "carrier": "Vélo", "fee": "5.20 EUR" });
    let quote = velo.post(&quotes_path(&order), new).ok();
    (order, quote)
}

/// Asks for everything there is about the order, with its paths beginning with `base`.
fn ask(who: &Caller, base: &str, order: &Value, quote: &Value) -> Vec<Answer> {
    let at = |path: String| path.replacen("/location", base, 1);
    let (delivery, quotes) = (at(delivery_path(order)), at(quotes_path(order)));
    let (quote, offer) = (
        at(quote_path(quote)),
        json!({ "carrier": "Vélo", "fee": "1.00 EUR" }),
    );
    vec![
        who.get(&delivery),
        who.post(&delivery, json!({ "carrier": "Vélo", "status": "pending" })),
        who.patch(&delivery, json!({ "status": "delivered" })),
        who.get(&quotes),
        who.post(&quotes, offer),
        who.get(&quote),
        who.post(&format!("{quote}/accept"), json!({})),
    ]
}

#[apply(each_engine!)]
fn another_account_knows_nothing_of_a_delivery(hub: TestHub) {
    let velo = hub.client("velo");
    let (order, quote) = delivered(&velo);
    let other = hub.another_account();
    let scope = "location[orders.write]";
    let foreign = hub.connect_in(&other.account, "velo", scope, Some(&other.location));
    let chain = hub.connect_in(&other.account, "chain", "account[orders.write]", None);
    let (here, there) = (
        format!("/locations/{}", hub.location),
        format!("/locations/{}", other.location),
    );
    for (who, base) in [
        (&foreign, "/location"),
        (&foreign, here.as_str()),
        (&foreign, there.as_str()),
        (&chain, here.as_str()),
        (&chain, there.as_str()),
    ] {
        for answer in ask(who, base, &order, &quote) {
            assert_eq!(answer.status_and_body(), NOT_FOUND);
        }
    }
    assert_eq!(velo.get(&quote_path(&quote)).ok(), quote);
    let delivery = velo.get(&delivery_path(&order)).ok();
    assert_eq!(delivery["status"], "pending");
}

#[apply(each_engine!)]
fn a_delivery_is_found_at_the_location_of_its_order_only(hub: TestHub) {
    let (order, quote) = delivered(&hub.client("velo"));
    let scope = "location[orders.write]";
    let sibling = hub.connect("sibling", scope, Some(&hub.second_location));
    for answer in ask(&sibling, "/location", &order, &quote) {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
    let here = format!("/locations/{}", hub.location);
    for answer in ask(&sibling, &here, &order, &quote) {
        assert_eq!(answer.status_and_body(), WRONG_LEVEL);
    }
    let chain = hub.connect("chain", "account[orders.write]", None);
    let there = format!("/locations/{}", hub.second_location);
    for answer in ask(&chain, &there, &order, &quote) {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
    for answer in ask(&chain, "/location", &order, &quote) {
        assert_eq!(answer.status_and_body(), WRONG_LEVEL);
    }
}

#[apply(each_engine!)]
fn the_long_path_serves_both_levels(hub: TestHub) {
    let velo = hub.client("velo");
    let (order, quote) = delivered(&velo);
    let chain = hub.connect("chain", "account[orders.write]", None);
    let here = format!("/locations/{}", hub.location);
    for who in [&velo, &chain] {
        let statuses: Vec<u16> = ask(who, &here, &order, &quote)
            .iter()
            .map(|answer| answer.status)
            .collect();
        assert_eq!(statuses, [200, 422, 200, 200, 200, 200, 200]);
    }
}

#[test]
fn reading_orders_is_enough_to_read_and_not_to_write() {
    let hub = TestHub::start();
    let (order, quote) = delivered(&hub.client("velo"));
    let reader = hub.client_with("reader", "location[orders.read]");
    let responses = |who: &Caller| -> Vec<String> {
        ask(who, "/location", &order, &quote)
            .iter()
            .map(|answer| answer.status_and_body())
            .collect()
    };
    let write = r#"403 {"message":"A 'orders' write scope is required","error_type":"forbidden"}"#;
    let read = r#"403 {"message":"A 'orders' read scope is required","error_type":"forbidden"}"#;
    for (index, answer) in responses(&reader).iter().enumerate() {
        if [1, 2, 4, 6].contains(&index) {
            assert_eq!(answer, write);
        } else {
            assert!(answer.starts_with("200 "), "{answer}");
        }
    }
    let cook = hub.client_with("cook", "location[catalog.write]");
    for (index, answer) in responses(&cook).iter().enumerate() {
        let expected = if [1, 2, 4, 6].contains(&index) {
            write
        } else {
            read
        };
        assert_eq!(answer, expected);
    }
}

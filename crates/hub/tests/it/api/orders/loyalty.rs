//! What an order does to loyalty cards.

use hub::args;
use hub::db;

use super::{ada, complaints, recorded_events, recorded_names};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

type OperationColumns = (Option<String>, i64, i64, Option<String>);

/// Ref of the card, delta, balance afterwards, reason.
fn operations(hub: &TestHub) -> Vec<OperationColumns> {
    let account = hub.account.clone();
    hub.wait(hub.hub.read("test.operations", move |tx| {
        tx.all(
            "SELECT c.ref, o.delta, o.new_balance, o.reason FROM loyalty_operations o
            JOIN loyalty_cards c ON c.account_id = o.account_id AND c.id = o.loyalty_card_id
            WHERE o.account_id = $1 AND o.order_location_id IS NOT NULL
            ORDER BY o.created_at, LENGTH(o.id), o.id",
            args![&account],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

#[apply(each_engine!)]
fn cards_are_found_by_ref_and_made_when_unknown(hub: TestHub) {
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let order = |operations: Value| {
        let id = ada.id.as_str();
        let new = json!({ "status": "new", "customer_id": id, "loyalty_operations": operations });
        kiosk.post("/location/orders", new).ok()
    };
    order(json!([
        { "ref": "FID", "name": "Club", "delta": "2.5", "reason": "Commande" },
        { "name": "Old", "delta": 1 },
        { "ref": "FID", "delta": "-4" }
    ]));
    let second = order(json!([{ "ref": "FID", "name": "Club Lumière", "delta": "0.0005" }]));
    let cards = second["customer"]["loyalty_cards"].as_array().unwrap();
    let shown: Vec<_> = cards
        .iter()
        .map(|card| json!([card["ref"], card["name"], card["balance"]]))
        .collect();
    assert_eq!(
        shown,
        [json!(["FID", "Club", "-1.5"]), json!([null, "Old", "1.0"])]
    );
    assert_eq!(second["loyalty_operations"][0]["delta"], "0.001");
    let third = order(json!([]));
    assert_eq!(
        third["customer"]["loyalty_cards"][0]["name"],
        "Club Lumière"
    );
    assert_eq!(third["customer"]["loyalty_cards"][0]["balance"], "-1.499");
    let fid = || Some("FID".to_owned());
    assert_eq!(
        operations(&hub),
        [
            (fid(), 2_500, 2_500, Some("Commande".to_owned())),
            (None, 1_000, 1_000, None),
            (fid(), -4_000, -1_500, None),
            (fid(), 1, -1_499, None),
        ]
    );
}

#[apply(each_engine!)]
fn a_changed_card_is_told_as_a_changed_customer(hub: TestHub) {
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let id = ada.id.as_str();
    let new = json!({ "status": "new", "customer_id": id });
    kiosk.post("/location/orders", new).ok();
    assert_eq!(recorded_names(&hub), ["order.create 1"]);
    let new = json!({
        "status": "new", "customer_id": id, "loyalty_operations": [{ "delta": "2" }]
    });
    kiosk.post("/location/orders", new).ok();
    assert_eq!(
        recorded_names(&hub),
        ["order.create 1", "order.create 1", "customer.update 1"]
    );
    let (_, event) = recorded_events(&hub).pop().unwrap();
    assert_eq!(event["customer_id"], id);
    assert_eq!(event["customer_list_id"], hub.customer_list.as_str());
    assert_eq!(event["previous_state"]["loyalty_cards"], json!([]));
    assert_eq!(event["previous_state"]["nb_orders"], 1);
    assert_eq!(event["new_state"]["loyalty_cards"][0]["balance"], "2.0");
    assert_eq!(event["new_state"]["nb_orders"], 2);
}

#[test]
fn a_balance_beyond_all_bounds_is_refused_and_nothing_kept() {
    let hub = TestHub::start();
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let refused = kiosk.post(
        "/location/orders",
        json!({
            "status": "new", "customer_id": ada.id.as_str(),
            "loyalty_operations": [{ "delta": 999_999_999_999_i64 }, { "delta": 1 }]
        }),
    );
    assert_eq!(
        complaints(&refused),
        ["loyalty_operations[1].delta is too big"]
    );
    assert_eq!(operations(&hub), []);
    assert_eq!(kiosk.get("/location/orders").ok(), json!([]));
}

//! A connection that refuses a ref which comes again too soon.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use hub::db;
use hub::oauth::connections;
use tower::ServiceExt as _;

use crate::engine::{Engine, apply};
use crate::support::{Caller, TestHub, Value, json};

const MINUTE: Duration = Duration::from_secs(60);

/// Has orders of a connection refused when their ref comes again within so many minutes.
fn guard(hub: &TestHub, who: &Caller, minutes: Option<u32>) {
    let (account, connection) = (hub.account.clone(), who.connection.clone());
    let found: db::Result<bool> = hub.wait(hub.hub.write("test.guard", move |tx| {
        connections::set_ref_window(tx, &account, &connection, minutes)
    }));
    assert!(found.unwrap());
}

fn order(reference: &str) -> Value {
    json!({ "status": "new", "ref": reference })
}

#[apply(each_engine!)]
fn a_ref_that_comes_again_too_soon_is_refused_with_the_first_orders_id(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    guard(&hub, &kiosk, Some(10));
    let first = kiosk.post("/location/orders", order("A")).ok();
    kiosk.post("/location/orders", order("B")).ok();
    hub.pass(10 * MINUTE - Duration::from_secs(1));
    let id = first["id"].as_str().unwrap();
    let message = format!("was used by order {id} less than 10 minute(s) ago");
    let refused = kiosk.post("/location/orders", order("A"));
    assert_eq!(refused.status, 422, "{refused:?}");
    let errors = json!([{ "field": "ref", "message": message }]);
    assert_eq!(refused.json()["errors"], errors);
    // A refusal does not begin the time anew.
    hub.pass(Duration::from_secs(1));
    let second = kiosk.post("/location/orders", order("A")).ok();
    assert_ne!(second["id"], first["id"]);
    hub.pass(MINUTE);
    assert_eq!(kiosk.post("/location/orders", order("A")).status, 422);
}

#[apply(each_engine!)]
fn nobody_else_and_no_other_location_is_concerned(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let chain = hub.connect("chain", "account[orders.write]", None);
    guard(&hub, &kiosk, Some(10));
    guard(&hub, &chain, Some(10));
    kiosk.post("/location/orders", order("A")).ok();
    till.post("/location/orders", order("A")).ok();
    till.post("/location/orders", order("A")).ok();
    for location in [&hub.location, &hub.second_location] {
        let path = format!("/locations/{location}/orders");
        chain.post(&path, order("A")).ok();
        assert_eq!(chain.post(&path, order("A")).status, 422);
    }
    // Orders without a ref are not like each other.
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
}

#[apply(each_engine!)]
fn an_order_that_was_refused_for_another_reason_leaves_its_ref_free(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    guard(&hub, &kiosk, Some(10));
    let mut wrong = order("A");
    wrong["customer_id"] = json!("nobody");
    assert_eq!(kiosk.post("/location/orders", wrong).status, 422);
    kiosk.post("/location/orders", order("A")).ok();
    guard(&hub, &kiosk, None);
    kiosk.post("/location/orders", order("A")).ok();
}

#[apply(each_engine!)]
fn a_ref_that_tells_nothing_apart_refuses_no_order(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    guard(&hub, &kiosk, Some(10));
    // Of many different letters, so that no engine makes it short.
    let long: String = ('\u{100}'..'\u{1100}').collect();
    for reference in ["", &long] {
        for _ in 0..2 {
            let made = kiosk.post("/location/orders", order(reference)).ok();
            assert_eq!(made["ref"], reference);
        }
    }
}

#[apply(each_engine!)]
fn of_thirty_two_at_once_one_gets_through(engine: Engine) {
    let hub = engine.start_with(&[("database.threads", "8")]);
    let kiosk = hub.client("kiosk");
    guard(&hub, &kiosk, Some(10));
    let router = hub::router(&hub.hub);
    let attempt = |_| {
        let request = Request::post("/v1/location/orders")
            .header("X-Access-Token", &kiosk.token)
            .body(Body::from(order("A").to_string()))
            .expect("a request");
        let router = router.clone();
        async move {
            let answer = router.oneshot(request).await.expect("an answer");
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
            let body: Value = serde_json::from_slice(&body.expect("bytes")).expect("JSON");
            (status, body)
        }
    };
    let answers = hub.wait(join_all((0..32).map(attempt)));
    let made: Vec<&Value> = answers
        .iter()
        .filter(|(status, _)| *status == 200)
        .map(|(_, body)| body)
        .collect();
    assert_eq!(made.len(), 1);
    let id = made[0]["id"].as_str().unwrap();
    let refusals: BTreeSet<String> = answers
        .iter()
        .filter(|(status, _)| *status == 422)
        .map(|(_, body)| body["errors"][0]["message"].to_string())
        .collect();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(
        refusals.iter().all(|message| message.contains(id)),
        "{refusals:?}"
    );
    let stored = kiosk.get("/location/orders").ok();
    assert_eq!(stored.as_array().map(Vec::len), Some(1));
}

#[apply(each_engine!)]
fn refs_are_forgotten_after_the_longest_window(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    guard(&hub, &kiosk, Some(u32::MAX));
    kiosk.post("/location/orders", order("A")).ok();
    let week = Duration::from_secs(u64::from(connections::MAX_REF_WINDOW_MINUTES) * 60);
    let left = |hub: &TestHub| {
        hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
        let count: Option<(i64,)> = hub
            .wait(hub.hub.read("test.count", |tx| {
                tx.first("SELECT COUNT(*) FROM recent_refs", &[])
            }))
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
        count.map_or(0, |(count,)| count)
    };
    hub.pass(week - Duration::from_secs(1));
    assert_eq!(left(&hub), 1);
    hub.pass(Duration::from_secs(1));
    assert_eq!(left(&hub), 0);
}

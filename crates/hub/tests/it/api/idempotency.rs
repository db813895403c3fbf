//! `Idempotency-Key`: what is sent twice happens once.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use hub::db;
use tower::ServiceExt as _;

use crate::engine::{Engine, apply};
use crate::support::{Answer, Caller, TestHub, Value, json};

const ORDERS: &str = "/location/orders";
const DAY: Duration = Duration::from_secs(86_400);

fn order(reference: &str) -> Value {
    json!({ "status": "new", "ref": reference, "private_ref": "mine" })
}

fn send(who: &Caller, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    who.send(method, path, &headers, body.to_string())
}

fn place_order(who: &Caller, key: &str, reference: &str) -> Answer {
    send(who, "POST", ORDERS, key, &order(reference))
}

fn orders(who: &Caller) -> usize {
    who.get(ORDERS).ok().as_array().unwrap().len()
}

fn count(hub: &TestHub, sql: &'static str) -> i64 {
    let count: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", move |tx| tx.first(sql, &[])))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    count.map_or(0, |(count,)| count)
}

#[apply(each_engine!)]
fn the_same_request_again_gets_the_same_answer_byte_for_byte(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let first = place_order(&kiosk, "k 1", "A");
    assert_eq!(first.header("idempotent-replayed"), Some("false"));
    hub.pass(Duration::from_secs(60));
    let till = hub.client("till");
    let path = format!("{ORDERS}/{}", first.json()["id"].as_str().unwrap());
    till.patch(&path, json!({ "status": "accepted" })).ok();

    let again = place_order(&kiosk, "k 1", "A");
    assert_eq!(
        (again.status, again.text.as_str()),
        (200, first.text.as_str())
    );
    for same in ["content-type", "etag"] {
        assert_eq!(again.header(same), first.header(same), "{same}");
    }
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(orders(&kiosk), 1);
    let events = count(&hub, "SELECT COUNT(*) FROM events");
    assert_eq!(events, 2, "one for the order and one for its status");
}

#[apply(each_engine!)]
fn every_answer_to_a_key_says_whether_it_was_given_before(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let placed = place_order(&kiosk, "k", "A");
    let path = format!("{ORDERS}/{}", placed.json()["id"].as_str().unwrap());
    let refused = |key, body| send(&kiosk, "PATCH", &path, key, &body);
    let set = |body| send(&kiosk, "POST", "/callback", "c", &body);
    for (answer, replayed) in [
        (&placed, Some("false")),
        (&place_order(&kiosk, "k", "A"), Some("true")),
        (&place_order(&kiosk, "k", "B"), Some("false")),
        (&refused("p", json!({ "status": "lost" })), Some("false")),
        (&refused("", json!({})), Some("false")),
        (&set(json!({ "url": null })), Some("false")),
        (&set(json!({ "url": null })), Some("true")),
        (&kiosk.post(ORDERS, order("A")), None),
        (&kiosk.get(&path), None),
    ] {
        assert_eq!(answer.header("idempotent-replayed"), replayed, "{answer:?}");
    }
}

#[test]
fn without_a_key_two_orders_are_two() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    kiosk.post(ORDERS, order("A")).ok();
    kiosk.post(ORDERS, order("A")).ok();
    assert_eq!(orders(&kiosk), 2);
    assert_eq!(count(&hub, "SELECT COUNT(*) FROM idempotency_keys"), 0);
}

#[apply(each_engine!)]
fn another_request_under_the_same_key_is_refused(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    place_order(&kiosk, "k", "A").ok();
    let message = "was already used for another request";
    let errors = format!(r#"[{{"field":"Idempotency-Key","message":"{message}"}}]"#);
    let kind = "unprocessable_entity";
    let refused =
        format!(r#"422 {{"message":"Validation failed","errors":{errors},"error_type":"{kind}"}}"#);
    assert_eq!(place_order(&kiosk, "k", "B").status_and_body(), refused);
    let elsewhere = format!("{ORDERS}?a=b");
    let other_query = send(&kiosk, "POST", &elsewhere, "k", &order("A"));
    assert_eq!(other_query.status_and_body(), refused);
    let other_path = send(&kiosk, "PATCH", "/location", "k", &json!({}));
    assert_eq!(other_path.status_and_body(), refused);
    assert_eq!(orders(&kiosk), 1);
}

#[apply(each_engine!)]
fn of_sixty_four_twins_one_makes_the_order_and_all_get_its_answer(engine: Engine) {
    let hub = engine.start_with(&[("database.threads", "8")]);
    let kiosk = hub.client("kiosk");
    let router = hub::router(&hub.hub);
    let twin = || {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/v1{ORDERS}"))
            .header("X-Access-Token", &kiosk.token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "twins")
            .body(Body::from(order("A").to_string()))
            .expect("a request");
        let router = router.clone();
        async move {
            let (head, body) = router
                .oneshot(request)
                .await
                .expect("an answer")
                .into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("bytes");
            let is_again = head.headers["idempotent-replayed"] == "true";
            (head.status.as_u16(), body, is_again)
        }
    };
    let answers = hub.wait(join_all((0..64).map(|_| twin())));
    let statuses: BTreeSet<u16> = answers.iter().map(|it| it.0).collect();
    assert_eq!(statuses, BTreeSet::from([200]));
    let bodies: BTreeSet<_> = answers.iter().map(|it| it.1.clone()).collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(answers.iter().filter(|it| !it.2).count(), 1);
    assert_eq!(orders(&kiosk), 1);
}

#[apply(each_engine!)]
fn two_connections_with_the_same_key_do_not_meet(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let first = place_order(&kiosk, "k", "A").ok();
    let second = place_order(&till, "k", "A").ok();
    assert_ne!(first["id"], second["id"]);
}

#[apply(each_engine!)]
fn a_refused_request_leaves_its_key_as_good_as_new(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let wrong = json!({ "status": "new", "items": [{ "price": "douze" }] });
    assert_eq!(send(&kiosk, "POST", ORDERS, "k", &wrong).status, 422);
    // Refused inside the change, and rolled back with it.
    let unknown = json!({ "status": "new", "customer_id": "nobody" });
    assert_eq!(send(&kiosk, "POST", ORDERS, "k", &unknown).status, 422);
    place_order(&kiosk, "k", "A").ok();
    assert_eq!(orders(&kiosk), 1);
}

#[apply(each_engine!)]
fn a_key_is_kept_for_a_day_and_then_forgotten(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let first = place_order(&kiosk, "k", "A");
    hub.pass(DAY - Duration::from_secs(1));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(place_order(&kiosk, "k", "A").text, first.text);
    hub.pass(Duration::from_secs(1));
    // Before the chore has come round the key is free all the same.
    let second = place_order(&kiosk, "k", "B").ok();
    assert_ne!(second["id"], first.json()["id"]);
    hub.pass(DAY);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(count(&hub, "SELECT COUNT(*) FROM idempotency_keys"), 0);
}

#[test]
fn a_key_is_1_to_255_printable_ascii_characters() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let (longest, too_long) = ("x".repeat(255), "x".repeat(256));
    for good in ["!", "~ ~", longest.as_str()] {
        place_order(&kiosk, good, good).ok();
    }
    for bad in ["", too_long.as_str(), "été", "a\tb"] {
        let refused = place_order(&kiosk, bad, "A");
        assert_eq!(refused.status, 400, "{bad}");
        assert_eq!(refused.json()["error_type"], "unprocessable_entity");
    }
    assert_eq!(orders(&kiosk), 3);
}

#[apply(each_engine!)]
fn a_change_with_a_key_is_made_once_too(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let placed = kiosk.post(ORDERS, order("A")).ok();
    let path = format!("{ORDERS}/{}", placed["id"].as_str().unwrap());
    let paid = json!({ "payments": [{ "amount": "5.00 EUR" }] });
    let first = send(&kiosk, "PATCH", &path, "paid", &paid);
    let again = send(&kiosk, "PATCH", &path, "paid", &paid);
    assert_eq!(first.text, again.text);
    let now = kiosk.get(&path).ok();
    assert_eq!(now["payments"].as_array().map(Vec::len), Some(1));
}

#[apply(each_engine!)]
fn a_key_works_on_whatever_is_posted(hub: TestHub) {
    let till = hub.client("till");
    let passive = json!({ "url": null, "events": { "order": ["create"] } });
    let first = send(&till, "POST", "/callback", "c", &passive);
    assert_eq!(first.status, 200, "{first:?}");
    till.delete("/callback").ok();
    let again = send(&till, "POST", "/callback", "c", &passive);
    assert_eq!(again.text, first.text);
    let found = till.get("/callback").ok();
    assert_eq!(found["events"], json!({}), "it was not made again");
}

#[apply(each_engine!)]
fn a_change_whose_answer_is_not_known_is_not_made_again(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    place_order(&kiosk, "k", "A").ok();
    let lost: db::Result<()> = hub.wait(hub.hub.write("test.lose", |tx| {
        tx.write("UPDATE idempotency_keys SET body = NULL", &[])
    }));
    lost.unwrap();
    let refused = place_order(&kiosk, "k", "A");
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(refused.json()["error_type"], "conflict");
    assert_eq!(orders(&kiosk), 1);
}

//! `ETag`, `If-None-Match` and `If-Match`: nobody overwrites what they have not seen.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says by panicking what is wrong"
)]

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use tower::ServiceExt as _;

use crate::engine::{Engine, apply};
use crate::support::{Answer, Caller, Receiver, TestHub, Value, json};

const ORDERS: &str = "/location/orders";

fn placed(who: &Caller) -> String {
    let order = who
        .post(ORDERS, json!({ "status": "new", "private_ref": "mine" }))
        .ok();
    format!("{ORDERS}/{}", order["id"].as_str().unwrap())
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("a tag").to_owned()
}

fn known(who: &Caller, path: &str, tags: &str) -> Answer {
    who.send("GET", path, &[("If-None-Match", tags)], "")
}

fn change(who: &Caller, method: &str, path: &str, tags: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json"), ("If-Match", tags)];
    who.send(method, path, &headers, body.to_string())
}

#[test]
fn one_object_has_a_strong_tag_and_a_list_has_none() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let order = placed(&kiosk);
    for path in ["/location", "/callback", &order] {
        let tag = tag(&kiosk.get(path));
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path} {tag}");
    }
    assert_eq!(kiosk.get(ORDERS).header("etag"), None);
}

#[apply(each_engine!)]
fn what_is_known_already_is_a_304_without_a_body(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let path = placed(&kiosk);
    let tag = tag(&kiosk.get(&path));
    for tags in [tag.clone(), "*".to_owned(), format!("\"old\", W/{tag}")] {
        let same = known(&kiosk, &path, &tags);
        assert_eq!((same.status, same.text.as_str()), (304, ""), "{tags}");
        assert_eq!(same.header("etag"), Some(tag.as_str()));
        assert_eq!(same.header("content-type"), None);
        assert_eq!(same.header("access-control-allow-origin"), Some("*"));
        assert!(same.header("x-request-id").is_some());
    }
    kiosk.patch(&path, json!({ "status": "accepted" })).ok();
    let new = known(&kiosk, &path, &tag);
    assert_eq!(new.status, 200);
    assert_ne!(new.header("etag"), Some(tag.as_str()));
}

#[test]
fn a_304_counts_against_the_budget_like_any_call() {
    let hub = TestHub::start_with(&[("limits.enabled", "true"), ("limits.per_minute", "2")]);
    let kiosk = hub.client("kiosk");
    let tag = tag(&kiosk.get("/location"));
    assert_eq!(known(&kiosk, "/location", &tag).status, 304);
    assert_eq!(known(&kiosk, "/location", &tag).status, 429);
}

#[apply(each_engine!)]
fn clients_that_see_different_bodies_have_different_tags(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let path = placed(&kiosk);
    let (mine, theirs) = (tag(&kiosk.get(&path)), tag(&till.get(&path)));
    assert_ne!(mine, theirs);
    // What only one client sees changes only its tag.
    kiosk.patch(&path, json!({ "private_ref": "other" })).ok();
    assert_ne!(tag(&kiosk.get(&path)), mine);
    assert_eq!(tag(&till.get(&path)), theirs);
}

#[apply(each_engine!)]
fn a_pause_that_ends_by_itself_changes_the_tag(hub: TestHub) {
    let till = hub.client("till");
    let pause = json!({ "mode": "paused", "resume_at": "2026-03-07T19:11:08Z" });
    let paused = till.patch("/location", json!({ "order_acceptance": pause }));
    assert_eq!(paused.status, 200, "{paused:?}");
    assert_eq!(tag(&paused), tag(&till.get("/location")));
    hub.pass(Duration::from_secs(3_600));
    assert_eq!(known(&till, "/location", &tag(&paused)).status, 200);
    let patch = json!({ "preparation_time": 5 });
    let stale = change(&till, "PATCH", "/location", &tag(&paused), &patch);
    assert_eq!(stale.status, 412);
}

#[apply(each_engine!)]
fn a_change_of_what_was_not_seen_is_refused_and_not_made(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let path = placed(&kiosk);
    let tag_before = tag(&kiosk.get(&path));
    till.patch(&path, json!({ "status": "accepted" })).ok();
    let now = till.get(&path).text;
    let weak = format!("W/{}", tag(&kiosk.get(&path)));
    for (method, stale) in [
        ("PATCH", &tag_before),
        ("PUT", &tag_before),
        ("PATCH", &weak),
    ] {
        let response = change(
            &kiosk,
            method,
            &path,
            stale,
            &json!({ "status": "rejected" }),
        )
        .status_and_body();
        let message =
            "This has changed since the version in If-Match: read it again, then repeat the change";
        assert_eq!(
            response,
            format!(r#"412 {{"message":"{message}","error_type":"precondition_failed"}}"#)
        );
    }
    assert_eq!(till.get(&path).text, now);
}

#[apply(each_engine!)]
fn an_answer_to_a_change_carries_the_tag_for_the_next(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let first = kiosk.post(ORDERS, json!({ "status": "new", "private_ref": "mine" }));
    let path = format!("{ORDERS}/{}", first.json()["id"].as_str().unwrap());
    let accept = json!({ "status": "accepted" });
    let second = change(&kiosk, "PATCH", &path, &tag(&first), &accept);
    assert_eq!(second.status, 200, "{second:?}");
    let reject = json!({ "status": "rejected" });
    let third = change(&kiosk, "PATCH", &path, &tag(&second), &reject);
    assert_eq!(third.status, 200, "{third:?}");
    let any = change(&kiosk, "PATCH", &path, "*", &accept);
    assert_eq!(tag(&any), tag(&kiosk.get(&path)));
}

#[apply(each_engine!)]
fn a_delivery_is_changed_only_as_it_was_seen(hub: TestHub) {
    let (kiosk, courier) = (hub.client("kiosk"), hub.client("courier"));
    let order = json!({ "status": "new", "service_type": "delivery" });
    let id = kiosk.post(ORDERS, order).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{ORDERS}/{id}/delivery");
    let pending = json!({ "carrier": "Vélo", "status": "pending" });
    let tag_before = tag(&courier.post(&path, pending));
    let way = json!({ "status": "pickup_enroute" });
    let first = change(&courier, "PATCH", &path, &tag_before, &way);
    assert_eq!(first.status, 200, "{first:?}");
    let late = change(
        &kiosk,
        "PATCH",
        &path,
        &tag_before,
        &json!({ "status": "cancelled" }),
    );
    assert_eq!(late.status, 412, "{late:?}");
    assert_eq!(kiosk.get(&path).json()["status"], "pickup_enroute");
}

#[apply(each_engine!)]
fn a_quote_is_accepted_only_as_it_was_seen(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = json!({ "status": "new", "service_type": "delivery" });
    let order = kiosk.post(ORDERS, order).ok();
    let quotes = format!("{ORDERS}/{}/delivery_quotes", order["id"].as_str().unwrap());
    let quote = kiosk.post(&quotes, json!({ "carrier": "Vélo", "fee": "5.20 EUR" }));
    let path = format!("{quotes}/{}", quote.json()["id"].as_str().unwrap());
    let accept = |tags: &str| change(&kiosk, "POST", &format!("{path}/accept"), tags, &json!({}));
    let stale = accept("\"of something else\"");
    assert_eq!(stale.status, 412, "{stale:?}");
    assert_eq!(tag(&kiosk.get(&path)), tag(&quote));
    let accepted = accept(&tag(&quote));
    assert_eq!(tag(&accepted), tag(&kiosk.get(&path)));
    assert!(accepted.ok()["accepted_at"].is_string());
    assert_eq!(accept(&tag(&quote)).status, 412, "it is accepted already");
}

#[apply(each_engine!)]
fn what_creates_has_nothing_to_compare(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = json!({ "status": "new" });
    let created = change(&kiosk, "POST", ORDERS, "\"of something else\"", &order);
    assert_eq!(created.status, 200, "{created:?}");
}

#[apply(each_engine!)]
fn a_callback_is_removed_only_as_it_was_seen(hub: TestHub) {
    let till = hub.client("till");
    let set = |kinds| {
        let body = json!({ "url": null, "events": { "order": kinds } });
        tag(&till.post("/callback", body))
    };
    let (first, second) = (set(json!(["create"])), set(json!(["update"])));
    let stale = change(&till, "DELETE", "/callback", &first, &json!({}));
    assert_eq!(stale.status, 412, "{stale:?}");
    change(&till, "DELETE", "/callback", &second, &json!({})).ok();
}

#[apply(each_engine!)]
fn of_sixteen_who_saw_the_same_one_changes_it(engine: Engine) {
    let hub = engine.start_with(&[("database.threads", "8")]);
    let kiosk = hub.client("kiosk");
    let path = placed(&kiosk);
    let tag_before = tag(&kiosk.get(&path));
    let router = hub::router(&hub.hub);
    let attempt = |number: u32| {
        let body = json!({ "seller_notes": format!("till {number}") });
        let request = Request::builder()
            .method("PATCH")
            .uri(format!("/v1{path}"))
            .header("X-Access-Token", &kiosk.token)
            .header("If-Match", &tag_before)
            .body(Body::from(body.to_string()))
            .expect("a request");
        let router = router.clone();
        async move { router.oneshot(request).await.expect("an answer").status() }
    };
    let mut statuses: Vec<u16> = hub
        .wait(join_all((0..16).map(attempt)))
        .iter()
        .map(|status| status.as_u16())
        .collect();
    statuses.sort_unstable();
    let mut expected = vec![412; 16];
    expected[0] = 200;
    assert_eq!(statuses, expected);
}

#[apply(each_engine!)]
fn a_get_after_a_callback_shows_at_least_that_state(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let follows = json!({ "url": receiver.url("/till"), "events": { "order": ["update"] } });
    till.post("/callback", follows).ok();
    let path = placed(&kiosk);
    // What the till reads the moment it is told, before it answers.
    let router = hub::router(&hub.hub);
    let (token, at) = (till.token.clone(), format!("/v1{path}"));
    let (sender, pairs_sent) = std::sync::mpsc::channel();
    receiver.acts(move |received| {
        let request = Request::get(at.clone())
            .header("X-Access-Token", &token)
            .body(Body::empty())
            .expect("a request");
        let (router, sender) = (router.clone(), sender.clone());
        Box::pin(async move {
            let answer = router.oneshot(request).await.expect("an answer");
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
            let read: Value = serde_json::from_slice(&body.expect("bytes")).expect("JSON");
            sender.send((received.event(), read)).expect("a listener");
        })
    });
    for number in 1..=20 {
        let notes = json!({ "seller_notes": number.to_string() });
        kiosk.patch(&path, notes).ok();
    }
    hub.dispatch();
    let number =
        |order: &Value| -> u32 { order["seller_notes"].as_str().unwrap().parse().unwrap() };
    let pairs: Vec<(Value, Value)> = pairs_sent.try_iter().collect();
    assert_eq!(pairs.len(), 20);
    for (event, read) in pairs {
        assert!(
            number(&read) >= number(&event["new_state"]),
            "{event} {read}"
        );
    }
}

#[apply(each_engine!)]
fn where_nothing_is_compared_the_refusal_says_what_can_be(hub: TestHub) {
    let till = hub.client("till");
    let path = format!("/catalogs/{}/location/inventory", hub.catalog);
    let refused = change(&till, "PUT", &path, "*", &json!([]));
    assert_eq!(refused.status, 400, "{refused:?}");
    let message = "If-Match is not supported here: send the request without it. It is supported for \
            callbacks, catalogs, customer lists, customers, deliveries, delivery quotes, locations, \
            loyalty cards, orders and waiting events";
    assert_eq!(refused.json()["message"], message);
}

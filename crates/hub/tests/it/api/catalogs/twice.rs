//! Catalogs that are sent under an `Idempotency-Key`.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

use super::{author, carte, complaints, created, names, path};
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, json};

const CATALOGS: &str = "/location/catalogs";

fn send(who: &Caller, (method, path): (&str, &str), key: &str, body: &str) -> Answer {
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    who.send(method, path, &headers, body.to_owned())
}

#[apply(each_engine!)]
fn a_catalog_sent_twice_with_one_key_is_one(hub: TestHub) {
    let author = author(&hub);
    let before = author.get(CATALOGS).ok();
    let new = json!({ "name": "Carte", "data": carte() }).to_string();
    let first = send(&author, ("POST", CATALOGS), "k", &new);
    let again = send(&author, ("POST", CATALOGS), "k", &new);
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let after = author.get(CATALOGS).ok();
    assert_eq!(names(&after).len(), names(&before).len() + 1);
}

#[apply(each_engine!)]
fn a_catalog_whose_name_was_taken_is_made_under_the_same_key_once_it_is_free(hub: TestHub) {
    let author = author(&hub);
    let rival = created(&author, "Carte", json!({}));
    let new = json!({ "name": "Carte", "data": carte() }).to_string();
    let refused = send(&author, ("POST", CATALOGS), "k", &new);
    assert_eq!(complaints(&refused), ["name has already been taken"]);
    author.delete(&path(&rival)).ok();
    let made = send(&author, ("POST", CATALOGS), "k", &new);
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(author.get(&path(&made.json())).text, made.text);
}

/// Sends a request from a world of its own, which ends at that moment, as a hub does that is killed: its
/// callers, and what is being done for them. What the database has begun, it ends.
fn stop_after(hub: &TestHub, moment: Duration, request: Request<Body>) {
    let world = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let sending = hub::router(&hub.hub).oneshot(request);
    let _answer = world.block_on(async { tokio::time::timeout(moment, sending).await });
}

/// Stops at one moment after the other, and sends the same again. How long a request takes differs: so
/// there are many moments, close together.
fn stop_everywhere(hub: &TestHub, who: &Caller, method: &str, path: &str, body: &str) {
    for round in 0..80_u32 {
        let (key, body) = (
            format!("k {round}"),
            body.replace("{n}", &round.to_string()),
        );
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1{path}"))
            .header("X-Access-Token", &who.token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", &key)
            .body(Body::from(body.clone()))
            .expect("a request");
        stop_after(hub, Duration::from_micros(200 * u64::from(round)), request);
        let again = send(who, (method, path), &key, &body);
        assert_eq!(again.status, 200, "in round {round}: {again:?}");
        let replayed = send(who, (method, path), &key, &body);
        assert_eq!(replayed.text, again.text);
    }
}

#[apply(each_engine!)]
fn a_hub_that_stops_within_a_new_catalog_has_its_answer_under_the_same_key(hub: TestHub) {
    let author = author(&hub);
    let body = json!({ "name": "Carte {n}", "data": carte() }).to_string();
    stop_everywhere(&hub, &author, "POST", CATALOGS, &body);
    let all = author.get(CATALOGS).ok();
    let mut names = names(&all);
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[apply(each_engine!)]
fn a_hub_that_stops_within_new_data_has_its_answer_under_the_same_key(hub: TestHub) {
    let author = author(&hub);
    let path = path(&created(&author, "Carte", json!({})));
    let body = json!({ "data": carte() }).to_string();
    stop_everywhere(&hub, &author, "PUT", &path, &body);
}

#[apply(each_engine!)]
fn a_hub_that_stops_within_a_new_name_has_its_answer_under_the_same_key(hub: TestHub) {
    let author = author(&hub);
    let path = path(&created(&author, "Carte", carte()));
    let body = json!({ "name": "Carte {n}" }).to_string();
    stop_everywhere(&hub, &author, "PUT", &path, &body);
}

//! Callbacks that change while an event for them is being recorded by another transaction.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

use super::{log, minutes};
use crate::support::{Caller, Receiver, TestHub, Value, json, on_postgres_with, waiting_for};

/// Makes every event wait, just before its transaction ends, for a lock that only a test holds.
const HOLD: &str = "
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(CAST(CAST('events' AS regclass) AS oid)::bigint);
        RETURN NEW;
    END $$;
    CREATE TRIGGER hold BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION hold();
    BEGIN;
    SELECT pg_advisory_xact_lock(CAST(CAST('events' AS regclass) AS oid)::bigint);";

/// Makes a request from within a test that runs already.
pub(super) async fn send(
    hub: hub::Hub,
    method: &str,
    path: &str,
    caller: &Caller,
    body: Value,
) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-access-token", &caller.token)
        .body(Body::from(body.to_string()))
        .expect("a request");
    let answer = hub::router(&hub).oneshot(request).await.expect("an answer");
    answer.status().as_u16()
}

/// Replaces the callback of `till` by `to`, while a change that it is told of is recorded but not
/// committed.
fn replace_within_a_change(hub: &TestHub, till: &Caller, to: Value) {
    let office = hub.connect("office", "account[orders.write]", None);
    let (holder, onlooker) = (hub.session(), hub.session());
    hub.wait(async {
        holder.batch_execute(HOLD).await.expect("a hold");
        let row = holder.query_one("SELECT pg_backend_pid()", &[]).await;
        let pid: i32 = row.expect("a process").get(0);
        let waiting = async || waiting_for(&onlooker, pid).await;
        let (path, change) = (
            format!("/v1/locations/{}", hub.location),
            json!({ "preparation_time": 21 }),
        );
        let (one, other) = (hub.hub.clone(), hub.hub.clone());
        let (office, till) = (office.clone(), till.clone());
        let changing =
            tokio::spawn(async move { send(one, "PATCH", &path, &office, change).await });
        while waiting().await < 1 {
            tokio::task::yield_now().await;
        }
        let turning =
            tokio::spawn(async move { send(other, "POST", "/v1/callback", &till, to).await });
        while waiting().await < 2 && !turning.is_finished() {
            tokio::task::yield_now().await;
        }
        holder
            .batch_execute("COMMIT")
            .await
            .expect("the end of the hold");
        assert_eq!(changing.await.expect("a change"), 200);
        assert_eq!(turning.await.expect("a callback"), 200);
    });
}

#[test]
fn a_callback_that_gets_a_url_while_an_event_is_recorded_is_told_of_it() {
    on_postgres_with(&[], |hub| {
        let receiver = Receiver::start(&hub);
        let till = hub.client("till");
        let events = json!({ "location": ["update"] });
        till.post("/callback", json!({ "events": events })).ok();
        let to = json!({ "url": receiver.url("/till"), "events": events });
        replace_within_a_change(&hub, &till, to);
        // Neither could see the other: it is looked for a minute later.
        hub.pass(Duration::from_secs(61));
        hub.wait(hub::chores::run_due(&hub.hub)).expect("chores");
        hub.dispatch();
        assert_eq!(minutes(&receiver), [21]);
    });
}

#[test]
fn a_callback_that_loses_its_url_while_an_event_is_recorded_has_it_to_fetch() {
    on_postgres_with(&[], |hub| {
        let receiver = Receiver::start(&hub);
        let till = hub.client("till");
        let events = json!({ "location": ["update"] });
        let url = receiver.url("/till");
        till.post("/callback", json!({ "url": url, "events": events }))
            .ok();
        replace_within_a_change(&hub, &till, json!({ "events": events }));
        hub.dispatch();
        assert_eq!(receiver.count(), 0);
        assert_eq!(log(&hub, &till)[0].due_at, None);
        assert_eq!(
            till.get("/callback/events").ok().as_array().map(Vec::len),
            Some(1)
        );
    });
}

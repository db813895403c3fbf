//! What becomes of retries when an app registers its callback once more.

use std::time::Duration;

use hub::events::store::{Dispatch, DispatchState};
use jiff::{SignedDuration, Timestamp};

use super::{change, follow, log, till_and_office};
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, START, TestHub, json};

const MINUTE: Duration = Duration::from_secs(60);

fn only(hub: &TestHub, caller: &Caller) -> Dispatch {
    let mut dispatches = log(hub, caller);
    assert_eq!(dispatches.len(), 1, "{dispatches:?}");
    dispatches.remove(0)
}

/// Tries at `receiver` again after each of these minutes, and expects it every time.
fn retries(hub: &TestHub, receiver: &Receiver, minutes: &[u32]) {
    for wait in minutes {
        let before = receiver.count();
        hub.pass(MINUTE * *wait - Duration::from_secs(1));
        hub.dispatch();
        assert_eq!(receiver.count(), before, "before {wait} minutes");
        hub.pass(Duration::from_secs(1));
        hub.dispatch();
        assert_eq!(receiver.count(), before + 1, "after {wait} minutes");
    }
}

/// A till that hears of a change at `old`, where all tries but the last have failed; those at `new`
/// will fail, too.
fn failed_all_but_once(hub: &TestHub, old: &Receiver, new: &Receiver) -> Caller {
    for receiver in [old, new] {
        receiver.answers(Reply::Status(503));
    }
    let (till, office) = till_and_office(hub, old);
    change(&office, &hub.location, 21);
    hub.dispatch();
    retries(hub, old, &[1, 2, 4, 8, 16]);
    till
}

#[apply(each_engine!)]
fn registering_the_same_url_again_leaves_the_retries_as_they_are(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(502));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    for _ in 0..6 {
        hub.pass(Duration::from_secs(1));
        follow(&till, &receiver.url("/till"));
        hub.dispatch();
    }
    assert_eq!(receiver.count(), 1);
    let dispatch = only(&hub, &till);
    let start: Timestamp = START.parse().expect("a time");
    let due = start + SignedDuration::from_mins(1);
    assert_eq!(
        (dispatch.state, dispatch.due_at),
        (DispatchState::Pending, Some(due))
    );
    hub.pass(Duration::from_secs(54));
    hub.dispatch();
    assert_eq!(receiver.count(), 2);
}

#[apply(each_engine!)]
fn registering_the_same_url_for_other_events_leaves_the_retries_as_they_are(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(502));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let events = json!({ "location": ["update"], "order": ["create"] });
    let url = receiver.url("/till");
    till.post("/callback", json!({ "url": url, "events": events }))
        .ok();
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
    retries(&hub, &receiver, &[1, 2, 4, 8, 16, 32]);
}

#[apply(each_engine!)]
fn a_new_url_has_all_the_tries_whatever_failed_at_the_old_one(hub: TestHub) {
    let (old, new) = (Receiver::start(&hub), Receiver::start(&hub));
    let till = failed_all_but_once(&hub, &old, &new);
    follow(&till, &new.url("/till"));
    hub.dispatch();
    assert_eq!((old.count(), new.count()), (6, 1));
    retries(&hub, &new, &[1, 2, 4, 8, 16, 32]);
    let dispatch = only(&hub, &till);
    assert_eq!(
        (dispatch.state, dispatch.tries),
        (DispatchState::Expired, 13)
    );
    let numbers: Vec<_> = dispatch.attempts.iter().map(|made| made.number).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<u32>>());
}

#[apply(each_engine!)]
fn an_attempt_under_way_when_the_url_changes_counts_at_neither(hub: TestHub) {
    let (old, new) = (Receiver::start(&hub), Receiver::start(&hub));
    let till = failed_all_but_once(&hub, &old, &new);
    // The last try at the old URL is under way when the app comes back at another.
    let (inside, token, url) = (hub.hub.clone(), till.token.clone(), new.url("/till"));
    old.acts(move |_| {
        let (inside, token) = (inside.clone(), token.clone());
        let body = json!({ "url": url, "events": { "location": ["update"] } });
        Box::pin(async move {
            let request = axum::http::Request::post("/v1/callback")
                .header("x-access-token", token)
                .body(axum::body::Body::from(body.to_string()))
                .expect("a request");
            let response = tower::ServiceExt::oneshot(hub::router(&inside), request)
                .await
                .expect("an answer");
            assert_eq!(response.status(), 200);
        })
    });
    hub.pass(MINUTE * 32);
    hub.dispatch();
    assert_eq!((old.count(), new.count()), (7, 1));
    assert_eq!(only(&hub, &till).state, DispatchState::Pending);
    retries(&hub, &new, &[1, 2, 4, 8, 16, 32]);
    assert_eq!(only(&hub, &till).state, DispatchState::Expired);
}

#[apply(each_engine!)]
fn a_url_that_changes_while_a_lost_worker_holds_the_event_has_all_the_tries(hub: TestHub) {
    let (old, new) = (Receiver::start(&hub), Receiver::start(&hub));
    let till = failed_all_but_once(&hub, &old, &new);
    old.answers(Reply::Hang);
    hub.pass(MINUTE * 32);
    hub.wait(async {
        tokio::select! {
            done = hub::dispatch::run_due(&hub.hub) => panic!("{done:?}: it did not hang"),
            () = old.has(7) => {}
        }
    });
    follow(&till, &new.url("/till"));
    hub.dispatch();
    assert_eq!(new.count(), 0, "the lost worker has it still");
    hub.pass(Duration::from_secs(30));
    hub.dispatch();
    // One more than usual, in place of the attempt that was never heard of again.
    assert_eq!(new.count(), 2);
    retries(&hub, &new, &[1, 2, 4, 8, 16, 32]);
    assert_eq!(only(&hub, &till).state, DispatchState::Expired);
}

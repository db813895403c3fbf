//! GET /callback/events, and GET and DELETE /callback/events/:id.

use std::time::Duration;

use hub::events::store::DispatchState;

use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

/// A passive follower of locations, and somebody who changes one.
fn follower(hub: &TestHub) -> (Caller, Caller) {
    let (till, office) = (hub.client("till"), hub.client("office"));
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    (till, office)
}

fn change(office: &Caller, minutes: u32) {
    office
        .patch("/location", json!({ "preparation_time": minutes }))
        .ok();
}

fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|event| event["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[apply(each_engine!)]
fn a_passive_callback_keeps_events_until_they_are_acknowledged(hub: TestHub) {
    let (till, office) = follower(&hub);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    change(&office, 21);
    let listed = till.get("/callback/events").ok();
    let id = ids(&listed)[0].clone();
    assert_eq!(
        listed,
        json!([{
            "id": id, "resource_type": "location", "event_type": "update",
            "created_at": "2026-03-07T19:41:08+01:00",
            "account_id": hub.account.as_str(), "location_id": hub.location.as_str(),
            "app_instance_id": till.connection.as_str()
        }])
    );
    let one = format!("/callback/events/{id}");
    let event = till.get(&one).ok();
    assert_eq!(event["previous_state"]["preparation_time"], 15);
    assert_eq!(event["new_state"]["preparation_time"], 21);
    assert_eq!(event["new_state"]["account"]["id"], hub.account.as_str());
    assert_eq!(till.delete(&one).status_and_body(), "200 {}");
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let gone = r#"404 {"error_type":"not_found"}"#;
    assert_eq!(till.get(&one).status_and_body(), gone);
    assert_eq!(till.delete(&one).status_and_body(), gone);
    assert_eq!(till.get("/callback/events/No%20Id").status_and_body(), gone);
}

#[apply(each_engine!)]
fn pending_events_come_oldest_first_in_pages(hub: TestHub) {
    let (till, office) = follower(&hub);
    for minutes in 20..25 {
        change(&office, minutes);
        hub.pass(Duration::from_secs(1));
    }
    let all = ids(&till.get("/callback/events").ok());
    assert_eq!(all.len(), 5);
    let (mut path, mut pages) = ("/callback/events?count=2".to_owned(), Vec::new());
    loop {
        let page = till.get(&path);
        let cursor = page.header("x-cursor-next").map(str::to_owned);
        pages.push(ids(&page.ok()));
        let Some(cursor) = cursor else { break };
        path = format!("/callback/events?count=2&cursor={cursor}");
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), all);
    let first = till.get(&format!("/callback/events/{}", all[0])).ok();
    assert_eq!(first["new_state"]["preparation_time"], 20);
}

#[test]
fn nobody_sees_or_acknowledges_the_events_of_another_connection() {
    let hub = TestHub::start();
    let (till, office) = follower(&hub);
    let kiosk = hub.client("kiosk");
    change(&office, 21);
    let id = ids(&till.get("/callback/events").ok())[0].clone();
    let one = format!("/callback/events/{id}");
    assert_eq!(kiosk.get("/callback/events").status_and_body(), "200 []");
    assert_eq!(kiosk.get(&one).status, 404);
    assert_eq!(kiosk.delete(&one).status, 404);
    till.get(&one).ok();
}

#[apply(each_engine!)]
fn a_client_never_hears_of_what_it_did_whichever_of_its_connections_did_it(hub: TestHub) {
    let till = hub.client("till");
    let scope = "account[orders.write]";
    let (same, other) = (hub.connect("till", scope, None), hub.client("other"));
    for caller in [&till, &same, &other] {
        caller
            .post("/callback", json!({ "events": { "location": ["update"] } }))
            .ok();
    }
    change(&till, 21);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    assert_eq!(same.get("/callback/events").status_and_body(), "200 []");
    assert_eq!(ids(&other.get("/callback/events").ok()).len(), 1);
}

#[apply(each_engine!)]
fn deleting_the_callback_discards_what_is_pending(hub: TestHub) {
    let (till, office) = follower(&hub);
    change(&office, 21);
    till.delete("/callback").ok();
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let log = crate::dispatch::log(&hub, &till);
    assert_eq!(log[0].state, DispatchState::Deleted);
}

#[apply(each_engine!)]
fn what_nobody_fetches_is_given_up_after_thirty_days(hub: TestHub) {
    let (till, office) = follower(&hub);
    change(&office, 21);
    hub.pass(Duration::from_secs(29 * 86_400));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(ids(&till.get("/callback/events").ok()).len(), 1);
    hub.pass(Duration::from_secs(2 * 86_400));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    assert_eq!(
        crate::dispatch::log(&hub, &till)[0].state,
        DispatchState::Expired
    );
}

#[apply(each_engine!)]
fn what_was_settled_is_forgotten_after_its_retention_and_what_is_owed_is_not(hub: TestHub) {
    let (till, office) = follower(&hub);
    change(&office, 21);
    let id = ids(&till.get("/callback/events").ok())[0].clone();
    till.delete(&format!("/callback/events/{id}")).ok();
    hub.pass(Duration::from_secs(20 * 86_400));
    change(&office, 22);
    hub.pass(Duration::from_secs(11 * 86_400));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(crate::dispatch::log(&hub, &till).len(), 1);
    assert_eq!(ids(&till.get("/callback/events").ok()).len(), 1);
}

#[apply(each_engine!)]
fn several_events_are_acknowledged_by_one_request(hub: TestHub) {
    let (till, office) = follower(&hub);
    for minutes in 20..25 {
        change(&office, minutes);
    }
    let all = ids(&till.get("/callback/events").ok());
    let acknowledge =
        |ids: &[String]| till.post("/callback/events/acknowledge", json!({ "event_ids": ids }));
    assert_eq!(
        acknowledge(&all[1..3]).status_and_body(),
        r#"200 {"acknowledged":2}"#
    );
    let left = [&all[..1], &all[3..]].concat();
    assert_eq!(ids(&till.get("/callback/events").ok()), left);
    // Whoever did not get the answer asks again.
    assert_eq!(
        acknowledge(&all[1..3]).status_and_body(),
        r#"200 {"acknowledged":0}"#
    );
    assert_eq!(acknowledge(&all).ok()["acknowledged"], 3);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn ids_of_events_of_others_and_of_none_are_ignored(hub: TestHub) {
    let (till, office) = follower(&hub);
    let other = hub.client("other");
    change(&office, 21);
    let id = ids(&till.get("/callback/events").ok())[0].clone();
    for (caller, ids) in [
        (&other, json!([id])),
        (&till, json!(["zzzzzz", "no id", ""])),
    ] {
        let answer = caller.post("/callback/events/acknowledge", json!({ "event_ids": ids }));
        assert_eq!(
            answer.status_and_body(),
            r#"200 {"acknowledged":0}"#,
            "{ids}"
        );
    }
    assert_eq!(ids(&till.get("/callback/events").ok()), [id]);
}

#[apply(each_engine!)]
fn more_than_a_thousand_ids_are_refused(hub: TestHub) {
    let till = hub.client("till");
    let ids = vec!["zzzzzz"; 1_001];
    let answer = till.post("/callback/events/acknowledge", json!({ "event_ids": ids }));
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["errors"][0]["field"], "event_ids");
}

#[test]
fn acknowledgements_count_against_no_limit_and_guesses_do() {
    let hub = TestHub::start_with(&[("limits.enabled", "true"), ("limits.per_minute", "30")]);
    let (till, office) = follower(&hub);
    for minutes in 1..=25 {
        change(&office, minutes);
    }
    let all = ids(&till.get("/callback/events").ok());
    for id in &all {
        let answer = till.delete(&format!("/callback/events/{id}"));
        assert_eq!(answer.status, 200);
    }
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let guesses = (0..40).map(|_| till.delete("/callback/events/zzzzzz").status);
    let guesses: Vec<u16> = guesses.collect();
    assert!(
        guesses.contains(&404) && guesses.ends_with(&[429]),
        "{guesses:?}"
    );
}

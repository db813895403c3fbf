//! Events that are sent once more because somebody wishes so.

use std::time::Duration;

use hub::events::store::{self, DispatchState};
use wire::id::EventId;

use super::{change, follow, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json};

const HOUR: Duration = Duration::from_secs(3_600);

fn resend(hub: &TestHub, caller: &Caller, event: &EventId) -> bool {
    let (account, connection) = (hub.account.clone(), caller.connection.clone());
    let event = event.clone();
    let done: Result<bool, hub::db::Error> = hub.wait(hub.hub.write("test.resend", move |tx| {
        store::resend(tx, &account, &connection, &event)
    }));
    done.unwrap()
}

#[apply(each_engine!)]
fn what_was_given_up_is_sent_again_with_its_id_and_a_mark(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    receiver.plans(vec![Reply::Status(500); 7]);
    change(&office, &hub.location, 21);
    for _ in 0..8 {
        hub.dispatch();
        hub.pass(HOUR);
    }
    let given_up = log(&hub, &till).remove(0);
    assert_eq!(given_up.state, DispatchState::Expired);
    assert!(resend(&hub, &till, &given_up.event));
    assert!(!resend(&hub, &till, &given_up.event), "it waits already");
    hub.dispatch();
    let sent = receiver.received();
    let marks = sent.iter().map(|sent| sent.header("x-hubrise-replay"));
    let marks: Vec<_> = marks.collect();
    assert_eq!(marks[..7], [None; 7]);
    assert_eq!(marks[7..], [Some("true")]);
    assert_eq!(sent[7].event()["id"], given_up.event.as_str());
    let dispatch = log(&hub, &till).remove(0);
    assert_eq!(
        (dispatch.state, dispatch.tries),
        (DispatchState::Acknowledged, 8)
    );
}

#[apply(each_engine!)]
fn what_is_sent_again_and_fails_has_all_its_attempts(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    receiver.answers(Reply::Status(500));
    assert!(resend(&hub, &till, &log(&hub, &till)[0].event));
    for _ in 0..10 {
        hub.dispatch();
        hub.pass(HOUR);
    }
    let dispatch = log(&hub, &till).remove(0);
    assert_eq!(
        (dispatch.state, dispatch.tries),
        (DispatchState::Expired, 8)
    );
}

#[apply(each_engine!)]
fn what_is_sent_again_waits_for_what_is_sent_now_and_goes_before_what_waits(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    receiver.plans([Reply::Status(500)]);
    change(&office, &hub.location, 22);
    change(&office, &hub.location, 23);
    hub.dispatch();
    let first = log(&hub, &till).pop().expect("the first event");
    assert!(resend(&hub, &till, &first.event));
    hub.pass(HOUR);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 22, 22, 21, 23]);
}

#[apply(each_engine!)]
fn what_was_given_up_since_a_time_is_sent_again_and_counted_before(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    receiver.plans(vec![Reply::Status(500); 14]);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
        for _ in 0..8 {
            hub.dispatch();
            hub.pass(HOUR);
        }
    }
    // The second change was eight hours after 19:41:08 of the clock.
    let since = |time: &str| json!({ "since": time });
    let ask = |body: Value| till.post("/callback/events/resend", body).status_and_body();
    let counted = json!({ "since": "2026-03-07T19:41:08+01:00", "dry_run": true });
    let both = r#"200 {"found":2,"resent":0,"has_more":false}"#;
    assert_eq!(ask(counted), both);
    hub.dispatch();
    assert_eq!(receiver.received().len(), 14, "nothing is sent by that");
    let second = r#"200 {"found":1,"resent":1,"has_more":false}"#;
    assert_eq!(ask(since("2026-03-08T03:00:00+01:00")), second);
    hub.dispatch();
    let sent = receiver.received();
    assert_eq!(sent.len(), 15);
    assert_eq!(sent[14].event()["new_state"]["preparation_time"], 22);
    assert_eq!(sent[14].header("x-hubrise-replay"), Some("true"));
    let first = r#"200 {"found":1,"resent":1,"has_more":false}"#;
    assert_eq!(ask(since("2026-03-07T00:00:00Z")), first);
    let none = r#"200 {"found":0,"resent":0,"has_more":false}"#;
    assert_eq!(ask(since("2026-03-07T00:00:00Z")), none);
}

#[apply(each_engine!)]
fn without_a_callback_nothing_is_sent_again_and_nothing_is_left_to_ask_for(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    receiver.plans(vec![Reply::Status(500); 7]);
    change(&office, &hub.location, 21);
    for _ in 0..8 {
        hub.dispatch();
        hub.pass(HOUR);
    }
    till.delete("/callback").ok();
    let answer = till.post(
        "/callback/events/resend",
        json!({ "since": "2026-03-07T00:00:00Z" }),
    );
    assert_eq!(
        answer.status_and_body(),
        r#"200 {"found":1,"resent":0,"has_more":false}"#
    );
}

#[apply(each_engine!)]
fn a_time_is_needed_to_send_again_what_was_given_up_since(hub: TestHub) {
    let till = hub.client("till");
    let ask = |body: Value| till.post("/callback/events/resend", body).status_and_body();
    for (body, field, message) in [
        (json!({}), "since", "can't be blank"),
        (json!({ "since": "yesterday" }), "since", "yesterday"),
        (
            json!({ "since": "2026-03-07T00:00:00Z", "from": 1 }),
            "from",
            "",
        ),
        (
            json!({ "since": "2026-03-07T00:00:00Z", "dry_run": 7 }),
            "dry_run",
            "",
        ),
    ] {
        let response = ask(body);
        let named = response.contains(&format!(r#""field":"{field}""#));
        assert!(
            response.starts_with("422") && named && response.contains(message),
            "{response}"
        );
    }
}

#[apply(each_engine!)]
fn a_passive_callback_fetches_it_once_more(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let passive = json!({ "events": { "location": ["update"] } });
    till.post("/callback", passive).ok();
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let event = log(&hub, &till).remove(0).event;
    assert!(resend(&hub, &till, &event));
    let listed = till.get("/callback/events").ok();
    assert_eq!(listed[0]["id"], event.as_str());
    till.delete(&format!("/callback/events/{event}")).ok();
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn nothing_is_sent_again_to_whom_it_was_never_sent_or_who_has_no_callback(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let event = log(&hub, &till).remove(0).event;
    let other = hub.client("other");
    follow(&other, &receiver.url("/other"));
    assert!(!resend(&hub, &other, &event));
    till.delete("/callback").ok();
    assert!(!resend(&hub, &till, &event));
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
}

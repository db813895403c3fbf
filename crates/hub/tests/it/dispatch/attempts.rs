//! One receiver: what it is sent, what counts as an acknowledgement, and when it is tried again.

use std::time::Duration;

use hub::dispatch::ManualDispatcher;
use hub::events::store::DispatchState;
use hub::secret::signature;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{change, follow, log, till_and_office};
use crate::engine::{Engine, apply};
use crate::support::{Receiver, Reply, TestHub, json};

const MINUTE: Duration = Duration::from_secs(60);

#[apply(each_engine!)]
fn an_event_is_posted_whole_and_signed_over_its_bytes(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    let path = "/cb/aGVsbG8=?app_instance_id=q7h2d&x=a%20b'c";
    follow(&till, &receiver.url(path));
    change(&office, &hub.location, 21);
    hub.dispatch();
    let [sent] = &receiver.received()[..] else {
        panic!("one request, not {}", receiver.count());
    };
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", path));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    let expected = signature("secret of till", &sent.body);
    let found = sent.header("x-hubrise-hmac-sha256");
    assert_eq!(found, Some(expected.as_str()));
    let event = sent.event();
    assert_eq!(event["resource_type"], "location");
    assert_eq!(event["event_type"], "update");
    assert_eq!(event["created_at"], "2026-03-07T19:41:08+01:00");
    assert_eq!(event["app_instance_id"], till.connection.as_str());
    assert_eq!(event["previous_state"]["preparation_time"], 15);
    assert_eq!(event["new_state"]["preparation_time"], 21);
}

/// Takes one request, answers 200, and returns what came, byte for byte.
async fn taken(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.expect("a caller");
    let mut came = Vec::new();
    // Of one event the hub sends all there is, and then waits for the answer.
    while !came.ends_with(b"}") {
        let read = stream.read_buf(&mut came).await.expect("bytes");
        assert_ne!(read, 0, "{}", String::from_utf8_lossy(&came));
    }
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(answer).await.expect("an answer");
    String::from_utf8(came).expect("text")
}

#[test]
fn names_of_headers_begin_with_capitals_on_the_way() {
    let hub = TestHub::start();
    let listener = hub
        .wait(TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let till = hub.client("till");
    let address = listener.local_addr().expect("an address");
    follow(&till, &format!("http://{address}/till"));
    let office = hub.connect("office", "account[orders.write]", None);
    change(&office, &hub.location, 21);
    let (done, came) =
        hub.wait(async { tokio::join!(hub::dispatch::run_due(&hub.hub), taken(listener)) });
    done.expect("a round");
    let (head, body) = came.split_once("\r\n\r\n").expect("a head");
    let signature = signature("secret of till", body.as_bytes());
    for line in [
        format!("X-Hubrise-Hmac-Sha256: {signature}"),
        "Content-Type: application/json".to_owned(),
        format!("Content-Length: {}", body.len()),
        format!("Host: {address}"),
    ] {
        assert!(head.lines().any(|it| it == line), "{line} is not in {head}");
    }
}

#[apply(each_engine!)]
fn every_status_from_200_to_499_acknowledges(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    for (minutes, status) in [
        (21, 200),
        (22, 204),
        (23, 301),
        (24, 401),
        (25, 404),
        (26, 499),
    ] {
        receiver.answers(Reply::Status(status));
        change(&office, &hub.location, minutes);
        hub.dispatch();
        assert_eq!(
            till.get("/callback/events").status_and_body(),
            "200 []",
            "{status}"
        );
    }
    hub.pass(MINUTE * 120);
    hub.dispatch();
    assert_eq!(receiver.count(), 6);
}

#[apply(each_engine!)]
fn an_order_is_tried_thirteen_times_in_eleven_minutes_and_for_a_day(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    let till = hub.client("till");
    let events = json!({ "order": ["create"] });
    let callback = json!({ "url": receiver.url("/till"), "events": events });
    till.post("/callback", callback).ok();
    let kiosk = hub.client("kiosk");
    let order = json!({ "status": "new" });
    kiosk.post("/location/orders", order).ok();
    let mut dispatcher = ManualDispatcher::new(&hub.hub);
    let mut run_for = |seconds: u64, step: u64| {
        for _ in 0..seconds / step {
            hub.wait(dispatcher.run_due()).expect("a round");
            hub.pass(Duration::from_secs(step));
        }
        receiver.count()
    };
    let soon = run_for(11 * 60, 5);
    assert!((12..=14).contains(&soon), "{soon}");
    let day = run_for(28 * 3_600, 60);
    assert_eq!(day, 23);
    assert_eq!(log(&hub, &till)[0].state, DispatchState::Expired);
}

#[apply(each_engine!)]
fn a_receiver_that_asks_for_time_is_given_it(hub: TestHub) {
    let date = "Sat, 07 Mar 2026 18:51:08 GMT";
    let wishes = [("300", 5), (date, 10), ("86400", 60), ("soon", 1)];
    for (number, (wish, minutes)) in (21..).zip(wishes) {
        let receiver = Receiver::start(&hub);
        receiver.plans([Reply::RetryAfter(503, wish)]);
        let (_till, office) = till_and_office(&hub, &receiver);
        change(&office, &hub.location, number);
        let mut dispatcher = ManualDispatcher::new(&hub.hub);
        let mut run_after = |wait: Duration| {
            hub.pass(wait);
            hub.wait(dispatcher.run_due()).expect("a round");
            receiver.count()
        };
        let second = Duration::from_secs(1);
        let tries = [Duration::ZERO, MINUTE * minutes - second, second].map(&mut run_after);
        assert_eq!(tries, [1, 1, 2], "{wish}");
    }
}

#[apply(each_engine!)]
fn a_failing_receiver_is_tried_seven_times_and_the_event_is_kept_as_expired(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Text(500, "out of paper".to_owned()));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
    for (number, wait) in [1, 2, 4, 8, 16, 32].into_iter().enumerate() {
        hub.pass(MINUTE * wait - Duration::from_secs(1));
        hub.dispatch();
        assert_eq!(receiver.count(), number + 1, "before {wait} minutes");
        hub.pass(Duration::from_secs(1));
        hub.dispatch();
        assert_eq!(receiver.count(), number + 2, "after {wait} minutes");
    }
    hub.pass(MINUTE * 600);
    hub.dispatch();
    assert_eq!(receiver.count(), 7);
    let ids: Vec<_> = receiver.events().iter().map(|e| e["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.tries),
        (DispatchState::Expired, 7)
    );
    let numbers: Vec<_> = dispatch.attempts.iter().map(|made| made.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    let first = &dispatch.attempts[0];
    assert_eq!(
        (first.status, first.answer.as_str()),
        (Some(500), "out of paper")
    );
    assert_eq!(first.url, receiver.url("/till"));
}

#[apply(each_engine!)]
fn a_receiver_that_takes_too_long_has_failed_even_if_it_would_have_agreed(engine: Engine) {
    let settings = [("events.timeout_seconds", "1")];
    let hub = engine.start_with(&settings);
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Hang);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.tries),
        (DispatchState::Pending, 1)
    );
    assert_eq!(dispatch.attempts[0].failure.as_deref(), Some("timeout"));
    assert!(dispatch.attempts[0].duration >= 1_000_000, "{dispatch:?}");
}

#[test]
fn a_broken_connection_and_a_closed_port_are_told_apart() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Drop);
    let (till, office) = till_and_office(&hub, &receiver);
    let closed = hub.client("closed");
    follow(&closed, "http://127.0.0.1:1/");
    change(&office, &hub.location, 21);
    hub.dispatch();
    let failure = |caller| log(&hub, caller)[0].attempts[0].failure.clone();
    assert_eq!(failure(&till).as_deref(), Some("connection lost"));
    assert_eq!(failure(&closed).as_deref(), Some("connection refused"));
}

#[test]
fn of_a_long_answer_only_the_beginning_is_kept() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Text(200, "\0é".repeat(100_000)));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(dispatch.state, DispatchState::Acknowledged);
    let answer = &dispatch.attempts[0].answer;
    assert!(answer.starts_with("\u{fffd}é\u{fffd}é"), "{answer}");
    assert!(answer.chars().count() <= 2_048, "{}", answer.len());
}

#[apply(each_engine!)]
fn a_failed_event_can_be_seen_and_acknowledged_by_hand_which_ends_the_retries(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let listed = till.get("/callback/events").ok();
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    till.delete(&format!("/callback/events/{id}")).ok();
    hub.pass(MINUTE * 60);
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
}

#[apply(each_engine!)]
fn a_new_url_gets_what_is_pending_at_once(hub: TestHub) {
    let (old, new) = (Receiver::start(&hub), Receiver::start(&hub));
    old.answers(Reply::Status(503));
    let (till, office) = till_and_office(&hub, &old);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    hub.dispatch();
    assert_eq!((old.count(), new.count()), (1, 0));
    follow(&till, &new.url("/new"));
    hub.dispatch();
    assert_eq!((old.count(), new.count()), (1, 2));
    assert_eq!(super::minutes(&new), [21, 22]);
}

#[apply(each_engine!)]
fn a_callback_that_becomes_passive_waits_and_one_that_becomes_active_delivers(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Status(500)]);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    change(&office, &hub.location, 22);
    hub.pass(MINUTE * 60);
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
    assert_eq!(
        till.get("/callback/events").ok().as_array().unwrap().len(),
        2
    );
    follow(&till, &receiver.url("/again"));
    hub.dispatch();
    assert_eq!(super::minutes(&receiver), [21, 21, 22]);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn removing_the_callback_stops_the_retries(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    till.delete("/callback").ok();
    hub.pass(MINUTE * 60);
    hub.dispatch();
    assert_eq!(receiver.count(), 1);
}

//! GET /callback/stream, and GET /callback/events?wait=.

use std::time::Duration;

use axum::body::Body;
use hub::db::Tx;
use hub::events::store;
use hub::oauth::connections;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wire::id::EventId;

use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json, on_postgres_with};

/// A passive receiver of locations, and somebody who changes one.
fn receiver(hub: &TestHub) -> (Caller, Caller) {
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

fn pending(till: &Caller) -> Vec<String> {
    let list = till.get("/callback/events").ok();
    let ids = list.as_array().expect("a list").iter();
    ids.map(|event| event["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn minutes(event: &Value) -> u64 {
    event["new_state"]["preparation_time"]
        .as_u64()
        .expect("minutes")
}

#[apply(each_engine!)]
fn a_stream_begins_with_what_waits_and_goes_on_with_what_happens(hub: TestHub) {
    let (till, office) = receiver(&hub);
    change(&office, 21);
    let waiting = pending(&till);
    let mut stream = till.stream("/callback/stream", &[]);
    let event = stream.next().expect("an event");
    assert_eq!(
        (event.id.as_str(), event.name.as_str()),
        (waiting[0].as_str(), "location.update")
    );
    let read = till.get(&format!("/callback/events/{}", event.id)).ok();
    assert_eq!(event.data, read, "as it is read");
    change(&office, 22);
    assert_eq!(minutes(&stream.next().expect("another").data), 22);
    assert_eq!(pending(&till).len(), 2, "nothing is acknowledged by that");
}

#[apply(each_engine!)]
fn a_stream_tells_at_once_that_it_is_there_and_when_to_come_again(hub: TestHub) {
    let (till, _) = receiver(&hub);
    let mut stream = till.stream("/callback/stream", &[]);
    let block = stream.next_block().expect("something");
    let mut lines: Vec<&str> = block.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, [": connected", "retry: 1000"]);
}

#[apply(each_engine!)]
fn what_was_acknowledged_is_not_streamed_again(hub: TestHub) {
    let (till, office) = receiver(&hub);
    change(&office, 21);
    change(&office, 22);
    let mut stream = till.stream("/callback/stream", &[]);
    let first = stream.next().expect("an event");
    till.delete(&format!("/callback/events/{}", first.id)).ok();
    drop(stream);
    let mut again = till.stream("/callback/stream", &[]);
    assert_eq!(minutes(&again.next().expect("the second").data), 22);
}

#[apply(each_engine!)]
fn a_stream_that_resumes_leaves_out_what_has_arrived_and_no_other(hub: TestHub) {
    let (till, office) = receiver(&hub);
    for minutes in 21..24 {
        change(&office, minutes);
    }
    let mut stream = till.stream("/callback/stream", &[]);
    let first = stream.next().expect("an event");
    let second = stream.next().expect("another");
    drop(stream);
    let mut resumed = till.stream("/callback/stream", &[("Last-Event-ID", &first.id)]);
    assert_eq!(resumed.next(), Some(second), "it was on its way");
    assert_eq!(minutes(&resumed.next().expect("the third").data), 23);
    let mut unknown = till.stream("/callback/stream", &[("Last-Event-ID", "zzzzzz")]);
    assert_eq!(unknown.next(), Some(first), "from the beginning");
}

#[apply(each_engine!)]
fn an_event_that_comes_with_an_earlier_time_is_streamed_too(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    till.post("/callback", json!({ "events": { "order": ["create"] } }))
        .ok();
    let order = |id: &str| shop.post("/location/orders", json!({ "status": "new", "ref": id }));
    order("A1").ok();
    let mut stream = till.stream("/callback/stream", &[]);
    stream.next().expect("an event");
    hub.turn_back(Duration::from_secs(3_600));
    order("A2").ok();
    assert_eq!(
        stream.next().expect("another").data["new_state"]["ref"],
        "A2"
    );
}

#[apply(each_engine!)]
fn so_many_are_streamed_before_something_is_acknowledged(hub: TestHub) {
    let (till, office) = receiver(&hub);
    for number in 0..501 {
        change(&office, 20 + number % 2);
    }
    let mut stream = till.stream("/callback/stream", &[]);
    let streamed: Vec<String> = (0..500)
        .map(|_| stream.next().expect("an event").id)
        .collect();
    till.delete(&format!("/callback/events/{}", streamed[0]))
        .ok();
    let last = stream.next().expect("one more").id;
    assert!(!streamed.contains(&last));
}

#[apply(each_engine!)]
fn a_stream_ends_when_its_connection_is_blocked(hub: TestHub) {
    let (till, office) = receiver(&hub);
    let mut stream = till.stream("/callback/stream", &[]);
    change(&office, 21);
    stream.next().expect("an event");
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let block = move |tx: &mut Tx<'_>| connections::set_blocked(tx, &account, &connection, true);
    hub.wait(hub.hub.write("test.block", block))
        .expect("a connection");
    change(&office, 22);
    assert_eq!(stream.next(), None);
}

#[apply(each_engine!)]
fn a_connection_has_ten_streams_and_gets_another_when_one_is_closed(hub: TestHub) {
    let (till, _) = receiver(&hub);
    let mut open: Vec<_> = (0..10)
        .map(|_| till.stream("/callback/stream", &[]))
        .collect();
    let refused = till.get("/callback/stream");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("10"));
    hub.client("another").stream("/callback/stream", &[]);
    open.pop();
    till.stream("/callback/stream", &[]);
}

#[apply(each_engine!)]
fn a_list_that_waits_is_answered_when_an_event_comes(hub: TestHub) {
    let (till, office) = receiver(&hub);
    let begun = till.begin("GET", "/callback/events?wait=60", Body::empty());
    change(&office, 21);
    let response = hub.wait(begun).expect("no panic").expect("an answer");
    let body = hub.wait(axum::body::to_bytes(response.into_body(), usize::MAX));
    let list: Value = serde_json::from_slice(&body.expect("a body")).expect("JSON");
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    // And at once when one waits already.
    assert_eq!(till.get("/callback/events?wait=60").ok(), list);
}

#[apply(each_engine!)]
fn a_wait_that_is_no_number_is_none(hub: TestHub) {
    let (till, _) = receiver(&hub);
    for wait in ["", "soon", "-1", "0", "1e3"] {
        let path = format!("/callback/events?wait={wait}");
        assert_eq!(till.get(&path).status_and_body(), "200 []", "{wait}");
    }
    assert_eq!(
        till.get("/callback/events?wait=1").status_and_body(),
        "200 []"
    );
}

#[apply(each_engine!)]
fn a_hub_that_stops_ends_its_streams(hub: TestHub) {
    let (till, _) = receiver(&hub);
    let text = hub.wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(hub::serve(hub.hub.clone(), listener, async {
            let _stopped = stopped.await;
        }));
        let mut caller = TcpStream::connect(address).await.expect("a connection");
        let request = format!(
            "GET /v1/callback/stream HTTP/1.1\r\nHost: {address}\r\nX-Access-Token: {}\r\n\r\n",
            till.token
        );
        caller.write_all(request.as_bytes()).await.expect("sent");
        let mut text = String::new();
        while !text.contains(": connected") {
            let mut part = [0; 1_024];
            let length = caller.read(&mut part).await.expect("a part");
            assert!(length > 0, "{text}");
            text.push_str(std::str::from_utf8(&part[..length]).expect("text"));
        }
        stop.send(()).expect("it runs");
        caller.read_to_string(&mut text).await.expect("the rest");
        running.await.expect("no panic");
        text
    });
    assert!(text.ends_with("\r\n0\r\n\r\n"), "{text}");
}

#[test]
fn what_another_hub_was_sent_is_streamed_without_waiting_for_the_next_look() {
    on_postgres_with(&[], |hub| {
        let (till, office) = receiver(&hub);
        let other = hub.another_hub();
        let mut stream = till.stream("/callback/stream", &[]);
        stream.next_block().expect("a beginning");
        let begun = office.at(&other).begin(
            "PATCH",
            "/location",
            Body::from(r#"{"preparation_time":21}"#),
        );
        let block = stream.next_block().expect("something");
        assert!(block.contains("event: location.update"), "{block}");
        assert_eq!(
            hub.wait(begun)
                .expect("no panic")
                .expect("an answer")
                .status(),
            200
        );
    });
}

/// Has an event sent once more, as somebody in the back office may wish.
fn resend(hub: &TestHub, till: &Caller, event: &str) {
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let event = EventId::parse(event).expect("an id");
    let resend = move |tx: &mut Tx<'_>| -> hub::db::Result<bool> {
        store::resend(tx, &account, &connection, &event)
    };
    let done = hub.wait(hub.hub.write("test.resend", resend));
    assert!(done.expect("a change"), "it was settled");
}

#[apply(each_engine!)]
fn an_event_that_is_sent_again_comes_over_a_stream_that_had_it(hub: TestHub) {
    let (till, office) = receiver(&hub);
    let mut stream = till.stream("/callback/stream", &[]);
    change(&office, 21);
    let event = stream.next().expect("an event");
    till.delete(&format!("/callback/events/{}", event.id)).ok();
    hub.pass(Duration::from_secs(1));
    resend(&hub, &till, &event.id);
    assert_eq!(stream.next().expect("it again").id, event.id);
}

#[apply(each_engine!)]
fn an_event_that_is_sent_again_comes_over_a_stream_that_is_resumed(hub: TestHub) {
    let (till, office) = receiver(&hub);
    for minutes in 21..24 {
        change(&office, minutes);
    }
    let mut stream = till.stream("/callback/stream", &[]);
    let ids: Vec<String> = (0..3)
        .map(|_| stream.next().expect("an event").id)
        .collect();
    drop(stream);
    till.delete(&format!("/callback/events/{}", ids[1])).ok();
    hub.pass(Duration::from_secs(1));
    resend(&hub, &till, &ids[1]);
    let mut resumed = till.stream("/callback/stream", &[("Last-Event-ID", &ids[2])]);
    assert_eq!(resumed.next().expect("it again").id, ids[1]);
}

#[apply(each_engine!)]
fn events_that_cannot_be_read_keep_no_other_from_being_streamed(hub: TestHub) {
    let (till, office) = receiver(&hub);
    for number in 0..51 {
        change(&office, 20 + number % 2);
    }
    let breaks = |tx: &mut Tx<'_>| -> hub::db::Result<()> {
        tx.write("UPDATE events SET document = '{broken'", &[])
    };
    hub.wait(hub.hub.write("test.break", breaks))
        .expect("a change");
    change(&office, 30);
    let mut stream = till.stream("/callback/stream", &[]);
    assert_eq!(minutes(&stream.next().expect("the last").data), 30);
}

#[apply(each_engine!)]
fn a_list_that_waits_is_refused_to_whom_is_blocked_meanwhile(hub: TestHub) {
    let (till, office) = receiver(&hub);
    let begun = till.begin("GET", "/callback/events?wait=60", Body::empty());
    // It has looked once, and waits.
    hub.wait(async {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
    });
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let block = move |tx: &mut Tx<'_>| connections::set_blocked(tx, &account, &connection, true);
    hub.wait(hub.hub.write("test.block", block))
        .expect("a connection");
    change(&office, 21);
    let response = hub.wait(begun).expect("no panic").expect("an answer");
    assert_eq!(response.status().as_u16(), 401);
}

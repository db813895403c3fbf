//! Who says nothing, says it slowly, or does not take the response.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpSocket;

use super::{
    HALF_A_BODY, LONG_TIME, MUCH, SHORT_REQUEST, answer, connect, echo, hear, roomy, say, served,
    while_time_passes,
};
use crate::support::TestHub;
use hub::network::Timeouts;

const TEN: Duration = Duration::from_secs(10);

/// The shortest time that is not nothing, by the clock of these tests.
const TICK: Duration = Duration::from_secs(1);

const QUICK_HEADER: Timeouts = Timeouts {
    header: TEN,
    ..LONG_TIME
};

/// What holds in earnest, looked at all the time.
const OFTEN: Timeouts = Timeouts {
    look: LONG_TIME.look,
    ..Timeouts::DEFAULT
};

#[test]
fn who_says_nothing_for_ten_seconds_is_hung_up_on() {
    let hub = TestHub::start();
    let served = served(&hub, echo(), QUICK_HEADER, roomy());
    let before = hub.hub.clock().passed();
    hub.wait(async {
        let mut caller = connect(served.address).await;
        let response = while_time_passes(&hub, hear(&mut caller)).await;
        assert_eq!(response, "");
    });
    assert!(hub.hub.clock().passed() >= before + TEN - TICK);
}

#[test]
fn half_a_header_is_given_up_and_its_sender_told() {
    let hub = TestHub::start();
    let served = served(&hub, echo(), QUICK_HEADER, roomy());
    hub.wait(async {
        let mut caller = connect(served.address).await;
        say(&mut caller, "POST / HT").await;
        let response = while_time_passes(&hub, hear(&mut caller)).await;
        assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
        assert!(response.contains("did not arrive in time"), "{response}");
    });
}

#[test]
fn half_a_second_header_is_given_up_however_long_an_idle_connection_may_wait() {
    let hub = TestHub::start();
    let served = served(&hub, echo(), QUICK_HEADER, roomy());
    hub.wait(async {
        let mut caller = connect(served.address).await;
        say(&mut caller, SHORT_REQUEST).await;
        assert_eq!(answer(&mut caller).await.1, "2");
        say(&mut caller, "POST / HT").await;
        let response = while_time_passes(&hub, hear(&mut caller)).await;
        assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    });
}

#[test]
fn an_idle_connection_is_kept_for_two_minutes() {
    let hub = TestHub::start();
    let timeouts = Timeouts {
        idle: 12 * TEN,
        ..QUICK_HEADER
    };
    let served = served(&hub, echo(), timeouts, roomy());
    hub.wait(async {
        let mut caller = connect(served.address).await;
        say(&mut caller, SHORT_REQUEST).await;
        answer(&mut caller).await;
        hub.pass(11 * TEN);
        say(&mut caller, SHORT_REQUEST).await;
        assert_eq!(answer(&mut caller).await.1, "2");
        let before = hub.hub.clock().passed();
        assert_eq!(while_time_passes(&hub, hear(&mut caller)).await, "");
        assert!(hub.hub.clock().passed() >= before + 12 * TEN - TICK);
    });
}

#[test]
fn half_a_body_is_given_up() {
    let hub = TestHub::start();
    let timeouts = Timeouts {
        gap: 3 * TEN,
        ..LONG_TIME
    };
    let served = served(&hub, echo(), timeouts, roomy());
    hub.wait(async {
        let mut caller = connect(served.address).await;
        say(&mut caller, HALF_A_BODY).await;
        let response = while_time_passes(&hub, hear(&mut caller)).await;
        assert!(response.ends_with("not whole"), "{response}");
    });
}

/// Sends a body in parts, one a second by the clock. How many were sent, and what was answered.
fn dripped(hub: &TestHub, part: &str, most: usize, timeouts: Timeouts) -> (usize, String) {
    let served = served(hub, echo(), timeouts, roomy());
    let clock = hub.hub.clock().clone();
    hub.wait(async {
        let caller = connect(served.address).await;
        let (mut hears, mut says) = caller.into_split();
        let length = part.len() * most;
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        let mut bytes = Vec::new();
        let mut sent = 0;
        let sending = async {
            use tokio::io::AsyncWriteExt as _;
            says.write_all(head.as_bytes()).await.expect("sent");
            while sent < most && says.write_all(part.as_bytes()).await.is_ok() {
                sent += 1;
                // The server looks at the time in between.
                tokio::time::sleep(Duration::from_millis(2)).await;
                clock.advance(Duration::from_secs(1));
            }
            std::future::pending::<()>().await;
        };
        let hearing = async {
            let mut some = [0; 512];
            loop {
                let count = hears.read(&mut some).await.unwrap_or_default();
                bytes.extend_from_slice(&some[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let is_there = text
                    .split_once("\r\n\r\n")
                    .is_some_and(|it| !it.1.is_empty());
                if count == 0 || is_there {
                    return text;
                }
            }
        };
        let response = tokio::select! {
            () = sending => String::new(),
            response = hearing => response,
        };
        (sent, response)
    })
}

#[test]
fn a_body_of_a_byte_a_second_is_given_up() {
    let hub = TestHub::start();
    let (sent, response) = dripped(&hub, "x", 3_000, OFTEN);
    assert!(response.ends_with("not whole"), "{response}");
    assert!(sent >= 15, "after {sent} s");
}

#[test]
fn a_slow_line_may_take_minutes_for_a_body() {
    let hub = TestHub::start();
    let (_, response) = dripped(&hub, &"x".repeat(1_100), 300, OFTEN);
    assert!(response.ends_with("\r\n\r\n330000"), "{response}");
}

#[test]
fn no_body_may_take_longer_than_ten_minutes() {
    let hub = TestHub::start();
    let (sent, response) = dripped(&hub, &"x".repeat(2_000), 3_000, OFTEN);
    assert!(response.ends_with("not whole"), "{response}");
    assert!(sent >= 600, "after {sent} s");
}

#[test]
fn who_does_not_take_the_answer_is_hung_up_on() {
    let hub = TestHub::start();
    let timeouts = Timeouts {
        gap: 3 * TEN,
        ..LONG_TIME
    };
    let served = served(&hub, echo(), timeouts, roomy());
    let stopped = async {
        let mut caller = connect(served.address).await;
        say(&mut caller, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        // The first part is there: the rest waits for somebody who reads.
        caller.read_u8().await.expect("an answer");
        served.stop.send(()).expect("a server");
        served.ended.await.expect("its end");
        hear(&mut caller).await.len()
    };
    let taken = hub.wait(while_time_passes(&hub, stopped));
    assert!(taken < MUCH, "{taken}");
}

/// Takes an answer in parts, with time between them; how much came.
fn taken_slowly(pipelined: &str) -> usize {
    let hub = TestHub::start();
    let served = served(&hub, echo(), OFTEN, roomy());
    let clock = hub.hub.clock().clone();
    hub.wait(async {
        // The system may keep megabytes for a caller, and then lets the server send only when half of
        // that is taken: a pause of the system's, not of the caller's.
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(256 << 10).expect("a size");
        let mut caller = socket.connect(served.address).await.expect("a connection");
        say(&mut caller, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        say(&mut caller, pipelined).await;
        let mut part = vec![0; MUCH / 500];
        let mut came = 0;
        while came < MUCH {
            match caller.read(&mut part).await {
                Ok(0) | Err(_) => break,
                Ok(count) => came += count,
            }
            // The server looks at the time in between.
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.advance(Duration::from_millis(600));
        }
        came
    })
}

#[test]
fn who_takes_an_answer_for_minutes_gets_all_of_it() {
    assert!(taken_slowly("") >= MUCH);
}

#[test]
fn half_a_request_behind_one_does_not_cut_an_answer_that_is_being_taken() {
    assert!(taken_slowly("POST / HT") >= MUCH);
}

//! Connections: how long each part may take, how many there may be, and what is answered where there is
//! no request. Time is the hub's clock, which these tests move.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

mod answers;
mod bounds;
mod time;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use hub::network::{self, ConnectionLimits, ServerOptions, Timeouts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::support::TestHub;

const LONG: Duration = Duration::from_secs(1_000_000);

/// Nothing is given up, and the clock is looked at all the time.
const LONG_TIME: Timeouts = Timeouts {
    header: LONG,
    idle: LONG,
    gap: LONG,
    whole: LONG,
    slow: LONG,
    end: LONG,
    look: Duration::from_millis(1),
};

/// More connections than any test here has.
fn roomy() -> ConnectionLimits {
    ConnectionLimits {
        in_all: 1_000,
        of_one: 1_000,
        proxies: Vec::new(),
    }
}

/// A server on a port of its own.
struct ServedHub {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn served(
    hub: &TestHub,
    router: Router,
    timeouts: Timeouts,
    limits: ConnectionLimits,
) -> ServedHub {
    let (stop, stopped) = oneshot::channel();
    let own = hub.hub.clone();
    hub.wait(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let terms = ServerOptions { timeouts, limits };
        let ended = tokio::spawn(async move {
            let supervisor = own.supervisor().clone();
            let stopped = async {
                let _stopped = stopped.await;
            };
            network::serve(&own, listener, router, terms, stopped, &supervisor).await;
        });
        ServedHub {
            address,
            stop,
            ended,
        }
    })
}

/// Answers a body with its length, or says that it did not get one; a GET with much.
fn echo() -> Router {
    let length = |request: axum::extract::Request| async {
        match axum::body::to_bytes(request.into_body(), usize::MAX).await {
            Ok(bytes) => bytes.len().to_string(),
            Err(_) => "not whole".to_owned(),
        }
    };
    Router::new()
        .route("/", post(length))
        .route("/", get(async || vec![b'x'; MUCH]))
}

/// More than the system keeps for somebody who does not read.
const MUCH: usize = 32 << 20;

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("a connection")
}

/// A connection from another address of this machine.
async fn connect_from(own: &str, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let own = format!("{own}:0").parse().expect("an address");
    socket.bind(own).expect("an address of this machine");
    socket.connect(address).await.expect("a connection")
}

async fn say(caller: &mut TcpStream, text: &str) {
    caller.write_all(text.as_bytes()).await.expect("sent");
}

/// What comes until the server ends the connection.
async fn hear(caller: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _reset = caller.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer of a connection that is kept: its head, and its body.
async fn answer(caller: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = caller.read_u8().await.expect("an answer");
        head.push(byte);
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    caller.read_exact(&mut body).await.expect("a body");
    (head, String::from_utf8_lossy(&body).into_owned())
}

/// Has time pass until something is there; it must be within two hours.
async fn while_time_passes<T>(hub: &TestHub, what: impl Future<Output = T>) -> T {
    let clock = hub.hub.clock().clone();
    let passing = async {
        for _ in 0..7_200 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.advance(Duration::from_secs(1));
        }
    };
    tokio::select! {
        there = what => there,
        () = passing => panic!("it is not there after two hours"),
    }
}

const HALF_A_BODY: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345";
const SHORT_REQUEST: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";

/// An answer that says that it has begun, and waits until somebody lets it go.
fn held(begun: &Arc<Semaphore>, gate: &Arc<Semaphore>) -> Router {
    let (begun, gate) = (Arc::clone(begun), Arc::clone(gate));
    Router::new().route(
        "/",
        post(async move || {
            begun.add_permits(1);
            let _open = gate.acquire().await;
            Response::builder()
                .status(StatusCode::OK)
                .body(Body::from("let go"))
                .expect("an answer")
        }),
    )
}

#[test]
fn half_a_request_does_not_keep_the_hub_from_stopping() {
    let hub = TestHub::start();
    for half in ["", "G", HALF_A_BODY] {
        let timeouts = Timeouts {
            end: Duration::from_millis(50),
            ..LONG_TIME
        };
        let served = served(&hub, echo(), timeouts, roomy());
        hub.wait(async {
            let mut caller = connect(served.address).await;
            say(&mut caller, half).await;
            served.stop.send(()).expect("a server");
            served.ended.await.expect("its end");
        });
    }
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    let hub = TestHub::start();
    let served = served(&hub, echo(), LONG_TIME, roomy());
    hub.wait(async {
        let mut caller = connect(served.address).await;
        let continued =
            HALF_A_BODY.replacen("\r\n\r\n12345", "\r\nExpect: 100-continue\r\n\r\n", 1);
        say(&mut caller, &continued).await;
        // The request has begun when the server wants its body.
        let mut wanted = [0; 25];
        caller.read_exact(&mut wanted).await.expect("100");
        served.stop.send(()).expect("a server");
        say(&mut caller, "1234567890").await;
        let response = hear(&mut caller).await;
        assert!(response.ends_with("\r\n\r\n10"), "{response}");
        served.ended.await.expect("its end");
    });
}

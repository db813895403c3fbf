//! How many connections there may be, and which one goes.

use std::sync::Arc;

use hub::network::ConnectionLimits;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::{
    LONG_TIME, SHORT_REQUEST, answer, connect, connect_from, echo, hear, held, roomy, say, served,
};
use crate::support::TestHub;

/// Asks over a connection, and says what was answered.
async fn asked(caller: &mut TcpStream) -> String {
    say(caller, SHORT_REQUEST).await;
    answer(caller).await.1
}

/// So many connections over which something was asked, and nothing is now.
async fn idle(many: usize, address: std::net::SocketAddr) -> Vec<TcpStream> {
    let mut callers = Vec::new();
    for _ in 0..many {
        let mut caller = connect(address).await;
        asked(&mut caller).await;
        callers.push(caller);
    }
    callers
}

#[test]
fn the_connection_that_was_idle_longest_goes_for_a_new_one() {
    let hub = TestHub::start();
    let limits = ConnectionLimits {
        in_all: 8,
        ..roomy()
    };
    let served = served(&hub, echo(), LONG_TIME, limits);
    hub.wait(async {
        let mut callers = Vec::new();
        for _ in 0..20 {
            hub.pass(std::time::Duration::from_secs(1));
            callers.extend(idle(1, served.address).await);
        }
        for gone in &mut callers[..12] {
            assert_eq!(hear(gone).await, "");
        }
        for caller in &mut callers[12..] {
            assert_eq!(asked(caller).await, "2");
        }
    });
}

#[test]
fn silent_connections_keep_nobody_out() {
    let hub = TestHub::start();
    let limits = ConnectionLimits {
        in_all: 64,
        ..roomy()
    };
    let served = served(&hub, echo(), LONG_TIME, limits);
    hub.wait(async {
        let mut silent = Vec::new();
        for _ in 0..300 {
            silent.push(connect(served.address).await);
        }
        let mut caller = connect(served.address).await;
        assert_eq!(asked(&mut caller).await, "2");
    });
}

#[test]
fn an_address_with_too_many_connections_loses_its_own() {
    let hub = TestHub::start();
    let limits = ConnectionLimits {
        of_one: 4,
        ..roomy()
    };
    let served = served(&hub, echo(), LONG_TIME, limits);
    hub.wait(async {
        let mut other = connect_from("127.0.0.2", served.address).await;
        assert_eq!(asked(&mut other).await, "2");
        let mut callers = Vec::new();
        for _ in 0..10 {
            hub.pass(std::time::Duration::from_secs(1));
            callers.extend(idle(1, served.address).await);
        }
        for gone in &mut callers[..6] {
            assert_eq!(hear(gone).await, "");
        }
        for caller in callers[6..].iter_mut().chain([&mut other]) {
            assert_eq!(asked(caller).await, "2");
        }
    });
}

#[test]
fn a_trusted_proxy_may_have_as_many_connections_as_there_are() {
    let hub = TestHub::start();
    let limits = ConnectionLimits {
        of_one: 4,
        proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        ..roomy()
    };
    let served = served(&hub, echo(), LONG_TIME, limits);
    hub.wait(async {
        for mut caller in idle(20, served.address).await {
            assert_eq!(asked(&mut caller).await, "2");
        }
    });
}

#[test]
fn a_new_caller_hears_503_when_every_connection_is_being_answered() {
    let hub = TestHub::start();
    let limits = ConnectionLimits {
        in_all: 3,
        ..roomy()
    };
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let served = served(&hub, held(&begun, &gate), LONG_TIME, limits);
    hub.wait(async {
        let mut busy = Vec::new();
        for _ in 0..3 {
            let mut caller = connect(served.address).await;
            say(&mut caller, SHORT_REQUEST).await;
            begun.acquire().await.expect("a request under way").forget();
            busy.push(caller);
        }
        let mut late = connect(served.address).await;
        say(&mut late, SHORT_REQUEST).await;
        let response = hear(&mut late).await;
        assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
        for part in [
            "\r\nretry-after: 2\r\n",
            "\r\nx-request-id: ",
            "\r\naccess-control-allow-origin: *\r\n",
            r#"{"message":"Too many connections at the moment: retry later","error_type":"internal_error"}"#,
        ] {
            assert!(response.contains(part), "{part}: {response}");
        }
        gate.add_permits(100);
        for mut caller in busy {
            assert_eq!(answer(&mut caller).await.1, "let go");
        }
    });
}

//! Connections to receivers that are kept, and close when the next callback is on its way.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hub::events::store::DispatchState;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{change, follow, log, till_and_office};
use crate::engine::apply;
use crate::support::{Receiver, Reply, TestHub};

#[apply(each_engine!)]
fn a_kept_connection_that_closes_under_a_callback_costs_no_attempt(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Status(200), Reply::Drop, Reply::Status(200)]);
    let (till, office) = till_and_office(&hub, &receiver);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
        hub.dispatch();
    }
    assert_eq!(receiver.count(), 3);
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.attempts.len()),
        (DispatchState::Acknowledged, 1)
    );
}

#[apply(each_engine!)]
fn a_new_connection_that_closes_under_a_callback_is_an_attempt(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Status(200), Reply::Drop, Reply::Drop]);
    let (till, office) = till_and_office(&hub, &receiver);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
        hub.dispatch();
    }
    assert_eq!(receiver.count(), 3);
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.attempts.len()),
        (DispatchState::Pending, 1)
    );
    assert_eq!(
        dispatch.attempts[0].failure.as_deref(),
        Some("connection lost")
    );
}

/// Reads a request to its end.
async fn request(stream: &mut TcpStream) -> io::Result<()> {
    let mut read = Vec::new();
    loop {
        let whole = String::from_utf8_lossy(&read).to_lowercase();
        if let Some((head, body)) = whole.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            if body.len() >= length.unwrap_or_default() {
                return Ok(());
            }
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

#[test]
fn a_callback_whose_answer_had_begun_is_not_sent_twice() {
    let hub = TestHub::start();
    let listener = hub.wait(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}/till", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let requests = Arc::clone(&count);
    let serving = async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                request(&mut stream).await?;
                requests.fetch_add(1, Ordering::SeqCst);
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    .await?;
                request(&mut stream).await?;
                requests.fetch_add(1, Ordering::SeqCst);
                stream.write_all(b"HTTP/1.1 200").await
            });
        }
    };
    // As the test goes on, so does the receiver.
    let till = hub.client("till");
    follow(&till, &url);
    let office = hub.connect("office", "account[orders.write]", None);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
    }
    hub.wait(async {
        tokio::spawn(serving);
        for _ in 0..2 {
            hub::dispatch::run_due(&hub.hub)
                .await
                .expect("a round of callbacks");
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.attempts.len()),
        (DispatchState::Pending, 1)
    );
}

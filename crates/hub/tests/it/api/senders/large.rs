//! Bodies so large that only so many are in memory at a time.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use hub::http::large::{LARGE, MOST_HELD};
use tokio::sync::{mpsc, oneshot};

use crate::support::TestHub;

/// Resolves when a line breaks.
type Breaks = oneshot::Receiver<()>;

const ORDERS: &str = "/location/orders";

/// An order that is padded to so many bytes.
fn order(length: usize) -> String {
    let order = r#"{"status": "new"}"#;
    format!("{order}{}", " ".repeat(length.saturating_sub(order.len())))
}

/// A body of so many bytes, in parts, after which the line stays open until it breaks. Somebody hears
/// when the hub waits for more.
fn unfinished(length: usize, parts: usize, told: mpsc::Sender<()>, breaks: Breaks) -> Body {
    let text = order(length);
    let part = text.len().div_ceil(parts);
    let parts = text.as_bytes().chunks(part).map(Bytes::copy_from_slice);
    let parts: Vec<_> = parts.map(Ok).collect();
    let rest = stream::once(async move {
        let _heard = told.send(()).await;
        let _broken = breaks.await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(stream::iter(parts).chain(rest))
}

#[test]
fn only_so_many_large_bodies_are_in_memory_and_small_ones_need_no_room() {
    for parts in [1, 2, 5] {
        let hub = TestHub::start();
        let kiosk = hub.client("kiosk");
        let mut stalled = Vec::new();
        for _ in 0..MOST_HELD {
            let ((told, mut waits), (line, breaks)) = (mpsc::channel(1), oneshot::channel());
            let body = unfinished(LARGE, parts, told, breaks);
            stalled.push((kiosk.begin("POST", ORDERS, body), line));
            hub.wait(waits.recv()).expect("a hub that reads");
        }
        assert_eq!(kiosk.status("POST", ORDERS, order(LARGE)), 503, "{parts}");
        assert_eq!(
            kiosk.status("POST", ORDERS, order(LARGE - 1)),
            200,
            "{parts}"
        );
        for (call, line) in stalled {
            drop(line);
            let _refused = hub.wait(call);
        }
        assert_eq!(kiosk.status("POST", ORDERS, order(LARGE)), 200, "{parts}");
    }
}

#[test]
fn a_body_arrives_whole_in_however_many_parts() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for (length, part) in [(20, 1), (LARGE, 100_000), (3 * LARGE, 7_777)] {
        let text = order(length);
        let parts: Vec<_> = text
            .as_bytes()
            .chunks(part)
            .map(Bytes::copy_from_slice)
            .collect();
        let body = stream::iter(parts.into_iter().map(Ok::<_, Infallible>));
        let status = kiosk.status("POST", ORDERS, Body::from_stream(body));
        assert_eq!(status, 200, "{length} bytes, {part} at a time");
    }
}

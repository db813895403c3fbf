//! Bodies so large that only so many are in memory at a time.

use std::convert::Infallible;
use std::io::{self, Write as _};

use axum::body::{Body, Bytes};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use hub::http::large::LARGE;
use hub::large_bodies::{MAX_LARGE_BODIES, MAX_LARGE_BODIES_PER_CONNECTION};
use tokio::sync::{mpsc, oneshot};

use crate::support::{Caller, PendingResponse, TestHub};

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
fn unfinished(length: usize, parts: usize, started: mpsc::Sender<()>, breaks: Breaks) -> Body {
    let text = order(length);
    let part = text.len().div_ceil(parts);
    let parts = text.as_bytes().chunks(part).map(Bytes::copy_from_slice);
    let parts: Vec<_> = parts.map(Ok).collect();
    let rest = stream::once(async move {
        let _heard = started.send(()).await;
        let _broken = breaks.await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(stream::iter(parts).chain(rest))
}

/// Large bodies of these senders that have come so far that they need room, as many as there may be
/// of each.
fn stalled<'a>(
    hub: &TestHub,
    senders: impl IntoIterator<Item = &'a Caller>,
    parts: usize,
) -> Vec<(PendingResponse, oneshot::Sender<()>)> {
    let mut stalled = Vec::new();
    for sender in senders {
        for _ in 0..MAX_LARGE_BODIES_PER_CONNECTION {
            let ((started, mut waits), (line, breaks)) = (mpsc::channel(1), oneshot::channel());
            let body = unfinished(LARGE, parts, started, breaks);
            stalled.push((sender.begin("POST", ORDERS, body), line));
            hub.wait(waits.recv()).expect("a hub that reads");
        }
    }
    stalled
}

fn clients(hub: &TestHub, count: usize) -> Vec<Caller> {
    (0..count)
        .map(|number| hub.client(&format!("kiosk{number}")))
        .collect()
}

#[test]
fn only_so_many_large_bodies_are_in_memory_and_small_ones_need_no_room() {
    for parts in [1, 2, 5] {
        let hub = TestHub::start();
        let till = hub.client("till");
        let stalled = stalled(
            &hub,
            &clients(&hub, MAX_LARGE_BODIES / MAX_LARGE_BODIES_PER_CONNECTION),
            parts,
        );
        assert_eq!(till.status("POST", ORDERS, order(LARGE)), 503, "{parts}");
        assert_eq!(
            till.status("POST", ORDERS, order(LARGE - 1)),
            200,
            "{parts}"
        );
        for (call, line) in stalled {
            drop(line);
            let _refused = hub.wait(call);
        }
        assert_eq!(till.status("POST", ORDERS, order(LARGE)), 200, "{parts}");
    }
}

#[test]
fn one_connection_has_a_share_of_the_room_and_leaves_the_rest_to_others() {
    let hub = TestHub::start();
    let (slow, till) = (hub.client("slow"), hub.client("till"));
    let _stalled = stalled(&hub, [&slow], 1);
    assert_eq!(slow.status("POST", ORDERS, order(LARGE)), 503);
    assert_eq!(slow.status("POST", ORDERS, order(LARGE - 1)), 200);
    assert_eq!(till.status("POST", ORDERS, order(LARGE)), 200);
}

#[test]
fn a_body_is_large_by_what_it_becomes() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let stalled = stalled(
        &hub,
        &clients(&hub, MAX_LARGE_BODIES / MAX_LARGE_BODIES_PER_CONNECTION),
        1,
    );
    let packed = |length: usize| {
        let mut packing = GzEncoder::new(Vec::new(), Compression::fast());
        packing.write_all(order(length).as_bytes()).expect("packed");
        packing.finish().expect("packed")
    };
    let notes = |count: usize| {
        let notes = "\u{80}"
            .repeat(count)
            .chars()
            .map(|char| char as u8)
            .collect::<Vec<_>>();
        let list = vec![[b"\"", &*notes, b"\""].concat(); 50].join(&b',');
        [&b"{\"status\": \"new\", \"x\": ["[..], &list, b"]}"].concat()
    };
    let gzip = [
        ("Content-Encoding", "gzip"),
        ("Content-Type", "application/json"),
    ];
    let latin = [("Content-Type", "application/json; charset=windows-1252")];
    let send = |headers: &[(&str, &str)], body| till.send("POST", ORDERS, headers, body).status;
    assert_eq!(send(&gzip, packed(LARGE - 1)), 200);
    assert_eq!(send(&gzip, packed(LARGE)), 503);
    // A byte that becomes a euro sign becomes three.
    assert_eq!(send(&latin, notes(1_000)), 200);
    assert_eq!(send(&latin, notes(2_000)), 503);
    drop(stalled);
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

#[test]
fn an_image_needs_no_room() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let _stalled = stalled(
        &hub,
        &clients(&hub, MAX_LARGE_BODIES / MAX_LARGE_BODIES_PER_CONNECTION),
        1,
    );
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0";
    let image = [&head[..], &[0; LARGE]].concat();
    let path = format!("/catalogs/{}/images", hub.catalog);
    let added = till.send("POST", &path, &[("Content-Type", "image/png")], image);
    assert_eq!(added.status, 200, "{added:?}");
}

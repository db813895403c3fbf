//! Events as they happen, from a hub with streams and from one without.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, Sse};
use axum::routing::get;
use futures_util::stream;
use serde_json::json;

use crate::hubs::hub;

fn event(id: &str) -> String {
    let event = json!({ "id": id, "resource_type": "order", "event_type": "create",
        "new_state": { "ref": id } });
    event.to_string()
}

/// A stream of these events, which then ends.
fn streamed(
    ids: &[&str],
) -> Sse<impl futures_util::Stream<Item = Result<sse::Event, Infallible>> + use<>> {
    let sent = ids.iter().map(|id| {
        sse::Event::default()
            .id(*id)
            .event("order.create")
            .data(event(id))
    });
    let comment = sse::Event::default().comment("connected");
    let all: Vec<_> = std::iter::once(comment).chain(sent).map(Ok).collect();
    Sse::new(stream::iter(all))
}

#[tokio::test]
async fn events_of_a_stream_come_in_turn_and_a_stream_that_ends_is_resumed() {
    let asked: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
    let requests = Arc::clone(&asked);
    let stream = move |headers: HeaderMap| async move {
        let last = headers
            .get("last-event-id")
            .map(|id| id.to_str().unwrap().to_owned());
        requests.lock().unwrap().push(last.clone());
        match last {
            None => streamed(&["e1", "e2"]),
            Some(_) => streamed(&["e3"]),
        }
    };
    let hub = hub(Router::new().route("/v1/callback/stream", get(stream))).await;
    let mut feed = hub.connection("t").event_feed();
    for id in ["e1", "e2", "e3"] {
        let event = feed.next().await.unwrap();
        assert_eq!(event.head.id, id);
        assert_eq!(event.new_state.unwrap()["ref"], id);
    }
    assert!(!feed.is_polling());
    assert_eq!(*asked.lock().unwrap(), [None, Some("e2".to_owned())]);
}

#[tokio::test]
async fn a_hub_without_streams_is_asked_for_its_list() {
    let lists = Arc::new(AtomicUsize::new(0));
    let listed = Arc::clone(&lists);
    let list = move || async move {
        let ids: &[&str] = match listed.fetch_add(1, Ordering::Relaxed) {
            0 => &["e1", "e2"],
            // The first was acknowledged meanwhile.
            1 => &["e2"],
            _ => &["e2", "e3"],
        };
        let heads = ids.iter().map(|id| event(id)).collect::<Vec<_>>();
        format!("[{}]", heads.join(","))
    };
    let one = |Path(id): Path<String>| async move { event(&id) };
    let router = Router::new()
        .route("/v1/callback/events", get(list))
        .route("/v1/callback/events/{id}", get(one));
    let hub = hub(router).await;
    let interval = Duration::from_millis(1);
    let mut feed = hub.connection("t").event_feed().poll_interval(interval);
    for id in ["e1", "e2", "e3"] {
        assert_eq!(feed.next().await.unwrap().head.id, id);
    }
    assert!(feed.is_polling());
}

#[tokio::test]
async fn a_refusal_is_an_error_and_the_next_call_tries_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let stream = move || async move {
        match counted.fetch_add(1, Ordering::Relaxed) {
            0 => Err(StatusCode::UNAUTHORIZED),
            _ => Ok(streamed(&["e1"])),
        }
    };
    let hub = hub(Router::new().route("/v1/callback/stream", get(stream))).await;
    let mut feed = hub.connection("t").event_feed();
    assert_eq!(feed.next().await.unwrap_err().status(), Some(401));
    assert_eq!(feed.next().await.unwrap().head.id, "e1");
}

//! Limits, broken lines and hubs that do not behave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use client::{Error, HubClient, IdempotencyKey, RetryChanges, RetryPolicy};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::hubs::{dropping_hub, flaky_hub, hub, quick_retries};

#[tokio::test]
async fn a_429_is_waited_out() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    let create = move || async move {
        if counter.fetch_add(1, Ordering::SeqCst) == 0 {
            return (StatusCode::TOO_MANY_REQUESTS, [("Retry-After", "0")], "{}").into_response();
        }
        r#"{"id":"x"}"#.into_response()
    };
    let hub = hub(Router::new().route("/v1/location/orders", post(create))).await;
    let order: Value = hub.connection("t").create_order(&json!({})).await.unwrap();
    assert_eq!(
        (order["id"].as_str(), requests.load(Ordering::SeqCst)),
        (Some("x"), 2)
    );
}

#[tokio::test]
async fn a_wait_beyond_the_bound_is_an_error_at_once() {
    let busy = || async {
        (
            StatusCode::TOO_MANY_REQUESTS,
            [("Retry-After", "3600")],
            "{}",
        )
    };
    let hub = hub(Router::new().route("/v1/location", get(busy))).await;
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert_eq!(
        error.api_error().unwrap().retry_after,
        Some(Duration::from_secs(3600))
    );
}

#[tokio::test]
async fn a_broken_get_is_tried_again() {
    let (hub, requests) = dropping_hub(2).await;
    hub.connection("t").location::<Value>().await.unwrap();
    assert_eq!(requests.lock().unwrap().len(), 3);
}

/// The idempotency key of a request.
fn key_of(request: &str) -> &str {
    request
        .lines()
        .find_map(|line| line.strip_prefix("idempotency-key: "))
        .unwrap()
}

/// The hub with another rule for sending changes again.
fn with_retry_changes(hub: HubClient, retry_changes: RetryChanges) -> HubClient {
    hub.with_retry_policy(RetryPolicy {
        retry_changes,
        ..quick_retries()
    })
}

#[tokio::test]
async fn a_broken_post_is_sent_again_under_the_same_key() {
    let (hub, requests) = dropping_hub(1).await;
    let connection = with_retry_changes(hub, RetryChanges::Always).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let requests = requests.lock().unwrap();
    let keys: Vec<&str> = requests.iter().map(|request| key_of(request)).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2], "another order has another key");
}

#[tokio::test]
async fn a_code_is_sent_again_under_the_key_of_that_attempt_only() {
    let (hub, requests) = dropping_hub(1).await;
    let app = with_retry_changes(hub, RetryChanges::Always).app("me", "s");
    for _ in 0..2 {
        let exchanged = app.exchange("c0de").await;
        assert!(
            matches!(exchanged, Err(Error::Decode(_))),
            "{{}} is no token"
        );
    }
    let requests = requests.lock().unwrap();
    let keys: Vec<&str> = requests.iter().map(|request| key_of(request)).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(
        keys[1], keys[2],
        "whoever finds a code does not have its key"
    );
}

#[tokio::test]
async fn a_key_of_ones_own_is_sent_as_it_is() {
    let (hub, requests) = dropping_hub(0).await;
    let key = IdempotencyKey::new("order 4711").unwrap();
    let placed: Value = hub
        .connection("t")
        .create_order_with_key(&key, &json!({}))
        .await
        .unwrap();
    assert_eq!(placed, json!({}));
    assert_eq!(key_of(&requests.lock().unwrap()[0]), "order 4711");
    for bad in ["", "é", " a", "a\nb", "x".repeat(256).as_str()] {
        assert!(IdempotencyKey::new(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_broken_post_is_sent_again_to_a_hub_that_has_shown_that_it_knows_keys() {
    for header in [
        "Idempotent-Replayed: false\r\n",
        "Idempotent-Replayed: true\r\n",
    ] {
        let (hub, requests) = flaky_hub(header, |before| before == 1).await;
        let first = hub.connection("t");
        first.create_order::<Value>(&json!({})).await.unwrap();
        let other = hub.with_retry_policy(quick_retries()).connection("u");
        other.patch_order::<Value>("x", &json!({})).await.unwrap();
        let requests = requests.lock().unwrap();
        assert_eq!(requests.len(), 3);
        assert_eq!(key_of(&requests[1]), key_of(&requests[2]));
    }
}

#[tokio::test]
async fn a_broken_post_is_not_sent_again_if_that_is_not_wanted() {
    let header = "Idempotent-Replayed: false\r\n";
    let (hub, requests) = flaky_hub(header, |before| before == 1).await;
    let connection = with_retry_changes(hub, RetryChanges::Never).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let broken = connection.create_order::<Value>(&json!({})).await;
    assert!(broken.unwrap_err().may_have_been_applied());
    assert_eq!(requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn where_keys_are_unknown_a_broken_post_is_sent_once_and_said_to_be_uncertain() {
    let (hub, requests) = flaky_hub("", |before| before == 1).await;
    hub.connection("t").location::<Value>().await.unwrap();
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(
        error.may_have_been_applied() && error.is_outage(),
        "{error}"
    );
    assert_eq!(requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_never_left_is_sent_again_whatever_the_hub_knows() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = HubClient::new(&base, &base)
        .unwrap()
        .with_retry_policy(RetryPolicy {
            max_retries: 2,
            first_pause: Duration::from_millis(20),
            retry_changes: RetryChanges::Never,
            ..quick_retries()
        });
    let begun = Instant::now();
    let error = hub.connection("t").create_order::<Value>(&json!({})).await;
    assert!(matches!(error, Err(Error::Unreachable(_))), "{error:?}");
    // The pauses before the first and the second repetition.
    assert!(begun.elapsed() >= Duration::from_millis(20 + 40));
}

#[tokio::test]
async fn nobody_listening_is_an_outage_and_certain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = HubClient::new(&base, &base)
        .unwrap()
        .with_retry_policy(quick_retries());
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(
        error.is_outage() && !error.may_have_been_applied(),
        "{error}"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let away = || async { (StatusCode::FOUND, [("Location", "/v1/user")], "") };
    let hub = hub(Router::new().route("/v1/location", get(away))).await;
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert_eq!(error.status(), Some(302));
}

#[tokio::test]
async fn an_answer_too_large_is_not_read() {
    let hub = hub(Router::new().route("/v1/location", get(|| async { "x".repeat(2000) }))).await;
    let hub = hub.with_retry_policy(RetryPolicy {
        max_body_bytes: 1000,
        ..quick_retries()
    });
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge(1000)), "{error}");
}

#[tokio::test]
async fn a_hub_that_hangs_is_left_in_time() {
    let hang = || async { std::future::pending::<()>().await };
    let hub = hub(Router::new().route("/v1/location/orders/{id}", patch(hang))).await;
    let hub = hub.with_retry_policy(RetryPolicy {
        attempt_timeout: Duration::from_millis(50),
        ..quick_retries()
    });
    let error = hub
        .connection("t")
        .patch_order::<Value>("x", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)), "{error}");
}

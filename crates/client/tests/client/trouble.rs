//! Limits, broken lines and hubs that do not behave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use client::{Error, Hub, IdempotencyKey, Patience, Repeat};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::hubs::{hub, impatient, moody_hub, rude_hub};

#[tokio::test]
async fn a_429_is_waited_out() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let create = move || async move {
        if counter.fetch_add(1, Ordering::SeqCst) == 0 {
            return (StatusCode::TOO_MANY_REQUESTS, [("Retry-After", "0")], "{}").into_response();
        }
        r#"{"id":"x"}"#.into_response()
    };
    let hub = hub(Router::new().route("/v1/location/orders", post(create))).await;
    let order: Value = hub.connection("t").create_order(&json!({})).await.unwrap();
    assert_eq!(
        (order["id"].as_str(), asked.load(Ordering::SeqCst)),
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
        error.refusal().unwrap().retry_after,
        Some(Duration::from_secs(3600))
    );
}

#[tokio::test]
async fn a_broken_get_is_tried_again() {
    let (hub, asked) = rude_hub(2).await;
    hub.connection("t").location::<Value>().await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 3);
}

/// The idempotency key of a request.
fn key_of(request: &str) -> &str {
    request
        .lines()
        .find_map(|line| line.strip_prefix("idempotency-key: "))
        .unwrap()
}

/// The same hub, asked with other repetitions of changes.
fn repeating(hub: Hub, repeat_changes: Repeat) -> Hub {
    hub.with_patience(Patience {
        repeat_changes,
        ..impatient()
    })
}

#[tokio::test]
async fn a_broken_post_is_sent_again_under_the_same_key() {
    let (hub, asked) = rude_hub(1).await;
    let connection = repeating(hub, Repeat::Always).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let asked = asked.lock().unwrap();
    let keys: Vec<&str> = asked.iter().map(|request| key_of(request)).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2], "another order has another key");
}

#[tokio::test]
async fn a_code_is_sent_again_under_the_key_of_that_attempt_only() {
    let (hub, asked) = rude_hub(1).await;
    let app = repeating(hub, Repeat::Always).app("me", "s");
    for _ in 0..2 {
        let exchanged = app.exchange("c0de").await;
        assert!(
            matches!(exchanged, Err(Error::Unreadable(_))),
            "{{}} is no token"
        );
    }
    let asked = asked.lock().unwrap();
    let keys: Vec<&str> = asked.iter().map(|request| key_of(request)).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(
        keys[1], keys[2],
        "whoever finds a code does not have its key"
    );
}

#[tokio::test]
async fn a_key_of_ones_own_is_sent_as_it_is() {
    let (hub, asked) = rude_hub(0).await;
    let key = IdempotencyKey::new("order 4711").unwrap();
    let placed: Value = hub
        .connection("t")
        .create_order_once(&key, &json!({}))
        .await
        .unwrap();
    assert_eq!(placed, json!({}));
    assert_eq!(key_of(&asked.lock().unwrap()[0]), "order 4711");
    for bad in ["", "é", " a", "a\nb", "x".repeat(256).as_str()] {
        assert!(IdempotencyKey::new(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_broken_post_is_sent_again_to_a_hub_that_has_shown_that_it_knows_keys() {
    for told in [
        "Idempotent-Replayed: false\r\n",
        "Idempotent-Replayed: true\r\n",
    ] {
        let (hub, asked) = moody_hub(told, |before| before == 1).await;
        let first = hub.connection("t");
        first.create_order::<Value>(&json!({})).await.unwrap();
        let other = hub.with_patience(impatient()).connection("u");
        other.patch_order::<Value>("x", &json!({})).await.unwrap();
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 3);
        assert_eq!(key_of(&asked[1]), key_of(&asked[2]));
    }
}

#[tokio::test]
async fn a_broken_post_is_not_sent_again_if_that_is_not_wanted() {
    let told = "Idempotent-Replayed: false\r\n";
    let (hub, asked) = moody_hub(told, |before| before == 1).await;
    let connection = repeating(hub, Repeat::Never).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let broken = connection.create_order::<Value>(&json!({})).await;
    assert!(broken.unwrap_err().is_uncertain());
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn where_keys_are_unknown_a_broken_post_is_sent_once_and_said_to_be_uncertain() {
    let (hub, asked) = moody_hub("", |before| before == 1).await;
    hub.connection("t").location::<Value>().await.unwrap();
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(error.is_uncertain() && error.is_outage(), "{error}");
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_never_left_is_sent_again_whatever_the_hub_knows() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = Hub::new(&base, &base).unwrap().with_patience(Patience {
        retries: 2,
        pause: Duration::from_millis(20),
        repeat_changes: Repeat::Never,
        ..impatient()
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
    let hub = Hub::new(&base, &base).unwrap().with_patience(impatient());
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(error.is_outage() && !error.is_uncertain(), "{error}");
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
    let hub = hub.with_patience(Patience {
        largest_body: 1000,
        ..impatient()
    });
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge(1000)), "{error}");
}

#[tokio::test]
async fn a_hub_that_hangs_is_left_in_time() {
    let hang = || async { std::future::pending::<()>().await };
    let hub = hub(Router::new().route("/v1/location/orders/{id}", patch(hang))).await;
    let hub = hub.with_patience(Patience {
        attempt: Duration::from_millis(50),
        ..impatient()
    });
    let error = hub
        .connection("t")
        .patch_order::<Value>("x", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)), "{error}");
}

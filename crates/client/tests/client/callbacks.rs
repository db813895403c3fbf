//! Callbacks: set, and checked when they come.

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use client::callbacks::{CallbackError, CallbackReceiver, ReceivedEvent, sign, verify};
use client::{Callback, EventResource, EventType, Secret};

use crate::hubs::hub;

#[tokio::test]
async fn a_callback_is_set_as_documented() {
    let hub = hub(Router::new().route("/v1/callback", post(|body: String| async { body }))).await;
    let callback = Callback::passive().on(
        EventResource::Order,
        &[EventType::Create, EventType::Update],
    );
    assert_eq!(
        hub.connection("t").set_callback(&callback).await.unwrap(),
        callback
    );
    let text = serde_json::to_string(&callback).unwrap();
    assert_eq!(
        text,
        r#"{"url":null,"events":{"order":["create","update"]}}"#
    );
}

#[test]
fn a_signature_is_lower_case_hex_of_hmac_sha256() {
    // The well-known vector of HMAC-SHA256.
    let signature = sign(
        &"key".into(),
        b"The quick brown fox jumps over the lazy dog",
    );
    assert_eq!(
        signature,
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    );
}

#[test]
fn an_event_with_a_wrong_or_missing_signature_is_rejected() {
    let body = br#"{"id":"e1","resource_type":"order","event_type":"create"}"#;
    let secret = Secret::new("s");
    assert!(matches!(
        verify(&secret, body, None),
        Err(CallbackError::MissingSignature)
    ));
    let other = sign(&"other".into(), body);
    assert!(matches!(
        verify(&secret, body, Some(&other)),
        Err(CallbackError::WrongSignature)
    ));
}

#[test]
fn an_empty_secret_proves_nothing() {
    let body = br#"{"id":"e1","resource_type":"order","event_type":"create"}"#;
    let secret = Secret::new("");
    let signature = sign(&secret, body);
    assert!(matches!(
        verify(&secret, body, Some(&signature)),
        Err(CallbackError::WrongSignature)
    ));
}

#[test]
fn an_event_sent_twice_is_recognised() {
    let body = br#"{"id":"e1","resource_type":"order","event_type":"create","catalog_id":"c"}"#;
    let receiver = CallbackReceiver::new("s".into());
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-hubrise-hmac-sha256",
        sign(&"s".into(), body).parse().unwrap(),
    );
    let Ok(ReceivedEvent::New(event)) = receiver.receive(&headers, body) else {
        panic!("not new")
    };
    assert_eq!(event.extra["catalog_id"], "c");
    assert!(matches!(
        receiver.receive(&headers, body),
        Ok(ReceivedEvent::Duplicate(_))
    ));
}

//! Webhooks: what the stand-in sends, and what the client makes of it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use partners::zelty_api::{
    SIGNATURE_HEADER, SecretError, StatusWord, WebhookData, WebhookError, WebhookSecret,
    read_webhook,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::support::{Zelty, zelty_order};

type Received = Arc<Mutex<Vec<(Option<String>, Bytes)>>>;

/// A receiver on a port of its own.
async fn receiver() -> (String, Received) {
    receiver_at("127.0.0.1:0").await
}

async fn receiver_at(address: &str) -> (String, Received) {
    let received = Received::default();
    let writer = Arc::clone(&received);
    let router = Router::new().route(
        "/",
        post(async move |headers: HeaderMap, body: Bytes| {
            let signature = headers.get(SIGNATURE_HEADER);
            let signature = signature.map(|it| it.to_str().unwrap().to_owned());
            writer.lock().unwrap().push((signature, body));
        }),
    );
    let listener = TcpListener::bind(address).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}

async fn register(zelty: &Zelty, event: &str, target: &str, version: Option<&str>) {
    let mut registration = json!({ "target": target });
    if let Some(version) = version {
        registration["version"] = json!(version);
    }
    let body = json!({ "secret_key": "s3cret", "webhooks": { event: registration } });
    assert_eq!(zelty.post("/webhooks", body).await.0, 200);
}

/// Makes an order, and has the kitchen begin.
async fn start_production(zelty: &Zelty) {
    let (_, reply) = zelty.post("/orders", zelty_order(json!({}))).await;
    let id = reply["order"]["id"].as_i64().unwrap();
    let body = json!({ "entry_ids": [1000], "subentry_ids": [] });
    let (status, _) = zelty.post(&format!("/orders/{id}/production"), body).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn version_2_is_signed_and_read() {
    let zelty = Zelty::start().await;
    let (target, received) = receiver().await;
    register(&zelty, "order.status.update", &target, Some("v2")).await;
    start_production(&zelty).await;
    assert_eq!(zelty.service.send_events().await.unwrap(), 1);
    let (signature, body) = received.lock().unwrap().remove(0);
    let secret = WebhookSecret::parse("s3cret").unwrap();
    let event = read_webhook(&secret, &body, signature.as_deref()).unwrap();
    assert_eq!(event.event_name, "order.status.update");
    let WebhookData::OrderStatus {
        status, remote_id, ..
    } = event.data
    else {
        panic!("another event");
    };
    assert_eq!(
        (status, remote_id.as_deref()),
        (StatusWord::Production, Some("r1"))
    );
}

#[tokio::test]
async fn version_1_is_not_signed_and_is_refused() {
    let zelty = Zelty::start().await;
    let (target, received) = receiver().await;
    register(&zelty, "order.status.update", &target, None).await;
    start_production(&zelty).await;
    zelty.service.send_events().await.unwrap();
    let (signature, body) = received.lock().unwrap().remove(0);
    assert_eq!(signature, None);
    let secret = WebhookSecret::parse("s3cret").unwrap();
    let refusal = read_webhook(&secret, &body, None).unwrap_err();
    assert_eq!(refusal, WebhookError::MissingSignature);
    let refusal = read_webhook(&secret, &body, Some("00")).unwrap_err();
    assert_eq!(refusal, WebhookError::WrongSignature);
}

#[tokio::test]
async fn each_dish_that_is_written_is_an_event() {
    let zelty = Zelty::start().await;
    let (target, received) = receiver().await;
    register(&zelty, "dish.update", &target, Some("v2")).await;
    let dishes: Vec<Value> = (0..84)
        .map(|number| json!({ "name": format!("Plat {number}"), "price": 100, "tax": 1000 }))
        .collect();
    assert_eq!(zelty.post("/catalog/dishes", json!(dishes)).await.0, 200);
    assert_eq!(zelty.service.send_events().await.unwrap(), 84);
    let body = received.lock().unwrap().remove(0).1;
    let event: Value = serde_json::from_slice(&body).unwrap();
    // Absent prices are missing here, and null in lists.
    assert!(event["data"]["dishes"][0].get("price_togo").is_none());
}

#[tokio::test]
async fn an_event_that_does_not_arrive_comes_again() {
    let zelty = Zelty::start().await;
    // Nobody listens there yet.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap().to_string();
    drop(closed);
    let target = format!("http://{address}/");
    register(&zelty, "order.status.update", &target, Some("v2")).await;
    start_production(&zelty).await;
    assert_eq!(zelty.service.send_events().await.unwrap(), 0);
    let (_, received) = receiver_at(&address).await;
    assert_eq!(zelty.service.send_events().await.unwrap(), 1);
    assert_eq!(received.lock().unwrap().len(), 1);
    assert_eq!(zelty.service.send_events().await.unwrap(), 0);
}

#[test]
fn a_masked_secret_is_no_secret() {
    for mask in ["***", "abc***", "•••"] {
        assert_eq!(
            WebhookSecret::parse(mask),
            Err(SecretError::Masked),
            "{mask}"
        );
    }
    assert_eq!(WebhookSecret::parse(" "), Err(SecretError::Empty));
    let secret = WebhookSecret::parse("s3cret").unwrap();
    assert!(!format!("{secret:?}").contains("s3cret"));
}

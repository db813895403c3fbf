//! Hubs of the tests: small ones, on the loopback interface.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use client::{HubClient, RetryPolicy};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

pub fn quick_retries() -> RetryPolicy {
    RetryPolicy {
        first_pause: Duration::ZERO,
        ..RetryPolicy::default()
    }
}

pub async fn hub(router: Router) -> HubClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    HubClient::new(&format!("{base}/v1/"), &format!("{base}/oauth2/v1"))
        .unwrap()
        .with_retry_policy(quick_retries())
}

/// A server that closes its first connections without a word, then answers `{}`; and the requests
/// that came.
pub async fn dropping_hub(dropped: usize) -> (HubClient, Arc<Mutex<Vec<String>>>) {
    flaky_hub("", move |before| before < dropped).await
}

/// A server that closes some connections without a word, by how many came before, and answers the
/// others `{}` with these headers; and the requests that came.
pub async fn flaky_hub(
    headers: &'static str,
    drops: impl Fn(usize) -> bool + Send + 'static,
) -> (HubClient, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let received = requests.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let before = {
                let mut received = received.lock().unwrap();
                received.push(text);
                received.len() - 1
            };
            if !drops(before) {
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n{headers}\r\n{{}}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    let hub = HubClient::new(&format!("{base}/v1"), &format!("{base}/oauth2/v1")).unwrap();
    (hub.with_retry_policy(quick_retries()), requests)
}

/// A hub that answers every call with what it was requests, in a list or alone.
pub async fn echoing_hub() -> HubClient {
    let echo = |request: axum::extract::Request| async move {
        let line = format!("{} {}", request.method(), request.uri());
        let is_list = request.method() == axum::http::Method::GET
            && ["lists", "customers", "loyalty_cards", "operations"]
                .iter()
                .any(|word| request.uri().path().ends_with(word));
        let body = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        let echo = format!("{line} {}", String::from_utf8_lossy(&body));
        let echo = echo.trim_end();
        if is_list {
            json!([echo]).to_string()
        } else {
            json!(echo).to_string()
        }
    };
    hub(Router::new().fallback(echo)).await
}

//! Webhooks: recorded with the change that they report, sent afterwards, each until it arrives.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, header};
use bytes::Bytes;
use client::Secret;
use client::callbacks::sign;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::ServiceState;
use super::store::{RecordKind, StoreError, StoreTx};

/// The brand of all restaurants here.
pub(super) const BRAND_ID: i64 = 4;

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The events that can be registered for.
pub(super) const EVENT_NAMES: [&str; 22] = [
    "restaurant.update",
    "restaurant.delivery_zones.update",
    "dish.update",
    "dish.delete",
    "menu.update",
    "menu.delete",
    "option.update",
    "tag.update",
    "tag.delete",
    "dish_override.update",
    "menu_override.update",
    "dish.availability_update",
    "option_value.availability_update",
    "menu.availability_update",
    "catalog.push",
    "order.status.update",
    "order.ended",
    "till.close",
    "customer.update",
    "customer.delete",
    "booking.update",
    "promotion.update",
];

/// Records an event, if somebody registered for it.
pub(super) fn record(
    tx: &StoreTx<'_>,
    now: Timestamp,
    name: &str,
    restaurant: Option<i64>,
    data: &Value,
) -> Result<(), StoreError> {
    let Some(webhooks) = tx.find(RecordKind::Webhooks, "all")? else {
        return Ok(());
    };
    let registration = &webhooks["webhooks"][name];
    let Some(target) = registration["target"].as_str() else {
        return Ok(());
    };
    let version = registration["version"].as_str().unwrap_or("v1");
    let body = json!({
        "event_id": uuid_v4()?,
        "event_name": name,
        "created_at": now.to_string(),
        "version": version,
        "brand_id": BRAND_ID,
        "restaurant_id": restaurant,
        "data": data,
    });
    tx.add_event(target, version, &body.to_string())
}

/// A random UUID of version 4.
pub(super) fn uuid_v4() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        let text = error.to_string();
        StoreError::Document(serde::de::Error::custom(text))
    })?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    ))
}

/// Sends webhooks.
pub(super) struct WebhookSender(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl WebhookSender {
    pub(super) fn new() -> Result<WebhookSender, String> {
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| error.to_string())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(WebhookSender(
            Client::builder(TokioExecutor::new()).build(https),
        ))
    }

    /// Whether the receiver took it.
    async fn send(&self, target: &str, body: &str, signature: Option<String>) -> bool {
        let mut request = Request::post(target).header(header::CONTENT_TYPE, "application/json");
        if let Some(signature) = signature {
            request = request.header("x-zelty-hmac-sha256", signature);
        }
        let Ok(request) = request.body(Full::new(Bytes::from(body.to_owned()))) else {
            return false;
        };
        let response = tokio::time::timeout(TIMEOUT, self.0.request(request)).await;
        matches!(response, Ok(Ok(response)) if response.status().is_success())
    }
}

/// Sends each waiting event once; how many arrived. One that fails stays, and comes again later, perhaps
/// after others.
pub(super) async fn send_waiting(state: &Arc<ServiceState>) -> Result<usize, StoreError> {
    let (events, secret) = state.store().write(|tx| {
        let webhooks = tx.find(RecordKind::Webhooks, "all")?;
        let secret = webhooks.and_then(|it| it["secret_key"].as_str().map(Secret::new));
        Ok::<_, StoreError>((
            tx.waiting_events()?,
            secret.unwrap_or_else(|| Secret::new("")),
        ))
    })?;
    let mut arrived = 0;
    for event in events {
        let signature = (event.version == "v2").then(|| sign(&secret, event.body.as_bytes()));
        let is_taken = state
            .sender
            .send(&event.target, &event.body, signature)
            .await;
        state.store().write(|tx| {
            if is_taken {
                tx.remove_event(event.number)
            } else {
                tx.note_failed_event(event.number)
            }
        })?;
        arrived += usize::from(is_taken);
    }
    Ok(arrived)
}

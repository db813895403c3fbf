//! Zelty's webhooks: checked, taken in once, and turned into tasks.
//!
//! An unsigned one (version 1) is refused like a wrongly signed one. Many events about one thing become one task:
//! 84 dishes that were written are one look at the catalog.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use rusqlite::Transaction;

use super::BridgeApp;
use super::links;
use super::restaurants::{self, BridgedRestaurant};
use super::tasks::{self, TaskKind};
use crate::kit::cookies::query_value;
use crate::kit::inbox;
use crate::kit::store::StoreError;
use crate::zelty_api::{
    SIGNATURE_HEADER, StatusWord, WebhookData, WebhookError, WebhookEvent, read_webhook,
};

/// The path of the receiver; the query names which one.
pub(super) const WEBHOOK_PATH: &str = "/zelty/webhooks";

/// The events that the bridge asks for.
pub(super) const EVENTS: [&str; 10] = [
    "order.status.update",
    "order.ended",
    "catalog.push",
    "dish.availability_update",
    "option_value.availability_update",
    "restaurant.update",
    "dish.update",
    "dish.delete",
    "menu.update",
    "option.update",
];

/// `POST /zelty/webhooks?receiver=…`: 401 for what is not signed, 500 for what cannot be stored, so that it comes
/// again, 200 otherwise.
pub(super) async fn receive(
    State(app): State<Arc<BridgeApp>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let token = query_value(query.as_deref(), "receiver").unwrap_or_default();
    let store = &app.shell.store;
    let found = store
        .read(move |tx| restaurants::by_webhook_token(tx, &token))
        .await;
    let receivers = match found {
        Ok(receivers) => receivers,
        Err(error) => return not_stored(&error),
    };
    let Some(first) = receivers.first() else {
        return StatusCode::NOT_FOUND;
    };
    let signature = headers.get(SIGNATURE_HEADER);
    let signature = signature.and_then(|value| value.to_str().ok());
    let event = match read_webhook(&first.webhook_secret, &body, signature) {
        Ok(event) => event,
        // Signed, and nothing that can be used: it would be the same the next time.
        Err(WebhookError::InvalidEvent(reason)) => {
            tracing::warn!(error = %reason, "webhook cannot be read");
            return StatusCode::OK;
        }
        Err(error) => {
            tracing::warn!(%error, "webhook refused");
            return StatusCode::UNAUTHORIZED;
        }
    };
    if matches!(event.data, WebhookData::MenuChange) {
        for receiver in &receivers {
            app.menus.forget(&receiver.connection);
        }
    }
    let now = app.shell.now();
    let taken = store.write(move |tx| take(tx, &receivers, &event, now));
    match taken.await {
        Ok(()) => {
            app.tasks_wake.notify_waiters();
            StatusCode::OK
        }
        Err(error) => not_stored(&error),
    }
}

fn not_stored(error: &StoreError) -> StatusCode {
    tracing::error!(%error, "webhook not stored");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// Remembers an event, and asks for what it means, in one transaction.
fn take(
    tx: &Transaction<'_>,
    receivers: &[BridgedRestaurant],
    event: &WebhookEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    for receiver in receivers {
        let is_here = event
            .restaurant_id
            .is_none_or(|id| id == receiver.restaurant);
        let key = format!("zelty/{}", event.event_id);
        if is_here && inbox::insert(tx, &receiver.connection, &key, now)? {
            request_tasks(tx, receiver, event, now)?;
        }
    }
    Ok(())
}

/// The word of a status that moves an order on.
fn status_word(status: &StatusWord) -> &'static str {
    match status {
        StatusWord::Production => "production",
        StatusWord::Ready => "ready",
        StatusWord::Ended | StatusWord::Closed => "ended",
        StatusWord::Cancelled => "cancelled",
        _ => "",
    }
}

fn request_tasks(
    tx: &Transaction<'_>,
    receiver: &BridgedRestaurant,
    event: &WebhookEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let options = &receiver.options;
    let connection = receiver.connection.as_str();
    let chore = |kind: TaskKind| tasks::request(tx, connection, (kind, ""), "", now);
    match &event.data {
        WebhookData::OrderStatus {
            order_id,
            remote_id,
            status,
        } => request_order(
            tx,
            receiver,
            (*order_id, remote_id),
            status_word(status),
            now,
        ),
        WebhookData::OrderEnded {
            order_id,
            remote_id,
        } => request_order(tx, receiver, (*order_id, remote_id), "ended", now),
        WebhookData::CatalogPush { .. } if options.imports_catalog => chore(TaskKind::Catalog),
        WebhookData::Availability(_) if options.sends_inventory => chore(TaskKind::Inventory),
        WebhookData::RestaurantUpdate
            if options.sends_opening_hours || options.sends_acceptance =>
        {
            chore(TaskKind::Location)
        }
        _ => Ok(()),
    }
}

/// Asks for a look at an order, unless it is one of the till's own that nobody wants to have.
fn request_order(
    tx: &Transaction<'_>,
    receiver: &BridgedRestaurant,
    (id, remote_id): (i64, &Option<String>),
    word: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = receiver.connection.as_str();
    let is_known = links::of_till_order(tx, connection, id)?.is_some()
        || match remote_id {
            Some(remote_id) => links::of_hub_order(tx, connection, remote_id)?.is_some(),
            None => false,
        };
    if is_known || receiver.options.receives_till_orders {
        tasks::request(
            tx,
            connection,
            (TaskKind::TillOrder, &id.to_string()),
            word,
            now,
        )?;
    }
    Ok(())
}

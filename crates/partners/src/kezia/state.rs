//! What the till keeps in its store, beside its connection: its web orders and its settings.

use std::collections::BTreeMap;

use client::order::{Order, OrderStatus};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::kit::outbox::{self, QueuedAction};
use crate::kit::store::{StoreError, stored_time, time_from_store};

/// Orders that are kept; the oldest of those that do not wait leave first.
const MAX_ORDERS: i64 = 500;

/// The window **Commandes Web**.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WebOrderSettings {
    /// **Actif** under the hub's name.
    pub is_active: bool,
    /// **Libellé du champ** by field, such as `MCU 1`.
    pub labels: BTreeMap<String, String>,
    /// **Désactiver la fenêtre popup**.
    pub has_no_popup: bool,
    /// **Masquer les commandes de la Borne**.
    pub hides_kiosk: bool,
    /// **Délai d'affichage des commandes**, in days; none: they are shown as long as they are kept.
    pub shown_days: Option<i64>,
}

/// A web order at the till, with what the cashier has done and the hub does not know yet.
#[derive(Clone, Debug)]
pub(crate) struct TillOrder {
    pub order: Order,
    /// When the till fetched it.
    pub arrived_at: Timestamp,
    /// Whether something about it was not sent yet.
    pub is_unsent: bool,
}

impl TillOrder {
    /// **En attente**: neither accepted nor rejected.
    pub(crate) fn is_pending(&self) -> bool {
        is_pending(self.order.status)
    }
}

/// Whether an order of this status waits for the cashier.
pub(crate) fn is_pending(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::New | OrderStatus::Received)
}

/// The setting of a name; as a new till has it if it was never stored.
pub(crate) fn setting<T: DeserializeOwned + Default>(
    tx: &Transaction<'_>,
    name: &str,
) -> Result<T, StoreError> {
    let value: Option<String> = tx
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    let setting = value
        .map(|value| serde_json::from_str(&value))
        .transpose()?;
    Ok(setting.unwrap_or_default())
}

/// Stores the setting of a name.
pub(crate) fn save_setting(
    tx: &Transaction<'_>,
    name: &str,
    setting: &impl Serialize,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")?
        .execute([name, &serde_json::to_string(setting)?])?;
    Ok(())
}

/// The pattern of `LIKE` for a text that stands anywhere.
pub(crate) fn escape_like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The settings of the window **Commandes Web**.
pub(crate) fn web_orders(tx: &Transaction<'_>) -> Result<WebOrderSettings, StoreError> {
    setting(tx, "web_orders")
}

/// Keeps the settings of the window **Commandes Web**.
pub(crate) fn save_web_orders(
    tx: &Transaction<'_>,
    settings: &WebOrderSettings,
) -> Result<(), StoreError> {
    save_setting(tx, "web_orders", settings)
}

/// Keeps an order that arrived now, or the new state of one that is known; says whether it is new.
pub(crate) fn save_order(
    tx: &Transaction<'_>,
    order: &Order,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let known = tx
        .prepare_cached("UPDATE orders SET state = ?2, is_pending = ?3 WHERE id = ?1")?
        .execute(params![
            order.id.as_str(),
            serde_json::to_string(order)?,
            is_pending(order.status)
        ])?;
    if known > 0 {
        return Ok(false);
    }
    tx.prepare_cached(
        "INSERT INTO orders (id, state, is_pending, arrived_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        order.id.as_str(),
        serde_json::to_string(order)?,
        is_pending(order.status),
        stored_time(now)
    ])?;
    tx.prepare_cached(
        "DELETE FROM orders WHERE is_pending = 0 AND id IN (
             SELECT id FROM orders ORDER BY is_pending DESC, arrived_at DESC LIMIT -1 OFFSET ?1)",
    )?
    .execute([MAX_ORDERS])?;
    Ok(true)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(String, i64)> {
    Ok((row.get("state")?, row.get("arrived_at")?))
}

fn till_order(
    (state, arrived_at): (String, i64),
    waiting: &BTreeMap<String, Vec<QueuedAction>>,
) -> Result<TillOrder, StoreError> {
    let mut order: Order = serde_json::from_str(&state)?;
    let own = waiting.get(order.id.as_str());
    for action in own.into_iter().flatten() {
        let status = action.body["status"].as_str();
        order.status = status.and_then(OrderStatus::parse).unwrap_or(order.status);
        // A comment that was taken away is null.
        if let Some(notes) = action.body.get("seller_notes") {
            order.seller_notes = notes.as_str().map(str::to_owned);
        }
        if let Ok(time) = serde_json::from_value(action.body["confirmed_time"].clone()) {
            order.confirmed_time = Some(time);
        }
    }
    Ok(TillOrder {
        order,
        arrived_at: time_from_store(arrived_at),
        is_unsent: own.is_some(),
    })
}

/// The orders of the till.
pub(crate) fn orders(tx: &Transaction<'_>) -> Result<Vec<TillOrder>, StoreError> {
    let waiting = outbox::waiting_by_subject(tx)?;
    let mut statement = tx.prepare_cached("SELECT state, arrived_at FROM orders")?;
    let rows = statement.query_map([], read)?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let orders = rows.into_iter().map(|row| till_order(row, &waiting));
    orders.collect()
}

/// An order of the till.
pub(crate) fn order(tx: &Transaction<'_>, id: &str) -> Result<Option<TillOrder>, StoreError> {
    let row = tx
        .prepare_cached("SELECT state, arrived_at FROM orders WHERE id = ?1")?
        .query_row([id], read)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(till_order(row, &outbox::waiting_by_subject(tx)?)?))
}

/// How many orders wait for the cashier.
pub(crate) fn pending_count(tx: &Transaction<'_>) -> Result<usize, StoreError> {
    let orders = orders(tx)?;
    Ok(orders.iter().filter(|order| order.is_pending()).count())
}

/// Forgets all orders.
pub(crate) fn delete_orders(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM orders", [])?;
    Ok(())
}

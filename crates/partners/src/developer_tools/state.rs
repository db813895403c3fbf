//! What the app keeps in its store, beside its connections: the orders placed from here, the latest events,
//! and which form has placed which order.

use client::Event;
use client::order::{Order, Time};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::kit::store::StoreError;

/// Orders that are kept for each connection.
const MAX_ORDERS: i64 = 200;

/// Events that are kept for each connection.
const MAX_EVENTS: i64 = 200;

/// Forms whose order is remembered, of all connections together.
const MAX_FORMS: i64 = 2_000;

/// The app's own tables.
pub(crate) const TABLES: &[&str] = &["
    CREATE TABLE orders (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        id TEXT NOT NULL,
        state TEXT NOT NULL,
        UNIQUE (connection, id)
    ) STRICT;
    CREATE TABLE events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        received_at TEXT NOT NULL,
        event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_connection ON events (connection, number);
    CREATE TABLE forms (
        connection TEXT NOT NULL,
        nonce TEXT NOT NULL,
        order_id TEXT,
        PRIMARY KEY (connection, nonce)
    ) STRICT;
"];

/// An event, and when it came.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub received_at: Time,
    pub event: Event,
}

impl StoredEvent {
    /// The order after the change, if the event is about an order.
    pub(crate) fn order(&self) -> Option<Order> {
        order_of(&self.event)
    }
}

fn order_of(event: &Event) -> Option<Order> {
    let state = event.new_state.as_ref()?;
    (event.head.resource_type == "order").then(|| serde_json::from_value(state.clone()).ok())?
}

/// The orders placed from here, newest first.
pub(crate) fn orders(tx: &Transaction<'_>, connection: &str) -> Result<Vec<Order>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT state FROM orders WHERE connection = ?1 ORDER BY number DESC")?;
    let rows = statement.query_map([connection], |row| row.get::<_, String>(0))?;
    let texts = rows.collect::<Result<Vec<_>, _>>()?;
    let orders = texts.iter().map(|text| serde_json::from_str(text));
    Ok(orders.collect::<Result<_, _>>()?)
}

/// An order placed from here.
pub(crate) fn order(
    tx: &Transaction<'_>,
    connection: &str,
    id: &str,
) -> Result<Option<Order>, StoreError> {
    let text: Option<String> = tx
        .prepare_cached("SELECT state FROM orders WHERE connection = ?1 AND id = ?2")?
        .query_row([connection, id], |row| row.get(0))
        .optional()?;
    let order = text.map(|text| serde_json::from_str(&text));
    Ok(order.transpose()?)
}

/// Keeps an order, or its new state.
pub(crate) fn save_order(
    tx: &Transaction<'_>,
    connection: &str,
    order: &Order,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO orders (connection, id, state) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection, id) DO UPDATE SET state = excluded.state",
    )?
    .execute(params![
        connection,
        order.id.as_str(),
        serde_json::to_string(order)?
    ])?;
    tx.prepare_cached(
        "DELETE FROM orders WHERE connection = ?1 AND number <= (
             SELECT number FROM orders WHERE connection = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute(params![connection, MAX_ORDERS])?;
    Ok(())
}

/// Keeps an event, and what it says about an order placed from here.
pub(crate) fn save_event(
    tx: &Transaction<'_>,
    connection: &str,
    received_at: Time,
    event: &Event,
) -> Result<(), StoreError> {
    if let Some(new) = order_of(event)
        && order(tx, connection, new.id.as_str())?.is_some()
    {
        save_order(tx, connection, &new)?;
    }
    tx.prepare_cached("INSERT INTO events (connection, received_at, event) VALUES (?1, ?2, ?3)")?
        .execute(params![
            connection,
            serde_json::to_string(&received_at)?,
            serde_json::to_string(event)?
        ])?;
    tx.prepare_cached(
        "DELETE FROM events WHERE connection = ?1 AND number <= (
             SELECT number FROM events WHERE connection = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute(params![connection, MAX_EVENTS])?;
    Ok(())
}

/// The latest events, newest first.
pub(crate) fn events(
    tx: &Transaction<'_>,
    connection: &str,
) -> Result<Vec<StoredEvent>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT received_at, event FROM events WHERE connection = ?1 ORDER BY number DESC",
    )?;
    let rows = statement.query_map([connection], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let events = rows.iter().map(|(received_at, event)| {
        Ok(StoredEvent {
            received_at: serde_json::from_str(received_at)?,
            event: serde_json::from_str(event)?,
        })
    });
    events.collect()
}

/// What has become of a form: nothing yet, an order of this id, or nobody knows.
pub(crate) enum FormOutcome {
    New,
    Placed(String),
    Unconfirmed,
}

/// What has become of the form of a nonce.
pub(crate) fn form_outcome(
    tx: &Transaction<'_>,
    connection: &str,
    nonce: &str,
) -> Result<FormOutcome, StoreError> {
    let found: Option<Option<String>> = tx
        .prepare_cached("SELECT order_id FROM forms WHERE connection = ?1 AND nonce = ?2")?
        .query_row([connection, nonce], |row| row.get(0))
        .optional()?;
    Ok(match found {
        None => FormOutcome::New,
        Some(Some(order)) => FormOutcome::Placed(order),
        Some(None) => FormOutcome::Unconfirmed,
    })
}

/// Notes which order a form has placed; none when it may have placed one although no answer came.
pub(crate) fn save_form(
    tx: &Transaction<'_>,
    connection: &str,
    nonce: &str,
    order_id: Option<&str>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO forms (connection, nonce, order_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection, nonce) DO UPDATE SET order_id = excluded.order_id",
    )?
    .execute(params![connection, nonce, order_id])?;
    tx.prepare_cached("DELETE FROM forms WHERE rowid <= (SELECT max(rowid) - ?1 FROM forms)")?
        .execute([MAX_FORMS])?;
    Ok(())
}

/// Forgets what is known of a connection.
pub(crate) fn delete(tx: &Transaction<'_>, connection: &str) -> Result<(), StoreError> {
    for table in ["orders", "events", "forms"] {
        let sql = format!("DELETE FROM {table} WHERE connection = ?1");
        tx.prepare_cached(&sql)?.execute([connection])?;
    }
    Ok(())
}

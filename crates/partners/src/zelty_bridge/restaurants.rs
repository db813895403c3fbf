//! What the bridge knows of the restaurant of each connection: its key, its options, its webhooks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::Value;

use super::mapping::BridgeOptions;
use crate::kit::store::{StoreError, stored_time, time_from_store};
use crate::zelty_api::{ApiKey, WebhookSecret};

/// The restaurant of a connection, once the key was accepted.
#[derive(Clone)]
pub(super) struct BridgedRestaurant {
    pub connection: String,
    pub key: ApiKey,
    /// Zelty's id of the restaurant.
    pub restaurant: i64,
    pub name: String,
    /// ISO 3166-1 alpha-2, for phone numbers without a country.
    pub country: String,
    pub options: BridgeOptions,
    pub webhook_secret: WebhookSecret,
    /// Names the receiver in the address of webhooks.
    pub webhook_token: String,
    /// What the tab **Statut** shows, as it was read last.
    pub status: Value,
    pub status_at: Option<Timestamp>,
    /// The day of the last nightly check, in the restaurant's zone.
    pub checked_on: String,
}

const COLUMNS: &str = "connection, api_key, restaurant, name, country, options, webhook_secret, \
                       webhook_token, status, status_at, checked_on";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<BridgedRestaurant, StoreError>> {
    let text = |name: &str| row.get::<_, String>(name);
    let (key, secret, options, status) = (
        text("api_key")?,
        text("webhook_secret")?,
        text("options")?,
        text("status")?,
    );
    let status_at: Option<i64> = row.get("status_at")?;
    let parsed = || -> Result<_, serde_json::Error> {
        Ok((
            serde_json::from_value::<ApiKey>(Value::String(key))?,
            serde_json::from_value::<WebhookSecret>(Value::String(secret))?,
            serde_json::from_str::<BridgeOptions>(&options)?,
            serde_json::from_str::<Value>(&status)?,
        ))
    };
    let (key, webhook_secret, options, status) = match parsed() {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Err(error.into())),
    };
    Ok(Ok(BridgedRestaurant {
        connection: text("connection")?,
        key,
        restaurant: row.get("restaurant")?,
        name: text("name")?,
        country: text("country")?,
        options,
        webhook_secret,
        webhook_token: text("webhook_token")?,
        status,
        status_at: status_at.map(time_from_store),
        checked_on: text("checked_on")?,
    }))
}

/// The restaurant of a connection; none before the set-up is finished.
pub(super) fn find(
    tx: &Transaction<'_>,
    connection: &str,
) -> Result<Option<BridgedRestaurant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bridge_restaurants WHERE connection = ?1");
    let row = tx.prepare_cached(&sql)?.query_row([connection], read);
    row.optional()?.transpose()
}

/// The restaurants whose webhooks come to that address: several for the key of a brand.
pub(super) fn by_webhook_token(
    tx: &Transaction<'_>,
    token: &str,
) -> Result<Vec<BridgedRestaurant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bridge_restaurants WHERE webhook_token = ?1");
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement
        .query_map([token], read)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

/// A restaurant of another connection with the same key: Zelty has one address and one secret for both.
pub(super) fn with_key(
    tx: &Transaction<'_>,
    key: &ApiKey,
) -> Result<Option<BridgedRestaurant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bridge_restaurants WHERE api_key = ?1 LIMIT 1");
    let row = tx.prepare_cached(&sql)?.query_row([key.expose()], read);
    row.optional()?.transpose()
}

/// The keys of all restaurants.
pub(super) fn keys(tx: &Transaction<'_>) -> Result<BTreeSet<String>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT api_key FROM bridge_restaurants")?;
    let rows = statement.query_map([], |row| row.get("api_key"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a restaurant, in place of what was there.
pub(super) fn save(tx: &Transaction<'_>, it: &BridgedRestaurant) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO bridge_restaurants
         (connection, api_key, restaurant, name, country, options, webhook_secret, webhook_token,
          status, status_at, checked_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        it.connection,
        it.key.expose(),
        it.restaurant,
        it.name,
        it.country,
        serde_json::to_string(&it.options)?,
        it.webhook_secret.expose(),
        it.webhook_token,
        it.status.to_string(),
        it.status_at.map(stored_time),
        it.checked_on,
    ])?;
    Ok(())
}

/// Stores what the tab **Statut** shows.
pub(super) fn save_status(
    tx: &Transaction<'_>,
    connection: &str,
    status: &Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE bridge_restaurants SET status = ?2, status_at = ?3 WHERE connection = ?1",
    )?
    .execute(params![connection, status.to_string(), stored_time(now)])?;
    Ok(())
}

/// Notes the day of the nightly check.
pub(super) fn save_check(
    tx: &Transaction<'_>,
    connection: &str,
    day: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE bridge_restaurants SET checked_on = ?2 WHERE connection = ?1")?
        .execute([connection, day])?;
    Ok(())
}

/// Forgets the settings of a connection and what was to be done with them. What was done stays on record.
pub(super) fn reset(tx: &Transaction<'_>, connection: &str) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM bridge_restaurants WHERE connection = ?1",
        "DELETE FROM bridge_tasks WHERE connection = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([connection])?;
    }
    Ok(())
}

/// Forgets all of a connection.
pub(super) fn delete(tx: &Transaction<'_>, connection: &str) -> Result<(), StoreError> {
    reset(tx, connection)?;
    for sql in [
        "DELETE FROM bridge_operations WHERE connection = ?1",
        "DELETE FROM bridge_orders WHERE connection = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([connection])?;
    }
    Ok(())
}

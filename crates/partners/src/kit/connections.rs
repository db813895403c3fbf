//! The connections of an app: which places it may speak for.

use client::TokenResponse;
use client::order::Currency;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::store::{StoreError, stored_time, time_from_store};

/// A connection of the app to a location or an account.
#[derive(Clone, Debug)]
pub(crate) struct StoredConnection {
    /// The `app_instance_id`, which stays the same when the merchant connects again.
    pub id: String,
    pub token: TokenResponse,
    /// The IANA name of the location's time zone; `UTC` if it could not be read.
    pub timezone: String,
    pub currency: Currency,
    pub connected_at: Timestamp,
    /// Whether the hub knows which events the app wants.
    pub is_subscribed: bool,
    /// Whether the app fetches nothing for the moment, because somebody has switched it off.
    pub is_paused: bool,
    /// When the hub said that the connection has ended, and its sentence.
    pub ended: Option<(Timestamp, String)>,
}

impl StoredConnection {
    /// What people call the place.
    pub(crate) fn name(&self) -> String {
        let names = [&self.token.location_name, &self.token.account_name];
        let name = names.into_iter().flatten().next();
        name.cloned().unwrap_or_else(|| "–".into())
    }

    /// The time zone of the place.
    pub(crate) fn zone(&self) -> TimeZone {
        wire::time::zone(&self.timezone)
    }
}

/// The id under which the connection of a token is stored.
pub(crate) fn connection_id(token: &TokenResponse) -> String {
    let ids = [
        &token.app_instance_id,
        &token.location_id,
        &token.account_id,
    ];
    let mut ids = ids.into_iter().flatten();
    ids.next().map_or_else(|| "connection".into(), Clone::clone)
}

/// Stores a connection, in place of one with the same id. What waits to be sent goes on with the new
/// token.
pub(crate) fn save(tx: &Transaction<'_>, new: &StoredConnection) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO kit_connections
         (id, token, timezone, currency, connected_at, is_subscribed, is_paused)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        new.id,
        serde_json::to_string(&new.token)?,
        new.timezone,
        new.currency.to_string(),
        stored_time(new.connected_at),
        new.is_subscribed,
        new.is_paused,
    ])?;
    Ok(())
}

const COLUMNS: &str = "id, token, timezone, currency, connected_at, is_subscribed, is_paused, \
                       ended_at, ended_message";

/// Finds a connection.
pub(crate) fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<StoredConnection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM kit_connections WHERE id = ?1");
    let row = tx.prepare_cached(&sql)?.query_row([id], read).optional()?;
    row.transpose()
}

/// All connections, the oldest first.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<StoredConnection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM kit_connections ORDER BY connected_at, id");
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement
        .query_map([], read)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<StoredConnection, StoreError>> {
    let token: String = row.get("token")?;
    let currency: String = row.get("currency")?;
    let ended_at: Option<i64> = row.get("ended_at")?;
    let message: Option<String> = row.get("ended_message")?;
    let token = match serde_json::from_str(&token) {
        Ok(token) => token,
        Err(error) => return Ok(Err(error.into())),
    };
    Ok(Ok(StoredConnection {
        id: row.get("id")?,
        token,
        timezone: row.get("timezone")?,
        currency: Currency::parse(&currency).unwrap_or(Currency::EUR),
        connected_at: time_from_store(row.get("connected_at")?),
        is_subscribed: row.get("is_subscribed")?,
        is_paused: row.get("is_paused")?,
        ended: ended_at.map(|at| (time_from_store(at), message.unwrap_or_default())),
    }))
}

/// Notes that the hub knows which events the app wants, or has to be told again.
pub(crate) fn set_subscribed(
    tx: &Transaction<'_>,
    id: &str,
    is_subscribed: bool,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE kit_connections SET is_subscribed = ?2 WHERE id = ?1")?
        .execute(params![id, is_subscribed])?;
    Ok(())
}

/// Stops all connections from fetching events, or lets them go on.
pub(crate) fn pause_all(tx: &Transaction<'_>, is_paused: bool) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE kit_connections SET is_paused = ?1")?
        .execute([is_paused])?;
    Ok(())
}

/// Notes that the hub has ended a connection. It is shown, and used no more.
pub(crate) fn end(
    tx: &Transaction<'_>,
    id: &str,
    message: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE kit_connections SET ended_at = ?2, ended_message = ?3
         WHERE id = ?1 AND ended_at IS NULL",
    )?
    .execute(params![id, stored_time(now), message])?;
    Ok(())
}

/// Forgets a connection, with what waits to be sent, its alarms, and the ids of the events that came.
pub(crate) fn delete(tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM kit_connections WHERE id = ?1",
        "DELETE FROM kit_outbox WHERE connection = ?1",
        "DELETE FROM kit_inbox WHERE connection = ?1",
        "DELETE FROM kit_alarms WHERE connection = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

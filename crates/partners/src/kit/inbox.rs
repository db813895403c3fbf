//! The ids of the events that were taken in.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::store::{StoreError, stored_time};

/// For how long an id is remembered. The hub gives an event up long before.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Remembers an event; says whether it is new.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    connection: &str,
    event: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let inserted = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO kit_inbox (connection, event, taken_at) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![connection, event, stored_time(now)])?;
    tx.prepare_cached("DELETE FROM kit_inbox WHERE taken_at < ?1")?
        .execute([stored_time(now - MAX_AGE)])?;
    Ok(inserted > 0)
}

/// Whether an event was taken in before.
pub(crate) fn contains(
    tx: &Transaction<'_>,
    connection: &str,
    event: &str,
) -> Result<bool, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT 1 FROM kit_inbox WHERE connection = ?1 AND event = ?2")?;
    Ok(statement.exists(params![connection, event])?)
}

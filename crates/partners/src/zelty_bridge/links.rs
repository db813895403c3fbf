//! Which order of the hub is which order of the till, and what the till has of it already.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::Value;

use super::mapping::SentElements;
use crate::kit::store::{StoreError, stored_time};

/// For how long a pair is remembered after its last change.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// An order that both sides know, or soon will.
#[derive(Clone, Debug, Default)]
pub(super) struct OrderLink {
    pub hub_order: String,
    /// Zelty's id; none until Zelty has answered.
    pub zelty_order: Option<i64>,
    /// What is being sent, to be sent again exactly so: nobody knows yet whether it has arrived.
    pub payload: Option<Value>,
    /// What Zelty has of the order.
    pub sent: SentElements,
    /// What Zelty did not take: it is sent again when somebody asks for it.
    pub refused: SentElements,
    /// How many lines Zelty's order had before lines were added: with it a resend is recognised.
    pub lines_before: Option<i64>,
    pub is_in_production: bool,
    pub is_over: bool,
    /// What the till's order was like when it was looked at last.
    pub fingerprint: String,
}

const COLUMNS: &str = "hub_order, zelty_order, payload, sent, refused, lines_before, is_in_production, \
                       is_over, fingerprint";

fn read(row: &Row<'_>) -> rusqlite::Result<OrderLink> {
    let payload: Option<String> = row.get("payload")?;
    let elements = |name: &str| -> rusqlite::Result<SentElements> {
        let text: String = row.get(name)?;
        let ids: BTreeSet<String> = serde_json::from_str(&text).unwrap_or_default();
        Ok(SentElements(ids))
    };
    Ok(OrderLink {
        hub_order: row.get("hub_order")?,
        zelty_order: row.get("zelty_order")?,
        payload: payload.and_then(|text| serde_json::from_str(&text).ok()),
        sent: elements("sent")?,
        refused: elements("refused")?,
        lines_before: row.get("lines_before")?,
        is_in_production: row.get("is_in_production")?,
        is_over: row.get("is_over")?,
        fingerprint: row.get("fingerprint")?,
    })
}

/// The pair of an order of the hub.
pub(super) fn of_hub_order(
    tx: &Transaction<'_>,
    connection: &str,
    order: &str,
) -> Result<Option<OrderLink>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM bridge_orders WHERE connection = ?1 AND hub_order = ?2");
    let found = tx
        .prepare_cached(&sql)?
        .query_row([connection, order], read);
    Ok(found.optional()?)
}

/// The pair of an order of the till.
pub(super) fn of_till_order(
    tx: &Transaction<'_>,
    connection: &str,
    order: i64,
) -> Result<Option<OrderLink>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM bridge_orders WHERE connection = ?1 AND zelty_order = ?2");
    let found = tx
        .prepare_cached(&sql)?
        .query_row(params![connection, order], read);
    Ok(found.optional()?)
}

/// The orders of the till that were being worked on when they were looked at last.
pub(super) fn open_till_orders(
    tx: &Transaction<'_>,
    connection: &str,
) -> Result<Vec<i64>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT zelty_order FROM bridge_orders
         WHERE connection = ?1 AND is_over = 0 AND zelty_order IS NOT NULL
           AND fingerprint NOT LIKE 'shut:%'
         ORDER BY updated_at DESC LIMIT 200",
    )?;
    let rows = statement.query_map([connection], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a pair as it is now.
pub(super) fn save(
    tx: &Transaction<'_>,
    connection: &str,
    link: &OrderLink,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO bridge_orders
         (connection, hub_order, zelty_order, payload, sent, refused, lines_before, is_in_production,
          is_over, fingerprint, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        connection,
        link.hub_order,
        link.zelty_order,
        link.payload.as_ref().map(ToString::to_string),
        serde_json::to_string(&link.sent.0)?,
        serde_json::to_string(&link.refused.0)?,
        link.lines_before,
        link.is_in_production,
        link.is_over,
        link.fingerprint,
        stored_time(now),
    ])?;
    tx.prepare_cached("DELETE FROM bridge_orders WHERE updated_at < ?1")?
        .execute([stored_time(now - MAX_AGE)])?;
    Ok(())
}

/// What Zelty refused of an order may be sent once more.
pub(super) fn forget_refused(
    tx: &Transaction<'_>,
    connection: &str,
    order: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE bridge_orders SET refused = '[]' WHERE connection = ?1 AND hub_order = ?2",
    )?
    .execute([connection, order])?;
    Ok(())
}

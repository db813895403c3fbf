//! The rows of the queue.

use std::collections::BTreeMap;

use client::{ApiError, IdempotencyKey, Secret};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::Value;

use crate::kit::error_text::field_error_text;
use crate::kit::store::{StoreError, stored_time, time_from_store};

/// How many changes of a connection may wait.
const MAX_WAITING: i64 = 1_000;

/// How many refused changes are kept, until somebody has read them.
const MAX_REFUSED: i64 = 100;

/// Refused changes that a page shows.
const MAX_SHOWN_REFUSALS: i64 = 5;

/// The longest wait before a change is tried again.
const MAX_WAIT: SignedDuration = SignedDuration::from_mins(2);

/// The longest wait that a hub may ask for.
const MAX_ASKED_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A change for the hub.
#[derive(Clone, Debug)]
pub(crate) struct NewAction {
    pub connection: String,
    /// What the change is about, such as an order's id: changes of one subject are sent in order.
    pub subject: String,
    /// What a person calls it, such as `LIVP-pjkg2k : Valider`.
    pub title: String,
    pub method: ActionMethod,
    /// The path below the API's base, such as `/location/orders/w5x2rk`.
    pub path: String,
    pub body: Value,
}

/// How a change is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActionMethod {
    Post,
    Patch,
    Put,
}

impl ActionMethod {
    fn as_str(self) -> &'static str {
        match self {
            ActionMethod::Post => "POST",
            ActionMethod::Patch => "PATCH",
            ActionMethod::Put => "PUT",
        }
    }

    fn parse(text: &str) -> ActionMethod {
        match text {
            "POST" => ActionMethod::Post,
            "PUT" => ActionMethod::Put,
            _ => ActionMethod::Patch,
        }
    }
}

impl NewAction {
    /// A change of an order.
    pub(crate) fn patch_order(
        connection: &str,
        order: &str,
        title: impl Into<String>,
        patch: &impl serde::Serialize,
    ) -> Result<NewAction, StoreError> {
        Ok(NewAction {
            connection: connection.into(),
            subject: order.into(),
            title: title.into(),
            method: ActionMethod::Patch,
            path: format!(
                "/location/orders/{}",
                crate::kit::cookies::path_segment(order)
            ),
            body: serde_json::to_value(patch)?,
        })
    }
}

/// A change that waits to be sent.
#[derive(Clone, Debug)]
pub(crate) struct QueuedAction {
    pub id: i64,
    pub subject: String,
    pub method: ActionMethod,
    pub path: String,
    pub body: Value,
    pub key: String,
    pub first_attempt_at: Option<Timestamp>,
}

/// A change that the hub has refused for good.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub id: i64,
    pub title: String,
    /// The hub's sentences.
    pub reasons: String,
}

/// What every page says of the queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutboxSummary {
    pub waiting: i64,
    /// When the oldest of those that wait was queued.
    pub since: Option<Timestamp>,
    pub refusals: Vec<Refusal>,
}

/// Queues a change, in the transaction that makes it here.
pub(crate) fn enqueue(
    tx: &Transaction<'_>,
    new: &NewAction,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let waiting: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM kit_outbox WHERE connection = ?1 AND refused_at IS NULL",
        )?
        .query_row([&new.connection], |row| row.get(0))?;
    if waiting >= MAX_WAITING {
        return Err(StoreError::OutboxFull);
    }
    tx.prepare_cached(
        "INSERT INTO kit_outbox (connection, subject, title, method, path, body, idempotency_key,
                                 queued_at, next_attempt_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )?
    .execute(params![
        new.connection,
        new.subject,
        new.title,
        new.method.as_str(),
        new.path,
        serde_json::to_string(&new.body)?,
        Secret::random()?.expose(),
        stored_time(now),
    ])?;
    Ok(tx.last_insert_rowid())
}

/// Queues a change that says all that one of the same subject would have said: those that wait are dropped.
pub(crate) fn enqueue_latest(
    tx: &Transaction<'_>,
    new: &NewAction,
    now: Timestamp,
) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "DELETE FROM kit_outbox WHERE connection = ?1 AND subject = ?2 AND refused_at IS NULL",
    )?
    .execute([&new.connection, &new.subject])?;
    enqueue(tx, new, now)
}

/// Whether a change of a subject waits to be sent.
pub(crate) fn is_waiting(
    tx: &Transaction<'_>,
    connection: &str,
    subject: &str,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT 1 FROM kit_outbox WHERE connection = ?1 AND subject = ?2 AND refused_at IS NULL",
    )?;
    Ok(statement.exists([connection, subject])?)
}

/// What has become of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActionState {
    /// The hub has made it.
    Done,
    /// It waits to be sent.
    Waiting,
    /// The hub has refused it, with these sentences.
    Refused(String),
}

/// What has become of a change.
pub(crate) fn state(tx: &Transaction<'_>, id: i64) -> Result<ActionState, StoreError> {
    let refusal: Option<Option<String>> = tx
        .prepare_cached("SELECT refusal FROM kit_outbox WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(match refusal {
        None => ActionState::Done,
        Some(None) => ActionState::Waiting,
        Some(Some(reasons)) => ActionState::Refused(reasons),
    })
}

const COLUMNS: &str = "id, subject, method, path, body, idempotency_key, first_attempt_at";

fn read(row: &Row<'_>) -> rusqlite::Result<QueuedAction> {
    let method: String = row.get("method")?;
    let body: String = row.get("body")?;
    let first: Option<i64> = row.get("first_attempt_at")?;
    Ok(QueuedAction {
        id: row.get("id")?,
        subject: row.get("subject")?,
        method: ActionMethod::parse(&method),
        path: row.get("path")?,
        body: serde_json::from_str(&body).unwrap_or_default(),
        key: row.get("idempotency_key")?,
        first_attempt_at: first.map(time_from_store),
    })
}

impl QueuedAction {
    /// The key under which the change is sent, however often.
    pub(super) fn idempotency_key(&self) -> Result<IdempotencyKey, client::Error> {
        IdempotencyKey::new(&self.key)
    }
}

/// The oldest change of each subject, if its time has come or `is_forced`.
pub(super) fn heads(
    tx: &Transaction<'_>,
    connection: &str,
    now: Timestamp,
    is_forced: bool,
) -> Result<Vec<QueuedAction>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM kit_outbox
         WHERE id IN (SELECT min(id) FROM kit_outbox
                      WHERE connection = ?1 AND refused_at IS NULL GROUP BY subject)
           AND (next_attempt_at <= ?2 OR ?3)
         ORDER BY id LIMIT 100"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params![connection, stored_time(now), is_forced], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The changes that wait, in order, by their subject.
pub(crate) fn waiting_by_subject(
    tx: &Transaction<'_>,
) -> Result<BTreeMap<String, Vec<QueuedAction>>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM kit_outbox WHERE refused_at IS NULL ORDER BY id");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut by_subject = BTreeMap::<String, Vec<QueuedAction>>::new();
    for action in statement.query_map([], read)? {
        let action = action?;
        let of_subject = by_subject.entry(action.subject.clone()).or_default();
        of_subject.push(action);
    }
    Ok(by_subject)
}

/// When the next change is to be tried, if any waits.
pub(super) fn next_attempt(
    tx: &Transaction<'_>,
    connection: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<i64> = tx
        .prepare_cached(
            "SELECT min(next_attempt_at) FROM kit_outbox
             WHERE id IN (SELECT min(id) FROM kit_outbox
                          WHERE connection = ?1 AND refused_at IS NULL GROUP BY subject)",
        )?
        .query_row([connection], |row| row.get(0))?;
    Ok(next.map(time_from_store))
}

/// Notes that a change is about to be sent; says whether it still waits.
pub(super) fn begin_attempt(
    tx: &Transaction<'_>,
    id: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let updated = tx
        .prepare_cached(
            "UPDATE kit_outbox SET attempts = attempts + 1,
                first_attempt_at = coalesce(first_attempt_at, ?2)
         WHERE id = ?1 AND refused_at IS NULL",
        )?
        .execute(params![id, stored_time(now)])?;
    Ok(updated > 0)
}

/// Puts a change off: for as long as the hub asks, or else for twice as long as the last time.
pub(super) fn postpone(
    tx: &Transaction<'_>,
    id: i64,
    asked: Option<SignedDuration>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let attempts: Option<u32> = tx
        .prepare_cached("SELECT attempts FROM kit_outbox WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    // A later change may have replaced it while it was on its way.
    let Some(attempts) = attempts else {
        return Ok(());
    };
    let doubled = SignedDuration::from_secs(1_i64 << attempts.min(10));
    let wait = asked.map_or(doubled.min(MAX_WAIT), |wait| wait.min(MAX_ASKED_WAIT));
    tx.prepare_cached("UPDATE kit_outbox SET next_attempt_at = ?2 WHERE id = ?1")?
        .execute(params![id, stored_time(now + wait)])?;
    Ok(())
}

/// Removes a change that the hub has made.
pub(super) fn delete(tx: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM kit_outbox WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Keeps a change that the hub refuses, to be shown.
pub(super) fn refuse(
    tx: &Transaction<'_>,
    id: i64,
    reasons: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE kit_outbox SET refused_at = ?2, refusal = ?3 WHERE id = ?1")?
        .execute(params![id, stored_time(now), reasons])?;
    tx.prepare_cached(
        "DELETE FROM kit_outbox WHERE refused_at IS NOT NULL AND id <= (
             SELECT id FROM kit_outbox WHERE refused_at IS NOT NULL
             ORDER BY id DESC LIMIT 1 OFFSET ?1)",
    )?
    .execute([MAX_REFUSED])?;
    Ok(())
}

/// Forgets a refused change that somebody has read.
pub(crate) fn delete_refused(tx: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM kit_outbox WHERE id = ?1 AND refused_at IS NOT NULL")?
        .execute([id])?;
    Ok(())
}

/// What every page says of the queue.
pub(crate) fn summary(tx: &Transaction<'_>) -> Result<OutboxSummary, StoreError> {
    let (waiting, since): (i64, Option<i64>) = tx
        .prepare_cached("SELECT count(*), min(queued_at) FROM kit_outbox WHERE refused_at IS NULL")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = tx.prepare_cached(
        "SELECT id, title, refusal FROM kit_outbox WHERE refused_at IS NOT NULL
         ORDER BY refused_at DESC LIMIT ?1",
    )?;
    let refusals = statement.query_map([MAX_SHOWN_REFUSALS], |row| {
        Ok(Refusal {
            id: row.get(0)?,
            title: row.get(1)?,
            reasons: row.get(2)?,
        })
    })?;
    Ok(OutboxSummary {
        waiting,
        since: since.map(time_from_store),
        refusals: refusals.collect::<Result<_, _>>()?,
    })
}

/// The hub's sentences in a refusal.
pub(super) fn refusal_text(error: &ApiError) -> String {
    let fields = error.errors.iter();
    let fields: Vec<String> = fields
        .map(|error| field_error_text(&error.field, &error.message))
        .collect();
    if !fields.is_empty() {
        return fields.join(" ; ");
    }
    let message = error.message.clone();
    message.unwrap_or_else(|| format!("HTTP {}", error.status))
}

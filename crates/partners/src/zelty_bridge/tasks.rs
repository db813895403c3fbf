//! What is to be done, as rows of a table: each survives a crash, and many requests for the same become one.
//!
//! A task says what to look at, not what to do: whoever works on it reads the present state of both sides.
//! So it can be worked on twice, and a request that comes while it is being worked on makes one more round.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::kit::store::{StoreError, stored_time, time_from_store};

/// The longest wait before a task is tried again.
const MAX_WAIT: SignedDuration = SignedDuration::from_mins(2);

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaskKind {
    /// An order of the hub, by its id: the till has to know what the hub knows.
    HubOrder,
    /// An order of the till, by Zelty's id.
    TillOrder,
    /// The catalog.
    Catalog,
    /// What is sold out.
    Inventory,
    /// Opening hours, order acceptance and preparation time.
    Location,
    /// Whether names, prices and refs of both sides still agree.
    Check,
    /// Telling Zelty where its webhooks go.
    Webhooks,
}

impl TaskKind {
    pub(super) const ALL: [TaskKind; 7] = [
        TaskKind::HubOrder,
        TaskKind::TillOrder,
        TaskKind::Catalog,
        TaskKind::Inventory,
        TaskKind::Location,
        TaskKind::Check,
        TaskKind::Webhooks,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            TaskKind::HubOrder => "hub_order",
            TaskKind::TillOrder => "till_order",
            TaskKind::Catalog => "catalog",
            TaskKind::Inventory => "inventory",
            TaskKind::Location => "location",
            TaskKind::Check => "check",
            TaskKind::Webhooks => "webhooks",
        }
    }

    pub(super) fn parse(word: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// Two things go on at a time: orders, and all that an order must not wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaskLane {
    Orders,
    Chores,
}

/// A task that is due.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub id: i64,
    pub kind: TaskKind,
    pub subject: String,
    /// A word that came with the request, such as the status that a webhook reports.
    pub word: String,
    /// How often it was asked for.
    requests: i64,
    pub attempts: u32,
    /// The operation that shows it.
    pub operation: Option<i64>,
}

/// Asks for a task; one that waits already is asked for once more.
pub(super) fn request(
    tx: &Transaction<'_>,
    connection: &str,
    (kind, subject): (TaskKind, &str),
    word: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO bridge_tasks (connection, kind, subject, word, next_attempt_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (connection, kind, subject) DO UPDATE SET
            requests = requests + 1, next_attempt_at = min(next_attempt_at, excluded.next_attempt_at),
            word = CASE excluded.word WHEN '' THEN word ELSE excluded.word END",
    )?
    .execute(params![connection, kind.as_str(), subject, word, stored_time(now)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Task> {
    let kind: String = row.get("kind")?;
    Ok(Task {
        id: row.get("id")?,
        kind: TaskKind::parse(&kind).unwrap_or(TaskKind::Check),
        subject: row.get("subject")?,
        word: row.get("word")?,
        requests: row.get("requests")?,
        attempts: row.get("attempts")?,
        operation: row.get("operation")?,
    })
}

/// The tasks of a lane that are due, the oldest first; or none, and when the next one is.
pub(super) fn due(
    tx: &Transaction<'_>,
    connection: &str,
    lane: TaskLane,
    now: Timestamp,
) -> Result<(Option<Task>, Option<Timestamp>), StoreError> {
    let condition = match lane {
        TaskLane::Orders => "kind IN ('hub_order', 'till_order')",
        TaskLane::Chores => "kind NOT IN ('hub_order', 'till_order')",
    };
    let sql = format!(
        "SELECT id, kind, subject, word, requests, attempts, operation FROM bridge_tasks
         WHERE connection = ?1 AND {condition} AND next_attempt_at <= ?2
         ORDER BY next_attempt_at, id LIMIT 1"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let task = statement
        .query_row(params![connection, stored_time(now)], read)
        .optional()?;
    let sql = format!(
        "SELECT min(next_attempt_at) FROM bridge_tasks WHERE connection = ?1 AND {condition}"
    );
    let next: Option<i64> = tx
        .prepare_cached(&sql)?
        .query_row([connection], |row| row.get(0))?;
    Ok((task, next.map(time_from_store)))
}

/// A task is done: it is removed, or begins anew if it was asked for meanwhile.
pub(super) fn finish(tx: &Transaction<'_>, task: &Task, now: Timestamp) -> Result<(), StoreError> {
    let removed = tx
        .prepare_cached("DELETE FROM bridge_tasks WHERE id = ?1 AND requests = ?2")?
        .execute(params![task.id, task.requests])?;
    if removed == 0 {
        tx.prepare_cached(
            "UPDATE bridge_tasks SET attempts = 0, operation = NULL, next_attempt_at = ?2 WHERE id = ?1",
        )?
        .execute(params![task.id, stored_time(now)])?;
    }
    Ok(())
}

/// A task has failed and is tried again, after twice as long as the last time.
pub(super) fn postpone(
    tx: &Transaction<'_>,
    task: &Task,
    operation: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let doubled = SignedDuration::from_secs(1_i64 << task.attempts.min(7));
    tx.prepare_cached(
        "UPDATE bridge_tasks SET attempts = attempts + 1, operation = ?2, next_attempt_at = ?3
         WHERE id = ?1",
    )?
    .execute(params![
        task.id,
        operation,
        stored_time(now + doubled.min(MAX_WAIT))
    ])?;
    Ok(())
}

//! What the bridge has done, with every request of it, for people who want to know what happened.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::Value;

use super::tasks::Task;
use crate::kit::clock::Clock;
use crate::kit::store::{StoreError, stored_time, time_from_store};
use crate::zelty_api::{RequestObserver, ZeltyRequest};

/// Operations of a connection that are kept.
const MAX_OPERATIONS: i64 = 1_000;

/// Requests of an operation that are kept: one that is tried for days has many.
const MAX_REQUESTS: i64 = 60;

/// Characters of a body that are kept.
const MAX_BODY_CHARS: usize = 20_000;

/// Which way a request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    HubToBridge,
    BridgeToHub,
    BridgeToZelty,
    ZeltyToBridge,
}

impl Direction {
    fn as_str(self) -> &'static str {
        match self {
            Direction::HubToBridge => "hub_bridge",
            Direction::BridgeToHub => "bridge_hub",
            Direction::BridgeToZelty => "bridge_zelty",
            Direction::ZeltyToBridge => "zelty_bridge",
        }
    }

    fn parse(word: &str) -> Direction {
        match word {
            "hub_bridge" => Direction::HubToBridge,
            "bridge_hub" => Direction::BridgeToHub,
            "zelty_bridge" => Direction::ZeltyToBridge,
            _ => Direction::BridgeToZelty,
        }
    }

    /// Origin and destination.
    pub(super) fn ends(self, hub_name: &str) -> (&str, &str) {
        let bridge = "Zelty Bridge";
        match self {
            Direction::HubToBridge => (hub_name, bridge),
            Direction::BridgeToHub => (bridge, hub_name),
            Direction::BridgeToZelty => (bridge, "Zelty"),
            Direction::ZeltyToBridge => ("Zelty", bridge),
        }
    }
}

/// A request and what came back.
#[derive(Clone, Debug)]
pub(super) struct LoggedRequest {
    pub at: Timestamp,
    pub direction: Direction,
    /// Method and path.
    pub endpoint: String,
    /// `200`, or `403 · errno 5`; empty when no reply came.
    pub status: String,
    pub is_good: bool,
    pub request: String,
    pub response: String,
}

/// The requests of what is being done. Clones share them.
#[derive(Clone)]
pub(super) struct RequestLog {
    clock: Clock,
    requests: Arc<Mutex<Vec<LoggedRequest>>>,
}

impl RequestLog {
    pub(super) fn new(clock: Clock) -> RequestLog {
        RequestLog {
            clock,
            requests: Arc::default(),
        }
    }

    /// Adds a request.
    pub(super) fn add(
        &self,
        direction: Direction,
        endpoint: String,
        (status, is_good): (String, bool),
        (request, response): (String, String),
    ) {
        let cut = |text: String| text.chars().take(MAX_BODY_CHARS).collect();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(LoggedRequest {
            at: self.clock.now(),
            direction,
            endpoint,
            status,
            is_good,
            request: cut(request),
            response: cut(response),
        });
    }

    /// Takes what was logged out.
    pub(super) fn take(&self) -> Vec<LoggedRequest> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut requests)
    }
}

/// A body as people read it; the secret of webhooks is masked.
fn body_text(body: Option<&Value>) -> String {
    let mut body = match body {
        None => return String::new(),
        Some(body) => body.clone(),
    };
    if let Some(secret) = body.get_mut("secret_key") {
        *secret = Value::from("***");
    }
    serde_json::to_string_pretty(&body).unwrap_or_default()
}

/// JSON with line ends, or the text as it came.
pub(super) fn readable(text: &str) -> String {
    serde_json::from_str::<Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

impl RequestObserver for RequestLog {
    fn request_sent(&self, request: &ZeltyRequest, status: Option<u16>, reply: &str) {
        let errno = serde_json::from_str::<Value>(reply)
            .ok()
            .and_then(|reply| reply["errno"].as_i64())
            .filter(|number| *number != 0);
        let text = match (status, errno) {
            (Some(status), Some(number)) => format!("{status} · errno {number}"),
            (Some(status), None) => status.to_string(),
            (None, _) => String::new(),
        };
        let is_good = status.is_some_and(|it| (200..300).contains(&it)) && errno.is_none();
        let endpoint = format!("{} {}", request.method.as_str(), request.path_and_query());
        let bodies = (body_text(request.body.as_ref()), readable(reply));
        self.add(Direction::BridgeToZelty, endpoint, (text, is_good), bodies);
    }
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Good,
    /// It was done, and somebody should know something about it.
    Warning,
    /// It was refused, for good.
    Refused,
    /// It failed, and is tried again.
    Failed,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Outcome::Good => "good",
            Outcome::Warning => "warning",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }

    fn parse(word: &str) -> Outcome {
        match word {
            "good" => Outcome::Good,
            "warning" => Outcome::Warning,
            "failed" => Outcome::Failed,
            _ => Outcome::Refused,
        }
    }
}

/// What is told of an operation when it ends.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub outcome: Outcome,
    /// `OK`, or an error code such as `401` or `5`.
    pub code: String,
    /// Sentences, one a line.
    pub message: String,
}

impl Report {
    pub(super) fn good() -> Report {
        Report {
            outcome: Outcome::Good,
            code: "OK".into(),
            message: String::new(),
        }
    }

    /// Done; with something to say, if there is any sentence.
    pub(super) fn with_notes(notes: &[String]) -> Report {
        Report {
            outcome: if notes.is_empty() {
                Outcome::Good
            } else {
                Outcome::Warning
            },
            message: notes.join("\n"),
            ..Report::good()
        }
    }

    pub(super) fn refused(code: impl Into<String>, message: impl Into<String>) -> Report {
        Report {
            outcome: Outcome::Refused,
            code: code.into(),
            message: message.into(),
        }
    }
}

/// An operation as the list shows it.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub id: i64,
    pub subject: String,
    pub kind: String,
    pub began_at: Timestamp,
    pub outcome: Outcome,
    pub code: String,
    pub message: String,
}

/// Stores what was done with a task, and its requests; answers the operation's number.
pub(super) fn record(
    tx: &Transaction<'_>,
    connection: &str,
    task: &Task,
    report: &Report,
    requests: &[LoggedRequest],
) -> Result<i64, StoreError> {
    let known = match task.operation {
        Some(id) => tx
            .prepare_cached(
                "UPDATE bridge_operations SET outcome = ?2, code = ?3, message = ?4 WHERE id = ?1",
            )?
            .execute(params![
                id,
                report.outcome.as_str(),
                report.code,
                report.message
            ])?,
        None => 0,
    };
    let id = match task.operation {
        Some(id) if known > 0 => id,
        _ => insert(tx, connection, task, report, requests)?,
    };
    add_requests(tx, id, requests)?;
    Ok(id)
}

fn insert(
    tx: &Transaction<'_>,
    connection: &str,
    task: &Task,
    report: &Report,
    requests: &[LoggedRequest],
) -> Result<i64, StoreError> {
    let at = requests.first().map_or(0, |it| stored_time(it.at));
    tx.prepare_cached(
        "INSERT INTO bridge_operations (connection, subject, kind, began_at, outcome, code, message)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        connection,
        task.subject,
        task.kind.as_str(),
        at,
        report.outcome.as_str(),
        report.code,
        report.message
    ])?;
    let id = tx.last_insert_rowid();
    tx.prepare_cached(
        "DELETE FROM bridge_operations WHERE connection = ?1 AND id <= (
             SELECT id FROM bridge_operations WHERE connection = ?1
             ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute(params![connection, MAX_OPERATIONS])?;
    Ok(id)
}

fn add_requests(
    tx: &Transaction<'_>,
    operation: i64,
    requests: &[LoggedRequest],
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO bridge_requests
         (operation, at, direction, endpoint, status, is_good, request, response)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for request in requests {
        statement.execute(params![
            operation,
            stored_time(request.at),
            request.direction.as_str(),
            request.endpoint,
            request.status,
            request.is_good,
            request.request,
            request.response,
        ])?;
    }
    tx.prepare_cached(
        "DELETE FROM bridge_requests WHERE operation = ?1 AND id <= (
             SELECT id FROM bridge_requests WHERE operation = ?1
             ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute([operation, MAX_REQUESTS])?;
    Ok(())
}

const COLUMNS: &str = "id, subject, kind, began_at, outcome, code, message";

fn read(row: &Row<'_>) -> rusqlite::Result<Operation> {
    let outcome: String = row.get("outcome")?;
    Ok(Operation {
        id: row.get("id")?,
        subject: row.get("subject")?,
        kind: row.get("kind")?,
        began_at: time_from_store(row.get("began_at")?),
        outcome: Outcome::parse(&outcome),
        code: row.get("code")?,
        message: row.get("message")?,
    })
}

/// Operations of a connection before that number, the newest first.
pub(super) fn before(
    tx: &Transaction<'_>,
    connection: &str,
    before: i64,
    count: i64,
) -> Result<Vec<Operation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM bridge_operations WHERE connection = ?1 AND id < ?2
         ORDER BY id DESC LIMIT ?3"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params![connection, before, count], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An operation of a connection with its requests, the newest first.
pub(super) fn find(
    tx: &Transaction<'_>,
    connection: &str,
    id: i64,
) -> Result<Option<(Operation, Vec<LoggedRequest>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bridge_operations WHERE connection = ?1 AND id = ?2");
    let found = tx
        .prepare_cached(&sql)?
        .query_row(params![connection, id], read)
        .optional()?;
    let Some(operation) = found else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(
        "SELECT at, direction, endpoint, status, is_good, request, response FROM bridge_requests
         WHERE operation = ?1 ORDER BY id DESC",
    )?;
    let rows = statement.query_map([id], |row| {
        let direction: String = row.get("direction")?;
        Ok(LoggedRequest {
            at: time_from_store(row.get("at")?),
            direction: Direction::parse(&direction),
            endpoint: row.get("endpoint")?,
            status: row.get("status")?,
            is_good: row.get("is_good")?,
            request: row.get("request")?,
            response: row.get("response")?,
        })
    })?;
    Ok(Some((operation, rows.collect::<Result<_, _>>()?)))
}

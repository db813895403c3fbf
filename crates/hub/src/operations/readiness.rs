//! Whether the hub can do its work: `/readyz`.
//!
//! It is ready when
//! - it was not told to stop;
//! - the writer takes a change and has it on disk within two seconds: the file or the server is there, may
//!   be written, has room, and nothing holds it;
//! - the tables are those of this program: no newer one has changed them;
//! - its dispatcher has lately looked for callbacks to send.
//!
//! A backlog of callbacks is no reason to be taken out of service, since it may be the receivers' doing;
//! nor is the journal, since an order matters more than its log line. Both are in the metrics.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::Operations;
use super::probe::{PROBE_TIMEOUT, Probe};
use crate::db::{self, Track};
use crate::hub::Hub;
use crate::{args, statements};

statements! {
    /// A small change of what nobody reads.
    KEEP_PROBED = "INSERT INTO hub_settings (name, value) VALUES ('probed_at', $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    LAST_STEP = "SELECT name FROM schema_steps WHERE track = $1 ORDER BY name DESC LIMIT 1";
}

/// How long the dispatcher may not get through a round.
const MAX_DISPATCH_ROUND: Duration = Duration::from_secs(60);

const OK: &str = "ok";

/// What was found of one thing: `ok`, or a word for what is wrong.
type CheckResult = &'static str;

/// What was found of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Database {
    writer: CheckResult,
    schema: CheckResult,
}

/// What is known of whether the hub can do its work.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    database: Probe<Database>,
    pub(super) backlog: Probe<Option<crate::dispatch::backlog::Backlog>>,
    pub(super) alarms: Probe<Option<Vec<(crate::alarms::AlarmKind, i64)>>>,
    /// What the log was told last.
    last_logged: Mutex<Option<Checks>>,
}

/// The answer of `/readyz`.
#[derive(Debug, Serialize)]
pub(super) struct ReadinessReport {
    status: &'static str,
    checks: Checks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Checks {
    running: CheckResult,
    writer: CheckResult,
    schema: CheckResult,
    dispatcher: CheckResult,
}

impl Checks {
    fn by_name(&self) -> [(&'static str, CheckResult); 4] {
        [
            ("running", self.running),
            ("writer", self.writer),
            ("schema", self.schema),
            ("dispatcher", self.dispatcher),
        ]
    }

    /// The first that is not well.
    fn first_fault(&self) -> Option<(&'static str, CheckResult)> {
        self.by_name().into_iter().find(|(_, found)| *found != OK)
    }
}

impl ReadinessReport {
    pub(super) fn is_ready(&self) -> bool {
        self.checks.first_fault().is_none()
    }
}

/// How the hub is at this moment.
pub(super) async fn report(operations: &Operations) -> ReadinessReport {
    let Operations { hub, readiness } = operations;
    let ask = || database(hub.clone());
    let found = readiness.database.get(hub.clock(), ask).await;
    let database = found.unwrap_or(Database {
        writer: "does not answer",
        schema: "is not known",
    });
    let age = hub.dispatch_pulse().age(hub.clock());
    let checks = Checks {
        running: match hub.is_stopping() {
            true => "is stopping",
            false => OK,
        },
        writer: database.writer,
        schema: database.schema,
        dispatcher: match age.is_some_and(|age| age > MAX_DISPATCH_ROUND) {
            true => "stands still",
            false => OK,
        },
    };
    log_change(readiness, checks);
    ReadinessReport {
        status: match checks.first_fault() {
            None => "ready",
            Some(_) => "not ready",
        },
        checks,
    }
}

/// Asks the database.
async fn database(hub: Hub) -> Database {
    let began = hub.clock().passed();
    // In a transaction of its own on PostgreSQL: several hubs write this row, and those with whom it was
    // committed would wait for each other.
    let written = hub
        .db()
        .write_alone("operations.probe", |tx| -> db::Result<()> {
            tx.write(KEEP_PROBED, args![tx.now()])
        });
    let last_step = hub.read("operations.schema", |tx| -> db::Result<Option<(String,)>> {
        tx.first(LAST_STEP, args![Track::Hub.name()])
    });
    let (written, last_step) = tokio::join!(written, last_step);
    let took = hub.clock().passed().saturating_sub(began);
    let ours = Track::Hub.steps().last().map(|(name, _)| *name);
    Database {
        writer: match written {
            Ok(()) if took > PROBE_TIMEOUT => "is too slow",
            Ok(()) => OK,
            Err(_) => "refuses changes",
        },
        schema: match last_step {
            Ok(Some((last,))) if Some(last.as_str()) == ours => OK,
            Ok(_) => "is another program's",
            Err(_) => "cannot be read",
        },
    }
}

/// Says in the log when something has changed. Whoever asks for the first time and finds all well is told
/// nothing: that is as it should be. So is a hub that stops: the log has the signal.
fn log_change(readiness: &Readiness, checks: Checks) {
    if checks.running != OK {
        return;
    }
    let mut last_logged = readiness
        .last_logged
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let before = last_logged.replace(checks);
    drop(last_logged);
    if before == Some(checks) {
        return;
    }
    match checks.first_fault() {
        Some((check, found)) => tracing::warn!(check, found, "hub not ready"),
        None if before.is_some() => tracing::info!("hub ready again"),
        None => {}
    }
}

//! Which steps have run. One set of files for both engines, embedded, in order, never edited after
//! a release, forward only.
//!
//! A line that begins with `-- PostgreSQL: ` is SQL there and a comment elsewhere.
//!
//! A database that knows a step this program does not know was written by a newer program: it is
//! refused rather than guessed at. A step whose text has changed since it ran is refused too.

use sha2::{Digest, Sha256};

use super::find::KEY_CHECK;
use super::{Error, Result, Tx, TxEngine};
use crate::entropy::hex;

/// Which set of tables a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// Everything the hub must never lose.
    Hub,
    /// The journal of requests: its own file on SQLite.
    Journal,
}

const HUB: &[(&str, &str)] = &[
    (
        "0001_accounts",
        include_str!("../../migrations/hub/0001_accounts.sql"),
    ),
    (
        "0002_connections",
        include_str!("../../migrations/hub/0002_connections.sql"),
    ),
    (
        "0003_orders",
        include_str!("../../migrations/hub/0003_orders.sql"),
    ),
    (
        "0004_events",
        include_str!("../../migrations/hub/0004_events.sql"),
    ),
    (
        "0005_customers",
        include_str!("../../migrations/hub/0005_customers.sql"),
    ),
    (
        "0006_catalogs",
        include_str!("../../migrations/hub/0006_catalogs.sql"),
    ),
    (
        "0007_inventories",
        include_str!("../../migrations/hub/0007_inventories.sql"),
    ),
    (
        "0008_images",
        include_str!("../../migrations/hub/0008_images.sql"),
    ),
    (
        "0009_deliveries",
        include_str!("../../migrations/hub/0009_deliveries.sql"),
    ),
    (
        "0010_idempotency",
        include_str!("../../migrations/hub/0010_idempotency.sql"),
    ),
    (
        "0011_limits",
        include_str!("../../migrations/hub/0011_limits.sql"),
    ),
    (
        "0012_wished_addresses",
        include_str!("../../migrations/hub/0012_wished_addresses.sql"),
    ),
    (
        "0013_places_and_invitations",
        include_str!("../../migrations/hub/0013_places_and_invitations.sql"),
    ),
    (
        "0014_listed_names",
        include_str!("../../migrations/hub/0014_listed_names.sql"),
    ),
    (
        "0015_events_by_turn",
        include_str!("../../migrations/hub/0015_events_by_turn.sql"),
    ),
    (
        "0016_codes_with_keys",
        include_str!("../../migrations/hub/0016_codes_with_keys.sql"),
    ),
    (
        "0017_events_due_in_turn",
        include_str!("../../migrations/hub/0017_events_due_in_turn.sql"),
    ),
    (
        "0018_indexes_of_the_queue",
        include_str!("../../migrations/hub/0018_indexes_of_the_queue.sql"),
    ),
    (
        "0019_dispatches",
        include_str!("../../migrations/hub/0019_dispatches.sql"),
    ),
    (
        "0020_lanes",
        include_str!("../../migrations/hub/0020_lanes.sql"),
    ),
    (
        "0021_presence_and_alarms",
        include_str!("../../migrations/hub/0021_presence_and_alarms.sql"),
    ),
    (
        "0022_callback_options",
        include_str!("../../migrations/hub/0022_callback_options.sql"),
    ),
    (
        "0023_resend_jobs",
        include_str!("../../migrations/hub/0023_resend_jobs.sql"),
    ),
    (
        "0024_sales_and_order_search",
        include_str!("../../migrations/hub/0024_sales_and_order_search.sql"),
    ),
    (
        "0025_audit",
        include_str!("../../migrations/hub/0025_audit.sql"),
    ),
    (
        "0026_read_by_keys",
        include_str!("../../migrations/hub/0026_read_by_keys.sql"),
    ),
    (
        "0027_second_factor",
        include_str!("../../migrations/hub/0027_second_factor.sql"),
    ),
    (
        "0028_session_confirmation",
        include_str!("../../migrations/hub/0028_session_confirmation.sql"),
    ),
    (
        "0029_lane_jobs",
        include_str!("../../migrations/hub/0029_lane_jobs.sql"),
    ),
];

const JOURNAL: &[(&str, &str)] = &[
    (
        "0001_requests",
        include_str!("../../migrations/journal/0001_requests.sql"),
    ),
    (
        "0002_requests_of_resource",
        include_str!("../../migrations/journal/0002_requests_of_resource.sql"),
    ),
    (
        "0003_refused_requests",
        include_str!("../../migrations/journal/0003_refused_requests.sql"),
    ),
];

/// Takes a block of `$1` numbers and answers its end.
pub(super) const TAKE_IDS: &str =
    "UPDATE id_blocks SET next = next + $1 WHERE name = 'public' RETURNING next";

const MAKE_STEPS: &str = "CREATE TABLE IF NOT EXISTS schema_steps (
    track TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, ran_at TEXT NOT NULL,
    PRIMARY KEY (track, name))";
const MAKE_BLOCKS: &str =
    "CREATE TABLE IF NOT EXISTS id_blocks (name TEXT PRIMARY KEY, next BIGINT NOT NULL)";
const FIRST_BLOCK: &str =
    "INSERT INTO id_blocks (name, next) VALUES ('public', $1) ON CONFLICT DO NOTHING";
const KEEP_KEY_CHECK: &str =
    "INSERT INTO hub_settings (name, value) VALUES ('key_check', $1) ON CONFLICT DO NOTHING";
const STEPS_RUN: &str = "SELECT name, checksum FROM schema_steps WHERE track = $1 ORDER BY name";
const STEP_RAN: &str =
    "INSERT INTO schema_steps (track, name, checksum, ran_at) VALUES ($1, $2, $3, $4)";

impl Track {
    /// The name of the set.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Journal => "journal",
        }
    }

    /// The steps of this track: name and SQL.
    pub fn steps(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Hub => HUB,
            Self::Journal => JOURNAL,
        }
    }
}

/// The fingerprint of a step's text.
pub fn checksum(sql: &str) -> String {
    hex(&Sha256::digest(sql.as_bytes()))
}

/// Brings the tables of `track` up to date and says so. The engine calls it before any thread starts.
pub(super) fn run(tx: &mut Tx<'_>, track: Track, key_check: Option<&str>) -> Result<()> {
    tx.begin_alone()?;
    let mut from = None;
    let outcome = run_steps(tx, track)
        .map(|ran| from = ran)
        .and_then(|()| key_check.map_or(Ok(()), |fingerprint| check_key(tx, fingerprint)));
    tx.end_alone(outcome)?;
    // Whoever begins a database says so.
    if let (Some(from), Some((to, _))) = (from, track.steps().last()) {
        let tables = track.name();
        tracing::info!(tables, from, to = *to, "database migrated");
    }
    Ok(())
}

fn check_key(tx: &mut Tx<'_>, fingerprint: &str) -> Result<()> {
    tx.execute(KEEP_KEY_CHECK, crate::args![fingerprint])?;
    let stored: Option<(String,)> = tx.first(KEY_CHECK, &[])?;
    if stored.is_some_and(|(stored,)| stored == fingerprint) {
        return Ok(());
    }
    Err(Error::Unusable(
        "this database belongs to another master key: name the key file that it was made with \
         (--key-file, or keys.file)"
            .to_owned(),
    ))
}

/// What begins a line for one engine only.
const ONLY_POSTGRES: &str = "-- PostgreSQL: ";
const ONLY_SQLITE: &str = "-- SQLite: ";

impl Tx<'_> {
    fn on_its_engine(&self, statement: &str) -> String {
        let marker = match self.engine {
            TxEngine::Sqlite(_) => ONLY_SQLITE,
            TxEngine::Postgres(_) | TxEngine::BatchRecorder(_) => ONLY_POSTGRES,
        };
        statement.replace(marker, "")
    }
}

/// Runs the steps that have not run. Answers the one that was the last, if others were left to do.
fn run_steps(tx: &mut Tx<'_>, track: Track) -> Result<Option<String>> {
    tx.execute(MAKE_STEPS, &[])?;
    tx.execute(MAKE_BLOCKS, &[])?;
    tx.execute(FIRST_BLOCK, crate::args![crate::ids::FIRST])?;
    let ran: Vec<(String, String)> = tx.all(STEPS_RUN, crate::args![track.name()])?;
    let steps = track.steps();
    for (name, checksum_then) in &ran {
        match steps.iter().find(|(known, _)| known == name) {
            None => {
                return Err(Error::Unusable(format!(
                    "this database was written by a newer Passeplat (it knows the step {name}): \
                     start that version, or restore a backup made before it"
                )));
            }
            Some((_, sql)) if checksum(sql) != *checksum_then => {
                return Err(Error::Unusable(format!(
                    "the migration {name} is not the one that made this database: \
                     this program was built from edited sources"
                )));
            }
            Some(_) => {}
        }
    }
    for (name, sql) in steps.iter().skip(ran.len()) {
        for statement in sql.split(";\n") {
            let statement = tx.on_its_engine(statement.trim());
            // What is for the other engine alone is a comment here.
            if statement.lines().all(|line| line.starts_with("--")) {
                continue;
            }
            tx.define(&statement)
                .map_err(|error| Error::Unusable(format!("migration {name}: {error}")))?;
        }
        tx.execute(
            STEP_RAN,
            crate::args![track.name(), *name, checksum(sql), tx.now()],
        )?;
    }
    let last = ran.last().map(|(name, _)| name.clone());
    Ok(last.filter(|_| ran.len() < steps.len()))
}

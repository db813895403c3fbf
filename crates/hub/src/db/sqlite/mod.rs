//! The embedded engine: one writer thread that commits in groups, a few readers, and a thread that
//! moves the write-ahead log into the file so that the writer need not.
//!
//! Each thread has a connection of its own and opens another when it begins anew after a fault. At
//! the end all are closed and the log is moved into the file: at rest a database is one file.

mod error;
mod find;
mod wal;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrate::{self, Track};
use super::queue::Queue;
use super::{
    Columns, Error, FromRow, OpenedDatabase, Result, Row, Settings, Tx, TxContext, TxEngine, Value,
};
use crate::supervisor::{Heartbeat, Supervisor};
use error::FileError as _;
pub(super) use find::{find, make_file};
use writer::Writer;

/// How long a connection waits for another process's lock (milliseconds): `passeplat admin` may
/// write while the hub runs.
const BUSY_MILLISECONDS: u64 = 5_000;

/// What every thread of this engine needs to know.
#[derive(Clone)]
struct File {
    path: PathBuf,
    durable: bool,
    context: TxContext,
}

/// What a thread does until its queue is closed.
type Work = Box<dyn FnMut(&Heartbeat) -> Result<()> + Send>;

/// Opens the file, brings it up to date and starts the threads.
pub(super) fn start(
    path: &Path,
    settings: &Settings,
    track: Track,
    context: &TxContext,
    supervisor: &Supervisor,
) -> Result<OpenedDatabase> {
    wal::check_owner(path)?;
    let first = open(path, settings.durable)?;
    wal::recover(&first, path)?;
    let key_check = settings.key_check.as_deref();
    migrate::run(
        &mut Tx::new(TxEngine::Sqlite(&first), context),
        track,
        key_check,
    )?;

    let file = File {
        path: path.to_owned(),
        durable: settings.durable,
        context: context.clone(),
    };
    let mut threads = Vec::new();
    let mut spawn = |role: &str, work: Work| -> Result<()> {
        let thread = supervisor
            .thread(&format!("{} {role}", track.name()), work)
            .map_err(|error| Error::Unavailable(format!("no thread for the database: {error}")))?;
        threads.push(thread);
        Ok(())
    };
    let (writes, reads) = (Arc::new(Queue::default()), Arc::new(Queue::default()));
    let (log_grows, growth) = mpsc::sync_channel(1);
    let log = wal::WriteAheadLog::new();
    spawn(
        "checkpointer",
        wal::checkpointer(file.clone(), growth, Arc::clone(&log)),
    )?;
    let writer = Writer {
        first: Some(first),
        queue: Arc::clone(&writes),
        group: settings.group.max(1),
        log_grows,
        log,
    };
    spawn("writer", writer.work(file.clone()))?;
    for _ in 0..settings.threads.max(1) {
        spawn("reader", reader(file.clone(), Arc::clone(&reads)))?;
    }
    Ok(OpenedDatabase {
        writes,
        reads,
        threads,
    })
}

/// Moves what is left of the log into the file, once every other connection of this process is closed.
pub(super) fn close(path: &Path) -> Result<()> {
    let connection = open(path, true)?;
    wal::truncate(&connection)
}

/// Another connection to a file that is there: `find::make_file` makes it, once. A file that goes while
/// the hub runs is not followed by an empty one.
fn open(path: &Path, durable: bool) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).of_file(path)?;
    set_up(&connection, durable).of_file(path)?;
    Ok(connection)
}

fn set_up(connection: &Connection, durable: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MILLISECONDS))?;
    keep_a_log(connection)?;
    let synchronous = if durable { "FULL" } else { "NORMAL" };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8000;
         PRAGMA journal_size_limit = {};
         PRAGMA wal_autocheckpoint = 0;",
        wal::MAX_LOG_BYTES
    ))?;
    // Otherwise SQLite plans a statement anew whenever an argument changes, to look at statistics
    // that we do not keep: every statement would be compiled at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

/// Turns the write-ahead log on. In a new file somebody else may be doing so at this moment, and SQLite
/// does not wait for that by itself.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    const TRIES: usize = 20;
    let turn_on = || connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
    for _ in 1..TRIES {
        match turn_on() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                // This waits.
                connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
            }
            outcome => return outcome,
        }
    }
    turn_on()
}

fn reader(file: File, queue: Arc<Queue>) -> Work {
    Box::new(move |heartbeat| {
        let opened = open(&file.path, file.durable);
        let connection = queue.or_refuse(opened)?;
        connection
            .execute_batch("PRAGMA query_only = ON")
            .of(&connection)?;
        read_loop(&connection, &queue, &file.context, heartbeat);
        Ok(())
    })
}

fn read_loop(connection: &Connection, queue: &Queue, context: &TxContext, heartbeat: &Heartbeat) {
    let _worker = queue.worker();
    loop {
        let Some(mut job) = queue.take(1).pop() else {
            return;
        };
        let _busy = queue.busy();
        heartbeat.beat();
        debug_assert!(!job.writes());
        let outcome = statement(connection, "BEGIN").and_then(|()| {
            job.run(&mut Tx::new(TxEngine::Sqlite(connection), context));
            statement(connection, "COMMIT")
        });
        if outcome.is_err() && !connection.is_autocommit() {
            let _failed = connection.execute_batch("ROLLBACK");
        }
        job.complete(outcome);
    }
}

fn statement(connection: &Connection, sql: &str) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).of(connection)?;
    statement.execute([]).map(drop).of(connection)
}

pub(super) fn execute_batch(connection: &Connection, sql: &str) -> Result<()> {
    connection.execute_batch(sql).of(connection)
}

/// Compiles a statement without running it.
pub(super) fn prepare(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare(sql).map(drop).of(connection)
}

pub(super) fn execute(connection: &Connection, sql: &str, args: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql).of(connection)?;
    bind(&mut statement, args)?;
    Ok(statement.raw_execute().of(connection)? as u64)
}

pub(super) fn all<T: FromRow>(
    connection: &Connection,
    sql: &str,
    args: &[Value],
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).of(connection)?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().of(connection)? {
        found.push(T::from_columns(&mut Columns::of(&Row::Sqlite(row)))?);
    }
    Ok(found)
}

/// To SQLite `$2` is a name, numbered in the order of first appearance: it must be bound by its
/// number, not by its place.
fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Value]) -> Result<()> {
    for index in 1..=statement.parameter_count() {
        let argument = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| args.get(number.checked_sub(1)?))
            .ok_or_else(|| Error::Broken(format!("parameter {index} has no argument")))?;
        statement.raw_bind_parameter(index, argument)?;
    }
    Ok(())
}

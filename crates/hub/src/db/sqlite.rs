//! The embedded engine: one writer thread that commits in groups, a few readers, and a thread that
//! moves the write-ahead log into the file so that the writer need not.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrate::{self, Track};
use super::queue::{Job, Queue};
use super::{Engine, Error, FromRow, Result, Row, Settings, Surroundings, Tx, Value};
use crate::supervisor::{Heartbeat, Supervisor};

/// Pages of the log (4 KiB each) after which it is moved into the file.
const PAGES_PER_CHECKPOINT: i32 = 2_000;

/// How long a connection waits for another process's lock (milliseconds): `passeplat admin` may
/// write while the hub runs.
const BUSY_MILLISECONDS: u64 = 5_000;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Unavailable("the disk is full".to_owned()),
            Some(ErrorCode::ReadOnly) => {
                Self::Unavailable("the database file is read-only".to_owned())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Unavailable("the database file is locked by another program".to_owned())
            }
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::Unavailable(format!("the database file cannot be opened: {error}"))
            }
            Some(ErrorCode::SystemIoFailure) => {
                Self::Unavailable(format!("the disk reports an error: {error}"))
            }
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// What every thread of this engine needs to know.
#[derive(Clone)]
struct Engineering {
    path: PathBuf,
    durable: bool,
    around: Surroundings,
}

/// Opens the file, brings it up to date and starts the threads. Answers the queue for changes and
/// the queue for reads.
pub(super) fn start(
    path: &Path,
    settings: &Settings,
    track: Track,
    around: &Surroundings,
    supervisor: &Supervisor,
) -> Result<(Arc<Queue>, Arc<Queue>)> {
    let writer = open(path, settings.durable)?;
    let key_check = settings.key_check.as_deref();
    migrate::run(
        &mut Tx::new(Engine::Sqlite(&writer), around),
        track,
        key_check,
    )?;

    let it = Engineering {
        path: path.to_owned(),
        durable: settings.durable,
        around: around.clone(),
    };
    let (writes, reads) = (Arc::new(Queue::default()), Arc::new(Queue::default()));
    let spawn = |role: &str, work: Work| {
        supervisor
            .thread(&format!("{} {role}", track.name()), work)
            .map(drop)
            .map_err(|error| Error::Unavailable(format!("no thread for the database: {error}")))
    };
    let (checkpoint, due) = mpsc::sync_channel(1);
    spawn("checkpointer", checkpointer(it.clone(), due))?;
    let group = settings.group.max(1);
    let writing = Writing {
        first: Some(writer),
        checkpoint,
        queue: Arc::clone(&writes),
        group,
    };
    spawn("writer", writing.work(it.clone()))?;
    for _ in 0..settings.threads.max(1) {
        spawn("reader", reader(it.clone(), Arc::clone(&reads)))?;
    }
    Ok((writes, reads))
}

/// What a thread does until its queue is closed.
type Work = Box<dyn FnMut(&Heartbeat) -> Result<()> + Send>;

/// Moves the log into the file whenever it is told that the log has grown.
fn checkpointer(it: Engineering, due: mpsc::Receiver<()>) -> Work {
    Box::new(move |heartbeat| {
        let connection = open(&it.path, it.durable)?;
        while let Ok(()) = due.recv() {
            heartbeat.beat();
            if let Err(error) =
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            {
                tracing::warn!(%error, "the write-ahead log could not be moved into the file");
            }
        }
        Ok(())
    })
}

/// What the writer thread begins with.
struct Writing {
    /// The connection that brought the tables up to date.
    first: Option<Connection>,
    checkpoint: mpsc::SyncSender<()>,
    queue: Arc<Queue>,
    group: usize,
}

impl Writing {
    fn work(mut self, it: Engineering) -> Work {
        Box::new(move |heartbeat| {
            let opened = self
                .first
                .take()
                .map_or_else(|| open(&it.path, it.durable), Ok::<Connection, Error>);
            let mut connection = self.queue.or_refuse(opened)?;
            tell_growth(&mut connection, self.checkpoint.clone())?;
            write_loop(&connection, &self.queue, &it.around, self.group, heartbeat);
            Ok(())
        })
    }
}

fn reader(it: Engineering, queue: Arc<Queue>) -> Work {
    Box::new(move |heartbeat| {
        let opened = open(&it.path, it.durable);
        let connection = queue.or_refuse(opened)?;
        connection.execute_batch("PRAGMA query_only = ON")?;
        read_loop(&connection, &queue, &it.around, heartbeat);
        Ok(())
    })
}

/// Tells the checkpointer whenever the log has grown by so many pages.
fn tell_growth(writer: &mut Connection, checkpoint: mpsc::SyncSender<()>) -> Result<()> {
    let mut due_at = PAGES_PER_CHECKPOINT;
    writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
        if pages < due_at - PAGES_PER_CHECKPOINT {
            // The log began anew.
            due_at = PAGES_PER_CHECKPOINT;
        }
        if pages >= due_at {
            due_at = pages + PAGES_PER_CHECKPOINT;
            // A full channel means that one is already on its way.
            let _busy = checkpoint.try_send(());
        }
        Ok(())
    }))?;
    Ok(())
}

fn open(path: &Path, durable: bool) -> Result<Connection> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::Unavailable(format!(
                "the folder {} cannot be made: {error}",
                folder.display()
            ))
        })?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MILLISECONDS))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    let synchronous = if durable { "FULL" } else { "NORMAL" };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8000;
         PRAGMA wal_autocheckpoint = 0;"
    ))?;
    // Otherwise SQLite plans a statement anew whenever an argument changes, to look at statistics
    // that we do not keep: every statement would be compiled at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn write_loop(
    connection: &Connection,
    queue: &Queue,
    around: &Surroundings,
    group: usize,
    heartbeat: &Heartbeat,
) {
    loop {
        let first = queue.take(group);
        if first.is_empty() {
            return;
        }
        heartbeat.beat();
        let outcome = refill(connection, around).and_then(|()| {
            connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(Error::from)
        });
        if let Err(error) = outcome {
            settle(first, &Err(error));
            continue;
        }
        let mut ran = Vec::with_capacity(group);
        let mut wakes = false;
        let mut broken = run_group(connection, around, first, &mut ran, &mut wakes);
        // Whoever came while the group ran rides on the same fsync.
        while broken.is_ok() && ran.len() < group {
            let more = queue.more(group - ran.len());
            if more.is_empty() {
                break;
            }
            broken = run_group(connection, around, more, &mut ran, &mut wakes);
        }
        let committed =
            broken.and_then(|()| connection.execute_batch("COMMIT").map_err(Error::from));
        if let Err(error) = &committed {
            tracing::error!(%error, changes = ran.len(), "a group of changes was not kept");
            if !connection.is_autocommit() {
                // Nothing to add when even this fails: the next BEGIN will say so.
                let _failed = connection.execute_batch("ROLLBACK");
            }
        } else if wakes {
            around.ring();
        }
        settle(ran, &committed);
    }
}

fn settle(jobs: Vec<Box<dyn Job>>, committed: &Result<()>) {
    for job in jobs {
        job.settle(committed.clone());
    }
}

/// Runs each job under a savepoint. An error means that SQLite has given up the whole group, as it
/// may on a full disk: nobody in it may be told yes.
fn run_group(
    connection: &Connection,
    around: &Surroundings,
    jobs: Vec<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
    wakes: &mut bool,
) -> Result<()> {
    let mut outcome = Ok(());
    for mut job in jobs {
        if outcome.is_ok() {
            outcome = run_one(connection, around, job.as_mut(), wakes);
        }
        ran.push(job);
    }
    outcome
}

fn run_one(
    connection: &Connection,
    around: &Surroundings,
    job: &mut dyn Job,
    wakes: &mut bool,
) -> Result<()> {
    statement(connection, "SAVEPOINT change")?;
    let mut tx = Tx::new(Engine::Sqlite(connection), around);
    let keep = job.run(&mut tx);
    let woke = tx.wakes;
    if connection.is_autocommit() {
        return Err(Error::Unavailable(format!(
            "the database undid a group of changes during {}",
            job.name()
        )));
    }
    if keep {
        *wakes |= woke;
    } else {
        statement(connection, "ROLLBACK TO change")?;
    }
    statement(connection, "RELEASE change")
}

fn statement(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn read_loop(connection: &Connection, queue: &Queue, around: &Surroundings, heartbeat: &Heartbeat) {
    loop {
        let Some(mut job) = queue.take(1).pop() else {
            return;
        };
        heartbeat.beat();
        debug_assert!(!job.writes());
        let outcome = statement(connection, "BEGIN").and_then(|()| {
            job.run(&mut Tx::new(Engine::Sqlite(connection), around));
            statement(connection, "COMMIT")
        });
        if outcome.is_err() && !connection.is_autocommit() {
            let _failed = connection.execute_batch("ROLLBACK");
        }
        job.settle(outcome);
    }
}

/// Takes a new block of ids when few are left.
fn refill(connection: &Connection, around: &Surroundings) -> Result<()> {
    let mut ids = around
        .ids
        .lock()
        .map_err(|_| Error::Broken("the id source is gone".to_owned()))?;
    if ids.runs_low() {
        let end: i64 =
            connection.query_row(migrate::TAKE_IDS, [crate::ids::BLOCK], |row| row.get(0))?;
        ids.refill(end - crate::ids::BLOCK);
    }
    Ok(())
}

pub(super) fn execute(connection: &Connection, sql: &str, args: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, args)?;
    Ok(statement.raw_execute()? as u64)
}

pub(super) fn all<T: FromRow>(
    connection: &Connection,
    sql: &str,
    args: &[Value],
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(T::from_row(&Row::Sqlite(row))?);
    }
    Ok(found)
}

/// To SQLite `$2` is a name, numbered in the order of first appearance: it must be bound by its
/// number, not by its place.
fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Value]) -> Result<()> {
    for place in 1..=statement.parameter_count() {
        let argument = statement
            .parameter_name(place)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| args.get(number.checked_sub(1)?))
            .ok_or_else(|| Error::Broken(format!("parameter {place} has no argument")))?;
        statement.raw_bind_parameter(place, argument)?;
    }
    Ok(())
}

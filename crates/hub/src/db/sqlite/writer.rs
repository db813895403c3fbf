//! The writer: runs the changes that wait, each under a savepoint, and commits them together.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use rusqlite::Connection;

use super::error::FileError as _;
use super::wal::{PAGES_PER_CHECKPOINT, WriteAheadLog};
use super::{File, Work, open, statement};
use crate::db::migrate;
use crate::db::queue::{Job, Queue};
use crate::db::topics::Wakeups;
use crate::db::{Error, Result, Tx, TxContext, TxEngine};
use crate::supervisor::Heartbeat;

/// What the writer thread begins with.
pub(super) struct Writer {
    /// The connection that brought the tables up to date.
    pub first: Option<Connection>,
    pub queue: Arc<Queue>,
    /// Changes in a group at most.
    pub group: usize,
    /// Tells the checkpointer.
    pub log_grows: SyncSender<()>,
    pub log: Arc<WriteAheadLog>,
}

impl Writer {
    pub(super) fn work(mut self, file: File) -> Work {
        Box::new(move |heartbeat| {
            let opened = match self.first.take() {
                Some(connection) => Ok(connection),
                None => open(&file.path, file.durable),
            };
            let mut connection = self.queue.or_refuse(opened)?;
            watch_log(
                &mut connection,
                self.log_grows.clone(),
                Arc::clone(&self.log),
            )?;
            let writing = Writing {
                connection: &connection,
                context: &file.context,
                group: self.group,
                log: &self.log,
            };
            writing.run(&self.queue, heartbeat);
            Ok(())
        })
    }
}

/// Tells the checkpointer whenever the log has grown by so many pages.
fn watch_log(
    writer: &mut Connection,
    log_grows: SyncSender<()>,
    log: Arc<WriteAheadLog>,
) -> Result<()> {
    let mut due_at = PAGES_PER_CHECKPOINT;
    let hooked = writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
        if log.note(pages) {
            due_at = PAGES_PER_CHECKPOINT;
        }
        if pages >= due_at {
            due_at = pages + PAGES_PER_CHECKPOINT;
            // A full channel means that one is already on its way.
            let _busy = log_grows.try_send(());
        }
        Ok(())
    }));
    hooked.of(writer)
}

/// The writer at work.
struct Writing<'w> {
    connection: &'w Connection,
    context: &'w TxContext,
    group: usize,
    log: &'w WriteAheadLog,
}

impl Writing<'_> {
    /// Commits what waits, until the queue is closed and empty.
    fn run(&self, queue: &Queue, heartbeat: &Heartbeat) {
        let _worker = queue.worker();
        loop {
            let jobs = queue.take(self.group);
            if jobs.is_empty() {
                return;
            }
            let _busy = queue.busy();
            heartbeat.beat();
            match self.begin() {
                Ok(()) => self.commit(jobs, queue),
                Err(error) => complete_all(jobs, &Err(error)),
            }
            // Nobody of this group waits for it.
            if let Err(error) = self.log.limit_size(self.connection) {
                tracing::warn!(%error, "restarting write-ahead log failed");
            }
        }
    }

    fn begin(&self) -> Result<()> {
        refill(self.connection, self.context)?;
        statement(self.connection, "BEGIN IMMEDIATE")?;
        let fresh = || i32::from_be_bytes(self.context.entropy.bytes());
        if let Err(error) = self.log.number(self.connection, fresh) {
            self.roll_back();
            return Err(error);
        }
        Ok(())
    }

    fn commit(&self, jobs: Vec<Box<dyn Job>>, queue: &Queue) {
        let (connection, context) = (self.connection, self.context);
        let mut ran = Vec::with_capacity(self.group);
        let mut wakeups = Wakeups::default();
        let mut outcome = run_group(connection, context, jobs, &mut ran, &mut wakeups);
        // Whoever came while the group ran rides on the same fsync.
        while outcome.is_ok() && ran.len() < self.group {
            let more = queue.take_waiting(self.group - ran.len());
            if more.is_empty() {
                break;
            }
            outcome = run_group(connection, context, more, &mut ran, &mut wakeups);
        }
        let changes = ran.len();
        context.measured.group(changes);
        let outcome = match outcome {
            Ok(()) => statement(connection, "COMMIT").inspect_err(|error| {
                // After a failed sync the disk may hold it or not.
                tracing::error!(%error, changes, "commit failed, group rolled back");
            }),
            Err(error) => {
                tracing::error!(%error, changes, "transaction failed, group rolled back");
                Err(error)
            }
        };
        if outcome.is_err() {
            self.roll_back();
        } else {
            context.notify(wakeups);
        }
        complete_all(ran, &outcome);
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // Nothing to add when even this fails: the next BEGIN will say so.
            let _failed = self.connection.execute_batch("ROLLBACK");
        }
    }
}

fn complete_all(jobs: Vec<Box<dyn Job>>, committed: &Result<()>) {
    for job in jobs {
        job.complete(committed.clone());
    }
}

/// Runs each job under a savepoint. An error means that SQLite has given up the whole group, as it
/// may on a full disk: nobody in it may be told yes.
fn run_group(
    connection: &Connection,
    context: &TxContext,
    jobs: Vec<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
    wakeups: &mut Wakeups,
) -> Result<()> {
    let mut outcome = Ok(());
    for mut job in jobs {
        if outcome.is_ok() {
            outcome = run_one(connection, context, job.as_mut(), wakeups);
        }
        ran.push(job);
    }
    outcome
}

fn run_one(
    connection: &Connection,
    context: &TxContext,
    job: &mut dyn Job,
    wakeups: &mut Wakeups,
) -> Result<()> {
    statement(connection, "SAVEPOINT change")?;
    let mut tx = Tx::new(TxEngine::Sqlite(connection), context);
    let keep = job.run(&mut tx);
    let woken = std::mem::take(&mut tx.wakeups);
    if connection.is_autocommit() {
        return Err(Error::Unavailable(format!(
            "the database undid a group of changes during {}",
            job.name()
        )));
    }
    if keep {
        wakeups.add(woken);
    } else {
        statement(connection, "ROLLBACK TO change")?;
    }
    statement(connection, "RELEASE change")
}

/// Takes a new block of ids when few are left.
fn refill(connection: &Connection, context: &TxContext) -> Result<()> {
    let mut ids = context.ids();
    if ids.runs_low() {
        let end: i64 = connection
            .query_row(migrate::TAKE_IDS, [crate::ids::BLOCK], |row| row.get(0))
            .of(connection)?;
        ids.refill(end - crate::ids::BLOCK);
    }
    Ok(())
}

//! A transaction, as those who change or read something see it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::metrics::Measured;
use super::plans::Plans;
use super::postgres::PendingWrite;
use super::topics::{RemoteWakeups, Topics, Wakeups};
use super::{Error, FromRow, Result, Value, postgres, sqlite};
use crate::clock::{Clock, Moment};
use crate::entropy::Entropy;
use crate::ids::{IdRange, Ids};

/// What every engine thread needs to make a [`Tx`].
#[derive(Clone)]
pub(crate) struct TxContext {
    pub clock: Clock,
    pub entropy: Entropy,
    pub ids: Arc<Mutex<Ids>>,
    pub wake: Arc<Notify>,
    pub(super) topics: Arc<Topics>,
    /// For other processes on the same database.
    pub(super) remote: Arc<RemoteWakeups>,
    /// The version that was given last.
    pub(super) version: Arc<AtomicI64>,
    pub(super) plans: Arc<Plans>,
    pub(super) measured: Arc<Measured>,
}

/// By how much versions may be ahead of the clock, in microseconds: what happens in one moment, or after
/// a small step of the clock, still has its order.
const VERSIONS_AHEAD: i64 = 10_000_000;

impl TxContext {
    /// The ids in hand. A change that panicked has at most left a gap in them.
    pub(super) fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A version that is more than `before` and, as near to the clock as that, more than the last one.
    fn version_after(&self, before: i64, now: Timestamp) -> i64 {
        let now = now.as_microsecond();
        let least = now.max(before.saturating_add(1));
        if least - now >= VERSIONS_AHEAD {
            // It was changed when a clock was wrong: that is no reason for what others get.
            return least;
        }
        let next = |last: i64| {
            let is_near = last >= least && last - least < VERSIONS_AHEAD;
            if is_near { last + 1 } else { least }
        };
        let order = Ordering::Relaxed;
        let given = self
            .version
            .fetch_update(order, order, |last| Some(next(last)));
        given.map_or(least, next)
    }

    /// Wakes those here, and those elsewhere, after a commit.
    pub(super) fn notify(&self, wakeups: Wakeups) {
        if wakeups.is_empty() {
            return;
        }
        if wakeups.dispatcher {
            self.wake.notify_one();
        }
        self.topics.wake(wakeups.topics.iter().map(String::as_str));
        self.remote.add(wakeups.topics);
    }
}

/// A transaction: the database, the time it is, and fresh ids. Nothing else can be reached.
pub struct Tx<'t> {
    pub(super) engine: TxEngine<'t>,
    pub(super) context: &'t TxContext,
    pub(super) moment: Moment,
    pub(super) wakeups: Wakeups,
}

pub(super) enum TxEngine<'t> {
    Sqlite(&'t rusqlite::Connection),
    Postgres(&'t mut postgres::Session),
    BatchRecorder(&'t mut postgres::BatchRecorder),
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("moment", &self.moment)
            .finish_non_exhaustive()
    }
}

impl<'t> Tx<'t> {
    pub(super) fn new(engine: TxEngine<'t>, context: &'t TxContext) -> Self {
        Self {
            engine,
            moment: context.clock.moment(),
            context,
            wakeups: Wakeups::default(),
        }
    }

    /// The moment of this transaction: the same for everything in it.
    pub fn now(&self) -> Timestamp {
        self.moment.now
    }

    /// The earliest time that it may be, should the clock have jumped: what is deleted, or ends for
    /// good, must be due by it.
    pub fn earliest(&self) -> Timestamp {
        self.moment.earliest
    }

    /// The latest time that it may be: what is kept for some time is stamped with it.
    pub fn latest(&self) -> Timestamp {
        self.moment.latest
    }

    /// The version after `before` of something that changes: the turn of the event that tells of it.
    /// It is the present moment in microseconds, so that turns are sorted by time; what one hub changes
    /// in one moment has its order, too. And it is more than before, whatever became of the clock and
    /// whichever hub it was.
    pub(crate) fn version_after(&self, before: i64) -> i64 {
        self.context.version_after(before, self.now())
    }

    /// Fresh random bytes for secrets and codes.
    pub fn entropy(&self) -> &Entropy {
        &self.context.entropy
    }

    /// A fresh public id: 6 to 8 characters, used by no other thing of this hub.
    pub fn fresh_id(&mut self) -> Result<String> {
        let mut ids = self.context.ids();
        ids.next(&self.context.entropy)
            .ok_or_else(|| Error::Broken("one change asked for more ids than a block".to_owned()))
    }

    /// So many fresh ids in a row, for the parts of one large thing.
    pub(crate) fn fresh_ids(&mut self, count: usize) -> Result<IdRange> {
        let mut ids = self.context.ids();
        ids.run(count, &self.context.entropy)
            .ok_or_else(|| Error::Broken("one change asked for more ids than a block".to_owned()))
    }

    /// After the commit, tells the dispatcher that there is something to send.
    pub fn wake_dispatch(&mut self) {
        self.wakeups.dispatcher = true;
    }

    /// After the commit, wakes those who wait for news of a topic, which is one word.
    pub fn wake_topic(&mut self, topic: &str) {
        if !self.wakeups.topics.contains(topic) {
            self.wakeups.topics.insert(topic.to_owned());
        }
    }

    /// Runs a statement and says how many rows it touched. Here and below, a statement is a
    /// constant of its slice; what is put together when it is asked is a [`QueryBuilder`](super::QueryBuilder)'s.
    pub fn execute(&mut self, sql: &'static str, args: &[Value]) -> Result<u64> {
        self.execute_text(sql, args)
    }

    /// Runs a statement that makes or removes a table, and so has its name in the text.
    pub(crate) fn define(&mut self, sql: &str) -> Result<()> {
        self.execute_text(sql, &[]).map(drop)
    }

    pub(super) fn execute_text(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => sqlite::execute(connection, sql, args),
            TxEngine::Postgres(session) => session.execute(sql, args),
            TxEngine::BatchRecorder(gathered) => gathered.needs_answer(),
        }
    }

    /// Runs a statement whose outcome nobody asks for, at the latest with the commit. If it fails,
    /// the whole transaction fails.
    pub fn write(&mut self, sql: &'static str, args: &[Value]) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => sqlite::execute(connection, sql, args).map(drop),
            TxEngine::Postgres(session) => {
                session.later(PendingWrite::new(sql, args));
                Ok(())
            }
            TxEngine::BatchRecorder(gathered) => {
                gathered.later(PendingWrite::new(sql, args));
                Ok(())
            }
        }
    }

    /// As [`Tx::write`], for a statement that leaves something to send: if it touches a row, the dispatcher
    /// is told after the commit.
    pub(crate) fn write_for_dispatch(&mut self, sql: &'static str, args: &[Value]) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                if sqlite::execute(connection, sql, args)? > 0 {
                    self.wakeups.dispatcher = true;
                }
            }
            TxEngine::Postgres(session) => session.later(PendingWrite::for_dispatch(sql, args)),
            TxEngine::BatchRecorder(gathered) => {
                gathered.later(PendingWrite::for_dispatch(sql, args));
            }
        }
        Ok(())
    }

    /// The first row, if any.
    pub fn first<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Option<T>> {
        self.first_of_text(sql, args)
    }

    pub(super) fn first_of_text<T: FromRow>(
        &mut self,
        sql: &str,
        args: &[Value],
    ) -> Result<Option<T>> {
        Ok(self.all_of_text(sql, args)?.into_iter().next())
    }

    /// The first row, kept from others until this transaction ends: a change locks what it decides
    /// upon. SQLite has one writer, so there is nothing to lock there.
    pub fn first_locked<T: FromRow>(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Option<T>> {
        match self.engine {
            TxEngine::Sqlite(_) => self.first(sql, args),
            TxEngine::Postgres(_) | TxEngine::BatchRecorder(_) => {
                self.first_of_text(&format!("{sql} FOR UPDATE"), args)
            }
        }
    }

    /// Every row, kept from others until this transaction ends, as with [`Tx::first_locked`].
    pub fn all_locked<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<T>> {
        match self.engine {
            TxEngine::Sqlite(_) => self.all(sql, args),
            TxEngine::Postgres(_) | TxEngine::BatchRecorder(_) => {
                self.all_of_text(&format!("{sql} FOR UPDATE"), args)
            }
        }
    }

    /// Every row that nobody else has locked, kept from others until this transaction ends: several hubs
    /// take work from one table without waiting for each other. SQLite has one writer.
    pub fn all_unlocked<T: FromRow>(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Vec<T>> {
        match self.engine {
            TxEngine::Sqlite(_) => self.all(sql, args),
            TxEngine::Postgres(_) | TxEngine::BatchRecorder(_) => {
                self.all_of_text(&format!("{sql} FOR UPDATE SKIP LOCKED"), args)
            }
        }
    }

    /// Every row, in the order of the answer.
    pub fn all<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<T>> {
        self.all_of_text(sql, args)
    }

    pub(super) fn all_of_text<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Vec<T>> {
        if self.context.plans.are_wanted() {
            self.explain(sql, args)?;
        }
        match &mut self.engine {
            TxEngine::Sqlite(connection) => sqlite::all(connection, sql, args),
            TxEngine::Postgres(session) => session.all(sql, args),
            TxEngine::BatchRecorder(gathered) => gathered.needs_answer(),
        }
    }

    /// Begins the one transaction of the migrations, which keeps every other program out.
    pub(super) fn begin_alone(&mut self) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => sqlite::execute_batch(connection, "BEGIN EXCLUSIVE"),
            TxEngine::Postgres(session) => session.begin_now(),
            TxEngine::BatchRecorder(gathered) => gathered.needs_answer(),
        }
    }

    pub(super) fn end_alone(&mut self, outcome: Result<()>) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let end = if outcome.is_ok() {
                    "COMMIT"
                } else {
                    "ROLLBACK"
                };
                let ended = sqlite::execute_batch(connection, end);
                outcome.and(ended)
            }
            TxEngine::Postgres(session) => match outcome {
                Ok(()) => session.commit().into_result(),
                Err(error) => {
                    session.rollback();
                    Err(error)
                }
            },
            TxEngine::BatchRecorder(gathered) => gathered.needs_answer(),
        }
    }

    /// Compiles a statement without running it: for the test that checks every `statements!`.
    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => sqlite::prepare(connection, sql),
            TxEngine::Postgres(session) => session.prepare(sql),
            TxEngine::BatchRecorder(gathered) => gathered.needs_answer(),
        }
    }
}

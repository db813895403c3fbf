//! One SQL text, two engines: SQLite in the process, or PostgreSQL beside it.
//!
//! Every change and every look at the data is a plain synchronous function of a [`Tx`]. It runs on
//! a thread that belongs to the engine, never on the async runtime:
//! - **SQLite** has one writer thread. It runs the changes that wait, each under a savepoint, and
//!   commits them together: one fsync answers many callers. Readers have connections of their own.
//! - **PostgreSQL** has a few threads with a connection each. Statements whose outcome nobody asks
//!   for ([`Tx::write`]) travel together with the next question, or with the commit. Changes that
//!   ask nothing at all are gathered: those that wait travel and are committed together.
//!
//! What both promise: a change answers only after its commit is on disk; a refusal leaves no trace;
//! a change may be run again (after a deadlock, say), so it takes its input by reference; nothing
//! is acknowledged when the disk is full, the file is locked or the server is away — the caller
//! gets [`Error::Unavailable`], which every face answers with 503.
//!
//! The portable subset of SQL that this asks for is in `docs/sql.md`.

mod column;
pub(crate) mod find;
pub mod json;
pub(crate) mod metrics;
mod migrate;
mod notify;
pub mod page;
mod plans;
mod postgres;
mod query;
mod queue;
mod row;
mod sqlite;
mod statistics;
mod value;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, oneshot};

use crate::clock::{Clock, Moment};
use crate::entropy::Entropy;
use crate::ids::{IdRange, Ids};
use crate::supervisor::Supervisor;
use metrics::Measured;
use notify::NotifyChannels;
use plans::Plans;
use postgres::Server;
use queue::{Change, Queue};

pub use column::{Column, Json, NoneIfEmpty, Scalar, Stored};
pub use metrics::Metrics;
pub use migrate::Track;
pub use plans::Plan;
pub use query::QueryBuilder;
pub(crate) use queue::Load;
pub use row::{Columns, FromRow, Row};
pub use value::Value;

/// What can go wrong with the database.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not now, maybe later: disk full, file locked or read-only, server unreachable. Nothing was
    /// acknowledged; only after a failed sync or a lost connection may it have been kept all the same.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// The engine refused a statement, or a stored value makes no sense: a fault of ours.
    #[error("the database refused: {0}")]
    Broken(String),
    /// The file is damaged or is no database at all, or the disk cannot read it: the same as
    /// [`Error::Unavailable`] for whoever asks.
    #[error("{0}")]
    Damaged(String),
    /// A change panicked; its savepoint was rolled back.
    #[error("the change {0} panicked")]
    Panicked(&'static str),
    /// The request asked for something of its change that does not hold, so it was undone; whoever
    /// asked knows what.
    #[error("a condition of the request does not hold")]
    Condition,
    /// The database cannot be opened as it is; the text says what to do.
    #[error("{0}")]
    Unusable(String),
}

/// The result of a statement.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The arguments of a statement, in the order `$1 … $n`: `args![&id, now, None::<&str>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] };
}

/// The statements of a slice: a constant each, and `ALL` for the test that prepares every one of
/// them on both engines.
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$meta])* pub(crate) const $name: &str = $sql;)+
        /// Every statement of this slice with its name; a test prepares them all on both engines.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// What an engine has started.
struct Opened {
    /// Changes.
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

/// Where the data lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file: `sqlite:PATH`.
    Sqlite(PathBuf),
    /// A server: `postgres://user:password@host/database`.
    Postgres(String),
}

impl Address {
    /// What is wrong with the address of a server, if anything: a sentence that begins with "must".
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) => postgres::check(url),
        }
    }

    /// The file of the key by which the hub shows itself to a server, if it has one (`sslkey`).
    pub fn key_file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(url) => postgres::key_file(url),
        }
    }

    /// Reads `sqlite:PATH` or `postgres://…` (also `postgresql://…`).
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Unusable(
                    "sqlite: needs a path, as in sqlite:hub.db".to_owned(),
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(Error::Unusable(format!(
            "'{}' is not a database address: write sqlite:PATH or postgres://user@host/name",
            text.split('@').next_back().unwrap_or_default()
        )))
    }
}

/// As for people: the address of a server holds a password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// For people: the path, or the server and the database's name without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&postgres::shown(url)),
        }
    }
}

/// How an engine is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many changes are committed together at most. 1 switches the group off.
    pub group: usize,
    /// SQLite: reader connections. PostgreSQL: connections in all.
    pub threads: usize,
    /// False lets a commit return before the disk has it (`synchronous = NORMAL` on SQLite,
    /// `synchronous_commit = off` on PostgreSQL). For data that may lose its last moments in a power
    /// cut, such as the request journal.
    pub durable: bool,
    /// PostgreSQL: how long whoever asks something waits at most.
    pub timeout: Duration,
    /// The fingerprint of the master key. A database remembers the first one it sees and refuses
    /// every other: sealed secrets would not open, and every token would be another.
    pub key_check: Option<String>,
    /// Where is counted what it does.
    pub metrics: Metrics,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            group: 128,
            threads: 4,
            durable: true,
            timeout: Duration::from_secs(8),
            key_check: None,
            metrics: Metrics::default(),
        }
    }
}

/// A handle on the database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    is_postgres: bool,
    /// Changes.
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    /// The threads that serve both queues.
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// The file of SQLite.
    file: Option<PathBuf>,
    wake: Arc<Notify>,
    /// Ends the bell.
    close: Arc<Notify>,
    plans: Arc<Plans>,
    measured: Arc<Measured>,
}

impl Inner {
    fn close(&self) {
        self.close.notify_one();
        self.writes.close();
        self.reads.close();
    }

    /// Waits until all connections are closed, then leaves the data in one file.
    fn finish(&self) -> Result<()> {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread of the supervisor does not panic.
            let _ended = thread.join();
        }
        self.file.as_deref().map_or(Ok(()), sqlite::close)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.inner.is_postgres {
            "Db(postgres)"
        } else {
            "Db(sqlite)"
        })
    }
}

/// What every engine thread needs to make a [`Tx`].
#[derive(Clone)]
pub(crate) struct TxContext {
    pub clock: Clock,
    pub chance: Entropy,
    pub ids: Arc<Mutex<Ids>>,
    pub wake: Arc<Notify>,
    /// Tells other processes on the same database.
    pub pull: Arc<Notify>,
    /// The version that was given last.
    version: Arc<AtomicI64>,
    plans: Arc<Plans>,
    measured: Arc<Measured>,
}

/// By how much versions may be ahead of the clock, in microseconds: what happens in one moment, or after
/// a small step of the clock, still has its order.
const VERSIONS_AHEAD: i64 = 10_000_000;

impl TxContext {
    /// The ids in hand. A change that panicked has at most left a gap in them.
    fn ids(&self) -> MutexGuard<'_, Ids> {
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

    /// There is something to deliver: tells the dispatcher here, and those elsewhere.
    fn notify(&self) {
        self.wake.notify_one();
        self.pull.notify_one();
    }
}

impl Db {
    /// Opens the database at `address`, which is there, and makes its tables or brings them up to
    /// date.
    ///
    /// Refuses a database that a newer program has written, and a PostgreSQL database whose text
    /// does not sort by bytes.
    pub fn open(
        address: &Address,
        settings: &Settings,
        track: Track,
        clock: Clock,
        chance: Entropy,
        supervisor: &Supervisor,
    ) -> Result<Self> {
        let (wake, pull) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let close = Arc::new(Notify::new());
        let ids = Arc::new(Mutex::new(Ids::empty()));
        let plans = Arc::new(Plans::default());
        let measured = Arc::new(settings.metrics.of(track.name()));
        let around = TxContext {
            clock,
            chance,
            ids,
            wake: Arc::clone(&wake),
            pull: Arc::clone(&pull),
            version: Arc::default(),
            plans: Arc::clone(&plans),
            measured: Arc::clone(&measured),
        };
        let (opened, file) = match address {
            Address::Sqlite(path) => (
                sqlite::start(path, settings, track, &around, supervisor)?,
                Some(path.clone()),
            ),
            Address::Postgres(url) => {
                let server = Server::parse(url, settings.timeout)?;
                let server = match track {
                    Track::Hub => server,
                    Track::Journal => server.named(postgres::JOURNAL),
                };
                let opened = postgres::start(&server, settings, track, &around, supervisor)?;
                if track == Track::Hub {
                    let name = around.chance.hex::<8>();
                    let (wake, close) = (Arc::clone(&wake), Arc::clone(&close));
                    let ropes = NotifyChannels {
                        wake,
                        pull,
                        close,
                        name,
                    };
                    notify::start(server.named(postgres::BELL), ropes, supervisor)?;
                }
                (opened, None)
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                is_postgres: file.is_none(),
                writes: opened.writes,
                reads: opened.reads,
                threads: Mutex::new(opened.threads),
                file,
                wake,
                close,
                plans,
                measured,
            }),
        })
    }

    /// Does what waits, closes every connection, and leaves the data of SQLite in one file; answers
    /// [`Error::Unavailable`] to whatever is asked from now on.
    ///
    /// # Errors
    /// The write-ahead log could not be moved into the file, which costs nothing but the next start
    /// a moment; or the threads did not end within `bound`.
    pub async fn close(&self, bound: Duration) -> Result<()> {
        self.inner.close();
        let (finished, is_finished) = oneshot::channel();
        let inner = Arc::clone(&self.inner);
        std::thread::Builder::new()
            .name("database end".to_owned())
            .spawn(move || {
                let _gone = finished.send(inner.finish());
            })
            .map_err(|error| Error::Unavailable(format!("no thread for the end: {error}")))?;
        match tokio::time::timeout(bound, is_finished).await {
            Ok(Ok(finished)) => finished,
            Ok(Err(_)) | Err(_) => Err(Error::Unavailable(
                "the database did not end what it was doing".to_owned(),
            )),
        }
    }

    /// A database that is not there: whoever asks it something hears so.
    pub(crate) fn absent(address: &Address, track: Track, metrics: &Metrics) -> Self {
        let closed = || {
            let queue = Queue::default();
            queue.close();
            Arc::new(queue)
        };
        Self {
            inner: Arc::new(Inner {
                is_postgres: matches!(address, Address::Postgres(_)),
                writes: closed(),
                reads: closed(),
                wake: Arc::default(),
                close: Arc::default(),
                threads: Mutex::default(),
                file: None,
                plans: Arc::default(),
                measured: Arc::new(metrics.of(track.name())),
            }),
        }
    }

    /// Whether the engine is PostgreSQL, which several hubs may share.
    pub fn is_postgres(&self) -> bool {
        self.inner.is_postgres
    }

    /// What is to be done at this moment, and by how many, for each of its queues by name: `changes`
    /// and `reads`. On PostgreSQL changes that ask something are among the latter.
    pub(crate) fn loads(&self) -> Vec<(&'static str, Load)> {
        let inner = &self.inner;
        let mut loads = vec![("reads", inner.reads.load())];
        if !Arc::ptr_eq(&inner.reads, &inner.writes) {
            loads.push(("changes", inner.writes.load()));
        }
        loads
    }

    /// Rings after a commit that left something to deliver, here or in another process on the same
    /// PostgreSQL; see [`Tx::wake_dispatch`].
    pub fn notify_all(&self) -> Arc<Notify> {
        Arc::clone(&self.inner.wake)
    }

    /// Runs `change` in a transaction and answers once it is durable. A refusal leaves no trace.
    /// `change` may run more than once. `name` is `slice.verb`, for logs.
    pub async fn write<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.inner.writes, name, true, change).await
    }

    /// Makes a change that is sure to query something: on PostgreSQL it does not wait for a batch
    /// of changes that query nothing, since it cannot be part of it.
    pub async fn write_alone<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let queue = if self.inner.is_postgres {
            // The connections that run one thing at a time, be it a look or a change.
            &self.inner.reads
        } else {
            &self.inner.writes
        };
        self.ask(queue, name, true, change).await
    }

    /// Runs `look` against a snapshot; it must not change anything.
    pub async fn read<T, E, F>(&self, name: &'static str, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.inner.reads, name, false, look).await
    }

    async fn ask<T, E, F>(
        &self,
        queue: &Queue,
        name: &'static str,
        writes: bool,
        run: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let measured = Arc::clone(&self.inner.measured);
        let change = Change::new(name, writes, run, reply, measured);
        queue.push(Box::new(change));
        let answered = match queue.longest() {
            None => answer.await,
            Some(longest) => match tokio::time::timeout(longest, &mut answer).await {
                Ok(answered) => answered,
                Err(_) => {
                    // Whoever still waits for a worker is told so; what a worker has begun, it ends.
                    self.inner.writes.refuse_late();
                    self.inner.reads.refuse_late();
                    answer.await
                }
            },
        };
        let Ok(answer) = answered else {
            return Err(E::from(Error::Unavailable(
                "the hub is stopping, or the worker of the database ended".to_owned(),
            )));
        };
        let (outcome, ms) = (answer.ending.as_str(), answer.waited.as_millis());
        tracing::trace!(change = name, outcome, ms, "transaction completed");
        answer.made
    }
}

/// A transaction: the database, the time it is, and fresh ids. Nothing else can be reached.
pub struct Tx<'t> {
    engine: Engine<'t>,
    around: &'t TxContext,
    moment: Moment,
    wakes: bool,
}

enum Engine<'t> {
    Sqlite(&'t rusqlite::Connection),
    Postgres(&'t mut postgres::Session),
    Gathered(&'t mut postgres::Gathered),
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("moment", &self.moment)
            .finish_non_exhaustive()
    }
}

impl<'t> Tx<'t> {
    fn new(engine: Engine<'t>, around: &'t TxContext) -> Self {
        Self {
            engine,
            moment: around.clock.moment(),
            around,
            wakes: false,
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
        self.around.version_after(before, self.now())
    }

    /// Fresh random bytes for secrets and codes.
    pub fn entropy(&self) -> &Entropy {
        &self.around.chance
    }

    /// A fresh public id: 6 to 8 characters, used by no other thing of this hub.
    pub fn fresh_id(&mut self) -> Result<String> {
        let mut ids = self.around.ids();
        ids.next(&self.around.chance)
            .ok_or_else(|| Error::Broken("one change asked for more ids than a block".to_owned()))
    }

    /// So many fresh ids in a row, for the parts of one large thing.
    pub(crate) fn fresh_ids(&mut self, count: usize) -> Result<IdRange> {
        let mut ids = self.around.ids();
        ids.run(count, &self.around.chance)
            .ok_or_else(|| Error::Broken("one change asked for more ids than a block".to_owned()))
    }

    /// After the commit, tells the dispatcher that there is something to deliver.
    pub fn wake_dispatch(&mut self) {
        self.wakes = true;
    }

    /// Runs a statement and says how many rows it touched. Here and below, a statement is a
    /// constant of its slice; what is put together when it is asked is a [`QueryBuilder`]'s.
    pub fn execute(&mut self, sql: &'static str, args: &[Value]) -> Result<u64> {
        self.execute_text(sql, args)
    }

    /// Runs a statement that makes or removes a table, and so has its name in the text.
    pub(crate) fn define(&mut self, sql: &str) -> Result<()> {
        self.execute_text(sql, &[]).map(drop)
    }

    fn execute_text(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::execute(connection, sql, args),
            Engine::Postgres(session) => session.execute(sql, args),
            Engine::Gathered(gathered) => gathered.asked(),
        }
    }

    /// Runs a statement whose outcome nobody asks for, at the latest with the commit. If it fails,
    /// the whole transaction fails.
    pub fn write(&mut self, sql: &'static str, args: &[Value]) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::execute(connection, sql, args).map(drop),
            Engine::Postgres(session) => {
                session.later(sql, args.to_vec());
                Ok(())
            }
            Engine::Gathered(gathered) => {
                gathered.later(sql, args.to_vec());
                Ok(())
            }
        }
    }

    /// The first row, if any.
    pub fn first<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Option<T>> {
        self.first_of_text(sql, args)
    }

    fn first_of_text<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Option<T>> {
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
            Engine::Sqlite(_) => self.first(sql, args),
            Engine::Postgres(_) | Engine::Gathered(_) => {
                self.first_of_text(&format!("{sql} FOR UPDATE"), args)
            }
        }
    }

    /// Every row, in the order of the answer.
    pub fn all<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<T>> {
        self.all_of_text(sql, args)
    }

    fn all_of_text<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Vec<T>> {
        if self.around.plans.are_wanted() {
            self.explain(sql, args)?;
        }
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::all(connection, sql, args),
            Engine::Postgres(session) => session.all(sql, args),
            Engine::Gathered(gathered) => gathered.asked(),
        }
    }

    /// Begins the one transaction of the migrations, which keeps every other program out.
    fn begin_alone(&mut self) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::execute_batch(connection, "BEGIN EXCLUSIVE"),
            Engine::Postgres(session) => session.begin_now(),
            Engine::Gathered(gathered) => gathered.asked(),
        }
    }

    fn end_alone(&mut self, outcome: Result<()>) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let end = if outcome.is_ok() {
                    "COMMIT"
                } else {
                    "ROLLBACK"
                };
                let ended = sqlite::execute_batch(connection, end);
                outcome.and(ended)
            }
            Engine::Postgres(session) => match outcome {
                Ok(()) => session.commit().into_result(),
                Err(error) => {
                    session.rollback();
                    Err(error)
                }
            },
            Engine::Gathered(gathered) => gathered.asked(),
        }
    }

    /// Compiles a statement without running it: for the test that checks every `statements!`.
    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::prepare(connection, sql),
            Engine::Postgres(session) => session.prepare(sql),
            Engine::Gathered(gathered) => gathered.asked(),
        }
    }
}

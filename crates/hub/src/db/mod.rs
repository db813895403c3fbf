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

mod address;
pub(crate) mod batch;
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
mod topics;
mod tx;
mod value;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::ids::Ids;
use crate::supervisor::Supervisor;
use metrics::Measured;
use notify::Signals;
use plans::Plans;
use postgres::Server;
use queue::{Queue, QueuedTransaction};
use topics::{RemoteWakeups, Topics};
use tx::TxEngine;

pub use address::Address;
pub use column::{Column, Json, NoneIfEmpty, Scalar, Stored};
pub use metrics::Metrics;
pub use migrate::Track;
pub use plans::Plan;
pub use query::QueryBuilder;
pub(crate) use queue::Load;
pub use row::{Columns, FromRow, Row};
pub use topics::TopicSubscription;
pub use tx::Tx;
pub(crate) use tx::TxContext;
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
struct OpenedDatabase {
    /// The changes that wait for a thread.
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
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
    /// The changes that wait for a thread.
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    /// The threads that serve both queues.
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// The file of SQLite.
    file: Option<PathBuf>,
    wake: Arc<Notify>,
    topics: Arc<Topics>,
    /// Ends the notifier.
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
        entropy: Entropy,
        supervisor: &Supervisor,
    ) -> Result<Self> {
        let wake = Arc::new(Notify::new());
        let (topics, remote) = (Arc::<Topics>::default(), Arc::<RemoteWakeups>::default());
        let close = Arc::new(Notify::new());
        let ids = Arc::new(Mutex::new(Ids::empty()));
        let plans = Arc::new(Plans::default());
        let measured = Arc::new(settings.metrics.of(track.name()));
        let context = TxContext {
            clock,
            entropy,
            ids,
            wake: Arc::clone(&wake),
            topics: Arc::clone(&topics),
            remote: Arc::clone(&remote),
            version: Arc::default(),
            plans: Arc::clone(&plans),
            measured: Arc::clone(&measured),
        };
        let (opened, file) = match address {
            Address::Sqlite(path) => (
                sqlite::start(path, settings, track, &context, supervisor)?,
                Some(path.clone()),
            ),
            Address::Postgres(url) => {
                let server = Server::parse(url, settings.timeout)?;
                let server = match track {
                    Track::Hub => server,
                    Track::Journal => server.named(postgres::JOURNAL),
                };
                let opened = postgres::start(&server, settings, track, &context, supervisor)?;
                if track == Track::Hub {
                    let name = context.entropy.hex::<8>();
                    let signals = Signals {
                        local: Arc::clone(&wake),
                        topics: Arc::clone(&topics),
                        remote,
                        close: Arc::clone(&close),
                        name,
                    };
                    notify::start(server.named(postgres::NOTIFIER), signals, supervisor)?;
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
                topics,
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
    pub(crate) fn unavailable(address: &Address, track: Track, metrics: &Metrics) -> Self {
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
                topics: Arc::default(),
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

    /// Set after a commit that left something to send, here or in another process on the same
    /// PostgreSQL; see [`Tx::wake_dispatch`].
    pub fn dispatch_signal(&self) -> Arc<Notify> {
        Arc::clone(&self.inner.wake)
    }

    /// Waits for news of a topic: see [`Tx::wake_topic`].
    pub fn subscribe(&self, topic: &str) -> TopicSubscription {
        self.inner.topics.subscribe(topic)
    }

    /// Runs `change` in a transaction and answers once it is durable. A refusal leaves no trace.
    /// `change` may run more than once. `name` is `slice.verb`, for logs.
    pub async fn write<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(&self.inner.writes, name, true, change).await
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
        self.submit(queue, name, true, change).await
    }

    /// Runs `look` against a snapshot; it must not change anything.
    pub async fn read<T, E, F>(&self, name: &'static str, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(&self.inner.reads, name, false, look).await
    }

    async fn submit<T, E, F>(
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
        let change = QueuedTransaction::new(name, writes, run, reply, measured);
        queue.push(Box::new(change));
        let received = match queue.longest() {
            None => answer.await,
            Some(longest) => match tokio::time::timeout(longest, &mut answer).await {
                Ok(received) => received,
                Err(_) => {
                    // Whoever still waits for a worker is told so; what a worker has begun, it ends.
                    self.inner.writes.refuse_late();
                    self.inner.reads.refuse_late();
                    answer.await
                }
            },
        };
        let Ok(answer) = received else {
            return Err(E::from(Error::Unavailable(
                "the hub is stopping, or the worker of the database ended".to_owned(),
            )));
        };
        let (outcome, ms) = (answer.ending.as_str(), answer.waited.as_millis());
        tracing::trace!(change = name, outcome, ms, "transaction completed");
        answer.made
    }
}

//! The small SQLite store of an app: its connections, what it has taken in, what it has to send, and the
//! tables of its own.
//!
//! Promises: what [`Store::write`] has returned is on disk; a change that fails leaves no trace; only the
//! owner of the file may read it, since it holds access tokens. One thread has the database, so that no
//! task of the app waits for a disk, and two changes never meet.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::AppError;
use super::clock::Clock;
use super::schema::migrate;

/// How long a change waits for another program that has the file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the store did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// SQLite failed: the disk is full, the file is locked or damaged.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// What came in or is stored cannot be read as what it should be.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A newer version of the app has migrated the store.
    #[error("a newer version of this app has written the store (version {0})")]
    NewerVersion(i64),
    /// The outbox takes nothing more.
    #[error("too many changes wait to be sent")]
    OutboxFull,
    /// The change panicked, or the store is being closed.
    #[error("the store has stopped")]
    Stopped,
    /// There is no key for a request.
    #[error(transparent)]
    Client(#[from] client::Error),
}

impl StoreError {
    /// Whether there is no room to write.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self, StoreError::Sqlite(error)
            if error.sqlite_error_code() == Some(ErrorCode::DiskFull))
    }
}

/// What keeps the store from writing, and since when.
#[derive(Clone, Debug)]
pub(crate) struct StoreProblem {
    pub since: Timestamp,
    pub is_full: bool,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The store of an app.
pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
    clock: Clock,
    problem: Arc<Mutex<Option<StoreProblem>>>,
}

impl Store {
    /// Opens the file, or makes it, and brings its tables up to date: those of the kit, then those of
    /// the app. `max_pages` bounds its size, in pages of 4 KiB.
    pub(crate) fn open(
        path: &Path,
        app_tables: &[&str],
        clock: Clock,
        max_pages: Option<u32>,
    ) -> Result<Store, AppError> {
        let opened = open_file(path).and_then(|mut connection| {
            migrate(&mut connection, app_tables)?;
            if let Some(pages) = max_pages {
                connection.pragma_update(None, "max_page_count", pages)?;
            }
            Ok(connection)
        });
        let mut connection = opened.map_err(|error| AppError::Store {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("app store".into())
            .spawn(move || {
                for job in queue {
                    job(&mut connection);
                }
            })?;
        Ok(Store {
            jobs,
            clock,
            problem: Arc::default(),
        })
    }

    /// Makes a change: all of it, or nothing.
    pub(crate) async fn write<R: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let result = self.run(TransactionBehavior::Immediate, change).await;
        self.record(result.as_ref().err());
        result
    }

    /// Reads the store, as it is at one moment.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        self.run(TransactionBehavior::Deferred, read).await
    }

    async fn run<R: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // A change that panics is rolled back, and the next one finds a store that works.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let transaction = connection.transaction_with_behavior(behavior)?;
                let result = work(&transaction)?;
                transaction.commit()?;
                Ok(result)
            }));
            // Whoever asked may have gone; the change is made all the same.
            let _gone = answer.send(outcome.unwrap_or(Err(StoreError::Stopped)));
        });
        self.jobs.send(job).map_err(|_| StoreError::Stopped)?;
        result.await.map_err(|_| StoreError::Stopped)?
    }

    /// What keeps the store from writing, if anything does.
    pub(crate) fn problem(&self) -> Option<StoreProblem> {
        let problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        problem.clone()
    }

    fn record(&self, error: Option<&StoreError>) {
        let is_full = match error {
            None => None,
            Some(error @ (StoreError::Sqlite(_) | StoreError::Stopped)) => Some(error.is_full()),
            // Nothing was wrong with the disk.
            Some(_) => return,
        };
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        *problem = is_full.map(|is_full| StoreProblem {
            since: problem
                .as_ref()
                .map_or_else(|| self.clock.now(), |old| old.since),
            is_full,
        });
    }
}

fn open_file(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(io_error)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    // The files beside it, which SQLite makes, take their mode from this one.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(io_error)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn io_error(error: std::io::Error) -> StoreError {
    StoreError::Sqlite(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A moment as it is stored: milliseconds since 1970.
pub(crate) fn stored_time(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A moment that was stored.
pub(crate) fn time_from_store(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

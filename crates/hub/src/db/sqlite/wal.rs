//! The write-ahead log: moved into the file while the hub runs, kept small, recovered after a kill,
//! and refused when it is not the log of its database.
//!
//! **Small.** A checkpoint beside a busy writer never finds the end of the log, so the log would only
//! grow. When it has grown much, the writer itself moves what is left between two groups, some
//! milliseconds of work, and begins the log anew. SQLite lets one connection checkpoint at a time and
//! has the other fail at once; so the two take turns, and a writer that is far ahead waits.
//!
//! **Its own.** SQLite takes any log with the right name for the log of the database beside it: one
//! that was left when a backup was put over the database would be mixed into it. So the database
//! carries a number (`user_version`), which changes at the beginning of each log in a way that can be
//! followed: the first number in a log is that of its database, or the one after it. And a copy that
//! `VACUUM INTO` made has the number but other pages: it was never written to with a log, and says so.

use std::fs::File as DiskFile;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError, mpsc};
use std::time::Duration;

use rusqlite::Connection;

use super::error::FileError as _;
use super::{BUSY_MILLISECONDS, File, Work, open};
use crate::db::find::sibling_path;
use crate::db::{Error, Result};

/// Pages of the log (4 KiB each) after which it is moved into the file.
pub(super) const PAGES_PER_CHECKPOINT: i32 = 2_000;

/// Pages after which the writer begins the log anew: 16 MiB.
const PAGES_PER_LOG: i32 = 4_096;

/// Pages after which the writer waits for a checkpoint that is under way: 32 MiB.
const PAGES_TO_WAIT: i32 = 8_192;

/// Pages after which somebody should know: 64 MiB, which is also the size to which the file of the
/// log is cut when it begins anew.
const TOO_MANY_PAGES: i64 = 16_384;

/// The size of the log file above which somebody should know, in bytes: [`TOO_MANY_PAGES`] pages.
pub(super) const MAX_LOG_BYTES: u64 = 64 * 1024 * 1024;

/// How long the writer waits for readers that still look into the log (milliseconds).
const READERS_MILLISECONDS: u64 = 50;

/// What the writer and the checkpointer share.
pub(super) struct WriteAheadLog {
    /// How long the log is.
    pages: AtomicI32,
    /// The length at which the writer tries to begin it anew.
    restart_at: AtomicI32,
    /// It has begun anew, so the database gets its next number.
    is_new: AtomicBool,
    /// Held by whoever checkpoints.
    checkpoint_lock: Mutex<()>,
}

impl WriteAheadLog {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            pages: AtomicI32::new(0),
            restart_at: AtomicI32::new(PAGES_PER_LOG),
            is_new: AtomicBool::new(true),
            checkpoint_lock: Mutex::new(()),
        })
    }

    /// Notes how long the log is after a commit; says whether it is shorter than before, and so has
    /// begun anew.
    pub(super) fn note(&self, pages: i32) -> bool {
        let is_shorter = pages < self.pages.swap(pages, Ordering::Relaxed);
        self.is_new.fetch_or(is_shorter, Ordering::Relaxed);
        is_shorter
    }

    /// Gives the database its next number if the log is new, as part of the transaction that is open.
    pub(super) fn number(&self, writer: &Connection, fresh: impl FnOnce() -> i32) -> Result<()> {
        if !self.is_new.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let numbered = number_log(writer, fresh);
        self.is_new.fetch_or(numbered.is_err(), Ordering::Relaxed);
        numbered
    }

    /// Moves what is left of a log that has grown, and lets the next change begin it anew. For the
    /// writer, between two groups. While a reader looks into the log it stays as it is, and the next
    /// try is when it has grown again.
    pub(super) fn limit_size(&self, writer: &Connection) -> Result<()> {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.restart_at.load(Ordering::Relaxed) {
            return Ok(());
        }
        let _guard = match self.checkpoint_lock.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(guard)) => guard.into_inner(),
            // After the next group, then.
            Err(TryLockError::WouldBlock) if pages < PAGES_TO_WAIT => return Ok(()),
            Err(TryLockError::WouldBlock) => self
                .checkpoint_lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        };
        let next = pages.saturating_add(PAGES_PER_CHECKPOINT);
        self.restart_at.store(next, Ordering::Relaxed);
        if !checkpoint_soon(writer, "RESTART")?.is_busy {
            self.restart_at.store(PAGES_PER_LOG, Ordering::Relaxed);
            self.pages.store(0, Ordering::Relaxed);
            self.is_new.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// What a checkpoint says: whether it was kept from ending, pages in the log, pages of them that are
/// in the file now.
struct Checkpoint {
    is_busy: bool,
    pages: i64,
    moved: i64,
}

fn checkpoint(connection: &Connection, mode: &str) -> Result<Checkpoint> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection
        .query_row(&sql, [], |row| {
            Ok(Checkpoint {
                is_busy: row.get::<_, i64>(0)? != 0,
                pages: row.get(1)?,
                moved: row.get(2)?,
            })
        })
        .of(connection)
}

/// Moves the log into the file whenever it is told that the log has grown.
pub(super) fn checkpointer(
    file: File,
    growth: mpsc::Receiver<()>,
    log: Arc<WriteAheadLog>,
) -> Work {
    let mut is_too_long = false;
    Box::new(move |heartbeat| {
        let connection = open(&file.path, file.durable)?;
        while let Ok(()) = growth.recv() {
            heartbeat.beat();
            let guard = log
                .checkpoint_lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let done = checkpoint(&connection, "PASSIVE");
            drop(guard);
            match done {
                Ok(done) => {
                    let file = file.path.display();
                    let was_too_long = is_too_long;
                    is_too_long = done.pages > TOO_MANY_PAGES;
                    if is_too_long && !was_too_long {
                        tracing::warn!(
                            %file, mebibytes = done.pages / 256, moved = done.moved / 256,
                            "write-ahead log keeps growing, held by a long read or another program"
                        );
                    } else if was_too_long && !is_too_long {
                        tracing::info!(%file, "write-ahead log small again");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "checkpoint failed");
                }
            }
        }
        Ok(())
    })
}

/// A checkpoint that waits a moment only for readers that still look into the log.
fn checkpoint_soon(connection: &Connection, mode: &str) -> Result<Checkpoint> {
    let wait = |milliseconds| {
        connection
            .busy_timeout(Duration::from_millis(milliseconds))
            .of(connection)
    };
    wait(READERS_MILLISECONDS)?;
    let done = checkpoint(connection, mode);
    wait(BUSY_MILLISECONDS)?;
    done
}

/// Moves the whole log into the file and leaves none, unless another program has the database open:
/// then the log is that program's.
pub(super) fn truncate(connection: &Connection) -> Result<()> {
    if checkpoint_soon(connection, "TRUNCATE")?.is_busy {
        let file = connection.path().unwrap_or_default();
        tracing::debug!(file, "write-ahead log kept for another program");
    }
    Ok(())
}

/// Takes over what a killed program has left in the log, and says how much it was.
pub(super) fn recover(connection: &Connection, path: &Path) -> Result<()> {
    let found = checkpoint(connection, "PASSIVE")?;
    if found.pages > 0 {
        tracing::info!(
            file = %path.display(), pages = found.pages,
            "write-ahead log recovered, hub was not stopped cleanly or another one runs"
        );
    }
    truncate(connection)
}

/// The number that follows `number`: all 2^32 of them take their turn before one comes again.
fn next(number: i32) -> i32 {
    number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)
}

/// Gives the database its next number, as part of the transaction that is open: at the beginning of
/// each log. `fresh` is where a new database begins.
fn number_log(writer: &Connection, fresh: impl FnOnce() -> i32) -> Result<()> {
    let number: i32 = writer
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .of(writer)?;
    let number = if number == 0 { fresh() } else { next(number) };
    writer
        .execute_batch(&format!("PRAGMA user_version = {number}"))
        .of(writer)
}

/// How often two files are read that a running hub may be changing.
const LOOKS: u32 = 5;

/// Refuses a log that belongs to another state of the database, as when a backup was put over the
/// database and the log left beside it.
///
/// # Errors
/// [`Error::Unusable`] says which files to move; [`Error::Unavailable`] when they cannot be read.
pub(super) fn check_owner(path: &Path) -> Result<()> {
    let log = sibling_path(path, "-wal");
    let unreadable =
        |error: io::Error| Error::Unavailable(format!("{} cannot be read: {error}", log.display()));
    for _ in 0..LOOKS {
        if is_owner(path, &log).map_err(unreadable)? {
            return Ok(());
        }
    }
    Err(Error::Unusable(format!(
        "{log} is not the write-ahead log of {file}: another file was put in the place of {file}, a \
         backup perhaps. If {file} is the one that you want, move {log} and {shm} away and start \
         again; if not, put the former {file} back",
        log = log.display(),
        file = path.display(),
        shm = sibling_path(path, "-shm").display(),
    )))
}

/// Where the number stands in the first page of a database, four bytes of it.
const NUMBER_AT: u64 = 60;

/// Where it stands how a database is written to, and what stands there when that is with a log.
const FORMAT_AT: u64 = 18;
const WITH_A_LOG: [u8; 2] = [2, 2];

fn is_owner(path: &Path, log: &Path) -> io::Result<bool> {
    let Some(numbers) = numbers_in(log)? else {
        return Ok(true);
    };
    let number = match DiskFile::open(path) {
        Ok(mut file) => match read_at::<4>(&mut file, NUMBER_AT)? {
            Some(_) if read_at::<2>(&mut file, FORMAT_AT)? != Some(WITH_A_LOG) => return Ok(false),
            Some(bytes) => i32::from_be_bytes(bytes),
            // A log that holds pages, and a database that holds none.
            None => return Ok(file.metadata()?.len() > 0 || numbers.is_new),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(match numbers.first {
        None => true,
        Some(first) => first == number || first == next(number) || numbers.later.contains(&number),
    })
}

/// The numbers that stand in a log, in its copies of the first page.
struct Numbers {
    first: Option<i32>,
    later: Vec<i32>,
    /// The log begins with the first transaction of a new database.
    is_new: bool,
}

/// Bytes of a log's header, and of that of each page in it.
const LOG_HEADER: u64 = 32;
const PAGE_HEADER: u64 = 24;

/// The numbers in a log; none when it holds no page. See the description of the format that comes
/// with SQLite.
fn numbers_in(log: &Path) -> io::Result<Option<Numbers>> {
    let mut file = match DiskFile::open(log) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(header) = read_at::<32>(&mut file, 0)? else {
        return Ok(None);
    };
    let page_size = u64::from(read_u32(&header, 8));
    let salt = [read_u32(&header, 16), read_u32(&header, 20)];
    let mut numbers = Numbers {
        first: None,
        later: Vec::new(),
        is_new: false,
    };
    let mut at = LOG_HEADER;
    let mut pages = 0_u64;
    while let Some(page) = read_at::<24>(&mut file, at)? {
        if [read_u32(&page, 8), read_u32(&page, 12)] != salt || page_size == 0 {
            break;
        }
        if read_u32(&page, 0) == 1
            && let Some(bytes) = read_at::<4>(&mut file, at + PAGE_HEADER + NUMBER_AT)?
        {
            let number = i32::from_be_bytes(bytes);
            match numbers.first {
                None => {
                    numbers.first = Some(number);
                    numbers.is_new = number == 0;
                }
                Some(_) if numbers.later.last() != Some(&number) => numbers.later.push(number),
                Some(_) => {}
            }
        }
        pages += 1;
        at += PAGE_HEADER + page_size;
    }
    Ok((pages > 0).then_some(numbers))
}

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .map_or(0, u32::from_be_bytes)
}

/// So many bytes from a place in a file; none when it ends before.
fn read_at<const LENGTH: usize>(file: &mut DiskFile, at: u64) -> io::Result<Option<[u8; LENGTH]>> {
    let mut bytes = [0; LENGTH];
    file.seek(SeekFrom::Start(at))?;
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

//! The request journal: every API call with both bodies, for support.
//!
//! Entries are written in batches within a tenth of a second, to a database of their own on SQLite:
//! a log line never waits for, or delays, an order. A power cut may cost the last moments of it;
//! what must never be lost (who changed what, in which request) is in the events.
//!
//! Never written: access tokens, which travel in a header, and values under names such as
//! `client_secret`, and bodies that are not text, such as images.

mod bodies;
pub(crate) mod browse;
mod database;
mod days;
pub(crate) mod erase;
pub(crate) mod metrics;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use tokio::sync::Notify;
use wire::id::{AccountId, ClientId, ConnectionId, LocationId, OrderId};

use crate::cpu_pool::CpuPool;
use crate::db::{self, Db, Tx};
use crate::supervisor::Heartbeat;
use bodies::BodyCompressor;

pub(crate) use bodies::MAX_STORED_BODY_BYTES;

pub use browse::ALL as BROWSE;
use database::FileId;
pub(crate) use database::JournalDatabase;
pub use days::ALL as DAYS;
pub use erase::ALL as ERASE;
use metrics::{Load, LostEntries, Reason};

/// Entries that may wait to be written, and bytes of their bodies; more are counted and dropped,
/// since memory is finite and an order matters more than its log line.
const MAX_WAITING_ENTRIES: usize = 20_000;
const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// Between two attempts to open a journal, and between two times that a damaged one is set aside.
const REOPEN_DELAY: Duration = Duration::from_secs(60);
const SET_ASIDE_DELAY: Duration = Duration::from_secs(600);

/// How long the writer collects entries before it writes them together.
const BATCH_DELAY: Duration = Duration::from_millis(100);

/// The connection that made a request, and what it is for.
#[derive(Clone, Debug)]
pub(crate) struct EntryCaller {
    pub connection: ConnectionId,
    pub client: ClientId,
    pub account: Option<AccountId>,
    pub location: Option<LocationId>,
}

/// One API call.
#[derive(Clone)]
pub(crate) struct JournalEntry {
    pub id: String,
    pub at: Timestamp,
    pub caller: EntryCaller,
    pub order: Option<OrderId>,
    pub method: Method,
    pub path: String,
    pub status: u16,
    pub duration: Duration,
    pub request: Bytes,
    pub response: Bytes,
}

/// Prints no field: the bodies may hold personal data.
impl fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").finish_non_exhaustive()
    }
}

/// The journal of requests.
#[derive(Clone)]
pub struct Journal {
    database: Arc<JournalDatabase>,
    open: Arc<Mutex<OpenJournal>>,
    cpu_pool: CpuPool,
    waiting: Arc<JournalQueue>,
    /// The days that have a table, as far as this process knows.
    days: Arc<Mutex<BTreeSet<String>>>,
    lost: LostEntries,
}

/// Rows that a chore deletes at once, and how often it does so in one go.
const MAX_ROWS_PER_DELETE: u32 = 1_000;
const MAX_DELETES_PER_RUN: u32 = 50;

/// The database of the journal, and what became of the last batches.
struct OpenJournal {
    db: Db,
    /// False when it could not be opened: `db` answers nothing then.
    is_there: bool,
    /// Which file it is, on SQLite.
    file: Option<FileId>,
    /// When it was set aside, or could not be opened, for the last time.
    tried_at: Option<Instant>,
    is_failing: bool,
    /// Entries, since it fails.
    lost: usize,
}

#[derive(Default)]
struct JournalQueue {
    batch: Mutex<JournalBatch>,
    entry_added: Notify,
}

#[derive(Default)]
struct JournalBatch {
    entries: Vec<JournalEntry>,
    /// Of the entries' bodies.
    bytes: usize,
    dropped: u64,
    /// Since when the first of them waits, by what has passed on the clock.
    since: Option<Duration>,
    /// Since when the first of the entries that are being written has waited.
    writing_since: Option<Duration>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}

impl Journal {
    /// A journal; none for `db` when it could not be opened, which is tried again then.
    pub(crate) fn new(database: JournalDatabase, db: Option<Db>) -> Self {
        let is_there = db.is_some();
        let open = OpenJournal {
            is_there,
            file: database.file_id(),
            tried_at: (!is_there).then(Instant::now),
            db: db.unwrap_or_else(|| database.unavailable()),
            is_failing: false,
            lost: 0,
        };
        Self {
            database: Arc::new(database),
            open: Arc::new(Mutex::new(open)),
            cpu_pool: CpuPool::new("journal", 1),
            waiting: Arc::default(),
            days: Arc::default(),
            lost: LostEntries::default(),
        }
    }

    /// What waits to be written at this moment.
    pub(crate) fn load(&self) -> Load {
        let batch = self.batch();
        let since = batch.writing_since.or(batch.since);
        let passed = self.database.clock().passed();
        Load {
            entries: batch.entries.len(),
            bytes: batch.bytes,
            lag: since.map_or(Duration::ZERO, |since| passed.saturating_sub(since)),
        }
    }

    /// The entries that were lost.
    pub(crate) fn lost_entries(&self) -> &LostEntries {
        &self.lost
    }

    /// The database of the journal, to read from.
    pub fn db(&self) -> Db {
        self.open().db.clone()
    }

    fn open(&self) -> MutexGuard<'_, OpenJournal> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an entry; it is written soon.
    pub(crate) fn record(&self, mut entry: JournalEntry) {
        // What is cut off when it is stored need not wait in memory.
        for body in [&mut entry.request, &mut entry.response] {
            if !is_text(body) {
                *body = format!("({} bytes that are not text)", body.len()).into();
            } else if body.len() > MAX_STORED_BODY_BYTES {
                *body = Bytes::copy_from_slice(&body[..MAX_STORED_BODY_BYTES]);
            }
        }
        let bytes = entry.request.len() + entry.response.len();
        let mut batch = self.batch();
        if batch.entries.len() >= MAX_WAITING_ENTRIES || batch.bytes + bytes > MAX_WAITING_BYTES {
            batch.dropped += 1;
            drop(batch);
            self.lost.add(Reason::Full, 1);
            return;
        }
        batch.bytes += bytes;
        batch.since.get_or_insert(self.database.clock().passed());
        batch.entries.push(entry);
        drop(batch);
        self.waiting.entry_added.notify_one();
    }

    fn batch(&self) -> MutexGuard<'_, JournalBatch> {
        self.waiting
            .batch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, which is being written from now on, and how many entries did not find room.
    fn take_batch(&self) -> (Vec<JournalEntry>, u64) {
        let mut batch = self.batch();
        let JournalBatch {
            entries,
            dropped,
            since,
            ..
        } = std::mem::take(&mut *batch);
        batch.writing_since = since;
        (entries, dropped)
    }

    /// Writes what waits, now.
    pub async fn flush(&self) -> db::Result<()> {
        let (entries, dropped) = self.take_batch();
        if dropped > 0 {
            tracing::warn!(dropped, "journal queue full, entries dropped");
        }
        if entries.is_empty() {
            return Ok(());
        }
        let entries = Arc::new(entries);
        let mut written = self.write(&entries).await;
        if let Err(error) = &written
            && self.reopen_after(error).await
        {
            written = self.write(&entries).await;
        }
        self.batch().writing_since = None;
        self.note(&written, entries.len());
        written
    }

    async fn write(&self, entries: &Arc<Vec<JournalEntry>>) -> db::Result<()> {
        self.make_days(entries).await?;
        let entries = Arc::clone(entries);
        let written = self
            .db()
            .write("journal.record", move |tx| {
                let mut packer = BodyCompressor::new();
                for entry in entries.iter() {
                    store::insert(tx, &mut packer, entry)?;
                    wake_readers(tx, &entry.caller);
                }
                Ok(())
            })
            .await;
        if written.is_err() {
            // Should a day have gone meanwhile, it is made again.
            self.days().clear();
        }
        written
    }

    /// After a batch failed: sets the journal aside if it is damaged, or opens it if it is not there
    /// yet. Not too often, as a disk that breaks would fill up with broken journals. Returns whether the
    /// batch may be written again.
    async fn reopen_after(&self, error: &db::Error) -> bool {
        let is_same = {
            let mut open = self.open();
            let is_damaged = open.is_there && matches!(error, db::Error::Damaged(_));
            let pause = match (open.is_there, is_damaged) {
                (false, _) => REOPEN_DELAY,
                (true, true) => SET_ASIDE_DELAY,
                (true, false) => return false,
            };
            if open.tried_at.is_some_and(|at| at.elapsed() < pause) {
                return false;
            }
            open.tried_at = Some(Instant::now());
            // Another hub on the same file may have set it aside already.
            is_damaged && open.file == self.database.file_id()
        };
        let broken = is_same.then(|| error.clone());
        let journal = self.clone();
        let opened = self.cpu_pool.run(move || journal.open_anew(broken)).await;
        opened.unwrap_or(false)
    }

    fn open_anew(&self, broken: Option<db::Error>) -> bool {
        let opened = match (self.database.file(), broken) {
            (Some(file), Some(error)) => self.database.begin_anew(file, error),
            _ => self.database.open(true),
        };
        match opened {
            Ok(db) => {
                let file = self.database.file_id();
                let mut open = self.open();
                (open.db, open.file, open.is_there) = (db, file, true);
                true
            }
            Err(error) => {
                tracing::debug!(%error, "opening journal failed again");
                false
            }
        }
    }

    /// Says once that the journal is not kept, and once that it is kept again.
    fn note(&self, written: &db::Result<()>, entries: usize) {
        let mut open = self.open();
        match written {
            Ok(()) if open.is_failing => {
                let lost = open.lost;
                tracing::warn!(lost, "journal writes succeed again");
                (open.is_failing, open.lost) = (false, 0);
            }
            Ok(()) => {}
            Err(error) => {
                if !open.is_failing {
                    tracing::error!(%error, "writing journal failed, entries lost");
                }
                open.is_failing = true;
                open.lost += entries;
                self.lost.add(Reason::Failed, entries);
            }
        }
    }

    fn days(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the tables for the days of these entries; most of the time they are there.
    async fn make_days(&self, entries: &[JournalEntry]) -> db::Result<()> {
        let db = self.db();
        if !db.is_postgres() {
            return Ok(());
        }
        let wanted: BTreeMap<String, Timestamp> = entries
            .iter()
            .map(|entry| (days::day(entry.at), entry.at))
            .collect();
        for (day, at) in wanted {
            if !self.days().contains(&day) {
                db.write("journal.make_day", move |tx| days::make(tx, at))
                    .await?;
                self.days().insert(day);
            }
        }
        Ok(())
    }

    /// Deletes requests from before `until`: whole days on PostgreSQL, row by row on SQLite.
    pub(crate) async fn delete_expired(&self, until: Timestamp) -> db::Result<()> {
        let (db, is_there) = {
            let open = self.open();
            (open.db.clone(), open.is_there)
        };
        if !is_there {
            return Ok(());
        }
        let past: Vec<(String,)> = db
            .read("journal.past_days", move |tx| days::list_past(tx, until))
            .await?;
        for (day,) in past {
            db.write("journal.forget_day", move |tx| days::drop_day(tx, &day))
                .await?;
        }
        for _ in 0..MAX_DELETES_PER_RUN {
            if db.is_postgres() {
                break;
            }
            let gone: db::Result<u64> = db
                .write("journal.forget", move |tx| {
                    store::delete_expired(tx, until, MAX_ROWS_PER_DELETE)
                })
                .await;
            if gone? < u64::from(MAX_ROWS_PER_DELETE) {
                break;
            }
        }
        Ok(())
    }

    /// Writes what comes, for as long as the hub runs.
    pub(crate) async fn run(self, heartbeat: Heartbeat) -> Result<(), Infallible> {
        loop {
            self.waiting.entry_added.notified().await;
            heartbeat.beat();
            tokio::time::sleep(BATCH_DELAY).await;
            // It says so itself, once.
            let _lost = self.flush().await;
        }
    }
}

/// Wakes those of this process who read the journal of an account or location.
fn wake_readers(tx: &mut Tx<'_>, caller: &EntryCaller) {
    if let Some(account) = &caller.account {
        tx.wake_topic(account.as_str());
    }
    if let Some(location) = &caller.location {
        tx.wake_topic(location.as_str());
    }
}

/// Images are not: each of their formats has a byte that no text has.
fn is_text(body: &[u8]) -> bool {
    !body.contains(&0) && std::str::from_utf8(body).is_ok()
}

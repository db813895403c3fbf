//! The request journal: every API call with both bodies, for support.
//!
//! Entries are written in batches within a tenth of a second, to a database of their own on SQLite:
//! a log line never waits for, or delays, an order. A power cut may cost the last moments of it;
//! what must never be lost (who changed what, in which request) is in the events.
//!
//! Never written: access tokens, which travel in a header, and values under names such as
//! `client_secret`, and bodies that are not text, such as images.

mod bodies;
mod days;
pub(crate) mod erase;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Method;
use jiff::Timestamp;
use tokio::sync::Notify;
use wire::id::OrderId;

use crate::db::{self, Db};
use crate::http::caller::Admitted;
use crate::supervisor::Heartbeat;
use bodies::{LONGEST_BODY, Packer};

pub use days::ALL as DAYS;
pub use erase::ALL as ERASE;

/// Entries that may wait to be written, and bytes of their bodies; more are counted and dropped,
/// since memory is finite and an order matters more than its log line.
const MOST_WAITING: usize = 20_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// How long an entry waits for company.
const BATCH: Duration = Duration::from_millis(100);

/// One API call.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub id: String,
    pub at: Timestamp,
    pub admitted: Arc<Admitted>,
    pub order: Option<OrderId>,
    pub method: Method,
    pub path: String,
    pub status: u16,
    pub duration: Duration,
    pub request: Bytes,
    pub response: Bytes,
}

/// The journal of requests.
#[derive(Clone)]
pub struct Journal {
    db: Db,
    waiting: Arc<Waiting>,
    /// The days that have a table, as far as this process knows.
    days: Arc<Mutex<BTreeSet<String>>>,
}

/// Rows that a chore deletes at once, and how often it does so in one go.
const ROWS: u32 = 1_000;
const ROUNDS: u32 = 50;

#[derive(Default)]
struct Waiting {
    batch: Mutex<Batch>,
    some: Notify,
}

#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    /// Of the entries' bodies.
    bytes: usize,
    dropped: u64,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}

impl Journal {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            waiting: Arc::default(),
            days: Arc::default(),
        }
    }

    /// The database of the journal, to read from.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Takes an entry; it is written soon.
    pub(crate) fn record(&self, mut entry: Entry) {
        // What is cut off when it is stored need not wait in memory.
        for body in [&mut entry.request, &mut entry.response] {
            if !is_text(body) {
                *body = format!("({} bytes that are not text)", body.len()).into();
            } else if body.len() > LONGEST_BODY {
                *body = Bytes::copy_from_slice(&body[..LONGEST_BODY]);
            }
        }
        let bytes = entry.request.len() + entry.response.len();
        let mut batch = self.batch();
        if batch.entries.len() >= MOST_WAITING || batch.bytes + bytes > MOST_BYTES {
            batch.dropped += 1;
            return;
        }
        batch.bytes += bytes;
        batch.entries.push(entry);
        drop(batch);
        self.waiting.some.notify_one();
    }

    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.waiting
            .batch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits, now.
    pub async fn flush(&self) -> db::Result<()> {
        let Batch {
            entries, dropped, ..
        } = std::mem::take(&mut *self.batch());
        if dropped > 0 {
            tracing::warn!(dropped, "the journal could not keep up");
        }
        if entries.is_empty() {
            return Ok(());
        }
        self.make_days(&entries).await?;
        let entries = Arc::new(entries);
        let written = self
            .db
            .write("journal.record", move |tx| {
                let mut packer = Packer::new();
                entries
                    .iter()
                    .try_for_each(|entry| store::insert(tx, &mut packer, entry))
            })
            .await;
        if written.is_err() {
            // Should a day have gone meanwhile, it is made again.
            self.days().clear();
        }
        written
    }

    fn days(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the tables for the days of these entries; most of the time they are there.
    async fn make_days(&self, entries: &[Entry]) -> db::Result<()> {
        if !self.db.is_postgres() {
            return Ok(());
        }
        let wanted: BTreeMap<String, Timestamp> = entries
            .iter()
            .map(|entry| (days::day(entry.at), entry.at))
            .collect();
        for (day, at) in wanted {
            if !self.days().contains(&day) {
                self.db
                    .write("journal.make_day", move |tx| days::make(tx, at))
                    .await?;
                self.days().insert(day);
            }
        }
        Ok(())
    }

    /// Deletes requests from before `until`: whole days on PostgreSQL, row by row on SQLite.
    pub(crate) async fn forget(&self, until: Timestamp) -> db::Result<()> {
        let past: Vec<(String,)> = self
            .db
            .read("journal.past_days", move |tx| days::past(tx, until))
            .await?;
        for (day,) in past {
            self.db
                .write("journal.forget_day", move |tx| days::forget(tx, &day))
                .await?;
        }
        for _ in 0..ROUNDS {
            if self.db.is_postgres() {
                break;
            }
            let gone: db::Result<u64> = self
                .db
                .write("journal.forget", move |tx| store::forget(tx, until, ROWS))
                .await;
            if gone? < u64::from(ROWS) {
                break;
            }
        }
        Ok(())
    }

    /// Writes what comes, for as long as the hub runs.
    pub(crate) async fn run(self, heartbeat: Heartbeat) -> Result<(), Infallible> {
        loop {
            self.waiting.some.notified().await;
            heartbeat.beat();
            tokio::time::sleep(BATCH).await;
            if let Err(error) = self.flush().await {
                tracing::warn!(%error, "a batch of the journal was lost");
            }
        }
    }
}

/// Images are not: each of their formats has a byte that no text has.
fn is_text(body: &[u8]) -> bool {
    !body.contains(&0) && std::str::from_utf8(body).is_ok()
}

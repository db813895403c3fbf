//! Where the journal is, and how it is opened: whatever is wrong with it, orders go on.
//!
//! On SQLite it is a file of its own. One that is damaged, cannot be read, or was written by a newer
//! program is set aside under a name with the time, and a new one begins. On PostgreSQL its tables lie
//! in the hub's database, where other hubs may be using them: they stay as they are, and this hub goes
//! on without a journal until it can open them.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clock::Clock;
use crate::db::find::{self, DatabaseContent, sibling_path};
use crate::db::{Address, Db, Error, Metrics, Result, Settings, Track};
use crate::entropy::Entropy;
use crate::supervisor::Supervisor;

/// The files of a SQLite database: it, and those beside it.
const FILES: [&str; 3] = ["", "-wal", "-shm"];

/// How many broken journals of one second get names of their own.
const NAMES: u32 = 100;

/// The number of the disk and the number of the file on it: it stays when the name changes.
pub(super) type FileId = (u64, u64);

/// Where the journal is, and what opening it takes.
#[derive(Clone, Debug)]
pub(crate) struct JournalDatabase {
    address: Address,
    settings: Settings,
    clock: Clock,
    entropy: Entropy,
    supervisor: Supervisor,
}

impl JournalDatabase {
    /// The place that goes with the hub's database, whose server may take so long for an answer.
    pub(crate) fn beside(
        hub: &Address,
        timeout: Duration,
        clock: Clock,
        entropy: Entropy,
        supervisor: Supervisor,
        metrics: Metrics,
    ) -> Self {
        let address = match hub {
            // A log line must neither wait for nor delay an order's fsync.
            Address::Sqlite(path) => Address::Sqlite(path.with_extension("journal.db")),
            Address::Postgres(url) => Address::Postgres(url.clone()),
        };
        let settings = Settings {
            group: match address {
                Address::Sqlite(_) => 128,
                Address::Postgres(_) => 1,
            },
            threads: 2,
            durable: false,
            timeout,
            key_check: None,
            metrics,
        };
        Self {
            address,
            settings,
            clock,
            entropy,
            supervisor,
        }
    }

    /// The clock by which it waits.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The file, on SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.address {
            Address::Sqlite(path) => Some(path),
            Address::Postgres(_) => None,
        }
    }

    /// Which file lies there now.
    pub(super) fn file_id(&self) -> Option<FileId> {
        let found = std::fs::metadata(self.file()?).ok()?;
        Some((found.dev(), found.ino()))
    }

    /// A journal that is not there.
    pub(crate) fn unavailable(&self) -> Db {
        Db::unavailable(&self.address, Track::Journal, &self.settings.metrics)
    }

    /// Opens the journal. `is_expected` says that it should be there, since the hub is not new.
    pub(crate) fn open(&self, is_expected: bool) -> Result<Db> {
        let Some(path) = self.file() else {
            return self.open_database();
        };
        let broken = match find::find(&self.address, Track::Journal, self.settings.timeout) {
            Ok(DatabaseContent::Empty(_)) => {
                let file = path.display();
                if is_expected {
                    tracing::warn!(%file, "journal missing, starting a new one");
                }
                return self.begin();
            }
            Ok(DatabaseContent::Ours { .. }) => match self.open_database() {
                Ok(db) => return Ok(db),
                Err(error) => error,
            },
            Ok(DatabaseContent::Others(tables)) => Error::Unusable(format!(
                "it has other tables than a journal's ({})",
                tables.join(", ")
            )),
            Err(error) => error,
        };
        self.begin_anew(path, broken)
    }

    /// Opens the journal of a hub that starts; none if the hub goes on without it for now.
    pub(crate) fn open_or_go_on(&self, is_expected: bool) -> Option<Db> {
        match self.open(is_expected) {
            Ok(db) => Some(db),
            Err(error) => {
                let file = self.address.to_string();
                tracing::error!(%error, file, "opening journal failed, running without it");
                None
            }
        }
    }

    /// Sets a broken journal aside and begins a new one. What may pass by itself (a full disk, a lock)
    /// is no reason to.
    pub(crate) fn begin_anew(&self, path: &Path, broken: Error) -> Result<Db> {
        if matches!(broken, Error::Unavailable(_)) {
            return Err(broken);
        }
        let aside = self.set_aside(path).map_err(|error| {
            Error::Unavailable(format!("{broken}; and it cannot be set aside: {error}"))
        })?;
        let (file, aside) = (path.display(), aside.display());
        tracing::error!(
            error = %broken, %file, %aside,
            "journal damaged, moved aside, starting a new one"
        );
        self.begin()
    }

    fn begin(&self) -> Result<Db> {
        find::make_file(&self.address)?;
        self.open_database()
    }

    fn open_database(&self) -> Result<Db> {
        Db::open(
            &self.address,
            &self.settings,
            Track::Journal,
            self.clock.clone(),
            self.entropy.clone(),
            &self.supervisor,
        )
    }

    /// Gives the files other names, under which SQLite still knows that they belong together.
    fn set_aside(&self, path: &Path) -> io::Result<PathBuf> {
        let time = self.clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let name = |number: u32| match number {
            1 => sibling_path(path, &format!(".broken-{time}")),
            more => sibling_path(path, &format!(".broken-{time}-{more}")),
        };
        let is_free = |aside: &PathBuf| FILES.iter().all(|end| !sibling_path(aside, end).exists());
        let aside = (1..=NAMES)
            .map(name)
            .find(is_free)
            .ok_or(io::ErrorKind::AlreadyExists)?;
        for end in FILES {
            match std::fs::rename(sibling_path(path, end), sibling_path(&aside, end)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(aside)
    }
}

//! The wall clock of one process, bent by libfaketime. Its monotonic clock goes on.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tokio::process::Command;

/// A wall clock that can be set.
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
    /// Hours that it is slow for good.
    slow: AtomicU32,
}

impl Clock {
    /// A clock that goes right, kept in a file of this folder; none where the library is missing.
    pub fn find(folder: &Path) -> Option<Self> {
        let library = std::fs::read_dir("/usr/lib")
            .ok()?
            .flatten()
            .map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"))
            .find(|path| path.exists())?;
        let file = folder.join("clock");
        let slow = AtomicU32::new(0);
        let clock = Self {
            library,
            file,
            slow,
        };
        clock.set(0);
        Some(clock)
    }

    /// Runs a command by this clock.
    pub fn apply_to(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }

    /// It goes so many hours fast, or slow, compared with where it stood.
    pub fn set(&self, hours: i64) {
        let hours = hours - i64::from(self.slow.load(Relaxed));
        // At once, so that nobody reads half a word.
        let next = self.file.with_extension("next");
        std::fs::write(
            &next,
            format!(
                "{hours:+}h
"
            ),
        )
        .unwrap();
        std::fs::rename(&next, &self.file).unwrap();
    }

    /// It is put back by an hour, for good.
    pub fn put_back(&self) {
        self.slow.fetch_add(1, Relaxed);
        self.set(0);
    }
}

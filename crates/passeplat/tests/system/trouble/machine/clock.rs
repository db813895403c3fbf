//! The wall clock of one process, bent by libfaketime. Its monotonic clock goes on.

use std::path::{Path, PathBuf};

use tokio::process::Command;

/// A wall clock that can be set.
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
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
        let clock = Self { library, file };
        clock.set("+0");
        Some(clock)
    }

    /// Runs a command by this clock.
    pub fn bend(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }

    /// How far it is from the right time: `+32d`, `-1h`, `+0`.
    pub fn set(&self, offset: &str) {
        // At once, so that nobody reads half a word.
        let next = self.file.with_extension("next");
        std::fs::write(&next, format!("{offset}\n")).unwrap();
        std::fs::rename(&next, &self.file).unwrap();
    }
}

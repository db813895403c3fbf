//! Translates the errors of SQLite into those of the database: each text names the file.

use std::path::Path;

use rusqlite::{Connection, ErrorCode};

use crate::db::{Error, Result};

/// Says of which file an error speaks.
pub(super) trait FileError<T> {
    /// Translates the error; its text names the file of `connection`.
    fn of(self, connection: &Connection) -> Result<T>;
    /// Translates the error; its text names the file.
    fn of_file(self, path: &Path) -> Result<T>;
}

impl<T> FileError<T> for rusqlite::Result<T> {
    fn of(self, connection: &Connection) -> Result<T> {
        self.map_err(|error| translate(&error, connection.path().unwrap_or_default()))
    }

    fn of_file(self, path: &Path) -> Result<T> {
        self.map_err(|error| translate(&error, &path.display().to_string()))
    }
}

/// For values that do not fit their columns, which no file is to blame for.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Translates an error of SQLite; the text names the file.
pub(super) fn translate(error: &rusqlite::Error, file: &str) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Unavailable(format!("the disk of {file} is full")),
        Some(ErrorCode::ReadOnly) => Error::Unavailable(format!("{file} is read-only")),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Unavailable(format!("{file} is locked by another program"))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::Unavailable(format!("{file} cannot be opened: {error}"))
        }
        Some(ErrorCode::SystemIoFailure) => {
            Error::Unavailable(format!("the disk of {file} reports an error: {error}"))
        }
        Some(ErrorCode::OutOfMemory) => {
            Error::Unavailable(format!("no memory is left to work with {file}"))
        }
        Some(ErrorCode::FileLockingProtocolFailed) => {
            Error::Unavailable(format!("{file} cannot be locked: {error}"))
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            // SQLite also says so when the disk reports an error while it reads (EIO).
            Error::Damaged(format!(
                "{file} is damaged, or the disk reports an error: {error}"
            ))
        }
        _ => Error::Broken(error.to_string()),
    }
}

//! What lies where a file of SQLite is to be.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::translate;
use super::{BUSY_MILLISECONDS, wal};
use crate::db::find::{DatabaseContent, KEY_CHECK, NAMED, OUR_STEPS, sibling_path};
use crate::db::{Error, Result, Track};
use crate::modes;

/// Makes the file, empty and for its owner only, and the folder that it lies in, unless they are there.
pub(in crate::db) fn make_file(path: &Path) -> Result<()> {
    let trouble = |error: std::io::Error| {
        Error::Unusable(format!(
            "the database file {} cannot be made: {error}",
            path.display()
        ))
    };
    if let Some(folder) = path.parent() {
        modes::make_folder(folder).map_err(trouble)?;
    }
    match modes::make_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(trouble(error)),
        // SQLite gives the files that it makes beside this one the same mode.
        _ => Ok(()),
    }
}

/// Looks for the tables of `track` in a file.
pub(in crate::db) fn find(path: &Path, track: Track) -> Result<DatabaseContent> {
    let shown = path.display();
    let is_empty = match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            return Err(Error::Unusable(format!(
                "{shown} is a folder: name a file in it, as in sqlite:{shown}/hub.db"
            )));
        }
        Ok(found) => found.len() == 0,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            refuse_lone_log(path)?;
            return Ok(DatabaseContent::Empty("does not exist"));
        }
        Err(error) => {
            return Err(Error::Unusable(format!(
                "the database file {shown} cannot be looked at: {error}"
            )));
        }
    };
    if is_empty {
        refuse_lone_log(path)?;
        return Ok(DatabaseContent::Empty("is an empty file"));
    }
    wal::check_owner(path)?;
    let trouble = |error: rusqlite::Error| open_error(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(trouble)?;
    connection
        .busy_timeout(std::time::Duration::from_millis(BUSY_MILLISECONDS))
        .map_err(trouble)?;
    // Whoever opens it next says what was recovered from the log; so that stays as it is.
    let has_log = std::fs::metadata(sibling_path(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let keep_log =
        |keep| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep);
    keep_log(has_log).map_err(trouble)?;
    let tables = tables(&connection).map_err(trouble)?;
    if connection.is_readonly("main").map_err(trouble)? {
        return Err(Error::Unusable(format!(
            "the database file {shown} may not be written by this user: give it to the user that \
             runs the hub"
        )));
    }
    let found = if tables.is_empty() {
        DatabaseContent::Empty("has no tables")
    } else {
        check_owner(&connection, &tables, track).map_err(trouble)?
    };
    let is_ours = matches!(found, DatabaseContent::Ours { .. });
    keep_log(is_ours && has_log).map_err(trouble)?;
    Ok(found)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn check_owner(
    connection: &Connection,
    tables: &[String],
    track: Track,
) -> rusqlite::Result<DatabaseContent> {
    let has = |name: &str| tables.iter().any(|table| table == name);
    let steps: String = if has("schema_steps") {
        connection.query_row(OUR_STEPS, [track.name()], |row| row.get(0))?
    } else {
        "0".to_owned()
    };
    if steps == "0" {
        return Ok(DatabaseContent::Others(
            tables.iter().take(NAMED).cloned().collect(),
        ));
    }
    let key_check = match track {
        Track::Hub if has("hub_settings") => connection
            .prepare(KEY_CHECK)?
            .query_map([], |row| row.get(0))?
            .next()
            .transpose()?,
        _ => None,
    };
    Ok(DatabaseContent::Ours { key_check })
}

/// What was written last lies in the log, and SQLite throws the log of an empty database away.
fn refuse_lone_log(path: &Path) -> Result<()> {
    let log = sibling_path(path, "-wal");
    match std::fs::metadata(&log) {
        Ok(found) if found.len() > 0 => Err(Error::Unusable(format!(
            "{} lies there without its database {}: put the database back beside it, or move it away",
            log.display(),
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn open_error(path: &Path, error: rusqlite::Error) -> Error {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            Error::Damaged(format!("the file {shown} is not an SQLite database"))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) if !may_read(path) => {
            Error::Unusable(format!("{shown} may not be read by this user"))
        }
        _ => translate(&error, &shown.to_string()),
    }
}

/// Whether this user may read a file. Only for one that SQLite cannot open: closing a file gives up
/// the locks that this process has on it.
fn may_read(path: &Path) -> bool {
    let opened = std::fs::File::open(path);
    !opened.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

//! What lies where a database is to be, found out without making or changing anything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::migrate::Track;
use super::{Address, Result, postgres, sqlite};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DatabaseContent {
    /// Nothing that could be lost; why, in words that follow "the database …".
    Empty(&'static str),
    /// Tables, but not those that were looked for.
    Others(Vec<String>),
    /// The tables that were looked for, with the fingerprint of the key that they belong to.
    Ours {
        /// None when no key was noted yet.
        key_check: Option<String>,
    },
}

/// How many tables of another program are named.
pub(super) const NAMED: usize = 5;

/// What is asked of both engines.
pub(super) const OUR_STEPS: &str =
    "SELECT CAST(COUNT(*) AS TEXT) FROM schema_steps WHERE track = $1";
pub(super) const KEY_CHECK: &str = "SELECT value FROM hub_settings WHERE name = 'key_check'";

/// Looks for the tables of `track` at `address`; a server may take so long for an answer.
pub(crate) fn find(address: &Address, track: Track, timeout: Duration) -> Result<DatabaseContent> {
    match address {
        Address::Sqlite(path) => sqlite::find(path, track),
        Address::Postgres(url) => postgres::find(url, track, timeout),
    }
}

/// Makes the file, empty and for its owner only, and the folder that it lies in, unless they are
/// there. A server has its database already.
pub(crate) fn make_file(address: &Address) -> Result<()> {
    match address {
        Address::Sqlite(path) => sqlite::make_file(path),
        Address::Postgres(_) => Ok(()),
    }
}

/// A file beside a database: its name with an ending.
pub(crate) fn sibling_path(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

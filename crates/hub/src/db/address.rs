//! Where the data is stored.

use std::fmt;
use std::path::PathBuf;

use super::postgres;
use super::{Error, Result};

/// Where the data is stored.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file: `sqlite:PATH`.
    Sqlite(PathBuf),
    /// A server: `postgres://user:password@host/database`.
    Postgres(String),
}

impl Address {
    /// What is wrong with the address of a server, if anything: a sentence that begins with "must".
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) => postgres::check(url),
        }
    }

    /// The file of the key by which the hub shows itself to a server, if it has one (`sslkey`).
    pub fn key_file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(url) => postgres::key_file(url),
        }
    }

    /// Reads `sqlite:PATH` or `postgres://…` (also `postgresql://…`).
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Unusable(
                    "sqlite: needs a path, as in sqlite:hub.db".to_owned(),
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(Error::Unusable(format!(
            "'{}' is not a database address: write sqlite:PATH or postgres://user@host/name",
            text.split('@').next_back().unwrap_or_default()
        )))
    }
}

/// As for people: the address of a server holds a password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// For people: the path, or the server and the database's name without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&postgres::without_user(url)),
        }
    }
}

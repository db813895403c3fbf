//! Why what belongs to an account or a location, a catalog or a customer list, is not as the people who
//! manage it in the back office wish.

use crate::db;

/// Why something does not get a name.
#[derive(Debug)]
pub(crate) enum NameError {
    /// It is not there (any more).
    NotFound,
    /// Something else has that name where both can be seen.
    Taken,
    /// The database.
    Database(db::Error),
}

/// Why something is not deleted.
#[derive(Debug)]
pub(crate) enum DeletionError {
    /// It is not there (any more).
    NotFound,
    /// It is the last of its kind that belongs to the whole account.
    LastOfAccount,
    /// An app of this name is connected to it.
    InUse(String),
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for NameError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<db::Error> for DeletionError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

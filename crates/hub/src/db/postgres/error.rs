//! What PostgreSQL, or the way to it, answered instead of an answer: whose fault it is, what becomes of
//! the connection, and whether a change that met it may be run again.

use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

use crate::db::Error;

/// Why PostgreSQL did not answer a statement, and what follows from that.
#[derive(Clone, Debug)]
pub(in crate::db) struct PostgresError {
    pub error: Error,
    code: Option<SqlState>,
    again: Again,
}

/// Whether a change that was certainly not committed may be run again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::db) enum Again {
    /// It would meet the same.
    #[default]
    No,
    /// Something came in between that should not come twice: a connection broke, somebody cancelled.
    Few,
    /// Others were in the way, and will be gone.
    Many,
}

impl Again {
    /// How often it is run at most.
    pub(super) fn tries(self) -> u32 {
        match self {
            Self::No => 1,
            Self::Few => 3,
            Self::Many => 8,
        }
    }
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(error) => Self::from_server(error),
            None => Self::from_connection(&error),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        PostgresError::from(error).error
    }
}

impl From<PostgresError> for Error {
    fn from(failure: PostgresError) -> Self {
        failure.error
    }
}

impl PostgresError {
    /// No answer came in time.
    pub(super) fn timed_out(waited: Duration) -> Self {
        Self {
            error: Error::Unavailable(format!(
                "PostgreSQL did not answer within {} ms",
                waited.as_millis()
            )),
            code: None,
            again: Again::No,
        }
    }

    /// The connection is not there, or broke.
    pub(super) fn connection_lost(text: String) -> Self {
        Self {
            error: Error::Unavailable(text),
            code: None,
            again: Again::Few,
        }
    }

    /// A statement is not what it should be: a fault of ours.
    pub(super) fn internal(text: String) -> Self {
        Self {
            error: Error::Broken(text),
            code: None,
            again: Again::No,
        }
    }

    /// What is there cannot be used as it is.
    pub(super) fn unusable(text: String) -> Self {
        Self {
            error: Error::Unusable(text),
            code: None,
            again: Again::No,
        }
    }

    fn from_server(error: &DbError) -> Self {
        let code = error.code().clone();
        let text = error.message().to_owned();
        let (error, again) = match class(&code) {
            // Serialisation failures and deadlocks.
            "40" => (Error::Unavailable(text), Again::Many),
            // Connection; operator intervention, of which cancelled statements are a part.
            "08" | "57" => (Error::Unavailable(text), Again::Few),
            // The server is read-only, the transaction was aborted before, or ended by a time-out.
            "25" => (Error::Unavailable(text), Again::Few),
            // Resources (the disk is full), system error.
            "53" | "58" => (Error::Unavailable(text), Again::No),
            _ if code == SqlState::LOCK_NOT_AVAILABLE => (Error::Unavailable(text), Again::No),
            // "cached plan must not change result type": a table is not what it was.
            _ if code == SqlState::FEATURE_NOT_SUPPORTED => (Error::Broken(text), Again::Few),
            _ if code == SqlState::INVALID_SQL_STATEMENT_NAME
                || code == SqlState::DUPLICATE_PSTATEMENT =>
            {
                (
                    Error::Unavailable(format!(
                        "{text}: perhaps there is {}",
                        super::pooler::SHARED
                    )),
                    Again::Few,
                )
            }
            _ if code == SqlState::DATA_CORRUPTED || code == SqlState::INDEX_CORRUPTED => {
                (Error::Damaged(format!("PostgreSQL: {text}")), Again::No)
            }
            _ => (Error::Broken(text), Again::No),
        };
        Self {
            error,
            code: Some(code),
            again,
        }
    }

    fn from_connection(error: &tokio_postgres::Error) -> Self {
        let cause = error.source();
        let text = match cause {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        let is_of_the_way =
            error.is_closed() || cause.is_some_and(|cause| cause.is::<std::io::Error>());
        if is_of_the_way {
            return Self::connection_lost(text);
        }
        // An argument or a column of another kind than the statement's.
        Self::internal(text)
    }

    /// Whether the server answered, with a refusal.
    pub(super) fn is_told(&self) -> bool {
        self.code.is_some()
    }

    /// Whether the server does not write, or no longer.
    pub(super) fn is_read_only(&self) -> bool {
        self.code.as_ref() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
    }

    /// Whether a `COMMIT` that was answered like this has certainly kept nothing.
    pub(super) fn is_sure_of_rollback(&self) -> bool {
        let class = self.code.as_ref().map(class);
        matches!(class, Some("23" | "40"))
    }

    /// Whether the connection must not be used again.
    pub(super) fn breaks_session(&self) -> bool {
        let Some(code) = &self.code else {
            return true;
        };
        matches!(
            class(code),
            "08" | "25" | "26" | "53" | "57" | "58" | "F0" | "XX"
        ) || *code == SqlState::FEATURE_NOT_SUPPORTED
    }

    pub(super) fn retry(&self) -> Again {
        self.again
    }
}

fn class(code: &SqlState) -> &str {
    code.code().get(..2).unwrap_or_default()
}

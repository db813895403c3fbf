//! How far behind the callbacks are.

use const_format::formatcp;
use jiff::Timestamp;

use super::store::{FIRST_DUE, FROM_RECEIVERS, WAITING};
use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    /// How many connections have something due, and since when the first of them has: those that the
    /// dispatcher would find, too.
    BEHIND = formatcp!("{WAITING} SELECT COUNT(*), MIN(f.due_at)
        FROM (SELECT {FIRST_DUE} AS due_at {FROM_RECEIVERS}) f WHERE f.due_at <= $1");
}

/// What is due and not under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Connections that have something due.
    pub connections: i64,
    /// Since when the first of them has.
    pub since: Option<Timestamp>,
}

/// What is due at this moment.
pub(crate) fn look(tx: &mut Tx<'_>) -> db::Result<Backlog> {
    let behind: Option<(i64, Option<Timestamp>)> = tx.first(BEHIND, args![tx.now()])?;
    let (connections, since) = behind.unwrap_or_default();
    Ok(Backlog { connections, since })
}

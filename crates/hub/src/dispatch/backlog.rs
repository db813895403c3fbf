//! How far behind the callbacks are.

use jiff::Timestamp;

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    /// The connections that have something due, and since when the first of them has. It goes from
    /// connection to connection like the dispatcher's own question, so what waits behind each does not
    /// matter; and like it, it passes over those that are told nothing now: blocked, disconnected or
    /// passive ones.
    BEHIND = "WITH RECURSIVE owed (connection_id) AS (
            SELECT (SELECT d.connection_id FROM dispatches d
                WHERE d.state = 'pending' AND d.due_at IS NOT NULL
                ORDER BY d.connection_id, d.due_at LIMIT 1)
            UNION ALL
            SELECT (SELECT d.connection_id FROM dispatches d
                WHERE d.state = 'pending' AND d.due_at IS NOT NULL
                    AND d.connection_id > owed.connection_id
                ORDER BY d.connection_id, d.due_at LIMIT 1)
            FROM owed WHERE owed.connection_id IS NOT NULL
        )
        SELECT COUNT(*), MIN(f.due_at) FROM (
            SELECT (SELECT d.due_at FROM dispatches d
                WHERE d.connection_id = owed.connection_id AND d.state = 'pending'
                    AND d.due_at IS NOT NULL
                ORDER BY d.due_at LIMIT 1) AS due_at
            FROM owed
            JOIN connections c ON c.id = owed.connection_id AND c.account_id = (
                SELECT d.account_id FROM dispatches d
                WHERE d.connection_id = owed.connection_id AND d.state = 'pending'
                    AND d.due_at IS NOT NULL
                ORDER BY d.due_at LIMIT 1)
            JOIN callbacks b ON b.account_id = c.account_id AND b.connection_id = c.id
                AND b.url IS NOT NULL
            WHERE c.blocked_at IS NULL AND c.revoked_at IS NULL) f
        WHERE f.due_at <= $1";
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

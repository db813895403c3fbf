//! What is owed: shown to the receiver, settled, and let go in its turn. COALESCE hides a column from
//! the planners, as in `dispatch::store`.

use std::collections::BTreeMap;

use const_format::formatcp;
use wire::id::{AccountId, ConnectionId, EventId};

use super::DispatchState;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::events::envelope::{JOIN_ZONE, StoredEvent, Subscriber};
use crate::{args, row, statements};

statements! {
    /// By turns, which are sorted by time, and never show a thing's past after its present.
    /// `settled_at IS NULL`, here and below, is always so of what is pending: it names the index.
    PENDING = formatcp!("SELECT {} FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        {JOIN_ZONE}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.state = 'pending'
            AND d.settled_at IS NULL AND (d.turn, d.event_id) > ($3, $4)
        ORDER BY d.turn, d.event_id LIMIT $5", PendingRow::COLUMNS);
    ONE_PENDING = formatcp!("SELECT {} FROM dispatches d JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        {JOIN_ZONE}
        WHERE d.account_id = $1 AND COALESCE(d.connection_id, '') = $2 AND d.event_id = $3
            AND COALESCE(d.state, '') = 'pending'", StoredEvent::COLUMNS);
    SETTLE = "UPDATE dispatches SET state = $4, settled_at = $5, lease_until = NULL
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2 AND event_id = $3
            AND COALESCE(state, '') = 'pending'
        RETURNING subject_id, turn";
    /// What comes next after a settled event of the same subject need not wait any longer. COALESCE
    /// keeps SQLite from all that is due later: that is everything, when the clock has gone back.
    RELEASE = "UPDATE dispatches SET due_at = $4
        WHERE connection_id = $1 AND subject_id = $2 AND state = 'pending'
            AND turn = (SELECT MIN(e.turn) FROM dispatches e
                WHERE e.connection_id = $1 AND e.subject_id = $2 AND e.turn > $3
                    AND e.state = 'pending')
            AND COALESCE(due_at, '') > $4 AND (lease_until IS NULL OR lease_until <= $4)";
    /// Another URL: everything pending is due, and no attempt made before counts, nor one that is
    /// under way. One statement, so that what begins or ends meanwhile is not overlooked.
    RESET_RETRIES = "UPDATE dispatches
        SET due_at = CASE WHEN lease_until > $3 OR due_at < $3 THEN due_at ELSE $3 END,
            lease_until = CASE WHEN lease_until > $3 THEN lease_until END,
            uncounted = attempts + CASE WHEN lease_until > $3 THEN 1 ELSE 0 END
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'
            AND settled_at IS NULL AND (due_at > $3 OR attempts > uncounted)";
    CANCEL = "UPDATE dispatches SET state = 'deleted', settled_at = $3, lease_until = NULL
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'
            AND settled_at IS NULL";
    COUNT_PENDING = "SELECT connection_id, COUNT(*) FROM dispatches
        WHERE account_id = $1 AND state = 'pending' AND settled_at IS NULL GROUP BY connection_id";
}

row! {
    struct PendingRow {
        turn: i64 = "d.turn",
        event: StoredEvent,
    }
}

/// What a connection has not acknowledged, oldest first, as JSON without states.
pub(crate) fn list_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    to: Subscriber<'_>,
    wanted: &PageRequest,
) -> db::Result<Page<String>> {
    let after = &wanted.after;
    let rows: Vec<PendingRow> = tx.all(
        PENDING,
        args![
            account,
            to.connection,
            // A place that is no turn is the beginning.
            after.key.parse().unwrap_or(i64::MIN),
            &after.id,
            wanted.count + 1
        ],
    )?;
    let mut shown = Vec::with_capacity(rows.len());
    for PendingRow { turn, event } in rows {
        let (key, id) = (turn.to_string(), event.id.to_string());
        shown.push((Cursor { key, id }, event.listed(to)?));
    }
    Ok(Page::cut(shown, wanted.count))
}

/// One event that a connection has not acknowledged, whole, as JSON.
pub(crate) fn find_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    to: Subscriber<'_>,
    event: &EventId,
) -> db::Result<Option<String>> {
    let found: Option<StoredEvent> = tx.first(ONE_PENDING, args![account, to.connection, event])?;
    found.map(|event| event.full(tx, to)).transpose()
}

/// Ends a pending dispatch, and lets those that waited for it go. False when there is none.
fn settle(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    state: DispatchState,
) -> db::Result<bool> {
    let ended: Option<(String, i64)> = tx.first(
        SETTLE,
        args![account, connection, event, state.as_str(), tx.now()],
    )?;
    let Some((subject, turn)) = ended else {
        return Ok(false);
    };
    release(tx, connection, &subject, turn)?;
    tx.wake_dispatch();
    Ok(true)
}

/// What waited just behind the event `turn` of a subject is due now.
pub(crate) fn release(
    tx: &mut Tx<'_>,
    connection: &ConnectionId,
    subject: &str,
    turn: i64,
) -> db::Result<()> {
    tx.write(RELEASE, args![connection, subject, turn, tx.now()])
}

/// The connection knows of this event. False when it was not owed it.
pub(crate) fn acknowledge(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    settle(tx, account, connection, event, DispatchState::Acknowledged)
}

/// Takes one pending event from a connection's queue, as the back office may wish. False when there
/// is none.
pub fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    settle(tx, account, connection, event, DispatchState::Deleted)
}

/// The callback has another URL: what is pending is due now, and its tries begin anew.
pub(crate) fn reset_retries(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(RESET_RETRIES, args![account, connection, tx.now()])?;
    tx.wake_dispatch();
    Ok(())
}

/// The callback is gone: nothing is owed any longer.
pub(crate) fn cancel(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(CANCEL, args![account, connection, tx.now()])
}

/// How many events each connection of an account has not acknowledged; those without are absent.
pub fn count_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<BTreeMap<ConnectionId, i64>> {
    let rows: Vec<(ConnectionId, i64)> = tx.all(COUNT_PENDING, args![account])?;
    Ok(rows.into_iter().collect())
}

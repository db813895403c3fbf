//! What is owed: shown to the receiver, and settled.

use std::collections::BTreeMap;

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, EventId};

use super::DispatchState;
use super::lane_jobs;
use super::lanes::{self, Lane, LaneKey};
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::events::envelope::{JOIN_ZONE, StoredEvent, Subscriber};
use crate::{args, row, statements};

statements! {
    /// By sequence, which is sorted by time, and never show a thing's past after its present.
    PENDING = formatcp!("SELECT {} FROM pending_dispatches p
        JOIN events e ON e.account_id = p.account_id AND e.id = p.event_id
        {JOIN_ZONE}
        WHERE p.account_id = $1 AND p.connection_id = $2 AND (p.turn, p.event_id) > ($3, $4)
        ORDER BY p.turn, p.event_id LIMIT $5", PendingRow::COLUMNS);
    ONE_PENDING = formatcp!("SELECT {} FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        {JOIN_ZONE}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3
            AND d.state = 'pending'", StoredEvent::COLUMNS);
    KEY_OF_PENDING = "SELECT subject_id, turn FROM dispatches
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
    SETTLE = "UPDATE dispatches SET state = $4, settled_at = $5
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
    /// With the number of the attempt that settled it.
    SETTLE_SENT = "UPDATE dispatches SET state = $4, settled_at = $5, attempts = $6
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
    DELETE_PENDING = "DELETE FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2 AND turn = $3 AND event_id = $4";
    FIRST_PENDING = "SELECT event_id, created_at FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2 AND turn > $3 ORDER BY turn, event_id LIMIT $4";
    COUNT_PENDING = "SELECT connection_id, COUNT(*) FROM pending_dispatches
        WHERE account_id = $1 GROUP BY connection_id";
}

row! {
    struct PendingRow {
        sequence: i64 = "p.turn",
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
    // A cursor without a sequence is the beginning.
    let turn = after.key.parse().unwrap_or(i64::MIN);
    let place = match lane_jobs::shown_after(tx, account, to.connection)? {
        // No event comes after it in its turn.
        Some(deleted) if deleted >= turn => (deleted + 1, ""),
        _ => (turn, after.id.as_str()),
    };
    let rows: Vec<PendingRow> = tx.all(
        PENDING,
        args![account, to.connection, place.0, place.1, wanted.count + 1],
    )?;
    let mut shown = Vec::with_capacity(rows.len());
    for PendingRow { sequence, event } in rows {
        let (key, id) = (sequence.to_string(), event.id.to_string());
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
    let found = find_pending_event(tx, account, to.connection, event)?;
    found.map(|event| event.full(tx, to)).transpose()
}

/// One event that a connection has not acknowledged, as it is stored.
pub(crate) fn find_pending_event(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<Option<StoredEvent>> {
    tx.first(ONE_PENDING, args![account, connection, event])
}

/// A pending event, and since when it is pending: one that is sent again is so anew.
pub(crate) type PendingId = (EventId, Timestamp);

/// What a connection has not acknowledged, oldest first: up to `most`.
pub(crate) fn first_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    most: u32,
) -> db::Result<Vec<PendingId>> {
    let deleted = lane_jobs::shown_after(tx, account, connection)?;
    let after = deleted.unwrap_or(i64::MIN);
    tx.all(FIRST_PENDING, args![account, connection, after, most])
}

/// A dispatch that is pending.
#[derive(Clone, Copy)]
pub(crate) struct PendingKey<'a> {
    pub lane: LaneKey<'a>,
    pub event: &'a EventId,
    pub sequence: i64,
}

/// Ends a dispatch, and has the next of its lane follow. False when it is not pending.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    state: DispatchState,
) -> db::Result<bool> {
    settle_if(tx, account, connection, event, state, |_| true)
}

/// Ends a dispatch that a newer one says all of; one that is being sent is left.
pub(super) fn supersede(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    let state = DispatchState::Superseded;
    settle_if(tx, account, connection, event, state, |lane| {
        lane.head != *event || !lane.is_claimed
    })
}

/// Ends a dispatch if its lane, once it is locked, permits it.
fn settle_if(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
    state: DispatchState,
    may_settle: impl Fn(&Lane) -> bool,
) -> db::Result<bool> {
    let found: Option<(String, i64)> =
        tx.first(KEY_OF_PENDING, args![account, connection, event])?;
    let Some((subject, sequence)) = found else {
        return Ok(false);
    };
    let subject = subject.as_str();
    let lane = LaneKey {
        account,
        connection,
        subject,
    };
    let locked = lanes::lock(tx, lane)?;
    if !locked.as_ref().is_none_or(may_settle) {
        return Ok(false);
    }
    let key = PendingKey {
        lane,
        event,
        sequence,
    };
    let values = args![account, connection, event, state.as_str(), tx.now()];
    // Somebody else may have settled it before the lane was locked.
    if tx.execute(SETTLE, values)? == 0 {
        return Ok(false);
    }
    remove(tx, key, locked.as_ref())?;
    tx.wake_dispatch();
    // A stream sends only so many that are not acknowledged.
    tx.wake_topic(connection.as_str());
    Ok(true)
}

/// Ends a dispatch of a locked lane by the attempt with this number.
pub(crate) fn settle_sent(
    tx: &mut Tx<'_>,
    key: PendingKey<'_>,
    lane: Option<&Lane>,
    state: DispatchState,
    attempt: u32,
) -> db::Result<()> {
    let LaneKey {
        account,
        connection,
        ..
    } = key.lane;
    let (state, now) = (state.as_str(), tx.now());
    tx.write(
        SETTLE_SENT,
        args![account, connection, key.event, state, now, attempt],
    )?;
    remove(tx, key, lane)
}

fn remove(tx: &mut Tx<'_>, key: PendingKey<'_>, lane: Option<&Lane>) -> db::Result<()> {
    let LaneKey {
        account,
        connection,
        ..
    } = key.lane;
    tx.write(
        DELETE_PENDING,
        args![account, connection, key.sequence, key.event],
    )?;
    match lane {
        Some(lane) => lanes::advance(tx, key.lane, lane, key.event),
        None => Ok(()),
    }
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

/// The connection knows of these events. Says how many of them it was still owed.
pub(crate) fn acknowledge_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    events: &[EventId],
) -> db::Result<u32> {
    let mut acknowledged = 0;
    for event in events {
        acknowledged += u32::from(acknowledge(tx, account, connection, event)?);
    }
    Ok(acknowledged)
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

/// How many events each connection of an account has not acknowledged; those without are absent.
pub fn count_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<BTreeMap<ConnectionId, i64>> {
    let rows: Vec<(ConnectionId, i64)> = tx.all(COUNT_PENDING, args![account])?;
    Ok(rows.into_iter().collect())
}

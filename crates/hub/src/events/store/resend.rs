//! Sending an event once more, as somebody in the back office or at the machine wishes.

use jiff::Timestamp;
use wire::callback::ResentEvents;
use wire::id::{AccountId, ConnectionId, EventId};

use super::lanes::{self, LaneKey};
use super::queue::PendingKey;
use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    /// Only if there is a callback: nobody else would take it.
    FIND = "SELECT d.subject_id, d.turn, d.attempts FROM dispatches d
        JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3";
    REOPEN = "UPDATE dispatches SET state = 'pending', settled_at = NULL, resent_at = $4
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state <> 'pending'";
    INSERT_PENDING = "INSERT INTO pending_dispatches (account_id, connection_id, turn, event_id,
            subject_id, created_at)
        SELECT d.account_id, d.connection_id, d.turn, d.event_id, d.subject_id, CAST($4 AS TEXT)
        FROM dispatches d
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3
        ON CONFLICT DO NOTHING";
    /// It is sent at once, or after what is sent now of the same subject; unless everything is still to get
    /// its lane that waits since its turn.
    INSERT_LANE = "INSERT INTO lanes (account_id, subject_id, connection_id, event_id, turn,
            last_event_id, due_at, lease_until, attempts, uncounted, is_replay)
        SELECT b.account_id, CAST($3 AS TEXT), b.connection_id, CAST($4 AS TEXT),
            CAST($5 AS BIGINT), CAST($4 AS TEXT), CAST($6 AS TEXT), NULL, CAST($7 AS BIGINT),
            CAST($7 AS BIGINT), 1
        FROM callbacks b
        WHERE b.account_id = $1 AND b.connection_id = $2 AND b.url IS NOT NULL
            AND (NOT b.is_filling OR (SELECT j.due_at FROM lane_jobs j
                WHERE j.account_id = b.account_id AND j.connection_id = b.connection_id
                    AND (j.after_turn, j.after_event_id) < (CAST($5 AS BIGINT), CAST($4 AS TEXT))) IS NULL)
        ON CONFLICT (account_id, subject_id, connection_id)
            DO UPDATE SET last_event_id = excluded.last_event_id";
    FAILED = "SELECT connection_id, event_id FROM dispatches
        WHERE connection_id = $2 AND account_id = $1 AND turn >= 0 AND created_at >= $3 AND state = 'expired'
        ORDER BY created_at, event_id LIMIT $4";
}

/// Has an event sent once more to a connection that was sent it, or fetched once more if its callback has
/// no URL: with the same id, and attempts that begin anew. False when it was never owed it, waits
/// already, or has no callback any longer.
pub fn resend(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    let found: Option<(String, i64, u32)> = tx.first(FIND, args![account, connection, event])?;
    let Some((subject, sequence, attempts)) = found else {
        return Ok(false);
    };
    let lane = LaneKey {
        account,
        connection,
        subject: &subject,
    };
    let _locked = lanes::lock(tx, lane)?;
    if tx.execute(REOPEN, args![account, connection, event, tx.now()])? == 0 {
        return Ok(false);
    }
    enqueue(
        tx,
        PendingKey {
            lane,
            event,
            sequence,
        },
        attempts,
    )?;
    Ok(true)
}

/// A dispatch of a locked lane is pending again, after so many attempts.
pub(crate) fn enqueue(tx: &mut Tx<'_>, key: PendingKey<'_>, attempts: u32) -> db::Result<()> {
    let LaneKey {
        account,
        connection,
        subject,
    } = key.lane;
    let (event, sequence) = (key.event, key.sequence);
    tx.write(INSERT_PENDING, args![account, connection, event, tx.now()])?;
    let values = args![
        account,
        connection,
        subject,
        event,
        sequence,
        tx.now(),
        attempts
    ];
    tx.write(INSERT_LANE, values)?;
    tx.wake_dispatch();
    tx.wake_topic(account.as_str());
    Ok(())
}

/// Events that are sent again at a time: orders do not wait for more.
const MAX_RESENT: u32 = 1_000;

/// Has the events sent once more that a connection was sent in vain since a time: the first
/// [`MAX_RESENT`] of them. With `dry_run` they are counted only.
pub fn resend_failed(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    since: Timestamp,
    dry_run: bool,
) -> db::Result<ResentEvents> {
    let mut failed = failed_since(tx, account, connection, since, MAX_RESENT + 1)?;
    let mut has_more = failed.len() > MAX_RESENT as usize;
    failed.truncate(MAX_RESENT as usize);
    let mut resent = 0;
    for event in failed.iter().filter(|_| !dry_run) {
        resent += u32::from(resend(tx, account, connection, event)?);
    }
    // Without a callback nobody takes them, however often it is asked.
    has_more &= dry_run || resent > 0;
    Ok(ResentEvents {
        found: u32::try_from(failed.len()).unwrap_or(MAX_RESENT),
        resent,
        has_more,
        id: None,
        state: None,
    })
}

/// Events that a connection was sent in vain, since a time (as it is stored), oldest first: up to `most`.
fn failed_since(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    since: Timestamp,
    most: u32,
) -> db::Result<Vec<EventId>> {
    let rows: Vec<(ConnectionId, EventId)> =
        tx.all(FAILED, args![account, connection, since, most])?;
    Ok(rows.into_iter().map(|(_, event)| event).collect())
}

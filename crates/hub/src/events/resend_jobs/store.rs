//! Jobs in the database.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::callback::ResendState;
use wire::id::{AccountId, ConnectionId, ResendJobId};

use super::candidates::beginning;
use super::{EventCount, MAX_KEPT_JOBS, ResendFilter, ResendJob, ResendRefusal};
use crate::db::page::Cursor;
use crate::db::{self, Tx, json};
use crate::{args, statements};

statements! {
    /// Locked: a connection gets one job at a time.
    CALLBACK = "SELECT connection_id FROM callbacks WHERE account_id = $1 AND connection_id = $2";
    RUNNING = "SELECT id FROM resend_jobs
        WHERE account_id = $1 AND connection_id = $2 AND due_at IS NOT NULL LIMIT 1";
    INSERT = "INSERT INTO resend_jobs (account_id, connection_id, id, what, since, until, events,
            location_id, order_id, total, has_more, done, repeated, skipped, state, created_by,
            created_at, ended_at, cursor_at, cursor_id, waits, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, $12, $13, $14, NULL, $15, '', 0,
            $14)";
    DELETE_OLDEST = "DELETE FROM resend_jobs
        WHERE account_id = $1 AND connection_id = $2 AND due_at IS NULL AND id NOT IN (
            SELECT j.id FROM resend_jobs j WHERE j.account_id = $1 AND j.connection_id = $2
                AND j.due_at IS NULL
            ORDER BY j.created_at DESC, j.id DESC LIMIT $3)";
    FIND = formatcp!("SELECT {} FROM resend_jobs
        WHERE account_id = $1 AND connection_id = $2 AND id = $3", ResendJob::COLUMNS);
    RECENT = formatcp!("SELECT {} FROM resend_jobs
        WHERE account_id = $1 AND connection_id = $2
        ORDER BY created_at DESC, id DESC LIMIT $3", ResendJob::COLUMNS);
    STOP = "UPDATE resend_jobs SET state = 'stopped', ended_at = $4, due_at = NULL
        WHERE account_id = $1 AND connection_id = $2 AND id = $3 AND due_at IS NOT NULL";
    /// One that is to wait for longer than any job waits was left so by a clock that went back.
    DUE = "SELECT id FROM resend_jobs
        WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2) LIMIT 1";
    /// The job that has waited for longest, with its account. It is locked: no other hub takes it.
    NEXT = "SELECT account_id, connection_id, id FROM resend_jobs
        WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2) ORDER BY due_at LIMIT 1";
    ADVANCE = "UPDATE resend_jobs SET cursor_at = $4, cursor_id = $5, done = done + $6,
            repeated = repeated + $7, skipped = skipped + $8, waits = $9, state = $10,
            ended_at = $11, due_at = $12
        WHERE account_id = $1 AND connection_id = $2 AND id = $3";
}

/// Longer than a job ever waits.
const MAX_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// Begins a job of which so many events were counted before. A connection that is not known has no
/// callback either.
pub fn create(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
    counted: EventCount,
    created_by: &str,
) -> db::Result<Result<ResendJob, ResendRefusal>> {
    let callback: Option<(ConnectionId,)> =
        tx.first_locked(CALLBACK, args![account, connection])?;
    if callback.is_none() {
        return Ok(Err(ResendRefusal::NoCallback));
    }
    let running: Option<(ResendJobId,)> = tx.first(RUNNING, args![account, connection])?;
    if let Some((id,)) = running {
        return Ok(Err(ResendRefusal::JobRuns(id)));
    }
    let id = ResendJobId::from_generated(tx.fresh_id()?);
    let values = args![
        account,
        connection,
        &id,
        filter.what.as_str(),
        filter.since,
        filter.until,
        json::text(&filter.events)?,
        filter.location.as_ref(),
        filter.order.as_ref(),
        counted.found,
        u32::from(counted.has_more),
        ResendState::Running.as_str(),
        created_by,
        tx.now(),
        &beginning(filter.since).key
    ];
    tx.write(INSERT, values)?;
    tx.write(DELETE_OLDEST, args![account, connection, MAX_KEPT_JOBS])?;
    let made = find(tx, account, connection, &id)?;
    made.map(Ok)
        .ok_or_else(|| db::Error::Broken("a job is gone that was just made".to_owned()))
}

/// A job of a connection.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    id: &ResendJobId,
) -> db::Result<Option<ResendJob>> {
    tx.first(FIND, args![account, connection, id])
}

/// A job that no other hub works at meanwhile.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    id: &ResendJobId,
) -> db::Result<Option<ResendJob>> {
    tx.first_locked(FIND, args![account, connection, id])
}

/// The last jobs of a connection, newest first.
pub fn recent(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    most: u32,
) -> db::Result<Vec<ResendJob>> {
    tx.all(RECENT, args![account, connection, most])
}

/// Ends a job before its time: what it has sent so far stays so. False when it does not run.
pub fn stop(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    id: &ResendJobId,
) -> db::Result<bool> {
    let stopped = tx.execute(STOP, args![account, connection, id, tx.now()])?;
    Ok(stopped > 0)
}

/// Whether there is a job to go on with.
pub fn has_due(tx: &mut Tx<'_>) -> db::Result<bool> {
    let due: Option<(ResendJobId,)> = tx.first(DUE, args![tx.now(), tx.now() + MAX_WAIT])?;
    Ok(due.is_some())
}

/// The job that has waited for longest and that no other hub works at.
pub(super) fn take_next(
    tx: &mut Tx<'_>,
) -> db::Result<Option<(AccountId, ConnectionId, ResendJobId)>> {
    let found: Vec<(AccountId, ConnectionId, ResendJobId)> =
        tx.all_unlocked(NEXT, args![tx.now(), tx.now() + MAX_WAIT])?;
    Ok(found.into_iter().next())
}

/// What one part of a job has done.
#[derive(Clone, Debug, Default)]
pub(super) struct BatchResult {
    pub cursor: Cursor,
    pub done: u32,
    pub repeated: u32,
    pub skipped: u32,
    /// How often in a row it has waited for a callback in flight.
    pub waits: u32,
}

/// A part of a locked job is done; `due_at` is when the next one is.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    account: &AccountId,
    job: &ResendJob,
    result: &BatchResult,
    (state, due_at): (ResendState, Option<Timestamp>),
) -> db::Result<()> {
    let ended_at = due_at.is_none().then(|| tx.now());
    tx.write(
        ADVANCE,
        args![
            account,
            &job.connection,
            &job.id,
            &result.cursor.key,
            &result.cursor.id,
            result.done,
            result.repeated,
            result.skipped,
            result.waits,
            state.as_str(),
            ended_at,
            due_at
        ],
    )
}

/// Whether the connection still takes events.
pub(super) fn has_callback(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<bool> {
    let callback: Option<(ConnectionId,)> =
        tx.first_locked(CALLBACK, args![account, connection])?;
    Ok(callback.is_some())
}

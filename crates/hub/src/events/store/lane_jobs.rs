//! What a change of a callback means for everything that waits for its connection: a part at a time.
//!
//! A million events may wait, and orders do not wait for that many. So the change itself does a first part,
//! which is all of it for most connections, and leaves a job behind; the others follow in transactions of
//! their own. Meanwhile
//!
//! - nothing is sent of lanes that are to be deleted,
//! - nothing is shown of what is to be deleted ([`shown_after`]),
//! - what becomes pending waits without a lane, until its turn comes after what waited before.
//!
//! On PostgreSQL a change that took the callback for one without a URL may end after this. So what became
//! pending since the URL is there is looked at twice more, the last time when no such change can be left.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ConnectionId, EventId};

use super::DispatchState;
use super::lanes::{self, Waiting};
use crate::db::batch::{BATCH, batch, two_batches};
use crate::db::{self, Tx, Value};
use crate::{args, row, statements};

statements! {
    FIND = formatcp!("SELECT {} FROM lane_jobs
        WHERE account_id = $1 AND connection_id = $2", LaneJob::COLUMNS);
    SAVE = "INSERT INTO lane_jobs (account_id, connection_id, closes, cancel_to, fills, resets, after_turn,
            after_event_id, opened_turn, checks_until, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (account_id, connection_id) DO UPDATE SET closes = excluded.closes,
            cancel_to = excluded.cancel_to, fills = excluded.fills, resets = excluded.resets,
            after_turn = excluded.after_turn, after_event_id = excluded.after_event_id,
            opened_turn = excluded.opened_turn, checks_until = excluded.checks_until,
            due_at = excluded.due_at";
    DELETE = "DELETE FROM lane_jobs WHERE account_id = $1 AND connection_id = $2";
    /// What is put off until after $2 is so because the clock has gone back.
    DUE = "SELECT account_id, connection_id FROM lane_jobs WHERE due_at <= $1 OR due_at > $2
        ORDER BY due_at LIMIT $3";
    CANCELLED_TO = "SELECT cancel_to FROM lane_jobs WHERE account_id = $1 AND connection_id = $2";
    LOCK_CALLBACK = "SELECT url IS NOT NULL FROM callbacks WHERE account_id = $1 AND connection_id = $2";
    MARK = "UPDATE callbacks SET is_filling = $3, is_closing = $4
        WHERE account_id = $1 AND connection_id = $2";
    NEWEST = "SELECT turn FROM pending_dispatches WHERE account_id = $1 AND connection_id = $2
        ORDER BY turn DESC, event_id DESC LIMIT 1";
    NEXT = formatcp!("SELECT {} FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2 AND (turn, event_id) > ($3, $4)
        ORDER BY turn, event_id LIMIT $5", Waiting::COLUMNS);
    CANCELLED = "SELECT turn, event_id FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2 AND turn <= $3
        ORDER BY turn, event_id LIMIT $4";
    SETTLE = "UPDATE dispatches SET state = $3, settled_at = $4
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'
            AND event_id IN ($5, $6, $7, $8, $9, $10, $11, $12)";
    DELETE_PENDING = "DELETE FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2 AND turn IN ($3, $4, $5, $6, $7, $8, $9, $10)
            AND event_id IN ($11, $12, $13, $14, $15, $16, $17, $18)";
}

row! {
    /// What is still to be done for a connection.
    struct LaneJob {
        /// Its lanes are to be deleted.
        closes: bool = "closes",
        /// What is pending up to this turn is to be deleted.
        cancel_to: Option<i64> = "cancel_to",
        /// What is pending is to get its lanes,
        fills: bool = "fills",
        /// and their attempts are to begin anew,
        resets: bool = "resets",
        /// as has been done up to here.
        after_turn: i64 = "after_turn",
        after_event: String = "after_event_id",
        /// What came since then may lack a lane, as long as changes may run that did not know of the URL.
        opened_turn: i64 = "opened_turn",
        /// Until then; none as long as not all that waited has its lanes.
        checks_until: Option<Timestamp> = "checks_until",
        due_at: Timestamp = "due_at",
    }
}

/// How many lanes and pending dispatches one transaction changes.
const MAX_ROWS: usize = 500;

/// How long after a callback has got its URL a change may end that still took it for one without.
const MAX_CHANGE_DURATION: SignedDuration = SignedDuration::from_secs(60);

/// Most of these changes end much sooner than that.
const FIRST_CHECK: SignedDuration = SignedDuration::from_secs(2);

/// Whose job it is. The account is empty for a profile.
#[derive(Clone, Copy)]
struct Owner<'a> {
    account: &'a str,
    connection: &'a ConnectionId,
}

/// The callback, whose row is locked, has got a URL: everything pending is sent from now on.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    change(tx, account.as_str(), connection, |job, tx| {
        job.fills = true;
        job.checks_until = None;
        job.opened_turn = turn_at(tx.now() - MAX_CHANGE_DURATION);
        job.begin_anew();
        Ok(())
    })
}

/// The callback has no URL any longer.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    change(tx, account.as_str(), connection, |job, _| {
        job.close();
        Ok(())
    })
}

/// The callback has another URL: what is pending is due now, and its attempts begin anew.
pub(crate) fn reset(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    change(tx, account.as_str(), connection, |job, _| {
        job.resets = true;
        job.begin_anew();
        Ok(())
    })
}

/// The callback is gone: nothing is owed any longer. `account` is empty for a profile.
pub(crate) fn cancel(tx: &mut Tx<'_>, account: &str, connection: &ConnectionId) -> db::Result<()> {
    change(tx, account, connection, |job, tx| {
        let newest: Option<(i64,)> = tx.first(NEWEST, args![account, connection])?;
        job.close();
        job.cancel_to = job.cancel_to.max(newest.map(|(turn,)| turn));
        Ok(())
    })?;
    tx.wake_topic(connection.as_str());
    Ok(())
}

/// The turn up to which pending events of a connection are about to be deleted, and are shown to nobody.
pub(super) fn shown_after(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<Option<i64>> {
    let found: Option<(Option<i64>,)> = tx.first(CANCELLED_TO, args![account, connection])?;
    Ok(found.and_then(|(turn,)| turn))
}

/// Connections that have something left to be done, up to `most`: account and connection.
pub(crate) fn due(tx: &mut Tx<'_>, most: u32) -> db::Result<Vec<(String, ConnectionId)>> {
    let latest = tx.now() + MAX_CHANGE_DURATION;
    tx.all(DUE, args![tx.now(), latest, most])
}

/// Does the next part of the job of a connection, if it has one that is due.
pub(crate) fn work(tx: &mut Tx<'_>, account: &str, connection: &ConnectionId) -> db::Result<()> {
    let owner = Owner {
        account,
        connection,
    };
    // In the same order as those who change a callback.
    let _locked: Option<(bool,)> = tx.first_locked(LOCK_CALLBACK, args![account, connection])?;
    let job: Option<LaneJob> = tx.first_locked(FIND, args![account, connection])?;
    match job {
        Some(mut job) if job.is_due(tx.now()) => {
            job.due_at = tx.now();
            job.work(tx, owner)?;
            job.save(tx, owner)
        }
        _ => Ok(()),
    }
}

/// Adds something to the job of a connection, and does the first part at once.
fn change(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
    add: impl FnOnce(&mut LaneJob, &mut Tx<'_>) -> db::Result<()>,
) -> db::Result<()> {
    let owner = Owner {
        account,
        connection,
    };
    let job: Option<LaneJob> = tx.first_locked(FIND, args![account, connection])?;
    let mut job = job.unwrap_or_else(|| LaneJob::nothing(tx.now()));
    add(&mut job, tx)?;
    job.due_at = tx.now();
    job.work(tx, owner)?;
    job.save(tx, owner)
}

/// The turn of what happens at that time.
fn turn_at(time: Timestamp) -> i64 {
    time.as_microsecond()
}

impl LaneJob {
    fn nothing(now: Timestamp) -> Self {
        Self {
            closes: false,
            cancel_to: None,
            fills: false,
            resets: false,
            after_turn: i64::MIN,
            after_event: String::new(),
            opened_turn: 0,
            checks_until: None,
            due_at: now,
        }
    }

    fn begin_anew(&mut self) {
        self.go_back_to(i64::MIN);
    }

    fn go_back_to(&mut self, turn: i64) {
        self.after_turn = turn;
        self.after_event = String::new();
    }

    fn close(&mut self) {
        self.closes = true;
        self.fills = false;
        self.resets = false;
        self.checks_until = None;
    }

    /// Nothing is put off for longer than changes may take, unless the clock has gone back.
    fn is_due(&self, now: Timestamp) -> bool {
        self.due_at <= now || self.due_at > now + MAX_CHANGE_DURATION
    }

    fn has_work(&self) -> bool {
        self.closes || self.cancel_to.is_some() || self.fills || self.resets
    }

    /// Whether what becomes pending has to wait without a lane.
    fn is_filling(&self) -> bool {
        self.fills && self.checks_until.is_none()
    }

    fn save(&self, tx: &mut Tx<'_>, owner: Owner<'_>) -> db::Result<()> {
        let Owner {
            account,
            connection,
        } = owner;
        let marks = args![account, connection, self.is_filling(), self.closes];
        tx.write(MARK, marks)?;
        tx.wake_dispatch();
        if !self.has_work() {
            return tx.write(DELETE, args![account, connection]);
        }
        tx.write(
            SAVE,
            args![
                account,
                connection,
                self.closes,
                self.cancel_to,
                self.fills,
                self.resets,
                self.after_turn,
                self.after_event.as_str(),
                self.opened_turn,
                self.checks_until,
                self.due_at
            ],
        )
    }

    /// Does so much that a transaction is not too long.
    fn work(&mut self, tx: &mut Tx<'_>, owner: Owner<'_>) -> db::Result<()> {
        let mut room = MAX_ROWS;
        while room > 0 && self.has_work() && self.due_at <= tx.now() {
            let changed = if self.closes {
                self.delete_lanes(tx, owner, room)?
            } else if let Some(turn) = self.cancel_to {
                self.delete_pending(tx, owner, turn, room)?
            } else {
                self.walk(tx, owner, room)?
            };
            room -= changed.min(room);
        }
        Ok(())
    }

    /// Deletes up to `most` lanes, and says how many.
    fn delete_lanes(
        &mut self,
        tx: &mut Tx<'_>,
        owner: Owner<'_>,
        most: usize,
    ) -> db::Result<usize> {
        let deleted = lanes::delete_some(tx, owner.account, owner.connection, most)?;
        self.closes = deleted == most;
        Ok(deleted)
    }

    /// Deletes up to `most` of what is pending up to `turn`, and says how many.
    fn delete_pending(
        &mut self,
        tx: &mut Tx<'_>,
        owner: Owner<'_>,
        turn: i64,
        most: usize,
    ) -> db::Result<usize> {
        let Owner {
            account,
            connection,
        } = owner;
        let values = args![account, connection, turn, rows(most)];
        let cancelled: Vec<(i64, EventId)> = tx.all(CANCELLED, values)?;
        let state = DispatchState::Deleted.as_str();
        for some in cancelled.chunks(BATCH) {
            let turns = some.iter().map(|(turn, _)| Value::from(*turn));
            let events = || some.iter().map(|(_, event)| Value::from(event));
            let settled = batch(args![account, connection, state, tx.now()], events());
            tx.write(SETTLE, &settled)?;
            let pending = two_batches(args![account, connection], turns, events());
            tx.write(DELETE_PENDING, &pending)?;
        }
        if cancelled.len() < most {
            self.cancel_to = None;
        }
        Ok(cancelled.len())
    }

    /// Goes on through what is pending by up to `most`, and says by how many.
    fn walk(&mut self, tx: &mut Tx<'_>, owner: Owner<'_>, most: usize) -> db::Result<usize> {
        let Owner {
            account,
            connection,
        } = owner;
        let (turn, event) = (self.after_turn, self.after_event.as_str());
        let values = args![account, connection, turn, event, rows(most)];
        let next: Vec<Waiting> = tx.all(NEXT, values)?;
        if self.fills {
            lanes::fill(tx, account, connection, (turn, event), &next)?;
        }
        if self.resets {
            lanes::reset_some(tx, account, connection, &next)?;
        }
        if let Some(last) = next.last() {
            (self.after_turn, self.after_event) = (last.turn, last.event.to_string());
        }
        if next.len() < most {
            self.end_walk(tx.now());
        }
        Ok(next.len())
    }

    fn end_walk(&mut self, now: Timestamp) {
        self.resets = false;
        match self.checks_until {
            None if self.fills => {
                self.checks_until = Some(now + MAX_CHANGE_DURATION);
                self.due_at = now + FIRST_CHECK;
            }
            Some(until) if now < until => self.due_at = until.min(now + MAX_CHANGE_DURATION),
            _ => self.fills = false,
        }
        self.go_back_to(self.opened_turn);
    }
}

fn rows(most: usize) -> u32 {
    u32::try_from(most).unwrap_or(u32::MAX)
}

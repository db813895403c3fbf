//! What became of attempts, written down together.
//!
//! Most callbacks are acknowledged at the first attempt: of one connection, these take a handful of
//! statements for many. Everything else is written one by one.

use std::collections::BTreeMap;
use std::sync::Arc;

use const_format::formatcp;
use wire::id::{AccountId, ConnectionId};

use super::attempt::{AttemptResult, DispatchKey};
use super::schedule::RetrySchedule;
use crate::config::EventSettings;
use crate::db::batch::{BATCH, batch, two_batches};
use crate::db::{self, Tx, Value};
use crate::events::store::lanes::{self, Lane, LaneKey, SettledHead};
use crate::events::store::{DispatchState, PendingKey, settle_sent};
use crate::{args, row, statements};

statements! {
    LANES = formatcp!("SELECT {} FROM lanes
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($3, $4, $5, $6, $7, $8, $9, $10)", FoundLane::COLUMNS);
    /// COALESCE hides the column from the planners: the turns are enough to find them.
    DELETE_PENDING = "DELETE FROM pending_dispatches
        WHERE account_id = $1 AND connection_id = $2
            AND turn IN ($3, $4, $5, $6, $7, $8, $9, $10)
            AND COALESCE(event_id, '') IN ($11, $12, $13, $14, $15, $16, $17, $18)";
    ACKNOWLEDGE = "UPDATE dispatches SET state = 'acknowledged', settled_at = $3, attempts = 1
        WHERE account_id = $1 AND connection_id = $2 AND state = 'pending'
            AND event_id IN ($4, $5, $6, $7, $8, $9, $10, $11)";
    INSERT_ATTEMPTS = "INSERT INTO dispatch_attempts (account_id, connection_id, event_id, number, url,
            started_at, duration, status, failure, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10),
            ($1, $2, $11, $12, $13, $14, $15, $16, $17, $18),
            ($1, $2, $19, $20, $21, $22, $23, $24, $25, $26),
            ($1, $2, $27, $28, $29, $30, $31, $32, $33, $34)
        ON CONFLICT DO NOTHING";
    INSERT_ATTEMPT = "INSERT INTO dispatch_attempts (account_id, connection_id, event_id, number, url,
            started_at, duration, status, failure, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    RETRY = "UPDATE lanes SET attempts = $4, due_at = $5, lease_until = NULL
        WHERE account_id = $1 AND subject_id = $2 AND connection_id = $3";
    /// The callback has no URL any longer, and so no lane that counts the attempts.
    COUNT_ATTEMPT = "UPDATE dispatches SET attempts = $4
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
}

row! {
    struct FoundLane {
        subject: String = "subject_id",
        lane: Lane,
    }
}

/// Attempts in one statement: a fourth of the placeholders of [`INSERT_ATTEMPTS`], without its first two.
const ATTEMPTS: usize = 4;

/// Columns of an attempt beside the account and the connection.
const ATTEMPT_COLUMNS: usize = 8;

/// Writes down what became of attempts: the attempts themselves, and what follows from them.
pub(super) fn record(
    tx: &mut Tx<'_>,
    tried: &[Arc<AttemptResult>],
    events: &EventSettings,
) -> db::Result<()> {
    let mut by_receiver: BTreeMap<(&AccountId, &ConnectionId), Vec<&AttemptResult>> =
        BTreeMap::new();
    for one in tried {
        let receiver = (&one.key.account, &one.key.connection);
        by_receiver.entry(receiver).or_default().push(one);
    }
    for ((account, connection), tried) in by_receiver {
        for some in tried.chunks(BATCH) {
            record_some(tx, account, connection, some, events)?;
        }
    }
    Ok(())
}

/// Up to [`BATCH`] attempts of one connection.
fn record_some(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    tried: &[&AttemptResult],
    events: &EventSettings,
) -> db::Result<()> {
    let subjects = tried
        .iter()
        .map(|tried| Value::from(tried.subject.as_str()));
    let values = batch(args![account, connection], subjects);
    let found: Vec<FoundLane> = tx.all_locked(LANES, &values)?;
    let mut lanes: BTreeMap<String, Lane> =
        found.into_iter().map(|it| (it.subject, it.lane)).collect();
    insert_attempts(tx, account, connection, tried)?;
    // Each lane is taken out by the first attempt of it: a second one has to look again.
    let (mut usual, mut others) = (Vec::new(), Vec::new());
    for tried in tried {
        let lane = lanes.remove(&tried.subject);
        match lane {
            Some(lane) if is_usual(tried, &lane) => usual.push((*tried, lane)),
            lane => others.push((*tried, lane)),
        }
    }
    acknowledge(tx, account, connection, &usual)?;
    for (tried, lane) in others {
        let schedule = RetrySchedule::of(events, tried);
        record_one(tx, tried, lane, schedule)?;
    }
    Ok(())
}

/// Acknowledged at the first attempt, before anybody else settled it.
fn is_usual(tried: &AttemptResult, lane: &Lane) -> bool {
    tried.acknowledges() && tried.number == 1 && lane.head == tried.key.event
}

/// Settles heads of lanes; what waits behind them is due.
fn acknowledge(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    heads: &[(&AttemptResult, Lane)],
) -> db::Result<()> {
    if heads.is_empty() {
        return Ok(());
    }
    let tried = || heads.iter().map(|(tried, _)| *tried);
    let event = |tried: &AttemptResult| Value::from(&tried.key.event);
    let settled = batch(args![account, connection, tx.now()], tried().map(event));
    tx.write(ACKNOWLEDGE, &settled)?;
    let sequences = tried().map(|tried| Value::from(tried.sequence));
    let pending = two_batches(args![account, connection], sequences, tried().map(event));
    tx.write(DELETE_PENDING, &pending)?;
    let heads = heads.iter().map(|(tried, lane)| SettledHead {
        subject: &tried.subject,
        event: &lane.head,
        is_followed: lane.is_followed(),
    });
    let heads: Vec<SettledHead<'_>> = heads.collect();
    lanes::advance_all(tx, account, connection, &heads)
}

fn insert_attempts(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    tried: &[&AttemptResult],
) -> db::Result<()> {
    let receiver = args![account, connection];
    for some in tried.chunks(ATTEMPTS) {
        let mut values = receiver.to_vec();
        values.extend(some.iter().flat_map(|tried| columns(tried)));
        if some.len() == 1 {
            tx.write(INSERT_ATTEMPT, &values)?;
            continue;
        }
        // The last one fills what is left: it is there already then.
        if let Some(last) = some.last() {
            let missing = std::iter::repeat_n(last, ATTEMPTS - some.len());
            values.extend(missing.flat_map(|tried| columns(tried)));
        }
        tx.write(INSERT_ATTEMPTS, &values)?;
    }
    Ok(())
}

fn columns(tried: &AttemptResult) -> [Value; ATTEMPT_COLUMNS] {
    let outcome = &tried.outcome;
    let status = outcome.status.ok().map(i64::from);
    let failure = outcome.status.err().map(|failure| failure.as_str());
    let duration = i64::try_from(outcome.duration.as_micros()).unwrap_or(i64::MAX);
    [
        Value::from(&tried.key.event),
        Value::from(tried.number),
        Value::from(&*tried.url),
        Value::from(tried.started_at),
        Value::from(duration),
        Value::from(status),
        Value::from(failure),
        Value::from(outcome.answer.as_str()),
    ]
}

/// Writes down what follows from an attempt of a lane that was found and locked.
fn record_one(
    tx: &mut Tx<'_>,
    tried: &AttemptResult,
    lane: Option<Lane>,
    schedule: RetrySchedule<'_>,
) -> db::Result<()> {
    let DispatchKey {
        account,
        connection,
        event,
    } = &tried.key;
    let key = PendingKey {
        lane: LaneKey {
            account,
            connection,
            subject: &tried.subject,
        },
        event,
        sequence: tried.sequence,
    };
    let lane = match lane {
        Some(lane) => Some(lane),
        None => lanes::lock(tx, key.lane)?,
    };
    let lane = lane.filter(|lane| lane.head == *event);
    if tried.acknowledges() {
        let state = DispatchState::Acknowledged;
        return settle_sent(tx, key, lane.as_ref(), state, tried.number);
    }
    match lane {
        None => {
            let values = args![account, connection, event, tried.number];
            tx.write(COUNT_ATTEMPT, values)
        }
        // Else another worker was faster.
        Some(lane) if lane.attempts + 1 == tried.number => {
            retry_or_give_up(tx, key, &lane, tried, schedule)
        }
        Some(_) => Ok(()),
    }
}

fn retry_or_give_up(
    tx: &mut Tx<'_>,
    key: PendingKey<'_>,
    lane: &Lane,
    tried: &AttemptResult,
    schedule: RetrySchedule<'_>,
) -> db::Result<()> {
    let now = tx.now();
    // When the callback got another URL while this attempt was under way, it is due there.
    let next = if lane.uncounted > lane.attempts {
        Some(now)
    } else {
        let retry_after = tried.outcome.retry_after;
        schedule.next(tried.counted, now, retry_after, tx.entropy())
    };
    let LaneKey {
        account,
        connection,
        subject,
    } = key.lane;
    match next {
        Some(next) => tx.write(
            RETRY,
            args![account, subject, connection, tried.number, next],
        ),
        None => settle_sent(tx, key, Some(lane), DispatchState::Expired, tried.number),
    }
}

//! What is due, whose turn it is, and what became of it: the dispatcher's SQL.
//!
//! `due_at` is when to look at a dispatch next. A claim moves it to the end of the lease, a failure
//! to the next attempt, and what waits behind a failed one moves with it: so the rows that are due
//! are the rows that can be sent, and a claim need not wade through the others.
//!
//! COALESCE of a column that is never null hides it from the planners, which take the index of a
//! whole queue for a short one as long as they know nothing better: a statement about a few
//! dispatches hides `connection_id` and `state`, and so goes by their events.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ClientId, ConnectionId, EventId, LocationId};

use super::attempt::{AttemptResult, DispatchKey};
use super::schedule;
use crate::db::{self, Tx, Value};
use crate::events;
use crate::events::envelope::{JOIN_ZONE, StoredEvent};
use crate::{args, row, statements};

/// The connections that wait for something, as `owed`. It hops from connection to connection, so the
/// number of rows behind each does not matter. `due_at IS NOT NULL`, here and below, is always so: it
/// names the index, which no other statement about pending dispatches may use.
pub(super) const OWED: &str = "WITH RECURSIVE owed (connection_id) AS (
        SELECT (SELECT d.connection_id FROM dispatches d
            WHERE d.state = 'pending' AND d.due_at IS NOT NULL
            ORDER BY d.connection_id, d.due_at LIMIT 1)
        UNION ALL
        SELECT (SELECT d.connection_id FROM dispatches d
            WHERE d.state = 'pending' AND d.due_at IS NOT NULL
                AND d.connection_id > owed.connection_id
            ORDER BY d.connection_id, d.due_at LIMIT 1)
        FROM owed WHERE owed.connection_id IS NOT NULL
    )";

/// When the first event of such a connection is due.
pub(super) const FIRST_DUE: &str = "(SELECT d.due_at FROM dispatches d
        WHERE d.connection_id = owed.connection_id AND d.state = 'pending' AND d.due_at IS NOT NULL
        ORDER BY d.due_at LIMIT 1)";

/// Those of them that can be sent something now: not blocked, connected, and with a URL.
pub(super) const FROM_RECEIVERS: &str = "FROM owed
    JOIN connections c ON c.id = owed.connection_id AND c.account_id = (
        SELECT d.account_id FROM dispatches d
        WHERE d.connection_id = owed.connection_id AND d.state = 'pending' AND d.due_at IS NOT NULL
        ORDER BY d.due_at LIMIT 1)
    JOIN callbacks b ON b.account_id = c.account_id AND b.connection_id = c.id AND b.url IS NOT NULL
    WHERE c.blocked_at IS NULL AND c.revoked_at IS NULL";

statements! {
    /// The connections that have something due, and can be sent it.
    DUE = formatcp!("{OWED} SELECT c.account_id, c.id {FROM_RECEIVERS} AND {FIRST_DUE} <= $1 ORDER BY c.id");
    /// The head of what is due, and of each whether it is in turn. MIN instead of NOT EXISTS:
    /// PostgreSQL would make a join of that, and of a join with outdated statistics a walk through
    /// everything. Asked and not filtered by: of a filter it guesses that hardly anything passes, and
    /// would read and sort all that waits to find a few.
    HEAD = "SELECT d.event_id, d.turn <= (SELECT MIN(e.turn) FROM dispatches e
            WHERE e.connection_id = d.connection_id AND e.subject_id = d.subject_id
                AND e.state = 'pending')
        FROM dispatches d
        WHERE d.connection_id = $1 AND d.state = 'pending' AND d.due_at IS NOT NULL
            AND d.due_at <= $2
        ORDER BY d.due_at, d.turn LIMIT $3";
    /// What stands at the head and waits for an earlier event that is due later goes behind it: else
    /// everybody would wade through that again and again. It is so of the many changes of a thing one
    /// of which is under way, and of those made just after the clock went back.
    STEP_BEHIND = "UPDATE dispatches SET due_at = (SELECT MAX(e.due_at)
            FROM dispatches e
            WHERE e.connection_id = dispatches.connection_id
                AND e.subject_id = dispatches.subject_id
                AND e.turn < dispatches.turn AND e.state = 'pending')
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2
            AND COALESCE(state, '') = 'pending' AND event_id IN (SELECT h.event_id FROM dispatches h
                WHERE h.connection_id = $2 AND h.state = 'pending' AND h.due_at IS NOT NULL
                    AND h.due_at <= $3
                ORDER BY h.due_at, h.turn LIMIT $4)
            AND due_at < (SELECT MAX(e.due_at) FROM dispatches e
                WHERE e.connection_id = dispatches.connection_id
                    AND e.subject_id = dispatches.subject_id
                    AND e.turn < dispatches.turn AND e.state = 'pending')";
    /// Takes it, unless another hub was faster.
    CLAIM = "UPDATE dispatches SET lease_until = $4, due_at = $4
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2
            AND COALESCE(state, '') = 'pending' AND COALESCE(due_at, '') <= $3
            AND event_id IN ($5, $6, $7, $8, $9, $10, $11, $12)
        RETURNING event_id";
    /// What is due but waits behind a failed one that is not due for a while is looked at later.
    POSTPONE_BLOCKED = "UPDATE dispatches SET due_at = $3
        WHERE connection_id = $1 AND state = 'pending' AND due_at IS NOT NULL AND due_at <= $2
            AND $3 < (SELECT MAX(e.due_at) FROM dispatches e
                WHERE e.connection_id = dispatches.connection_id
                    AND e.subject_id = dispatches.subject_id
                    AND e.turn < dispatches.turn AND e.state = 'pending')";
    /// The order of the refs is there as in `private_refs`.
    CLIENT = formatcp!("SELECT {} FROM callbacks b
        JOIN connections c ON c.account_id = b.account_id AND c.id = b.connection_id
        WHERE b.account_id = $1 AND b.connection_id = $2 AND b.url IS NOT NULL", Destination::COLUMNS);
    CLAIMED = formatcp!("SELECT {} FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        {JOIN_ZONE}
        WHERE d.account_id = $1 AND COALESCE(d.connection_id, '') = $2
            AND COALESCE(d.state, '') = 'pending' AND d.event_id IN ($3, $4, $5, $6, $7, $8, $9, $10)",
        ClaimedEvent::COLUMNS);
    INSERT_ATTEMPT = "INSERT INTO dispatch_attempts (account_id, connection_id, event_id, number, url,
            started_at, duration, status, failure, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    ACKNOWLEDGE = "UPDATE dispatches SET state = 'acknowledged', settled_at = $4,
            attempts = attempts + 1, lease_until = NULL
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2 AND event_id = $3
            AND COALESCE(state, '') = 'pending'";
    /// Given up; or, when the callback got another URL while this attempt was under way, due there.
    /// The number of attempts tells whether another worker was faster.
    GIVE_UP = "UPDATE dispatches
        SET state = CASE WHEN uncounted > attempts THEN state ELSE 'expired' END,
            settled_at = CASE WHEN uncounted > attempts THEN settled_at ELSE $4 END,
            due_at = CASE WHEN uncounted > attempts THEN $4 ELSE due_at END,
            attempts = attempts + 1, lease_until = NULL
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2 AND event_id = $3
            AND COALESCE(state, '') = 'pending'
            AND attempts = $5";
    /// To be tried again; as above, at once where the URL is another.
    RETRY = "UPDATE dispatches SET attempts = attempts + 1, lease_until = NULL,
            due_at = CASE WHEN uncounted > attempts THEN $6 ELSE $4 END
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2 AND event_id = $3
            AND COALESCE(state, '') = 'pending'
            AND attempts = $5";
    /// Later events of the same subject wait as long as the failed one. COALESCE: what is due before
    /// may be all that waits.
    POSTPONE_FOLLOWERS = "UPDATE dispatches SET due_at = $4
        WHERE connection_id = $1 AND subject_id = $2 AND turn > $3 AND state = 'pending'
            AND COALESCE(due_at, '') < $4 AND EXISTS (SELECT 1 FROM dispatches e
                WHERE e.connection_id = $1 AND e.subject_id = $2 AND e.turn = $3
                    AND e.state = 'pending' AND COALESCE(e.due_at, '') = $4)";
    /// Unless somebody else has it by now.
    RELEASE_ONE = "UPDATE dispatches SET due_at = $4, lease_until = NULL
        WHERE account_id = $1 AND COALESCE(connection_id, '') = $2 AND event_id = $3
            AND COALESCE(state, '') = 'pending'
            AND lease_until = $5";
}

/// How long what waits behind a failed event is left alone before it is looked at again.
const RECHECK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Events of one connection that are moved behind others at a time.
const AT_A_STEP: u32 = 200;

/// Events that are read at once: the placeholders of [`CLAIM`] and [`CLAIMED`].
const CLAIM_BATCH: usize = 8;

/// A connection that may be told `room` events.
#[derive(Clone, Debug)]
pub(super) struct ClaimRequest {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub room: u32,
}

/// What was claimed for one connection.
#[derive(Clone)]
pub(super) struct Claim {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub events: Vec<(EventId,)>,
    /// Until when it is held.
    pub lease: Timestamp,
    /// Something stood before what is in turn and was moved: there may be more in turn now.
    pub is_moved: bool,
}

row! {
    /// A claimed event as it is stored.
    pub(super) struct ClaimedEvent {
        pub event: StoredEvent,
        pub tries: u32 = "d.attempts",
        pub turn: i64 = "d.turn",
        pub uncounted: u32 = "d.uncounted",
    }
}

/// The connections that have something due, in the order of their ids.
pub(super) fn due(tx: &mut Tx<'_>) -> db::Result<Vec<(AccountId, ConnectionId)>> {
    tx.all(DUE, args![tx.now()])
}

/// Claims for one connection as much of the head of its queue as is in turn and there is room for.
pub(super) fn claim(tx: &mut Tx<'_>, turn: &ClaimRequest, lease: Timestamp) -> db::Result<Claim> {
    let (now, connection) = (tx.now(), &turn.connection);
    let looked_at = turn.room.saturating_mul(2);
    let head: Vec<(EventId, bool)> = tx.all(HEAD, args![connection, now, looked_at])?;
    let is_all = head.len() < looked_at as usize;
    let ready = head.into_iter().filter(|(_, is_in_turn)| *is_in_turn);
    let next: Vec<(EventId,)> = ready
        .map(|(event, _)| (event,))
        .take(turn.room as usize)
        .collect();
    let mut is_moved = false;
    if next.len() < turn.room as usize {
        if is_all {
            tx.write(
                POSTPONE_BLOCKED,
                args![connection, now, now + RECHECK_AFTER],
            )?;
        } else {
            let step = args![&turn.account, connection, now, AT_A_STEP];
            is_moved = tx.execute(STEP_BEHIND, step)? > 0;
        }
    }
    let mut events = Vec::with_capacity(next.len());
    for some in next.chunks(CLAIM_BATCH) {
        let first = args![&turn.account, connection, now, lease];
        let claimed: Vec<(EventId,)> = tx.all(CLAIM, &with_events(first, some))?;
        events.extend(claimed);
    }
    Ok(Claim {
        account: turn.account.clone(),
        connection: connection.clone(),
        events,
        lease,
        is_moved,
    })
}

/// The arguments of a statement with [`CLAIM_BATCH`] events at its end; the first event fills what is
/// left, so that one statement serves every number.
fn with_events(first: &[Value], events: &[(EventId,)]) -> Vec<Value> {
    let mut values = first.to_vec();
    let filled = events.iter().chain(std::iter::repeat(&events[0]));
    values.extend(filled.take(CLAIM_BATCH).map(|(event,)| Value::from(event)));
    values
}

row! {
    /// Where a connection is told.
    pub(super) struct Destination {
        pub url: String = "b.url",
        /// Whose secret signs what is told.
        pub client: ClientId = "c.client_id",
        /// Whether the client calls anything in the account by a name of its own: most do not, and what
        /// they are told needs no look at names.
        pub has_refs: bool = "(SELECT r.holder_id FROM private_refs r
            WHERE r.account_id = c.account_id AND r.client_id = c.client_id
            ORDER BY r.holder_id LIMIT 1) IS NOT NULL",
        /// Where the client is connected, if that is one location.
        pub location: Option<LocationId> = "c.location_id",
    }
}

/// Where a connection is told. None when the callback has gone or has become passive.
pub(super) fn address(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<Option<Destination>> {
    tx.first(CLIENT, args![&claim.account, &claim.connection])
}

/// Gives up a claim, all of which is due again at once: the callback has become passive or has gone,
/// or what was claimed could not be loaded.
pub(super) fn release_all(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<()> {
    let (account, connection) = (&claim.account, &claim.connection);
    claim.events.iter().try_for_each(|(event,)| {
        let values = args![account, connection, event, tx.now(), claim.lease];
        tx.write(RELEASE_ONE, values)
    })
}

/// What was claimed, with the events.
pub(super) fn claimed_events(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<Vec<ClaimedEvent>> {
    let mut found = Vec::with_capacity(claim.events.len());
    for some in claim.events.chunks(CLAIM_BATCH) {
        let values = with_events(args![&claim.account, &claim.connection], some);
        found.extend(tx.all::<ClaimedEvent>(CLAIMED, &values)?);
    }
    Ok(found)
}

/// Writes down what became of an attempt: the attempt itself, and what follows from it.
pub(super) fn record_outcome(
    tx: &mut Tx<'_>,
    tried: &AttemptResult,
    waits: &[u32],
) -> db::Result<()> {
    let (now, outcome) = (tx.now(), &tried.outcome);
    let DispatchKey {
        account,
        connection,
        event,
    } = &tried.key;
    let status = outcome.status.ok().map(i64::from);
    let failure = outcome.status.err().map(|failure| failure.as_str());
    let duration = i64::try_from(outcome.duration.as_micros()).unwrap_or(i64::MAX);
    tx.write(
        INSERT_ATTEMPT,
        args![
            account,
            connection,
            event,
            tried.number,
            &*tried.url,
            tried.started_at,
            duration,
            status,
            failure,
            outcome.answer.as_str()
        ],
    )?;
    let (subject, turn) = (tried.subject.as_str(), tried.turn);
    if outcome.acknowledges() {
        tx.write(ACKNOWLEDGE, args![account, connection, event, now])?;
        return events::store::release(tx, connection, subject, turn);
    }
    let before = i64::from(tried.number) - 1;
    match schedule::next(waits, tried.counted, now) {
        Some(next) => {
            let values = args![account, connection, event, next, before, now];
            tx.write(RETRY, values)?;
            tx.write(POSTPONE_FOLLOWERS, args![connection, subject, turn, next])
        }
        None => {
            let values = args![account, connection, event, now, before];
            tx.write(GIVE_UP, values)?;
            events::store::release(tx, connection, subject, turn)
        }
    }
}

/// Gives up one dispatch that is held until `lease`: it is due again at once.
pub(super) fn release_one(tx: &mut Tx<'_>, key: &DispatchKey, lease: Timestamp) -> db::Result<()> {
    tx.write(
        RELEASE_ONE,
        args![&key.account, &key.connection, &key.event, tx.now(), lease],
    )
}

//! Lanes: what is sent to one connection about one subject, one event after the other.
//!
//! A lane is one row with the event at its head, so that whatever waits behind costs nothing. Whoever
//! ends a pending dispatch locks its lane first, and whoever adds one locks it, too: so no event is
//! overlooked that comes just when the last one ends. A callback without a URL has no lanes.
//!
//! COALESCE of a column that is never null hides it from the planners, which else go by all lanes of the
//! account.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ConnectionId, EventId, LocationId, OrderId};
use wire::order::OrderStatus;

use crate::db::batch::{BATCH, batch, two_batches};
use crate::db::{self, Tx, Value};
use crate::{args, row, statements};

statements! {
    FIND = formatcp!("SELECT {} FROM lanes
        WHERE account_id = $1 AND subject_id = $2 AND connection_id = $3", Lane::COLUMNS);
    /// What waits behind the heads of lanes follows, and is due at once. Each question within is asked by a
    /// whole key, whatever a planner believes about the tables.
    ADVANCE = "UPDATE lanes SET (event_id, turn, last_event_id, attempts, uncounted, is_replay) = (
            SELECT n.event_id, n.turn, n.last_event_id, n.attempts, n.attempts,
                CASE WHEN n.resent_at IS NULL THEN 0 ELSE 1 END
            FROM (SELECT p.event_id, p.turn,
                    (SELECT q.event_id FROM pending_dispatches q
                        WHERE q.account_id = lanes.account_id AND q.subject_id = lanes.subject_id
                            AND q.connection_id = lanes.connection_id
                        ORDER BY q.turn DESC, q.event_id DESC LIMIT 1) AS last_event_id,
                    (SELECT d.attempts FROM dispatches d WHERE d.account_id = p.account_id
                        AND d.event_id = p.event_id AND d.connection_id = p.connection_id) AS attempts,
                    (SELECT d.resent_at FROM dispatches d WHERE d.account_id = p.account_id
                        AND d.event_id = p.event_id AND d.connection_id = p.connection_id) AS resent_at
                FROM pending_dispatches p
                WHERE p.account_id = lanes.account_id AND p.subject_id = lanes.subject_id
                    AND p.connection_id = lanes.connection_id
                ORDER BY p.turn, p.event_id LIMIT 1) n),
            due_at = $3, lease_until = NULL, fire_at = NULL
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($4, $5, $6, $7, $8, $9, $10, $11)
            AND (SELECT p.event_id FROM pending_dispatches p
                WHERE p.account_id = lanes.account_id AND p.subject_id = lanes.subject_id
                    AND p.connection_id = lanes.connection_id
                ORDER BY p.turn, p.event_id LIMIT 1) IS NOT NULL";
    /// Those that were advanced have another event by now.
    DELETE_ENDED = "DELETE FROM lanes
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($3, $4, $5, $6, $7, $8, $9, $10)
            AND COALESCE(event_id, '') IN ($11, $12, $13, $14, $15, $16, $17, $18)";
    /// A lane for everything pending in a range that has none, if there is a URL; an order for
    /// later is held back.
    /// IS NULL looks for a lane as it was when this began: what is settled at this moment has one, which
    /// would be gone when the conflict is looked at, and so would be made anew. Each question within is
    /// asked by a whole key, whatever a planner believes about the tables, and once: the engines would else
    /// ask it again wherever its answer is used.
    FILL = "WITH waiting AS MATERIALIZED (
            SELECT p.account_id, p.subject_id, p.connection_id, p.event_id, p.turn,
                (SELECT d.attempts FROM dispatches d WHERE d.account_id = p.account_id
                    AND d.event_id = p.event_id AND d.connection_id = p.connection_id) AS attempts,
                (SELECT d.resent_at FROM dispatches d WHERE d.account_id = p.account_id
                    AND d.event_id = p.event_id AND d.connection_id = p.connection_id) AS resent_at,
                CASE WHEN b.fires_orders THEN
                    (SELECT (SELECT o.fires_at FROM orders o
                            WHERE o.account_id = v.account_id AND o.id = v.order_id)
                        FROM events v WHERE v.account_id = p.account_id AND v.id = p.event_id
                            AND v.resource = 'order' AND v.kind = 'create') END AS fires_at
            FROM callbacks b
            JOIN pending_dispatches p ON p.account_id = b.account_id
                AND p.connection_id = b.connection_id
            WHERE b.account_id = $1 AND b.connection_id = $2 AND b.url IS NOT NULL
                AND (p.turn, p.event_id) > ($4, $5) AND (p.turn, p.event_id) <= ($6, $7)
                AND p.event_id = (SELECT e.event_id FROM pending_dispatches e
                    WHERE e.account_id = p.account_id AND e.subject_id = p.subject_id
                        AND e.connection_id = p.connection_id
                    ORDER BY e.turn, e.event_id LIMIT 1)
                AND (SELECT l.event_id FROM lanes l
                    WHERE l.account_id = p.account_id AND l.subject_id = p.subject_id
                        AND l.connection_id = p.connection_id) IS NULL),
        heads AS MATERIALIZED (
            SELECT w.account_id, w.subject_id, w.connection_id, w.event_id, w.turn, w.attempts,
                w.resent_at,
                CASE WHEN w.fires_at > CAST($3 AS TEXT) AND w.attempts = 0 AND w.resent_at IS NULL
                    THEN w.fires_at END AS fires_at
            FROM waiting w)
        INSERT INTO lanes (account_id, subject_id, connection_id, event_id, turn,
            last_event_id, due_at, fire_at, lease_until, attempts, uncounted, is_replay)
        SELECT h.account_id, h.subject_id, h.connection_id, h.event_id, h.turn, h.event_id,
            COALESCE(h.fires_at, CAST($3 AS TEXT)), h.fires_at, NULL, h.attempts, h.attempts,
            CASE WHEN h.resent_at IS NULL THEN 0 ELSE 1 END
        FROM heads h
        WHERE h.attempts IS NOT NULL
        ON CONFLICT (account_id, subject_id, connection_id) DO NOTHING";
    HEAD = formatcp!("SELECT {} FROM lanes
        WHERE account_id = $1 AND subject_id = $2 AND connection_id = $3", LaneHead::COLUMNS);
    /// So that the numbers of attempts go on where they were.
    KEEP_ATTEMPTS_OF_HEAD = "UPDATE dispatches SET attempts = $4
        WHERE account_id = $1 AND event_id = $2 AND connection_id = $3";
    /// The condition that is always true names the index.
    FIRST_LANES = "SELECT subject_id, event_id, attempts FROM lanes
        WHERE connection_id = $2 AND due_at IS NOT NULL AND COALESCE(account_id, '') = $1
        ORDER BY connection_id, due_at, turn LIMIT $3";
    DELETE_LANES = "DELETE FROM lanes WHERE account_id = $1 AND connection_id = $2
        AND subject_id IN ($3, $4, $5, $6, $7, $8, $9, $10)";
    /// Behind the heads of these lanes something waits. Nobody knows then what is last, and whoever settles a
    /// head looks.
    DOUBT_LAST = "UPDATE lanes SET last_event_id = ''
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($3, $4, $5, $6, $7, $8, $9, $10)
            AND COALESCE(event_id, '') <> (SELECT p.event_id FROM pending_dispatches p
                WHERE p.account_id = lanes.account_id AND p.subject_id = lanes.subject_id
                    AND p.connection_id = lanes.connection_id
                ORDER BY p.turn DESC, p.event_id DESC LIMIT 1)";
    /// Another URL: these heads are due, and no attempt made before counts, nor one that is under way.
    RESET = "UPDATE lanes
        SET due_at = CASE WHEN lease_until > $3 OR due_at < $3 THEN due_at ELSE $3 END,
            lease_until = CASE WHEN lease_until > $3 THEN lease_until END,
            uncounted = attempts + CASE WHEN lease_until > $3 THEN 1 ELSE 0 END
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($4, $5, $6, $7, $8, $9, $10, $11)
            AND COALESCE(event_id, '') IN ($12, $13, $14, $15, $16, $17, $18, $19)
            AND fire_at IS NULL AND (due_at > $3 OR attempts > uncounted)";
    /// What is held back about a subject is sent at another time.
    MOVE_FIRE = "UPDATE lanes SET due_at = $3, fire_at = $4
        WHERE account_id = $1 AND subject_id = $2 AND fire_at IS NOT NULL";
    FIRE_ALL = "UPDATE lanes SET due_at = $3, fire_at = NULL
        WHERE connection_id = $2 AND due_at > $3 AND fire_at IS NOT NULL
            AND COALESCE(account_id, '') = $1";
    /// Whoever looks for orders that nobody has taken looks from now on.
    ORDERS_FIRED = "UPDATE orders SET fires_at = $3
        WHERE account_id = $1 AND fires_at > $3 AND id IN (
            SELECT l.subject_id FROM lanes l WHERE l.connection_id = $2 AND l.due_at > $3
                AND l.fire_at IS NOT NULL AND COALESCE(l.account_id, '') = $1)";
    ORDER_FIRED = "UPDATE orders SET fires_at = $3 WHERE account_id = $1 AND id = $2 AND fires_at > $3";
    /// The new orders ($4) of a location that are held back. COALESCE, and a status that is not written here, keep
    /// planners from the indexes of all such orders.
    HELD_ORDERS = "SELECT id, fires_at FROM orders
        WHERE account_id = $1 AND location_id = $2 AND status = $4 AND COALESCE(fires_at, '') > $3
        ORDER BY created_at, id LIMIT $5";
    MOVE_ORDER = "UPDATE orders SET fires_at = $3 WHERE account_id = $1 AND id = $2";
    SUBJECT = "SELECT subject_id FROM dispatches
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = 'pending'";
    FIRE = "UPDATE lanes SET due_at = $5, fire_at = NULL
        WHERE account_id = $1 AND subject_id = $2 AND connection_id = $3 AND event_id = $4
            AND fire_at IS NOT NULL";
}

row! {
    /// What is known of a lane whose head is about to change.
    #[derive(Clone)]
    pub(crate) struct Lane {
        /// The event that is sent now.
        pub head: EventId = "event_id",
        /// The event that was added last; empty when that is not known.
        last: String = "last_event_id",
        /// Attempts to send the head.
        pub attempts: u32 = "attempts",
        /// How many of them do not count.
        pub uncounted: u32 = "uncounted",
        /// Whether a worker has it in hand.
        pub is_claimed: bool = "lease_until IS NOT NULL",
    }
}

row! {
    /// What is sent now.
    pub(crate) struct LaneHead {
        pub event: EventId = "event_id",
        pub turn: i64 = "turn",
        attempts: u32 = "attempts",
        lease_until: Option<Timestamp> = "lease_until",
    }
}

impl Lane {
    /// Whether something may wait behind the head.
    pub(crate) fn is_followed(&self) -> bool {
        self.last != self.head.as_str()
    }
}

impl LaneHead {
    /// Whether a worker holds it: it may be on its way.
    pub(crate) fn is_in_flight(&self, tx: &Tx<'_>) -> bool {
        self.lease_until.is_some_and(|until| until > tx.now())
    }

    /// Whether it comes after another event of its subject.
    pub(crate) fn is_after(&self, turn: i64, event: &EventId) -> bool {
        (self.turn, &self.event) > (turn, event)
    }
}

/// Which lane: of one connection and one subject.
#[derive(Clone, Copy)]
pub(crate) struct LaneKey<'a> {
    pub account: &'a AccountId,
    pub connection: &'a ConnectionId,
    pub subject: &'a str,
}

/// Finds a lane and locks it until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, lane: LaneKey<'_>) -> db::Result<Option<Lane>> {
    tx.first_locked(FIND, args![lane.account, lane.subject, lane.connection])
}

/// Finds the head of a lane, and locks the lane until the transaction ends.
pub(crate) fn lock_head(tx: &mut Tx<'_>, lane: LaneKey<'_>) -> db::Result<Option<LaneHead>> {
    tx.first_locked(HEAD, args![lane.account, lane.subject, lane.connection])
}

/// The earliest pending event of a locked lane goes before its head, which is not in flight.
pub(crate) fn rewind(tx: &mut Tx<'_>, lane: LaneKey<'_>, head: &LaneHead) -> db::Result<()> {
    let LaneKey {
        account,
        connection,
        subject,
    } = lane;
    let values = args![account, &head.event, connection, head.attempts];
    tx.write(KEEP_ATTEMPTS_OF_HEAD, values)?;
    let subjects = std::iter::once(Value::from(subject));
    let values = batch(args![account, connection, tx.now()], subjects);
    tx.write(ADVANCE, &values)
}

/// The head of a locked lane that is not pending any longer.
pub(crate) struct SettledHead<'a> {
    pub subject: &'a str,
    pub event: &'a EventId,
    /// Whether something may wait behind it.
    pub is_followed: bool,
}

/// What waits behind these heads follows, and is due at once; lanes without anything end. For up to
/// [`BATCH`] heads of one connection.
pub(crate) fn advance_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    heads: &[SettledHead<'_>],
) -> db::Result<()> {
    let subject = |head: &SettledHead<'_>| Value::from(head.subject);
    let mut followed = heads.iter().filter(|head| head.is_followed).peekable();
    if followed.peek().is_some() {
        let values = batch(args![account, connection, tx.now()], followed.map(subject));
        tx.write(ADVANCE, &values)?;
    }
    let events = heads.iter().map(|head| Value::from(head.event));
    let ended = two_batches(
        args![account, connection],
        heads.iter().map(subject),
        events,
    );
    tx.write(DELETE_ENDED, &ended)
}

/// The event `settled` of a locked lane is not pending any longer: if it was the head, the next one is.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    key: LaneKey<'_>,
    lane: &Lane,
    settled: &EventId,
) -> db::Result<()> {
    if lane.head != *settled {
        return Ok(());
    }
    let head = SettledHead {
        subject: key.subject,
        event: settled,
        is_followed: lane.is_followed(),
    };
    advance_all(tx, key.account, key.connection, &[head])
}

/// What is held back about a subject is sent at `fire_at` instead, or now.
pub(crate) fn move_fire(
    tx: &mut Tx<'_>,
    account: &AccountId,
    subject: &str,
    fire_at: Option<Timestamp>,
) -> db::Result<()> {
    let due_at = fire_at.unwrap_or(tx.now());
    tx.write(MOVE_FIRE, args![account, subject, due_at, fire_at])?;
    tx.wake_dispatch();
    Ok(())
}

/// Orders held back by one location that are moved at most: more than any kitchen prepares in a week.
const MAX_HELD_ORDERS: u32 = 20_000;

/// A location prepares its orders so much faster, or slower if that is negative: what it holds back is sent so
/// much later or earlier, but not before now.
pub(crate) fn move_held_orders(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    faster: SignedDuration,
) -> db::Result<()> {
    let now = tx.now();
    let held: Vec<(OrderId, Timestamp)> = tx.all(
        HELD_ORDERS,
        args![
            account,
            location,
            now,
            OrderStatus::New.as_str(),
            MAX_HELD_ORDERS
        ],
    )?;
    for (order, fires_at) in held {
        let moved = now.max(fires_at.checked_add(faster).unwrap_or(fires_at));
        tx.write(MOVE_ORDER, args![account, &order, moved])?;
        let fire_at = Some(moved).filter(|moved| *moved > now);
        move_fire(tx, account, order.as_str(), fire_at)?;
    }
    Ok(())
}

/// Sends now what is held back. False when it is not held back any longer.
pub fn fire(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    event: &EventId,
) -> db::Result<bool> {
    let found: Option<(String,)> = tx.first(SUBJECT, args![account, connection, event])?;
    let Some((subject,)) = found else {
        return Ok(false);
    };
    let values = args![account, subject.as_str(), connection, event, tx.now()];
    let is_fired = tx.execute(FIRE, values)? == 1;
    tx.write(ORDER_FIRED, args![account, subject.as_str(), tx.now()])?;
    tx.wake_dispatch();
    Ok(is_fired)
}

/// Sends now whatever is held back from a connection.
pub(crate) fn fire_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(ORDERS_FIRED, args![account, connection, tx.now()])?;
    tx.write(FIRE_ALL, args![account, connection, tx.now()])?;
    tx.wake_dispatch();
    Ok(())
}

row! {
    /// Something that waits for a connection.
    pub(super) struct Waiting {
        pub turn: i64 = "turn",
        pub event: EventId = "event_id",
        subject: String = "subject_id",
    }
}

/// Makes the lanes that are missing for `part`, which is all that waits for a connection after one place up to
/// another, if its callback has a URL; and lets none of it be overlooked that waits behind a head. The account is
/// empty for a profile.
pub(super) fn fill(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
    after: (i64, &str),
    part: &[Waiting],
) -> db::Result<()> {
    let Some(last) = part.last() else {
        return Ok(());
    };
    let now = tx.now();
    let values = args![
        account,
        connection,
        now,
        after.0,
        after.1,
        last.turn,
        &last.event
    ];
    tx.write(FILL, values)?;
    for some in part.chunks(BATCH) {
        let subjects = some.iter().map(Waiting::subject);
        tx.write(DOUBT_LAST, &batch(args![account, connection], subjects))?;
    }
    Ok(())
}

/// The heads in `part` are due now, and their attempts begin anew.
pub(super) fn reset_some(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
    part: &[Waiting],
) -> db::Result<()> {
    for some in part.chunks(BATCH) {
        let values = two_batches(
            args![account, connection, tx.now()],
            some.iter().map(Waiting::subject),
            some.iter().map(|waiting| Value::from(&waiting.event)),
        );
        tx.write(RESET, &values)?;
    }
    Ok(())
}

impl Waiting {
    fn subject(&self) -> Value {
        Value::from(self.subject.as_str())
    }
}

/// Deletes up to `most` lanes of a connection, those first that are due first, and says how many.
pub(super) fn delete_some(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
    most: usize,
) -> db::Result<usize> {
    let limit = u32::try_from(most).unwrap_or(u32::MAX);
    let values = args![account, connection, limit];
    let some: Vec<(String, EventId, u32)> = tx.all_locked(FIRST_LANES, values)?;
    for (_, event, attempts) in some.iter().filter(|(.., attempts)| *attempts > 0) {
        let values = args![account, event, connection, *attempts];
        tx.write(KEEP_ATTEMPTS_OF_HEAD, values)?;
    }
    for lanes in some.chunks(BATCH) {
        let subjects = lanes
            .iter()
            .map(|(subject, ..)| Value::from(subject.as_str()));
        let deleted = batch(args![account, connection], subjects);
        tx.write(DELETE_LANES, &deleted)?;
    }
    Ok(some.len())
}

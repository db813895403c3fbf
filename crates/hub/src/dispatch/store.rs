//! What is due, and what became of it: the dispatcher's SQL.
//!
//! `lanes.due_at` is when to look at a lane next. A claim moves it to the end of the lease, a failure to
//! the next attempt. What waits behind the head of a lane is nowhere here, so the cost of everything
//! follows what is sent.

use std::collections::BTreeMap;

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ClientId, ConnectionId, EventId, LocationId};

use super::attempt::DispatchKey;
use crate::db::batch::{BATCH, batch};
use crate::db::{self, Tx, Value};
use crate::events::envelope::{JOIN_ZONE, StoredEvent};
use crate::{args, row, statements};

/// The connections that wait for something, as `waiting`. It hops from connection to connection, so the
/// number of lanes of each does not matter. `due_at IS NOT NULL`, here and below, is always so: it names
/// the index, which no statement about one lane may use.
pub(super) const WAITING: &str = "WITH RECURSIVE waiting (connection_id) AS (
        SELECT (SELECT l.connection_id FROM lanes l WHERE l.due_at IS NOT NULL
            ORDER BY l.connection_id, l.due_at LIMIT 1)
        UNION ALL
        SELECT (SELECT l.connection_id FROM lanes l
            WHERE l.connection_id > waiting.connection_id AND l.due_at IS NOT NULL
            ORDER BY l.connection_id, l.due_at LIMIT 1)
        FROM waiting WHERE waiting.connection_id IS NOT NULL
    )";

/// When the first lane of such a connection is due.
pub(super) const FIRST_DUE: &str = "(SELECT l.due_at FROM lanes l
        WHERE l.connection_id = waiting.connection_id AND l.due_at IS NOT NULL
        ORDER BY l.connection_id, l.due_at LIMIT 1)";

/// Those connections of `waiting` that can be sent something now: not blocked, connected, and with a URL. Lanes
/// that are about to be deleted are not sent.
pub(super) const FROM_RECEIVERS: &str = "FROM waiting
    JOIN connections c ON c.id = waiting.connection_id AND c.account_id = (
        SELECT l.account_id FROM lanes l
        WHERE l.connection_id = waiting.connection_id AND l.due_at IS NOT NULL
        ORDER BY l.connection_id, l.due_at LIMIT 1)
    JOIN callbacks b ON b.account_id = c.account_id AND b.connection_id = c.id AND b.url IS NOT NULL
        AND NOT b.is_closing
    WHERE c.blocked_at IS NULL AND c.revoked_at IS NULL";

statements! {
    /// The connections that wait for something, and can be sent it, and when that is due. Without values,
    /// so that it is planned once.
    WAITING_CONNECTIONS = formatcp!("{WAITING} SELECT c.account_id, c.id, {FIRST_DUE} {FROM_RECEIVERS} ORDER BY c.id");
    /// The lanes of a connection that are due, the longest first.
    HEAD = formatcp!("SELECT {} FROM lanes l WHERE l.connection_id = $1 AND l.due_at <= $2
        ORDER BY l.connection_id, l.due_at, l.turn LIMIT $3", ClaimedLane::COLUMNS);
    CLAIM = "UPDATE lanes SET lease_until = $3, due_at = $3, fire_at = NULL
        WHERE account_id = $1 AND connection_id = $2
            AND subject_id IN ($4, $5, $6, $7, $8, $9, $10, $11)";
    /// The order of the refs is there as in `private_refs`.
    DESTINATIONS = formatcp!("SELECT {} FROM callbacks b
        JOIN connections c ON c.account_id = b.account_id AND c.id = b.connection_id
        JOIN clients k ON k.id = c.client_id
        WHERE b.account_id = $1 AND b.connection_id IN ($2, $3, $4, $5, $6, $7, $8, $9)
            AND b.url IS NOT NULL", Destination::COLUMNS);
    EVENTS = formatcp!("SELECT {} FROM events e {JOIN_ZONE}
        WHERE e.account_id = $1 AND e.id IN ($2, $3, $4, $5, $6, $7, $8, $9)",
        StoredEvent::COLUMNS);
    /// What waits for another attempt is due.
    RESUME = "UPDATE lanes SET due_at = $2
        WHERE (account_id, subject_id, connection_id) IN (
            SELECT l.account_id, l.subject_id, l.connection_id FROM lanes l
            WHERE l.connection_id = $1 AND l.due_at > $2 AND l.lease_until IS NULL
                AND l.fire_at IS NULL
            ORDER BY l.connection_id, l.due_at LIMIT $3)";
    /// Unless somebody else has it by now.
    RELEASE = "UPDATE lanes SET due_at = $5, lease_until = NULL
        WHERE account_id = $1 AND subject_id = $2 AND connection_id = $3 AND event_id = $4
            AND lease_until = $6";
}

/// A connection that may be sent `room` events.
#[derive(Clone, Debug)]
pub(super) struct ClaimRequest {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub room: u32,
}

row! {
    /// A lane that was claimed.
    #[derive(Clone)]
    pub(super) struct ClaimedLane {
        pub subject: String = "l.subject_id",
        pub event: EventId = "l.event_id",
        pub sequence: i64 = "l.turn",
        pub attempts: u32 = "l.attempts",
        pub uncounted: u32 = "l.uncounted",
        pub is_replay: bool = "l.is_replay = 1",
    }
}

/// What was claimed for one connection.
#[derive(Clone)]
pub(super) struct Claim {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub lanes: Vec<ClaimedLane>,
    /// Until when it is held.
    pub lease: Timestamp,
}

/// The connections that have something due, in the order of their ids.
pub(super) fn due(tx: &mut Tx<'_>) -> db::Result<Vec<(AccountId, ConnectionId)>> {
    let now = tx.now();
    let waiting: Vec<(AccountId, ConnectionId, Timestamp)> = tx.all(WAITING_CONNECTIONS, &[])?;
    let due = waiting.into_iter().filter(|(_, _, due_at)| *due_at <= now);
    Ok(due
        .map(|(account, connection, _)| (account, connection))
        .collect())
}

/// Claims for one connection what has been due for longest, as much as there is room for.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    request: &ClaimRequest,
    lease: Timestamp,
) -> db::Result<Claim> {
    let (now, account, connection) = (tx.now(), &request.account, &request.connection);
    // They are locked: nobody else claims them meanwhile.
    let lanes: Vec<ClaimedLane> = tx.all_unlocked(HEAD, args![connection, now, request.room])?;
    for some in lanes.chunks(BATCH) {
        let subjects = some.iter().map(|lane| Value::from(lane.subject.as_str()));
        tx.write(CLAIM, &batch(args![account, connection, lease], subjects))?;
    }
    Ok(Claim {
        account: account.clone(),
        connection: connection.clone(),
        lanes,
        lease,
    })
}

row! {
    /// Where the events of a connection are sent.
    pub(super) struct Destination {
        connection: ConnectionId = "b.connection_id",
        pub url: String = "b.url",
        /// Whose secret signs what is sent.
        pub client: ClientId = "c.client_id",
        /// Its sealed secret.
        pub sealed: Option<Vec<u8>> = "CASE WHEN k.deleted_at IS NULL THEN k.secret END",
        /// The one before it, and until when it is valid.
        pub previous_sealed: Option<Vec<u8>> = "k.previous_secret",
        pub previous_until: Option<Timestamp> = "k.previous_secret_until",
        pub has_standard_webhooks: bool = "k.has_standard_webhooks",
        pub is_strict: bool = "k.is_strict",
        /// The waits before new attempts, if they are not those of the settings.
        pub retry_seconds: Option<String> = "c.retry_seconds",
        /// Whether the client calls anything in the account by a name of its own: most do not, and what
        /// they are sent needs no look at names.
        pub has_refs: bool = "(SELECT r.holder_id FROM private_refs r
            WHERE r.account_id = c.account_id AND r.client_id = c.client_id
            ORDER BY r.holder_id LIMIT 1) IS NOT NULL",
        /// Where the client is connected, if that is one location.
        pub location: Option<LocationId> = "c.location_id",
    }
}

/// Where the events of connections are sent. Those whose callback has gone or has become passive are absent.
pub(super) fn find_destinations(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connections: &[&ConnectionId],
) -> db::Result<BTreeMap<ConnectionId, Destination>> {
    let mut found = BTreeMap::new();
    for some in connections.chunks(BATCH) {
        let ids = some.iter().map(|id| Value::from(*id));
        let rows: Vec<Destination> = tx.all(DESTINATIONS, &batch(args![account], ids))?;
        found.extend(rows.into_iter().map(|row| (row.connection.clone(), row)));
    }
    Ok(found)
}

/// Events of an account, up to [`BATCH`] of them.
pub(super) fn find_events(
    tx: &mut Tx<'_>,
    account: &AccountId,
    ids: &[&EventId],
) -> db::Result<Vec<StoredEvent>> {
    let ids = ids.iter().map(|id| Value::from(*id));
    tx.all(EVENTS, &batch(args![account], ids))
}

/// A receiver answers again: what waits for another attempt is due, up to `most` lanes. Says how many.
pub(super) fn resume(tx: &mut Tx<'_>, connection: &ConnectionId, most: u32) -> db::Result<u64> {
    tx.execute(RESUME, args![connection, tx.now(), most])
}

/// Gives up a claim, all of which is due again at once: the callback has become passive or has gone,
/// or what was claimed could not be loaded.
pub(super) fn release_all(tx: &mut Tx<'_>, claim: &Claim) -> db::Result<()> {
    let held = claim.lanes.iter();
    let mut held = held.map(|lane| HeldLane {
        key: DispatchKey {
            account: claim.account.clone(),
            connection: claim.connection.clone(),
            event: lane.event.clone(),
        },
        subject: lane.subject.clone(),
        lease: claim.lease,
    });
    held.try_for_each(|lane| release_one(tx, &lane))
}

/// The head of a lane that a worker holds.
#[derive(Clone)]
pub(super) struct HeldLane {
    pub key: DispatchKey,
    pub subject: String,
    /// Until when.
    pub lease: Timestamp,
}

/// Gives up one that is held: it is due again at once.
pub(super) fn release_one(tx: &mut Tx<'_>, held: &HeldLane) -> db::Result<()> {
    let DispatchKey {
        account,
        connection,
        event,
    } = &held.key;
    tx.write(
        RELEASE,
        args![
            account,
            &held.subject,
            connection,
            event,
            tx.now(),
            held.lease
        ],
    )
}

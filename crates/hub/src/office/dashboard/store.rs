//! The few questions that the first page asks of the database, each answered by an index.

use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, LocationId};
use wire::order::Order;

use crate::db::{self, Tx};
use crate::orders::store::parsed;
use crate::{args, statements};

statements! {
    WAITING = "SELECT connection_id, COUNT(*), MIN(created_at) FROM event_deliveries
        WHERE account_id = $1 AND state = 'pending' GROUP BY connection_id";
    LATEST = "SELECT document FROM orders WHERE account_id = $1
        ORDER BY created_at DESC, id DESC LIMIT $2";
    LATEST_AT = "SELECT document FROM orders WHERE account_id = $1 AND location_id = $2
        ORDER BY created_at DESC, id DESC LIMIT $3";
    COUNT = "SELECT COUNT(*) FROM orders WHERE account_id = $1 AND created_at >= $2";
    COUNT_AT = "SELECT COUNT(*) FROM orders
        WHERE account_id = $1 AND location_id = $2 AND created_at >= $3";
}

/// What waits to be told to a connection: how many events, and since when the oldest does.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<Vec<(ConnectionId, i64, Timestamp)>> {
    tx.all(WAITING, args![account])
}

/// The latest orders of an account, or of one location.
pub(super) fn latest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    most: u32,
) -> db::Result<Vec<Order>> {
    let rows: Vec<(String,)> = match location {
        None => tx.all(LATEST, args![account, most])?,
        Some(location) => tx.all(LATEST_AT, args![account, location, most])?,
    };
    rows.iter().map(|(document,)| parsed(document)).collect()
}

/// How many orders came since a moment, to an account or to one location.
pub(super) fn count(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    since: Timestamp,
) -> db::Result<i64> {
    let row: Option<(i64,)> = match location {
        None => tx.first(COUNT, args![account, since])?,
        Some(location) => tx.first(COUNT_AT, args![account, location, since])?,
    };
    Ok(row.map_or(0, |(count,)| count))
}

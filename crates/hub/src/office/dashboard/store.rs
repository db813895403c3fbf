//! The few questions that the first page asks of the database, each answered by an index.

use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, LocationId};

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    WAITING = "SELECT connection_id, COUNT(*), MIN(created_at) FROM pending_dispatches
        WHERE account_id = $1 GROUP BY connection_id";
    COUNT = "SELECT COUNT(*) FROM orders WHERE account_id = $1 AND created_at >= $2";
    /// Sales: what was neither refused nor called off.
    SALES = "SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM orders
        WHERE account_id = $1 AND created_at >= $2
            AND status NOT IN ('rejected', 'cancelled', 'delivery_failed')";
    SALES_AT = "SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM orders
        WHERE account_id = $1 AND location_id = $2 AND created_at >= $3
            AND status NOT IN ('rejected', 'cancelled', 'delivery_failed')";
    CUSTOMERS = "SELECT COUNT(*) FROM customer_lists l
        JOIN customers c ON c.account_id = l.account_id AND c.customer_list_id = l.id
        WHERE l.account_id = $1 AND c.created_at >= $2";
    COUNT_AT = "SELECT COUNT(*) FROM orders
        WHERE account_id = $1 AND location_id = $2 AND created_at >= $3";
}

/// What waits to be told to a connection: how many events, and since when the oldest does.
pub(super) fn list_waiting(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<Vec<(ConnectionId, i64, Timestamp)>> {
    tx.all(WAITING, args![account])
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

/// How many sales there were since a moment, and their total in minor units of the account's
/// currency.
pub(super) fn sales(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    since: Timestamp,
) -> db::Result<(i64, i64)> {
    let row = match location {
        None => tx.first(SALES, args![account, since])?,
        Some(location) => tx.first(SALES_AT, args![account, location, since])?,
    };
    Ok(row.unwrap_or_default())
}

/// How many customers an account has won since a moment.
pub(super) fn customers(tx: &mut Tx<'_>, account: &AccountId, since: Timestamp) -> db::Result<i64> {
    let row: Option<(i64,)> = tx.first(CUSTOMERS, args![account, since])?;
    Ok(row.map_or(0, |(count,)| count))
}

//! The few questions that the first page asks of the database, each answered by an index.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, LocationId, OrderId};
use wire::order::OrderStatus;

use crate::db::{self, Tx};
use crate::events::store::OF_NEW_ORDER;
use crate::{args, row, statements};

statements! {
    WAITING = "SELECT connection_id, COUNT(*), MIN(created_at) FROM pending_dispatches
        WHERE account_id = $1 GROUP BY connection_id";
    CUSTOMERS = "SELECT COUNT(*) FROM customer_lists l CROSS JOIN customers c
        WHERE l.account_id = $1 AND c.account_id = l.account_id AND c.customer_list_id = l.id AND c.created_at >= $2 AND c.created_at < $3";
    COUNT_AT = "SELECT COUNT(*) FROM orders
        WHERE account_id = $1 AND location_id = $2 AND created_at >= $3";
    /// Orders that have stayed new, and how far each has come.
    NEW = formatcp!("SELECT {} FROM orders o
        WHERE o.account_id = $1 AND o.location_id = $2 AND o.status = 'new' AND o.created_at >= $3
        ORDER BY o.created_at DESC, o.id DESC LIMIT $4", NewOrderRow::COLUMNS);
    /// Orders that have ended badly.
    ENDED = formatcp!("SELECT {} FROM orders o
        WHERE o.account_id = $1 AND o.location_id = $2 AND o.status = $3 AND o.created_at >= $4
        ORDER BY o.created_at DESC, o.id DESC LIMIT $5", EndedOrderRow::COLUMNS);
    /// Who is sent new orders; a location of null stands for all of them.
    RECEIVERS = "SELECT connection_id, location_id FROM followers
        WHERE account_id = $1 AND resource = 'order' AND kind = 'create'";
}

/// An attempt to send such a dispatch that was answered so.
const ATTEMPT: &str = "SELECT 1 FROM dispatch_attempts t WHERE t.account_id = d.account_id
                AND t.event_id = d.event_id AND t.connection_id = d.connection_id AND t.status";

row! {
    /// An order that is still new.
    #[derive(Clone, Debug)]
    pub(super) struct NewOrderRow {
        pub id: OrderId = "o.id",
        pub reference: Option<String> = "o.ref",
        pub created_at: Timestamp = "o.created_at",
        /// When it was to be sent.
        pub due_at: Timestamp = "COALESCE(o.fires_at, o.created_at)",
        /// Whether it was for anybody.
        pub is_sent: bool = formatcp!("EXISTS ({OF_NEW_ORDER})"),
        /// Whether anybody has acknowledged it, if only with an error.
        pub is_acknowledged: bool = formatcp!("EXISTS ({OF_NEW_ORDER} AND d.state = 'acknowledged')"),
        /// Whether anybody has acknowledged it without an error: one who fetches its events, too.
        pub is_accepted: bool = formatcp!("EXISTS ({OF_NEW_ORDER} AND d.state = 'acknowledged'
                AND (NOT EXISTS ({ATTEMPT} >= 400) OR EXISTS ({ATTEMPT} < 400)))"),
    }
}

row! {
    /// An order that has ended badly.
    #[derive(Clone, Debug)]
    pub(super) struct EndedOrderRow {
        pub id: OrderId = "o.id",
        pub created_at: Timestamp = "o.created_at",
        pub document: String = "o.document",
    }
}

/// What waits to be told to a connection: how many events, and since when the oldest does.
pub(super) fn list_waiting(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<Vec<(ConnectionId, i64, Timestamp)>> {
    tx.all(WAITING, args![account])
}

/// How many orders came to a location since a moment.
pub(super) fn count(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    since: Timestamp,
) -> db::Result<i64> {
    let row: Option<(i64,)> = tx.first(COUNT_AT, args![account, location, since])?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Up to `most` orders of a location since a moment that are still new, the newest first.
pub(super) fn list_new(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    since: Timestamp,
    most: u32,
) -> db::Result<Vec<NewOrderRow>> {
    tx.all(NEW, args![account, location, since, most])
}

/// Up to `most` orders of a location since a moment with a status, the newest first.
pub(super) fn list_ended(
    tx: &mut Tx<'_>,
    (account, location): (&AccountId, &LocationId),
    status: OrderStatus,
    since: Timestamp,
    most: u32,
) -> db::Result<Vec<EndedOrderRow>> {
    tx.all(
        ENDED,
        args![account, location, status.as_str(), since, most],
    )
}

/// Where new orders are sent to somebody: a location, or all of them.
pub(super) fn list_receivers(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<Vec<(ConnectionId, Option<LocationId>)>> {
    tx.all(RECEIVERS, args![account])
}

/// How many customers an account has won in a time.
pub(super) fn customers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    from: Timestamp,
    until: Timestamp,
) -> db::Result<i64> {
    let row: Option<(i64,)> = tx.first(CUSTOMERS, args![account, from, until])?;
    Ok(row.map_or(0, |(count,)| count))
}

//! What the search box asks of the database: each question is a range of one index, read up to a bound.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, EventId, LocationId, MAX_REF_CHARS, OrderId};

use crate::db::{self, Tx};
use crate::orders::search_keys::fold_phone;
use crate::{args, row, statements};

/// Entries of an index that are looked at for one search.
pub(super) const MAX_LOOKED_AT: u32 = 1_000;

statements! {
    /// The digits of phone numbers from the last to the first.
    PHONE = formatcp!("SELECT {} FROM order_search s
        WHERE s.account_id = $1 AND s.phone IS NOT NULL AND s.phone >= $2 AND s.phone < $3
        ORDER BY s.phone DESC, s.created_at DESC, s.order_id DESC LIMIT $4", FoundOrder::COLUMNS);
    EMAIL = formatcp!("SELECT {} FROM order_search s
        WHERE s.account_id = $1 AND s.email IS NOT NULL AND s.email >= $2 AND s.email < $3
        ORDER BY s.email DESC, s.created_at DESC, s.order_id DESC LIMIT $4", FoundOrder::COLUMNS);
    FIRST_NAME = formatcp!("SELECT {} FROM order_search s
        WHERE s.account_id = $1 AND s.first_name IS NOT NULL AND s.first_name >= $2 AND s.first_name < $3
        ORDER BY s.first_name DESC, s.created_at DESC, s.order_id DESC LIMIT $4", FoundOrder::COLUMNS);
    LAST_NAME = formatcp!("SELECT {} FROM order_search s
        WHERE s.account_id = $1 AND s.last_name IS NOT NULL AND s.last_name >= $2 AND s.last_name < $3
        ORDER BY s.last_name DESC, s.created_at DESC, s.order_id DESC LIMIT $4", FoundOrder::COLUMNS);
    CODE = formatcp!("SELECT {} FROM order_search s
        WHERE s.account_id = $1 AND s.collection_code IS NOT NULL AND s.collection_code = $2
        ORDER BY s.collection_code DESC, s.created_at DESC, s.order_id DESC LIMIT $3", FoundOrder::COLUMNS);
    /// Orders whose ref begins so.
    REF = formatcp!("SELECT {} FROM orders o
        WHERE o.account_id = $1 AND o.ref IS NOT NULL
            AND substr(o.ref, 1, {MAX_REF_CHARS}) >= $2 AND substr(o.ref, 1, {MAX_REF_CHARS}) < $3
        ORDER BY substr(o.ref, 1, {MAX_REF_CHARS}) LIMIT $4", NamedOrder::COLUMNS);
    ORDER = formatcp!("SELECT {} FROM orders o WHERE o.account_id = $1 AND o.id = $2", NamedOrder::COLUMNS);
    /// Orders that an app of the account has given this private ref, or something in them.
    PRIVATE_REF = formatcp!("SELECT {} FROM (SELECT DISTINCT client_id FROM connections
            WHERE account_id = $1) c
        CROSS JOIN private_refs r CROSS JOIN orders o
        WHERE r.account_id = $1 AND r.client_id = c.client_id AND r.value = $2
            AND o.account_id = $1 AND o.id = r.holder_id LIMIT $3", NamedOrder::COLUMNS);
    EVENT = formatcp!("SELECT {} FROM events e WHERE e.account_id = $1 AND e.id = $2", FoundEvent::COLUMNS);
    RECEIVERS = "SELECT connection_id FROM dispatches WHERE account_id = $1 AND event_id = $2
        ORDER BY connection_id LIMIT 100";
}

row! {
    /// An order that is found by what it says of its customer, or by its code.
    #[derive(Clone, Debug)]
    pub(super) struct FoundOrder {
        pub id: OrderId = "s.order_id",
        pub location: LocationId = "s.location_id",
        pub created_at: Timestamp = "s.created_at",
        pub first_name: Option<String> = "s.first_name",
    }
}

row! {
    /// An order that is found by a name of its own.
    #[derive(Clone, Debug)]
    pub(super) struct NamedOrder {
        pub id: OrderId = "o.id",
        pub location: LocationId = "o.location_id",
        pub created_at: Timestamp = "o.created_at",
    }
}

row! {
    /// Something that happened.
    #[derive(Clone, Debug)]
    pub(super) struct FoundEvent {
        pub id: EventId = "e.id",
        pub resource: String = "e.resource",
        pub kind: String = "e.kind",
        pub location: Option<LocationId> = "e.location_id",
        pub order: Option<OrderId> = "e.order_id",
        pub created_at: Timestamp = "e.created_at",
    }
}

/// What an order says of its customer, as it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchColumn {
    Phone,
    Email,
    FirstName,
    LastName,
}

/// The texts that begin so: from the first to the second, which is none of them.
fn prefix_range(start: &str) -> [String; 2] {
    [start.to_owned(), format!("{start}{}", char::MAX)]
}

/// Orders with a text that begins so, up to [`MAX_LOOKED_AT`].
pub(super) fn beginning_with(
    tx: &mut Tx<'_>,
    account: &AccountId,
    column: SearchColumn,
    start: &str,
) -> db::Result<Vec<FoundOrder>> {
    let sql = match column {
        SearchColumn::Phone => PHONE,
        SearchColumn::Email => EMAIL,
        SearchColumn::FirstName => FIRST_NAME,
        SearchColumn::LastName => LAST_NAME,
    };
    let [from, until] = prefix_range(start);
    tx.all(sql, args![account, from, until, MAX_LOOKED_AT])
}

/// Orders with just this phone number, its digits from the last to the first.
pub(super) fn with_phone(
    tx: &mut Tx<'_>,
    account: &AccountId,
    phone: &str,
) -> db::Result<Vec<FoundOrder>> {
    let until = format!("{phone}\u{1}");
    tx.all(PHONE, args![account, phone, until, MAX_LOOKED_AT])
}

/// Orders with a phone number, however it is written: their ids, locations and times.
pub(crate) fn orders_of_phone(
    tx: &mut Tx<'_>,
    account: &AccountId,
    phone: &str,
) -> db::Result<Vec<(OrderId, LocationId, Timestamp)>> {
    let phone = fold_phone(phone);
    if phone.is_empty() {
        return Ok(Vec::new());
    }
    let found = with_phone(tx, account, &phone)?;
    let found = found.into_iter();
    Ok(found
        .map(|it| (it.id, it.location, it.created_at))
        .collect())
}

/// Orders with this collection code.
pub(super) fn with_code(
    tx: &mut Tx<'_>,
    account: &AccountId,
    code: &str,
) -> db::Result<Vec<FoundOrder>> {
    tx.all(CODE, args![account, code, MAX_LOOKED_AT])
}

/// Orders whose ref begins so.
pub(super) fn with_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    start: &str,
) -> db::Result<Vec<NamedOrder>> {
    let [from, until] = prefix_range(start);
    tx.all(REF, args![account, from, until, MAX_LOOKED_AT])
}

/// The order with this id.
pub(super) fn order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &OrderId,
) -> db::Result<Option<NamedOrder>> {
    tx.first(ORDER, args![account, id])
}

/// Orders that an app knows by this private ref, or something in them.
pub(super) fn with_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    value: &str,
) -> db::Result<Vec<NamedOrder>> {
    tx.all(PRIVATE_REF, args![account, value, MAX_LOOKED_AT])
}

/// The event with this id.
pub(super) fn event(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &EventId,
) -> db::Result<Option<FoundEvent>> {
    tx.first(EVENT, args![account, id])
}

/// Connections that an event was for.
pub(super) fn receivers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    event: &EventId,
) -> db::Result<Vec<ConnectionId>> {
    let rows: Vec<(ConnectionId,)> = tx.all(RECEIVERS, args![account, event])?;
    Ok(rows.into_iter().map(|(connection,)| connection).collect())
}

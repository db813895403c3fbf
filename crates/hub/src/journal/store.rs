//! Requests in the database.

use std::fmt;

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, OrderId};

use super::JournalEntry;
use super::bodies::{BodyCompressor, unpack};
use crate::db::{self, Columns, FromRow, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO requests (account_id, id, connection_id, client_id, location_id, order_id,
            resource, method, url, status, duration, at, packing, request_body,
            response_body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT DO NOTHING";
    OF_CONNECTION = formatcp!("{SELECT}
        WHERE account_id = $1 AND connection_id = $2 AND (at, id) < ($3, $4)
            AND ($5 = ',' OR $5 LIKE '%,' || method || ',%')
            AND ($6 = ',' OR $6 LIKE '%,' || resource || ',%')
        ORDER BY at DESC, id DESC LIMIT $7");
    OF_ORDER = formatcp!("{SELECT} WHERE account_id = $1 AND order_id = $2 ORDER BY at, id LIMIT $3");
    /// Changes before mere reads, however often an app looks at the order.
    CHANGES_OF_ORDER_FIRST = formatcp!("{SELECT} WHERE account_id = $1 AND id IN (
            SELECT id FROM requests WHERE account_id = $1 AND order_id = $2
            ORDER BY method = 'GET', at, id LIMIT $3)
        ORDER BY at, id");
    FIND_OF_ORDER = formatcp!("{SELECT} WHERE account_id = $1 AND id = $2 AND order_id = $3");
    FIND = formatcp!("{SELECT} WHERE account_id = $1 AND id = $2");
    /// Orders that were to be placed and were refused, newest first.
    REFUSED_ORDERS = formatcp!("{SELECT} WHERE account_id = $1 AND at >= $2 AND at < $3
            AND status >= 400 AND method = 'POST' AND resource = 'order'
        ORDER BY at DESC, id DESC LIMIT $4");
    SUMMARY = formatcp!("SELECT {} FROM requests WHERE account_id = $1 AND id = $2",
        RequestSummary::COLUMNS);
    BY_DAY = "SELECT SUBSTR(at, 1, 10), COUNT(*) FROM requests
        WHERE account_id = $1 AND connection_id = $2 AND at >= $3
        GROUP BY SUBSTR(at, 1, 10)";
    FORGET = "DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE at < $1 LIMIT $2)
        AND at < $1";
}

/// What requests can be about, as the filter of the logs names it.
pub const RESOURCES: [&str; 20] = [
    "account",
    "callback",
    "catalog",
    "category",
    "customer",
    "customer_list",
    "delivery",
    "delivery_quote",
    "event",
    "image",
    "inventory",
    "location",
    "loyalty_card",
    "loyalty_operation",
    "option",
    "option_list",
    "order",
    "product",
    "sku",
    "user",
];

/// A request as support sees it.
#[derive(Clone)]
pub struct Request {
    /// The request id that the answer carried.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// What it was about, such as `order`.
    pub resource: String,
    /// The method, after an override.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// How long the request took, in microseconds.
    pub duration: i64,
    /// The connection that made the request.
    pub connection: ConnectionId,
    /// The client's id.
    pub client: String,
    /// The body of the request, as text.
    pub request: String,
    /// The body of the answer, as text.
    pub response: String,
}

row! {
    /// A request without its bodies.
    #[derive(Clone, Debug)]
    pub(crate) struct RequestSummary {
        pub id: String = "id",
        pub at: Timestamp = "at",
        pub connection: ConnectionId = "connection_id",
        pub order: Option<OrderId> = "order_id",
        pub resource: String = "resource",
        pub method: String = "method",
        pub url: String = "url",
        pub status: u16 = "status",
    }
}

/// One request of an account, without its bodies.
pub(crate) fn find_summary(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &str,
) -> db::Result<Option<RequestSummary>> {
    tx.first(SUMMARY, args![account, id])
}

/// Prints no field: the bodies may hold personal data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

row! {
    struct RequestRow {
        id: String = "id",
        at: Timestamp = "at",
        resource: String = "resource",
        method: String = "method",
        url: String = "url",
        status: u16 = "status",
        duration: i64 = "duration",
        connection: ConnectionId = "connection_id",
        client: String = "client_id",
        packing: i64 = "packing",
        request: Vec<u8> = "request_body",
        response: Vec<u8> = "response_body",
    }
}

pub(super) const SELECT: &str = formatcp!("SELECT {} FROM requests", RequestRow::COLUMNS);

impl FromRow for Request {
    fn from_columns(columns: &mut Columns<'_>) -> db::Result<Self> {
        let row = RequestRow::from_columns(columns)?;
        Ok(Self {
            id: row.id,
            at: row.at,
            resource: row.resource,
            method: row.method,
            url: row.url,
            status: row.status,
            duration: row.duration,
            connection: row.connection,
            client: row.client,
            request: unpack(row.request, row.packing),
            response: unpack(row.response, row.packing),
        })
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    packer: &mut BodyCompressor,
    entry: &JournalEntry,
) -> db::Result<()> {
    let caller = &entry.caller;
    let account = caller.account.as_ref().map_or("", AccountId::as_str);
    let order = entry
        .order
        .as_ref()
        .map(OrderId::as_str)
        .or_else(|| order_of(&entry.path));
    let duration = i64::try_from(entry.duration.as_micros()).unwrap_or(i64::MAX);
    tx.write(
        INSERT,
        args![
            account,
            entry.id.as_str(),
            &caller.connection,
            &caller.client,
            caller.location.as_ref(),
            order,
            resource_of(&entry.path),
            entry.method.as_str(),
            entry.path.as_str(),
            i64::from(entry.status),
            duration,
            entry.at,
            packer.dictionary_number(),
            packer.pack(&entry.request),
            packer.pack(&entry.response)
        ],
    )
}

/// A connection's requests before the row (`at`, `id`), newest first. No methods or no resources
/// mean every one of them.
pub fn of_connection(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    before: (&str, &str),
    methods: &[&str],
    resources: &[&str],
    most: u32,
) -> db::Result<Vec<Request>> {
    let (at, id) = before;
    let (methods, resources) = (with_commas(methods), with_commas(resources));
    tx.all(
        OF_CONNECTION,
        args![account, connection, at, id, methods, resources, most],
    )
}

/// Words between commas, with a comma at each end, for `LIKE`.
fn with_commas(words: &[&str]) -> String {
    words
        .iter()
        .fold(",".to_owned(), |text, word| text + word + ",")
}

/// How many requests a connection made on each day (UTC, as `2026-03-07`) since a moment; days
/// without any are left out.
pub fn by_day(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    since: Timestamp,
) -> db::Result<Vec<(String, i64)>> {
    tx.all(BY_DAY, args![account, connection, since])
}

/// The requests about an order, oldest first.
pub fn of_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    most: u32,
) -> db::Result<Vec<Request>> {
    tx.all(OF_ORDER, args![account, order, most])
}

/// Up to `most` requests about an order, oldest first; when there are more, mere reads are left out
/// before changes are.
pub(crate) fn requests_of_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    most: u32,
) -> db::Result<Vec<Request>> {
    tx.all(CHANGES_OF_ORDER_FIRST, args![account, order, most])
}

/// One request about an order.
pub(crate) fn find_of_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    id: &str,
) -> db::Result<Option<Request>> {
    tx.first(FIND_OF_ORDER, args![account, id, order])
}

/// Requests that were to place an order and were refused, of a stretch of time, newest first.
pub(crate) fn list_refused_orders(
    tx: &mut Tx<'_>,
    account: &AccountId,
    (since, until): (Timestamp, Timestamp),
    most: u32,
) -> db::Result<Vec<Request>> {
    tx.all(REFUSED_ORDERS, args![account, since, until, most])
}

/// One request.
pub fn find(tx: &mut Tx<'_>, account: &AccountId, id: &str) -> db::Result<Option<Request>> {
    tx.first(FIND, args![account, id])
}

/// Deletes up to `most` requests from before `at` and says how many there were.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, at: Timestamp, most: u32) -> db::Result<u64> {
    tx.execute(FORGET, args![at, most])
}

/// The resource that a path speaks of, as the filter of the logs names it: the last word of the
/// path that is not an id.
fn resource_of(path: &str) -> &'static str {
    const WORDS: [(&str, &str); 19] = [
        ("orders", "order"),
        ("delivery", "delivery"),
        ("delivery_quotes", "delivery_quote"),
        ("catalogs", "catalog"),
        ("categories", "category"),
        ("products", "product"),
        ("skus", "sku"),
        ("option_lists", "option_list"),
        ("options", "option"),
        ("inventory", "inventory"),
        ("images", "image"),
        ("customer_lists", "customer_list"),
        ("customers", "customer"),
        ("loyalty_cards", "loyalty_card"),
        ("operations", "loyalty_operation"),
        ("callback", "callback"),
        ("events", "event"),
        ("user", "user"),
        ("accounts", "account"),
    ];
    let path = path.split('?').next().unwrap_or_default();
    for word in path.rsplit('/') {
        if let Some((_, resource)) = WORDS.iter().find(|(known, _)| *known == word) {
            return resource;
        }
        match word {
            "location" | "locations" => return "location",
            "account" => return "account",
            _ => {}
        }
    }
    "account"
}

/// The order that a path names.
fn order_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/orders/")?;
    rest.split(['/', '?'])
        .next()
        .filter(|id| OrderId::parse(id).is_ok())
}

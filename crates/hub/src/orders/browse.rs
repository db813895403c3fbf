//! Orders as the back office looks at them: newest first, whoever sent them.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, CustomerId, LocationId, MAX_REF_CHARS, OrderId};
use wire::order::OrderStatus;

use crate::db::page::{Cursor, Page};
use crate::db::{self, QueryBuilder, Tx};
use crate::{args, row, statements};

statements! {
    /// Begins a list of orders, newest first; [`newest`] adds the conditions and the end.
    NEWEST = formatcp!("{SELECT} FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) < ($2, $3)");
    /// Begins a list of the few orders with a certain id or ref, newest first. The engines make a cross join
    /// in the order in which it is written: names first.
    NEWEST_OF_NAME = formatcp!("{SELECT} FROM {OF_NAME} f CROSS JOIN orders o
        WHERE o.account_id = $1 AND o.id = f.id AND (o.created_at, o.id) < ($2, $3)");
    /// Begins a list of the orders that came later than a place in it, as [`NEWEST`] does for the earlier ones.
    NEWER = formatcp!("{SELECT} FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) > ($2, $3)");
    NEWER_OF_NAME = formatcp!("{SELECT} FROM {OF_NAME} f CROSS JOIN orders o
        WHERE o.account_id = $1 AND o.id = f.id AND (o.created_at, o.id) > ($2, $3)");
    FIND = "SELECT location_id, document FROM orders WHERE account_id = $1 AND id = $2";
}

const SELECT: &str = formatcp!("SELECT {}", OrderSummary::COLUMNS);

/// The ids of orders with an id or a ref, with the blanks around it or without. Of a longer ref the
/// index has the first [`MAX_REF_CHARS`] characters. COALESCE hides the id from the planners, which else read
/// all orders in its order.
const OF_NAME: &str = formatcp!(
    "(SELECT i.id FROM orders i WHERE i.account_id = $1 AND i.id = $5
            UNION SELECT COALESCE(r.id, '') FROM orders r WHERE r.account_id = $1 AND r.ref IS NOT NULL
                AND substr(r.ref, 1, {MAX_REF_CHARS}) IN ($4, $5))"
);

/// Which orders are wanted; what is none does not narrow them down.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfficeOrderFilter {
    /// The locations of the account; none means all of them, and an empty list none of them.
    pub locations: Option<Vec<LocationId>>,
    pub status: Option<OrderStatus>,
    /// Whose they are.
    pub customer: Option<CustomerId>,
    /// An id, or the first [`MAX_REF_CHARS`] characters of the sender's ref.
    pub name: Option<String>,
    /// Created then or later.
    pub after: Option<Timestamp>,
    /// Created before then.
    pub before: Option<Timestamp>,
}

row! {
    /// An order in the list.
    #[derive(Clone, Debug)]
    pub(crate) struct OrderSummary {
        pub created_at: Timestamp = "o.created_at",
        pub id: OrderId = "o.id",
        pub location: LocationId = "o.location_id",
        pub status: String = "o.status",
        pub reference: Option<String> = "o.ref",
        pub created_by: String = "o.created_by",
        pub document: String = "o.document",
    }
}

impl OrderSummary {
    /// Its place in the list.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::of(self.created_at, &self.id)
    }
}

/// The place before the newest order: after every time that there is.
pub(crate) fn newest_cursor() -> Cursor {
    Cursor {
        key: "9".to_owned(),
        id: "0".to_owned(),
    }
}

/// A page of orders of an account that lie behind `from`, newest first.
///
/// Each location is looked at through its own index and no further than the page reaches, so that
/// neither ten million orders nor those of locations that are not asked for are walked through.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    filter: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
) -> db::Result<Page<OrderSummary>> {
    let orders = find_nearest(tx, account, filter, from, count, Direction::Older)?;
    let rows = orders.into_iter().map(|order| (order.cursor(), order));
    Ok(Page::cut(rows.collect(), count))
}

/// The page just before `from`, newest first; none when there is no whole page before it, and the
/// list is better shown from its beginning.
pub(crate) fn find_newer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    filter: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
) -> db::Result<Option<Vec<OrderSummary>>> {
    let mut orders = find_nearest(tx, account, filter, from, count, Direction::Newer)?;
    if orders.len() <= count as usize {
        return Ok(None);
    }
    orders.truncate(count as usize);
    orders.reverse();
    Ok(Some(orders))
}

/// In which direction a list is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Older,
    Newer,
}

/// Locations that one question names: SQLite joins 500 selects at most.
const LOCATIONS: usize = 100;

/// Up to `count + 1` orders beyond `from`, the nearest first.
fn find_nearest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    filter: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
    direction: Direction,
) -> db::Result<Vec<OrderSummary>> {
    let filtered = location_query(account, filter, from, direction);
    let mut orders: Vec<OrderSummary> = match &filter.locations {
        None => list_query(&filtered, filter, &[], count, direction).all(tx)?,
        Some(locations) => {
            let mut orders = Vec::new();
            for some in locations.chunks(LOCATIONS) {
                let query = list_query(&filtered, filter, some, count, direction);
                orders.extend(query.all::<OrderSummary>(tx)?);
            }
            orders
        }
    };
    orders.sort_by(|one, other| {
        let nearest = (other.created_at, &other.id).cmp(&(one.created_at, &one.id));
        match direction {
            Direction::Older => nearest,
            Direction::Newer => nearest.reverse(),
        }
    });
    Ok(orders)
}

/// What is asked of each location, without its order and end.
fn location_query(
    account: &AccountId,
    filter: &OfficeOrderFilter,
    from: &Cursor,
    direction: Direction,
) -> QueryBuilder {
    // Where the time ends is where the list begins, so that the engine begins there, too.
    let end = filter.before.map(wire::time::stored);
    let (key, id) = match &end {
        Some(end) if direction == Direction::Older && *end < from.key => (end.as_str(), ""),
        _ => (from.key.as_str(), from.id.as_str()),
    };
    let (all, of_name) = match direction {
        Direction::Older => (NEWEST, NEWEST_OF_NAME),
        Direction::Newer => (NEWER, NEWER_OF_NAME),
    };
    let args = args![account, key, id];
    let mut query = match &filter.name {
        None => QueryBuilder::new(all, args),
        Some(name) => {
            let mut query = QueryBuilder::new(of_name, args);
            // SQL trims spaces only; what is copied from a page may have others.
            query.argument(name.as_str());
            query.argument(name.trim());
            query
        }
    };
    let before = filter.before.filter(|_| direction == Direction::Newer);
    query
        .bind_if(" AND o.status = ?", filter.status.map(OrderStatus::as_str))
        .bind_if(" AND o.customer_id = ?", filter.customer.as_ref())
        .bind_if(" AND o.created_at >= ?", filter.after)
        .bind_if(" AND o.created_at < ?", before);
    query
}

/// The nearest orders of these locations, or of all when none is named.
fn list_query(
    filtered: &QueryBuilder,
    filter: &OfficeOrderFilter,
    locations: &[LocationId],
    count: u32,
    direction: Direction,
) -> QueryBuilder {
    // A rare status and a customer are found through their own indexes, from which COALESCE keeps the
    // engine to stray.
    let is_led_by_location =
        filter.status.is_none() && filter.name.is_none() && filter.customer.is_none();
    let at_location = match is_led_by_location {
        true => " AND o.location_id = ?",
        false => " AND COALESCE(o.location_id, '') = ?",
    };
    let order = match direction {
        Direction::Older => "DESC",
        Direction::Newer => "ASC",
    };
    let mut query = QueryBuilder::new("", filtered.args());
    let limit = query.argument(count + 1);
    let end = format!(" ORDER BY o.created_at {order}, o.id {order} LIMIT {limit}) p");
    let part = format!("SELECT * FROM ({}", filtered.sql());
    if locations.is_empty() {
        query.push(&part).push(&end);
    }
    for (index, location) in locations.iter().enumerate() {
        let union = if index == 0 { "" } else { " UNION ALL " };
        query.push(union).push(&part);
        query.bind(at_location, location).push(&end);
    }
    query.push(&format!(
        " ORDER BY created_at {order}, id {order} LIMIT {limit}"
    ));
    query
}

/// A query for every text that [`newest`] and [`find_newer`] can ask, but for the numbers of locations
/// between.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let location = LocationId::from_generated("a-0".to_owned());
    let mut queries = Vec::new();
    for direction in [Direction::Older, Direction::Newer] {
        for bits in 0..32 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let filter = OfficeOrderFilter {
                locations: None,
                status: has(0).then_some(OrderStatus::New),
                name: has(1).then(|| "n".to_owned()),
                after: has(2).then_some(Timestamp::UNIX_EPOCH),
                before: has(3).then_some(Timestamp::UNIX_EPOCH),
                customer: has(4).then(|| CustomerId::from_generated("c".to_owned())),
            };
            let filtered = location_query(&account, &filter, &Cursor::start(), direction);
            for number in [0, 1, 2, LOCATIONS] {
                let locations = vec![location.clone(); number];
                queries.push(list_query(&filtered, &filter, &locations, 1, direction));
            }
        }
    }
    queries
}

/// One order of an account: where it is, and its document.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
) -> db::Result<Option<(LocationId, String)>> {
    tx.first(FIND, args![account, order])
}

//! Orders in the database: the document is what the API returns, with every private ref null.

use const_format::formatcp;
use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ClientId, CustomerId, LocationId, OrderId};
use wire::money::Money;
use wire::order::{Order, OrderLoyaltyOperation, OrderStatus};

use super::sales::{OrderKey, Sale};
use super::search_keys::OrderSearchKeys;
use super::{fire_time, sales, search_keys};
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Columns, FromRow, QueryBuilder, Tx, json};
use crate::events::store::lanes;
use crate::events::{self, Actor, NewEvent};
use crate::http::caller::AtLocation;
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO orders (account_id, id, location_id, status, ref, created_by, client_id,
            connection_id, customer_id, total, version, created_at, document, fires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    /// The document, and how many private refs the client has in it. COALESCE keeps planners
    /// without statistics from the index of the location, which they would walk through.
    FIND = "SELECT o.document, (SELECT COUNT(*) FROM private_refs r WHERE r.account_id = $1
            AND r.client_id = $4 AND r.holder_id IN (o.id, o.customer_id))
        FROM orders o WHERE o.account_id = $1 AND o.id = $2 AND COALESCE(o.location_id, '') = $3";
    LOCK = formatcp!("SELECT {} FROM orders
        WHERE account_id = $1 AND id = $2 AND COALESCE(location_id, '') = $3", OrderRow::COLUMNS);
    /// Wherever in the account it is.
    LOCK_ANYWHERE = formatcp!("SELECT {} FROM orders WHERE account_id = $1 AND id = $2",
        OrderRow::COLUMNS);
    FIND_LOCATION = "SELECT location_id FROM orders WHERE account_id = $1 AND id = $2";
    DETACH = "UPDATE orders SET customer_id = NULL, version = $3, document = $4
        WHERE account_id = $1 AND id = $2";
    UPDATE = "UPDATE orders SET status = $3, total = $4, version = $5, document = $6
        WHERE account_id = $1 AND id = $2";
    /// One that is not held back any longer was until now.
    MOVE_FIRE = "UPDATE orders SET fires_at = COALESCE(CAST($3 AS TEXT),
            CASE WHEN fires_at IS NOT NULL THEN CAST($4 AS TEXT) END)
        WHERE account_id = $1 AND id = $2";
    NEXT_SEQUENCE = "UPDATE orders SET version = $3 WHERE account_id = $1 AND id = $2";
    /// Begins every list of orders; [`page`] adds the filters and the end.
    PAGE = formatcp!("SELECT {} FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) > ($2, $3)", ListedOrder::COLUMNS);
    /// Begins a list of the few orders to which a client has given a certain private ref. The engines make a
    /// cross join in the order in which it is written: private refs first.
    PAGE_BY_PRIVATE_REF = formatcp!("SELECT {} FROM private_refs r CROSS JOIN orders o
        WHERE r.account_id = $1 AND r.client_id = $4 AND r.value = $5
            AND o.account_id = $1 AND o.id = r.object_id AND (o.created_at, o.id) > ($2, $3)",
        ListedOrder::COLUMNS);
}

row! {
    struct OrderRow {
        document: String = "document",
        version: i64 = "version",
    }
}

/// An order with its version, which counts from 1 what was told of it and of what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct VersionedOrder {
    /// The order, with every private ref null.
    pub order: Order,
    /// The order as it is stored: JSON.
    pub document: String,
    pub version: i64,
}

impl FromRow for VersionedOrder {
    fn from_columns(columns: &mut Columns<'_>) -> db::Result<Self> {
        let OrderRow { document, version } = OrderRow::from_columns(columns)?;
        Ok(Self {
            order: parse_order(&document)?,
            document,
            version,
        })
    }
}

row! {
    /// An order in a list.
    #[derive(Clone, Debug)]
    pub(crate) struct ListedOrder {
        created_at: String = "o.created_at",
        pub id: String = "o.id",
        pub customer: Option<CustomerId> = "o.customer_id",
        pub document: String = "o.document",
    }
}

impl ListedOrder {
    /// Its place in the list.
    fn cursor(&self) -> Cursor {
        Cursor {
            key: self.created_at.clone(),
            id: self.id.clone(),
        }
    }

    /// What private refs in the document lie in.
    pub(super) fn holders(&self) -> impl Iterator<Item = &str> {
        let customer = self.customer.as_ref().map(CustomerId::as_str);
        std::iter::once(self.id.as_str()).chain(customer)
    }
}

/// What is needed of a new order once its document is written: a large order is not kept beside it.
#[derive(Clone, Debug)]
pub(crate) struct OrderHead {
    pub id: OrderId,
    pub location: LocationId,
    pub status: OrderStatus,
    pub reference: Option<String>,
    pub customer: Option<CustomerId>,
    pub total: Money,
    pub loyalty_operations: Vec<OrderLoyaltyOperation>,
    /// When it is expected; none when it is wanted at once.
    pub wanted_at: Option<Timestamp>,
    /// What it is worth.
    sale: Sale,
    /// By what it is found.
    search_keys: OrderSearchKeys,
}

impl From<Order> for OrderHead {
    fn from(order: Order) -> Self {
        Self {
            wanted_at: fire_time::wanted_at(&order),
            sale: Sale::of(&order),
            search_keys: OrderSearchKeys::of(&order),
            id: order.id,
            location: order.location_id,
            status: order.status,
            reference: order.reference,
            customer: order.customer.id,
            total: order.total,
            loyalty_operations: order.loyalty_operations,
        }
    }
}

/// Reads an order as it is stored.
pub(crate) fn parse_order(document: &str) -> db::Result<Order> {
    json::read(document, "an order")
}

/// Adds an order, whose document has no private refs, and tells everybody.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    order: &OrderHead,
    document: &str,
    by: &Actor,
) -> db::Result<()> {
    let (now, version) = (tx.now(), tx.version_after(0));
    let fire_at = fire_time::of_new(tx, at, order)?;
    tx.write(
        INSERT,
        args![
            &at.account,
            &order.id,
            &order.location,
            order.status.as_str(),
            order.reference.as_deref(),
            &at.caller.client_name,
            &at.caller.client,
            &at.caller.connection,
            order.customer.as_ref(),
            order.total.cents(),
            version,
            now,
            document,
            fire_at
        ],
    )?;
    let key = OrderKey {
        account: &at.account,
        location: &order.location,
        order: &order.id,
        created_at: now,
    };
    sales::insert(tx, key, &order.sale)?;
    search_keys::put(tx, key, &order.search_keys)?;
    let new_event = NewEvent::new(EventResource::Order, EventType::Create, &at.account)
        .at(&order.location)
        .order(&order.id)
        .subject(order.id.as_str(), version)
        .states(None, Some(document))
        .fire_at(fire_at);
    events::record(tx, new_event, by)
}

/// Keeps the rows beside an order that has changed.
fn update_beside(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: &Order,
    after: &Order,
) -> db::Result<()> {
    let key = OrderKey {
        account,
        location: &after.location_id,
        order: &after.id,
        created_at: after.created_at.at(),
    };
    sales::update(tx, key, &Sale::of(before), &Sale::of(after))?;
    let (was, is) = (OrderSearchKeys::of(before), OrderSearchKeys::of(after));
    search_keys::update(tx, key, &was, &is)
}

/// The document of one order of a location, and whether the client has private refs in it.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    location: &LocationId,
    order: &OrderId,
) -> db::Result<Option<(String, bool)>> {
    let found: Option<(String, i64)> = tx.first(FIND, args![account, order, location, client])?;
    Ok(found.map(|(document, refs)| (document, refs > 0)))
}

/// One order of a location, kept from others until this change is decided.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    order: &OrderId,
) -> db::Result<Option<VersionedOrder>> {
    tx.first_locked(LOCK, args![account, order, location])
}

/// Keeps `after` in place of `before` and tells everybody. Answers the new document; nothing
/// changed, nothing happens.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: &VersionedOrder,
    after: &Order,
    by: &Actor,
) -> db::Result<String> {
    if before.order == *after {
        return Ok(before.document.clone());
    }
    let (version, new) = (tx.version_after(before.version), json::text(after)?);
    let (status, total) = (after.status.as_str(), after.total.cents());
    tx.write(
        UPDATE,
        args![account, &after.id, status, total, version, new.as_str()],
    )?;
    update_beside(tx, account, &before.order, after)?;
    let new_event = NewEvent::new(EventResource::Order, EventType::Update, account)
        .at(&after.location_id)
        .order(&after.id)
        .subject(after.id.as_str(), version)
        .states(Some(&before.document), Some(&new));
    events::record(tx, new_event, by)?;
    if let Some(fire_at) = fire_time::of_changed(tx, account, &before.order, after)? {
        tx.write(MOVE_FIRE, args![account, &after.id, fire_at, tx.now()])?;
        lanes::move_fire(tx, account, after.id.as_str(), fire_at)?;
    }
    Ok(new)
}

/// The location of an order of the account.
pub(crate) fn find_location(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
) -> db::Result<Option<LocationId>> {
    let found: Option<(LocationId,)> = tx.first(FIND_LOCATION, args![account, order])?;
    Ok(found.map(|(location,)| location))
}

/// Erases the personal data of the customer from an order, and tells everybody: of the state before,
/// too, without what is erased.
pub(crate) fn anonymise(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    by: &Actor,
) -> db::Result<()> {
    let found: Option<VersionedOrder> = tx.first_locked(LOCK_ANYWHERE, args![account, order])?;
    let Some(mut before) = found.filter(|stored| !stored.order.customer.anonymised) else {
        return Ok(());
    };
    before.order.customer.anonymise();
    let after = before.order.clone();
    before.order.customer.anonymised = false;
    before.document = json::text(&before.order)?;
    search_keys::delete(tx, account, order)?;
    update(tx, account, &before, &after, by).map(drop)
}

/// Takes the ids of a customer who is removed from an order; what it shows of the customer stays.
/// Nobody is told.
pub(crate) fn detach(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<()> {
    let found: Option<VersionedOrder> = tx.first_locked(LOCK_ANYWHERE, args![account, order])?;
    let Some(mut stored) = found else {
        return Ok(());
    };
    stored.order.customer.id = None;
    stored.order.customer.customer_list_id = None;
    let (version, document) = (tx.version_after(stored.version), json::text(&stored.order)?);
    tx.write(DETACH, args![account, order, version, document])
}

/// The number, in the sequence of a locked order, of something that happened to what belongs to it,
/// such as its delivery.
pub(crate) fn next_sequence(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &mut VersionedOrder,
) -> db::Result<i64> {
    order.version = tx.version_after(order.version);
    tx.write(
        NEXT_SEQUENCE,
        args![account, &order.order.id, order.version],
    )?;
    Ok(order.version)
}

/// Which orders of an account are wanted; what is none does not narrow them down.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OrderFilter<'a> {
    pub location: Option<&'a LocationId>,
    pub status: Option<OrderStatus>,
    /// Name of the client that sent it.
    pub created_by: Option<&'a str>,
    /// The order's own private ref of a client.
    pub private_ref: Option<(&'a ClientId, &'a str)>,
    pub customer: Option<&'a str>,
    /// Created then or later.
    pub after: Option<Timestamp>,
    /// Created before then.
    pub before: Option<Timestamp>,
}

impl OrderFilter<'_> {
    /// The conditions. Only what is asked for is in the text, so that the engine finds the index that
    /// fits.
    fn narrow(&self, query: &mut QueryBuilder) {
        let led = |column: &str, leads: bool| match leads {
            true => format!(" AND {column} = ?"),
            false => format!(" AND COALESCE({column}, '') = ?"),
        };
        // One index leads to the page, the rest is looked at on the way: a customer's few orders
        // before all, then a status, but that in which most orders end. COALESCE keeps the engine
        // from the other indexes.
        let is_rare = self
            .status
            .is_some_and(|status| status != OrderStatus::Completed);
        let by_customer = self.customer.is_some();
        let by_sender = !by_customer && self.created_by.is_some() && !is_rare;
        let by_status = !by_customer && !by_sender;
        let status = self.status.map(OrderStatus::as_str);
        query
            .bind_if(&led("o.location_id", !by_customer), self.location)
            .bind_if(&led("o.status", by_status), status)
            .bind_if(&led("o.created_by", by_sender), self.created_by)
            .bind_if(" AND o.customer_id = ?", self.customer)
            .bind_if(" AND o.created_at < ?", self.before);
    }
}

/// A page of orders of an account, oldest first.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    filter: &OrderFilter<'_>,
    wanted: &PageRequest,
) -> db::Result<Page<ListedOrder>> {
    let rows: Vec<ListedOrder> = list_query(account, filter, wanted).all(tx)?;
    let rows = rows.into_iter().map(|order| (order.cursor(), order));
    Ok(Page::cut(rows.collect(), wanted.count))
}

fn list_query(account: &AccountId, filter: &OrderFilter<'_>, wanted: &PageRequest) -> QueryBuilder {
    // Where the time begins is where the list begins, so that the engine begins there, too.
    let start = filter.after.map(wire::time::stored);
    let (key, id) = match &start {
        Some(start) if *start > wanted.after.key => (start.as_str(), ""),
        _ => (wanted.after.key.as_str(), wanted.after.id.as_str()),
    };
    let args = args![account, key, id];
    let mut query = match filter.private_ref {
        None => QueryBuilder::new(PAGE, args),
        Some((client, value)) => {
            let mut query = QueryBuilder::new(PAGE_BY_PRIVATE_REF, args);
            query.argument(client);
            query.argument(value);
            query
        }
    };
    filter.narrow(&mut query);
    query.bind(" ORDER BY o.created_at, o.id LIMIT ?", wanted.count + 1);
    query
}

/// A query for every text that [`page`] can ask.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let location = LocationId::from_generated("a-0".to_owned());
    let client = ClientId::from_generated("c".to_owned());
    let wanted = PageRequest {
        count: 1,
        after: Cursor::start(),
    };
    // What filters there are, in the bits of a number. A status that is rare and one that is not
    // go by other indexes.
    let statuses = [None, Some(OrderStatus::New), Some(OrderStatus::Completed)];
    let filters = statuses.into_iter().flat_map(|status| {
        let (location, client) = (&location, &client);
        (0..32).map(move |bits| {
            let has = |bit: u32| bits & (1 << bit) != 0;
            OrderFilter {
                location: has(0).then_some(location),
                status,
                created_by: has(1).then_some("c"),
                private_ref: has(2).then_some((client, "r")),
                customer: has(3).then_some("c"),
                after: None,
                before: has(4).then_some(Timestamp::UNIX_EPOCH),
            }
        })
    });
    let queries = filters.map(|filter| list_query(&account, &filter, &wanted));
    queries.collect()
}

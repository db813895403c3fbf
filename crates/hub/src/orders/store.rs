//! Orders in the database: the document is what the API returns, with every private ref null.

use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ClientId, CustomerId, LocationId, OrderId};
use wire::money::Money;
use wire::order::{Order, OrderLoyaltyOperation, OrderStatus};

use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, FromRow, Row, Tx, Value, json};
use crate::events::{self, Actor, NewEvent};
use crate::http::caller::AtLocation;
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO orders (account_id, id, location_id, status, ref, created_by, client_id,
            connection_id, customer_id, total, version, created_at, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The document, and how many private refs the client has in it. COALESCE keeps planners
    /// without statistics from the index of the location, which they would walk through.
    FIND = "SELECT o.document, (SELECT COUNT(*) FROM private_refs r WHERE r.account_id = $1
            AND r.client_id = $4 AND r.holder_id IN (o.id, o.customer_id))
        FROM orders o WHERE o.account_id = $1 AND o.id = $2 AND COALESCE(o.location_id, '') = $3";
    LOCK = "SELECT document, version FROM orders
        WHERE account_id = $1 AND id = $2 AND COALESCE(location_id, '') = $3";
    /// Wherever in the account it is.
    LOCK_ANYWHERE = "SELECT document, version FROM orders WHERE account_id = $1 AND id = $2";
    FIND_LOCATION = "SELECT location_id FROM orders WHERE account_id = $1 AND id = $2";
    DETACH = "UPDATE orders SET customer_id = NULL, version = $3, document = $4
        WHERE account_id = $1 AND id = $2";
    UPDATE = "UPDATE orders SET status = $3, total = $4, version = $5, document = $6
        WHERE account_id = $1 AND id = $2";
    TAKE_TURN = "UPDATE orders SET version = $3 WHERE account_id = $1 AND id = $2";
    /// What every list begins with; [`page`] adds the filters and the end.
    PAGE = "SELECT o.created_at, o.id, o.customer_id, o.document FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) > ($2, $3)";
    /// The same for the few orders that a client calls so. A cross join is made in this order.
    PAGE_BY_PRIVATE_REF = "SELECT o.created_at, o.id, o.customer_id, o.document
        FROM private_refs r CROSS JOIN orders o
        WHERE r.account_id = $1 AND r.client_id = $4 AND r.value = $5
            AND o.account_id = $1 AND o.id = r.object_id AND (o.created_at, o.id) > ($2, $3)";
}

/// An order with its version, which counts from 1 what was told of it and of what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The order, with every private ref null.
    pub order: Order,
    /// The same as text.
    pub document: String,
    pub version: i64,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let document: String = row.get(0)?;
        Ok(Self {
            order: parsed(&document)?,
            document,
            version: row.get(1)?,
        })
    }
}

/// An order in a list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub id: String,
    pub customer: Option<CustomerId>,
    pub document: String,
}

impl Listed {
    /// What private refs in the document lie in.
    pub(super) fn holders(&self) -> impl Iterator<Item = &str> {
        let customer = self.customer.as_ref().map(CustomerId::as_str);
        std::iter::once(self.id.as_str()).chain(customer)
    }
}

/// What is needed of a new order once its document is written: a large order is not kept beside it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub id: OrderId,
    pub location: LocationId,
    pub status: OrderStatus,
    pub reference: Option<String>,
    pub customer: Option<CustomerId>,
    pub total: Money,
    pub loyalty_operations: Vec<OrderLoyaltyOperation>,
}

impl From<Order> for Head {
    fn from(order: Order) -> Self {
        Self {
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
pub(crate) fn parsed(document: &str) -> db::Result<Order> {
    json::read(document, "an order")
}

/// Adds an order, whose document has no private refs, and tells everybody.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    order: &Head,
    document: &str,
    by: &Actor,
) -> db::Result<()> {
    let (now, version) = (tx.now(), tx.version_after(0));
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
            document
        ],
    )?;
    let happened = NewEvent::new(EventResource::Order, EventType::Create, &at.account)
        .at(&order.location)
        .order(&order.id)
        .subject(order.id.as_str(), version)
        .states(None, Some(document));
    events::record(tx, happened, by)
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
) -> db::Result<Option<Stored>> {
    tx.first_locked(LOCK, args![account, order, location])
}

/// Keeps `after` in place of `before` and tells everybody. Answers the new document; nothing
/// changed, nothing happens.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: &Stored,
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
    let happened = NewEvent::new(EventResource::Order, EventType::Update, account)
        .at(&after.location_id)
        .order(&after.id)
        .subject(after.id.as_str(), version)
        .states(Some(&before.document), Some(&new));
    events::record(tx, happened, by)?;
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
    let found: Option<Stored> = tx.first_locked(LOCK_ANYWHERE, args![account, order])?;
    let Some(mut before) = found.filter(|stored| !stored.order.customer.anonymised) else {
        return Ok(());
    };
    before.order.customer.anonymise();
    let after = before.order.clone();
    before.order.customer.anonymised = false;
    before.document = json::text(&before.order)?;
    update(tx, account, &before, &after, by).map(drop)
}

/// Takes the ids of a customer who is removed from an order; what it shows of him stays. Nobody is
/// told.
pub(crate) fn detach(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<()> {
    let found: Option<Stored> = tx.first_locked(LOCK_ANYWHERE, args![account, order])?;
    let Some(mut stored) = found else {
        return Ok(());
    };
    stored.order.customer.id = None;
    stored.order.customer.customer_list_id = None;
    let (version, document) = (tx.version_after(stored.version), json::text(&stored.order)?);
    tx.write(DETACH, args![account, order, version, document])
}

/// The turn, among the events of a locked order, of something that happened to what belongs to it,
/// such as its delivery.
pub(crate) fn take_turn(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &mut Stored,
) -> db::Result<i64> {
    order.version = tx.version_after(order.version);
    tx.write(TAKE_TURN, args![account, &order.order.id, order.version])?;
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
    /// The conditions, with their arguments numbered after those already there. Only what is asked
    /// for is in the text, so that the engine finds the index that fits.
    fn narrow(&self, sql: &mut String, args: &mut Vec<Value>) {
        let mut condition = |text: &str, value: Value| {
            args.push(value);
            sql.push_str(&text.replace('?', &format!("${}", args.len())));
        };
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
        if let Some(location) = self.location {
            condition(&led("o.location_id", !by_customer), location.into());
        }
        if let Some(status) = self.status {
            let leads = !by_customer && !by_sender;
            condition(&led("o.status", leads), status.as_str().into());
        }
        if let Some(created_by) = self.created_by {
            condition(&led("o.created_by", by_sender), created_by.into());
        }
        if let Some(customer) = self.customer {
            condition(" AND o.customer_id = ?", customer.into());
        }
        if let Some(before) = self.before {
            condition(" AND o.created_at < ?", before.into());
        }
    }
}

/// A page of orders of an account, oldest first.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    which: &OrderFilter<'_>,
    wanted: &PageRequest,
) -> db::Result<Page<Listed>> {
    // Where the time begins is where the list begins, so that the engine begins there, too.
    let start = which.after.map(wire::time::stored);
    let (key, id) = match &start {
        Some(start) if *start > wanted.after.key => (start.as_str(), ""),
        _ => (wanted.after.key.as_str(), wanted.after.id.as_str()),
    };
    let mut args = args![account, key, id].to_vec();
    let mut sql = match which.private_ref {
        None => PAGE.to_owned(),
        Some((client, value)) => {
            args.extend([Value::from(client), Value::from(value)]);
            PAGE_BY_PRIVATE_REF.to_owned()
        }
    };
    which.narrow(&mut sql, &mut args);
    args.push(Value::from(wanted.count + 1));
    sql.push_str(&format!(
        " ORDER BY o.created_at, o.id LIMIT ${}",
        args.len()
    ));
    let rows: Vec<(String, String, Option<CustomerId>, String)> = tx.all(&sql, &args)?;
    let listed = rows.into_iter().map(|(key, id, customer, document)| {
        let cursor = Cursor {
            key,
            id: id.clone(),
        };
        let listed = Listed {
            id,
            customer,
            document,
        };
        (cursor, listed)
    });
    Ok(Page::cut(listed.collect(), wanted.count))
}

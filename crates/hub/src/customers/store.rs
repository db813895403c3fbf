//! Customers in the database: the document holds the personal data and custom fields; statistics are
//! columns, because orders change them.

use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ClientId, CustomerId, CustomerListId, LocationId};
use wire::order::{CustomerDetails, OrderCustomer};

use super::Customer;
use crate::db::{self, FromRow, Row, Tx};
use crate::events::{self, By, Happened};
use crate::{args, private_refs, statements};

statements! {
    INSERT = "INSERT INTO customers (account_id, id, customer_list_id, nb_orders, order_total,
            first_order_date, last_order_date, document, version, created_at)
        VALUES ($1, $2, $3, 0, 0, NULL, NULL, $4, 1, $5)";
    FIND = "SELECT c.id, c.customer_list_id, c.nb_orders, c.order_total, c.first_order_date,
            c.last_order_date, c.document, c.version, c.created_at,
            (SELECT l.location_id FROM customer_lists l
                WHERE l.account_id = c.account_id AND l.id = c.customer_list_id),
            (SELECT r.value FROM private_refs r WHERE r.account_id = c.account_id
                AND r.client_id = $3 AND r.holder_id = c.id AND r.object_id = c.id)
        FROM customers c WHERE c.account_id = $1 AND c.id = $2";
    /// From the ref to the customer, not the other way round: a cross join is made in this order.
    BY_PRIVATE_REF = "SELECT c.id, c.customer_list_id, c.nb_orders, c.order_total, c.first_order_date,
            c.last_order_date, c.document, c.version, c.created_at,
            (SELECT l.location_id FROM customer_lists l
                WHERE l.account_id = c.account_id AND l.id = c.customer_list_id),
            r.value
        FROM private_refs r CROSS JOIN customers c
        WHERE r.account_id = $1 AND r.client_id = $3 AND r.value = $4
            AND c.account_id = $1 AND c.id = r.object_id AND c.customer_list_id = $2";
    COUNT_ORDER = "UPDATE customers SET nb_orders = $3, order_total = $4, first_order_date = $5,
            last_order_date = $6, version = $7
        WHERE account_id = $1 AND id = $2";
}

impl FromRow for Customer {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let document: String = row.get(6)?;
        Ok(Self {
            id: row.get(0)?,
            list: row.get(1)?,
            nb_orders: row.get(2)?,
            order_total: row.get(3)?,
            first_order: row.get(4)?,
            last_order: row.get(5)?,
            person: serde_json::from_str(&document)
                .map_err(|error| db::Error::corrupt(6, &error.to_string()))?,
            version: row.get(7)?,
            created_at: row.get(8)?,
            location: row.get(9)?,
            private_ref: row.get(10)?,
        })
    }
}

fn document(customer: &OrderCustomer) -> db::Result<String> {
    serde_json::to_string(customer).map_err(|error| db::Error::Broken(error.to_string()))
}

/// Adds a customer to a list of the account. Nobody is told.
pub fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    details: CustomerDetails,
) -> db::Result<Customer> {
    let id = CustomerId::from_generated(tx.fresh_id()?);
    let (now, person) = (tx.now(), OrderCustomer::guest(details));
    tx.write(INSERT, args![account, &id, list, document(&person)?, now])?;
    Ok(Customer {
        id,
        list: list.clone(),
        location: None,
        person,
        nb_orders: 0,
        order_total: 0,
        first_order: None,
        last_order: None,
        version: 1,
        created_at: now,
        private_ref: None,
    })
}

/// Sets what a client calls a customer; none removes it. That it is unique in the list is for the
/// caller to see to.
pub fn set_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    customer: &CustomerId,
    value: Option<&str>,
) -> db::Result<()> {
    let id = customer.as_str();
    private_refs::store::set(tx, account, client, id, id, value)
}

/// One customer of an account, as a client sees him.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    tx.first(FIND, args![account, customer, client])
}

/// The customer of a list whom a client knows by that private ref.
pub fn find_by_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    value: &str,
) -> db::Result<Option<Customer>> {
    tx.first(BY_PRIVATE_REF, args![account, list, client, value])
}

/// One customer whom a location can reach, kept from others until this change is decided.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    location: &LocationId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    let found = tx.first_locked(FIND, args![account, customer, client])?;
    Ok(found.filter(|customer| is_reachable(customer, location)))
}

/// The same by a private ref.
pub(crate) fn lock_by_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    location: &LocationId,
    (list, value): (&CustomerListId, &str),
) -> db::Result<Option<Customer>> {
    let found = tx.first_locked(BY_PRIVATE_REF, args![account, list, client, value])?;
    Ok(found.filter(|customer| is_reachable(customer, location)))
}

/// Lists of the account, and the location's own.
fn is_reachable(customer: &Customer, location: &LocationId) -> bool {
    customer.location.as_ref().is_none_or(|own| own == location)
}

/// Keeps the statistics of a customer who has ordered.
pub(crate) fn count_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    after: &Customer,
) -> db::Result<()> {
    tx.write(
        COUNT_ORDER,
        args![
            account,
            &after.id,
            after.nb_orders,
            after.order_total,
            after.first_order,
            after.last_order,
            after.version
        ],
    )
}

/// Tells everybody that a customer has changed.
pub(crate) fn tell_update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    (before, after): (&OrderCustomer, &OrderCustomer),
    by: &By,
) -> db::Result<()> {
    let (old, new) = (document(before)?, document(after)?);
    let mut happened = Happened::new(EventResource::Customer, EventType::Update, account)
        .customer(&customer.list, &customer.id)
        .subject(customer.id.as_str(), customer.version)
        .states(Some(&old), Some(&new));
    if let Some(location) = &customer.location {
        happened = happened.at(location);
    }
    events::record(tx, happened, by)
}

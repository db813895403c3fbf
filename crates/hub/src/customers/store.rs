//! Customers in the database: the document holds the personal data and custom fields; statistics are
//! columns, because orders change them, and so is what lists are searched by.

use const_format::{formatcp, str_replace};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::customer::{CustomerDetails, OrderCustomer};
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ClientId, CustomerId, CustomerListId, LocationId};

use super::search::{Pieces, SearchKeys};
use crate::db::{self, Json, Tx, json};
use crate::events::{self, Actor, NewEvent};
use crate::{args, private_refs, row, statements};

row! {
    /// A customer as stored, and as the client `$2` sees them. `:account` and `:list` stand for the
    /// account and the list of the customer.
    #[derive(Clone, Debug)]
    pub struct Customer {
        /// Identifier.
        pub id: CustomerId = "c.id",
        /// The list the customer is in.
        pub list: CustomerListId = "c.customer_list_id",
        /// The location that the list belongs to; none for a list of the whole account.
        pub location: Option<LocationId> = "(SELECT l.location_id FROM customer_lists l
            WHERE l.account_id = :account AND l.id = :list)",
        /// The zone in which the list shows times: the location's, or the account's.
        pub zone: TimeZone = "COALESCE((SELECT p.timezone FROM customer_lists l
                    JOIN locations p ON p.account_id = l.account_id AND p.id = l.location_id
                    WHERE l.account_id = :account AND l.id = :list),
                (SELECT a.timezone FROM accounts a WHERE a.id = :account))",
        /// Personal data and custom fields. Identifiers, statistics and loyalty cards of it are not
        /// filled in: see [`Customer::view_in_zone`].
        pub person: OrderCustomer as Json = "c.document",
        /// Orders so far.
        pub nb_orders: i64 = "c.nb_orders",
        /// What they cost together, in minor units of the account's currency.
        pub order_total: i64 = "c.order_total",
        /// When the first was placed.
        pub first_order: Option<Timestamp> = "c.first_order_date",
        /// When the last was placed.
        pub last_order: Option<Timestamp> = "c.last_order_date",
        /// Counts changes, from 1.
        pub version: i64 = "c.version",
        /// When the customer was added to the list.
        pub created_at: Timestamp = "c.created_at",
        /// What the asking client calls the customer.
        pub private_ref: Option<String> = "(SELECT r.value FROM private_refs r
            WHERE r.account_id = c.account_id AND r.client_id = $2 AND r.holder_id = c.id
                AND r.object_id = c.id)",
    }
}

const COLUMNS: &str = str_replace!(
    str_replace!(Customer::COLUMNS, ":account", "c.account_id"),
    ":list",
    "c.customer_list_id"
);

/// The columns of customers who are all in the list `$3` of the account `$1`. With arguments instead of
/// columns the engines look up account and list once for all rows.
pub(super) const COLUMNS_OF_LIST: &str = str_replace!(
    str_replace!(Customer::COLUMNS, ":account", "$1"),
    ":list",
    "$3"
);

/// Customers of a list that was deleted are there no longer, even if nobody has removed them yet.
const IS_IN_A_LIST: &str = "EXISTS (SELECT 1 FROM customer_lists t
            WHERE t.account_id = c.account_id AND t.id = c.customer_list_id)";

statements! {
    INSERT = "INSERT INTO customers (account_id, id, customer_list_id, nb_orders, order_total,
            first_order_date, last_order_date, email, phone, document, version, created_at)
        VALUES ($1, $2, $3, 0, 0, NULL, NULL, $4, $5, $6, $7, $8)";
    /// Where a list shows its customers: its location, and the zone of that or of the account.
    LOCATION_AND_ZONE = "SELECT l.location_id, COALESCE((SELECT p.timezone FROM locations p
                WHERE p.account_id = l.account_id AND p.id = l.location_id),
            (SELECT a.timezone FROM accounts a WHERE a.id = l.account_id))
        FROM customer_lists l WHERE l.account_id = $1 AND l.id = $2";
    FIND = formatcp!("SELECT {COLUMNS} FROM customers c
        WHERE c.account_id = $1 AND c.id = $3 AND {IS_IN_A_LIST}");
    /// From the ref to the customer, not the other way round: a cross join is made in this order.
    BY_PRIVATE_REF = formatcp!("SELECT {COLUMNS} FROM private_refs r CROSS JOIN customers c
        WHERE r.account_id = $1 AND r.client_id = $2 AND r.value = $3
            AND c.account_id = $1 AND c.id = r.object_id AND c.customer_list_id = $4
            AND {IS_IN_A_LIST}");
    COUNT_ORDER = "UPDATE customers SET nb_orders = $3, order_total = $4, first_order_date = $5,
            last_order_date = $6, version = $7
        WHERE account_id = $1 AND id = $2";
    UPDATE = "UPDATE customers SET email = $3, phone = $4, document = $5, version = $6
        WHERE account_id = $1 AND id = $2";
    COUNT_CHANGE = "UPDATE customers SET version = $3 WHERE account_id = $1 AND id = $2";
}

/// Adds a customer to a list of the account. Nobody is told.
pub fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    details: CustomerDetails,
) -> db::Result<Customer> {
    add(tx, account, list, OrderCustomer::guest(details))
}

/// Adds somebody of whom more than details is known. Nobody is told.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    person: OrderCustomer,
) -> db::Result<Customer> {
    let location_and_zone: Option<(Option<LocationId>, TimeZone)> =
        tx.first(LOCATION_AND_ZONE, args![account, list])?;
    let (location, zone) =
        location_and_zone.ok_or_else(|| db::Error::Broken("no such customer list".to_owned()))?;
    let id = CustomerId::from_generated(tx.fresh_id()?);
    let (now, version) = (tx.now(), tx.version_after(0));
    let searched = SearchKeys::of(&person);
    tx.write(
        INSERT,
        args![
            account,
            &id,
            list,
            searched.email.as_deref(),
            searched.phone.as_deref(),
            json::text(&person)?,
            version,
            now
        ],
    )?;
    let pieces = Pieces {
        account,
        list,
        customer: &id,
        created_at: now,
    };
    pieces.add(tx, &searched)?;
    Ok(Customer {
        id,
        list: list.clone(),
        location,
        zone,
        person,
        nb_orders: 0,
        order_total: 0,
        first_order: None,
        last_order: None,
        version,
        created_at: now,
        private_ref: None,
    })
}

/// Keeps what a customer is found by whose row was written by other means than [`insert`].
pub fn index(
    tx: &mut Tx<'_>,
    (account, list): (&AccountId, &CustomerListId),
    (customer, created_at): (&CustomerId, Timestamp),
    person: &OrderCustomer,
) -> db::Result<()> {
    let pieces = Pieces {
        account,
        list,
        customer,
        created_at,
    };
    pieces.add(tx, &SearchKeys::of(person))
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

/// One customer of an account, as a client sees it.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    tx.first(FIND, args![account, client, customer])
}

/// The customer of a list whom a client knows by that private ref.
pub fn find_by_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    value: &str,
) -> db::Result<Option<Customer>> {
    tx.first(BY_PRIVATE_REF, args![account, client, value, list])
}

/// One customer of a list, as a client sees it.
pub(crate) fn find_in_list(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    let found = find(tx, account, client, customer)?;
    Ok(found.filter(|customer| customer.list == *list))
}

/// One customer of a list, kept from others until this change is decided.
pub(crate) fn lock_in_list(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    let found: Option<Customer> = tx.first_locked(FIND, args![account, client, customer])?;
    Ok(found.filter(|customer| customer.list == *list))
}

/// One customer whom a location can reach, kept from others until this change is decided.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    location: &LocationId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    let found = tx.first_locked(FIND, args![account, client, customer])?;
    Ok(found.filter(|customer| is_reachable(customer, location)))
}

/// Finds and locks a customer by the private ref that a client has given to it.
pub(crate) fn lock_by_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    location: &LocationId,
    (list, value): (&CustomerListId, &str),
) -> db::Result<Option<Customer>> {
    let found = tx.first_locked(BY_PRIVATE_REF, args![account, client, value, list])?;
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

/// Keeps personal data, custom fields and version of a customer. Nobody is told.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    (before, after): (&Customer, &Customer),
) -> db::Result<()> {
    let (old, searched) = (
        SearchKeys::of(&before.person),
        SearchKeys::of(&after.person),
    );
    if old != searched {
        let pieces = Pieces {
            account,
            list: &after.list,
            customer: &after.id,
            created_at: after.created_at,
        };
        pieces.remove(tx, &old)?;
        pieces.add(tx, &searched)?;
    }
    tx.write(
        UPDATE,
        args![
            account,
            &after.id,
            searched.email.as_deref(),
            searched.phone.as_deref(),
            json::text(&after.person)?,
            after.version
        ],
    )
}

/// Keeps the version of a customer when something besides its own fields has changed.
pub(crate) fn count_change(
    tx: &mut Tx<'_>,
    account: &AccountId,
    after: &Customer,
) -> db::Result<()> {
    tx.write(COUNT_CHANGE, args![account, &after.id, after.version])
}

/// Tells everybody that there is a new customer.
pub(super) fn record_create(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    state: &OrderCustomer,
    by: &Actor,
) -> db::Result<()> {
    let new = json::text(state)?;
    let new_event = new_event(EventType::Create, account, customer).states(None, Some(&new));
    events::record(tx, new_event, by)
}

/// Tells everybody that a customer has changed.
pub(crate) fn record_update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    (before, after): (&OrderCustomer, &OrderCustomer),
    by: &Actor,
) -> db::Result<()> {
    let (old, new) = (json::text(before)?, json::text(after)?);
    let new_event = new_event(EventType::Update, account, customer).states(Some(&old), Some(&new));
    events::record(tx, new_event, by)
}

fn new_event<'a>(kind: EventType, account: &'a AccountId, customer: &'a Customer) -> NewEvent<'a> {
    let new_event = NewEvent::new(EventResource::Customer, kind, account)
        .customer(&customer.list, &customer.id)
        .subject(customer.id.as_str(), customer.version);
    match &customer.location {
        Some(location) => new_event.at(location),
        None => new_event,
    }
}

//! Loyalty cards in the database.

use const_format::formatcp;
use wire::id::{AccountId, CustomerListId, LocationId, LoyaltyCardId, OrderId};

use crate::customers::Customer;
use crate::customers::cards::{CardRow, CustomerCard};
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, QueryBuilder, Tx};
use crate::{args, statements};

statements! {
    FIND = formatcp!("{SELECT}
        WHERE k.account_id = $1 AND k.id = $2 AND COALESCE(k.customer_list_id, '') = $3");
    /// The cards of a list; [`page`] adds the filters and the end.
    PAGE = formatcp!("{SELECT}
        WHERE k.account_id = $1 AND k.customer_list_id = $2 AND (k.created_at, k.id) > ($3, $4)");
    /// The few of one customer. COALESCE keeps planners from the index of the list, which they would
    /// walk through.
    PAGE_OF_CUSTOMER = formatcp!("{SELECT}
        WHERE k.account_id = $1 AND COALESCE(k.customer_list_id, '') = $2
            AND (COALESCE(k.created_at, ''), k.id) > ($3, $4) AND k.customer_id = $5");
    ORDER_LOCATION = "SELECT location_id FROM orders WHERE account_id = $1 AND id = $2";
    INSERT = "INSERT INTO loyalty_cards (account_id, id, customer_list_id, customer_id, ref, name,
            balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE loyalty_cards SET ref = $3, name = $4, balance = $5
        WHERE account_id = $1 AND id = $2";
}

const SELECT: &str = formatcp!("SELECT {} FROM loyalty_cards k", CardRow::COLUMNS);

/// One card of a list.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    card: &LoyaltyCardId,
) -> db::Result<Option<CardRow>> {
    tx.first(FIND, args![account, card, list])
}

/// Which cards of a list are wanted; what is none does not narrow them down.
#[derive(Clone, Debug, Default)]
pub(super) struct CardFilter {
    pub customer: Option<String>,
    pub reference: Option<String>,
    pub name: Option<String>,
}

/// A page of the cards of a list, oldest first.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    filter: &CardFilter,
    wanted: &PageRequest,
) -> db::Result<Page<CardRow>> {
    let rows: Vec<CardRow> = list_query(account, list, filter, wanted).all(tx)?;
    let rows = rows.into_iter().map(|row| (row.cursor(), row));
    Ok(Page::cut(rows.collect(), wanted.count))
}

fn list_query(
    account: &AccountId,
    list: &CustomerListId,
    filter: &CardFilter,
    wanted: &PageRequest,
) -> QueryBuilder {
    let (key, id) = (wanted.after.key.as_str(), wanted.after.id.as_str());
    let args = args![account, list, key, id];
    let mut query = match &filter.customer {
        Some(customer) => {
            let mut query = QueryBuilder::new(PAGE_OF_CUSTOMER, args);
            query.argument(customer);
            query
        }
        None => QueryBuilder::new(PAGE, args),
    };
    query
        .bind_if(" AND k.ref = ?", filter.reference.as_deref())
        .bind_if(" AND k.name = ?", filter.name.as_deref())
        .bind(" ORDER BY k.created_at, k.id LIMIT ?", wanted.count + 1);
    query
}

/// A query for every text that [`page`] can ask.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let list = CustomerListId::from_generated("l".to_owned());
    let wanted = PageRequest {
        count: 1,
        after: Cursor::start(),
    };
    let options = [None, Some("x".to_owned())];
    let mut queries = Vec::new();
    for customer in &options {
        for reference in &options {
            for name in &options {
                let filter = CardFilter {
                    customer: customer.clone(),
                    reference: reference.clone(),
                    name: name.clone(),
                };
                queries.push(list_query(&account, &list, &filter, &wanted));
            }
        }
    }
    queries
}

/// Adds a card to its customer.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    card: &CustomerCard,
) -> db::Result<()> {
    let now = tx.now();
    let (reference, name) = (card.reference.as_deref(), card.name.as_deref());
    tx.write(
        INSERT,
        args![
            account,
            &card.id,
            &customer.list,
            &customer.id,
            reference,
            name,
            card.balance,
            now
        ],
    )
}

/// Keeps ref, name and balance of a card.
pub(crate) fn update(tx: &mut Tx<'_>, account: &AccountId, card: &CustomerCard) -> db::Result<()> {
    let (reference, name) = (card.reference.as_deref(), card.name.as_deref());
    tx.write(
        UPDATE,
        args![account, &card.id, reference, name, card.balance],
    )
}

/// The location of an order of the account.
pub(super) fn find_order_location(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
) -> db::Result<Option<LocationId>> {
    let found: Option<(LocationId,)> = tx.first(ORDER_LOCATION, args![account, order])?;
    Ok(found.map(|(location,)| location))
}

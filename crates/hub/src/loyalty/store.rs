//! Loyalty cards in the database.

use wire::id::{AccountId, CustomerId, CustomerListId, LocationId, LoyaltyCardId, OrderId};
use wire::loyalty::LoyaltyCard;

use crate::customers::Customer;
use crate::customers::cards::Card;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, FromRow, Row, Tx, Value};
use crate::{args, statements};

statements! {
    FIND = "SELECT id, ref, name, balance, customer_id, created_at FROM loyalty_cards
        WHERE account_id = $1 AND id = $2 AND COALESCE(customer_list_id, '') = $3";
    /// The cards of a list; [`page`] adds the filters and the end.
    PAGE = "SELECT k.id, k.ref, k.name, k.balance, k.customer_id, k.created_at
        FROM loyalty_cards k
        WHERE k.account_id = $1 AND k.customer_list_id = $2 AND (k.created_at, k.id) > ($3, $4)";
    /// The few of one customer. COALESCE keeps planners from the index of the list, which they would
    /// walk through.
    PAGE_OF_CUSTOMER = "SELECT k.id, k.ref, k.name, k.balance, k.customer_id, k.created_at
        FROM loyalty_cards k
        WHERE k.account_id = $1 AND COALESCE(k.customer_list_id, '') = $2
            AND (COALESCE(k.created_at, ''), k.id) > ($3, $4) AND k.customer_id = $5";
    ORDER_LOCATION = "SELECT location_id FROM orders WHERE account_id = $1 AND id = $2";
    INSERT = "INSERT INTO loyalty_cards (account_id, id, customer_list_id, customer_id, ref, name,
            balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE loyalty_cards SET ref = $3, name = $4, balance = $5
        WHERE account_id = $1 AND id = $2";
}

/// A card with its customer and its place in the list.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub card: Card,
    pub customer: CustomerId,
    place: Cursor,
}

impl FromRow for Held {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            card: Card::from_row(row)?,
            customer: row.get(4)?,
            place: Cursor {
                key: row.get(5)?,
                id: row.get(0)?,
            },
        })
    }
}

impl Held {
    /// The card as the API shows it.
    pub(super) fn shown(&self) -> LoyaltyCard {
        self.card.alone(&self.customer)
    }
}

/// One card of a list.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    card: &LoyaltyCardId,
) -> db::Result<Option<Held>> {
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
    which: &CardFilter,
    wanted: &PageRequest,
) -> db::Result<Page<Held>> {
    let (key, id) = (wanted.after.key.as_str(), wanted.after.id.as_str());
    let mut args = args![account, list, key, id].to_vec();
    let mut sql = match &which.customer {
        Some(customer) => {
            args.push(Value::from(customer));
            PAGE_OF_CUSTOMER.to_owned()
        }
        None => PAGE.to_owned(),
    };
    for (column, value) in [("ref", &which.reference), ("name", &which.name)] {
        if let Some(value) = value {
            args.push(Value::from(value));
            sql.push_str(&format!(" AND k.{column} = ${}", args.len()));
        }
    }
    args.push(Value::from(wanted.count + 1));
    sql.push_str(&format!(
        " ORDER BY k.created_at, k.id LIMIT ${}",
        args.len()
    ));
    let rows: Vec<Held> = tx.all(&sql, &args)?;
    let rows = rows.into_iter().map(|held| (held.place.clone(), held));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Adds a card to its customer.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    card: &Card,
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
pub(crate) fn update(tx: &mut Tx<'_>, account: &AccountId, card: &Card) -> db::Result<()> {
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

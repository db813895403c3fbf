//! The loyalty cards that a customer shows. What is done to them is [`crate::loyalty`]'s.

use std::collections::BTreeMap;

use wire::decimal::Decimal;
use wire::id::{AccountId, CustomerId, LoyaltyCardId};
use wire::loyalty::LoyaltyCard;
use wire::order::CustomerLoyaltyCard;

use crate::db::{self, FromRow, Row, Tx, pad_in_list, placeholders};
use crate::{args, statements};

statements! {
    OF_CUSTOMER = "SELECT id, ref, name, balance FROM loyalty_cards
        WHERE account_id = $1 AND customer_id = $2 ORDER BY created_at, LENGTH(id), id";
}

/// A card of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub id: LoyaltyCardId,
    pub reference: Option<String>,
    pub name: Option<String>,
    /// Thousandths of a point.
    pub balance: i64,
}

impl Card {
    /// The card as a customer shows it.
    pub(crate) fn shown(&self) -> CustomerLoyaltyCard {
        CustomerLoyaltyCard {
            id: self.id.clone(),
            reference: self.reference.clone(),
            name: self.name.clone(),
            balance: self.points(),
        }
    }

    /// The card as the API shows it by itself.
    pub(crate) fn alone(&self, customer: &CustomerId) -> LoyaltyCard {
        LoyaltyCard {
            id: self.id.clone(),
            customer_id: customer.clone(),
            name: self.name.clone(),
            reference: self.reference.clone(),
            balance: self.points(),
        }
    }

    fn points(&self) -> Decimal {
        Decimal::from_thousandths(self.balance).unwrap_or(Decimal::ZERO)
    }
}

/// Cards as their customer shows them.
pub(crate) fn shown(cards: &[Card]) -> Vec<CustomerLoyaltyCard> {
    cards.iter().map(Card::shown).collect()
}

impl FromRow for Card {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            reference: row.get(1)?,
            name: row.get(2)?,
            balance: row.get(3)?,
        })
    }
}

/// A card, and whose it is.
struct OfCustomer(Card, CustomerId);

impl FromRow for OfCustomer {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self(Card::from_row(row)?, row.get(4)?))
    }
}

/// The cards of a customer, in the order of their creation.
pub(crate) fn of_customer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
) -> db::Result<Vec<Card>> {
    tx.all(OF_CUSTOMER, args![account, customer])
}

/// Customers that one question may name.
const SIZES: [usize; 2] = [10, 100];

/// The cards of many customers, in the order of their creation.
pub(crate) fn of_customers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customers: &[&str],
) -> db::Result<BTreeMap<CustomerId, Vec<Card>>> {
    let mut found: BTreeMap<CustomerId, Vec<Card>> = BTreeMap::new();
    for some in customers.chunks(SIZES[1]) {
        let named = pad_in_list(some, &SIZES);
        let sql = format!(
            "SELECT id, ref, name, balance, customer_id FROM loyalty_cards
            WHERE account_id = $1 AND customer_id IN ({}) ORDER BY created_at, LENGTH(id), id",
            placeholders(2, named.len())
        );
        let args = [args![account].to_vec(), named].concat();
        for OfCustomer(card, customer) in tx.all::<OfCustomer>(&sql, &args)? {
            found.entry(customer).or_default().push(card);
        }
    }
    Ok(found)
}

//! The loyalty cards that a customer shows. What is done to them is [`crate::loyalty`]'s.

use std::collections::BTreeMap;

use const_format::formatcp;
use jiff::Timestamp;
use wire::decimal::Decimal;
use wire::id::{AccountId, CustomerId, LoyaltyCardId};
use wire::loyalty::LoyaltyCard;
use wire::order::CustomerLoyaltyCard;

use crate::db::page::Cursor;
use crate::db::{self, QueryBuilder, Tx};
use crate::{args, row, statements};

statements! {
    OF_CUSTOMER = formatcp!("SELECT {} FROM loyalty_cards k
        WHERE k.account_id = $1 AND k.customer_id = $2 ORDER BY k.created_at, LENGTH(k.id), k.id",
        CustomerCard::COLUMNS);
}

/// What the question for several customers begins with.
const SELECT: &str = formatcp!(
    "SELECT {} FROM loyalty_cards k WHERE k.account_id = $1",
    CardRow::COLUMNS
);

row! {
    /// A card of a customer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct CustomerCard {
        pub id: LoyaltyCardId = "k.id",
        pub reference: Option<String> = "k.ref",
        pub name: Option<String> = "k.name",
        /// Thousandths of a point.
        pub balance: i64 = "k.balance",
    }
}

row! {
    /// A card, whose it is, and when it was made.
    #[derive(Clone, Debug)]
    pub(crate) struct CardRow {
        pub card: CustomerCard,
        pub customer: CustomerId = "k.customer_id",
        pub created_at: Timestamp = "k.created_at",
    }
}

impl CustomerCard {
    /// The card as a customer shows it.
    pub(crate) fn view(&self) -> CustomerLoyaltyCard {
        CustomerLoyaltyCard {
            id: self.id.clone(),
            reference: self.reference.clone(),
            name: self.name.clone(),
            balance: self.points(),
        }
    }

    /// The card as the API shows it by itself.
    pub(crate) fn standalone_view(&self, customer: &CustomerId) -> LoyaltyCard {
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

impl CardRow {
    /// The card as the API shows it.
    pub(crate) fn view(&self) -> LoyaltyCard {
        self.card.standalone_view(&self.customer)
    }

    /// Its place in a list.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::of(self.created_at, &self.card.id)
    }
}

/// Cards as their customer shows them.
pub(crate) fn card_views(cards: &[CustomerCard]) -> Vec<CustomerLoyaltyCard> {
    cards.iter().map(CustomerCard::view).collect()
}

/// The cards of a customer, in the order of their creation.
pub(crate) fn of_customer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
) -> db::Result<Vec<CustomerCard>> {
    tx.all(OF_CUSTOMER, args![account, customer])
}

/// Customers that one question may name.
const SIZES: [usize; 2] = [10, 100];

/// The cards of many customers, in the order of their creation.
pub(crate) fn of_customers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customers: &[&str],
) -> db::Result<BTreeMap<CustomerId, Vec<CustomerCard>>> {
    let mut found: BTreeMap<CustomerId, Vec<CustomerCard>> = BTreeMap::new();
    for some in customers.chunks(SIZES[1]) {
        for CardRow { card, customer, .. } in of_some(account, some).all(tx)? {
            found.entry(customer).or_default().push(card);
        }
    }
    Ok(found)
}

fn of_some(account: &AccountId, customers: &[&str]) -> QueryBuilder {
    let mut query = QueryBuilder::new(SELECT, args![account]);
    query
        .bind_list(" AND k.customer_id IN (?)", customers, &SIZES)
        .push(" ORDER BY k.created_at, LENGTH(k.id), k.id");
    query
}

/// A query for every text that [`of_customers`] can ask.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let queries = SIZES.map(|size| of_some(&account, &vec!["c"; size]));
    queries.into()
}

//! Loyalty cards and their operations in the database.

use wire::id::{AccountId, CustomerId, LocationId, LoyaltyOperationId, OrderId};
use wire::order::OrderLoyaltyOperation;

use super::rules::{Card, Operated};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

statements! {
    OF_CUSTOMER = "SELECT id, ref, name, balance FROM loyalty_cards
        WHERE account_id = $1 AND customer_id = $2 ORDER BY created_at, LENGTH(id), id";
    INSERT = "INSERT INTO loyalty_cards (account_id, id, customer_id, ref, name, balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE loyalty_cards SET name = $3, balance = $4 WHERE account_id = $1 AND id = $2";
    INSERT_OPERATION = "INSERT INTO loyalty_operations (account_id, id, loyalty_card_id, customer_id,
            order_id, order_location_id, reason, delta, new_balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
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

/// The cards of a customer, in the order of their creation.
pub(crate) fn of_customer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
) -> db::Result<Vec<Card>> {
    tx.all(OF_CUSTOMER, args![account, customer])
}

/// Keeps what the operations of an order did: the cards that changed or are new, and a row for each
/// operation.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
    (order, location): (&OrderId, &LocationId),
    before: &[Card],
    operated: &Operated,
    operations: &[OrderLoyaltyOperation],
) -> db::Result<()> {
    let now = tx.now();
    for (index, card) in operated.cards.iter().enumerate() {
        let name = card.name.as_deref();
        match before.get(index) {
            Some(old) if old == card => {}
            Some(_) => tx.write(UPDATE, args![account, &card.id, name, card.balance])?,
            None => {
                let reference = card.reference.as_deref();
                tx.write(
                    INSERT,
                    args![
                        account,
                        &card.id,
                        customer,
                        reference,
                        name,
                        card.balance,
                        now
                    ],
                )?;
            }
        }
    }
    for (operation, (card, balance)) in operations.iter().zip(&operated.steps) {
        let id = LoyaltyOperationId::from_generated(tx.fresh_id()?);
        let Some(card) = operated.cards.get(*card) else {
            continue;
        };
        let (reason, delta) = (
            operation.reason.as_deref(),
            operation.delta.to_thousandths(),
        );
        tx.write(
            INSERT_OPERATION,
            args![
                account, &id, &card.id, customer, order, location, reason, delta, *balance, now
            ],
        )?;
    }
    Ok(())
}

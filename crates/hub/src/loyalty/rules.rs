//! What operations do to cards, without any I/O.

use wire::decimal::Decimal;
use wire::id::LoyaltyCardId;
use wire::order::OrderLoyaltyOperation;
use wire::problem::Problems;

use crate::customers::cards::CustomerCard;
use crate::db;

/// A balance that would leave the bounds of a decimal.
pub(super) const TOO_BIG: &str = "is too big";

/// A balance after an operation; none beyond all bounds.
pub(super) fn balance_after(balance: i64, delta: &Decimal) -> Option<i64> {
    let balance = balance.checked_add(delta.to_thousandths())?;
    Decimal::from_thousandths(balance).map(|_| balance)
}

/// Whether a customer may have a card with that ref beside these: one may have none.
pub(super) fn is_free(
    cards: &[CustomerCard],
    reference: Option<&str>,
    own: Option<&CustomerCard>,
) -> bool {
    let same = |card: &&CustomerCard| card.reference.as_deref() == reference;
    cards
        .iter()
        .find(same)
        .is_none_or(|found| own.is_some_and(|own| own.id == found.id))
}

/// What became of a customer's cards.
#[derive(Debug, Default)]
pub(crate) struct AppliedOperations {
    /// All cards afterwards: those there were, then the new ones.
    pub cards: Vec<CustomerCard>,
    /// For each operation in turn: index of its card, and the balance after it.
    pub steps: Vec<(usize, i64)>,
}

/// Carries out the operations of an order one after the other. A card that is not there is made; a
/// name that differs renames the card.
pub(crate) fn operate(
    before: &[CustomerCard],
    operations: &[OrderLoyaltyOperation],
    fresh: &mut dyn FnMut() -> db::Result<String>,
) -> db::Result<Result<AppliedOperations, Problems>> {
    let mut cards = before.to_vec();
    let mut steps = Vec::with_capacity(operations.len());
    for (number, operation) in operations.iter().enumerate() {
        let found = cards
            .iter()
            .position(|card| card.reference == operation.reference);
        let index = match found {
            Some(index) => index,
            None => {
                cards.push(CustomerCard {
                    id: LoyaltyCardId::from_generated(fresh()?),
                    reference: operation.reference.clone(),
                    name: None,
                    balance: 0,
                });
                cards.len() - 1
            }
        };
        let card = &mut cards[index];
        match balance_after(card.balance, &operation.delta) {
            Some(balance) => card.balance = balance,
            None => {
                let field = format!("loyalty_operations[{number}].delta");
                return Ok(Err(Problems::one(field, TOO_BIG)));
            }
        }
        if operation.name.is_some() {
            card.name.clone_from(&operation.name);
        }
        steps.push((index, card.balance));
    }
    Ok(Ok(AppliedOperations { cards, steps }))
}

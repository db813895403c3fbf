//! What an order costs (API, chapter Orders, Computations).
//!
//! All sums are exact to the cent and say `None` when they do not fit. Deleted elements do not
//! count. Taxes are never computed.

use super::{Order, OrderCharge, OrderDiscount, OrderItem, OrderOption, OrderPayment};
use crate::currency::Currency;
use crate::decimal::Decimal;
use crate::money::Money;

/// The sum does not fit, or mixes currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is too big")]
pub struct AmountOverflowError;

/// The price of an item with its options, times the quantity, rounded half up to the cent. Options
/// that are removed count too: their price is that of leaving out.
pub fn subtotal(price: Money, options: &[OrderOption], quantity: &Decimal) -> Option<Money> {
    let one = options.iter().try_fold(price, |sum, option| {
        sum.checked_add(option.price.checked_mul_int(option.quantity)?)
    })?;
    one.times(quantity)
}

/// Items plus charges minus discounts; zero of the currency for none. May be negative.
pub fn total<Id>(
    currency: Currency,
    items: &[OrderItem<Id>],
    charges: &[OrderCharge<Id>],
    discounts: &[OrderDiscount<Id>],
) -> Option<Money> {
    let items = items
        .iter()
        .filter(|item| !item.deleted)
        .map(|item| item.subtotal);
    let charges = charges
        .iter()
        .filter(|charge| !charge.deleted)
        .map(|charge| charge.price);
    let sum = sum(currency, items.chain(charges))?;
    discounts
        .iter()
        .filter(|discount| !discount.deleted)
        .try_fold(sum, |sum, discount| sum.checked_sub(discount.price_off))
}

/// The payments minus the total; `Ok(None)` if there are no payments.
pub fn payment_discrepancy<Id>(
    total: Money,
    payments: &[OrderPayment<Id>],
) -> Result<Option<Money>, AmountOverflowError> {
    let mut amounts = payments
        .iter()
        .filter(|payment| !payment.deleted)
        .map(|payment| payment.amount)
        .peekable();
    if amounts.peek().is_none() {
        return Ok(None);
    }
    let paid = sum(total.currency(), amounts).ok_or(AmountOverflowError)?;
    paid.checked_sub(total).map(Some).ok_or(AmountOverflowError)
}

/// The total that was sent minus the computed one; `None` if none was sent. What is sent is only
/// compared and must not refuse an order: if the difference does not fit, it counts as not sent.
pub fn total_discrepancy(sent: Option<Money>, total: Money) -> Option<Money> {
    sent?.checked_sub(total)
}

fn sum(currency: Currency, mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(Money::zero(currency), Money::checked_add)
}

impl Order {
    /// Computes total and discrepancies anew after elements came or went. The total that was sent,
    /// if any, is kept in mind.
    pub fn recompute(&mut self) -> Result<(), AmountOverflowError> {
        let currency = self.total.currency();
        let total = total(currency, &self.items, &self.charges, &self.discounts)
            .ok_or(AmountOverflowError)?;
        let sent = self
            .total_discrepancy
            .and_then(|difference| self.total.checked_add(difference));
        let payment_discrepancy = payment_discrepancy(total, &self.payments)?;
        self.total_discrepancy = total_discrepancy(sent, total);
        self.payment_discrepancy = payment_discrepancy;
        self.total = total;
        Ok(())
    }
}

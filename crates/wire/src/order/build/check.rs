//! What the hub will say of an order or a change, as far as that can be known without it: what was
//! built is written, read, checked and applied as the hub does it.

use std::convert::Infallible;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::{NewOrder, OrderPatch};
use crate::currency::Currency;
use crate::input::{self, FromJson};
use crate::money::Money;
use crate::order::{Order, OrderContext, RawOrder, RawOrderPatch};
use crate::problem::{Path, Problems};

impl NewOrder {
    /// The total that the hub will compute, if it takes the order; `currency` is that of the account.
    /// A customer of a list is not looked up, nor whether the cards have room for the points, nor
    /// whether the connection used the ref a moment ago where that is refused.
    ///
    /// # Errors
    /// Everything else that the hub would complain of, in its words and with the same paths: amounts
    /// in another currency, negative discounts, texts, lists and sums beyond their bounds, custom
    /// fields that are too big.
    pub fn check(&self, currency: Currency) -> Result<Money, Problems> {
        let order = read_as_hub::<RawOrder>(self)?.check(&context(currency))?;
        Ok(order.total)
    }
}

impl OrderPatch {
    /// The total of the order after the change, if the hub takes it and the order is still as given.
    ///
    /// # Errors
    /// Everything that the hub would complain of, in its words and with the same paths: of what is
    /// new, see [`NewOrder::check`]; elements and deals that the order does not have.
    pub fn check(&self, order: &Order) -> Result<Money, Problems> {
        let context = context(order.total.currency());
        let change = read_as_hub::<RawOrderPatch>(self)?.check(&context, order)?;
        let mut unnamed = || Ok::<_, Infallible>("new".to_owned());
        let Ok(changed) = change.apply_to(order, context.zone, &mut unnamed);
        Ok(changed?.order.total)
    }
}

/// Built things have no time without offset: any zone will do.
fn context(currency: Currency) -> OrderContext<'static> {
    static ZONE: TimeZone = TimeZone::UTC;
    OrderContext {
        currency,
        zone: &ZONE,
    }
}

/// As it arrives at the hub.
fn read_as_hub<T: FromJson>(body: &impl Serialize) -> Result<T, Problems> {
    let given = serde_json::to_vec(body).and_then(|json| input::read(&json));
    let mut problems = Problems::new();
    let raw = given
        .map_err(|error| Problems::one("", error.to_string()))?
        .required(&Path::ROOT, &mut problems);
    problems.unless_any(raw)
}

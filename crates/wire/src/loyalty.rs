//! Loyalty cards and what happened to them (API, chapter Customer lists, customers, loyalty).
//!
//! A customer has loyalty cards as [`CustomerLoyaltyCard`](crate::customer::CustomerLoyaltyCard),
//! an order what it does to them as [`OrderLoyaltyOperation`](crate::order::OrderLoyaltyOperation).

use serde::{Deserialize, Serialize};

use crate::customer::MAX_SEARCHED_CHARS;
use crate::decimal::Decimal;
use crate::id::{CustomerId, LocationId, LoyaltyCardId, LoyaltyOperationId, OrderId};
use crate::input::{Identifier, Input, at_most_chars, reference};
use crate::patch::Patch;
use crate::problem::{Path, Problems, too_fine};
use crate::schema::JsonSchema;
use crate::time::Time;

/// A loyalty card of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoyaltyCard {
    /// Identifier.
    pub id: LoyaltyCardId,
    /// Whose card it is.
    pub customer_id: CustomerId,
    /// Marketing name.
    pub name: Option<String>,
    /// The card's code among the customer's; one card may have none.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Points on it; may be negative.
    pub balance: Decimal,
}

/// What happened to the balance of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoyaltyOperation {
    /// Identifier.
    pub id: LoyaltyOperationId,
    /// Whose card it is.
    pub customer_id: CustomerId,
    /// The order that it belongs to.
    pub order_id: Option<OrderId>,
    /// The location of that order.
    pub order_location_id: Option<LocationId>,
    /// The reason, in words that the customer may see.
    pub reason: Option<String>,
    /// The points added. A negative number takes points away.
    pub delta: Decimal,
    /// Points on the card afterwards.
    pub new_balance: Decimal,
    /// When it happened.
    pub created_at: Time,
}

crate::input_struct! {
    /// The body of `POST …/loyalty_cards` and of `PATCH …/loyalty_cards/:id`, as sent. Unknown keys
    /// are ignored, and so is the balance: it changes through operations alone.
    pub struct RawLoyaltyCard {
        customer_id: CustomerId = "customer_id",
        name: String = "name",
        reference: Identifier = "ref",
    }
    like LoyaltyCard;
}

/// A good new card. Whether the customer exists is for the hub to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLoyaltyCard {
    /// Whose card it is.
    pub customer_id: CustomerId,
    /// Marketing name.
    pub name: Option<String>,
    /// The card's code among the customer's.
    pub reference: Option<String>,
}

/// A good change of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoyaltyCardPatch {
    /// Marketing name.
    pub name: Patch<String>,
    /// The card's code among the customer's.
    pub reference: Patch<String>,
}

/// The ref of a card; an empty one is none.
pub(crate) fn card_ref(given: Input<Identifier>) -> Input<String> {
    reference(at_most_chars(given, MAX_SEARCHED_CHARS))
}

impl RawLoyaltyCard {
    /// The card asked for, or everything that is wrong with it.
    pub fn check(self) -> Result<NewLoyaltyCard, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let customer_id = self.customer_id.required(&root.key("customer_id"), p);
        let name = at_most_chars(self.name, MAX_SEARCHED_CHARS).optional(&root.key("name"), p);
        let reference = card_ref(self.reference).optional(&root.key("ref"), p);
        let card = customer_id.map(|customer_id| NewLoyaltyCard {
            customer_id,
            name,
            reference,
        });
        problems.unless_any(card)
    }

    /// The change asked for, or everything that is wrong with it. The customer stays.
    pub fn check_change(self) -> Result<LoyaltyCardPatch, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let name = at_most_chars(self.name, MAX_SEARCHED_CHARS).patch(&root.key("name"), p);
        let reference = card_ref(self.reference).patch(&root.key("ref"), p);
        problems.unless_any(Some(LoyaltyCardPatch { name, reference }))
    }
}

crate::input_struct! {
    /// The body of `POST …/operations`, as sent. Unknown keys are ignored.
    pub struct RawOperation {
        order_id: OrderId = "order_id",
        reason: String = "reason",
        delta: Decimal = "delta",
    }
    like LoyaltyOperation;
    needs "delta";
}

/// A good new operation. Whether the order exists is for the hub to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// The order that it belongs to.
    pub order_id: Option<OrderId>,
    /// The reason, in words that the customer may see.
    pub reason: Option<String>,
    /// Points added, or taken when negative, with three decimals at most.
    pub delta: Decimal,
}

/// Decimals that points may have.
const DECIMALS: u32 = 3;

/// Points of a card's own operations: nothing is rounded without a word. Those of an order are, so
/// that no order is lost by them.
fn points(number: Decimal) -> Result<Decimal, String> {
    if number.parts().1 > DECIMALS {
        return Err(too_fine(DECIMALS));
    }
    Ok(number)
}

impl RawOperation {
    /// The operation asked for, or everything that is wrong with it.
    pub fn check(self) -> Result<NewOperation, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let order_id = self.order_id.optional(&root.key("order_id"), p);
        let reason = self.reason.optional(&root.key("reason"), p);
        let delta = self.delta.and_then(points).required(&root.key("delta"), p);
        let operation = delta.map(|delta| NewOperation {
            order_id,
            reason,
            delta,
        });
        problems.unless_any(operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{FromJson, read};

    fn raw<T: FromJson>(json: &str) -> T {
        let body: Input<T> = read(json.as_bytes()).unwrap();
        body.required(&Path::ROOT, &mut Problems::new()).unwrap()
    }

    #[test]
    fn a_card_needs_a_customer() {
        let message_of = |json: &str| raw::<RawLoyaltyCard>(json).check().unwrap_err().to_string();
        assert_eq!(message_of("{}"), "customer_id can't be blank");
        let long = format!(
            r#"{{"customer_id": 7, "ref": [], "name": "{}"}}"#,
            "x".repeat(256)
        );
        assert_eq!(
            message_of(&long),
            "customer_id must be a string; name is too long (maximum is 255 characters); \
             ref must be a string"
        );
    }

    #[test]
    fn an_operation_needs_a_delta() {
        let message_of = |json: &str| raw::<RawOperation>(json).check().unwrap_err().to_string();
        assert_eq!(message_of("{}"), "delta can't be blank");
        assert_eq!(
            message_of(r#"{"delta": "x", "order_id": "A", "reason": 7}"#),
            "order_id is not a valid identifier; reason must be a string; \
             delta 'x' is not a valid decimal"
        );
        let cut = message_of(r#"{"delta": "0.0004"}"#);
        assert_eq!(cut, "delta has too many decimals (maximum is 3)");
        let good = raw::<RawOperation>(r#"{"delta": -2.5, "order_id": null}"#).check();
        assert_eq!(good.unwrap().delta, Decimal::parse("-2.5").unwrap());
    }
}

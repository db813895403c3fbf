//! What a carrier asks for a delivery.

use serde::{Deserialize, Serialize};

use crate::id::{DeliveryQuoteId, LocationId, OrderId};
use crate::input::{Identifier, non_blank};
use crate::money::Money;
use crate::order::{Order, OrderContext, amount, instant};
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;
use crate::time::{Time, TimeInput};

/// A delivery quote. An order may have many, and several of them accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryQuote {
    /// Identifier.
    pub id: DeliveryQuoteId,
    /// The order to be delivered.
    pub order_id: OrderId,
    /// The location it comes from.
    pub location_id: LocationId,
    /// Who would deliver.
    pub carrier: String,
    /// The carrier's code.
    pub carrier_ref: Option<String>,
    /// The carrier's number of the quote.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// What the carrier would charge the merchant.
    pub fee: Money,
    /// When the driver would be at the store.
    pub estimated_pickup_at: Option<Time>,
    /// When the driver would be at the customer's.
    pub estimated_dropoff_at: Option<Time>,
    /// When the quote was accepted. An acceptance cannot be undone.
    pub accepted_at: Option<Time>,
}

crate::input_struct! {
    /// The body of `POST …/orders/:id/delivery_quotes`, as sent. Unknown keys are ignored, and so is
    /// the `status` that some clients send.
    pub struct RawDeliveryQuote {
        carrier: String = "carrier",
        carrier_ref: Identifier = "carrier_ref",
        reference: Identifier = "ref",
        fee: Money = "fee",
        estimated_pickup_at: TimeInput = "estimated_pickup_at",
        estimated_dropoff_at: TimeInput = "estimated_dropoff_at",
    }
    like DeliveryQuote;
    needs "carrier", "fee";
}

/// A good new quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedNewDeliveryQuote {
    /// Who would deliver.
    pub carrier: String,
    /// The carrier's code.
    pub carrier_ref: Option<String>,
    /// The carrier's number of the quote.
    pub reference: Option<String>,
    /// What the carrier would charge the merchant.
    pub fee: Money,
    /// When the driver would be at the store.
    pub estimated_pickup_at: Option<Time>,
    /// When the driver would be at the customer's.
    pub estimated_dropoff_at: Option<Time>,
}

impl RawDeliveryQuote {
    /// The quote, or everything that is wrong with it. Whether the order is for delivery is for the
    /// hub to say.
    pub fn check(self, context: &OrderContext<'_>) -> Result<CheckedNewDeliveryQuote, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let carrier = non_blank(self.carrier).required(&root.key("carrier"), p);
        let carrier_ref = self
            .carrier_ref
            .text()
            .optional(&root.key("carrier_ref"), p);
        let reference = self.reference.text().optional(&root.key("ref"), p);
        let fee = amount(self.fee, context).required(&root.key("fee"), p);
        let pickup = instant(self.estimated_pickup_at, context)
            .optional(&root.key("estimated_pickup_at"), p);
        let dropoff = instant(self.estimated_dropoff_at, context)
            .optional(&root.key("estimated_dropoff_at"), p);
        let checked = || {
            Some(CheckedNewDeliveryQuote {
                carrier: carrier?,
                carrier_ref,
                reference,
                fee: fee?,
                estimated_pickup_at: pickup.map(|at| Time::new(at, context.zone)),
                estimated_dropoff_at: dropoff.map(|at| Time::new(at, context.zone)),
            })
        };
        let checked = checked();
        problems.unless_any(checked)
    }
}

impl CheckedNewDeliveryQuote {
    /// The quote that the request makes, accepted by nobody yet.
    pub fn offer_for(self, order: &Order, id: DeliveryQuoteId) -> DeliveryQuote {
        DeliveryQuote {
            id,
            order_id: order.id.clone(),
            location_id: order.location_id.clone(),
            carrier: self.carrier,
            carrier_ref: self.carrier_ref,
            reference: self.reference,
            fee: self.fee,
            estimated_pickup_at: self.estimated_pickup_at,
            estimated_dropoff_at: self.estimated_dropoff_at,
            accepted_at: None,
        }
    }
}

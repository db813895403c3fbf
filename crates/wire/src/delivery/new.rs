//! A delivery as clients send it, and creating one.

use super::{CheckedDeliveryPatch, Delivery, DeliveryStatus, OrderDelivery};
use crate::decimal::Decimal;
use crate::id::DeliveryId;
use crate::input::{Identifier, non_blank};
use crate::money::Money;
use crate::order::{Order, OrderContext, amount};
use crate::problem::{Path, Problems};
use crate::time::{Time, TimeInput};

crate::input_struct! {
    /// The body of `POST` and `PATCH …/orders/:id/delivery`, as sent. Unknown keys are ignored.
    pub struct RawDelivery {
        carrier: String = "carrier",
        carrier_ref: Identifier = "carrier_ref",
        reference: Identifier = "ref",
        status: DeliveryStatus = "status",
        fee: Money = "fee",
        estimated_pickup_at: TimeInput = "estimated_pickup_at",
        estimated_dropoff_at: TimeInput = "estimated_dropoff_at",
        tracking_url: String = "tracking_url",
        driver_pickup_url: String = "driver_pickup_url",
        driver_name: String = "driver_name",
        driver_phone: Identifier = "driver_phone",
        driver_phone_access_code: Identifier = "driver_phone_access_code",
        driver_latitude: Decimal = "driver_latitude",
        driver_longitude: Decimal = "driver_longitude",
        assigned_at: TimeInput = "assigned_at",
        pickup_at: TimeInput = "pickup_at",
        delivered_at: TimeInput = "delivered_at",
        cancelled_at: TimeInput = "cancelled_at",
    }
    like Delivery;
}

/// A good new delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedNewDelivery {
    /// Who delivers.
    pub carrier: String,
    /// The carrier's code.
    pub carrier_ref: Option<String>,
    /// What the carrier charges the merchant.
    pub fee: Option<Money>,
    /// Status to begin with.
    pub status: DeliveryStatus,
    /// Everything that may change later, as if it were the first change.
    pub rest: CheckedDeliveryPatch,
}

impl RawDelivery {
    /// The delivery asked for, or everything that is wrong with it. Whether the order may have one
    /// is for the hub to say.
    pub fn check(mut self, context: &OrderContext<'_>) -> Result<CheckedNewDelivery, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let carrier =
            non_blank(std::mem::take(&mut self.carrier)).required(&root.key("carrier"), p);
        let carrier_ref = std::mem::take(&mut self.carrier_ref)
            .text()
            .optional(&root.key("carrier_ref"), p);
        let status = std::mem::take(&mut self.status).required(&root.key("status"), p);
        let fee = amount(std::mem::take(&mut self.fee), context).optional(&root.key("fee"), p);
        let rest = self.changes(context, p);
        let checked = || {
            Some(CheckedNewDelivery {
                carrier: carrier?,
                carrier_ref,
                fee,
                status: status?,
                rest,
            })
        };
        let checked = checked();
        problems.unless_any(checked)
    }
}

impl CheckedNewDelivery {
    /// The delivery that the request makes. The time of the status to begin with is `now` unless the
    /// request gives it.
    pub fn attach_to(self, order: &Order, id: DeliveryId, now: Time) -> Delivery {
        let blank = Delivery {
            shown: OrderDelivery {
                id,
                order_id: order.id.clone(),
                location_id: order.location_id.clone(),
                carrier: self.carrier,
                carrier_ref: self.carrier_ref,
                reference: None,
                status: self.status,
                fee: self.fee,
                estimated_pickup_at: None,
                estimated_dropoff_at: None,
                tracking_url: None,
                driver_pickup_url: None,
                driver_name: None,
                driver_phone: None,
                driver_phone_access_code: None,
                assigned_at: None,
                pickup_at: None,
                delivered_at: None,
                cancelled_at: None,
            },
            driver_latitude: None,
            driver_longitude: None,
        };
        self.rest.after(blank, true, now)
    }
}

//! What decides about deliveries and quotes, without any I/O.

use wire::delivery::{
    CheckedDeliveryPatch, CheckedNewDelivery, CheckedNewDeliveryQuote, Delivery, DeliveryQuote,
    OrderDelivery,
};
use wire::id::{DeliveryId, DeliveryQuoteId};
use wire::order::{Order, ServiceType};
use wire::time::Time;

use crate::http::problem::Problem;

/// Refuses orders that nobody brings to the customer.
pub(super) fn is_for_delivery(order: &Order) -> Result<(), Problem> {
    if order.service_type == Some(ServiceType::Delivery) {
        return Ok(());
    }
    Err(Problem::field(
        "service_type",
        "of the order must be 'delivery'",
    ))
}

/// The delivery that a good request makes.
pub(super) fn accept(
    new: CheckedNewDelivery,
    id: DeliveryId,
    order: &Order,
    now: Time,
) -> Delivery {
    let blank = Delivery {
        shown: OrderDelivery {
            id,
            order_id: order.id.clone(),
            location_id: order.location_id.clone(),
            carrier: new.carrier,
            carrier_ref: new.carrier_ref,
            reference: None,
            status: new.status,
            fee: new.fee,
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
    after(blank, new.rest, true, now)
}

/// The delivery after a change that was checked against it.
pub(super) fn change(before: &Delivery, patch: CheckedDeliveryPatch, now: Time) -> Delivery {
    let moves = patch
        .status
        .is_some_and(|status| status != before.shown.status);
    after(before.clone(), patch, moves, now)
}

/// Applies a change; if it brings the delivery into its status, the time of that is now unless the
/// change itself gives it. A `null` beside the status is no time.
fn after(mut delivery: Delivery, patch: CheckedDeliveryPatch, moves: bool, now: Time) -> Delivery {
    let status = patch.status.unwrap_or(delivery.shown.status);
    let noted = status
        .moment()
        .filter(|moment| moves && !patch.tells(*moment));
    patch.apply_to(&mut delivery);
    if let Some(moment) = noted {
        *delivery.shown.time_of(moment) = Some(now);
    }
    delivery
}

/// The quote that a good request makes.
pub(super) fn offer(
    new: CheckedNewDeliveryQuote,
    id: DeliveryQuoteId,
    order: &Order,
) -> DeliveryQuote {
    DeliveryQuote {
        id,
        order_id: order.id.clone(),
        location_id: order.location_id.clone(),
        carrier: new.carrier,
        carrier_ref: new.carrier_ref,
        reference: new.reference,
        fee: new.fee,
        estimated_pickup_at: new.estimated_pickup_at,
        estimated_dropoff_at: new.estimated_dropoff_at,
        accepted_at: None,
    }
}

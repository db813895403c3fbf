//! What decides about orders, without any I/O.

use jiff::Timestamp;
use wire::decimal::Decimal;
use wire::id::OrderId;
use wire::order::{
    CheckedNewOrder, CheckedOrderPatch, ElementChange, Order, OrderCustomer, OrderLoyaltyOperation,
};
use wire::patch::Patch;
use wire::time::Time;

use super::elements::{Element, Fresh, with_ids};
use crate::db;
use crate::http::caller::AtLocation;
use crate::http::problem::Problem;

/// The order that a good request makes, with the sender's private refs in it.
pub(super) fn accept(
    new: CheckedNewOrder,
    at: &AtLocation,
    customer: OrderCustomer,
    now: Timestamp,
    fresh: Fresh<'_>,
) -> db::Result<Order> {
    let time = |at_time: Timestamp| Time::new(at_time, &at.zone);
    Ok(Order {
        id: OrderId::from_generated(fresh()?),
        location_id: at.location.clone(),
        reference: new.reference,
        private_ref: new.private_ref,
        status: new.status,
        channel: Some(new.channel.unwrap_or_else(|| at.caller.client_name.clone())),
        service_type: new.service_type,
        service_type_ref: new.service_type_ref,
        created_at: time(now),
        created_by: Some(at.caller.client_name.clone()),
        connection_name: Some(at.connection_name()),
        expected_time: new.expected_time.map(time),
        expected_time_pickup: new.expected_time_pickup,
        asap: new.asap,
        confirmed_time: new.confirmed_time.map(time),
        customer_notes: new.customer_notes,
        seller_notes: new.seller_notes,
        collection_code: new.collection_code,
        coupon_codes: new.coupon_codes,
        total: new.total,
        total_discrepancy: new.total_discrepancy,
        payment_discrepancy: new.payment_discrepancy,
        items: with_ids(new.items, fresh)?,
        deals: new.deals,
        discounts: with_ids(new.discounts, fresh)?,
        charges: with_ids(new.charges, fresh)?,
        payments: with_ids(new.payments, fresh)?,
        customer,
        delivery: None,
        loyalty_operations: new.loyalty_operations.into_iter().map(in_points).collect(),
        custom_fields: new.custom_fields,
    })
}

/// The operation as it is carried out: points have three decimals.
fn in_points(operation: OrderLoyaltyOperation) -> OrderLoyaltyOperation {
    let delta = Decimal::from_thousandths(operation.delta.to_thousandths());
    OrderLoyaltyOperation {
        delta: delta.unwrap_or(operation.delta),
        ..operation
    }
}

/// What a change makes of an order.
pub(super) struct Changed {
    /// The order, without private refs.
    pub order: Order,
    /// The private refs that were set or removed, by the id of the object.
    pub refs: Vec<(String, Option<String>)>,
}

/// The order after a change that was checked against it.
pub(super) fn change(
    before: &Order,
    patch: CheckedOrderPatch,
    at: &AtLocation,
    fresh: Fresh<'_>,
) -> Result<Changed, Problem> {
    let mut order = before.clone();
    let mut refs = Vec::new();
    match patch.private_ref {
        Patch::Absent => {}
        Patch::Null => refs.push((order.id.to_string(), None)),
        Patch::Value(value) => refs.push((order.id.to_string(), Some(value))),
    }
    if let Some(status) = patch.status {
        order.status = status;
    }
    patch
        .confirmed_time
        .map(|time| Time::new(time, &at.zone))
        .apply_to(&mut order.confirmed_time);
    patch.customer_notes.apply_to(&mut order.customer_notes);
    patch.seller_notes.apply_to(&mut order.seller_notes);
    patch.collection_code.apply_to(&mut order.collection_code);
    if let Some(custom_fields) = patch.custom_fields {
        order.custom_fields = custom_fields;
    }
    change_elements(&mut order.items, patch.items, &mut refs, fresh)?;
    change_elements(&mut order.discounts, patch.discounts, &mut refs, fresh)?;
    change_elements(&mut order.charges, patch.charges, &mut refs, fresh)?;
    change_elements(&mut order.payments, patch.payments, &mut refs, fresh)?;
    order
        .recompute()
        .map_err(|too_much| Problem::field("total", too_much.to_string()))?;
    Ok(Changed { order, refs })
}

fn change_elements<T: Element>(
    elements: &mut Vec<T>,
    changes: Vec<ElementChange<T::New>>,
    refs: &mut Vec<(String, Option<String>)>,
    fresh: Fresh<'_>,
) -> db::Result<()> {
    for change in changes {
        match change {
            ElementChange::SetPrivateRef(id, value) => refs.push((id.to_string(), value)),
            ElementChange::Delete(id) => {
                for element in elements.iter_mut().filter(|element| *element.id() == id) {
                    *element.deleted() = true;
                }
            }
            ElementChange::Add(new) => {
                for mut element in with_ids::<T>(vec![new], fresh)? {
                    if let Some(value) = element.private_ref().take() {
                        refs.push((element.id().to_string(), Some(value)));
                    }
                    elements.push(element);
                }
            }
        }
    }
    Ok(())
}

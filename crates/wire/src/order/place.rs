//! Placing an order: what a good request becomes (API, chapter Orders, create).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::part::{Fresh, with_ids};
use super::{CheckedNewOrder, CustomerForm, Order, OrderCustomer, OrderLoyaltyOperation};
use crate::decimal::Decimal;
use crate::id::{LocationId, OrderId};
use crate::time::Time;

/// What an order has from where, when and by whom it is placed.
#[derive(Debug, Clone)]
pub struct PlacementContext<'a> {
    /// The location it is placed at.
    pub location: &'a LocationId,
    /// The zone of the location, whose offsets its times have.
    pub zone: &'a TimeZone,
    /// When the hub got it.
    pub now: Timestamp,
    /// Name of the client that sends it.
    pub sender: &'a str,
    /// Name of the connection that sends it.
    pub connection: String,
    /// The customer of a list whom it names, as of just before it. Without one it shows a guest,
    /// with the details sent.
    pub customer: Option<OrderCustomer>,
}

impl CheckedNewOrder {
    /// The order that the request makes, with the sender's private refs in it. The first id is its
    /// own, then each element gets one.
    ///
    /// # Errors
    /// Whatever the source of ids has.
    pub fn place<E>(self, at: PlacementContext<'_>, fresh: Fresh<'_, E>) -> Result<Order, E> {
        let time = |instant: Timestamp| Time::new(instant, at.zone);
        let customer = match (at.customer, self.customer) {
            (Some(customer), _) => customer,
            (None, CustomerForm::Guest(details)) => OrderCustomer::guest(*details),
            (None, _) => OrderCustomer::default(),
        };
        Ok(Order {
            id: OrderId::from_generated(fresh()?),
            location_id: at.location.clone(),
            reference: self.reference,
            private_ref: self.private_ref,
            status: self.status,
            channel: Some(self.channel.unwrap_or_else(|| at.sender.to_owned())),
            service_type: self.service_type,
            service_type_ref: self.service_type_ref,
            created_at: time(at.now),
            created_by: Some(at.sender.to_owned()),
            connection_name: Some(at.connection),
            expected_time: self.expected_time.map(time),
            expected_time_pickup: self.expected_time_pickup,
            asap: self.asap,
            confirmed_time: self.confirmed_time.map(time),
            customer_notes: self.customer_notes,
            seller_notes: self.seller_notes,
            collection_code: self.collection_code,
            coupon_codes: self.coupon_codes,
            total: self.total,
            total_discrepancy: self.total_discrepancy,
            payment_discrepancy: self.payment_discrepancy,
            items: with_ids(self.items, fresh)?,
            deals: self.deals,
            discounts: with_ids(self.discounts, fresh)?,
            charges: with_ids(self.charges, fresh)?,
            payments: with_ids(self.payments, fresh)?,
            customer,
            delivery: None,
            loyalty_operations: self.loyalty_operations.into_iter().map(in_points).collect(),
            custom_fields: self.custom_fields,
        })
    }
}

/// The operation as it is carried out: points have three decimals.
fn in_points(operation: OrderLoyaltyOperation) -> OrderLoyaltyOperation {
    let delta = Decimal::from_thousandths(operation.delta.to_thousandths());
    OrderLoyaltyOperation {
        delta: delta.unwrap_or(operation.delta),
        ..operation
    }
}

//! Deliveries of orders, and what carriers ask for them (API, chapter Deliveries and delivery
//! quotes).
//!
//! [`Delivery`] and [`DeliveryQuote`] are what the API returns and what is stored; an order shows
//! its delivery as [`OrderDelivery`]. [`RawDelivery`] and [`RawDeliveryQuote`] are what clients
//! send; their checks list everything that is wrong or give [`CheckedNewDelivery`],
//! [`CheckedDeliveryPatch`] and [`CheckedNewDeliveryQuote`]. What those make is said here as well; ids
//! and the time are the hub's to give.

mod new;
mod patch;
mod quote;

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::id::{DeliveryId, LocationId, OrderId};
use crate::money::Money;
use crate::schema::JsonSchema;
use crate::time::Time;
use crate::word::words;

pub use new::{CheckedNewDelivery, RawDelivery};
pub use patch::CheckedDeliveryPatch;
pub use quote::{CheckedNewDeliveryQuote, DeliveryQuote, RawDeliveryQuote};

words! {
    /// How far a delivery has come. Any status may follow any other.
    DeliveryStatus {
        /// Not started.
        Pending = "pending",
        /// The driver goes to the store.
        PickupEnroute = "pickup_enroute",
        /// The driver is near the store.
        PickupApproaching = "pickup_approaching",
        /// The driver waits at the store.
        PickupWaiting = "pickup_waiting",
        /// The driver goes to the customer.
        DropoffEnroute = "dropoff_enroute",
        /// The driver is near the customer.
        DropoffApproaching = "dropoff_approaching",
        /// The driver waits at the customer's.
        DropoffWaiting = "dropoff_waiting",
        /// Done.
        Delivered = "delivered",
        /// Cancelled.
        Cancelled = "cancelled",
    }
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// What the order shows of it.
    #[serde(flatten)]
    pub shown: OrderDelivery,
    /// The latitude of the driver in degrees, positive in the north.
    pub driver_latitude: Option<Decimal>,
    /// The longitude of the driver in degrees, positive in the east.
    pub driver_longitude: Option<Decimal>,
}

/// A delivery as its order shows it: without the driver's position, which changes all the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDelivery {
    /// Identifier.
    pub id: DeliveryId,
    /// The order delivered.
    pub order_id: OrderId,
    /// The location it comes from.
    pub location_id: LocationId,
    /// Who delivers. It cannot be changed later.
    pub carrier: String,
    /// The carrier's code. It cannot be changed later.
    pub carrier_ref: Option<String>,
    /// Tracking number.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Its status.
    pub status: DeliveryStatus,
    /// What the carrier charges the merchant. It cannot be changed later.
    pub fee: Option<Money>,
    /// When the driver should be at the store.
    pub estimated_pickup_at: Option<Time>,
    /// When the driver should be at the customer's.
    pub estimated_dropoff_at: Option<Time>,
    /// A page for the customer.
    pub tracking_url: Option<String>,
    /// What the driver scans at the store.
    pub driver_pickup_url: Option<String>,
    /// The driver's name.
    pub driver_name: Option<String>,
    /// The driver's phone.
    pub driver_phone: Option<String>,
    /// An extension or code for that phone.
    pub driver_phone_access_code: Option<String>,
    /// When a driver was found.
    pub assigned_at: Option<Time>,
    /// When the driver left the store.
    pub pickup_at: Option<Time>,
    /// When it was handed over.
    pub delivered_at: Option<Time>,
    /// When it was cancelled.
    pub cancelled_at: Option<Time>,
}

/// The times of a delivery that follow from its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeliveryMoment {
    /// A driver was found.
    Assigned,
    /// The driver left the store.
    PickedUp,
    /// It was handed over.
    Delivered,
    /// It was cancelled.
    Cancelled,
}

impl DeliveryStatus {
    /// The moment at which a delivery comes to be in this status, if that is one to remember.
    const fn moment(self) -> Option<DeliveryMoment> {
        match self {
            Self::PickupEnroute => Some(DeliveryMoment::Assigned),
            Self::DropoffEnroute => Some(DeliveryMoment::PickedUp),
            Self::Delivered => Some(DeliveryMoment::Delivered),
            Self::Cancelled => Some(DeliveryMoment::Cancelled),
            Self::Pending
            | Self::PickupApproaching
            | Self::PickupWaiting
            | Self::DropoffApproaching
            | Self::DropoffWaiting => None,
        }
    }
}

impl OrderDelivery {
    /// When that moment was.
    fn time_of(&mut self, moment: DeliveryMoment) -> &mut Option<Time> {
        match moment {
            DeliveryMoment::Assigned => &mut self.assigned_at,
            DeliveryMoment::PickedUp => &mut self.pickup_at,
            DeliveryMoment::Delivered => &mut self.delivered_at,
            DeliveryMoment::Cancelled => &mut self.cancelled_at,
        }
    }
}

#[cfg(test)]
mod tests;

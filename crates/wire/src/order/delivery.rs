//! The delivery of an order, as the order shows it.

use serde::{Deserialize, Serialize};

use super::DeliveryStatus;
use crate::id::{DeliveryId, LocationId, OrderId};
use crate::money::Money;
use crate::schema::JsonSchema;
use crate::time::Time;

/// A delivery without the driver's position (API, chapter Deliveries).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDelivery {
    /// Identifier.
    pub id: DeliveryId,
    /// The order delivered.
    pub order_id: OrderId,
    /// The location it comes from.
    pub location_id: LocationId,
    /// Who delivers.
    pub carrier: Option<String>,
    /// The carrier's code.
    pub carrier_ref: Option<String>,
    /// Tracking number.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// What the carrier charges the merchant.
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

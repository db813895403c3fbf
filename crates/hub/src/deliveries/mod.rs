//! Deliveries of orders, and what carriers ask for them ([`quotes`]; API, chapter Deliveries and
//! delivery quotes).
//!
//! A carrier offers quotes for an order, somebody accepts one, and the carrier attaches the delivery
//! and says how far it has come. None of these steps needs the one before it.
//!
//! - Only orders whose service type is delivery have any of this. An order has one delivery at most,
//!   for ever: a cancelled one is not replaced.
//! - Carrier, its code and the fee are settled when the delivery is made; everything else may change,
//!   and any status may follow any other.
//! - The times of being assigned, picked up, delivered and cancelled are noted when the status says
//!   so, unless the sender gives the time.
//! - The order shows its delivery without the driver's position, so a change of nothing but the
//!   position is told as `delivery.update` alone; every other change is told as `order.update` too.
//!   The order's own status does not follow that of the delivery.
//! - Events of a delivery share the sequence of those of its order: neither overtakes the other.

mod changes;
mod http;
pub mod quotes;
mod rules;
pub mod store;

use wire::delivery::{Delivery, RawDelivery};
use wire::scope::{Resource, Right};

use crate::http::routes::{Needs, Paths, Routes, needs};

const DELIVERY: Paths = Paths::of_location(
    "/locations/{location_id}/orders/{order_id}/delivery",
    "/location/orders/{order_id}/delivery",
);

/// Deliveries and quotes are read and written with the order they belong to.
const READ: Needs = needs(Resource::Orders, Right::Read);
const WRITE: Needs = needs(Resource::Orders, Right::Write);

/// The endpoints of deliveries and their quotes.
pub fn routes() -> Routes {
    Routes::new()
        .post(DELIVERY, WRITE, http::create)
        .operation_id("deliveries.create")
        .summary("Attach a delivery to an order")
        .note("The service type of the order must be `delivery`. An order has one delivery at most.")
        .request::<RawDelivery>()
        .example(
            r#"{ "carrier": "Vélo Rhône", "status": "pending", "fee": "5.20 EUR", "driver_name": "Inès" }"#,
        )
        .response::<Delivery>()
        .get(DELIVERY, READ, http::find)
        .operation_id("deliveries.find")
        .summary("Read the delivery of an order")
        .response::<Delivery>()
        .patch(DELIVERY, WRITE, http::update)
        .operation_id("deliveries.update")
        .summary("Change the delivery of an order")
        .note("Any status may follow any other. The hub sets the time that belongs to a status, unless it is sent.")
        .request::<RawDelivery>()
        .example(r#"{ "status": "dropoff_enroute" }"#)
        .response::<Delivery>()
        .and(quotes::routes())
}

//! What decides about deliveries and quotes, without any I/O.

use wire::order::{Order, ServiceType};

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

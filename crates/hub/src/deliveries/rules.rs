//! What decides about deliveries and quotes, without any I/O.

use wire::order::{Order, ServiceType};

use crate::http::problem::ApiError;

/// Refuses orders that nobody brings to the customer.
pub(super) fn is_for_delivery(order: &Order) -> Result<(), ApiError> {
    if order.service_type == Some(ServiceType::Delivery) {
        return Ok(());
    }
    Err(ApiError::field(
        "service_type",
        "of the order must be 'delivery'",
    ))
}

//! How an order reaches its guest, and where it comes from.

use client::order::{Order, ServiceType};

use super::super::note::OrderNote;
use crate::zelty_api::{FulfillmentType, OrderMode, OrderSource};

/// The code of the service type of a delivery that the platform makes.
const DELIVERED_BY_PARTNER: &str = "LIV_PARTENAIRE";

/// The mode; what does not say how it reaches its guest is fetched.
pub(super) fn mode(order: &Order) -> OrderMode {
    match order.service_type {
        Some(ServiceType::Delivery) => OrderMode::Delivery,
        Some(ServiceType::EatIn) => OrderMode::EatIn,
        Some(ServiceType::Collection) | None => OrderMode::Takeaway,
    }
}

/// Who delivers: the partner when the code says so; the restaurant when it knows address and guest; else
/// the partner.
pub(super) fn fulfillment(order: &Order, mode: OrderMode) -> Option<FulfillmentType> {
    if mode != OrderMode::Delivery {
        return None;
    }
    let is_by_partner = order.service_type_ref.as_deref() == Some(DELIVERED_BY_PARTNER);
    let is_known = order.customer.address_1.is_some() && order.customer.id.is_some();
    Some(if !is_by_partner && is_known {
        FulfillmentType::DeliverByRestaurant
    } else {
        FulfillmentType::DeliverByPartner
    })
}

/// Where it comes from: three platforms by the name of their app, else the channel. `pos` is a source that only
/// Zelty's own tills may write.
pub(super) fn source(order: &Order) -> Option<OrderSource> {
    let created_by = order.created_by.as_deref().unwrap_or_default();
    match created_by {
        "Uber Eats" => return Some(OrderSource::UberEats),
        "Deliveroo" => return Some(OrderSource::Deliveroo),
        "Just Eat" => return Some(OrderSource::JustEat),
        _ => {}
    }
    match order.channel.as_deref().unwrap_or_default() {
        "web" => Some(OrderSource::Web),
        "mobile" => Some(OrderSource::Mobile),
        "kiosk" => Some(OrderSource::Kiosk),
        _ => None,
    }
}

/// When it should be ready; none means as soon as possible.
pub(super) fn due_date(order: &Order) -> Option<String> {
    order.expected_time.map(|time| time.to_string())
}

/// The text with at most so many characters; a cut one is noted.
pub(super) fn cut(
    text: &str,
    max_chars: usize,
    what: &'static str,
    notes: &mut Vec<OrderNote>,
) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    notes.push(OrderNote::TextCut(what));
    text.chars().take(max_chars).collect()
}

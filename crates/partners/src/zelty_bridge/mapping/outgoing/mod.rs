//! From an order of the hub to an order of Zelty.

mod changes;
mod customer;
mod items;
mod service;

use client::order::{CustomFields, Order};

use super::note::{OrderNote, OrderRefusal};
use super::options::BridgeOptions;
use super::till_menu::TillMenu;
use crate::zelty_api::{NewZeltyOrder, OrderMode};

pub use changes::{
    OrderAdditions, SentElements, StatusAction, outgoing_additions, status_action, transaction_id,
};
use customer::{delivery_address, guest_name, phone_number, registered_customer};
use items::{EntryMapper, MappedEntries};
use service::{cut, due_date, fulfillment, mode, source};

/// Characters that the number on tickets may have.
const MAX_DISPLAY_ID_CHARS: usize = 10;

/// Characters that the note of an order may have.
const MAX_ORDER_COMMENT_CHARS: usize = 256;

/// What a mapping needs to know besides the order.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingContext<'a> {
    /// Zelty's id of the restaurant.
    pub restaurant: i64,
    /// The country of the location, ISO 3166-1 alpha-2, for phone numbers without one.
    pub country: &'a str,
    /// The options of the connection.
    pub options: &'a BridgeOptions,
    /// What the till sells.
    pub menu: &'a TillMenu,
}

/// Three sums of an order, in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SumComparison {
    /// What the hub says that it costs.
    pub order: i64,
    /// What Zelty computes from the lines that are sent and the promotion.
    pub sent: i64,
    /// What the same lines cost at the till's own prices, without promotion.
    pub till: i64,
}

/// An order, ready to be sent, and what somebody should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingOrder {
    /// What is sent.
    pub order: NewZeltyOrder,
    /// What was left out, and what is suspicious.
    pub notes: Vec<OrderNote>,
    /// The sums that were compared.
    pub sums: SumComparison,
}

/// Makes an order for Zelty. The hub's id is its `remote_id`, so that sending it again makes no second order.
///
/// # Errors
/// [`OrderRefusal`] when a ref is a number that the till does not know, and for what cannot be said to Zelty.
pub fn outgoing_order(
    order: &Order,
    context: &OutgoingContext<'_>,
) -> Result<OutgoingOrder, OrderRefusal> {
    let mode = mode(order);
    let mut notes = Vec::new();
    let mapper = EntryMapper {
        order,
        context,
        mode,
    };
    let mapped = mapper.entries(&SentElements::default(), &mut notes)?;
    if mapped.entries.is_empty() {
        return Err(OrderRefusal::NothingToSend);
    }
    let (id_promotion, discount) = promotion(order, context, &mut notes)?;
    let transactions = changes::transactions(order, context, &SentElements::default(), &mut notes)?;
    let sums = compare_sums(
        order,
        context,
        &mapped,
        (id_promotion, discount),
        &mut notes,
    )?;
    let is_delivery = mode == OrderMode::Delivery;
    let is_registered = order.customer.id.is_some();
    let order_for_zelty = NewZeltyOrder {
        remote_id: order.id.to_string(),
        display_id: order
            .collection_code
            .as_deref()
            .map(|code| cut(code, MAX_DISPLAY_ID_CHARS, "collection_code", &mut notes)),
        id_restaurant: context.restaurant,
        due_date: due_date(order),
        source: source(order),
        mode,
        fulfillment_type: fulfillment(order, mode),
        table: table(order, mode, &mut notes),
        virtual_brand_name: order.connection_name.clone(),
        // Zelty wants a guest for every delivery.
        customer: (is_registered || is_delivery).then(|| registered_customer(order, context)),
        address: is_delivery
            .then(|| delivery_address(order, context.options.language))
            .flatten(),
        id_delivery_address: None,
        items: mapped.entries,
        id_promotion,
        promotion_discount: id_promotion.map(|_| discount),
        total: Some(sums.order.min(sums.sent)),
        transactions,
        comment: comment(order, &mut notes, context),
        first_name: (!is_registered).then(|| guest_name(order)).flatten(),
        phone: (!is_registered)
            .then(|| phone_number(order, context.country))
            .flatten(),
    };
    Ok(OutgoingOrder {
        order: order_for_zelty,
        notes,
        sums,
    })
}

/// The promotion and what it takes off: the first discount with a numeric ref, the sum of all.
fn promotion(
    order: &Order,
    context: &OutgoingContext<'_>,
    notes: &mut Vec<OrderNote>,
) -> Result<(Option<i64>, i64), OrderRefusal> {
    let discounts = || order.discounts.iter().filter(|discount| !discount.deleted);
    let sum = discounts().map(|discount| discount.price_off.cents()).sum();
    let first = discounts().find_map(|it| Some((it, numeric(it.reference.as_deref())?)));
    match first {
        Some((discount, reference)) if context.menu.coupon(reference).is_none() => {
            Err(OrderRefusal::UnknownPromotion {
                name: discount.name.clone(),
                reference,
            })
        }
        Some((_, reference)) => Ok((Some(reference), sum)),
        None => {
            if sum != 0 {
                notes.push(OrderNote::DiscountWithoutName);
            }
            Ok((None, sum))
        }
    }
}

/// Compares what the order costs with what Zelty will compute, and with the till's own prices.
fn compare_sums(
    order: &Order,
    context: &OutgoingContext<'_>,
    mapped: &MappedEntries,
    (id_promotion, discount): (Option<i64>, i64),
    notes: &mut Vec<OrderNote>,
) -> Result<SumComparison, OrderRefusal> {
    let lines: i64 = mapped.entries.iter().map(|entry| entry.price()).sum();
    let promotion = if id_promotion.is_some() { discount } else { 0 };
    let sums = SumComparison {
        order: order.total.cents(),
        sent: lines - promotion,
        till: mapped.till_sum,
    };
    if lines != sums.till {
        let (sent, till) = (lines, sums.till);
        if context.options.refuses_other_prices {
            return Err(OrderRefusal::OtherPrices { sent, till });
        }
        notes.push(OrderNote::PricesDiffer { sent, till });
    }
    if sums.order > sums.sent {
        notes.push(OrderNote::TotalLowered {
            order: sums.order,
            sent: sums.sent,
        });
    }
    Ok(sums)
}

/// The number of the table, which only an order that is eaten on the spot has.
fn table(order: &Order, mode: OrderMode, notes: &mut Vec<OrderNote>) -> Option<i64> {
    let name = table_name(&order.custom_fields)?;
    if mode != OrderMode::EatIn {
        return None;
    }
    let number = name.trim().parse().ok();
    if number.is_none() {
        notes.push(OrderNote::TableSkipped(name));
    }
    number
}

/// `custom_fields.restaurant.table_name`.
fn table_name(fields: &CustomFields) -> Option<String> {
    let restaurant = fields.0.get("restaurant")?;
    match restaurant.get("table_name")? {
        serde_json::Value::String(name) => Some(name.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The customer's notes, and what the kitchen has to prepare without the till.
fn comment(
    order: &Order,
    notes: &mut Vec<OrderNote>,
    context: &OutgoingContext<'_>,
) -> Option<String> {
    let skipped: Vec<String> = notes
        .iter()
        .filter_map(|note| match note {
            OrderNote::LineSkipped { quantity, name } => Some(format!("{quantity} × {name}")),
            _ => None,
        })
        .collect();
    let mut parts: Vec<String> = order.customer_notes.clone().into_iter().collect();
    if !skipped.is_empty() {
        let words = context
            .options
            .language
            .pick("Hors caisse :", "Not at the till:");
        // In front: a long note of the customer must not cut it off.
        parts.insert(0, format!("{words} {}", skipped.join(", ")));
    }
    let text = parts.join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| cut(text, MAX_ORDER_COMMENT_CHARS, "customer_notes", notes))
}

/// A ref of the till is a number.
fn numeric(reference: Option<&str>) -> Option<i64> {
    reference?.trim().parse().ok()
}

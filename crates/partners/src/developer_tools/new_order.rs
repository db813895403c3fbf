//! How a form becomes an order (API, chapter Orders). The types of [`client::order`] make sure that the
//! JSON is right; `check` computes the total as the hub will, and finds most mistakes before anything is
//! sent.

use client::order::{
    ChargeType, Currency, CustomerDetails, Money, NewCharge, NewDeal, NewDealLine, NewDiscount,
    NewItem, NewOrder, NewPayment, OrderStatus, PaymentType, Problems, ServiceType, Time,
};
use jiff::civil::DateTime;
use serde_json::json;
use wire::decimal::Decimal;

use super::menu::{DEAL_LINES, MENU};
use crate::kit::form::Form;

/// The most of one item that a form can order.
const MAX_QUANTITY: i64 = 99;

const DISCOUNT_CENTS: i64 = 200;
const DELIVERY_CHARGE_CENTS: i64 = 290;

/// Why a form is no order.
#[derive(Debug)]
pub(crate) enum OrderFormError {
    /// Nothing was chosen.
    NothingChosen,
    /// The order is for a certain time, and there is none.
    TimeMissing,
    /// The hub would refuse the order.
    Invalid(Problems),
}

/// The order that a form describes.
pub(crate) fn new_order(
    form: &Form,
    currency: Currency,
    timezone: &str,
) -> Result<NewOrder, OrderFormError> {
    let items = chosen_items(form, currency);
    let has_deal = form.has("deal");
    if items.is_empty() && !has_deal {
        return Err(OrderFormError::NothingChosen);
    }
    let mut order = NewOrder::new(OrderStatus::New)
        // Only this app sees it: it finds the order again by it when no answer came.
        .private_ref(form.get("nonce"))
        .guest(customer_details(form));
    for item in items {
        order = order.item(item);
    }
    if has_deal {
        order = order.deal(deal(currency));
    }
    if form.has("discount") {
        let price_off = Money::new(DISCOUNT_CENTS, currency);
        order = order.discount(NewDiscount::new("Bienvenue", price_off).reference("BIENVENUE"));
    }
    if form.has("delivery_charge") {
        order = order.charge(delivery_charge(currency));
    }
    order = match form.get("when").as_str() {
        "at" => order
            .asap(false)
            .expected_time(local_time(&form.get("at"), timezone)?),
        _ => order.asap(true),
    };
    order = with_details(order, form);
    let total = order.check(currency).map_err(OrderFormError::Invalid)?;
    Ok(match form.get("payment").as_str() {
        "card" => order.payment(
            NewPayment::new(total)
                .kind(PaymentType::Online)
                .name("Carte en ligne")
                .reference("CB"),
        ),
        "cash" => order.payment(
            NewPayment::new(total)
                .kind(PaymentType::Cash)
                .name("Espèces")
                .reference("ESP"),
        ),
        _ => order,
    })
}

/// The items of the menu that have a quantity, with the options that were ticked.
fn chosen_items(form: &Form, currency: Currency) -> Vec<NewItem> {
    let mut items = Vec::new();
    for dish in &MENU {
        let quantity = form.get(dish.key).parse::<i64>().unwrap_or(0);
        let quantity = quantity.clamp(0, MAX_QUANTITY);
        if quantity == 0 {
            continue;
        }
        let mut item = dish.order_item(quantity, currency);
        for option in dish.options {
            if form.has(&dish.option_key(option)) {
                item = item.option(option.order_option(currency));
            }
        }
        items.push(item);
    }
    items
}

/// Two items at the prices of the deal.
fn deal(currency: Currency) -> NewDeal {
    let deal = NewDeal::new("Menu duo").reference("DUO");
    DEAL_LINES
        .iter()
        .fold(deal, |deal, (name, sku_ref, price_cents, label)| {
            let price = Money::new(*price_cents, currency);
            let mut item = NewItem::new(*name, price, 1).sku_ref(*sku_ref);
            item = item.tax_rate(Decimal::from(10));
            deal.line(NewDealLine::new(item).label(*label))
        })
}

fn delivery_charge(currency: Currency) -> NewCharge {
    NewCharge::new(
        "Frais de livraison",
        Money::new(DELIVERY_CHARGE_CENTS, currency),
    )
    .kind(ChargeType::Delivery)
    .reference("LIV")
    .tax_rate(Decimal::from(20))
}

/// The order with the fields that may be left empty.
fn with_details(mut order: NewOrder, form: &Form) -> NewOrder {
    let service_type = ServiceType::parse(&form.get("service_type"));
    if let Some(service_type) = service_type {
        order = order.service_type(service_type);
    }
    if let Some(reference) = form.get_non_empty("ref") {
        order = order.reference(reference);
    }
    if let Some(channel) = form.get_non_empty("channel") {
        order = order.channel(channel);
    }
    if let Some(notes) = form.get_non_empty("customer_notes") {
        order = order.customer_notes(notes);
    }
    if service_type == Some(ServiceType::EatIn)
        && let Some(table) = form.get_non_empty("table_name")
    {
        order = order.custom_field("restaurant", json!({ "table_name": table }));
    }
    order
}

/// The customer, with an address if the order is delivered.
fn customer_details(form: &Form) -> CustomerDetails {
    let is_delivered = form.get("service_type") == ServiceType::Delivery.as_str();
    let address = |name: &str| form.get_non_empty(name).filter(|_| is_delivered);
    CustomerDetails {
        first_name: form.get_non_empty("first_name"),
        last_name: form.get_non_empty("last_name"),
        phone: form.get_non_empty("phone"),
        email: form.get_non_empty("email"),
        address_1: address("address_1"),
        postal_code: address("postal_code"),
        city: address("city"),
        delivery_notes: address("delivery_notes"),
        ..CustomerDetails::default()
    }
}

/// A local time of a form, such as `2026-03-07T20:30`, in the location's zone.
fn local_time(text: &str, timezone: &str) -> Result<Time, OrderFormError> {
    let zone = wire::time::zone(timezone);
    let local: DateTime = text.parse().map_err(|_| OrderFormError::TimeMissing)?;
    let at = local
        .to_zoned(zone.clone())
        .map_err(|_| OrderFormError::TimeMissing)?;
    Ok(Time::new(at.timestamp(), &zone))
}

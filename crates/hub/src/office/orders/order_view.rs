//! An order's page, filled from the stored order.

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde_json::Value;
use wire::order::{Order, OrderCustomer, OrderItem, OrderOption, OrderPayment, OrderStatus};
use wire::time::Time;

use super::{
    CustomerView, ItemOption, ItemView, Journey, Loyalty, MoneyLine, OrderPage, Rejection,
    Settlement, order_badge,
};
use crate::office::format;
use crate::office::frame::Frame;
use crate::office::json;
use crate::office::translations::{Language, Translations};
use crate::office::widgets::{Badge, LabelledValue, Severity};

/// Where and for whom a page is filled in.
pub(crate) struct OrderRenderer<'a> {
    pub words: &'static Translations,
    pub zone: &'a TimeZone,
    /// The location's name.
    pub location: &'a str,
}

impl OrderRenderer<'_> {
    fn language(&self) -> Language {
        self.words.language
    }

    fn at(&self, time: Time) -> Zoned {
        time.at().to_zoned(self.zone.clone())
    }

    fn time(&self, time: Time) -> String {
        format::date_time(self.language(), &self.at(time))
    }

    fn money(&self, amount: impl ToString) -> String {
        format::money(self.language(), &amount.to_string())
    }
}

/// First and last name, or the company's; empty if there is neither.
pub(crate) fn full_name(first: Option<&str>, last: Option<&str>, company: Option<&str>) -> String {
    let parts: Vec<&str> = [first, last]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        company.unwrap_or_default().trim().to_owned()
    } else {
        parts.join(" ")
    }
}

/// The page, with a journey still to come.
pub(crate) fn page(
    frame: Frame,
    reader: &OrderRenderer<'_>,
    order: &Order,
    document: &str,
) -> OrderPage {
    let words = reader.words;
    let custom = &order.custom_fields;
    OrderPage {
        frame,
        id: order.id.to_string(),
        reference: order.reference.clone().filter(|text| !text.is_empty()),
        status: order_badge(words, order.status.as_str()),
        summary: Vec::new(),
        related: Vec::new(),
        rejection: rejection(order),
        facts: facts(reader, order),
        notes: notes(reader, order),
        items: order
            .items
            .iter()
            .map(|line| item(reader, order, line))
            .collect(),
        discounts: order
            .discounts
            .iter()
            .map(|line| MoneyLine {
                name: line.name.clone(),
                reference: line.reference.clone(),
                amount: reader.money(format!("-{}", line.price_off)),
                deleted: line.deleted,
            })
            .collect(),
        charges: order
            .charges
            .iter()
            .map(|line| MoneyLine {
                name: line.name.clone(),
                reference: line.reference.clone(),
                amount: reader.money(line.price),
                deleted: line.deleted,
            })
            .collect(),
        total: reader.money(order.total),
        total_discrepancy: order
            .total_discrepancy
            .filter(|difference| difference.cents() != 0)
            .map(|difference| reader.money(difference)),
        payments: order.payments.iter().map(|p| payment(reader, p)).collect(),
        settlement: settlement(reader, order),
        customer: customer(reader, &order.customer),
        loyalty: loyalty(reader, order),
        custom_fields: (!custom.is_empty())
            .then(|| serde_json::to_string(custom).unwrap_or_default())
            .map(|text| json::pretty(&text)),
        raw: json::pretty(document),
        raw_download: format!("/orders/{}.json", order.id),
        journey: Journey::default(),
    }
}

fn facts(reader: &OrderRenderer<'_>, order: &Order) -> Vec<LabelledValue> {
    let (words, w) = (reader.words, &reader.words.orders);
    let mut facts = vec![LabelledValue::new(w.id, order.id.as_str())];
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            facts.push(LabelledValue::new(label, value));
        }
    };
    add(w.reference, order.reference.clone());
    add(words.shell.location, Some(reader.location.to_owned()));
    add(w.created_by, order.created_by.clone());
    let channel = order.channel.clone();
    add(
        w.channel,
        channel.filter(|_| order.channel != order.created_by),
    );
    add(w.connection, order.connection_name.clone());
    let service = order
        .service_type
        .map(|service| w.service_label(service.as_str()).to_owned());
    add(w.service, service);
    add(w.service_code, order.service_type_ref.clone());
    add(w.created, Some(reader.time(order.created_at)));
    let expected = match (order.expected_time, order.asap) {
        (Some(time), true) => Some(format!("{} ({})", w.asap, reader.time(time))),
        (Some(time), false) => Some(reader.time(time)),
        (None, true) => Some(w.asap.to_owned()),
        (None, false) => None,
    };
    let label = if order.expected_time_pickup {
        w.pickup
    } else {
        w.expected
    };
    add(label, expected);
    add(
        w.confirmed,
        order.confirmed_time.map(|time| reader.time(time)),
    );
    add(w.collection_code, order.collection_code.clone());
    add(w.coupons, Some(order.coupon_codes.join(", ")));
    if let Some(delivery) = &order.delivery {
        let driver = [&delivery.driver_name, &delivery.driver_phone];
        let mut parts = vec![delivery.carrier.as_str()];
        parts.extend(driver.into_iter().flatten().map(String::as_str));
        add(w.delivery, Some(parts.join(" · ")));
    }
    facts
}

fn notes(reader: &OrderRenderer<'_>, order: &Order) -> Vec<LabelledValue> {
    let w = &reader.words.orders;
    [
        (w.customer_notes, &order.customer_notes),
        (w.seller_notes, &order.seller_notes),
    ]
    .into_iter()
    .filter_map(|(label, note)| Some(LabelledValue::new(label, note.as_deref()?.trim())))
    .filter(|note| !note.value.is_empty())
    .collect()
}

fn item(reader: &OrderRenderer<'_>, order: &Order, item: &OrderItem) -> ItemView {
    let language = reader.language();
    let deal = item.deal_line.as_ref().map(|line| {
        let name = order
            .deals
            .get(&line.deal_key)
            .map(|deal| deal.name.as_str());
        let name = name.unwrap_or(&line.deal_key);
        match &line.label {
            Some(label) => reader.words.orders.deal_line(name, label),
            None => name.to_owned(),
        }
    });
    ItemView {
        name: item.product_name.clone(),
        sku: item.sku_name.clone().filter(|sku| !sku.is_empty()),
        reference: item.sku_ref.clone().filter(|code| !code.is_empty()),
        quantity: format::decimal(language, &item.quantity.to_string()),
        price: reader.money(item.price),
        subtotal: reader.money(item.subtotal),
        vat: item
            .tax_rate
            .as_ref()
            .map(|rate| format::percent(language, &rate.to_string())),
        deal,
        options: item.options.iter().map(|o| option(reader, o)).collect(),
        notes: item
            .customer_notes
            .clone()
            .filter(|notes| !notes.trim().is_empty()),
        deleted: item.deleted,
    }
}

fn option(reader: &OrderRenderer<'_>, option: &OrderOption) -> ItemOption {
    let name = match option.quantity {
        1 => option.name.clone(),
        count => format!("{count} × {}", option.name),
    };
    let is_free = option.price.cents() == 0;
    ItemOption {
        name,
        list: option.option_list_name.clone(),
        price: (!is_free).then(|| reader.money(option.price)),
        removed: option.removed,
    }
}

fn payment(reader: &OrderRenderer<'_>, payment: &OrderPayment) -> MoneyLine {
    let kind = reader.words.orders.payment_label(payment.kind.as_str());
    let name = match payment.name.as_deref().map(str::trim) {
        None | Some("") => kind.to_owned(),
        Some(name) if name.eq_ignore_ascii_case(kind) => name.to_owned(),
        Some(name) => format!("{name} · {kind}"),
    };
    MoneyLine {
        name,
        reference: payment.reference.clone(),
        amount: reader.money(payment.amount),
        deleted: payment.deleted,
    }
}

fn settlement(reader: &OrderRenderer<'_>, order: &Order) -> Settlement {
    let w = &reader.words.orders;
    let (badge, amount) = match order.payment_discrepancy {
        None if order.total.cents() == 0 => (Badge::new(w.settled, Severity::Good), None),
        None => (Badge::new(w.unpaid, Severity::Fresh), None),
        Some(difference) if difference.cents() == 0 => {
            (Badge::new(w.settled, Severity::Good), None)
        }
        Some(difference) if difference.is_negative() => {
            let left = difference.checked_mul_int(-1).unwrap_or(difference);
            (Badge::new(w.due, Severity::Warn), Some(reader.money(left)))
        }
        Some(difference) => (
            Badge::new(w.overpaid, Severity::Warn),
            Some(reader.money(difference)),
        ),
    };
    Settlement { badge, amount }
}

fn customer(reader: &OrderRenderer<'_>, customer: &OrderCustomer) -> Option<CustomerView> {
    let w = &reader.words.orders;
    let name = full_name(
        customer.first_name.as_deref(),
        customer.last_name.as_deref(),
        customer.company_name.as_deref(),
    );
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty() && *value != name) {
            facts.push(LabelledValue::new(label, value));
        }
    };
    add(w.company, customer.company_name.clone());
    let phone = match (&customer.phone, &customer.phone_access_code) {
        (Some(phone), Some(code)) => Some(format!("{phone} ({code})")),
        (phone, _) => phone.clone(),
    };
    add(w.phone, phone);
    add(w.email, customer.email.clone());
    add(w.delivery_notes, customer.delivery_notes.clone());
    add(w.id, customer.id.as_ref().map(ToString::to_string));
    let town: Vec<&str> = [&customer.postal_code, &customer.city]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let town = town.join(" ");
    let address: Vec<String> = [
        customer.address_1.clone(),
        customer.address_2.clone(),
        Some(town),
        customer.state.clone(),
        customer.country.clone(),
    ]
    .into_iter()
    .flatten()
    .filter(|line| !line.trim().is_empty())
    .collect();
    let is_known = !(name.is_empty() && facts.is_empty() && address.is_empty());
    let badge = if customer.anonymised {
        Some(Badge::new(w.anonymised, Severity::Warn))
    } else if customer.id.is_none() {
        Some(Badge::new(w.guest_customer, Severity::Plain))
    } else {
        None
    };
    (is_known || customer.anonymised).then_some(CustomerView {
        name,
        badge,
        facts,
        address,
        href: customer.id.as_ref().map(|id| format!("/customers/{id}")),
    })
}

fn loyalty(reader: &OrderRenderer<'_>, order: &Order) -> Vec<Loyalty> {
    let operations = order.loyalty_operations.iter();
    operations
        .map(|operation| {
            let points = operation.delta.to_minimal_string();
            let points = format::decimal(reader.language(), points.trim_start_matches('-'));
            let sign = if operation.delta.is_negative() {
                "\u{2212}"
            } else {
                "+"
            };
            let card = operation
                .name
                .clone()
                .or_else(|| operation.reference.clone());
            Loyalty {
                card: card.unwrap_or_default(),
                points: format!("{sign}{points}"),
                reason: operation.reason.clone(),
            }
        })
        .collect()
}

/// Why the till refused the order, as it says in `epos.rejection` (API, chapter Orders,
/// conventions).
fn rejection(order: &Order) -> Option<Rejection> {
    if order.status != OrderStatus::Rejected {
        return None;
    }
    let epos = order.custom_fields.0.get("epos");
    let rejection = epos.as_ref().and_then(|epos| epos.get("rejection"));
    let cause = rejection
        .and_then(|rejection| rejection.get("cause"))
        .and_then(Value::as_str);
    let cause = cause.unwrap_or_default();
    let info = rejection.and_then(|rejection| rejection.get("info"));
    let more = info.and_then(link).or_else(|| link_in(cause));
    let lines = cause
        .lines()
        .map(strip_markdown)
        .filter(|line| !line.is_empty())
        .collect();
    Some(Rejection { lines, more })
}

/// Why the till refused the order, on one line; empty if it has not said.
pub(crate) fn rejection_cause(order: &Order) -> String {
    let lines = rejection(order)
        .map(|found| found.lines)
        .unwrap_or_default();
    lines.join(" ")
}

/// The first web address in what a till added, at whatever name.
fn link(info: &Value) -> Option<String> {
    match info {
        Value::String(text) if text.starts_with("https://") => Some(text.clone()),
        Value::Object(fields) => fields.values().find_map(|value| match value {
            Value::String(text) if text.starts_with("https://") => Some(text.clone()),
            _ => None,
        }),
        _ => None,
    }
}

/// The address of a Markdown link.
fn link_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("](https://")?;
    let (address, _) = rest.split_once(')')?;
    Some(format!("https://{address}"))
}

/// A line of Markdown without its marks; what a link leads to is offered apart.
fn strip_markdown(line: &str) -> String {
    let line = line.trim().trim_start_matches(['#', '>']).trim_start();
    let line = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .map_or_else(|| line.to_owned(), |rest| format!("• {rest}"));
    let mut text = line.replace("**", "").replace("__", "").replace('`', "");
    while let Some((before, rest)) = text.split_once('[')
        && let Some((label, rest)) = rest.split_once("](")
        && let Some((_, after)) = rest.split_once(')')
    {
        text = format!("{before}{label}{after}");
    }
    text
}

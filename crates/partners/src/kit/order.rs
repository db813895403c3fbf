//! An order as screens show it, read leniently from the API's JSON: a field that is missing or odd
//! leaves a gap and breaks nothing.

use serde_json::Value;

use super::amount::{Amount, rate};
use super::words::Lang;

/// An order in words.
#[derive(Debug)]
pub(crate) struct OrderView {
    pub id: String,
    /// What people call it: collection code, else ref, else id.
    pub code: String,
    pub status: String,
    pub status_label: String,
    pub service: String,
    pub service_label: String,
    pub channel: String,
    pub created: String,
    /// When it is wanted; empty means as soon as possible.
    pub expected: String,
    pub confirmed: String,
    pub total: String,
    /// Whether it has a payment that is not cash.
    pub paid: bool,
    pub customer: CustomerView,
    pub customer_notes: String,
    pub seller_notes: String,
    pub table: String,
    pub rejection: String,
    pub items: Vec<LineView>,
    pub charges: Vec<(String, String)>,
    pub discounts: Vec<(String, String)>,
    pub payments: Vec<(String, String)>,
}

/// Who ordered.
#[derive(Debug, Default)]
pub(crate) struct CustomerView {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub delivery_notes: String,
}

/// One item of an order.
#[derive(Debug)]
pub(crate) struct LineView {
    pub name: String,
    pub sku_ref: String,
    pub quantity: String,
    pub price: String,
    pub price_without_tax: String,
    pub tax: String,
    pub subtotal: String,
    pub notes: String,
    pub deal: String,
    pub options: Vec<OptionView>,
}

/// One option of an item.
#[derive(Debug)]
pub(crate) struct OptionView {
    pub name: String,
    pub price: String,
    pub removed: bool,
}

/// A text field; empty when missing or null.
pub(crate) fn text(value: &Value, name: &str) -> String {
    match &value[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A list without what was deleted.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let entries = value[name]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    entries.iter().filter(|entry| entry["deleted"] != true)
}

/// Money of a field for people; empty when missing.
pub(crate) fn money(value: &Value, name: &str, lang: Lang) -> String {
    Amount::parse(&text(value, name))
        .map(|amount| amount.show(lang))
        .unwrap_or_default()
}

/// `HH:MM`, or `DD/MM HH:MM` when the day is not the one of `today` (`YYYY-MM-DD`). The API gives
/// times in the location's own zone, so the text is already right.
pub(crate) fn moment(time: &str, today: &str) -> String {
    let (Some(date), Some(hour)) = (time.get(..10), time.get(11..16)) else {
        return String::new();
    };
    match (date.get(8..10), date.get(5..7)) {
        (Some(day), Some(month)) if date != today => format!("{day}/{month} {hour}"),
        _ => hour.into(),
    }
}

/// Whether an order has a payment other than cash.
pub(crate) fn is_paid(order: &Value) -> bool {
    let mut payments = list(order, "payments").peekable();
    payments.peek().is_some() && payments.all(|payment| payment["type"] != "cash")
}

fn quantity(raw: &str, lang: Lang) -> String {
    let trimmed = if raw.contains('.') {
        raw.trim_end_matches('0').trim_end_matches('.')
    } else {
        raw
    };
    lang.t(trimmed.replace('.', ","), trimmed.into())
}

fn joined(parts: &[String], between: &str) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(between)
}

impl OrderView {
    /// Reads an order; `today` is the date in the location's zone, `YYYY-MM-DD`.
    pub(crate) fn read(order: &Value, lang: Lang, today: &str) -> OrderView {
        let id = text(order, "id");
        let code = [text(order, "collection_code"), text(order, "ref")];
        let code = code
            .into_iter()
            .find(|code| !code.is_empty())
            .unwrap_or_else(|| id.clone());
        let asap = order["asap"] == true;
        let expected = moment(&text(order, "expected_time"), today);
        let status = text(order, "status");
        let service = text(order, "service_type");
        let priced = |name: &str, money_name: &str| {
            list(order, name)
                .map(|e| (text(e, "name"), money(e, money_name, lang)))
                .collect()
        };
        OrderView {
            status_label: lang.status(&status),
            service_label: lang.service(&service),
            channel: text(order, "channel"),
            created: moment(&text(order, "created_at"), today),
            expected: if asap { String::new() } else { expected },
            confirmed: moment(&text(order, "confirmed_time"), today),
            total: money(order, "total", lang),
            paid: is_paid(order),
            customer: CustomerView::read(&order["customer"]),
            customer_notes: text(order, "customer_notes"),
            seller_notes: text(order, "seller_notes"),
            table: text(&order["custom_fields"]["restaurant"], "table_name"),
            rejection: text(&order["custom_fields"]["epos"]["rejection"], "cause"),
            items: list(order, "items")
                .map(|item| LineView::read(item, &order["deals"], lang))
                .collect(),
            charges: priced("charges", "price"),
            discounts: priced("discounts", "price_off"),
            payments: priced("payments", "amount"),
            id,
            code,
            status,
            service,
        }
    }
}

impl CustomerView {
    fn read(customer: &Value) -> CustomerView {
        let field = |name| text(customer, name);
        let city = joined(&[field("postal_code"), field("city")], " ");
        CustomerView {
            name: joined(&[field("first_name"), field("last_name")], " "),
            phone: field("phone"),
            email: field("email"),
            address: joined(&[field("address_1"), field("address_2"), city], ", "),
            delivery_notes: field("delivery_notes"),
        }
    }
}

impl LineView {
    fn read(item: &Value, deals: &Value, lang: Lang) -> LineView {
        let price = Amount::parse(&text(item, "price"));
        let tax = text(item, "tax_rate");
        let without = price
            .as_ref()
            .zip(rate(&tax))
            .map(|(price, rate)| price.without_tax(rate));
        let deal = &deals[text(&item["deal_line"], "deal_key").as_str()];
        LineView {
            name: joined(&[text(item, "product_name"), text(item, "sku_name")], " · "),
            sku_ref: text(item, "sku_ref"),
            quantity: quantity(&text(item, "quantity"), lang),
            price: price.map(|price| price.show(lang)).unwrap_or_default(),
            price_without_tax: without.map(|price| price.show(lang)).unwrap_or_default(),
            tax: if tax.is_empty() {
                tax
            } else {
                format!("{}\u{a0}%", quantity(&tax, lang))
            },
            subtotal: money(item, "subtotal", lang),
            notes: text(item, "customer_notes"),
            deal: text(deal, "name"),
            options: list(item, "options")
                .map(|option| OptionView {
                    name: text(option, "name"),
                    price: match Amount::parse(&text(option, "price")) {
                        Some(price) if price.cents != 0 => price.show(lang),
                        _ => String::new(),
                    },
                    removed: option["removed"] == true,
                })
                .collect(),
        }
    }
}

//! An order as screens show it: every field a text in the visitor's language, empty when there is none.

use jiff::civil::Date;
use serde_json::Value;
use wire::decimal::Decimal;
use wire::order::{
    Deals, Order, OrderCustomer, OrderItem, OrderOption, OrderPayment, OrderStatus, PaymentType,
    ServiceType,
};
use wire::time::Time;

use super::language::Language;
use super::money::{money_text, without_tax};

/// An order in words.
#[derive(Debug)]
pub(crate) struct OrderView {
    pub id: String,
    /// What people call it: its collection code, else its ref, else its id.
    pub code: String,
    pub status: OrderStatus,
    pub status_label: &'static str,
    pub service_type: Option<ServiceType>,
    pub service_label: &'static str,
    pub channel: String,
    pub created: String,
    /// When it is wanted; empty means as soon as possible.
    pub expected: String,
    pub confirmed: String,
    pub total: String,
    /// Whether it has a payment that is not cash.
    pub is_paid: bool,
    pub customer: CustomerView,
    pub customer_notes: String,
    pub seller_notes: String,
    pub table: String,
    pub rejection: String,
    pub items: Vec<ItemView>,
    pub charges: Vec<(String, String)>,
    pub discounts: Vec<(String, String)>,
    pub payments: Vec<(String, String)>,
}

/// The customer of an order.
#[derive(Debug, Default)]
pub(crate) struct CustomerView {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub delivery_notes: String,
}

/// An item of an order.
#[derive(Debug)]
pub(crate) struct ItemView {
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

/// An option of an item.
#[derive(Debug)]
pub(crate) struct OptionView {
    pub name: String,
    pub price: String,
    pub is_removed: bool,
}

/// `HH:MM`, or `DD/MM HH:MM` on another day than `today`. The API gives times in the location's own
/// zone, and so they are shown.
pub(crate) fn time_text(time: Time, today: Date) -> String {
    let local = time.civil();
    if local.date() == today {
        local.strftime("%H:%M").to_string()
    } else {
        local.strftime("%d/%m %H:%M").to_string()
    }
}

/// What people call an order: its collection code, else its ref, else its id.
pub(crate) fn order_code(order: &Order) -> String {
    let codes = [&order.collection_code, &order.reference];
    let mut codes = codes.into_iter().flatten().filter(|code| !code.is_empty());
    codes
        .next()
        .cloned()
        .unwrap_or_else(|| order.id.to_string())
}

/// Whether nothing more happens to an order of this status.
pub(crate) fn is_final(status: OrderStatus) -> bool {
    matches!(
        status,
        OrderStatus::Completed
            | OrderStatus::Rejected
            | OrderStatus::Cancelled
            | OrderStatus::DeliveryFailed
    )
}

/// Whether there are payments, and none of them in cash.
fn is_paid(payments: &[OrderPayment]) -> bool {
    let mut payments = payments
        .iter()
        .filter(|payment| !payment.deleted)
        .peekable();
    payments.peek().is_some() && payments.all(|payment| payment.kind != PaymentType::Cash)
}

fn decimal_text(number: Decimal, language: Language) -> String {
    let text = number.to_minimal_string();
    language.t(text.replace('.', ","), text)
}

/// The texts that are there, with a separator between them.
fn join<'a>(parts: impl IntoIterator<Item = &'a Option<String>>, separator: &str) -> String {
    let parts: Vec<&str> = parts
        .into_iter()
        .filter_map(|part| part.as_deref())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(separator)
}

/// A text inside a custom field, such as `restaurant.table_name`.
fn custom_text(order: &Order, field: &str, path: &[&str]) -> String {
    let field = order.custom_fields.0.get(field).unwrap_or_default();
    let value = path.iter().fold(&field, |value, key| &value[*key]);
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

impl OrderView {
    /// An order in the words of a language; `today` is the date in the location's zone.
    pub(crate) fn new(order: &Order, language: Language, today: Date) -> OrderView {
        let time = |time: Option<Time>| time.map_or_else(String::new, |at| time_text(at, today));
        let charges = order.charges.iter().filter(|charge| !charge.deleted);
        let discounts = order.discounts.iter().filter(|discount| !discount.deleted);
        let payments = order.payments.iter().filter(|payment| !payment.deleted);
        let items = order.items.iter().filter(|item| !item.deleted);
        OrderView {
            id: order.id.to_string(),
            code: order_code(order),
            status: order.status,
            status_label: language.order_status(order.status),
            service_type: order.service_type,
            service_label: language.service_type(order.service_type),
            channel: order.channel.clone().unwrap_or_default(),
            created: time_text(order.created_at, today),
            expected: time(order.expected_time.filter(|_| !order.asap)),
            confirmed: time(order.confirmed_time),
            total: money_text(order.total, language),
            is_paid: is_paid(&order.payments),
            customer: CustomerView::new(&order.customer),
            customer_notes: order.customer_notes.clone().unwrap_or_default(),
            seller_notes: order.seller_notes.clone().unwrap_or_default(),
            table: custom_text(order, "restaurant", &["table_name"]),
            rejection: custom_text(order, "epos", &["rejection", "cause"]),
            items: items
                .map(|item| ItemView::new(item, &order.deals, language))
                .collect(),
            charges: charges
                .map(|charge| (charge.name.clone(), money_text(charge.price, language)))
                .collect(),
            discounts: discounts
                .map(|discount| {
                    let amount = money_text(discount.price_off, language);
                    (discount.name.clone(), amount)
                })
                .collect(),
            payments: payments
                .map(|payment| {
                    let name = payment.name.clone().unwrap_or_default();
                    (name, money_text(payment.amount, language))
                })
                .collect(),
        }
    }
}

impl CustomerView {
    fn new(customer: &OrderCustomer) -> CustomerView {
        let city = join([&customer.postal_code, &customer.city], " ");
        CustomerView {
            name: join([&customer.first_name, &customer.last_name], " "),
            phone: customer.phone.clone().unwrap_or_default(),
            email: customer.email.clone().unwrap_or_default(),
            address: join(
                [&customer.address_1, &customer.address_2, &Some(city)],
                ", ",
            ),
            delivery_notes: customer.delivery_notes.clone().unwrap_or_default(),
        }
    }
}

impl ItemView {
    fn new(item: &OrderItem, deals: &Deals, language: Language) -> ItemView {
        let deal = item
            .deal_line
            .as_ref()
            .and_then(|line| deals.get(&line.deal_key));
        let net = item.tax_rate.map(|rate| without_tax(item.price, rate));
        let tax = item.tax_rate.map(|rate| decimal_text(rate, language));
        let options = item.options.iter();
        ItemView {
            name: join([&Some(item.product_name.clone()), &item.sku_name], " · "),
            sku_ref: item.sku_ref.clone().unwrap_or_default(),
            quantity: decimal_text(item.quantity, language),
            price: money_text(item.price, language),
            price_without_tax: net.map_or_else(String::new, |net| money_text(net, language)),
            tax: tax.map_or_else(String::new, |tax| format!("{tax}\u{a0}%")),
            subtotal: money_text(item.subtotal, language),
            notes: item.customer_notes.clone().unwrap_or_default(),
            deal: deal.map_or_else(String::new, |deal| deal.name.clone()),
            options: options
                .map(|option| OptionView::new(option, language))
                .collect(),
        }
    }
}

impl OptionView {
    fn new(option: &OrderOption, language: Language) -> OptionView {
        let is_free = option.price.cents() == 0;
        OptionView {
            name: option.name.clone(),
            price: if is_free {
                String::new()
            } else {
                money_text(option.price, language)
            },
            is_removed: option.removed,
        }
    }
}

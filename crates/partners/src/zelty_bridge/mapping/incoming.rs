//! From an order of Zelty's till to an order of the hub.

use client::order::{
    AttachedCustomer, Currency, CustomFields, CustomerDetails, CustomerListId, Date, Decimal,
    Money, NewDeal, NewDealLine, NewDiscount, NewItem, NewOption, NewOrder, NewPayment,
    OrderStatus, ServiceType, Time,
};
use serde_json::json;

use super::options::BridgeOptions;
use crate::zelty_api::{
    EntryKind, OrderEntry, OrderEntryModifier, OrderTransaction, StatusWord, ZeltyCustomer,
    ZeltyOrder,
};

/// What a mapping needs to know besides the order.
#[derive(Clone, Copy, Debug)]
pub struct IncomingContext<'a> {
    /// The currency of the account.
    pub currency: Currency,
    /// The customer list of the connection, if it has one.
    pub customer_list: Option<&'a CustomerListId>,
    /// The options of the connection.
    pub options: &'a BridgeOptions,
}

impl IncomingContext<'_> {
    fn money(&self, cents: Option<i64>) -> Money {
        Money::new(cents.unwrap_or_default(), self.currency)
    }
}

/// What a status of Zelty means for the hub; none for one that says nothing, such as the number 255 of an order
/// that was paid when it was made.
pub fn hub_status(status: &StatusWord) -> Option<OrderStatus> {
    match status {
        StatusWord::Production => Some(OrderStatus::InPreparation),
        StatusWord::Ready => Some(OrderStatus::AwaitingCollection),
        StatusWord::Ended | StatusWord::Closed => Some(OrderStatus::Completed),
        StatusWord::Cancelled => Some(OrderStatus::Cancelled),
        StatusWord::Opened | StatusWord::Code(_) | StatusWord::Other(_) => None,
    }
}

/// Makes an order for the hub. Its private ref is Zelty's id, and so are those of its items and payments.
pub fn incoming_order(order: &ZeltyOrder, context: &IncomingContext<'_>) -> NewOrder {
    let status = hub_status(&order.status).unwrap_or(OrderStatus::Accepted);
    let mut new = NewOrder::new(status).private_ref(order.id.to_string());
    if let Some(service_type) = service_type(order) {
        new = new.service_type(service_type);
    }
    if let Some(number) = order.display_id.as_ref().or(order.reference.as_ref()) {
        new = new.collection_code(number.clone());
    }
    if let Some(remote_id) = &order.remote_id {
        new = new.reference(remote_id.clone());
    }
    if let Some(comment) = order.comment.as_ref().filter(|text| !text.is_empty()) {
        new = new.customer_notes(comment.clone());
    }
    if let Some(table) = order.table.filter(|table| *table != 0) {
        new = new.custom_field("restaurant", json!({ "table_name": table.to_string() }));
    }
    if let Some(time) = order
        .due_date
        .as_deref()
        .and_then(|it| Time::parse(it).ok())
    {
        new = new.expected_time(time);
    }
    for entry in &order.items {
        new = match entry.kind {
            EntryKind::Dish => new.item(dish_item(entry, context)),
            EntryKind::Menu => new.deal(menu_deal(entry, context)),
        };
    }
    for discount in &order.price.discounts {
        let mut off = NewDiscount::new(
            discount.name.clone(),
            context.money(discount.amount_inc_tax),
        );
        if let Some(id) = discount.id {
            off = off.reference(id.to_string());
        }
        new = new.discount(off);
    }
    for transaction in &order.transactions {
        new = new.payment(payment(transaction, context));
    }
    with_customer(new, order, context)
}

fn service_type(order: &ZeltyOrder) -> Option<ServiceType> {
    match order.mode.as_deref()? {
        "eat_in" => Some(ServiceType::EatIn),
        "takeaway" => Some(ServiceType::Collection),
        "delivery" => Some(ServiceType::Delivery),
        _ => None,
    }
}

/// A dish: its price without modifiers, which are options.
pub(super) fn dish_item(entry: &OrderEntry, context: &IncomingContext<'_>) -> NewItem {
    entry_item(entry, context.money(base_price(entry)), context)
}

fn base_price(entry: &OrderEntry) -> Option<i64> {
    let price = &entry.price;
    price
        .base_original_amount_inc_tax
        .or(price.original_amount_inc_tax)
        .or(price.final_amount_inc_tax)
}

fn entry_item(entry: &OrderEntry, price: Money, context: &IncomingContext<'_>) -> NewItem {
    let mut item = NewItem::new(entry.name.clone(), price, 1);
    if let Some(id) = entry.item_id {
        item = item.sku_ref(id.to_string());
    }
    if let Some(id) = entry.id {
        item = item.private_ref(id.to_string());
    }
    if let Some(rate) = entry.tax.tax_rate.and_then(percent) {
        item = item.tax_rate(rate);
    }
    if let Some(comment) = entry.comment.as_ref().filter(|text| !text.is_empty()) {
        item = item.customer_notes(comment.clone());
    }
    for modifier in &entry.modifiers {
        item = item.option(modifier_option(modifier, context));
    }
    item
}

fn modifier_option(modifier: &OrderEntryModifier, context: &IncomingContext<'_>) -> NewOption {
    let price = &modifier.price;
    let cents = price
        .original_amount_inc_tax
        .or(price.base_original_amount_inc_tax);
    let list_name = context.options.language.pick("Options", "Options");
    let option = NewOption::new(list_name, modifier.name.clone())
        .price(context.money(cents))
        .quantity(modifier.quantity.unwrap_or(1));
    match modifier.value_id() {
        Some(id) => option.reference(id.to_string()),
        None => option,
    }
}

/// A menu as a deal.
fn menu_deal(entry: &OrderEntry, context: &IncomingContext<'_>) -> NewDeal {
    let mut deal = NewDeal::new(entry.name.clone());
    if let Some(id) = entry.item_id {
        deal = deal.reference(id.to_string());
    }
    let labels = entry.items.iter().map(|dish| dish.part_name.as_ref());
    for (item, label) in menu_items(entry, context).into_iter().zip(labels) {
        let mut line = NewDealLine::new(item);
        if let Some(label) = label {
            line = line.label(label.clone());
        }
        deal = deal.line(line);
    }
    deal
}

/// The dishes of a menu: the first one has the price of the menu, the others have their supplements.
pub(super) fn menu_items(entry: &OrderEntry, context: &IncomingContext<'_>) -> Vec<NewItem> {
    let dishes = entry.items.iter().enumerate();
    let items = dishes.map(|(index, dish)| {
        let supplement = base_price(dish).unwrap_or_default();
        let cents = if index == 0 {
            base_price(entry).unwrap_or_default() + supplement
        } else {
            supplement
        };
        let item = entry_item(dish, context.money(Some(cents)), context);
        // Dishes of menus are counted within their menu.
        match entry.id {
            Some(menu) => item.private_ref(format!("{menu}-{index}")),
            None => item,
        }
    });
    items.collect()
}

/// A payment with the name and the id of its method.
pub(super) fn payment(transaction: &OrderTransaction, context: &IncomingContext<'_>) -> NewPayment {
    let mut payment = NewPayment::new(context.money(transaction.price));
    if let Some(name) = transaction.method_name() {
        payment = payment.name(name);
    }
    if let Some(id) = transaction.id_transaction_method {
        payment = payment.reference(id.to_string());
    }
    if let Some(id) = transaction.id {
        payment = payment.private_ref(id.to_string());
    }
    payment
}

/// Hundredths of a percent as percent.
pub(super) fn percent(rate: i64) -> Option<Decimal> {
    Decimal::from_thousandths(rate.checked_mul(10)?)
}

/// A guest whom Zelty keeps is a customer of the list, found by Zelty's id; another one is a guest.
fn with_customer(new: NewOrder, order: &ZeltyOrder, context: &IncomingContext<'_>) -> NewOrder {
    match (&order.customer, context.customer_list) {
        (Some(customer), Some(list)) => {
            let private_ref = customer.id.to_string();
            new.customer(AttachedCustomer::by_private_ref(list.clone(), private_ref))
        }
        (Some(customer), None) => new.guest(incoming_customer(customer)),
        (None, _) => {
            let mut guest = CustomerDetails::default();
            if let Some(name) = &order.first_name {
                guest = guest.first_name(name.clone());
            }
            if let Some(phone) = &order.phone {
                guest = guest.phone(phone.clone());
            }
            if guest == CustomerDetails::default() {
                new
            } else {
                new.guest(guest)
            }
        }
    }
}

/// What Zelty knows of a guest, to find them by Zelty's id and make or update them in the list.
pub fn incoming_customer(customer: &ZeltyCustomer) -> CustomerDetails {
    let birth_date = customer.birthday.as_deref();
    CustomerDetails {
        email: customer.mail.clone(),
        first_name: customer.fname.clone(),
        last_name: customer.name.clone(),
        phone: customer.phone.clone(),
        company_name: customer.company.clone(),
        birth_date: birth_date.and_then(|it| it.get(..10)?.parse::<Date>().ok()),
        sms_marketing: customer.sms_optin,
        email_marketing: customer.mail_optin,
        ..CustomerDetails::default()
    }
}

/// The table in custom fields, for a change of an order.
pub(super) fn table_fields(order: &ZeltyOrder) -> CustomFields {
    let mut fields = CustomFields::default();
    if let Some(table) = order.table.filter(|table| *table != 0) {
        fields
            .0
            .insert("restaurant", json!({ "table_name": table.to_string() }));
    }
    fields
}

//! An order or an invoice of the till, as an order of the hub.

use client::order::{
    AttachedCustomer, ChargeType, CustomerDetails, CustomerId, Decimal, Money, NewCharge,
    NewDiscount, NewItem, NewOrder, NewPayment, OrderStatus, PaymentType, ServiceType, Time,
};
use jiff::Timestamp;
use rusqlite::Transaction;

use super::{ExportOutcome, connection, enqueue};
use crate::kezia::articles;
use crate::kezia::customers::{self, TillCustomer};
use crate::kezia::documents::{self, Document, DocumentKind, DocumentLine};
use crate::kezia::hub_options::{self, HubOptions};
use crate::kit::connections::StoredConnection;
use crate::kit::outbox::{self, ActionMethod, NewAction};
use crate::kit::store::StoreError;

/// Sends the order or the invoice of a number as an order, if it is to be sent.
pub(crate) fn queue_document(
    tx: &Transaction<'_>,
    number: i64,
    now: Timestamp,
) -> Result<ExportOutcome, StoreError> {
    let Some(document) = documents::find(tx, number)? else {
        return Ok(ExportOutcome::NoSuchDocument);
    };
    let Some(place) = connection(tx)? else {
        return Ok(ExportOutcome::NotConnected);
    };
    let is_at_hub = document.web_order.is_some() || document.hub_id.is_some();
    // A second request under another key could make the order twice.
    if is_at_hub || outbox::is_waiting(tx, &place.id, &document.subject())? {
        return Ok(ExportOutcome::KnownAtHub);
    }
    let options = hub_options::load(tx)?;
    let customer = document.body.customer;
    let customer = customer.map_or(Ok(None), |id| customers::find(tx, id))?;
    let is_of_web = customer.as_ref().is_some_and(|customer| customer.is_web);
    if document.kind == DocumentKind::Order && !(options.sends_web_client_orders && is_of_web) {
        return Ok(ExportOutcome::OrderNotSent);
    }
    let order = new_order(tx, &place, &options, &document, customer)?;
    let kind = match document.kind {
        DocumentKind::Order => "Envoi Commandes",
        DocumentKind::Invoice => "Envoi Factures",
    };
    let action = NewAction {
        connection: place.id.clone(),
        subject: document.subject(),
        title: format!("{kind} ({})", document.reference()),
        method: ActionMethod::Post,
        path: "/location/orders".into(),
        body: serde_json::to_value(&order)?,
    };
    enqueue(tx, &action, now)
}

fn new_order(
    tx: &Transaction<'_>,
    place: &StoredConnection,
    options: &HubOptions,
    document: &Document,
    customer: Option<TillCustomer>,
) -> Result<NewOrder, StoreError> {
    let money = |cents| Money::new(cents, place.currency);
    let body = &document.body;
    let status = match document.kind {
        DocumentKind::Order => OrderStatus::Accepted,
        DocumentKind::Invoice => OrderStatus::Completed,
    };
    let mut order = NewOrder::new(status)
        .reference(document.reference())
        .private_ref(document.reference());
    if let Some(service) = ServiceType::parse(&body.service) {
        order = order.service_type(service);
    }
    if let Some(at) = body.wanted_at {
        order = order.expected_time(Time::new(at, &place.zone()));
    }
    if !body.note.is_empty() {
        order = order.seller_notes(body.note.as_str());
    }
    for line in &body.lines {
        let article = line
            .idart
            .map_or(Ok(None), |idart| articles::find(tx, idart))?;
        let reference = article.map(|article| article.reference(options.is_by_code));
        order = order.item(new_item(line, money(line.price_cents), reference));
    }
    if body.delivery_cents > 0 {
        let charge = NewCharge::new("Frais de port", money(body.delivery_cents));
        order = order.charge(charge.kind(ChargeType::Delivery));
    }
    if body.discount_cents > 0 {
        order = order.discount(NewDiscount::new("Remise", money(body.discount_cents)));
    }
    if !body.payment.is_empty() {
        let payment = NewPayment::new(money(body.total_cents())).name(body.payment.as_str());
        order = order.payment(payment.kind(payment_kind(&body.payment)));
    }
    Ok(match customer {
        Some(customer) => with_customer(order, customer),
        None => order,
    })
}

fn new_item(line: &DocumentLine, price: Money, reference: Option<String>) -> NewItem {
    let mut item = NewItem::new(line.name.as_str(), price, line.quantity);
    if let Some(reference) = reference {
        item = item.sku_ref(reference);
    }
    if let Some(rate) = Decimal::from_thousandths(line.tax_thousandths) {
        item = item.tax_rate(rate);
    }
    item
}

fn payment_kind(mode: &str) -> PaymentType {
    if mode == crate::kezia::order_payment::CASH {
        PaymentType::Cash
    } else {
        PaymentType::Online
    }
}

/// A customer whom the hub knows is named by the id, anybody else is a guest.
fn with_customer(order: NewOrder, customer: TillCustomer) -> NewOrder {
    let id = customer.hub_id.as_deref();
    if let Some(id) = id.and_then(|id| CustomerId::parse(id).ok()) {
        return order.customer(AttachedCustomer::by_id(id));
    }
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    order.guest(CustomerDetails {
        first_name: text(&customer.first_name),
        last_name: text(&customer.last_name),
        email: text(&customer.email),
        phone: text(&customer.phone),
        address_1: text(&customer.address),
        postal_code: text(&customer.postal_code),
        city: text(&customer.city),
        ..CustomerDetails::default()
    })
}

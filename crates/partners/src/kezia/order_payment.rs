//! **Paiement**: an order is paid or was paid already; an invoice is written, and the hub is told that the order
//! is completed.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{Order, PaymentType};
use jiff::Timestamp;
use rusqlite::Transaction;

use super::articles::recognition;
use super::documents::{self, DocumentBody, DocumentLine};
use super::orders::OrderRow;
use super::screens::seller_name;
use super::{TillApp, hub_options, state};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;

/// How something can be paid.
pub(crate) const MODES: [&str; 3] = ["cash", "card", "voucher"];

/// What invoices call cash.
pub(crate) const CASH: &str = "Espèces";

/// The name of a mode of payment.
pub(crate) fn mode_label(language: Language, mode: &str) -> &'static str {
    match mode {
        "cash" => language.t(CASH, "Cash"),
        "card" => language.t("Carte bancaire", "Card"),
        _ => language.t("Titre restaurant", "Meal voucher"),
    }
}

#[derive(Template)]
#[template(path = "kezia/payment.html")]
struct PaymentScreen {
    layout: Layout,
    seller: String,
    row: OrderRow,
    modes: Vec<(&'static str, &'static str)>,
    /// How it was paid here; empty if it was not.
    paid_by: String,
}

/// `GET /till/{seller}/orders/{order}/payment`: how the order is paid.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path((seller, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    seller_name(&seller)?;
    let language = visitor.language;
    let zone = till.zone().await?;
    let read = till.app.store.read(move |tx| {
        let paid_by = documents::payment_of_web_order(tx, &id)?;
        Ok((state::order(tx, &id)?, paid_by))
    });
    let (known, paid_by) = read.await?;
    let known = known.ok_or(PageError::NotFound)?;
    let row = OrderRow::new(&known, language, till.app.now(), &zone);
    let title = language.t("Paiement", "Payment");
    render(&PaymentScreen {
        layout: till.app.layout(&visitor, title).await,
        seller,
        row,
        modes: MODES
            .iter()
            .map(|mode| (*mode, mode_label(language, mode)))
            .collect(),
        paid_by: paid_by.unwrap_or_default(),
    })
}

/// How the order is paid: as the form says, or as it was paid before.
fn payment(order: &Order, form: &Form) -> String {
    let mode = form.get("mode");
    if let Some(mode) = MODES.iter().find(|known| **known == mode) {
        return mode_label(Language::French, mode).into();
    }
    let mut payments = order.payments.iter().filter(|payment| !payment.deleted);
    let payment = payments.next();
    match payment {
        Some(payment) if payment.kind != PaymentType::Cash => {
            let name = payment.name.clone();
            name.unwrap_or_else(|| "Payée en ligne".into())
        }
        _ => CASH.into(),
    }
}

/// Writes the invoice of a web order that is paid, unless there is one.
pub(crate) async fn write_invoice(
    till: &TillApp,
    order: &Order,
    seller: &'static str,
    form: &Form,
) -> Result<(), StoreError> {
    let (order, payment, now) = (order.clone(), payment(order, form), till.app.now());
    let written = till.app.store.write(move |tx| {
        let body = invoice(tx, &order, seller, payment)?;
        insert(tx, &order, &body, now)
    });
    written.await
}

fn insert(
    tx: &Transaction<'_>,
    order: &Order,
    body: &DocumentBody,
    now: Timestamp,
) -> Result<(), StoreError> {
    if documents::insert_web_invoice(tx, order.id.as_str(), body, now)? {
        for line in &body.lines {
            if let Some(idart) = line.idart {
                super::articles::sell(tx, idart, line.quantity)?;
            }
        }
        super::exports::after_change(tx, super::exports::TillChange::Stock, now)?;
    }
    Ok(())
}

fn invoice(
    tx: &Transaction<'_>,
    order: &Order,
    seller: &str,
    payment: String,
) -> Result<DocumentBody, StoreError> {
    let options = hub_options::load(tx)?;
    let articles = recognition::articles_of(tx, &options, order)?;
    let items = order.items.iter().filter(|item| !item.deleted);
    let lines = items.map(|item| {
        let article = item.sku_ref.as_ref().and_then(|it| articles.get(it));
        let quantity = item.quantity.to_integer();
        DocumentLine {
            idart: article.map(|article| article.idart),
            name: item.product_name.clone(),
            quantity: quantity.unwrap_or(1),
            // The price of the hub counts, with its options; a weighed item is one line.
            price_cents: match quantity {
                Some(quantity) if quantity > 0 => item.subtotal.cents() / quantity,
                _ => item.subtotal.cents(),
            },
            tax_thousandths: item.tax_rate.map_or(0, |rate| rate.to_thousandths()),
        }
    });
    let lines: Vec<DocumentLine> = lines.collect();
    let charges = order.charges.iter().filter(|charge| !charge.deleted);
    let delivery_cents = documents::sum_cents(charges.map(|charge| charge.price.cents()));
    let before = documents::sum_cents(lines.iter().map(DocumentLine::total_cents));
    let customer = &order.customer;
    let names = [&customer.first_name, &customer.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    Ok(DocumentBody {
        seller: seller.into(),
        customer_name: names.join(" "),
        service: order.service_type.map_or("", |it| it.as_str()).into(),
        payment,
        delivery_cents,
        // Whatever the hub took off; its total counts.
        discount_cents: before
            .saturating_add(delivery_cents)
            .saturating_sub(order.total.cents()),
        lines,
        ..DocumentBody::default()
    })
}

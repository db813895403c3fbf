//! **Détails commande**: the lines with and without tax, the totals, payment and customer.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{ChargeType, Money, Order, OrderCharge};
use wire::decimal::Decimal;

use super::articles::recognition;
use super::orders::OrderRow;
use super::screens::seller_name;
use super::{TillApp, hub_options, state};
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::{money_text, without_tax};
use crate::kit::order_view::ItemView;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

#[derive(Template)]
#[template(path = "kezia/detail.html")]
struct OrderDetail {
    layout: Layout,
    seller: String,
    row: OrderRow,
    /// The lines, each with the name at the till of its article, if it is known.
    lines: Vec<(ItemView, Option<String>)>,
    delivery_charge: String,
    /// The other charges: name and amount.
    other_charges: Vec<(String, String)>,
    totals: Totals,
}

/// The box at the bottom right.
struct Totals {
    without_tax: String,
    tax: String,
    discount: String,
}

/// `GET /till/{seller}/orders/{order}`: one order in detail.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path((seller, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    seller_name(&seller)?;
    let language = visitor.language;
    let zone = till.zone().await?;
    let read = till.app.store.read(move |tx| {
        let Some(known) = state::order(tx, &id)? else {
            return Ok(None);
        };
        let options = hub_options::load(tx)?;
        let articles = recognition::articles_of(tx, &options, &known.order)?;
        Ok(Some((known, articles)))
    });
    let (known, articles) = read.await?.ok_or(PageError::NotFound)?;
    let order = &known.order;
    let mut row = OrderRow::new(&known, language, till.app.now(), &zone);
    let lines = std::mem::take(&mut row.order.items).into_iter();
    let charges = order.charges.iter().filter(|charge| !charge.deleted);
    let (delivery, others): (Vec<&OrderCharge>, Vec<&OrderCharge>) =
        charges.partition(|charge| charge.kind == ChargeType::Delivery);
    let title = language.t(
        format!("Commande {}", row.order.code),
        format!("Order {}", row.order.code),
    );
    render(&OrderDetail {
        layout: till.app.live_layout(&visitor, title).await,
        seller,
        lines: lines
            .map(|line| {
                let article = articles.get(&line.sku_ref);
                let article = article.map(|it| format!("{} {}", it.idart, it.name));
                (line, article)
            })
            .collect(),
        delivery_charge: sum_text(delivery.iter().map(|charge| charge.price), language),
        other_charges: others
            .iter()
            .map(|charge| (charge.name.clone(), money_text(charge.price, language)))
            .collect(),
        totals: totals(order, language),
        row,
    })
}

/// The sum of amounts; empty when there are none, or when it is too large to be shown.
fn sum_text(amounts: impl Iterator<Item = Money>, language: Language) -> String {
    let sum = amounts
        .map(Some)
        .reduce(|sum, amount| sum?.checked_add(amount?));
    let sum = sum.flatten();
    sum.map_or_else(String::new, |sum| money_text(sum, language))
}

/// A line without a tax rate counts as free of tax.
fn totals(order: &Order, language: Language) -> Totals {
    let zero = Money::zero(order.total.currency());
    let mut gross = zero;
    let mut net = zero;
    for item in order.items.iter().filter(|item| !item.deleted) {
        let tax_rate = item.tax_rate.unwrap_or(Decimal::ZERO);
        let line = item.subtotal;
        gross = gross.checked_add(line).unwrap_or(gross);
        let line = without_tax(line, tax_rate);
        net = net.checked_add(line).unwrap_or(net);
    }
    let tax = gross.checked_sub(net).unwrap_or(zero);
    let discounts = order.discounts.iter();
    let discounts = discounts.filter(|discount| !discount.deleted);
    Totals {
        without_tax: money_text(net, language),
        tax: money_text(tax, language),
        discount: sum_text(discounts.map(|discount| discount.price_off), language),
    }
}

//! **COMMANDES** and **FACTURES**: what the till itself has written.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::{Currency, Money};
use jiff::tz::TimeZone;

use super::{Document, DocumentKind};
use crate::kezia::{TillApp, currency};
use crate::kit::cookies::query_value;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Documents of a page.
const MAX_ROWS: usize = 50;

/// A document as the lists show it.
pub(crate) struct DocumentRow {
    pub number: i64,
    pub reference: String,
    pub date: String,
    pub customer: String,
    pub seller: String,
    pub payment: String,
    pub total: String,
    /// Whether it was sent to the hub, or came from there.
    pub is_at_hub: bool,
    /// Whether it is about a web order.
    pub is_of_web: bool,
}

impl DocumentRow {
    fn new(
        document: &Document,
        currency: Currency,
        zone: &TimeZone,
        language: Language,
    ) -> DocumentRow {
        let body = &document.body;
        let at = document.created_at.to_zoned(zone.clone());
        DocumentRow {
            number: document.number,
            reference: document.reference(),
            date: at.strftime("%d/%m %H:%M").to_string(),
            customer: body.customer_name.clone(),
            seller: body.seller.clone(),
            payment: body.payment.clone(),
            total: money_text(Money::new(body.total_cents(), currency), language),
            is_at_hub: document.hub_id.is_some() || document.web_order.is_some(),
            is_of_web: document.web_order.is_some(),
        }
    }
}

/// A page of documents of a kind, and the number before which the next page begins.
pub(crate) async fn rows(
    till: &TillApp,
    kind: DocumentKind,
    before: Option<i64>,
    language: Language,
) -> Result<(Vec<DocumentRow>, Option<i64>), PageError> {
    let zone = till.zone().await?;
    let before = before.unwrap_or(i64::MAX);
    let read = till.app.store.read(move |tx| {
        let documents = super::page(tx, kind, before, MAX_ROWS + 1)?;
        Ok((documents, currency(tx)?))
    });
    let (mut documents, currency) = read.await?;
    let has_more = documents.len() > MAX_ROWS;
    documents.truncate(MAX_ROWS);
    let next = documents.last().filter(|_| has_more).map(|it| it.number);
    let rows = documents
        .iter()
        .map(|document| DocumentRow::new(document, currency, &zone, language));
    Ok((rows.collect(), next))
}

#[derive(Template)]
#[template(path = "kezia/documents.html")]
struct DocumentsScreen {
    layout: Layout,
    title: &'static str,
    is_orders: bool,
    rows: Vec<DocumentRow>,
    next: Option<i64>,
}

async fn list(
    till: &TillApp,
    visitor: &Visitor,
    query: Option<&str>,
    kind: DocumentKind,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let before = query_value(query, "before").and_then(|before| before.parse().ok());
    let (rows, next) = rows(till, kind, before, language).await?;
    let title = match kind {
        DocumentKind::Order => language.t("COMMANDES", "ORDERS"),
        DocumentKind::Invoice => language.t("FACTURES", "INVOICES"),
    };
    render(&DocumentsScreen {
        layout: till.app.layout(visitor, title).await,
        title,
        is_orders: kind == DocumentKind::Order,
        rows,
        next,
    })
}

/// `GET /orders`: the orders that were entered at the till.
pub(crate) async fn orders(
    State(till): State<Arc<TillApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    list(&till, &visitor, query.as_deref(), DocumentKind::Order).await
}

/// `GET /invoices`: the invoices.
pub(crate) async fn invoices(
    State(till): State<Arc<TillApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    list(&till, &visitor, query.as_deref(), DocumentKind::Invoice).await
}

#[derive(Template)]
#[template(path = "kezia/document.html")]
struct DocumentScreen {
    layout: Layout,
    document: Document,
    row: DocumentRow,
    /// Of each line: its number, name, quantity, price and total.
    lines: Vec<(String, String, i64, String, String)>,
    delivery: String,
    discount: String,
}

/// `GET /documents/{number}`: one of them.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(number): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let number = number.parse::<i64>().map_err(|_| PageError::NotFound)?;
    let language = visitor.language;
    let zone = till.zone().await?;
    let read = till
        .app
        .store
        .read(move |tx| Ok((super::find(tx, number)?, currency(tx)?)));
    let (document, currency) = read.await?;
    let document = document.ok_or(PageError::NotFound)?;
    let text = |cents| money_text(Money::new(cents, currency), language);
    let unless_zero = |cents| {
        if cents == 0 {
            String::new()
        } else {
            text(cents)
        }
    };
    let lines = document.body.lines.iter().map(|line| {
        let number = line.idart.map_or_else(String::new, |it| it.to_string());
        let (price, total) = (text(line.price_cents), text(line.total_cents()));
        (number, line.name.clone(), line.quantity, price, total)
    });
    render(&DocumentScreen {
        layout: till.app.layout(&visitor, document.reference()).await,
        lines: lines.collect(),
        delivery: unless_zero(document.body.delivery_cents),
        discount: unless_zero(document.body.discount_cents),
        row: DocumentRow::new(&document, currency, &zone, language),
        document,
    })
}

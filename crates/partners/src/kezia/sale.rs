//! **CAISSE**: the ticket of a seller, the articles to put on it, and the button for web orders.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::order::{Currency, Money};
use rusqlite::{Transaction, params};

use super::articles::{self, Article, ArticleCategory};
use super::documents::{self, DocumentBody, DocumentKind, DocumentLine};
use super::exports::{self, TillChange};
use super::order_payment::{MODES, mode_label};
use super::screens::seller_name;
use super::{TillApp, state};
use crate::kit::cookies::query_value;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;

/// The most of one article on a ticket.
const MAX_QUANTITY: i64 = 999;

#[derive(Template)]
#[template(path = "kezia/sale.html")]
struct SaleScreen {
    layout: Layout,
    /// Orders waiting for the cashier.
    pending_count: usize,
    seller: String,
    seller_name: &'static str,
    /// The labels of the buttons for web orders.
    labels: Vec<String>,
    lines: Vec<TicketLine>,
    total: String,
    /// The rayons, and the chosen one.
    shelves: Vec<ArticleCategory>,
    shelf: i64,
    /// The articles of the rayon: number, name and price.
    articles: Vec<(i64, String, String)>,
    /// How the ticket can be paid: key and label.
    modes: Vec<(&'static str, &'static str)>,
}

struct TicketLine {
    idart: i64,
    name: String,
    quantity: i64,
    price: String,
    total: String,
}

/// What the screen reads of the store.
struct SaleData {
    pending_count: usize,
    labels: Vec<String>,
    lines: Vec<(Article, i64)>,
    categories: Vec<ArticleCategory>,
    articles: Vec<Article>,
    currency: Currency,
}

fn read(tx: &Transaction<'_>, seller: &str) -> Result<SaleData, StoreError> {
    Ok(SaleData {
        pending_count: state::pending_count(tx)?,
        labels: state::web_orders(tx)?.labels.into_values().collect(),
        lines: ticket(tx, seller)?,
        categories: articles::categories(tx)?,
        articles: articles::all(tx)?,
        currency: super::currency(tx)?,
    })
}

/// The articles on the ticket of a seller, and how many of each.
fn ticket(tx: &Transaction<'_>, seller: &str) -> Result<Vec<(Article, i64)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT idart, quantity FROM ticket_lines WHERE seller = ?1 ORDER BY idart",
    )?;
    let rows = statement.query_map([seller], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(i64, i64)>, _>>()?;
    let mut lines = Vec::new();
    for (idart, quantity) in rows {
        if let Some(article) = articles::find(tx, idart)? {
            lines.push((article, quantity));
        }
    }
    Ok(lines)
}

/// The rayon of a category.
fn shelf_of(categories: &[ArticleCategory], id: i64) -> i64 {
    let mut top = id;
    for _level in 0..3 {
        let found = categories.iter().find(|category| category.id == top);
        match found.and_then(|category| category.parent) {
            Some(parent) => top = parent,
            None => break,
        }
    }
    top
}

/// `GET /till/{seller}?shelf=…`: the sale screen.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(seller): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let language = visitor.language;
    let key = seller.clone();
    let data = till.app.store.read(move |tx| read(tx, &key)).await?;
    let text = |cents| money_text(Money::new(cents, data.currency), language);
    let shelves: Vec<ArticleCategory> = data
        .categories
        .iter()
        .filter(|category| category.parent.is_none())
        .cloned()
        .collect();
    let chosen = query_value(query.as_deref(), "shelf").and_then(|id| id.parse().ok());
    let shelf = chosen.or_else(|| Some(shelves.first()?.id)).unwrap_or(0);
    let on_shelf = data.articles.iter().filter(|article| {
        !article.is_option && shelf_of(&data.categories, article.category) == shelf
    });
    let total = data
        .lines
        .iter()
        .map(|(article, quantity)| article.price_cents.saturating_mul(*quantity));
    render(&SaleScreen {
        layout: till
            .app
            .live_layout(&visitor, language.t("Caisse", "Till"))
            .await,
        pending_count: data.pending_count,
        labels: data.labels.clone(),
        total: text(total.sum()),
        lines: data
            .lines
            .iter()
            .map(|(article, quantity)| TicketLine {
                idart: article.idart,
                name: article.name.clone(),
                quantity: *quantity,
                price: text(article.price_cents),
                total: text(article.price_cents.saturating_mul(*quantity)),
            })
            .collect(),
        articles: on_shelf
            .map(|article| {
                (
                    article.idart,
                    article.name.clone(),
                    text(article.price_cents),
                )
            })
            .collect(),
        shelves,
        shelf,
        modes: modes(language),
        seller,
        seller_name,
    })
}

fn modes(language: Language) -> Vec<(&'static str, &'static str)> {
    let modes = MODES.iter();
    modes
        .map(|mode| (*mode, mode_label(language, mode)))
        .collect()
}

/// `POST /till/{seller}/sale/{action}`: adds an article, takes one away, empties the ticket, or is paid.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path((seller, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let page = match form.get("shelf").parse::<i64>() {
        Ok(shelf) => format!("/till/{seller}?shelf={shelf}"),
        Err(_) => format!("/till/{seller}"),
    };
    let idart = form.get("idart").parse::<i64>().unwrap_or_default();
    let key = seller.clone();
    match action.as_str() {
        "add" => {
            let added = till.app.store.write(move |tx| add(tx, &key, idart));
            added.await?;
        }
        "remove" => {
            let removed = till.app.store.write(move |tx| remove(tx, &key, idart));
            removed.await?;
        }
        "clear" => {
            let cleared = till.app.store.write(move |tx| clear(tx, &key));
            cleared.await?;
        }
        "pay" => return pay(&till, &seller, seller_name, &form).await,
        _ => return Err(PageError::NotFound),
    }
    Ok(Redirect::to(&page).into_response())
}

fn add(tx: &Transaction<'_>, seller: &str, idart: i64) -> Result<(), StoreError> {
    if articles::find(tx, idart)?.is_none() {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO ticket_lines (seller, idart, quantity) VALUES (?1, ?2, 1)
         ON CONFLICT (seller, idart) DO UPDATE SET quantity = min(quantity + 1, ?3)",
    )?
    .execute(params![seller, idart, MAX_QUANTITY])?;
    Ok(())
}

fn remove(tx: &Transaction<'_>, seller: &str, idart: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE ticket_lines SET quantity = quantity - 1 WHERE seller = ?1 AND idart = ?2",
    )?
    .execute(params![seller, idart])?;
    tx.execute("DELETE FROM ticket_lines WHERE quantity <= 0", [])?;
    Ok(())
}

fn clear(tx: &Transaction<'_>, seller: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM ticket_lines WHERE seller = ?1")?
        .execute([seller])?;
    Ok(())
}

/// **Encaisser**: the ticket becomes an invoice.
async fn pay(
    till: &Arc<TillApp>,
    seller: &str,
    seller_name: &'static str,
    form: &Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let mode = form.get("mode");
    let Some(mode) = MODES.iter().find(|known| **known == mode) else {
        return Err(PageError::NotFound);
    };
    let (key, now, payment) = (
        seller.to_owned(),
        till.app.now(),
        mode_label(Language::French, mode),
    );
    let paid = till.app.store.write(move |tx| {
        let lines = ticket(tx, &key)?;
        if lines.is_empty() {
            return Ok(None);
        }
        for (article, quantity) in &lines {
            articles::sell(tx, article.idart, *quantity)?;
        }
        let body = DocumentBody {
            seller: seller_name.into(),
            payment: payment.into(),
            lines: lines
                .iter()
                .map(|(article, quantity)| line(article, *quantity))
                .collect(),
            ..DocumentBody::default()
        };
        let number = documents::insert(tx, DocumentKind::Invoice, &body, now)?;
        exports::after_change(tx, TillChange::Invoice(number), now)?;
        exports::after_change(tx, TillChange::Stock, now)?;
        clear(tx, &key)?;
        Ok(Some(number))
    });
    let page = format!("/till/{seller}");
    let paid = paid.await?;
    till.app.outbox_wake.notify_waiters();
    Ok(match paid {
        Some(number) => {
            let text = language.t(
                format!("Encaissé : facture FA-{number}."),
                format!("Paid: invoice FA-{number}."),
            );
            till.app.redirect_with_success(&page, text)
        }
        None => {
            let text = language.t("Le ticket est vide.", "The ticket is empty.");
            till.app.redirect_with_error(&page, text)
        }
    })
}

/// A line of a document about an article.
pub(crate) fn line(article: &Article, quantity: i64) -> DocumentLine {
    DocumentLine {
        idart: Some(article.idart),
        name: article.name.clone(),
        quantity,
        price_cents: article.price_cents,
        tax_thousandths: article.tax_thousandths,
    }
}

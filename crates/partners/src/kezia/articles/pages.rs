//! **ARTICLES**, **Article** > **Menus** > **Liste**, and **ETAT DU STOCK**.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::order::Money;

use super::menus::{self, ArticleMenu};
use super::{Article, ArticleCategory, category_path};
use crate::kezia::exports::{self, TillChange};
use crate::kezia::{TillApp, currency, hub_options};
use crate::kit::cookies::query_value;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Articles of a page.
const MAX_ROWS: usize = 50;

/// An article as the lists show it.
pub(super) struct ArticleRow {
    pub article: Article,
    /// Such as `Restauration › Pizzas › Pizzas rouges`.
    pub category: String,
    pub price: String,
    pub tax: String,
    pub stock: String,
}

impl ArticleRow {
    pub(super) fn new(
        article: Article,
        categories: &[ArticleCategory],
        currency: client::order::Currency,
        language: Language,
    ) -> ArticleRow {
        let price = Money::new(article.price_cents, currency);
        ArticleRow {
            category: category_path(categories, article.category),
            price: money_text(price, language),
            tax: tax_text(article.tax_thousandths, language),
            stock: article
                .stock
                .map_or_else(String::new, |stock| stock.to_string()),
            article,
        }
    }
}

/// A rate such as `5,5`.
pub(super) fn tax_text(thousandths: i64, language: Language) -> String {
    let rate = client::order::Decimal::from_thousandths(thousandths);
    let text = rate.map_or_else(String::new, |rate| rate.to_minimal_string());
    language.t(text.replace('.', ","), text)
}

#[derive(Template)]
#[template(path = "kezia/articles.html")]
struct ArticlesScreen {
    layout: Layout,
    rows: Vec<ArticleRow>,
    /// What is searched for.
    text: String,
    /// The number after which the next page begins, if there is one.
    next: Option<i64>,
}

/// A page of articles, after those that an address bar names.
async fn rows(
    till: &TillApp,
    language: Language,
    query: Option<&str>,
) -> Result<(String, Vec<ArticleRow>, Option<i64>), PageError> {
    let text = query_value(query, "q").unwrap_or_default();
    let after = query_value(query, "after").and_then(|after| after.parse().ok());
    let (searched, after) = (text.clone(), after.unwrap_or(0));
    let read = till.app.store.read(move |tx| {
        let articles = super::page(tx, &searched, after, MAX_ROWS + 1)?;
        Ok((articles, super::categories(tx)?, currency(tx)?))
    });
    let (mut articles, categories, currency) = read.await?;
    let has_more = articles.len() > MAX_ROWS;
    articles.truncate(MAX_ROWS);
    let next = articles.last().filter(|_| has_more).map(|last| last.idart);
    let rows = articles
        .into_iter()
        .map(|article| ArticleRow::new(article, &categories, currency, language));
    Ok((text, rows.collect(), next))
}

/// `GET /articles?q=…&after=…`: the list of articles.
pub(crate) async fn list(
    State(till): State<Arc<TillApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let (text, rows, next) = rows(&till, language, query.as_deref()).await?;
    let title = language.t("ARTICLES", "ITEMS");
    render(&ArticlesScreen {
        layout: till.app.layout(&visitor, title).await,
        rows,
        text,
        next,
    })
}

#[derive(Template)]
#[template(path = "kezia/stock.html")]
struct StockScreen {
    layout: Layout,
    rows: Vec<ArticleRow>,
    text: String,
    next: Option<i64>,
}

/// `GET /stock`: what is left of each article.
pub(crate) async fn stock(
    State(till): State<Arc<TillApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let (text, rows, next) = rows(&till, language, query.as_deref()).await?;
    let title = language.t("ETAT DU STOCK", "STOCK");
    render(&StockScreen {
        layout: till.app.layout(&visitor, title).await,
        rows,
        text,
        next,
    })
}

/// `POST /stock`: sets what is left of an article.
pub(crate) async fn set_stock(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let page = format!(
        "/stock?q={}",
        crate::kit::cookies::path_segment(&form.get("q"))
    );
    let idart = form.get("idart").parse::<i64>().unwrap_or_default();
    let Ok(stock) = read_stock(&form.get("stock")) else {
        let text = language.t(
            "La quantité doit être un nombre entier, ou rien.",
            "The quantity has to be a whole number, or nothing.",
        );
        return Ok(till.app.redirect_with_error(&page, text));
    };
    let now = till.app.now();
    let saved = till.app.store.write(move |tx| {
        super::set_stock(tx, idart, stock)?;
        exports::after_change(tx, TillChange::Stock, now)
    });
    saved.await?;
    till.app.outbox_wake.notify_waiters();
    let text = language.t("Quantité enregistrée.", "Quantity saved.");
    Ok(till.app.redirect_with_success(&page, text))
}

/// A quantity that somebody has typed; nothing means that the article is not counted.
pub(super) fn read_stock(text: &str) -> Result<Option<i64>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let stock = text.parse::<i64>().map_err(|_| ())?;
    if (0..=1_000_000).contains(&stock) {
        Ok(Some(stock))
    } else {
        Err(())
    }
}

struct MenuRow {
    menu: ArticleMenu,
    price: String,
    /// Of each line: its label, and the names of its articles.
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "kezia/menus.html")]
struct MenusScreen {
    layout: Layout,
    rows: Vec<MenuRow>,
    /// Whether the column **Idart** is shown.
    shows_numbers: bool,
}

/// `GET /menus`: **Article** > **Menus** > **Liste**.
pub(crate) async fn menus(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let read = till.app.store.read(|tx| {
        let menus = menus::all(tx)?;
        let options = hub_options::load(tx)?;
        Ok((menus, super::all(tx)?, options, currency(tx)?))
    });
    let (menus, articles, options, currency) = read.await?;
    let names = |numbers: &[i64]| {
        let chosen = articles.iter().filter(|it| numbers.contains(&it.idart));
        let names: Vec<&str> = chosen.map(|article| article.name.as_str()).collect();
        names.join(", ")
    };
    let rows = menus.into_iter().map(|menu| MenuRow {
        price: money_text(Money::new(menu.price_cents(), currency), language),
        lines: menu
            .lines
            .iter()
            .map(|line| (line.label.clone(), names(&line.articles)))
            .collect(),
        menu,
    });
    let title = language.t("Menus", "Menus");
    render(&MenusScreen {
        layout: till.app.layout(&visitor, title).await,
        rows: rows.collect(),
        shows_numbers: options.shows_menu_numbers,
    })
}

/// `POST /menus/{idart}`: ticks **Publication WEB** of a menu, or not.
pub(crate) async fn publish_menu(
    State(till): State<Arc<TillApp>>,
    Path(idart): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let idart = idart.parse::<i64>().map_err(|_| PageError::NotFound)?;
    let (is_published, now) = (form.has("published"), till.app.now());
    let saved = till.app.store.write(move |tx| {
        menus::set_published(tx, idart, is_published)?;
        exports::after_change(tx, TillChange::Articles, now)
    });
    saved.await?;
    till.app.outbox_wake.notify_waiters();
    Ok(Redirect::to("/menus").into_response())
}

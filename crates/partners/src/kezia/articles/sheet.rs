//! **Fiche Article**: the article itself, and behind its **Menu** the tabs **Paramètres** (**Publication WEB**)
//! and **Préparation** (**Article Option**), each with **Appliq.**

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::Decimal;

use super::pages::{ArticleRow, read_stock, tax_text};
use super::{Article, ArticleCategory, category_path};
use crate::kezia::exports::{self, TillChange};
use crate::kezia::{TillApp, currency, sent_forms};
use crate::kit::cookies::{path_segment, query_value};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Characters of a name, and of an internal code.
const MAX_NAME_CHARS: usize = 200;
const MAX_CODE_CHARS: usize = 40;

/// The dearest article, in cents.
const MAX_PRICE_CENTS: i64 = 10_000_000;

#[derive(Template)]
#[template(path = "kezia/article.html")]
struct ArticleSheet {
    layout: Layout,
    form_number: String,
    row: ArticleRow,
    is_new: bool,
    /// `sheet`, `settings` or `preparation`.
    tab: String,
    /// The price and the rate in the form.
    price: String,
    rate: String,
    /// The sous-familles: id, path, and whether it is the article's.
    categories: Vec<(i64, String, bool)>,
}

/// `GET /articles/{idart}?tab=…`: the sheet of an article; that of a new one for `new`.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(idart): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let number = idart.parse::<i64>().unwrap_or_default();
    let read = till.app.store.read(move |tx| {
        let article = super::find(tx, number)?;
        Ok((article, super::categories(tx)?, currency(tx)?))
    });
    let (article, categories, currency) = read.await?;
    let is_new = idart == "new";
    let article = match article {
        Some(article) => article,
        None if is_new => new_article(),
        None => return Err(PageError::NotFound),
    };
    let (price, rate) = (
        price_field(article.price_cents, language),
        tax_text(article.tax_thousandths, language),
    );
    let lowest = lowest_categories(&categories, article.category);
    let title = language.t("Fiche Article", "Item");
    render(&ArticleSheet {
        layout: till.app.layout(&visitor, title).await,
        form_number: sent_forms::new_number()?,
        row: ArticleRow::new(article, &categories, currency, language),
        is_new,
        tab: query_value(query.as_deref(), "tab").unwrap_or_default(),
        price,
        rate,
        categories: lowest,
    })
}

fn new_article() -> Article {
    Article {
        idart: 0,
        code: String::new(),
        name: String::new(),
        category: 0,
        price_cents: 0,
        tax_thousandths: 10_000,
        stock: None,
        is_published: false,
        is_option: false,
        option_list: String::new(),
    }
}

/// `12,50`.
fn price_field(cents: i64, language: Language) -> String {
    let (whole, hundredths) = (cents / 100, (cents % 100).abs());
    language.t(
        format!("{whole},{hundredths:02}"),
        format!("{whole}.{hundredths:02}"),
    )
}

/// The categories that have none below them.
fn lowest_categories(categories: &[ArticleCategory], chosen: i64) -> Vec<(i64, String, bool)> {
    let lowest = categories
        .iter()
        .filter(|category| !categories.iter().any(|it| it.parent == Some(category.id)));
    let lowest = lowest.map(|category| {
        let path = category_path(categories, category.id);
        (category.id, path, category.id == chosen)
    });
    lowest.collect()
}

/// `POST /articles/{idart}`: **OK** of the sheet, or **Appliq.** of a tab.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path(idart): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let number = idart.parse::<i64>().unwrap_or_default();
    let read = till
        .app
        .store
        .read(move |tx| Ok((super::find(tx, number)?, super::categories(tx)?)));
    let (known, categories) = read.await?;
    let is_new = idart == "new";
    if known.is_none() && !is_new {
        return Err(PageError::NotFound);
    }
    let (tab, now) = (form.get("tab"), till.app.now());
    let article = with_form(known.unwrap_or_else(new_article), &form, &tab);
    let article = match article.and_then(|it| in_category(it, &categories)) {
        Ok(article) => article,
        Err(error) => {
            let page = format!("/articles/{idart}");
            return Ok(till.app.redirect_with_error(&page, error.text(language)));
        }
    };
    let form_number = sent_forms::number_of(&form);
    let saved = till.app.store.write(move |tx| {
        if is_new && !sent_forms::is_first(tx, &form_number, now)? {
            return Ok(None);
        }
        let number = super::save(tx, &article)?;
        super::set_published(tx, number, article.is_published)?;
        super::set_option(tx, number, article.is_option, &article.option_list)?;
        exports::after_change(tx, TillChange::Articles, now)?;
        exports::after_change(tx, TillChange::Stock, now)?;
        Ok(Some(number))
    });
    let Some(number) = saved.await? else {
        let text = language.t(
            "Cet article est déjà enregistré.",
            "This item is saved already.",
        );
        return Ok(till.app.redirect_with_success("/articles", text));
    };
    till.app.outbox_wake.notify_waiters();
    let page = format!("/articles/{number}?tab={}", path_segment(&tab));
    let text = language.t("Article enregistré.", "Item saved.");
    Ok(till.app.redirect_with_success(&page, text))
}

/// Why an article is not saved.
enum ArticleFormError {
    NoName,
    Price,
    Rate,
    Stock,
    Category,
}

impl ArticleFormError {
    fn text(&self, language: Language) -> &'static str {
        match self {
            ArticleFormError::NoName => language.t("La définition est vide.", "The name is empty."),
            ArticleFormError::Price => language.t(
                "Le prix TTC n'est pas un montant, comme 12,50.",
                "The price is no amount such as 12.50.",
            ),
            ArticleFormError::Rate => language.t(
                "La TVA n'est pas un taux, comme 5,5.",
                "The VAT is no rate such as 5.5.",
            ),
            ArticleFormError::Stock => language.t(
                "Le stock doit être un nombre entier, ou rien.",
                "The stock has to be a whole number, or nothing.",
            ),
            ArticleFormError::Category => {
                language.t("Choisissez une sous-famille.", "Choose a subfamily.")
            }
        }
    }
}

/// The article, if its category is there.
fn in_category(
    article: Article,
    categories: &[ArticleCategory],
) -> Result<Article, ArticleFormError> {
    let is_there = categories.iter().any(|it| it.id == article.category);
    is_there
        .then_some(article)
        .ok_or(ArticleFormError::Category)
}

/// The article with what a tab of the sheet says.
fn with_form(article: Article, form: &Form, tab: &str) -> Result<Article, ArticleFormError> {
    match tab {
        "settings" => Ok(Article {
            is_published: form.has("published"),
            ..article
        }),
        "preparation" => Ok(Article {
            is_option: form.has("option"),
            option_list: form
                .get("option_list")
                .chars()
                .take(MAX_CODE_CHARS)
                .collect(),
            ..article
        }),
        _ => with_sheet(article, form),
    }
}

fn with_sheet(article: Article, form: &Form) -> Result<Article, ArticleFormError> {
    let name: String = form.get("name").chars().take(MAX_NAME_CHARS).collect();
    if name.is_empty() {
        return Err(ArticleFormError::NoName);
    }
    let number =
        |name| Decimal::parse(&form.get(name).replace(',', ".")).map(|it| it.to_thousandths());
    let price = number("price").map_err(|_| ArticleFormError::Price)?;
    let rate = number("rate").map_err(|_| ArticleFormError::Rate)?;
    if price % 10 != 0 || !(0..=MAX_PRICE_CENTS).contains(&(price / 10)) {
        return Err(ArticleFormError::Price);
    }
    if !(0..=100_000).contains(&rate) {
        return Err(ArticleFormError::Rate);
    }
    let category = form.get("category").parse::<i64>();
    Ok(Article {
        name,
        code: form.get("code").chars().take(MAX_CODE_CHARS).collect(),
        price_cents: price / 10,
        tax_thousandths: rate,
        stock: read_stock(&form.get("stock")).map_err(|()| ArticleFormError::Stock)?,
        category: category.map_err(|_| ArticleFormError::Category)?,
        ..article
    })
}

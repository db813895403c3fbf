//! The form that orders are placed with.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use client::Secret;
use client::order::{Currency, Money};

use super::Tools;
use super::menu::{MENU, MenuItem};
use super::new_order::OrderFormError;
use super::pages::{LocationBar, location_bar};
use crate::kit::AppError;
use crate::kit::connections::StoredConnection;
use crate::kit::error_text::{field_error_text, refused_text};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

#[derive(Template)]
#[template(path = "developer_tools/order_form.html")]
struct OrderFormPage {
    layout: Layout,
    bar: LocationBar,
    nonce: String,
    error: Option<String>,
    menu: Vec<MenuRow>,
    fields: FormFields,
    currency: Currency,
}

struct MenuRow {
    item: MenuItem,
    price: String,
    quantity: String,
    options: Vec<OptionRow>,
}

struct OptionRow {
    key: String,
    name: &'static str,
    price: String,
    is_removed: bool,
    is_ticked: bool,
}

/// What the form's fields show: what was entered, if the form comes back, else how the form begins.
struct FormFields(Option<Form>);

impl FormFields {
    fn text(&self, name: &str, initial: &str) -> String {
        let entered = self.0.as_ref();
        entered.map_or_else(|| initial.into(), |form| form.get(name))
    }

    fn is(&self, name: &str, value: &str, initially: bool) -> bool {
        let entered = self.0.as_ref();
        entered.map_or(initially, |form| form.get(name) == value)
    }

    fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|form| form.has(name))
    }
}

/// `GET /i/{id}/orders/new`: the form, with a new nonce.
pub(crate) async fn show(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let nonce = Secret::random().map_err(AppError::from)?;
    render(&OrderFormPage {
        layout: layout(&tools, &visitor).await,
        bar: location_bar(&tools, &id, "new").await?,
        nonce: nonce.expose().to_owned(),
        error: None,
        menu: menu_rows(&FormFields(None), installation.currency, visitor.language),
        fields: FormFields(None),
        currency: installation.currency,
    })
}

/// The form again, with what was entered and what is wrong.
pub(crate) async fn show_again(
    tools: &Tools,
    id: &str,
    installation: &StoredConnection,
    form: Form,
    error: String,
) -> Result<Response, PageError> {
    let visitor = form.visitor.clone();
    let nonce = form.get("nonce");
    let fields = FormFields(Some(form));
    let mut response = render(&OrderFormPage {
        layout: layout(tools, &visitor).await,
        bar: location_bar(tools, id, "new").await?,
        nonce,
        error: Some(error),
        menu: menu_rows(&fields, installation.currency, visitor.language),
        fields,
        currency: installation.currency,
    })?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Why a form is no order, as a sentence.
pub(crate) fn form_error_text(
    language: Language,
    hub_name: &str,
    error: &OrderFormError,
) -> String {
    match error {
        OrderFormError::NothingChosen => {
            let text = language.t(
                "Choisissez au moins un article ou le menu.",
                "Choose at least one item, or the deal.",
            );
            text.into()
        }
        OrderFormError::TimeMissing => {
            let text = language.t(
                "Indiquez la date et l'heure souhaitées.",
                "Give the wanted date and time.",
            );
            text.into()
        }
        OrderFormError::Invalid(problems) => {
            let errors = problems.errors().iter();
            let reasons: Vec<String> = errors
                .map(|error| field_error_text(&error.field, &error.message))
                .collect();
            refused_text(language, hub_name, &reasons)
        }
    }
}

async fn layout(tools: &Tools, visitor: &Visitor) -> Layout {
    let title = visitor.language.t("Passer une commande", "Place an order");
    tools.app.layout(visitor, title).await
}

fn menu_rows(fields: &FormFields, currency: Currency, language: Language) -> Vec<MenuRow> {
    let price = |cents| money_text(Money::new(cents, currency), language);
    let rows = MENU.iter().enumerate().map(|(index, item)| {
        let options = item.options.iter().map(|option| {
            let key = item.option_key(option);
            OptionRow {
                is_ticked: fields.has(&key),
                key,
                name: option.name,
                price: match option.price_cents {
                    0 => String::new(),
                    cents => price(cents),
                },
                is_removed: option.is_removed,
            }
        });
        MenuRow {
            item: *item,
            price: price(item.price_cents),
            quantity: fields.text(item.key, if index == 0 { "1" } else { "0" }),
            options: options.collect(),
        }
    });
    rows.collect()
}

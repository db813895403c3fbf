//! **CLIENTS** and **Fiche Client**.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::TillCustomer;
use crate::kezia::exports::{self, TillChange};
use crate::kezia::{TillApp, sent_forms};
use crate::kit::cookies::query_value;
use crate::kit::form::Form;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Customers of a page.
const MAX_ROWS: usize = 50;

#[derive(Template)]
#[template(path = "kezia/customers.html")]
struct CustomersScreen {
    layout: Layout,
    rows: Vec<TillCustomer>,
    text: String,
    next: Option<i64>,
}

/// `GET /customers?q=…&after=…`: the list of customers.
pub(crate) async fn list(
    State(till): State<Arc<TillApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let query = query.as_deref();
    let text = query_value(query, "q").unwrap_or_default();
    let after = query_value(query, "after").and_then(|after| after.parse().ok());
    let (searched, after) = (text.clone(), after.unwrap_or(0));
    let read = till
        .app
        .store
        .read(move |tx| super::page(tx, &searched, after, MAX_ROWS + 1));
    let mut rows = read.await?;
    let has_more = rows.len() > MAX_ROWS;
    rows.truncate(MAX_ROWS);
    let title = visitor.language.t("CLIENTS", "CUSTOMERS");
    render(&CustomersScreen {
        layout: till.app.layout(&visitor, title).await,
        next: rows.last().filter(|_| has_more).map(|last| last.id),
        rows,
        text,
    })
}

#[derive(Template)]
#[template(path = "kezia/customer.html")]
struct CustomerSheet {
    layout: Layout,
    form_number: String,
    customer: TillCustomer,
}

/// `GET /customers/{id}`: the sheet of a customer; that of a new one for `new`.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let customer = find(&till, &id).await?;
    let title = visitor.language.t("Fiche Client", "Customer");
    render(&CustomerSheet {
        layout: till.app.layout(&visitor, title).await,
        form_number: sent_forms::new_number()?,
        customer,
    })
}

async fn find(till: &TillApp, id: &str) -> Result<TillCustomer, PageError> {
    if id == "new" {
        return Ok(TillCustomer::default());
    }
    let number = id.parse::<i64>().map_err(|_| PageError::NotFound)?;
    let found = till.app.store.read(move |tx| super::find(tx, number));
    found.await?.ok_or(PageError::NotFound)
}

/// `POST /customers/{id}`: **OK**.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let known = find(&till, &id).await?;
    let text = |name| form.get(name).chars().take(200).collect::<String>();
    let customer = TillCustomer {
        first_name: text("first_name"),
        last_name: text("last_name"),
        email: text("email"),
        phone: text("phone"),
        address: text("address"),
        postal_code: text("postal_code"),
        city: text("city"),
        is_web: form.has("web"),
        ..known
    };
    if customer.name().is_empty() && customer.phone.is_empty() {
        let text = language.t(
            "Il faut au moins un nom, un e-mail ou un téléphone.",
            "A name, an e-mail address or a telephone is needed.",
        );
        let page = format!("/customers/{id}");
        return Ok(till.app.redirect_with_error(&page, text));
    }
    let (now, form_number) = (till.app.now(), sent_forms::number_of(&form));
    let saved = till.app.store.write(move |tx| {
        if customer.id == 0 && !sent_forms::is_first(tx, &form_number, now)? {
            return Ok(false);
        }
        let id = super::save(tx, &customer)?;
        exports::after_change(tx, TillChange::Customer(id), now)?;
        Ok(true)
    });
    let text = if saved.await? {
        language.t("Client enregistré.", "Customer saved.")
    } else {
        language.t(
            "Ce client est déjà enregistré.",
            "This customer is saved already.",
        )
    };
    till.app.outbox_wake.notify_waiters();
    Ok(till.app.redirect_with_success("/customers", text))
}

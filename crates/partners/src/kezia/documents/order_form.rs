//! **Fiche Commande**: an order that is entered at the till.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use client::order::{Decimal, Money, ServiceType};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Transaction;

use super::{DocumentBody, DocumentKind};
use crate::kezia::articles;
use crate::kezia::customers::{self, TillCustomer};
use crate::kezia::exports::{self, TillChange};
use crate::kezia::order_payment::{MODES, mode_label};
use crate::kezia::screens::{SELLERS, seller_name};
use crate::kezia::{TillApp, currency, sale, sent_forms};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;

/// Customers that can be chosen.
const MAX_CUSTOMERS: usize = 200;

/// The most of one article.
const MAX_QUANTITY: i64 = 999;

/// The latest time that can be promised, in minutes from now.
const MAX_MINUTES: i64 = 7 * 24 * 60;

#[derive(Template)]
#[template(path = "kezia/order_form.html")]
struct OrderForm {
    layout: Layout,
    form_number: String,
    sellers: &'static [(&'static str, &'static str)],
    customers: Vec<TillCustomer>,
    /// Number, name and price.
    articles: Vec<(i64, String, String)>,
    modes: Vec<(&'static str, &'static str)>,
    services: Vec<(&'static str, &'static str)>,
}

/// `GET /orders/new`: the empty form.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let read = till.app.store.read(|tx| {
        let customers = customers::page(tx, "", 0, MAX_CUSTOMERS)?;
        Ok((customers, articles::all(tx)?, currency(tx)?))
    });
    let (customers, articles, currency) = read.await?;
    let sold = articles.into_iter().filter(|article| !article.is_option);
    let services = [
        ServiceType::Collection,
        ServiceType::Delivery,
        ServiceType::EatIn,
    ];
    let title = language.t("Fiche Commande", "Order");
    render(&OrderForm {
        layout: till.app.layout(&visitor, title).await,
        form_number: sent_forms::new_number()?,
        sellers: &SELLERS,
        customers,
        articles: sold
            .map(|article| {
                let price = money_text(Money::new(article.price_cents, currency), language);
                (article.idart, article.name, price)
            })
            .collect(),
        modes: MODES
            .iter()
            .map(|mode| (*mode, mode_label(language, mode)))
            .collect(),
        services: services
            .map(|it| (it.as_str(), language.service_type(Some(it))))
            .to_vec(),
    })
}

/// `POST /orders/new`: **OK**.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let now = till.app.now();
    let body = body(&form, now);
    let quantities = known_quantities(&till, &form).await?;
    let Some(body) = body.filter(|_| !quantities.is_empty()) else {
        let text = language.t(
            "Il faut au moins un article, et un port TTC comme 2,90.",
            "At least one item is needed, and a delivery price such as 2.90.",
        );
        return Ok(till.app.redirect_with_error("/orders/new", text));
    };
    let form_number = sent_forms::number_of(&form);
    let written = till.app.store.write(move |tx| {
        if !sent_forms::is_first(tx, &form_number, now)? {
            return Ok(None);
        }
        write(tx, body, &quantities, now).map(Some)
    });
    let Some(number) = written.await? else {
        let text = language.t(
            "Cette commande est déjà enregistrée.",
            "This order is saved already.",
        );
        return Ok(till.app.redirect_with_success("/orders", text));
    };
    till.app.outbox_wake.notify_waiters();
    let text = language.t(
        format!("Commande CDE-{number} enregistrée."),
        format!("Order CDE-{number} saved."),
    );
    Ok(till.app.redirect_with_success("/orders", text))
}

fn write(
    tx: &Transaction<'_>,
    mut body: DocumentBody,
    quantities: &[(i64, i64)],
    now: Timestamp,
) -> Result<i64, StoreError> {
    for (idart, quantity) in quantities {
        if let Some(article) = articles::find(tx, *idart)? {
            body.lines.push(sale::line(&article, *quantity));
        }
    }
    let customer = body
        .customer
        .map_or(Ok(None), |id| customers::find(tx, id))?;
    body.customer = customer.as_ref().map(|customer| customer.id);
    body.customer_name = customer.map_or_else(String::new, |customer| customer.name());
    let number = super::insert(tx, DocumentKind::Order, &body, now)?;
    exports::after_change(tx, TillChange::Order(number), now)?;
    Ok(number)
}

/// The articles with a quantity, without those that are gone since the page was drawn.
async fn known_quantities(till: &TillApp, form: &Form) -> Result<Vec<(i64, i64)>, StoreError> {
    let quantities = quantities(form);
    let read = till.app.store.read(move |tx| {
        let mut known = Vec::new();
        for (idart, quantity) in quantities {
            if articles::find(tx, idart)?.is_some() {
                known.push((idart, quantity));
            }
        }
        Ok(known)
    });
    read.await
}

/// The articles with a quantity: `quantity-10001=2`.
fn quantities(form: &Form) -> Vec<(i64, i64)> {
    let mut quantities = Vec::new();
    for idart in form.all("idart") {
        let quantity = form.get(&format!("quantity-{idart}")).parse::<i64>();
        if let (Ok(idart), Ok(quantity @ 1..=MAX_QUANTITY)) = (idart.parse(), quantity) {
            quantities.push((idart, quantity));
        }
    }
    quantities
}

/// What the form says; none if the delivery price cannot be read.
fn body(form: &Form, now: Timestamp) -> Option<DocumentBody> {
    let delivery_cents = match form.get_non_empty("delivery") {
        Some(typed) => cents(&typed)?,
        None => 0,
    };
    let minutes = form.get("minutes").parse::<i64>().ok();
    let minutes = minutes.filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
    let mode = form.get("mode");
    let mode = MODES.iter().find(|known| **known == mode);
    let service = ServiceType::parse(&form.get("service"));
    Some(DocumentBody {
        seller: seller_name(&form.get("seller")).unwrap_or_default().into(),
        customer: form.get("customer").parse().ok(),
        service: service.map_or("", |it| it.as_str()).into(),
        wanted_at: minutes.map(|minutes| now + SignedDuration::from_mins(minutes)),
        courier: form.get("courier").chars().take(40).collect(),
        payment: mode
            .map_or("", |mode| mode_label(Language::French, mode))
            .into(),
        delivery_cents,
        note: form.get("note"),
        ..DocumentBody::default()
    })
}

/// The cents of an amount that somebody has typed, such as `2,90`.
fn cents(typed: &str) -> Option<i64> {
    let thousandths = Decimal::parse(&typed.replace(',', "."))
        .ok()?
        .to_thousandths();
    (thousandths % 10 == 0 && thousandths >= 0).then_some(thousandths / 10)
}

//! Placing orders, following them, changing their status.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use client::{Error, OrderFilter};
use serde_json::{Value, json};

use super::Tools;
use super::basket::{self, GOODS, Gap, Good};
use super::connect::path;
use super::pages::{Bar, bar};
use super::state::Installation;
use crate::kit::amount::Amount;
use crate::kit::chance;
use crate::kit::explain::explain;
use crate::kit::frame::{Frame, page};
use crate::kit::order::OrderView;
use crate::kit::visitor::{Posted, Problem, Visitor};
use crate::kit::words::{STATUSES, is_over};

#[derive(Template)]
#[template(path = "developer_tools/order_form.html")]
struct FormPage {
    f: Frame,
    bar: Bar,
    nonce: String,
    error: Option<String>,
    goods: Vec<GoodRow>,
    /// What was typed, when the form comes back.
    typed: Typed,
    currency: String,
}

struct GoodRow {
    good: Good,
    price: String,
    quantity: String,
    options: Vec<(String, &'static str, String, bool, bool)>,
}

/// The form's fields with what stands in them.
struct Typed(Option<Posted>);

impl Typed {
    fn text(&self, name: &str, fresh: &str) -> String {
        self.0
            .as_ref()
            .map_or_else(|| fresh.into(), |form| form.get(name))
    }

    fn is(&self, name: &str, value: &str, fresh: bool) -> bool {
        self.0
            .as_ref()
            .map_or(fresh, |form| form.get(name) == value)
    }

    fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|form| form.has(name))
    }
}

/// `GET /i/{id}/orders/new`
pub(crate) async fn form(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    show_form(
        &tools,
        &id,
        &installation,
        &visitor,
        chance::token()?,
        None,
        None,
    )
    .await
}

async fn show_form(
    tools: &Tools,
    id: &str,
    installation: &Installation,
    visitor: &Visitor,
    nonce: String,
    typed: Option<Posted>,
    error: Option<String>,
) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let typed = Typed(typed);
    let shown = |cents| {
        Amount {
            cents,
            currency: installation.currency.clone(),
        }
        .show(lang)
    };
    let goods = GOODS
        .iter()
        .enumerate()
        .map(|(index, good)| GoodRow {
            good: *good,
            price: shown(good.cents),
            quantity: typed.text(good.key, if index == 0 { "1" } else { "0" }),
            options: good
                .options
                .iter()
                .map(|option| {
                    let key = format!("{}.{}", good.key, option.key);
                    let ticked = typed.has(&key);
                    let price = if option.cents == 0 {
                        String::new()
                    } else {
                        shown(option.cents)
                    };
                    (key, option.name, price, option.removed, ticked)
                })
                .collect(),
        })
        .collect();
    let title = lang.t("Passer une commande", "Place an order");
    let bad = error.is_some();
    let mut response = page(&FormPage {
        f: Frame::new(&tools.look, visitor, &tools.notes, title.into()),
        bar: bar(tools, id, "new").await?,
        nonce,
        error,
        goods,
        typed,
        currency: installation.currency.clone(),
    })?;
    if bad {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /i/{id}/orders`: sends the order once, however often the form comes.
pub(crate) async fn place(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let nonce = form.get("nonce");
    if nonce.len() != 32 {
        return Err(Problem::StaleForm);
    }
    let _turn = tools.placing.lock().await;
    let installation = tools.installation(&id).await?;
    let visitor = form.visitor.clone();
    let lang = visitor.lang;
    let (found, order) = match installation.sent.get(&nonce) {
        Some(order) => (Some(order.clone()), None),
        None => match basket::order(&form, &installation.currency, &installation.timezone) {
            Ok(order) => (None, Some(order)),
            Err(gap) => {
                let text = match gap {
                    Gap::Empty => lang.t(
                        "Choisissez au moins un article ou le menu.",
                        "Choose at least one item, or the deal.",
                    ),
                    Gap::NoTime => lang.t(
                        "Indiquez la date et l'heure souhaitées.",
                        "Give the wanted date and time.",
                    ),
                };
                let text = Some(text.into());
                return show_form(
                    &tools,
                    &id,
                    &installation,
                    &visitor,
                    nonce,
                    Some(form),
                    text,
                )
                .await;
            }
        },
    };
    let placed = match (found, order) {
        (Some(order), _) => order,
        (None, Some(order)) => match send(&tools, &installation, &nonce, &order).await {
            Ok(order) => {
                let order_id = order["id"].as_str().unwrap_or_default().to_owned();
                let kept = order_id.clone();
                tools
                    .kept
                    .change(|state| {
                        if let Some(installation) = state.installations.get_mut(&id) {
                            installation.uncertain.retain(|known| *known != nonce);
                            installation.sent.insert(nonce.clone(), kept);
                            installation.remember(order);
                        }
                    })
                    .await?;
                order_id
            }
            Err(error) => {
                if error.may_have_been_applied() {
                    tools
                        .kept
                        .change(|state| {
                            if let Some(installation) = state.installations.get_mut(&id) {
                                installation.uncertain.push(nonce.clone());
                            }
                        })
                        .await?;
                }
                let text = Some(explain(lang, &tools.look.brand, &error));
                return show_form(
                    &tools,
                    &id,
                    &installation,
                    &visitor,
                    nonce,
                    Some(form),
                    text,
                )
                .await;
            }
        },
        (None, None) => return Err(Problem::NotFound),
    };
    let text = lang.t("Commande envoyée.", "Order sent.");
    Ok(tools.notes.go(
        &format!("/i/{}/orders/{}", path(&id), path(&placed)),
        false,
        text,
    ))
}

/// Sends an order, unless an earlier attempt without an answer got through after all.
async fn send(
    tools: &Tools,
    installation: &Installation,
    nonce: &str,
    order: &Value,
) -> Result<Value, Error> {
    let connection = tools.connection(installation);
    if installation.uncertain.iter().any(|known| known == nonce) {
        let filter = OrderFilter {
            private_ref: Some(nonce.into()),
            ..OrderFilter::default()
        };
        if let Some(found) = connection.orders(filter).all().await?.pop() {
            return Ok(found);
        }
    }
    connection.create_order(order).await
}

#[derive(Template)]
#[template(path = "developer_tools/order.html")]
struct OrderPage {
    f: Frame,
    bar: Bar,
    order: OrderView,
    order_id: String,
    json: String,
    /// Value, label, whether it is the present one.
    statuses: Vec<(&'static str, String, bool)>,
    /// Why what is shown may be old.
    stale: Option<String>,
}

/// `GET /i/{id}/orders/{order}`: the order as the hub has it now.
pub(crate) async fn show(
    Held(tools): Held<Arc<Tools>>,
    Path((id, order_id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = visitor.lang;
    let known = installation
        .orders
        .iter()
        .find(|o| o["id"] == order_id.as_str())
        .cloned();
    let (order, stale) = match tools
        .connection(&installation)
        .order::<Value>(&order_id)
        .await
    {
        Ok(order) => {
            if known.as_ref().is_some_and(|known| *known != order) {
                remember(&tools, &id, order.clone()).await?;
            }
            (order, None)
        }
        Err(error) => match known {
            Some(order) => (order, Some(explain(lang, &tools.look.brand, &error))),
            None if error.status() == Some(404) => return Err(Problem::NotFound),
            None => {
                let text = explain(lang, &tools.look.brand, &error);
                return Err(Problem::Told(StatusCode::BAD_GATEWAY, text));
            }
        },
    };
    let view = OrderView::read(&order, lang, &tools.today(&installation));
    let title = lang.t(
        format!("Commande {}", view.code),
        format!("Order {}", view.code),
    );
    let statuses = STATUSES
        .iter()
        .map(|s| (*s, lang.status(s), *s == view.status))
        .collect();
    page(&OrderPage {
        f: Frame::new(&tools.look, &visitor, &tools.notes, title)
            .live(tools.settings.refresh_seconds()),
        bar: bar(&tools, &id, "orders").await?,
        json: serde_json::to_string_pretty(&order).unwrap_or_default(),
        order: view,
        order_id: path(&order_id),
        statuses,
        stale,
    })
}

async fn remember(tools: &Tools, id: &str, order: Value) -> Result<(), Problem> {
    Ok(tools
        .kept
        .change(|state| {
            if let Some(installation) = state.installations.get_mut(id) {
                installation.remember(order);
            }
        })
        .await?)
}

/// `POST /i/{id}/orders/{order}/status`
pub(crate) async fn change_status(
    Held(tools): Held<Arc<Tools>>,
    Path((id, order_id)): Path<(String, String)>,
    form: Posted,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = form.visitor.lang;
    let status = form.get("status");
    let change = json!({ "status": status });
    let back = format!("/i/{}/orders/{}", path(&id), path(&order_id));
    let connection = tools.connection(&installation);
    match connection.patch_order::<Value>(&order_id, &change).await {
        Ok(order) => {
            remember(&tools, &id, order).await?;
            let label = lang.status(&status);
            let text = lang.t(format!("Statut : {label}."), format!("Status: {label}."));
            Ok(tools.notes.go(&back, false, text))
        }
        Err(error) => Ok(tools
            .notes
            .go(&back, true, explain(lang, &tools.look.brand, &error))),
    }
}

/// `POST /i/{id}/orders/refresh`: asks the hub for the open orders, one by one (a list of orders
/// is a heavy query, allowed ten times a minute).
pub(crate) async fn refresh(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let connection = tools.connection(&installation);
    let back = format!("/i/{}/orders", path(&id));
    let open = installation.orders.iter().rev().filter(|order| {
        order["status"]
            .as_str()
            .is_some_and(|status| !is_over(status))
    });
    for order in open.take(20) {
        let Some(order_id) = order["id"].as_str() else {
            continue;
        };
        match connection.order::<Value>(order_id).await {
            Ok(fresh) => remember(&tools, &id, fresh).await?,
            Err(error) => {
                let text = explain(form.visitor.lang, &tools.look.brand, &error);
                return Ok(tools.notes.go(&back, true, text));
            }
        }
    }
    Ok(axum::response::Redirect::to(&back).into_response())
}

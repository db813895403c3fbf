//! Placing an order, following it, changing its status.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use client::order::{NewOrder, Order, OrderPatch, OrderStatus};
use client::{Error, OrderFilter};

use super::Tools;
use super::new_order::new_order;
use super::order_form::{form_error_text, show_again};
use super::pages::{LocationBar, location_bar};
use super::state::{self, FormOutcome};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::form::Form;
use crate::kit::layout::{Layout, render};
use crate::kit::order_view::{OrderView, is_final};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Characters of the nonce of an order form.
const NONCE_CHARS: usize = 32;

/// Open orders that **Actualiser** asks the hub for.
const MAX_REFRESHED_ORDERS: usize = 20;

/// `POST /i/{id}/orders`: places the order once, however often the form comes.
pub(crate) async fn place(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let nonce = form.get("nonce");
    if nonce.len() != NONCE_CHARS {
        return Err(PageError::StaleForm);
    }
    // The second of two equal forms waits here, and then finds the order of the first.
    let _one_at_a_time = tools.placing.lock().await;
    let installation = tools.installation(&id).await?;
    let language = form.visitor.language;
    let text = language.t("Commande envoyée.", "Order sent.");
    let (place, key) = (id.clone(), nonce.clone());
    let outcome = tools
        .app
        .store
        .read(move |tx| state::form_outcome(tx, &place, &key));
    let outcome = outcome.await?;
    if let FormOutcome::Placed(order_id) = &outcome {
        let page = order_page_path(&id, order_id);
        return Ok(tools.app.redirect_with_success(&page, text));
    }
    let order = match new_order(&form, installation.currency, &installation.timezone) {
        Ok(order) => order,
        Err(error) => {
            let hub_name = &tools.app.branding.hub_name;
            let text = form_error_text(language, hub_name, &error);
            return show_again(&tools, &id, &installation, form, text).await;
        }
    };
    match send(&tools, &installation, (&nonce, &outcome), &order).await {
        Ok(order) => {
            let page = order_page_path(&id, order.id.as_str());
            save_placed_order(&tools, &id, nonce, order).await?;
            Ok(tools.app.redirect_with_success(&page, text))
        }
        Err(error) => {
            if error.may_have_been_applied() {
                save_unconfirmed_nonce(&tools, &id, nonce).await?;
            }
            let text = tools.app.error_text(language, &error);
            show_again(&tools, &id, &installation, form, text).await
        }
    }
}

/// Sends an order, unless an earlier attempt without an answer has placed it after all.
///
/// The client repeats a call that breaks, under the same idempotency key. This is for the case that the
/// answer was lost for good and the visitor presses the button again, which is another call: the order
/// is looked for by its private ref.
async fn send(
    tools: &Tools,
    installation: &StoredConnection,
    (nonce, outcome): (&str, &FormOutcome),
    order: &NewOrder,
) -> Result<Order, Error> {
    let connection = tools.connection(installation);
    if matches!(outcome, FormOutcome::Unconfirmed) {
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

async fn save_placed_order(
    tools: &Tools,
    id: &str,
    nonce: String,
    order: Order,
) -> Result<(), PageError> {
    let id = id.to_owned();
    let saved = tools.app.store.write(move |tx| {
        state::save_form(tx, &id, &nonce, Some(order.id.as_str()))?;
        state::save_order(tx, &id, &order)
    });
    Ok(saved.await?)
}

async fn save_unconfirmed_nonce(tools: &Tools, id: &str, nonce: String) -> Result<(), PageError> {
    let id = id.to_owned();
    let saved = tools
        .app
        .store
        .write(move |tx| state::save_form(tx, &id, &nonce, None));
    Ok(saved.await?)
}

/// Keeps the new state of an order.
async fn save_order(tools: &Tools, id: &str, order: Order) -> Result<(), PageError> {
    let id = id.to_owned();
    let saved = tools
        .app
        .store
        .write(move |tx| state::save_order(tx, &id, &order));
    Ok(saved.await?)
}

fn order_page_path(id: &str, order_id: &str) -> String {
    format!("/i/{}/orders/{}", path_segment(id), path_segment(order_id))
}

#[derive(Template)]
#[template(path = "developer_tools/order.html")]
struct OrderPage {
    layout: Layout,
    bar: LocationBar,
    order: OrderView,
    order_id: String,
    json: String,
    statuses: Vec<StatusButton>,
    /// Why the order shown may be out of date.
    outdated_reason: Option<String>,
}

struct StatusButton {
    status: OrderStatus,
    label: &'static str,
    is_current: bool,
}

/// `GET /i/{id}/orders/{order}`: the order as the hub has it now, or else as it was last known.
pub(crate) async fn show(
    State(tools): State<Arc<Tools>>,
    Path((id, order_id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = visitor.language;
    let (place, key) = (id.clone(), order_id.clone());
    let known = tools
        .app
        .store
        .read(move |tx| state::order(tx, &place, &key));
    let known = known.await?;
    let connection = tools.connection(&installation);
    let (order, outdated_reason) = match connection.order::<Order>(&order_id).await {
        Ok(order) => {
            if known.is_some_and(|known| known != order) {
                save_order(&tools, &id, order.clone()).await?;
            }
            (order, None)
        }
        Err(error) => match known {
            Some(order) => (order, Some(tools.app.error_text(language, &error))),
            None if error.status() == Some(404) => return Err(PageError::NotFound),
            None => {
                let text = tools.app.error_text(language, &error);
                return Err(PageError::Message(StatusCode::BAD_GATEWAY, text));
            }
        },
    };
    let view = OrderView::new(&order, language, tools.today(&installation));
    let title = language.t(
        format!("Commande {}", view.code),
        format!("Order {}", view.code),
    );
    let statuses = OrderStatus::ALL.iter().map(|status| StatusButton {
        status: *status,
        label: language.order_status(*status),
        is_current: *status == order.status,
    });
    render(&OrderPage {
        layout: tools.app.live_layout(&visitor, title).await,
        bar: location_bar(&tools, &id, "orders").await?,
        json: serde_json::to_string_pretty(&order).unwrap_or_default(),
        order: view,
        order_id: path_segment(&order_id),
        statuses: statuses.collect(),
        outdated_reason,
    })
}

/// `POST /i/{id}/orders/{order}/status`: changes the status of an order.
pub(crate) async fn change_status(
    State(tools): State<Arc<Tools>>,
    Path((id, order_id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = form.visitor.language;
    let status = OrderStatus::parse(&form.get("status")).ok_or(PageError::NotFound)?;
    let page = order_page_path(&id, &order_id);
    let connection = tools.connection(&installation);
    let patch = OrderPatch::default().status(status);
    match connection.patch_order(&order_id, &patch).await {
        Ok(order) => {
            save_order(&tools, &id, order).await?;
            let label = language.order_status(status);
            let text = language.t(format!("Statut : {label}."), format!("Status: {label}."));
            Ok(tools.app.redirect_with_success(&page, text))
        }
        Err(error) => {
            let text = tools.app.error_text(language, &error);
            Ok(tools.app.redirect_with_error(&page, text))
        }
    }
}

/// `POST /i/{id}/orders/refresh`: asks the hub for the open orders, one by one (a list of orders
/// is a heavy query, allowed ten times a minute).
pub(crate) async fn refresh(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let connection = tools.connection(&installation);
    let page = format!("/i/{}/orders", path_segment(&id));
    let place = id.clone();
    let orders = tools.app.store.read(move |tx| state::orders(tx, &place));
    let orders = orders.await?;
    let open = orders.iter().filter(|order| !is_final(order.status));
    for order in open.take(MAX_REFRESHED_ORDERS) {
        match connection.order(order.id.as_str()).await {
            Ok(order) => save_order(&tools, &id, order).await?,
            Err(error) => {
                let text = tools.app.error_text(form.visitor.language, &error);
                return Ok(tools.app.redirect_with_error(&page, text));
            }
        }
    }
    Ok(Redirect::to(&page).into_response())
}

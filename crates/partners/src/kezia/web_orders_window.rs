//! The window **Commandes Web**, below **Fichier** > **Paramètres**.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::TillApp;
use super::hub_window::HUB_WINDOW;
use super::state::{self, WebOrderSettings};
use crate::kit::connections;
use crate::kit::form::Form;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// The path of the window.
pub(crate) const WEB_ORDERS_WINDOW: &str = "/settings/web-orders";

/// The fields of a till screen that can have a label.
const FIELDS: [&str; 6] = ["MCU 1", "MCU 2", "MCU 3", "MCU 4", "MCU 5", "MCU 6"];

/// The most days for which orders can be shown.
const MAX_SHOWN_DAYS: i64 = 365;

/// Characters of a label.
const MAX_LABEL_CHARS: usize = 24;

#[derive(Template)]
#[template(path = "kezia/web_orders.html")]
struct WebOrdersWindow {
    layout: Layout,
    web_orders: WebOrderSettings,
    fields: &'static [&'static str],
    /// The field whose label can be edited.
    field: &'static str,
    label: String,
    /// **Délai d'affichage des commandes**; empty for none.
    days: String,
    is_connected: bool,
    is_unsaved: bool,
}

/// `GET /settings/web-orders`: the window, with what is not saved yet.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let saved = till.app.store.read(state::web_orders).await?;
    let is_connected = till.saved_connection().await?.is_some();
    let draft = till.draft().web_orders.clone();
    let web_orders = draft.unwrap_or_else(|| saved.clone());
    let mut labelled = FIELDS
        .iter()
        .filter(|field| web_orders.labels.contains_key(**field));
    let field = labelled.next().unwrap_or(&FIELDS[0]);
    let title = visitor.language.t("Commandes Web", "Web orders");
    render(&WebOrdersWindow {
        layout: till.app.layout(&visitor, title).await,
        label: web_orders.labels.get(*field).cloned().unwrap_or_default(),
        field,
        days: web_orders
            .shown_days
            .map_or_else(String::new, |days| days.to_string()),
        is_unsaved: web_orders != saved,
        web_orders,
        fields: &FIELDS,
        is_connected,
    })
}

/// `POST /settings/web-orders`: **Configurer**, **Enregistrer** or **Fermer**.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let action = form.get("act");
    if action == "close" {
        till.draft().web_orders = None;
        return Ok(Redirect::to("/").into_response());
    }
    let saved = till.app.store.read(state::web_orders).await?;
    let draft = till.draft().web_orders.clone();
    let web_orders = with_form(draft.unwrap_or(saved), &form);
    if action == "configure" {
        till.draft().web_orders = Some(web_orders);
        return Ok(Redirect::to(HUB_WINDOW).into_response());
    }
    let saved = till.app.store.write(move |tx| {
        connections::pause_all(tx, !web_orders.is_active)?;
        state::save_web_orders(tx, &web_orders)
    });
    saved.await?;
    till.draft().web_orders = None;
    till.app.connections_changed.notify_waiters();
    let language = form.visitor.language;
    let text = language.t("Paramètres enregistrés.", "Settings saved.");
    Ok(till.app.redirect_with_success(WEB_ORDERS_WINDOW, text))
}

/// The settings with what the form says.
fn with_form(mut web_orders: WebOrderSettings, form: &Form) -> WebOrderSettings {
    web_orders.is_active = form.has("active");
    web_orders.has_no_popup = form.has("quiet");
    web_orders.hides_kiosk = form.has("kiosk");
    let days = form.get("days").parse::<i64>().ok();
    web_orders.shown_days = days.filter(|days| (1..=MAX_SHOWN_DAYS).contains(days));
    let field = form.get("field");
    if FIELDS.contains(&field.as_str()) {
        let label: String = form.get("label").chars().take(MAX_LABEL_CHARS).collect();
        if label.is_empty() {
            web_orders.labels.remove(&field);
        } else {
            web_orders.labels.insert(field, label);
        }
    }
    web_orders
}

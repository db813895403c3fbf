//! The window with its tabs, and the window **Configuration**.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::order::OrderStatus;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::HubOptions;
use super::maintenance::AssociationRow;
use crate::kezia::documents::pages::{DocumentRow, rows};
use crate::kezia::exports::{self, ExportRow};
use crate::kezia::{TillApp, customers, documents};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::outbox::ActionState;
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;

/// Exports that the tab **Export** shows.
const MAX_EXPORTS: i64 = 100;

/// The tabs: key and name.
const TABS: [(&str, &str, &str); 5] = [
    ("io", "E/S", "I/O"),
    ("options", "Options avancées", "Advanced options"),
    ("sync", "Synchronisation auto", "Automatic synchronisation"),
    ("export", "Export", "Export"),
    ("maintenance", "Maintenance", "Maintenance"),
];

/// A line of the tab **Export**.
struct ExportLine {
    title: String,
    queued_at: String,
    state: &'static str,
    /// The class of its badge.
    badge: &'static str,
    /// Why the hub has refused it.
    reasons: String,
}

impl ExportLine {
    fn new(row: ExportRow, zone: &TimeZone, language: Language) -> ExportLine {
        let time = |at: Timestamp| {
            at.to_zoned(zone.clone())
                .strftime("%d/%m %H:%M")
                .to_string()
        };
        let (state, badge, reasons) = match (row.sent_at, row.state) {
            (Some(_), _) => (language.t("Envoyé", "Sent"), "good", String::new()),
            (None, ActionState::Waiting) => (
                language.t("Pas encore envoyé", "Not sent yet"),
                "",
                String::new(),
            ),
            (None, ActionState::Refused(reasons)) => {
                (language.t("Refusé", "Refused"), "bad", reasons)
            }
            // A newer one took its place, or somebody has read the refusal.
            (None, ActionState::Done) => (
                language.t("Remplacé ou refusé", "Replaced or refused"),
                "",
                String::new(),
            ),
        };
        ExportLine {
            title: row.title,
            queued_at: time(row.queued_at),
            state,
            badge,
            reasons,
        }
    }
}

#[derive(Template)]
#[template(path = "kezia/hub_options.html")]
struct HubOptionsWindow {
    layout: Layout,
    tab: String,
    /// Key, name, and whether it is open.
    tabs: Vec<(&'static str, &'static str, bool)>,
    options: HubOptions,
    is_connected: bool,
    /// The statuses of **Changement Statut commande**.
    statuses: Vec<(&'static str, &'static str)>,
    /// Customers who are still to be looked up at the hub.
    customers_left: i64,
    exports: Vec<ExportLine>,
    associations: Vec<AssociationRow>,
    /// The invoices to choose from.
    invoices: Vec<DocumentRow>,
}

/// `GET /settings/hub-options/{tab}`: a tab of the window, or the choice of invoices.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(tab): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    if tab != "invoices" && !TABS.iter().any(|(key, ..)| *key == tab) {
        return Err(PageError::NotFound);
    }
    let zone = till.zone().await?;
    let read = till.app.store.read(|tx| {
        let exports = exports::latest(tx, MAX_EXPORTS)?;
        let left = customers::count_to_send(tx)?;
        Ok((super::load(tx)?, exports, left))
    });
    let (options, exports, customers_left) = read.await?;
    let invoices = match tab.as_str() {
        "invoices" => {
            rows(&till, documents::DocumentKind::Invoice, None, language)
                .await?
                .0
        }
        _ => Vec::new(),
    };
    let associations = match tab.as_str() {
        "maintenance" => till.app.store.read(super::maintenance::rows).await?,
        _ => Vec::new(),
    };
    let exports = exports
        .into_iter()
        .map(|row| ExportLine::new(row, &zone, language));
    let title = till.app.branding.hub_name.clone();
    render(&HubOptionsWindow {
        layout: till.app.live_layout(&visitor, title).await,
        tabs: TABS
            .iter()
            .map(|(key, french, english)| (*key, language.t(*french, *english), *key == tab))
            .collect(),
        tab,
        is_connected: till.saved_connection().await?.is_some(),
        statuses: statuses(language),
        customers_left,
        exports: exports.collect(),
        associations,
        invoices,
        options,
    })
}

fn statuses(language: Language) -> Vec<(&'static str, &'static str)> {
    let all = OrderStatus::ALL.iter();
    all.map(|status| (status.as_str(), language.order_status(*status)))
        .collect()
}

async fn change(
    till: &TillApp,
    change: impl FnOnce(HubOptions) -> HubOptions + Send + 'static,
) -> Result<(), StoreError> {
    let saved = till.app.store.write(move |tx| {
        let options = change(super::load(tx)?);
        super::store(tx, &options)
    });
    saved.await
}

/// `POST /settings/hub-options/options/save`: **Enregistrer** of **Options avancées**.
pub(crate) async fn save_options(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    change(&till, move |options| HubOptions {
        is_by_code: form.has("by_code"),
        has_stock: form.has("stock"),
        sends_web_client_orders: form.get("orders") == "web",
        ..options
    })
    .await?;
    let text = language.t("Paramètres enregistrés.", "Settings saved.");
    let page = "/settings/hub-options/options";
    Ok(till.app.redirect_with_success(page, text))
}

/// `POST /settings/hub-options/sync/save`: **Enregistrer** of **Synchronisation auto**.
pub(crate) async fn save_sync(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    change(&till, move |options| HubOptions {
        auto_invoices: form.has("invoices"),
        auto_orders: form.has("orders"),
        auto_customers: form.has("customers"),
        auto_articles: form.has("articles"),
        auto_stock: form.has("stock"),
        ..options
    })
    .await?;
    let text = language.t("Paramètres enregistrés.", "Settings saved.");
    let page = "/settings/hub-options/sync";
    Ok(till.app.redirect_with_success(page, text))
}

#[derive(Template)]
#[template(path = "kezia/configuration.html")]
struct ConfigurationWindow {
    layout: Layout,
    options: HubOptions,
}

/// `GET /settings/configuration`: **Fichier** > **Paramètres** > **Configuration**.
pub(crate) async fn configuration(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let title = visitor.language.t("Configuration", "Configuration");
    render(&ConfigurationWindow {
        layout: till.app.layout(&visitor, title).await,
        options: exports::options(&till).await?,
    })
}

/// `POST /settings/configuration`: **Enregistrer**.
pub(crate) async fn save_configuration(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    change(&till, move |options| HubOptions {
        shows_menu_numbers: form.has("menu_numbers"),
        ..options
    })
    .await?;
    let text = language.t("Paramètres enregistrés.", "Settings saved.");
    Ok(till
        .app
        .redirect_with_success("/settings/configuration", text))
}

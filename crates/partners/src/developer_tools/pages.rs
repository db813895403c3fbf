//! The pages that only show: the start, the connection, its orders and events.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::TokenResponse;
use client::order::Time;
use jiff::civil::Date;

use super::state::{self, StoredEvent};
use super::{CALLBACK_PATH, SCOPE, Tools};
use crate::kit::connections;
use crate::kit::cookies::path_segment;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::location::LocationSummary;
use crate::kit::order_view::{OrderView, order_code, time_text};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// A link to the pages of an installation.
pub(crate) struct LocationLink {
    /// The installation's id, escaped for a link.
    pub id: String,
    pub name: String,
    pub is_current: bool,
}

/// The bar above every page of an installation.
pub(crate) struct LocationBar {
    /// The installation's id, escaped for a link.
    pub id: String,
    pub tab: &'static str,
    pub name: String,
    pub locations: Vec<LocationLink>,
}

pub(crate) async fn location_bar(
    tools: &Tools,
    id: &str,
    tab: &'static str,
) -> Result<LocationBar, PageError> {
    let locations = location_links(tools, Some(id)).await?;
    let mut links = locations.iter();
    let current = links.find(|link| link.is_current);
    let name = current.map(|link| link.name.clone());
    Ok(LocationBar {
        id: path_segment(id),
        tab,
        name: name.ok_or(PageError::NotFound)?,
        locations,
    })
}

async fn location_links(
    tools: &Tools,
    current: Option<&str>,
) -> Result<Vec<LocationLink>, PageError> {
    let known = tools.app.store.read(connections::all).await?;
    let links = known.iter().map(|installation| LocationLink {
        id: path_segment(&installation.id),
        name: installation.name(),
        is_current: Some(installation.id.as_str()) == current,
    });
    Ok(links.collect())
}

#[derive(Template)]
#[template(path = "developer_tools/home.html")]
struct HomePage {
    layout: Layout,
    locations: Vec<LocationLink>,
}

/// `GET /`: the only installation, a choice among several, or how to begin.
pub(crate) async fn home(
    State(tools): State<Arc<Tools>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let locations = location_links(&tools, None).await?;
    if let [only] = locations.as_slice() {
        let note = visitor
            .flash_id
            .map(|id| format!("?note={id}"))
            .unwrap_or_default();
        return Ok(Redirect::to(&format!("/i/{}{note}", only.id)).into_response());
    }
    let title = visitor.language.t("Accueil", "Home");
    render(&HomePage {
        layout: tools.app.layout(&visitor, title).await,
        locations,
    })
}

#[derive(Template)]
#[template(path = "developer_tools/status.html")]
struct StatusPage {
    layout: Layout,
    bar: LocationBar,
    bindings: Vec<Binding>,
    connected_at: String,
    scope: &'static str,
    callback_url: String,
    /// Whether the hub posts events to this app.
    is_subscribed: bool,
    /// Why the hub refuses this connection, or does not answer.
    connection_error: Option<String>,
    back_office: String,
    order_acceptance: &'static str,
}

/// Something that a connection is for.
struct Binding {
    label: &'static str,
    name: String,
    id: String,
}

/// `GET /i/{id}`: what is connected, and whether it works.
pub(crate) async fn status(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = visitor.language;
    let connection = tools.connection(&installation);
    let location = connection.location::<LocationSummary>().await;
    let (order_acceptance, connection_error) = match location {
        Ok(location) => {
            let mode = &location.order_acceptance.mode;
            (order_acceptance_text(language, mode), None)
        }
        Err(error) => ("", Some(tools.app.error_text(language, &error))),
    };
    let title = language.t("Connexion", "Connection");
    let connected_at = Time::new(installation.connected_at, &installation.zone());
    render(&StatusPage {
        layout: tools.app.layout(&visitor, title).await,
        bar: location_bar(&tools, &id, "status").await?,
        bindings: bindings(&installation.token, language),
        connected_at: time_text(connected_at, tools.today(&installation)),
        scope: SCOPE,
        callback_url: tools.app.settings.own_url(CALLBACK_PATH),
        is_subscribed: installation.is_subscribed,
        connection_error,
        back_office: tools.app.settings.back_office_url.clone(),
        order_acceptance,
    })
}

fn order_acceptance_text(language: Language, mode: &str) -> &'static str {
    match mode {
        "" => "",
        "paused" => language.t("En pause", "Paused"),
        "busy" => language.t("Affluence", "Busy"),
        _ => language.t("Normale", "Normal"),
    }
}

fn bindings(token: &TokenResponse, language: Language) -> Vec<Binding> {
    let binding = |label, name: &Option<String>, id: &Option<String>| Binding {
        label,
        name: name.clone().unwrap_or_default(),
        id: id.clone().unwrap_or_default(),
    };
    vec![
        binding(
            language.t("Compte", "Account"),
            &token.account_name,
            &token.account_id,
        ),
        binding(
            language.t("Point de vente", "Location"),
            &token.location_name,
            &token.location_id,
        ),
        binding(
            language.t("Catalogue", "Catalog"),
            &token.catalog_name,
            &token.catalog_id,
        ),
        binding(
            language.t("Liste de clients", "Customer list"),
            &token.customer_list_name,
            &token.customer_list_id,
        ),
    ]
}

#[derive(Template)]
#[template(path = "developer_tools/orders.html")]
struct OrdersPage {
    layout: Layout,
    bar: LocationBar,
    orders: Vec<OrderView>,
}

/// `GET /i/{id}/orders`: the orders placed from here, newest first.
pub(crate) async fn orders(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = visitor.language;
    let today = tools.today(&installation);
    let orders = tools.app.store.read(move |tx| state::orders(tx, &id));
    let orders = orders.await?;
    let title = language.t("Commandes", "Orders");
    render(&OrdersPage {
        layout: tools.app.live_layout(&visitor, title).await,
        bar: location_bar(&tools, &installation.id, "orders").await?,
        orders: orders
            .iter()
            .map(|order| OrderView::new(order, language, today))
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "developer_tools/events.html")]
struct EventsPage {
    layout: Layout,
    bar: LocationBar,
    events: Vec<EventView>,
}

struct EventView {
    id: String,
    received_at: String,
    kind: String,
    /// The order's code, or the id of whatever the event is about.
    subject: String,
    /// The order's id, escaped for a link.
    order_id: Option<String>,
    /// The order's status and its label.
    status: Option<(String, &'static str)>,
    json: String,
}

impl EventView {
    fn new(stored: &StoredEvent, language: Language, today: Date) -> EventView {
        let head = &stored.event.head;
        let order = stored.order();
        let id = head.order_id.clone().or_else(|| head.location_id.clone());
        EventView {
            id: head.id.clone(),
            received_at: time_text(stored.received_at, today),
            kind: format!("{}.{}", head.resource_type, head.event_type),
            subject: match &order {
                Some(order) => order_code(order),
                None => id.unwrap_or_default(),
            },
            order_id: head.order_id.as_deref().map(path_segment),
            status: order.map(|order| {
                let label = language.order_status(order.status);
                (order.status.to_string(), label)
            }),
            json: serde_json::to_string_pretty(&stored.event).unwrap_or_default(),
        }
    }
}

/// `GET /i/{id}/events`: what the hub has sent, newest first. Events with a wrong signature are
/// refused before they are stored, so every one here was verified.
pub(crate) async fn events(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = visitor.language;
    let today = tools.today(&installation);
    let events = tools.app.store.read(move |tx| state::events(tx, &id));
    let events = events.await?;
    let title = language.t("Événements", "Events");
    render(&EventsPage {
        layout: tools.app.live_layout(&visitor, title).await,
        bar: location_bar(&tools, &installation.id, "events").await?,
        events: events
            .iter()
            .map(|stored| EventView::new(stored, language, today))
            .collect(),
    })
}

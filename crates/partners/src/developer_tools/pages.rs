//! The pages that only show.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Held};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::Value;

use super::connect::path;
use super::{SCOPE, Tools};
use crate::kit::explain::explain;
use crate::kit::frame::{Frame, page};
use crate::kit::order::{OrderView, moment};
use crate::kit::visitor::{Problem, Visitor};

/// The bar above every page of a connection.
pub(crate) struct Bar {
    /// The connection, as part of a link.
    pub id: String,
    pub tab: &'static str,
    pub name: String,
    /// Link part, name, whether it is this one.
    pub others: Vec<(String, String, bool)>,
}

pub(crate) async fn bar(tools: &Tools, id: &str, tab: &'static str) -> Result<Bar, Problem> {
    let others: Vec<(String, String, bool)> = tools
        .kept
        .read(|state| {
            let all = state.installations.iter();
            all.map(|(known, one)| (path(known), one.name(), known == id))
                .collect()
        })
        .await;
    let name = others
        .iter()
        .find(|(_, _, here)| *here)
        .map(|(_, name, _)| name.clone());
    Ok(Bar {
        id: path(id),
        tab,
        name: name.ok_or(Problem::NotFound)?,
        others,
    })
}

#[derive(Template)]
#[template(path = "developer_tools/home.html")]
struct Home {
    f: Frame,
    others: Vec<(String, String)>,
}

/// `GET /`: the only connection, a choice among several, or how to begin.
pub(crate) async fn home(
    Held(tools): Held<Arc<Tools>>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let all: Vec<(String, String)> = tools
        .kept
        .read(|state| {
            state
                .installations
                .iter()
                .map(|(id, i)| (path(id), i.name()))
                .collect()
        })
        .await;
    if let [(id, _)] = all.as_slice() {
        let note = visitor
            .note
            .map(|note| format!("?note={note}"))
            .unwrap_or_default();
        return Ok(Redirect::to(&format!("/i/{id}{note}")).into_response());
    }
    let title = visitor.lang.t("Accueil", "Home");
    page(&Home {
        f: Frame::new(&tools.look, &visitor, &tools.notes, title.into()),
        others: all,
    })
}

#[derive(Template)]
#[template(path = "developer_tools/status.html")]
struct StatusPage {
    f: Frame,
    bar: Bar,
    /// Label, name, id.
    places: Vec<(&'static str, String, String)>,
    connected_at: String,
    scope: &'static str,
    callback_url: String,
    callback_error: Option<String>,
    /// Why the hub does not answer for this connection.
    trouble: Option<String>,
    back_office: String,
    acceptance: String,
}

/// `GET /i/{id}`: what is connected, and whether it works.
pub(crate) async fn status(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = visitor.lang;
    let location = tools.connection(&installation).location::<Value>().await;
    let trouble = location
        .as_ref()
        .err()
        .map(|error| explain(lang, &tools.look.brand, error));
    let acceptance = location
        .ok()
        .and_then(|location| Some(location["order_acceptance"]["mode"].as_str()?.to_owned()))
        .map(|mode| match mode.as_str() {
            "paused" => lang.t("En pause", "Paused").to_owned(),
            "busy" => lang.t("Affluence", "Busy").to_owned(),
            _ => lang.t("Normale", "Normal").to_owned(),
        })
        .unwrap_or_default();
    let token = &installation.token;
    let row = |label, name: &Option<String>, id: &Option<String>| {
        (
            label,
            name.clone().unwrap_or_default(),
            id.clone().unwrap_or_default(),
        )
    };
    let places = vec![
        row(
            lang.t("Compte", "Account"),
            &token.account_name,
            &token.account_id,
        ),
        row(
            lang.t("Point de vente", "Location"),
            &token.location_name,
            &token.location_id,
        ),
        row(
            lang.t("Catalogue", "Catalog"),
            &token.catalog_name,
            &token.catalog_id,
        ),
        row(
            lang.t("Liste de clients", "Customer list"),
            &token.customer_list_name,
            &token.customer_list_id,
        ),
    ];
    let title = lang.t("Connexion", "Connection");
    page(&StatusPage {
        f: Frame::new(&tools.look, &visitor, &tools.notes, title.into()),
        bar: bar(&tools, &id, "status").await?,
        places,
        connected_at: moment(&installation.connected_at, &tools.today(&installation)),
        scope: SCOPE,
        callback_url: tools.settings.own_url("/hub/callback"),
        callback_error: installation.callback_error.clone(),
        trouble,
        back_office: tools.settings.back_office_url.clone(),
        acceptance,
    })
}

#[derive(Template)]
#[template(path = "developer_tools/orders.html")]
struct OrdersPage {
    f: Frame,
    bar: Bar,
    orders: Vec<OrderView>,
}

/// `GET /i/{id}/orders`: the orders placed from here, newest first.
pub(crate) async fn orders(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = visitor.lang;
    let today = tools.today(&installation);
    let orders = installation
        .orders
        .iter()
        .rev()
        .map(|o| OrderView::read(o, lang, &today));
    let title = lang.t("Commandes", "Orders");
    page(&OrdersPage {
        f: Frame::new(&tools.look, &visitor, &tools.notes, title.into())
            .live(tools.settings.refresh_seconds()),
        bar: bar(&tools, &id, "orders").await?,
        orders: orders.collect(),
    })
}

#[derive(Template)]
#[template(path = "developer_tools/events.html")]
struct EventsPage {
    f: Frame,
    bar: Bar,
    events: Vec<EventRow>,
}

struct EventRow {
    id: String,
    at: String,
    kind: String,
    subject: String,
    order: Option<String>,
    status: Option<(String, String)>,
    json: String,
}

/// `GET /i/{id}/events`: what the hub sent, newest first. Events with a wrong signature are
/// refused at the door, so every one here was verified.
pub(crate) async fn events(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = visitor.lang;
    let today = tools.today(&installation);
    let events = installation.events.iter().map(|seen| {
        let head = &seen.event.head;
        let state = seen.event.new_state.as_ref();
        let status = state.and_then(|state| state["status"].as_str());
        EventRow {
            id: head.id.clone(),
            at: moment(&seen.received_at, &today),
            kind: format!("{}.{}", head.resource_type, head.event_type),
            subject: match (&head.order_id, state) {
                (Some(_), Some(state)) => OrderView::read(state, lang, &today).code,
                (Some(order), None) => order.clone(),
                (None, _) => head.location_id.clone().unwrap_or_default(),
            },
            order: head.order_id.as_deref().map(path),
            status: status.map(|status| (status.to_owned(), lang.status(status))),
            json: serde_json::to_string_pretty(&seen.event).unwrap_or_default(),
        }
    });
    let title = lang.t("Événements", "Events");
    page(&EventsPage {
        f: Frame::new(&tools.look, &visitor, &tools.notes, title.into())
            .live(tools.settings.refresh_seconds()),
        bar: bar(&tools, &id, "events").await?,
        events: events.collect(),
    })
}

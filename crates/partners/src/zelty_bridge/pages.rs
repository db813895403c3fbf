//! The pages: connections, operations, one operation, **Statut**, **Actions**.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::tz::TimeZone;
use rusqlite::Transaction;

use super::BridgeApp;
use super::chores::status_facts;
use super::links;
use super::operations::{self, LoggedRequest, Operation, Outcome};
use super::restaurants::{self, BridgedRestaurant};
use super::setup::{self, fact};
use super::tasks::{self, TaskKind};
use super::words::{task_name, zelty_sentence};
use crate::kit::connect;
use crate::kit::connections::{self, StoredConnection};
use crate::kit::cookies::{path_segment, query_value};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;
use crate::zelty_api::ZeltyError;
use crate::zelty_api::pace::Urgency;

/// Operations of a page.
const PAGE_SIZE: usize = 50;

/// What every page of a connection says above its tabs.
pub(super) struct PlaceBar {
    /// The id, escaped for a link.
    pub id: String,
    pub name: String,
    /// Name and Zelty's id of the restaurant; empty before the set-up.
    pub restaurant: String,
    pub is_configured: bool,
    pub tab: &'static str,
}

impl PlaceBar {
    pub(super) fn new(
        place: &StoredConnection,
        restaurant: Option<&BridgedRestaurant>,
        tab: &'static str,
    ) -> PlaceBar {
        PlaceBar {
            id: path_segment(&place.id),
            name: place.name(),
            restaurant: restaurant
                .map(|it| format!("{} ({})", it.name, it.restaurant))
                .unwrap_or_default(),
            is_configured: restaurant.is_some(),
            tab,
        }
    }

    pub(super) fn path(&self) -> String {
        format!("/c/{}", self.id)
    }
}

/// A connection, and its restaurant once it is set up.
pub(super) async fn open_place(
    app: &Arc<BridgeApp>,
    id: &str,
) -> Result<(StoredConnection, Option<BridgedRestaurant>), PageError> {
    let place = connect::find(&app.shell, id).await?;
    let key = place.id.clone();
    let known = app
        .shell
        .store
        .read(move |tx| restaurants::find(tx, &key))
        .await?;
    Ok((place, known))
}

fn date_time(at: jiff::Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%d/%m %H:%M:%S")
        .to_string()
}

struct ConnectionRow {
    id: String,
    name: String,
    restaurant: String,
    is_ended: bool,
}

#[derive(Template)]
#[template(path = "zelty_bridge/home.html")]
struct HomePage {
    layout: Layout,
    rows: Vec<ConnectionRow>,
}

/// `GET /`: the connections; the page of the only one.
pub(super) async fn home(
    State(app): State<Arc<BridgeApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let read = app.shell.store.read(|tx| {
        let mut rows = Vec::new();
        for place in connections::all(tx)? {
            let restaurant = restaurants::find(tx, &place.id)?;
            let bar = PlaceBar::new(&place, restaurant.as_ref(), "");
            rows.push(ConnectionRow {
                id: bar.id,
                name: bar.name,
                restaurant: bar.restaurant,
                is_ended: place.ended.is_some(),
            });
        }
        Ok(rows)
    });
    let rows = read.await?;
    let title = visitor.language.t("Connexions", "Connections");
    render(&HomePage {
        layout: app.shell.layout(&visitor, title).await,
        rows,
    })
}

struct OperationRow {
    id: i64,
    at: String,
    subject: String,
    description: &'static str,
    code: String,
    badge: &'static str,
    first_line: String,
}

impl OperationRow {
    fn new(operation: &Operation, language: Language, zone: &TimeZone) -> OperationRow {
        OperationRow {
            id: operation.id,
            at: date_time(operation.began_at, zone),
            subject: operation.subject.clone(),
            description: task_name(language, &operation.kind),
            code: operation.code.clone(),
            badge: match operation.outcome {
                Outcome::Good => "good",
                Outcome::Warning => "warn",
                Outcome::Refused | Outcome::Failed => "bad",
            },
            first_line: operation.message.lines().next().unwrap_or_default().into(),
        }
    }
}

#[derive(Template)]
#[template(path = "zelty_bridge/operations.html")]
struct OperationsPage {
    layout: Layout,
    bar: PlaceBar,
    operations: Vec<OperationRow>,
    /// The link to older ones.
    older: Option<String>,
    is_ended: bool,
}

/// `GET /c/{id}`: the latest operations; step 1 before the set-up.
pub(super) async fn show(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "operations");
    let before = query_value(query.as_deref(), "before").and_then(|it| it.parse().ok());
    let wants_list = before.is_some() || query_value(query.as_deref(), "list").is_some();
    if known.is_none() && !wants_list {
        return setup::page(&app, &visitor, bar, None).await;
    }
    let (key, first) = (place.id.clone(), before.unwrap_or(i64::MAX));
    let mut found = app
        .shell
        .store
        .read(move |tx| operations::before(tx, &key, first, PAGE_SIZE as i64 + 1))
        .await?;
    let has_older = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().map(|operation| operation.id);
    let zone = place.zone();
    let title = visitor
        .language
        .t("Dernières opérations", "Latest Operations");
    render(&OperationsPage {
        layout: app.shell.live_layout(&visitor, title).await,
        operations: found
            .iter()
            .map(|it| OperationRow::new(it, visitor.language, &zone))
            .collect(),
        older: last
            .filter(|_| has_older)
            .map(|last| format!("{}?before={last}", bar.path())),
        is_ended: place.ended.is_some(),
        bar,
    })
}

struct RequestRow {
    at: String,
    from: String,
    to: String,
    endpoint: String,
    status: String,
    is_good: bool,
    request: String,
    response: String,
}

#[derive(Template)]
#[template(path = "zelty_bridge/operation.html")]
struct OperationPage {
    layout: Layout,
    bar: PlaceBar,
    row: OperationRow,
    lines: Vec<String>,
    is_retried: bool,
    /// Whether somebody may have it tried now.
    can_be_tried: bool,
    requests: Vec<RequestRow>,
}

/// `GET /c/{id}/operations/{operation}`: what happened, with every request, the newest first.
pub(super) async fn operation(
    State(app): State<Arc<BridgeApp>>,
    Path((id, operation)): Path<(String, i64)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let key = place.id.clone();
    let found = app
        .shell
        .store
        .read(move |tx| {
            let Some((operation, requests)) = operations::find(tx, &key, operation)? else {
                return Ok(None);
            };
            let can_be_tried = can_be_tried(tx, &key, &operation)?;
            Ok(Some((operation, requests, can_be_tried)))
        })
        .await?;
    let (operation, requests, can_be_tried) = found.ok_or(PageError::NotFound)?;
    let (zone, hub_name) = (place.zone(), app.shell.branding.hub_name.as_str());
    let rows = requests.into_iter().map(|it: LoggedRequest| {
        let (from, to) = it.direction.ends(hub_name);
        RequestRow {
            at: date_time(it.at, &zone),
            from: from.to_owned(),
            to: to.to_owned(),
            endpoint: it.endpoint,
            status: it.status,
            is_good: it.is_good,
            request: it.request,
            response: it.response,
        }
    });
    let row = OperationRow::new(&operation, visitor.language, &zone);
    render(&OperationPage {
        requests: rows.collect(),
        layout: app.shell.layout(&visitor, row.description).await,
        bar: PlaceBar::new(&place, known.as_ref(), "operations"),
        lines: operation.message.lines().map(str::to_owned).collect(),
        is_retried: operation.outcome == Outcome::Failed,
        can_be_tried: can_be_tried && place.ended.is_none() && known.is_some(),
        row,
    })
}

/// Whether trying again may end otherwise: an order that was rejected is over, but what the till refused of one
/// that it has can still be added.
fn can_be_tried(
    tx: &Transaction<'_>,
    connection: &str,
    operation: &Operation,
) -> Result<bool, StoreError> {
    Ok(
        match (operation.outcome, TaskKind::parse(&operation.kind)) {
            (Outcome::Failed, Some(_)) => true,
            (_, Some(TaskKind::HubOrder)) => {
                links::of_hub_order(tx, connection, &operation.subject)?
                    .is_some_and(|link| !link.refused.0.is_empty())
            }
            (Outcome::Refused, Some(_)) => true,
            _ => false,
        },
    )
}

/// `POST /c/{id}/operations/{operation}`: has it tried once more, now.
pub(super) async fn try_again(
    State(app): State<Arc<BridgeApp>>,
    Path((id, operation)): Path<(String, i64)>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "operations");
    known.ok_or(PageError::NotFound)?;
    let (key, now) = (place.id.clone(), app.shell.now());
    let asked = app.shell.store.write(move |tx| {
        let Some((operation, _)) = operations::find(tx, &key, operation)? else {
            return Ok(false);
        };
        let (Some(kind), true) = (
            TaskKind::parse(&operation.kind),
            can_be_tried(tx, &key, &operation)?,
        ) else {
            return Ok(false);
        };
        if kind == TaskKind::HubOrder {
            links::forget_refused(tx, &key, &operation.subject)?;
        }
        tasks::request(tx, &key, (kind, &operation.subject), "", now)?;
        Ok(true)
    });
    if !asked.await? {
        return Err(PageError::NotFound);
    }
    app.tasks_wake.notify_waiters();
    let text = form.visitor.language.t(
        "Nouvel essai lancé : le résultat s'affichera ici.",
        "It is being tried again: the result will be shown here.",
    );
    let page = format!("{}?list=1", bar.path());
    Ok(app.shell.redirect_with_success(&page, text))
}

#[derive(Template)]
#[template(path = "zelty_bridge/status.html")]
struct StatusPage {
    layout: Layout,
    bar: PlaceBar,
    refreshed: String,
    facts: Vec<(&'static str, String)>,
    methods: Vec<(String, String)>,
}

/// `GET /c/{id}/status`: what is known of the restaurant.
pub(super) async fn status(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "status");
    let Some(restaurant) = known else {
        return setup::page(&app, &visitor, bar, None).await;
    };
    let (status, language) = (&restaurant.status, visitor.language);
    let minutes = |name: &str| match fact(status, name) {
        text if text.is_empty() => "–".to_owned(),
        text => format!("{text} min"),
    };
    let accepts = status["accepts"].as_bool().unwrap_or_default();
    let facts = vec![
        (language.t("Nom", "Name"), fact(status, "name")),
        (language.t("Adresse", "Address"), fact(status, "address")),
        (
            language.t("Acceptation des commandes", "Order acceptance"),
            if accepts {
                language.t("Activée", "Enabled").into()
            } else {
                language.t("Désactivée", "Disabled").into()
            },
        ),
        (
            language.t("Temps de préparation", "Preparation time"),
            minutes("preparation"),
        ),
        (
            language.t("Délai supplémentaire", "Extra time"),
            minutes("delay"),
        ),
        (
            language.t("Temps de livraison", "Delivery time"),
            minutes("delivery"),
        ),
    ];
    let methods = status["methods"].as_array().into_iter().flatten();
    let methods = methods
        .map(|it| (fact(it, "name"), fact(it, "ref")))
        .collect();
    render(&StatusPage {
        layout: app
            .shell
            .layout(&visitor, language.t("Statut", "Status"))
            .await,
        bar,
        refreshed: restaurant
            .status_at
            .map_or_else(|| "–".into(), |at| date_time(at, &place.zone())),
        facts,
        methods,
    })
}

/// `POST /c/{id}/status`: asks Zelty.
pub(super) async fn refresh(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "status");
    let restaurant = known.ok_or(PageError::NotFound)?;
    let page = format!("{}/status", bar.path());
    let asked = async {
        let client = app.zelty_client(&restaurant.key)?.with_accepted_key();
        let found = client
            .restaurant(restaurant.restaurant, Urgency::Person)
            .await?;
        let methods = client.transaction_methods(Urgency::Person).await?;
        Ok::<_, ZeltyError>(status_facts(&found, &methods))
    };
    match asked.await {
        Ok(facts) => {
            let (key, now) = (place.id.clone(), app.shell.now());
            let store = &app.shell.store;
            store
                .write(move |tx| restaurants::save_status(tx, &key, &facts, now))
                .await?;
            Ok(Redirect::to(&page).into_response())
        }
        Err(error) => {
            let text = zelty_sentence(form.visitor.language, &error);
            Ok(app.shell.redirect_with_error(&page, text))
        }
    }
}

#[derive(Template)]
#[template(path = "zelty_bridge/actions.html")]
struct ActionsPage {
    layout: Layout,
    bar: PlaceBar,
    catalog: String,
}

/// `GET /c/{id}/actions`.
pub(super) async fn actions(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "actions");
    if known.is_none() {
        return setup::page(&app, &visitor, bar, None).await;
    }
    render(&ActionsPage {
        layout: app.shell.layout(&visitor, "Actions").await,
        bar,
        catalog: place.token.catalog_name.clone().unwrap_or_default(),
    })
}

/// `POST /c/{id}/actions/{action}`: asks for a task; the operations show what comes of it.
pub(super) async fn start_action(
    State(app): State<Arc<BridgeApp>>,
    Path((id, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "actions");
    known.ok_or(PageError::NotFound)?;
    let kind = match action.as_str() {
        "catalog" => TaskKind::Catalog,
        "inventory" => TaskKind::Inventory,
        "location" => TaskKind::Location,
        "check" => TaskKind::Check,
        _ => return Err(PageError::NotFound),
    };
    let language = form.visitor.language;
    if kind == TaskKind::Catalog && !form.has("confirmed") {
        let text = language.t(
            "Cochez la case pour confirmer que le catalogue sera remplacé.",
            "Tick the box to confirm that the catalog will be replaced.",
        );
        let page = format!("{}/actions", bar.path());
        return Ok(app.shell.redirect_with_error(&page, text));
    }
    let (key, now) = (place.id.clone(), app.shell.now());
    let store = &app.shell.store;
    store
        .write(move |tx| tasks::request(tx, &key, (kind, ""), "", now))
        .await?;
    app.tasks_wake.notify_waiters();
    let text = language.t(
        "C'est lancé : le résultat s'affichera ici. Un catalogue peut prendre quelques minutes.",
        "It has begun: the result will be shown here. A catalog may take some minutes.",
    );
    Ok(app.shell.redirect_with_success(&bar.path(), text))
}

//! The list of web orders with its right panel, and what the cashier does there.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State as Held};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Inner;
use super::poll::{self, Polled, keep};
use super::state::TillOrder;
use super::till::{Alerts, alerts, seller_name};
use crate::kit::clock::{iso, parse};
use crate::kit::explain::explain;
use crate::kit::frame::{Frame, page};
use crate::kit::order::{OrderView, text};
use crate::kit::visitor::{Posted, Problem, Visitor, query};
use crate::kit::words::{Lang, is_over};

/// Minutes from now that a shop promises when the customer wants it as soon as possible.
const SOON: i64 = 20;

/// An order as the till shows it.
pub(crate) struct Row {
    pub o: OrderView,
    /// CODE WEB: `LIVP-pjkg2k (12088610)`.
    pub web_code: String,
    pub status: String,
    pub pending: bool,
    pub over: bool,
    pub ready: bool,
    /// Minutes since the order was placed.
    pub age: i64,
    pub letter: &'static str,
    /// The time in the column A.
    pub time: String,
    /// What to answer on **Valider** when nothing else is chosen: `14:32`.
    pub promised: String,
}

pub(crate) fn status_at_till(lang: Lang, status: &str) -> String {
    match status {
        "new" | "received" => lang.t("En attente", "Waiting").into(),
        "accepted" => lang.t("Validée", "Accepted").into(),
        "awaiting_shipment" | "awaiting_collection" => lang.t("Prête", "Ready").into(),
        other => lang.status(other),
    }
}

pub(crate) fn row(known: &TillOrder, lang: Lang, now: Timestamp, zone: &jiff::tz::TimeZone) -> Row {
    let today: String = iso(now, zone).chars().take(10).collect();
    let o = OrderView::read(&known.order, lang, &today);
    let created = parse(&text(&known.order, "created_at")).or_else(|| parse(&known.arrived_at));
    let confirmed = if o.confirmed.is_empty() {
        &o.expected
    } else {
        &o.confirmed
    };
    Row {
        web_code: if o.code == o.id {
            o.id.clone()
        } else {
            format!("{} ({})", o.code, o.id)
        },
        status: status_at_till(lang, &o.status),
        pending: known.is_pending(),
        over: is_over(&o.status),
        ready: matches!(
            o.status.as_str(),
            "awaiting_shipment" | "awaiting_collection"
        ),
        age: created.map_or(0, |at| now.duration_since(at).as_mins().max(0)),
        letter: match o.service.as_str() {
            "delivery" => lang.t("L", "D"),
            "collection" => lang.t("E", "C"),
            "eat_in" => lang.t("S", "E"),
            _ => "?",
        },
        time: if confirmed.is_empty() {
            lang.t("Dès que poss.", "ASAP").into()
        } else {
            confirmed.clone()
        },
        promised: crate::kit::clock::hour_minute(promise(&known.order, now), zone),
        o,
    }
}

/// When the shop says it will be ready: the wanted time if it is still ahead, else soon.
fn promise(order: &Value, now: Timestamp) -> Timestamp {
    let wanted = parse(&text(order, "expected_time")).filter(|at| *at > now);
    let asap = order["asap"] == true;
    wanted
        .filter(|_| !asap)
        .unwrap_or(now + SignedDuration::from_mins(SOON))
}

#[derive(Template)]
#[template(path = "kezia/orders.html")]
struct OrdersScreen {
    f: Frame,
    alerts: Alerts,
    seller: String,
    seller_name: &'static str,
    rows: Vec<Row>,
    chosen: Option<Row>,
    connected: bool,
    active: bool,
}

/// `GET /till/{seller}/orders?order=…`
pub(crate) async fn list(
    Held(till): Held<Arc<Inner>>,
    Path(seller): Path<String>,
    RawQuery(asked): RawQuery,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let seller_name = seller_name(&seller)?;
    let lang = visitor.lang;
    let zone = till.zone().await;
    let now = till.settings.clock.now();
    let wanted = query(asked.as_deref(), "order");
    if let Some(id) = &wanted
        && till
            .kept
            .read(|s| s.orders.get(id).is_some_and(|order| !order.opened))
            .await
    {
        till.kept
            .change(|state| {
                if let Some(order) = state.orders.get_mut(id) {
                    order.opened = true;
                }
            })
            .await?;
    }
    let (mut rows, chosen, connected, active) = till
        .kept
        .read(|state| {
            let mut known: Vec<_> = state.orders.values().collect();
            // What waits comes first, what is over last; the newest first among equals.
            known.sort_by(|a, b| {
                let place = |o: &TillOrder| (is_over(o.status()), !o.is_pending());
                place(a)
                    .cmp(&place(b))
                    .then_with(|| b.arrived_at.cmp(&a.arrived_at))
            });
            let rows: Vec<_> = known.iter().map(|o| row(o, lang, now, &zone)).collect();
            let chosen = wanted.as_ref().and_then(|id| state.orders.get(id));
            let chosen = chosen.or_else(|| known.first().copied());
            let chosen = chosen.map(|o| row(o, lang, now, &zone));
            (rows, chosen, state.linked.is_some(), state.web.active)
        })
        .await;
    rows.truncate(100);
    let title = lang.t("Commandes Web", "Web orders");
    page(&OrdersScreen {
        f: Frame::new(&till.look, &visitor, &till.notes, title.into())
            .live(till.settings.refresh_seconds()),
        alerts: alerts(&till, &visitor, &seller).await,
        seller,
        seller_name,
        rows,
        chosen,
        connected,
        active,
    })
}

/// `POST /till/{seller}/orders/poll`: looks for new orders at once.
pub(crate) async fn poll_now(
    Held(till): Held<Arc<Inner>>,
    Path(seller): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    seller_name(&seller)?;
    let lang = form.visitor.lang;
    let back = format!("/till/{seller}/orders");
    Ok(
        match poll::once(&till, client::RetryPolicy::interactive()).await {
            Polled::Taken(0) => {
                till.notes
                    .go(&back, false, lang.t("Rien de nouveau.", "Nothing new."))
            }
            Polled::Taken(_) => till.notes.go(
                &back,
                false,
                lang.t("Commandes reçues.", "Orders received."),
            ),
            Polled::Idle => till
                .notes
                .go(&back, true, lang.t("Non connecté.", "Not connected.")),
            // The banner says the rest.
            Polled::Busy(_) | Polled::Failed => till.notes.go(
                &back,
                true,
                lang.t("Récupération impossible.", "Could not fetch."),
            ),
        },
    )
}

/// `POST /till/{seller}/orders/{order}/{act}`: **Valider**, **Rejeter**, **Retard**, **Notifier
/// commande prête**.
pub(crate) async fn act(
    Held(till): Held<Arc<Inner>>,
    Path((seller, id, act)): Path<(String, String, String)>,
    form: Posted,
) -> Result<Response, Problem> {
    seller_name(&seller)?;
    let lang = form.visitor.lang;
    let known = till
        .kept
        .read(|state| state.orders.get(&id).map(|o| o.order.clone()))
        .await;
    let known = known.ok_or(Problem::NotFound)?;
    let now = till.settings.clock.now();
    let zone = till.zone().await;
    let minutes = form
        .get("minutes")
        .parse::<i64>()
        .ok()
        .filter(|m| (1..=240).contains(m));
    let (change, done) = match act.as_str() {
        "accept" => {
            let at = minutes.map_or_else(
                || promise(&known, now),
                |minutes| now + SignedDuration::from_mins(minutes),
            );
            (
                json!({ "status": "accepted", "confirmed_time": iso(at, &zone) }),
                lang.t("Commande validée.", "Order accepted."),
            )
        }
        "reject" => {
            let mut change = json!({ "status": "rejected" });
            let cause = form.get("cause");
            if !cause.is_empty() {
                change["custom_fields"] = json!({ "epos": { "rejection": { "cause": cause } } });
            }
            (change, lang.t("Commande rejetée.", "Order rejected."))
        }
        "late" => {
            let times = ["confirmed_time", "expected_time"];
            let from = times.iter().find_map(|name| parse(&text(&known, name)));
            let from = from.filter(|at| *at > now).unwrap_or(now);
            let at = from + SignedDuration::from_mins(minutes.unwrap_or(10));
            (
                json!({ "confirmed_time": iso(at, &zone) }),
                lang.t("Retard transmis.", "Delay sent."),
            )
        }
        "ready" => {
            let delivery = known["service_type"] == "delivery";
            let status = if delivery {
                "awaiting_shipment"
            } else {
                "awaiting_collection"
            };
            (
                json!({ "status": status }),
                lang.t("Commande prête.", "Order ready."),
            )
        }
        "done" => (
            json!({ "status": "completed" }),
            lang.t("Commande terminée.", "Order done."),
        ),
        _ => return Err(Problem::NotFound),
    };
    let wanted: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let back = format!("/till/{seller}/orders?order={wanted}");
    let Some(connection) = till.connection().await else {
        return Ok(till
            .notes
            .go(&back, true, lang.t("Non connecté.", "Not connected.")));
    };
    match connection.patch_order::<Value>(&id, &change).await {
        Ok(order) => {
            keep(&till, order).await?;
            Ok(till.notes.go(&back, false, done))
        }
        Err(error) => {
            if error.is_outage() || error.status() == Some(401) {
                till.stumble(&error);
            }
            let why = explain(lang, &till.look.brand, &error);
            let text = lang.t(
                format!("Le changement n'a pas été transmis. {why}"),
                format!("The change was not sent. {why}"),
            );
            Ok(till.notes.go(&back, true, text))
        }
    }
}

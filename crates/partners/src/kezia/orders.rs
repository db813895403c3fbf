//! The list of web orders with its right panel.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::{OrderStatus, ServiceType, Time};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::TillApp;
use super::order_actions::promised_time;
use super::screens::seller_name;
use super::state::{self, TillOrder};
use crate::kit::alarm;
use crate::kit::clock::hour_minute;
use crate::kit::connections;
use crate::kit::cookies::query_value;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::order_view::{OrderView, is_final};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Orders that the list shows.
const MAX_ROWS: usize = 100;

/// An order as the till shows it.
pub(crate) struct OrderRow {
    pub order: OrderView,
    /// CODE WEB, such as `LIVP-pjkg2k (12088610)`.
    pub web_code: String,
    pub status_label: &'static str,
    pub is_pending: bool,
    /// Whether the hub does not know yet what the cashier did.
    pub is_unsent: bool,
    pub is_final: bool,
    pub is_ready: bool,
    /// Minutes since the order was placed.
    pub age_minutes: i64,
    pub service_letter: &'static str,
    /// The time in the column A.
    pub time: String,
    /// The time that **Valider** confirms when no other is chosen, such as `14:32`.
    pub promised: String,
}

impl OrderRow {
    pub(crate) fn new(
        known: &TillOrder,
        language: Language,
        now: Timestamp,
        zone: &TimeZone,
    ) -> OrderRow {
        let today = Time::new(now, zone).civil().date();
        let order = OrderView::new(&known.order, language, today);
        let age = now.duration_since(known.order.created_at.at());
        let promised = promised_time(&known.order, now);
        OrderRow {
            web_code: if order.code == order.id {
                order.id.clone()
            } else {
                format!("{} ({})", order.code, order.id)
            },
            status_label: status_at_till(language, order.status),
            is_pending: known.is_pending(),
            is_unsent: known.is_unsent,
            is_final: is_final(order.status),
            is_ready: is_ready(order.status),
            age_minutes: age.as_mins().max(0),
            service_letter: service_letter(language, order.service_type),
            time: planned_time(&order, language),
            promised: hour_minute(promised, zone),
            order,
        }
    }
}

fn is_ready(status: OrderStatus) -> bool {
    matches!(
        status,
        OrderStatus::AwaitingShipment | OrderStatus::AwaitingCollection
    )
}

/// The label of a status in the words of the till.
fn status_at_till(language: Language, status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::New | OrderStatus::Received => language.t("En attente", "Waiting"),
        OrderStatus::Accepted => language.t("Validée", "Accepted"),
        ready if is_ready(ready) => language.t("Prête", "Ready"),
        other => language.order_status(other),
    }
}

fn service_letter(language: Language, service_type: Option<ServiceType>) -> &'static str {
    match service_type {
        Some(ServiceType::Delivery) => language.t("L", "D"),
        Some(ServiceType::Collection) => language.t("E", "C"),
        Some(ServiceType::EatIn) => language.t("S", "E"),
        None => "?",
    }
}

/// The confirmed time, else the wanted one.
fn planned_time(order: &OrderView, language: Language) -> String {
    let mut times = [&order.confirmed, &order.expected].into_iter();
    let planned = times.find(|time| !time.is_empty());
    planned.map_or_else(|| language.t("Dès que poss.", "ASAP").into(), Clone::clone)
}

#[derive(Template)]
#[template(path = "kezia/orders.html")]
struct OrdersScreen {
    layout: Layout,
    seller: String,
    seller_name: &'static str,
    rows: Vec<OrderRow>,
    chosen: Option<OrderRow>,
    is_connected: bool,
    is_active: bool,
}

/// `GET /till/{seller}/orders?order=…`: the list, and the chosen order beside it.
pub(crate) async fn list(
    State(till): State<Arc<TillApp>>,
    Path(seller): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let language = visitor.language;
    let zone = till.zone().await?;
    let now = till.app.now();
    let chosen_id = query_value(query.as_deref(), "order");
    if let Some(id) = &chosen_id {
        silence(&till, id, seller_name).await?;
    }
    let read = till.app.store.read(|tx| {
        let orders = orders_in_sequence(state::orders(tx)?);
        let is_connected = !connections::all(tx)?.is_empty();
        Ok((orders, is_connected, state::web_orders(tx)?.is_active))
    });
    let (orders, is_connected, is_active) = read.await?;
    let row = |order: &TillOrder| OrderRow::new(order, language, now, &zone);
    let chosen = orders
        .iter()
        .find(|known| Some(known.order.id.as_str()) == chosen_id.as_deref());
    let chosen = chosen.or_else(|| orders.first()).map(row);
    let rows = orders.iter().take(MAX_ROWS).map(row).collect();
    let title = language.t("Commandes Web", "Web orders");
    render(&OrdersScreen {
        layout: till.app.live_layout(&visitor, title).await,
        seller,
        seller_name,
        rows,
        chosen,
        is_connected,
        is_active,
    })
}

/// Pending orders first, final ones last, the newest first among equals.
fn orders_in_sequence(mut orders: Vec<TillOrder>) -> Vec<TillOrder> {
    orders.sort_by(|a, b| {
        let rank = |known: &TillOrder| (is_final(known.order.status), !known.is_pending());
        rank(a)
            .cmp(&rank(b))
            .then_with(|| b.arrived_at.cmp(&a.arrived_at))
    });
    orders
}

/// An order that a seller has opened or changed sounds no longer.
pub(crate) async fn silence(
    till: &TillApp,
    id: &str,
    seller: &'static str,
) -> Result<(), PageError> {
    let (id, now) = (id.to_owned(), till.app.now());
    let silenced = till
        .app
        .store
        .write(move |tx| alarm::silence(tx, &id, seller, now));
    Ok(silenced.await?)
}

//! The list of web orders with its right panel.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::{Order, OrderStatus, ServiceType, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::TillApp;
use super::order_actions::promised_time;
use super::screens::seller_name;
use super::state::{self, TillOrder, WebOrderSettings};
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
    /// How long the order has waited: `late` or `old` for what should not wait any more.
    pub age_class: &'static str,
    /// The notes of customer and shop.
    pub memo: String,
    /// Minutes since the order was placed.
    pub age_minutes: i64,
    pub service_letter: &'static str,
    /// The time in the column A.
    pub time: String,
    /// The confirmed time as a form brings it back, to the second.
    pub confirmed_key: String,
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
            age_class: match age.as_mins() {
                ..5 => "",
                5..15 => "late",
                _ => "old",
            },
            memo: memo(&order),
            service_letter: service_letter(language, order.service_type),
            time: planned_time(&order, language),
            promised: hour_minute(promised, zone),
            confirmed_key: confirmed_key(&known.order),
            order,
        }
    }
}

/// The confirmed time as a form brings it back; empty for none.
pub(crate) fn confirmed_key(order: &Order) -> String {
    let confirmed = order.confirmed_time.map(Time::at);
    confirmed.map_or_else(String::new, |at| at.as_second().to_string())
}

fn memo(order: &OrderView) -> String {
    let notes = [order.customer_notes.as_str(), order.seller_notes.as_str()];
    let notes: Vec<&str> = notes.into_iter().filter(|it| !it.is_empty()).collect();
    notes.join(" · ")
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

/// What the list shows of the orders: the key in the address bar, and its name.
const FILTERS: [(&str, &str, &str); 6] = [
    ("", "Toutes", "All"),
    ("waiting", "En attente", "Waiting"),
    ("accepted", "Validées", "Accepted"),
    ("unpaid", "À encaisser", "To be paid"),
    ("delivery", "Livraison", "Delivery"),
    ("over", "Terminées", "Over"),
];

/// Whether an order is shown with a filter.
fn is_shown(row: &OrderRow, filter: &str) -> bool {
    match filter {
        "waiting" => row.is_pending,
        "accepted" => !row.is_pending && !row.is_final,
        "unpaid" => !row.order.is_paid && !row.is_final,
        "delivery" => row.order.service_type == Some(ServiceType::Delivery),
        "over" => row.is_final,
        _ => true,
    }
}

/// Whether the window **Commandes Web** lets an order be shown; what waits is never hidden by its age.
fn is_visible(known: &TillOrder, settings: &WebOrderSettings, now: Timestamp) -> bool {
    let channel = known.order.channel.as_deref().unwrap_or_default();
    let is_of_kiosk = channel.to_lowercase().contains("borne");
    let oldest = settings
        .shown_days
        .map(|days| SignedDuration::from_hours(24 * days));
    let is_old = oldest.is_some_and(|oldest| now.duration_since(known.arrived_at) > oldest);
    known.is_pending() || !(is_old || (settings.hides_kiosk && is_of_kiosk))
}

/// A choice of the filter.
struct FilterChoice {
    key: &'static str,
    name: &'static str,
    count: usize,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "kezia/orders.html")]
struct OrdersScreen {
    layout: Layout,
    seller: String,
    seller_name: &'static str,
    rows: Vec<OrderRow>,
    filters: Vec<FilterChoice>,
    /// The key of the chosen filter.
    filter: String,
    /// The id after which this page begins; empty for the first page.
    after: String,
    /// The id after which the next page begins.
    next: Option<String>,
    chosen: Option<OrderRow>,
    is_connected: bool,
    is_active: bool,
    /// Whether an alarm sounds.
    is_sounding: bool,
}

/// The rows after one of them, at most [`MAX_ROWS`], and whether there are more. All of them if that one has
/// left the list.
fn page_after(mut rows: Vec<OrderRow>, after: &str) -> (Vec<OrderRow>, bool) {
    let begin = rows.iter().position(|row| row.order.id == after);
    let mut rows = rows.split_off(begin.map_or(0, |at| at + 1));
    let has_more = rows.len() > MAX_ROWS;
    rows.truncate(MAX_ROWS);
    (rows, has_more)
}

/// `GET /till/{seller}/orders?order=…&filter=…&after=…`: the list, and the chosen order beside it.
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
    let filter = query_value(query.as_deref(), "filter").unwrap_or_default();
    if let Some(id) = &chosen_id {
        silence(&till, id, seller_name).await?;
    }
    let read = till.app.store.read(|tx| {
        let orders = orders_in_sequence(state::orders(tx)?);
        let is_connected = !connections::all(tx)?.is_empty();
        Ok((orders, is_connected, state::web_orders(tx)?))
    });
    let (orders, is_connected, settings) = read.await?;
    let row = |order: &TillOrder| OrderRow::new(order, language, now, &zone);
    let visible = orders.iter().filter(|it| is_visible(it, &settings, now));
    let all: Vec<OrderRow> = visible.map(row).collect();
    let filters = FILTERS.iter().map(|(key, french, english)| FilterChoice {
        key,
        name: language.t(french, english),
        count: all.iter().filter(|row| is_shown(row, key)).count(),
        is_chosen: *key == filter,
    });
    let filters = filters.collect();
    let shown = all.into_iter().filter(|row| is_shown(row, &filter));
    let after = query_value(query.as_deref(), "after").unwrap_or_default();
    let (rows, has_more) = page_after(shown.collect(), &after);
    let next = rows.last().filter(|_| has_more);
    let next = next.map(|row| row.order.id.clone());
    let chosen = orders
        .iter()
        .find(|known| Some(known.order.id.as_str()) == chosen_id.as_deref());
    let first = rows.first().map(|row| row.order.id.clone());
    let chosen = chosen.or_else(|| {
        orders
            .iter()
            .find(|it| Some(it.order.id.to_string()) == first)
    });
    let chosen = chosen.map(row);
    let title = language.t("Commandes Web", "Web orders");
    let layout = till.app.live_layout(&visitor, title).await;
    render(&OrdersScreen {
        is_sounding: layout.notices.alarm.is_some(),
        layout,
        seller,
        seller_name,
        rows,
        filters,
        filter,
        after,
        next,
        chosen,
        is_connected,
        is_active: settings.is_active,
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

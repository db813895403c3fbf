//! What is printed: the ticket of an order, and a label for each of its items.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::{Order, Time};

use super::PosApp;
use super::sales;
use super::ticket_view::{TicketLine, lines, platform};
use crate::kit::alarm;
use crate::kit::cookies::{path_segment, query_value};
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::order_view::{OrderView, order_code};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Labels of one line: nobody sticks more, and a quantity may be any number.
const MAX_LABELS_PER_LINE: i64 = 100;

/// Labels of a page.
const MAX_LABELS: usize = 500;

#[derive(Template)]
#[template(path = "pos_helper/ticket.html")]
struct TicketPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    /// The id, escaped for a link.
    id: String,
    platform: String,
    service_ref: String,
    order: OrderView,
    is_unsent: bool,
}

/// `GET /tickets/{order}`: the ticket. Whoever looks at it has heard the alarm.
pub(super) async fn ticket(
    State(pos): State<Arc<PosApp>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (language, now) = (visitor.language, pos.shell.now());
    let zone = pos.zone().await?;
    let key = id.clone();
    let found = pos.shell.store.write(move |tx| {
        alarm::silence(tx, &key, "", now)?;
        sales::find(tx, &key)
    });
    let sale = found.await?.ok_or(PageError::NotFound)?;
    let today = Time::new(now, &zone).civil().date();
    let order = OrderView::new(&sale.order, language, today);
    let title = format!("{} {}", language.t("Ticket", "Ticket"), order.code);
    render(&TicketPage {
        layout: pos.shell.layout(&visitor, title).await,
        section: "board",
        tab: "",
        id: path_segment(&id),
        platform: platform(&sale.order),
        service_ref: sale.order.service_type_ref.clone().unwrap_or_default(),
        order,
        is_unsent: sale.is_unsent,
    })
}

#[derive(Template)]
#[template(path = "pos_helper/labels.html")]
struct LabelsPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    labels: Vec<Label>,
}

/// A label: one item of an order.
#[derive(Debug)]
struct Label {
    code: String,
    platform: String,
    service_ref: String,
    customer: String,
    line: TicketLine,
    /// Which of how many of the order, such as `2/5`.
    position: String,
}

/// `GET /sales/labels?order=…`: labels of an order, or of all that is in the kitchen.
pub(super) async fn labels(
    State(pos): State<Arc<PosApp>>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let chosen = query_value(query.as_deref(), "order");
    let read = pos.shell.store.read(move |tx| match chosen {
        Some(id) => Ok(sales::find(tx, &id)?.into_iter().collect()),
        None => sales::open(tx),
    });
    let orders = read.await?;
    let language = visitor.language;
    let labels = orders
        .iter()
        .flat_map(|sale| labels_of(&sale.order, language))
        .take(MAX_LABELS)
        .collect();
    let title = language.t("ETIQUETTES", "LABELS");
    render(&LabelsPage {
        layout: pos.shell.layout(&visitor, title).await,
        section: "sales",
        tab: "labels",
        labels,
    })
}

/// A label for each item: three pizzas have three, half a cake has one.
fn labels_of(order: &Order, language: Language) -> Vec<Label> {
    let items = order.items.iter().filter(|item| !item.deleted);
    let counts = items.map(|item| {
        let thousandths = item.quantity.to_thousandths();
        (thousandths.saturating_add(999) / 1_000).clamp(1, MAX_LABELS_PER_LINE)
    });
    let lines = lines(order, language).into_iter().zip(counts);
    let lines: Vec<TicketLine> = lines
        .flat_map(|(line, count)| (0..count).map(move |_| line.clone()))
        .collect();
    let total = lines.len();
    let customer = OrderView::new(order, language, order.created_at.civil().date())
        .customer
        .name;
    let labels = lines.into_iter().enumerate().map(|(index, line)| Label {
        code: order_code(order),
        platform: platform(order),
        service_ref: order.service_type_ref.clone().unwrap_or_default(),
        customer: customer.clone(),
        line,
        position: format!("{}/{total}", index + 1),
    });
    labels.collect()
}

//! The lists of **Ventes**: filtered, paged, with their totals.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use client::order::{Currency, Money, OrderStatus, Time};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::PosApp;
use super::sales::{self, Sale, SaleFilter, SaleKind};
use super::ticket_view::platform;
use crate::kit::connections;
use crate::kit::cookies::{path_segment, query_value};
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::order_view::{OrderView, time_text};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Sales of a page.
const PAGE_SIZE: usize = 50;

/// Characters of a filter.
const MAX_FILTER_CHARS: usize = 100;

/// A list of **Ventes**.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SaleList {
    id: &'static str,
    kind: Option<SaleKind>,
}

const LISTS: [SaleList; 4] = [
    SaleList {
        id: "all",
        kind: None,
    },
    SaleList {
        id: "internet",
        kind: Some(SaleKind::Internet),
    },
    SaleList {
        id: "kiosk",
        kind: Some(SaleKind::Kiosk),
    },
    SaleList {
        id: "partner-deliveries",
        kind: Some(SaleKind::Partner),
    },
];

impl SaleList {
    fn title(self, language: Language) -> &'static str {
        match self.kind {
            None => language.t("TOUTES LES VENTES", "ALL SALES"),
            Some(SaleKind::Internet) => language.t("VENTES INTERNET", "ONLINE SALES"),
            Some(SaleKind::Kiosk) => language.t("VENTES EN BORNE", "KIOSK SALES"),
            Some(SaleKind::Partner) => language.t("LIVRAISONS PARTENAIRES", "PARTNER DELIVERIES"),
        }
    }
}

#[derive(Template)]
#[template(path = "pos_helper/sales.html")]
struct SalesPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    title: &'static str,
    rows: Vec<SaleRow>,
    count: i64,
    total: String,
    words: String,
    days: String,
    statuses: Vec<StatusChoice>,
    is_filtered: bool,
    is_first_page: bool,
    /// The link to older sales.
    older: Option<String>,
}

struct StatusChoice {
    value: String,
    label: &'static str,
    is_chosen: bool,
}

struct SaleRow {
    /// The id, escaped for a link.
    id: String,
    order: OrderView,
    platform: String,
    service_ref: String,
    arrived: String,
    is_unsent: bool,
}

/// What the query of a list says.
struct ListQuery {
    filter: SaleFilter,
    days: String,
    before: Option<i64>,
}

impl ListQuery {
    fn read(query: Option<&str>, list: SaleList, now: jiff::Timestamp) -> ListQuery {
        let value = |name| query_value(query, name).unwrap_or_default();
        let days = value("days");
        let hours = match days.as_str() {
            "1" => Some(24),
            "7" => Some(7 * 24),
            _ => None,
        };
        let words: String = value("q").trim().chars().take(MAX_FILTER_CHARS).collect();
        ListQuery {
            filter: SaleFilter {
                kind: list.kind,
                words,
                status: OrderStatus::parse(&value("status")),
                since: hours.map(|hours| now - SignedDuration::from_hours(hours)),
            },
            days,
            before: value("before").parse().ok(),
        }
    }

    fn is_filtered(&self) -> bool {
        !self.filter.words.is_empty() || self.filter.status.is_some() || self.filter.since.is_some()
    }

    /// The link to the sales before a number, with the same filter.
    fn older(&self, before: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.filter.words);
        if let Some(status) = self.filter.status {
            query.append_pair("status", &status.to_string());
        }
        query.append_pair("days", &self.days);
        query.append_pair("before", &before.to_string());
        format!("?{}", query.finish())
    }
}

/// `GET /sales/{list}?q=…&status=…&days=…&before=…`: a list.
pub(super) async fn show(
    State(pos): State<Arc<PosApp>>,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let list = LISTS.into_iter().find(|known| known.id == list);
    let list = list.ok_or(PageError::NotFound)?;
    let (language, now) = (visitor.language, pos.shell.now());
    let zone = pos.zone().await?;
    let query = ListQuery::read(query.as_deref(), list, now);
    let (filter, before) = (query.filter.clone(), query.before);
    let read = pos.shell.store.read(move |tx| {
        let page = sales::page(tx, &filter, before, PAGE_SIZE)?;
        Ok((page, sales::totals(tx, &filter)?, connections::all(tx)?))
    });
    let ((sales, has_more), (count, cents), known) = read.await?;
    let currency = known.first().map_or(Currency::EUR, |known| known.currency);
    let last = sales.last().map(|sale| sale.number);
    let row = |sale: &Sale| row(sale, language, now, &zone);
    let title = list.title(language);
    render(&SalesPage {
        layout: pos.shell.live_layout(&visitor, title).await,
        section: "sales",
        tab: list.id,
        title,
        rows: sales.iter().map(row).collect(),
        count,
        total: money_text(Money::new(cents, currency), language),
        statuses: status_choices(language, query.filter.status),
        is_filtered: query.is_filtered(),
        is_first_page: query.before.is_none(),
        older: last.filter(|_| has_more).map(|last| query.older(last)),
        words: query.filter.words,
        days: query.days,
    })
}

fn row(sale: &Sale, language: Language, now: jiff::Timestamp, zone: &TimeZone) -> SaleRow {
    let today = Time::new(now, zone).civil().date();
    SaleRow {
        id: path_segment(sale.order.id.as_str()),
        platform: platform(&sale.order),
        service_ref: sale.order.service_type_ref.clone().unwrap_or_default(),
        arrived: time_text(Time::new(sale.arrived_at, zone), today),
        is_unsent: sale.is_unsent,
        order: OrderView::new(&sale.order, language, today),
    }
}

fn status_choices(language: Language, chosen: Option<OrderStatus>) -> Vec<StatusChoice> {
    let statuses = OrderStatus::ALL.iter().map(|status| StatusChoice {
        value: status.to_string(),
        label: language.order_status(*status),
        is_chosen: chosen == Some(*status),
    });
    statuses.collect()
}

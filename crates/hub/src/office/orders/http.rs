//! The pages of orders, from the database to the browser.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::routing::get;
use jiff::tz::TimeZone;
use serde::Deserialize;
use wire::id::{AccountId, ConnectionId, EventId, LocationId, MAX_REF_CHARS, OrderId};
use wire::order::{Order, OrderStatus};
use wire::time::zone;

use super::context::{OrderContext, refused_lines};
use super::dispatch_actions;
use super::journey_view::{JourneyView, MAX_SHOWN_REQUESTS};
use super::order_view::{self, OrderRenderer};
use super::{OrderFilterForm, OrderLine, OrdersPage, order_badge, service_mark, store};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx, json};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::journal::store::{self as journal, Request};
use crate::locations::store as locations;
use crate::office::days::DayFilter;
use crate::office::dispatches::Phrasing;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, attachment, page, to};
use crate::office::translations::Language;
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::SelectOption;
use crate::orders::browse::{self, OfficeOrderFilter, OrderSummary};
use crate::orders::store::parse_order;
use crate::users::permissions::Permissions;

/// The routes of the pages of orders.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .placed("/data", get(async || to("/orders")))
        .placed("/orders", get(list))
        .placed("/orders/{id}", get(show))
        .placed("/orders/{id}/requests/{request}/{side}", get(request))
        .placed("/orders/{id}/callbacks/{dispatch}", get(dispatch))
        .placed(
            "/orders/{id}/callbacks/{dispatch}/delete",
            get(dispatch_actions::confirm_cancel).post(dispatch_actions::cancel),
        )
        .placed(
            "/orders/{id}/callbacks/{dispatch}/resend",
            get(dispatch_actions::confirm_resend).post(dispatch_actions::resend),
        )
        .placed(
            "/orders/{id}/callbacks/{dispatch}/fire",
            get(dispatch_actions::confirm_fire).post(dispatch_actions::fire),
        )
}

/// Orders of one page of the list.
const PER_PAGE: u32 = 50;

/// The locations that a list is about: none for the whole account.
pub(crate) fn visible_locations(
    member: &AccountMember,
) -> Result<Option<Vec<LocationId>>, PageError> {
    if let Some(location) = &member.at.location {
        member.needs(Permissions::VIEW)?;
        return Ok(Some(vec![location.clone()]));
    }
    let visible = member.viewable_locations();
    if visible.as_ref().is_some_and(Vec::is_empty) {
        member.needs(Permissions::VIEW)?;
    }
    Ok(visible)
}

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
struct OrderListQuery {
    days: DayFilter,
    status: Option<OrderStatus>,
    search: Option<String>,
    /// What comes after this place.
    cursor: Option<Cursor>,
    /// What comes before it.
    newer: Option<Cursor>,
}

impl OrderListQuery {
    /// What makes no sense is as if it had not been asked for.
    fn of(query: &Query) -> Self {
        // A ref may begin or end with blanks; nobody means them around an id.
        let search = query.get("search").unwrap_or_default();
        let search: String = search
            .chars()
            .filter(|char| !char.is_control())
            .take(MAX_REF_CHARS)
            .collect();
        Self {
            days: DayFilter::read(query),
            status: query.get("status").and_then(OrderStatus::parse),
            search: (!search.trim().is_empty()).then_some(search),
            cursor: query.get("cursor").and_then(Cursor::parse),
            newer: query.get("newer").and_then(Cursor::parse),
        }
    }

    /// The address of a page of this list: `cursor` and what comes after it, or `newer` and what
    /// comes before.
    fn path(&self, position: Option<(&str, &Cursor)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.days.append_to(&mut query);
        if let Some(status) = self.status {
            query.append_pair("status", status.as_str());
        }
        if let Some(search) = &self.search {
            query.append_pair("search", search);
        }
        if let Some((name, cursor)) = position {
            query.append_pair(name, &cursor.token());
        }
        match query.finish().as_str() {
            "" => "/orders".to_owned(),
            query => format!("/orders?{query}"),
        }
    }

    fn filter(&self, language: Language) -> OrderFilterForm {
        let words = &language.translations().orders;
        let [from, to] = self.days.values();
        let any = SelectOption::new("", words.any_status, self.status.is_none());
        let statuses = OrderStatus::ALL.iter().map(|status| {
            let label = words.status_label(status.as_str());
            SelectOption::new(status.as_str(), label, self.status == Some(*status))
        });
        OrderFilterForm {
            from,
            to,
            statuses: std::iter::once(any).chain(statuses).collect(),
            search: self.search.clone().unwrap_or_default(),
        }
    }
}

/// What a line of the list shows of the stored document.
#[derive(Deserialize)]
struct OrderPreview {
    total: String,
    #[serde(default)]
    customer: CustomerName,
    #[serde(default)]
    service_type: Option<String>,
    #[serde(default)]
    channel: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CustomerName {
    first_name: Option<String>,
    last_name: Option<String>,
    company_name: Option<String>,
}

impl CustomerName {
    fn name(self) -> String {
        order_view::full_name(
            self.first_name.as_deref(),
            self.last_name.as_deref(),
            self.company_name.as_deref(),
        )
    }
}

/// A line of a list, with its location's name where several are mixed.
pub(crate) fn order_line(
    language: Language,
    line: OrderSummary,
    location: Option<String>,
    zone: &TimeZone,
) -> db::Result<OrderLine> {
    let preview: OrderPreview = json::read(&line.document, format_args!("order {}", line.id))?;
    Ok(OrderLine {
        created: format::date_time(language, &line.created_at.to_zoned(zone.clone())),
        location,
        customer: preview.customer.name(),
        total: format::money(language, &preview.total),
        status: order_badge(language.translations(), &line.status),
        service: preview
            .service_type
            .and_then(|service| service_mark(language.translations(), &service)),
        channel: preview
            .channel
            .filter(|channel| !channel.is_empty() && *channel != line.created_by),
        origin: line.created_by,
        id: line.id.to_string(),
        reference: line.reference,
    })
}

/// `GET /orders`.
async fn list(hub: Hub, member: AccountMember, query: RawQuery) -> PageResult {
    let list_query = OrderListQuery::of(&Query::parse(query.0.as_deref().unwrap_or_default()));
    let visible = visible_locations(&member)?;
    let at = member.at.clone();
    let wanted = list_query.clone();
    let (zone, found, newer) = hub
        .read::<_, db::Error, _>("office.orders", move |tx| {
            let zone = zone_of(tx, &at.id, at.location.as_ref())?;
            let after = wanted.days.since(&zone);
            let before = wanted.days.until(&zone);
            let order_filter = OfficeOrderFilter {
                locations: visible.clone(),
                status: wanted.status,
                customer: None,
                name: wanted.search.clone(),
                after,
                before,
            };
            if let Some(cursor) = &wanted.newer
                && let Some(items) =
                    browse::find_newer(tx, &at.id, &order_filter, cursor, PER_PAGE)?
            {
                // Where one came from is what comes next.
                let next = items.last().map(OrderSummary::cursor);
                let first = items.first().map(OrderSummary::cursor);
                return Ok((zone, Page { items, next }, first));
            }
            // Before the first page there is nothing: it is shown from its beginning.
            let from = wanted.cursor.clone().filter(|_| wanted.newer.is_none());
            let newer = from.is_some();
            let from = from.unwrap_or_else(browse::newest_cursor);
            let found = browse::newest(tx, &at.id, &order_filter, &from, PER_PAGE)?;
            let first = found
                .items
                .first()
                .map(OrderSummary::cursor)
                .filter(|_| newer);
            Ok((zone, found, first))
        })
        .await?;
    let language = member.browser.language;
    let all_locations = member.at.location.is_none();
    let mut orders = Vec::with_capacity(found.items.len());
    for line in found.items {
        let location_name = all_locations.then(|| member.location_name(&line.location));
        orders.push(order_line(language, line, location_name, &zone)?);
    }
    let now = hub.clock().now().to_zoned(zone);
    let list = OrdersPage {
        frame: member.frame(MenuEntry::Orders),
        filter: list_query.filter(language),
        zone: format::utc_offset(&now),
        all_locations,
        orders,
        older: found.next.map(|it| list_query.path(Some(("cursor", &it)))),
        newest: (newer.is_some() || list_query.cursor.is_some()).then(|| list_query.path(None)),
        newer: newer.map(|it| list_query.path(Some(("newer", &it)))),
    };
    Ok(page(&member.browser, &list))
}

/// An order of the chosen account that the reader may see; nobody learns of others.
struct VisibleOrder {
    order: Order,
    document: String,
    location: LocationId,
    location_name: String,
    zone: TimeZone,
}

fn find(tx: &mut Tx<'_>, member: &AccountMember, id: &OrderId) -> db::Result<Option<VisibleOrder>> {
    let account = &member.at.id;
    let Some((location, document)) = browse::find(tx, account, id)? else {
        return Ok(None);
    };
    if !member.may(Permissions::VIEW, account, Some(&location)) {
        return Ok(None);
    }
    let stored = locations::find(tx, account, &location)?.map(|stored| stored.location);
    let (name, timezone) = stored
        .map(|stored| (stored.name, stored.timezone.name))
        .unwrap_or_default();
    Ok(Some(VisibleOrder {
        order: parse_order(&document)?,
        document,
        location,
        location_name: name,
        zone: zone(&timezone),
    }))
}

/// The requests about an order. An order must be readable even when its log is not: then there are none.
async fn read_requests(hub: &Hub, account: &AccountId, id: &OrderId) -> Option<Vec<Request>> {
    let (account, wanted) = (account.clone(), id.clone());
    let requests = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.order.requests", move |tx| {
            journal::requests_of_order(tx, &account, &wanted, MAX_SHOWN_REQUESTS)
        })
        .await;
    requests
        .inspect_err(|error| tracing::warn!(%error, "reading requests of an order failed"))
        .ok()
}

/// `GET /orders/{id}`, and the document itself at `GET /orders/{id}.json`.
async fn show(hub: Hub, member: AccountMember, Path(id): Path<String>) -> PageResult {
    let (id, as_file) = match id.strip_suffix(".json") {
        Some(id) => (id, true),
        None => (id.as_str(), false),
    };
    let id = OrderId::parse(id).map_err(|_| PageError::NotFound)?;
    let (wanted, reader) = (id.clone(), member.clone());
    let found = hub
        .read::<_, db::Error, _>("office.order", move |tx| {
            let Some(found) = find(tx, &reader, &wanted)? else {
                return Ok(None);
            };
            if as_file {
                return Ok(Some((found, None)));
            }
            let customer = found.order.customer.id.as_ref();
            let history = store::history(tx, &reader.at.id, &wanted, customer)?;
            let order = (&found.order, &found.location);
            let context = OrderContext::find(tx, &reader, order, &history)?;
            Ok(Some((found, Some((history, context)))))
        })
        .await?;
    let (found, history) = found.ok_or(PageError::NotFound)?;
    member.needs_location_of_object(Some(&found.location))?;
    let Some((history, context)) = history else {
        return Ok(attachment(&format!("order-{id}"), found.document));
    };
    let requests = read_requests(&hub, &member.at.id, &id).await;
    let words = member.browser.language.translations();
    let journey_view = JourneyView {
        phrasing: Phrasing {
            words,
            zone: &found.zone,
            now: hub.clock().now(),
        },
        order: &id,
        may_discard: member.may(
            Permissions::CONNECTIONS,
            &member.at.id,
            Some(&found.location),
        ),
    };
    let reader = OrderRenderer {
        words,
        zone: &found.zone,
        location: &found.location_name,
    };
    let frame = member.frame(MenuEntry::Orders);
    let mut shown = order_view::page(frame, &reader, &found.order, &found.document);
    let phrasing = &journey_view.phrasing;
    shown.summary.extend(context.verdict(phrasing));
    if found.order.status == OrderStatus::Cancelled {
        let cancelled = journey_view.cancellation(&history)?;
        shown.summary.extend(cancelled);
    }
    shown.summary.extend(journey_view.summary(&history));
    shown.related = context.lines(phrasing);
    let refused = refused_lines(&hub, &member, phrasing, &found.order).await?;
    shown.related.extend(refused);
    shown.journey = journey_view.journey(&history, requests.as_deref())?;
    Ok(page(&member.browser, &shown))
}

/// `GET /orders/{id}/requests/{request}/{side}`: a body as a file; the side is `request` or
/// `response`.
async fn request(
    hub: Hub,
    member: AccountMember,
    Path((id, request, side)): Path<(String, String, String)>,
) -> PageResult {
    let id = OrderId::parse(&id).map_err(|_| PageError::NotFound)?;
    sees(&hub, &member, &id).await?;
    let (account, wanted) = (member.at.id.clone(), request.clone());
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.order.request", move |tx| {
            journal::find_of_order(tx, &account, &id, &wanted)
        })
        .await?
        .ok_or(PageError::NotFound)?;
    let text = match side.as_str() {
        "request" => found.request,
        "response" => found.response,
        _ => return Err(PageError::NotFound),
    };
    Ok(attachment(&format!("{request}-{side}"), text))
}

/// Refuses unless there is such an order that the reader may see. Says where it is.
pub(super) async fn sees(
    hub: &Hub,
    member: &AccountMember,
    id: &OrderId,
) -> Result<LocationId, PageError> {
    let (account, wanted) = (member.at.id.clone(), id.clone());
    let found = hub
        .read::<_, db::Error, _>("office.order.sees", move |tx| {
            browse::find(tx, &account, &wanted)
        })
        .await?;
    let location = found
        .map(|(location, _)| location)
        .filter(|location| member.may(Permissions::VIEW, &member.at.id, Some(location)))
        .ok_or(PageError::NotFound)?;
    member.needs_location_of_object(Some(&location))?;
    Ok(location)
}

/// The event and its receiver, as paths name a dispatch: `{event}.{connection}`.
pub(super) fn dispatch_ids(text: &str) -> Result<(EventId, ConnectionId), PageError> {
    let (event, connection) = text.split_once('.').ok_or(PageError::NotFound)?;
    let event = EventId::parse(event).map_err(|_| PageError::NotFound)?;
    let connection = ConnectionId::parse(connection).map_err(|_| PageError::NotFound)?;
    Ok((event, connection))
}

/// `GET /orders/{id}/callbacks/{dispatch}`: what a receiver is told, as a file.
async fn dispatch(
    hub: Hub,
    member: AccountMember,
    Path((id, dispatch)): Path<(String, String)>,
) -> PageResult {
    let id = OrderId::parse(&id).map_err(|_| PageError::NotFound)?;
    let (event, connection) = dispatch_ids(&dispatch)?;
    sees(&hub, &member, &id).await?;
    let account = member.at.id.clone();
    let name = format!("event-{event}");
    let body = hub
        .read::<_, db::Error, _>("office.order.dispatch", move |tx| {
            store::body(tx, &account, &id, &event, &connection)
        })
        .await?;
    Ok(attachment(&name, body.ok_or(PageError::NotFound)?))
}

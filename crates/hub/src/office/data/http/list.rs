//! The list of orders.

use axum::extract::RawQuery;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use wire::id::LocationId;
use wire::order::OrderStatus;

use crate::accounts::store as accounts;
use crate::db;
use crate::db::page::Cursor;
use crate::http::caller::zone;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::locations::store as locations;
use crate::office::answer::{Mishap, Shown, page};
use crate::office::data::{OrderFilter, OrderLine, OrdersPage, filled, order_badge};
use crate::office::format;
use crate::office::frame::Place;
use crate::office::parts::Choice;
use crate::office::visitor::Member;
use crate::office::words::Language;
use crate::orders::browse::{self, Which};
use crate::users::permissions::Permissions;

/// Orders of one page of the list.
const PER_PAGE: u32 = 50;

/// Characters of a search at most.
const LONGEST_SEARCH: usize = 255;

/// The locations that a list is about: none for the whole account.
fn in_sight(member: &Member) -> Result<Option<Vec<LocationId>>, Mishap> {
    if let Some(location) = &member.at.location {
        member.needs(Permissions::VIEW)?;
        return Ok(Some(vec![location.clone()]));
    }
    if member.may(Permissions::VIEW, &member.at.id, None) {
        return Ok(None);
    }
    let seen: Vec<LocationId> = member
        .at
        .locations
        .iter()
        .map(|(id, _)| id)
        .filter(|id| member.may(Permissions::VIEW, &member.at.id, Some(id)))
        .cloned()
        .collect();
    if seen.is_empty() {
        member.needs(Permissions::VIEW)?;
    }
    Ok(Some(seen))
}

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    from: Option<Date>,
    to: Option<Date>,
    status: Option<OrderStatus>,
    search: Option<String>,
    cursor: Option<Cursor>,
}

impl Asked {
    /// What makes no sense is as if it had not been asked for.
    fn of(query: &Query) -> Self {
        let date = |name| query.get(name).and_then(|text| text.parse::<Date>().ok());
        let search = query.get("search").map(str::trim).unwrap_or_default();
        let search: String = search
            .chars()
            .filter(|char| !char.is_control())
            .take(LONGEST_SEARCH)
            .collect();
        Self {
            from: date("from"),
            to: date("to"),
            status: query.get("status").and_then(OrderStatus::parse),
            search: (!search.is_empty()).then_some(search),
            cursor: query.get("cursor").and_then(Cursor::parse),
        }
    }

    /// The address of a page of this list.
    fn path(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let dates = [("from", self.from), ("to", self.to)];
        for (name, date) in dates {
            if let Some(date) = date {
                query.append_pair(name, &date.to_string());
            }
        }
        if let Some(status) = self.status {
            query.append_pair("status", status.as_str());
        }
        if let Some(search) = &self.search {
            query.append_pair("search", search);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.token());
        }
        match query.finish().as_str() {
            "" => "/orders".to_owned(),
            query => format!("/orders?{query}"),
        }
    }

    fn filter(&self, language: Language) -> OrderFilter {
        let words = &language.words().orders;
        let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let any = Choice::new("", words.any_status, self.status.is_none());
        let statuses = OrderStatus::ALL.iter().map(|status| {
            let label = words.status_label(status.as_str());
            Choice::new(status.as_str(), label, self.status == Some(*status))
        });
        OrderFilter {
            from: text(self.from),
            to: text(self.to),
            statuses: std::iter::once(any).chain(statuses).collect(),
            search: self.search.clone().unwrap_or_default(),
        }
    }
}

/// When a day begins, wherever that is.
fn beginning(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

/// What a line of the list shows of the stored document.
#[derive(Deserialize)]
struct Glimpse {
    total: String,
    #[serde(default)]
    customer: Who,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Who {
    first_name: Option<String>,
    last_name: Option<String>,
    company_name: Option<String>,
}

impl Who {
    fn name(self) -> String {
        filled::full_name(
            self.first_name.as_deref(),
            self.last_name.as_deref(),
            self.company_name.as_deref(),
        )
    }
}

/// `GET /orders`.
pub(super) async fn list(hub: Hub, member: Member, query: RawQuery) -> Shown {
    let asked = Asked::of(&Query::parse(query.0.as_deref().unwrap_or_default()));
    let seen = in_sight(&member)?;
    let at = member.at.clone();
    let wanted = asked.clone();
    let (zone, found) = hub
        .read::<_, db::Error, _>("office.orders", move |tx| {
            let place = match &at.location {
                Some(location) => locations::find(tx, &at.id, location)?
                    .map(|stored| stored.location.timezone.name),
                None => accounts::find(tx, &at.id)?.map(|stored| stored.timezone),
            };
            let zone = zone(&place.unwrap_or_default());
            let after = wanted.from.and_then(|day| beginning(day, &zone));
            let before = wanted
                .to
                .and_then(|day| day.checked_add(1.day()).ok())
                .and_then(|day| beginning(day, &zone));
            let which = Which {
                locations: seen.clone(),
                status: wanted.status,
                name: wanted.search.clone(),
                after,
                before,
            };
            let from = wanted.cursor.clone().unwrap_or_else(browse::beginning);
            let found = browse::newest(tx, &at.id, &which, &from, PER_PAGE)?;
            Ok((zone, found))
        })
        .await?;
    let language = member.visit.language;
    let all_locations = member.at.location.is_none();
    let name_of = |id: &LocationId| {
        let known = member.at.locations.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
    };
    let mut orders = Vec::with_capacity(found.items.len());
    for line in found.items {
        let glimpse: Glimpse = serde_json::from_str(&line.document)
            .map_err(|error| db::Error::Broken(format!("order {}: {error}", line.id)))?;
        orders.push(OrderLine {
            created: format::date_time(language, &line.created_at.to_zoned(zone.clone())),
            location: all_locations.then(|| name_of(&line.location)),
            customer: glimpse.customer.name(),
            total: format::money(language, &glimpse.total),
            status: order_badge(language.words(), &line.status),
            origin: line.created_by,
            id: line.id.to_string(),
            reference: line.reference,
        });
    }
    let now = hub.clock().now().to_zoned(zone);
    let list = OrdersPage {
        frame: member.frame(Place::Orders),
        filter: asked.filter(language),
        zone: format::utc_offset(&now),
        all_locations,
        orders,
        older: found.next.map(|cursor| asked.path(Some(&cursor))),
        newest: asked.cursor.is_some().then(|| asked.path(None)),
    };
    Ok(page(&member.visit, &list))
}

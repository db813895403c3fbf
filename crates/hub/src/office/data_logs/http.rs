//! The logs of the data, from the journal to the browser.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use axum::routing::get;
use jiff::tz::TimeZone;
use wire::id::{AccountId, ConnectionId, LocationId};

use super::span::TimeSpan;
use super::{DataLogsPage, PATH};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::journal::browse::{self, RequestFilter, RequestPage, RequestSource};
use crate::journal::store::RESOURCES;
use crate::oauth::connections::{self, Connection};
use crate::office::connections::LogFilter;
use crate::office::connections::http::{METHODS, exchange};
use crate::office::dispatches::{MAX_PAGE_BODY_BYTES, Phrasing};
use crate::office::exchange::resource_label;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::orders::http::visible_locations;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageResult, page};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::SelectOption;

/// Lines per page.
const LINES_PER_PAGE: usize = 50;

/// Connections that have ended whose requests a location's logs still have.
const MAX_ENDED_CONNECTIONS: u32 = 50;

/// The route of the logs of the data.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new().placed(PATH, get(show))
}

/// What a reader asked to see. What is unknown is not looked for.
#[derive(Clone, Debug)]
struct DataLogQuery {
    resources: Vec<&'static str>,
    methods: Vec<&'static str>,
    span: TimeSpan,
    cursor: Option<Cursor>,
}

impl DataLogQuery {
    fn of(text: &str) -> Self {
        let query = Query::parse(text);
        let mut wanted = Self {
            resources: Vec::new(),
            methods: Vec::new(),
            span: TimeSpan::read(&query),
            cursor: query.get("cursor").and_then(Cursor::parse),
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let (known, list): (&[&str], _) = match name.as_ref() {
                "resource" => (&RESOURCES, &mut wanted.resources),
                "method" => (&METHODS, &mut wanted.methods),
                _ => continue,
            };
            let known = known.iter().find(|it| **it == value);
            list.extend(known.filter(|it| !list.contains(it)).copied());
        }
        wanted
    }

    /// The address of the page, from a cursor or from the newest.
    fn path(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for resource in &self.resources {
            query.append_pair("resource", resource);
        }
        for method in &self.methods {
            query.append_pair("method", method);
        }
        self.span.append_to(&mut query);
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.token());
        }
        match query.finish().as_str() {
            "" => PATH.to_owned(),
            query => format!("{PATH}?{query}"),
        }
    }

    /// Where the page begins: at its cursor, or when the wanted time has ended.
    fn before(&self, zone: &TimeZone) -> Cursor {
        let newest = Cursor::start().or_newest();
        let end = self.span.until(zone).map(|at| Cursor::of(at, ""));
        self.cursor.clone().or(end).unwrap_or(newest)
    }

    fn filter(&self, sources: Vec<RequestSource>, zone: &TimeZone) -> RequestFilter {
        RequestFilter {
            sources,
            resources: self.resources.clone(),
            methods: self.methods.clone(),
            since: self.span.since(zone),
        }
    }

    /// What the filter offers.
    fn form(&self) -> LogFilter {
        let resource = |it: &&'static str| {
            SelectOption::new(*it, resource_label(it), self.resources.contains(it))
        };
        let method = |it: &&'static str| SelectOption::new(*it, *it, self.methods.contains(it));
        LogFilter {
            resources: RESOURCES.iter().map(resource).collect(),
            methods: METHODS.iter().map(method).collect(),
        }
    }

    /// The section of the data to which the logs belong.
    fn entry(&self) -> Option<MenuEntry> {
        match self.resources.first().copied()? {
            "order" | "delivery" | "delivery_quote" => Some(MenuEntry::Orders),
            "customer" | "customer_list" | "loyalty_card" | "loyalty_operation" => {
                Some(MenuEntry::Customers)
            }
            "inventory" => Some(MenuEntry::Inventory),
            "catalog" | "category" | "image" | "option" | "option_list" | "product" | "sku" => {
                Some(MenuEntry::Catalogs)
            }
            _ => None,
        }
    }
}

/// Where requests are read from: in a whole account by what they are about, at some locations by the
/// connections that belong there, and by those of the account as far as they name a location.
fn sources(
    tx: &mut Tx<'_>,
    account: &AccountId,
    locations: Option<&[LocationId]>,
    resources: &[&'static str],
) -> db::Result<Vec<RequestSource>> {
    let Some(locations) = locations else {
        let wanted = RESOURCES
            .into_iter()
            .filter(|it| resources.is_empty() || resources.contains(it));
        return Ok(wanted.map(RequestSource::Resource).collect());
    };
    let (mut all, of_account): (Vec<Connection>, Vec<Connection>) =
        connections::of_account(tx, account)?
            .into_iter()
            .partition(|it| it.location.is_some());
    all.retain(|it| {
        it.location
            .as_ref()
            .is_some_and(|at| locations.contains(at))
    });
    for location in locations {
        let (start, most) = (Cursor::start(), MAX_ENDED_CONNECTIONS);
        let ended = connections::list_ended(tx, account, Some(location), &start, most)?;
        all.extend(ended.items);
    }
    let sources = all.into_iter().map(|it| RequestSource::Connection(it.id));
    let of_account = of_account
        .into_iter()
        .map(|it| RequestSource::AtLocations(it.id, locations.to_vec()));
    Ok(sources.chain(of_account).collect())
}

/// The names of the apps that made some requests.
fn origins(
    tx: &mut Tx<'_>,
    account: &AccountId,
    found: &RequestPage,
) -> db::Result<BTreeMap<ConnectionId, String>> {
    let mut names = BTreeMap::new();
    for request in &found.requests {
        let id = &request.connection;
        if !names.contains_key(id)
            && let Some(connection) = connections::find(tx, Some(account), id)?
        {
            names.insert(id.clone(), connection.client_name);
        }
    }
    Ok(names)
}

/// `GET /data/logs`
async fn show(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    let wanted = DataLogQuery::of(query.as_deref().unwrap_or_default());
    let visible = visible_locations(&member)?;
    let (at, resources) = (member.at.clone(), wanted.resources.clone());
    let (zone, sources) = hub
        .read::<_, db::Error, _>("office.data_logs", move |tx| {
            let zone = zone_of(tx, &at.id, at.location.as_ref())?;
            Ok((zone, sources(tx, &at.id, visible.as_deref(), &resources)?))
        })
        .await?;
    let (account, before) = (member.at.id.clone(), wanted.before(&zone));
    let filter = wanted.filter(sources, &zone);
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.data_logs.requests", move |tx| {
            browse::page(tx, &account, &filter, &before, LINES_PER_PAGE)
        })
        .await?;
    let (account, named) = (member.at.id.clone(), found.clone());
    let origins = hub
        .read::<_, db::Error, _>("office.data_logs.origins", move |tx| {
            origins(tx, &account, &named)
        })
        .await?;
    let phrasing = Phrasing {
        words: member.browser.language.translations(),
        zone: &zone,
        now: hub.clock().now(),
    };
    let mut room = MAX_PAGE_BODY_BYTES;
    let lines = found.requests.iter().map(|request| {
        let mut line = exchange(&phrasing, request, &mut room);
        let unnamed = || request.client.clone();
        let origin = origins.get(&request.connection);
        line.origin = Some(origin.cloned().unwrap_or_else(unnamed));
        line
    });
    let [from, to] = wanted.span.values();
    let shown = DataLogsPage {
        frame: member.office_frame(wanted.entry()),
        filter: wanted.form(),
        from,
        to,
        zone: format::utc_offset(&phrasing.at(phrasing.now)),
        lines: lines.collect(),
        older: found.next.map(|next| wanted.path(Some(&next))),
        newest: wanted.cursor.is_some().then(|| wanted.path(None)),
        kept_days: u64::from(hub.config().journal.retention_days),
    };
    Ok(page(&member.browser, &shown))
}

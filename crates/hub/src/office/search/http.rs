//! `GET /search?q=…`

use axum::extract::RawQuery;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::find::{self, Hits, MatchKind, OrderHit};
use super::refused::{RefusedOrder, find_refused};
use super::store;
use super::{HitGroup, SearchHit, SearchPage};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::journal::store::{self as journal, RequestSummary};
use crate::office::exchange::{refusal_text, resource_label};
use crate::office::format;
use crate::office::orders::http::visible_locations;
use crate::office::orders::order_view::full_name;
use crate::office::response::{PageResult, page, to};
use crate::office::translations::{Translations, isolated};
use crate::office::visitor::{AccountMember, zone_of};
use crate::secret::shown_address;

/// What was found, in the hub's database and in the journal.
struct Found {
    hits: Hits,
    request: Option<RequestSummary>,
    refused: Vec<RefusedOrder>,
    zone: TimeZone,
}

impl Found {
    fn is_whole(&self) -> bool {
        !self.hits.has_more
    }
}

/// `GET /search`: opens the only hit, or shows all of them.
pub(crate) async fn search(
    hub: Hub,
    member: AccountMember,
    RawQuery(query): RawQuery,
) -> PageResult {
    // Whoever sees nothing anywhere has nothing to look for.
    visible_locations(&member)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let text = find::clean(query.get("q").unwrap_or_default());
    let groups = match text.is_empty() {
        true => Vec::new(),
        false => {
            let found = look(&hub, &member, &text).await?;
            let groups = SearchPhrasing::new(&member, &found).groups(&found, &text);
            if let [HitGroup { hits, .. }] = &groups[..]
                && let [only] = &hits[..]
                && found.is_whole()
            {
                return Ok(to(&only.href));
            }
            groups
        }
    };
    let shown = SearchPage {
        frame: member.office_frame(None),
        text,
        groups,
        is_narrowed: member.at.location.is_some() && member.at.locations.len() > 1,
    };
    Ok(page(&member.browser, &shown))
}

async fn look(hub: &Hub, member: &AccountMember, text: &str) -> db::Result<Found> {
    let (account, wanted) = (member.at.id.clone(), text.to_owned());
    let request = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.search.request", move |tx| {
            journal::find_summary(tx, &account, &wanted)
        })
        .await;
    // What the hub's database has can be found without the journal.
    let request = request
        .inspect_err(|error| tracing::warn!(%error, "searching the journal failed"))
        .unwrap_or_default();
    let refused = refused_with_ref(hub, member, text).await?;
    let (reader, wanted) = (member.clone(), text.to_owned());
    hub.read("office.search", move |tx: &mut Tx<'_>| {
        let zone = zone_of(tx, &reader.at.id, reader.at.location.as_ref())?;
        let hits = find::find(tx, &reader, &wanted)?;
        let request = match &request {
            Some(it) => {
                let connection = find::find_connection(tx, &reader, it.connection.as_str())?;
                let mut request = it.clone();
                // Whoever asked for what is not there has asked for no order.
                if let Some(order) = &request.order
                    && store::order(tx, &reader.at.id, order)?.is_none()
                {
                    request.order = None;
                }
                connection.and(Some(request))
            }
            None => None,
        };
        Ok(Found {
            hits,
            request,
            refused: refused.clone(),
            zone,
        })
    })
    .await
}

/// Orders that were refused and were to have this ref, or one that begins so.
async fn refused_with_ref(
    hub: &Hub,
    member: &AccountMember,
    text: &str,
) -> db::Result<Vec<RefusedOrder>> {
    let wanted = text.to_lowercase();
    if wanted.chars().count() < find::MIN_CHARS {
        return Ok(Vec::new());
    }
    let now = hub.clock().now();
    let days = i64::from(hub.config().journal.retention_days);
    let since = now - SignedDuration::from_hours(24 * days);
    let until = now + SignedDuration::from_mins(1);
    let is_wanted = |reference: &str| reference.to_lowercase().starts_with(&wanted);
    find_refused(hub, member, (since, until), is_wanted, find::is_visible).await
}

/// Writes what was found in the language of the reader.
struct SearchPhrasing<'a> {
    words: &'static Translations,
    member: &'a AccountMember,
    zone: &'a TimeZone,
}

impl<'a> SearchPhrasing<'a> {
    fn new(member: &'a AccountMember, found: &'a Found) -> Self {
        Self {
            words: member.browser.language.translations(),
            member,
            zone: &found.zone,
        }
    }

    fn at(&self, time: Timestamp) -> String {
        format::date_time(self.words.language, &time.to_zoned(self.zone.clone()))
    }

    fn groups(&self, found: &Found, text: &str) -> Vec<HitGroup> {
        let w = &self.words.search;
        let hits = &found.hits;
        let orders = hits
            .orders
            .iter()
            .map(|hit| self.order(hit, text))
            .collect();
        let connection = hits.connection.as_ref().map(|it| SearchHit {
            title: it.client_name.clone(),
            href: format!("/connections/{}/logs", it.id),
            matches: (w.id, it.id.to_string()),
            details: it
                .location_name
                .as_deref()
                .map_or_else(String::new, |name| isolated(name).into_owned()),
        });
        let group = |id, title, hits: Vec<SearchHit>| HitGroup {
            id,
            title,
            hits,
            more: None,
        };
        let mut of_orders = group("orders", self.words.orders.title, orders);
        of_orders.more = hits.has_more.then_some(w.more);
        let event = self.event(hits);
        let request = found.request.as_ref().map(|it| self.request(it));
        let groups = [
            of_orders,
            group(
                "connections",
                self.words.connections.title,
                Vec::from_iter(connection),
            ),
            group("refused", w.refused, self.refused(found)),
            group("events", w.events, Vec::from_iter(event)),
            group("requests", w.requests, Vec::from_iter(request)),
        ];
        groups
            .into_iter()
            .filter(|group| !group.hits.is_empty())
            .collect()
    }

    fn order(&self, hit: &OrderHit, text: &str) -> SearchHit {
        let w = &self.words.search;
        let (order, customer) = (&hit.order, &hit.order.customer);
        let name = full_name(
            customer.first_name.as_deref(),
            customer.last_name.as_deref(),
            customer.company_name.as_deref(),
        );
        let written = |text: &Option<String>| text.clone().unwrap_or_default();
        let matches = match hit.kind {
            MatchKind::Id => (w.id, order.id.to_string()),
            MatchKind::Ref => (w.reference, written(&order.reference)),
            MatchKind::Code => (w.collection_code, written(&order.collection_code)),
            MatchKind::Phone => (w.phone, written(&customer.phone)),
            MatchKind::Email => (w.email, written(&customer.email)),
            MatchKind::Name => (w.name, name.clone()),
            MatchKind::PrivateRef => (w.private_ref, text.to_owned()),
        };
        let locations = &self.member.at.locations;
        let location = locations.iter().find(|(id, _)| *id == hit.location);
        let location = location.filter(|_| self.member.at.location.is_none());
        let status = self.words.orders.status_label(order.status.as_str());
        let total = format::money(self.words.language, &order.total.to_string());
        let details = [
            Some(self.at(order.created_at.at())),
            location.map(|(_, name)| isolated(name).into_owned()),
            Some(isolated(&name).into_owned()).filter(|_| !name.is_empty()),
            Some(total),
            Some(status.to_owned()),
        ];
        let details: Vec<String> = details.into_iter().flatten().collect();
        let reference = order.reference.clone().filter(|it| !it.trim().is_empty());
        SearchHit {
            title: reference.unwrap_or_else(|| order.id.to_string()),
            href: format!("/orders/{}", order.id),
            matches,
            details: details.join(" · "),
        }
    }

    fn event(&self, hits: &Hits) -> Option<SearchHit> {
        let (event, connection) = hits.event.as_ref()?;
        let href = match (&event.order, connection) {
            (Some(order), _) => format!("/orders/{order}#journey"),
            (None, Some(connection)) => {
                logs_from(connection.as_str(), event.created_at, event.id.as_str())
            }
            (None, None) => return None,
        };
        Some(SearchHit {
            title: format!("{}.{}", event.resource, event.kind),
            href,
            matches: (self.words.search.id, event.id.to_string()),
            details: self.at(event.created_at),
        })
    }

    fn refused(&self, found: &Found) -> Vec<SearchHit> {
        let refused = found.refused.iter();
        let hits = refused.map(
            |RefusedOrder {
                 request,
                 reference,
                 app,
             }| {
                let cause = refusal_text(self.words, request.status, &request.response);
                let details = [
                    self.at(request.at),
                    isolated(app).into_owned(),
                    cause.unwrap_or_default(),
                ];
                SearchHit {
                    title: reference.clone(),
                    href: logs_from(request.connection.as_str(), request.at, &request.id),
                    matches: (self.words.search.reference, reference.clone()),
                    details: details.join(" · "),
                }
            },
        );
        hits.collect()
    }

    fn request(&self, request: &RequestSummary) -> SearchHit {
        let href = match &request.order {
            Some(order) => format!("/orders/{order}#r-{}", request.id),
            None => logs_from(request.connection.as_str(), request.at, &request.id),
        };
        let resource = resource_label(&request.resource);
        let url = shown_address(&request.url);
        SearchHit {
            title: format!("{} {url}", request.method),
            href,
            matches: (self.words.search.id, request.id.clone()),
            details: format!("{} · {resource} · {}", self.at(request.at), request.status),
        }
    }
}

/// The logs of a connection from a line on, which is opened.
fn logs_from(connection: &str, at: Timestamp, line: &str) -> String {
    let cursor = Cursor {
        key: wire::time::stored(at),
        // Just behind the line in a list that begins with the newest.
        id: format!("{line}{}", char::MAX),
    };
    format!(
        "/connections/{connection}/logs?cursor={}#{line}",
        cursor.token()
    )
}

//! What a connection did: its requests, and how many a day.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};

use super::super::{ActivityPage, DayCount, LogFilter, LogsPage, Token};
use super::{managed, seen};
use crate::db;
use crate::db::page::Cursor;
use crate::hub::Hub;
use crate::journal::store::{self as journal, RESOURCES, Request};
use crate::oauth::connections::Connection;
use crate::office::answer::{Mishap, Shown, attachment, page};
use crate::office::exchange::{Body, Exchange};
use crate::office::format;
use crate::office::frame::Place;
use crate::office::parts::{Badge, Choice, Fact, Tone};
use crate::office::posted::Posted;
use crate::office::visitor::{Member, zone_of};
use crate::office::words::Language;
use crate::users::permissions::Permissions;

/// Requests per page.
const PER_PAGE: usize = 50;

/// Days of the activity.
const DAYS: i64 = 30;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// After every row: digits come before it.
const NEWEST: (&str, &str) = ("~", "~");

/// `GET /connections/{id}/logs`
pub(crate) async fn logs(
    hub: Hub,
    member: Member,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Shown {
    let (connection, _) = seen(&hub, &member, &id).await?;
    let query = query.unwrap_or_default();
    Ok(shown(&hub, &member, &connection, &query, None).await?)
}

/// `POST /connections/{id}/logs` with `token=show`: the same page, with the access token.
pub(crate) async fn show_token(
    hub: Hub,
    member: Member,
    Path(id): Path<String>,
    posted: Posted,
) -> Shown {
    let (connection, _) = managed(&hub, &member, &id).await?;
    let token =
        (posted.get("token") == "show").then(|| hub.key().access_token(connection.id.as_str()));
    Ok(shown(&hub, &member, &connection, "", token).await?)
}

/// What a reader asked to see of the logs. What is unknown is not looked for.
struct Asked {
    methods: Vec<&'static str>,
    resources: Vec<&'static str>,
    before: Option<Cursor>,
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Self {
            methods: Vec::new(),
            resources: Vec::new(),
            before: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "method" => asked
                    .methods
                    .extend(METHODS.iter().find(|it| **it == value)),
                "resource" => asked
                    .resources
                    .extend(RESOURCES.iter().find(|it| **it == value)),
                "cursor" => asked.before = Cursor::parse(&value),
                _ => {}
            }
        }
        asked
    }

    /// The page's query, with a cursor or from the newest.
    fn query(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for method in &self.methods {
            query.append_pair("method", method);
        }
        for resource in &self.resources {
            query.append_pair("resource", resource);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.token());
        }
        query.finish()
    }
}

async fn shown(
    hub: &Hub,
    member: &Member,
    connection: &Connection,
    query: &str,
    token: Option<String>,
) -> crate::db::Result<Response> {
    let asked = Asked::of(query);
    let account = member.at.id.clone();
    let place = connection.location.clone();
    let zone = hub
        .read("office.zone", move |tx| {
            zone_of(tx, &account, place.as_ref())
        })
        .await?;
    let mut requests = look(hub, member, connection, &asked).await?;
    let path = format!("/connections/{}/logs", connection.id);
    let has_more = requests.len() > PER_PAGE;
    requests.truncate(PER_PAGE);
    let older = requests.last().filter(|_| has_more).map(|last| {
        let cursor = Cursor {
            key: wire::time::stored(last.at),
            id: last.id.clone(),
        };
        format!("{path}?{}", asked.query(Some(&cursor)))
    });
    let words = member.visit.language.words();
    let named = |label: &str, name: Option<&String>, id: Option<&str>| {
        let value = format!("{} - {}", name.map_or("", String::as_str), id?);
        Some(Fact::new(label, value))
    };
    let list = connection.customer_list.as_ref().map(|id| id.as_str());
    let catalog = connection.catalog.as_ref().map(|id| id.as_str());
    let facts = [
        named(
            words.connections.list,
            connection.customer_list_name.as_ref(),
            list,
        ),
        named(
            words.connections.catalog,
            connection.catalog_name.as_ref(),
            catalog,
        ),
    ];
    let now = hub.clock().now().to_zoned(zone.clone());
    let mut frame = member.frame(Place::Connections);
    frame.path.clone_from(&path);
    let logs = LogsPage {
        frame,
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        token: Token {
            shown: token,
            may_show: member.may_at(Permissions::CONNECTIONS, connection.location.as_ref()),
        },
        scope: connection.scope.to_string(),
        facts: facts.into_iter().flatten().collect(),
        filter: LogFilter {
            resources: RESOURCES
                .iter()
                .map(|it| Choice::new(*it, label(it), asked.resources.contains(it)))
                .collect(),
            methods: METHODS
                .iter()
                .map(|it| Choice::new(*it, *it, asked.methods.contains(it)))
                .collect(),
        },
        zone: format::utc_offset(&now),
        lines: requests
            .iter()
            .map(|request| line(words.language, request, &zone))
            .collect(),
        older,
        newest: asked
            .before
            .is_some()
            .then(|| format!("{path}?{}", asked.query(None))),
        kept_days: u64::from(hub.config().journal.retention_days),
    };
    Ok(page(&member.visit, &logs))
}

async fn look(
    hub: &Hub,
    member: &Member,
    connection: &Connection,
    asked: &Asked,
) -> crate::db::Result<Vec<Request>> {
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let (methods, resources) = (asked.methods.clone(), asked.resources.clone());
    let before = asked.before.clone();
    let most = u32::try_from(PER_PAGE + 1).unwrap_or(u32::MAX);
    hub.journal()
        .db()
        .read("office.logs", move |tx| {
            let before = before
                .as_ref()
                .map_or(NEWEST, |it| (it.key.as_str(), it.id.as_str()));
            journal::of_connection(tx, &account, &id, before, &methods, &resources, most)
        })
        .await
}

/// `Customer List` of `customer_list`: the API's words are the same in every language.
fn label(resource: &str) -> String {
    let words = resource.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join(" ")
}

fn line(language: Language, request: &Request, zone: &TimeZone) -> Exchange {
    let at: Zoned = request.at.to_zoned(zone.clone());
    let took = u64::try_from(request.duration).unwrap_or(0) / 1_000;
    let kept = |side: &str, text: &str| {
        let (connection, id) = (&request.connection, &request.id);
        (!text.is_empty()).then(|| format!("/connections/{connection}/requests/{id}/{side}"))
    };
    Exchange {
        id: request.id.clone(),
        time: format::date_time_seconds(language, &at),
        at: format::machine_time(&at),
        origin: None,
        resource: label(&request.resource),
        method: request.method.clone(),
        url: request.url.clone(),
        outcome: Badge::new(
            request.status.to_string(),
            Tone::of_http_status(request.status),
        ),
        took: format::duration(language, took),
        request: Body::of(&request.request, kept("request", &request.request)),
        response: Body::of(&request.response, kept("response", &request.response)),
    }
}

/// `GET /connections/{id}/requests/{request}/{request|response}`: one body as a JSON file.
pub(crate) async fn body(
    hub: Hub,
    member: Member,
    Path((id, request, side)): Path<(String, String, String)>,
) -> Shown {
    let (connection, _) = seen(&hub, &member, &id).await?;
    let (account, wanted) = (member.at.id.clone(), request.clone());
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.connections.body", move |tx| {
            journal::find(tx, &account, &wanted)
        })
        .await?
        .filter(|found| found.connection == connection.id)
        .ok_or(Mishap::NotFound)?;
    let text = match side.as_str() {
        "request" => found.request,
        "response" => found.response,
        _ => return Err(Mishap::NotFound),
    };
    Ok(attachment(&format!("{request}-{side}"), text))
}

/// `GET /connections/{id}/activity`
pub(crate) async fn activity(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    let (connection, _) = seen(&hub, &member, &id).await?;
    let today = hub.clock().now().to_zoned(TimeZone::UTC);
    let first = &today - SignedDuration::from_hours(24 * (DAYS - 1));
    let since = first
        .start_of_day()
        .map_or(first.timestamp(), |day| day.timestamp());
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let counts = hub
        .journal()
        .db()
        .read("office.activity", move |tx| {
            journal::by_day(tx, &account, &id, since)
        })
        .await?;
    let language = member.visit.language;
    let days = (0..DAYS).map(|back| {
        let day = &first + SignedDuration::from_hours(24 * back);
        let key = day.strftime("%Y-%m-%d").to_string();
        let found = counts.iter().find(|(day, _)| *day == key);
        DayCount {
            day: format::date(language, &day),
            count: found.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or(0)),
        }
    });
    let shown = ActivityPage {
        frame: member.frame(Place::Connections),
        app: connection.client_name.clone(),
        days: days.collect(),
    };
    Ok(page(&member.visit, &shown))
}

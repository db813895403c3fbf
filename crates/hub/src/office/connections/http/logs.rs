//! What an app and the hub said to each other: the app's requests, from the journal, and what the
//! hub had to tell it, from the events, in one list. Both are read from the same place downwards, so
//! that a page needs no more of either than it shows.

use std::cmp::Reverse;

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::response::Response;

use super::super::{LogFilter, LogsPage, Token, store};
use super::ended::end_text;
use super::lines::{self, EventBodies, FoundLine};
use super::{find_manageable, find_viewable};
use crate::audit::{self, AuditAction, AuditFields};
use crate::db;
use crate::db::page::Cursor;
use crate::events::store as events;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::journal::store::{self as journal, RESOURCES};
use crate::oauth::changes;
use crate::oauth::connections::Connection;
use crate::office::dispatches::{MAX_PAGE_BODY_BYTES, Phrasing};
use crate::office::exchange::resource_label;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::response::{PageResult, page};
use crate::office::translations::{Translations, isolated};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{LabelledValue, SelectOption, Severity};
use crate::users::permissions::Permissions;

/// Lines per page.
const PER_PAGE: usize = 50;

/// What the hub told the app, beside the resources that the app asked for.
const CALLBACKS: &str = "callback_log";

/// What the audit log calls the end of a connection.
const END: AuditAction = AuditAction::ConnectionEnd;

/// The methods of requests, as the filter offers them.
pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// After every row: digits come before it.
const NEWEST: (&str, &str) = ("~", "~");

/// `GET /connections/{id}/logs`
pub(crate) async fn logs(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let (connection, _) = find_viewable(&hub, &member, &id).await?;
    let query = query.unwrap_or_default();
    Ok(logs_page(&hub, &member, &connection, &query, None).await?)
}

/// `POST /connections/{id}/logs` with `token=show`: the same page, with the access token.
pub(crate) async fn show_token(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    let hub = call.hub();
    let (connection, _) = find_manageable(hub, &member, &id).await?;
    let mut token = None;
    if fields.get("token") == "show" {
        let (account, by) = (member.at.id.clone(), member.audit_actor());
        let at = connection.id.clone();
        call.write::<_, db::Error, _>("office.show_token", move |tx| {
            let (action, none) = (AuditAction::TokenShow, AuditFields::default());
            changes::record_use(tx, &by, &account, &at, action, &none)
        })
        .await?;
        token = Some(hub.key().access_token(connection.id.as_str()));
    }
    Ok(logs_page(hub, &member, &connection, "", token).await?)
}

/// What a reader asked to see of the logs. What is unknown is not looked for.
struct LogQuery {
    methods: Vec<&'static str>,
    resources: Vec<&'static str>,
    before: Option<Cursor>,
}

impl LogQuery {
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
                "resource" => asked.resources.extend(resources().find(|it| *it == value)),
                "cursor" => asked.before = Cursor::parse(&value),
                _ => {}
            }
        }
        asked
    }

    /// Whether the app's requests are wanted.
    fn requests(&self) -> bool {
        self.resources.is_empty() || self.resources.iter().any(|it| *it != CALLBACKS)
    }

    /// Whether what the app was told is wanted: a callback is a `POST`.
    fn callbacks(&self) -> bool {
        let of = |list: &[&str], it: &str| list.is_empty() || list.contains(&it);
        of(&self.resources, CALLBACKS) && of(&self.methods, "POST")
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

/// What lines can be about, sorted as the filter shows it.
fn resources() -> impl Iterator<Item = &'static str> {
    let (before, after) = RESOURCES.split_at(RESOURCES.partition_point(|it| *it < CALLBACKS));
    before.iter().chain(&[CALLBACKS]).chain(after).copied()
}

async fn logs_page(
    hub: &Hub,
    member: &AccountMember,
    connection: &Connection,
    query: &str,
    token: Option<String>,
) -> crate::db::Result<Response> {
    let asked = LogQuery::of(query);
    let account = member.at.id.clone();
    let of = connection.clone();
    let (zone, end) = hub
        .read::<_, db::Error, _>("office.zone", move |tx| {
            let zone = zone_of(tx, &account, of.location.as_ref())?;
            let end = match of.revoked_at {
                Some(_) => audit::last_of_subject(tx, &account, of.id.as_str(), END)?,
                None => None,
            };
            Ok((zone, end))
        })
        .await?;
    let (mut found, event_bodies) = look(hub, member, connection, &asked).await?;
    let path = format!("/connections/{}/logs", connection.id);
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let older = found
        .last()
        .filter(|_| has_more)
        .map(|last| format!("{path}?{}", asked.query(Some(&last.cursor()))));
    let words = member.browser.language.translations();
    let phrasing = Phrasing {
        words,
        zone: &zone,
        now: hub.clock().now(),
    };
    let mut frame = member.frame(MenuEntry::Connections);
    frame.path.clone_from(&path);
    if connection.revoked_at.is_some() {
        let text = end_text(words, &zone, connection, end.as_ref());
        frame.notices.push(Notice::new(Severity::Warn, text));
    }
    let logs = LogsPage {
        frame,
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        token: Token {
            shown: token,
            may_show: connection.revoked_at.is_none()
                && member.may_at(Permissions::CONNECTIONS, connection.location.as_ref()),
        },
        scope: connection.scope.to_string(),
        facts: bound_to(words, connection),
        filter: LogFilter {
            resources: resources()
                .map(|it| SelectOption::new(it, resource_label(it), asked.resources.contains(&it)))
                .collect(),
            methods: METHODS
                .iter()
                .map(|it| SelectOption::new(*it, *it, asked.methods.contains(it)))
                .collect(),
        },
        zone: format::utc_offset(&phrasing.at(phrasing.now)),
        lines: lines::log_lines(&phrasing, connection, found, &event_bodies),
        older,
        newest: asked
            .before
            .is_some()
            .then(|| format!("{path}?{}", asked.query(None))),
        kept_days: u64::from(hub.config().journal.retention_days),
        events_kept_days: u64::from(hub.config().events.retention_days),
    };
    Ok(page(&member.browser, &logs))
}

/// The customer list and the catalog that a connection is bound to, if it is.
fn bound_to(words: &Translations, connection: &Connection) -> Vec<LabelledValue> {
    let named = |label: &str, name: Option<&String>, id: Option<&str>| {
        let name = isolated(name.map_or("", String::as_str));
        let value = format!("{name} - {}", id?);
        Some(LabelledValue::new(label, value))
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
    facts.into_iter().flatten().collect()
}

/// The lines of a page, newest first, with one more when there are more; and what the events among
/// them said.
async fn look(
    hub: &Hub,
    member: &AccountMember,
    connection: &Connection,
    asked: &LogQuery,
) -> crate::db::Result<(Vec<FoundLine>, EventBodies)> {
    let most = u32::try_from(PER_PAGE + 1).unwrap_or(u32::MAX);
    let before = asked.before.as_ref();
    let before = before.map_or(NEWEST, |it| (it.key.as_str(), it.id.as_str()));
    let before = (before.0.to_owned(), before.1.to_owned());
    let mut found: Vec<FoundLine> = Vec::new();
    if asked.requests() {
        let (account, id) = (member.at.id.clone(), connection.id.clone());
        let (methods, resources) = (asked.methods.clone(), asked.resources.clone());
        let (at, row) = before.clone();
        let requests = hub
            .journal()
            .db()
            .read::<_, crate::db::Error, _>("office.logs", move |tx| {
                let before = (at.as_str(), row.as_str());
                journal::of_connection(tx, &account, &id, before, &methods, &resources, most)
            })
            .await?;
        found.extend(
            requests
                .into_iter()
                .map(|it| FoundLine::Request(Box::new(it))),
        );
    }
    let mut event_bodies = EventBodies::new();
    if asked.callbacks() {
        let (account, reader) = (member.at.id.clone(), connection.clone());
        let (deliveries, bodies) = hub
            .read::<_, crate::db::Error, _>("office.logs.callbacks", move |tx| {
                let before = (before.0.as_str(), before.1.as_str());
                let found = events::recent(tx, &account, &reader.id, before, most)?;
                let bodies =
                    store::bodies(tx, &account, &reader, before, most, MAX_PAGE_BODY_BYTES)?;
                Ok((found, bodies))
            })
            .await?;
        event_bodies = bodies;
        found.extend(
            deliveries
                .into_iter()
                .map(|it| FoundLine::Callback(Box::new(it))),
        );
    }
    found.sort_by_key(|line| Reverse(line.position()));
    Ok((found, event_bodies))
}

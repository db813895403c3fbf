//! `GET /connections/ended`, and the last of them below the cards.

use std::cmp::Reverse;

use axum::extract::RawQuery;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use wire::id::{AccountId, LocationId};

use super::super::{EndedConnection, EndedConnectionsPage};
use super::cards::heading;
use crate::audit::{self, AuditAction, AuditActorKind, AuditEntry};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::connections::{self, Connection};
use crate::office::audit::actor_name;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::orders::http::visible_locations;
use crate::office::response::{PageResult, page};
use crate::office::translations::Translations;
use crate::office::visitor::{AccountMember, zone_of};

/// Connections of one page.
const PER_PAGE: u32 = 50;

/// A connection that has ended, and what the audit log says of that.
pub(crate) type EndedRow = (Connection, Option<AuditEntry>);

/// Those of the places that somebody sees: none for the whole account.
pub(super) fn find(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    visible: Option<&[LocationId]>,
    after: &Cursor,
    count: u32,
) -> db::Result<Page<EndedRow>> {
    let account = &member.at.id;
    let mut rows = Vec::new();
    let mut add = |found: Page<Connection>| {
        let more = found.next;
        rows.extend(found.items);
        more.is_some()
    };
    let mut has_more = false;
    match visible {
        None => has_more |= add(connections::list_ended(tx, account, None, after, count)?),
        Some(locations) => {
            for location in locations {
                let at = Some(location);
                has_more |= add(connections::list_ended(tx, account, at, after, count)?);
            }
        }
    }
    let place = |it: &Connection| (it.revoked_at, it.id.clone());
    rows.sort_by_key(|it| Reverse(place(it)));
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    has_more |= rows.len() > most;
    rows.truncate(most);
    let last = rows.last().and_then(|it| Some((it.revoked_at?, &it.id)));
    let next = last.map(|(at, id)| Cursor::of(at, id)).filter(|_| has_more);
    let items = with_entries(tx, account, rows)?;
    Ok(Page { items, next })
}

/// The connections of a location that ended last.
pub(crate) fn list_ended_at(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    most: usize,
) -> db::Result<Vec<EndedRow>> {
    let count = u32::try_from(most).unwrap_or(u32::MAX);
    let ended = connections::list_ended(tx, account, Some(location), &Cursor::start(), count)?;
    with_entries(tx, account, ended.items)
}

fn with_entries(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connections: Vec<Connection>,
) -> db::Result<Vec<EndedRow>> {
    let mut rows = Vec::new();
    for connection in connections {
        let (id, action) = (connection.id.as_str(), AuditAction::ConnectionEnd);
        let entry = audit::last_of_subject(tx, account, id, action)?;
        rows.push((connection, entry));
    }
    Ok(rows)
}

/// When a connection ended, by whom, and from where.
pub(crate) fn end_text(
    words: &Translations,
    zone: &TimeZone,
    connection: &Connection,
    entry: Option<&AuditEntry>,
) -> String {
    let ended_at = connection.revoked_at.unwrap_or(connection.created_at);
    let at = format::date_time(words.language, &ended_at.to_zoned(zone.clone()));
    let w = &words.connections;
    let Some(entry) = entry else {
        return w.ended(&at);
    };
    match entry.actor_kind {
        AuditActorKind::User => w.ended_by_user(&at, &actor_name(words, entry)),
        AuditActorKind::App => w.ended_by_app(&at),
        AuditActorKind::Command => w.ended_by_command(&at),
    }
}

/// Connections that have ended as a page shows them.
pub(super) fn lines(
    hub: &Hub,
    member: &AccountMember,
    zone: &TimeZone,
    rows: &[EndedRow],
) -> Vec<EndedConnection> {
    let words = member.browser.language.translations();
    let (journal, events) = (&hub.config().journal, &hub.config().events);
    let days = i64::from(journal.retention_days.max(events.retention_days));
    let oldest = hub.clock().now() - SignedDuration::from_hours(24 * days);
    let lines = rows.iter().map(|(connection, entry)| EndedConnection {
        id: connection.id.to_string(),
        app: connection.client_name.clone(),
        entity: heading(words, member, connection),
        about: end_text(words, zone, connection, entry.as_ref()),
        has_logs: connection.revoked_at.is_some_and(|at| at > oldest),
    });
    lines.collect()
}

/// `GET /connections/ended`
pub(crate) async fn ended(
    hub: Hub,
    member: AccountMember,
    RawQuery(query): RawQuery,
) -> PageResult {
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let cursor = query.get("cursor").and_then(Cursor::parse);
    let visible = visible_locations(&member)?;
    let (who, after) = (member.clone(), cursor.clone().unwrap_or_default());
    let (found, zone) = hub
        .read::<_, db::Error, _>("office.ended_connections", move |tx| {
            let zone = zone_of(tx, &who.at.id, who.at.location.as_ref())?;
            Ok((find(tx, &who, visible.as_deref(), &after, PER_PAGE)?, zone))
        })
        .await?;
    let shown = EndedConnectionsPage {
        frame: member.frame(MenuEntry::Connections),
        connections: lines(&hub, &member, &zone, &found.items),
        older: found
            .next
            .map(|it| format!("/connections/ended?cursor={}", it.token())),
        newest: cursor.map(|_| "/connections/ended".to_owned()),
    };
    Ok(page(&member.browser, &shown))
}

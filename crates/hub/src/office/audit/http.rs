//! `GET /settings/audit`, with the data. It is for those who hold *Manage Entity* at the chosen place: with a
//! location chosen, it shows what was done there.

use axum::extract::RawQuery;
use axum::routing::get;
use wire::id::LocationId;

use super::{AuditFilterForm, AuditPage, AuditView, actor_name};
use crate::audit::{self, AuditActorKind, AuditEntry, AuditFilter, COMMAND_ACTOR_ID};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::connections;
use crate::office::days::DayFilter;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageResult, page};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::SelectOption;
use crate::users::permissions::Permissions;
use crate::users::store as users;

/// Where the page is.
const PATH: &str = "/settings/audit";

/// Entries of one page.
const PER_PAGE: u32 = 50;

/// Characters of what is looked for at most.
const MAX_OBJECT_CHARS: usize = 254;

/// The route of the page.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new().placed(PATH, get(show))
}

/// Where an object's entries are shown.
pub(crate) fn object_path(id: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("object", id)
        .finish();
    format!("{PATH}?{query}")
}

/// What the log is asked for.
#[derive(Clone, Debug, Default)]
struct AuditQuery {
    days: DayFilter,
    actor: Option<String>,
    object: Option<String>,
    cursor: Option<Cursor>,
}

impl AuditQuery {
    /// What makes no sense is as if it had not been asked for.
    fn of(query: &Query) -> Self {
        let text = |name: &str| {
            let text = query.get(name)?.trim();
            let plain = text.chars().filter(|char| !char.is_control());
            let plain: String = plain.take(MAX_OBJECT_CHARS).collect();
            (!plain.is_empty()).then_some(plain)
        };
        Self {
            days: DayFilter::read(query),
            actor: text("who"),
            object: text("object"),
            cursor: query.get("cursor").and_then(Cursor::parse),
        }
    }

    /// The address of a page of this log.
    fn path(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.days.append_to(&mut query);
        for (name, text) in [("who", &self.actor), ("object", &self.object)] {
            if let Some(text) = text {
                query.append_pair(name, text);
            }
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.token());
        }
        match query.finish().as_str() {
            "" => PATH.to_owned(),
            query => format!("{PATH}?{query}"),
        }
    }
}

/// What the page is made of.
struct FoundEntries {
    page: Page<AuditEntry>,
    /// Those who can have done something, by id and name.
    actors: Vec<(String, String)>,
    zone: jiff::tz::TimeZone,
}

fn find(tx: &mut Tx<'_>, member: &AccountMember, asked: &AuditQuery) -> db::Result<FoundEntries> {
    let (account, location) = (&member.at.id, member.at.location.as_ref());
    let zone = zone_of(tx, account, location)?;
    let since = asked.days.since(&zone);
    let until = asked.days.until(&zone);
    let filter = AuditFilter {
        location: location.cloned(),
        actor: asked.actor.clone(),
        subject: asked.object.clone(),
        since,
    };
    // Before the first entry of the day after the last one that is wanted.
    let newest = until.map(|until| Cursor::of(until, "0"));
    let after = asked.cursor.clone().or(newest).unwrap_or_default();
    let page = audit::page(tx, Some(account), &filter, &after, PER_PAGE)?;
    let mut actors: Vec<(String, String)> = Vec::new();
    // Whoever manages one location need not know who else there is.
    let is_shown = |at: &Option<LocationId>| location.is_none() || at.as_ref() == location;
    let people = users::of_account(tx, account)?.into_iter();
    let people = people.filter(|held| is_shown(&held.location));
    let people = people.map(|held| (held.user.to_string(), held.user_name));
    let apps = connections::of_account(tx, account)?.into_iter();
    let apps = apps.filter(|it| is_shown(&it.location));
    let apps = apps.map(|it| (it.client.to_string(), it.client_name));
    for actor in people.chain(apps) {
        if !actors.iter().any(|(id, _)| *id == actor.0) {
            actors.push(actor);
        }
    }
    Ok(FoundEntries { page, actors, zone })
}

/// `GET /settings/audit`
async fn show(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    member.needs(Permissions::ENTITY)?;
    let asked = AuditQuery::of(&Query::parse(query.as_deref().unwrap_or_default()));
    let (who, wanted) = (member.clone(), asked.clone());
    let found = hub
        .read::<_, db::Error, _>("office.audit", move |tx| find(tx, &who, &wanted))
        .await?;
    let words = member.browser.language.translations();
    let here = member.at.location.is_none();
    let view = AuditView {
        words,
        zone: &found.zone,
        locations: &member.at.locations,
        path: Some(PATH),
    };
    let mut lines: Vec<_> = found.page.items.iter().map(|it| view.line(it)).collect();
    if !here {
        // All of them are of the chosen location.
        lines.iter_mut().for_each(|line| line.location = None);
    }
    let now = hub.clock().now().to_zoned(found.zone.clone());
    let shown = AuditPage {
        filter: filter_form(&member, &asked, &found),
        frame: member.frame(MenuEntry::Audit),
        zone: format::utc_offset(&now),
        lines,
        kept_days: u64::from(hub.config().audit.retention_days),
        older: found.page.next.map(|next| asked.path(Some(&next))),
        newest: asked.cursor.is_some().then(|| asked.path(None)),
    };
    Ok(page(&member.browser, &shown))
}

fn filter_form(
    member: &AccountMember,
    asked: &AuditQuery,
    found: &FoundEntries,
) -> AuditFilterForm {
    let words = member.browser.language.translations();
    let w = &words.audit;
    let wanted = asked.actor.as_deref().unwrap_or_default();
    let mut actors = vec![
        SelectOption::new("", w.anybody, wanted.is_empty()),
        SelectOption::new(COMMAND_ACTOR_ID, w.command, wanted == COMMAND_ACTOR_ID),
    ];
    let known = found.actors.iter();
    actors.extend(known.map(|(id, name)| SelectOption::new(id, name, id == wanted)));
    if !actors.iter().any(|choice| choice.chosen) {
        // Somebody who is gone: the entries have the name.
        let named = found.page.items.iter();
        let named = named
            .filter(|entry| entry.actor_kind != AuditActorKind::Command)
            .find(|entry| entry.actor_id == wanted);
        let name = named.map_or_else(|| wanted.to_owned(), |entry| actor_name(words, entry));
        actors.push(SelectOption::new(wanted, name, true));
    }
    let [from, to] = asked.days.values();
    AuditFilterForm {
        from,
        to,
        actors,
        object: asked.object.clone().unwrap_or_default(),
    }
}

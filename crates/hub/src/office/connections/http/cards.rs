//! `GET /connections`: the cards.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId};

use super::super::store::{self, PassiveConnection};
use super::super::{ConnectionCard, ConnectionsPage, Group};
use super::{ended, with_instance};
use crate::audit::{self, AuditAction, AuditEntry};
use crate::db;
use crate::db::page::Cursor;
use crate::dispatch::receiver_state::{self, ReceiverState};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::clients::{self, Client};
use crate::oauth::connections::{self, Connection};
use crate::office::alarms::{heard_of, is_silent};
use crate::office::audit::actor_name;
use crate::office::audit::http::object_path;
use crate::office::format;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::orders::http::visible_locations;
use crate::office::response::{PageResult, page};
use crate::office::translations::{Translations, isolated};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{AppFace, Badge, Severity};
use crate::presence::{self, StoredPresence};
use crate::users::permissions::Permissions;

/// Connections of which the cards say how sending goes: each takes two short looks.
const MAX_STATES: usize = 200;

/// Ended connections below the cards.
const MAX_SHOWN_ENDED: u32 = 5;

/// The connections of the chosen place; with all locations, all that the reader may view.
pub(crate) async fn list(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    member.needs_somewhere(Permissions::VIEW)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let (account, chosen) = (member.at.id.clone(), query.clone());
    let (who, visible) = (member.clone(), visible_locations(&member)?);
    let look = move |tx: &mut db::Tx<'_>| {
        let all = connections::of_account(tx, &account)?;
        let clients = clients_of(tx, &all)?;
        let mut changed = None;
        for name in ["blocked", "unblocked", "disconnected", "repeats", "sending"] {
            if let Some(id) = chosen.get(name).and_then(|id| ConnectionId::parse(id).ok()) {
                let found = connections::find(tx, Some(&account), &id)?;
                changed = found.map(|it| (name, it));
            }
        }
        let zone = zone_of(tx, &account, None)?;
        let known = presence::of_account(tx, &account)?;
        let passive = store::list_passive(tx, &account)?;
        let states = receiver_states(tx, &account, &all)?;
        let authors = authors(tx, &account, &all)?;
        let after = Cursor::start();
        let ended = ended::find(tx, &who, visible.as_deref(), &after, MAX_SHOWN_ENDED)?;
        let stored = (all, clients, changed, zone, authors, ended.items);
        Ok::<_, db::Error>((stored, known, passive, states))
    };
    let (stored, known, passive, states) = hub.read("office.connections", look).await?;
    let (all, clients, changed, zone, authors, ended) = stored;

    let words = member.browser.language.translations();
    let presence = PresenceView::new(&hub, words, &zone, known, passive);
    let mut groups: Vec<Group> = Vec::new();
    for connection in &all {
        let location = connection.location.as_ref();
        let elsewhere = member.at.location.is_some() && member.at.location.as_ref() != location;
        if elsewhere || !member.may_at(Permissions::VIEW, location) {
            continue;
        }
        let heading = heading(words, &member, connection);
        let client = clients.get(&connection.client);
        let by = authors.get(&connection.id);
        let since = since_text(words, &zone, connection, by);
        let mut card = card(words, &member, connection, client, since);
        card.lines.extend(block_text(words, &zone, connection, by));
        presence.add(&mut card, &connection.id);
        let state = states.get(&connection.id).copied();
        card.lines.extend(state_line(words, &zone, state));
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.cards.push(card),
            _ => groups.push(Group {
                heading,
                cards: vec![card],
            }),
        }
    }

    let mut frame = member.frame(MenuEntry::Connections);
    "/connections".clone_into(&mut frame.path);
    if let Some((what, connection)) = changed
        && member.may_at(Permissions::VIEW, connection.location.as_ref())
    {
        let text = change_text(words, what, &connection.client_name);
        frame.notices.push(Notice::new(Severity::Good, text));
    }
    let shown = ConnectionsPage {
        frame,
        groups,
        ended: ended::lines(&hub, &member, &zone, &ended),
    };
    Ok(page(&member.browser, &shown))
}

/// Who has made a connection, and who has blocked it.
#[derive(Default)]
struct ConnectionAuthors {
    made: Option<AuditEntry>,
    blocked: Option<AuditEntry>,
}

/// Who has made each connection, and blocked it, as far as the audit log says.
fn authors(
    tx: &mut db::Tx<'_>,
    account: &AccountId,
    connections: &[Connection],
) -> db::Result<BTreeMap<ConnectionId, ConnectionAuthors>> {
    let mut authors = BTreeMap::new();
    for connection in connections.iter().take(MAX_STATES) {
        let id = connection.id.as_str();
        let mut last = |action| audit::last_of_subject(tx, account, id, action);
        let made = last(AuditAction::ConnectionCreate)?;
        let blocked = match connection.blocked_at {
            Some(_) => last(AuditAction::ConnectionBlock)?,
            None => None,
        };
        authors.insert(connection.id.clone(), ConnectionAuthors { made, blocked });
    }
    Ok(authors)
}

/// Since when a connection is there, and who has made it.
fn since_text(
    words: &Translations,
    zone: &TimeZone,
    connection: &Connection,
    by: Option<&ConnectionAuthors>,
) -> String {
    let at = connection.created_at.to_zoned(zone.clone());
    let at = format::date(words.language, &at);
    match by.and_then(|by| by.made.as_ref()) {
        Some(entry) => words.connections.since_by(&at, &actor_name(words, entry)),
        None => words.connections.since(&at),
    }
}

/// Since when it is blocked, if it is, and by whom.
fn block_text(
    words: &Translations,
    zone: &TimeZone,
    connection: &Connection,
    by: Option<&ConnectionAuthors>,
) -> Option<String> {
    let at = connection.blocked_at?.to_zoned(zone.clone());
    let at = format::date_time(words.language, &at);
    Some(match by.and_then(|by| by.blocked.as_ref()) {
        Some(entry) => words.connections.blocked_by(&actor_name(words, entry), &at),
        None => words.connections.blocked_since(&at),
    })
}

/// The clients of these connections, those that are still registered.
fn clients_of(
    tx: &mut db::Tx<'_>,
    connections: &[Connection],
) -> db::Result<BTreeMap<ClientId, Client>> {
    let mut clients = BTreeMap::new();
    for connection in connections {
        if !clients.contains_key(&connection.client)
            && let Some(client) = clients::find(tx, &connection.client)?
        {
            clients.insert(connection.client.clone(), client);
        }
    }
    Ok(clients)
}

/// What was just done to the connection of an app.
fn change_text(words: &Translations, change: &str, app: &str) -> String {
    let words = &words.connections;
    match change {
        "blocked" => words.blocked_done(app),
        "unblocked" => words.unblocked_done(app),
        "repeats" => words.repeats_done(app),
        "sending" => words.sending_done(app),
        _ => words.disconnected(app),
    }
}

/// Shows when a connection was last heard of.
struct PresenceView<'a> {
    hub: &'a Hub,
    words: &'static Translations,
    zone: &'a TimeZone,
    known: Vec<StoredPresence>,
    passive: Vec<PassiveConnection>,
}

impl<'a> PresenceView<'a> {
    fn new(
        hub: &'a Hub,
        words: &'static Translations,
        zone: &'a TimeZone,
        known: Vec<StoredPresence>,
        passive: Vec<PassiveConnection>,
    ) -> Self {
        Self {
            hub,
            words,
            zone,
            known,
            passive,
        }
    }

    fn at(&self, time: Timestamp) -> String {
        format::date_time(self.words.language, &time.to_zoned(self.zone.clone()))
    }

    fn add(&self, card: &mut ConnectionCard, connection: &ConnectionId) {
        let now = self.hub.clock().now();
        let known = self.known.iter().find(|it| it.connection == *connection);
        let heard_here = self.hub.presence().last_heard(connection);
        // After how many minutes it is silent, if it fetches its events.
        let silent_minutes = self.passive.iter().find(|it| it.connection == *connection);
        let silent_minutes = silent_minutes.map(|it| it.silent_minutes);
        let w = &self.words.alarms;
        let heard = known.and_then(|it| it.heard_at).max(heard_here);
        if let Some(heard) = heard {
            card.lines.push(heard_of(self.words, heard, now));
        }
        let failing = known.and_then(|it| it.failing_since);
        let silent = heard
            .filter(|heard| silent_minutes.is_some_and(|minutes| is_silent(*heard, now, minutes)));
        let text = match (failing, silent) {
            (Some(since), _) if silent_minutes.is_none() => w.fails_since(&self.at(since)),
            (_, Some(since)) => w.silent_since(&self.at(since)),
            _ => return,
        };
        if card.badge.is_none() {
            card.badge = Some(Badge::new(text, Severity::Warn));
        }
    }
}

/// How sending to each app goes.
fn receiver_states(
    tx: &mut db::Tx<'_>,
    account: &AccountId,
    connections: &[Connection],
) -> db::Result<BTreeMap<ConnectionId, ReceiverState>> {
    let mut states = BTreeMap::new();
    for connection in connections.iter().take(MAX_STATES) {
        let state = receiver_state::find(tx, account, &connection.id)?;
        states.insert(connection.id.clone(), state);
    }
    Ok(states)
}

/// How sending to the app goes, if that is not as it should be.
fn state_line(
    words: &Translations,
    zone: &TimeZone,
    state: Option<ReceiverState>,
) -> Option<String> {
    let at = |time: Timestamp| format::time_of_day(&time.to_zoned(zone.clone()));
    match state? {
        ReceiverState::Normal => None,
        ReceiverState::Slowed { waiting, next_at } => {
            let waiting = u64::from(waiting);
            Some(words.resend.slowed(waiting, &at(next_at)))
        }
        ReceiverState::Paused { next_at } => Some(words.resend.paused(&at(next_at))),
    }
}

pub(super) fn heading(
    words: &Translations,
    member: &AccountMember,
    connection: &Connection,
) -> String {
    let words = &words.connections;
    match &connection.location {
        None => words.account_group(&member.at.name, member.at.id.as_str()),
        Some(location) => {
            let name = connection.location_name.as_deref().unwrap_or_default();
            words.location_group(name, location.as_str())
        }
    }
}

fn card(
    words: &Translations,
    member: &AccountMember,
    connection: &Connection,
    client: Option<&Client>,
    since: String,
) -> ConnectionCard {
    let words = &words.connections;
    let app = client.map(|client| &client.app);
    let mut lines = vec![since];
    let named = |name: &Option<String>, id: Option<&str>| {
        let (name, id) = (isolated(name.as_deref()?), id?);
        Some(format!("{name} - {id}"))
    };
    let list = connection
        .customer_list
        .as_ref()
        .map(CustomerListId::as_str);
    let catalog = connection.catalog.as_ref().map(CatalogId::as_str);
    lines.extend(named(&connection.customer_list_name, list).map(|it| words.card_list(&it)));
    lines.extend(named(&connection.catalog_name, catalog).map(|it| words.card_catalog(&it)));
    if !connection.device.is_empty() {
        lines.push(words.card_device(&connection.device));
    }
    if let Some(minutes) = connection.ref_window {
        lines.push(words.card_repeats(u64::from(minutes)));
    }
    if connection.fires_orders {
        lines.push(words.card_fires.to_owned());
    }
    if connection.retry_seconds.is_some() {
        lines.push(words.card_waits.to_owned());
    }
    let may_manage = member.may_at(Permissions::CONNECTIONS, connection.location.as_ref());
    let is_blocked = connection.blocked_at.is_some();
    ConnectionCard {
        id: connection.id.to_string(),
        app: AppFace::new(
            connection.client_name.as_str(),
            app.and_then(|app| app.logo_url.clone()),
        ),
        badge: is_blocked.then(|| Badge::new(words.blocked, Severity::Bad)),
        lines,
        open: app
            .and_then(|app| app.open_url.as_deref())
            .map(|url| with_instance(url, &connection.id)),
        reconnect: client
            .filter(|_| may_manage)
            .and_then(|client| reconnect(connection, client)),
        history: member
            .may_at(Permissions::ENTITY, member.at.location.as_ref())
            .then(|| object_path(connection.id.as_str())),
        blocked: is_blocked,
        may_manage,
    }
}

/// The authorisation page again, to choose another list or catalog.
fn reconnect(connection: &Connection, client: &Client) -> Option<String> {
    if connection.catalog.is_none() && connection.customer_list.is_none() {
        return None;
    }
    let url = client.app.connect_url.as_deref()?;
    let mut link = authorize(&connection.client, url, &connection.scope.to_string());
    if !connection.device.is_empty() {
        let device: String =
            form_urlencoded::byte_serialize(connection.device.as_bytes()).collect();
        link.push_str("&device_id=");
        link.push_str(&device);
    }
    Some(link)
}

/// The page where the reader lets an app in.
pub(super) fn authorize(client: &ClientId, connect_url: &str, scope: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.as_str())
        .append_pair("redirect_uri", connect_url)
        .append_pair("scope", scope)
        .finish();
    format!("/oauth2/v1/authorize?{query}")
}

//! The pages of alarms, from the database to the browser.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use wire::id::{AccountId, LocationId, OrderId};

use super::settings::AlarmForm;
use super::{AlarmLine, AlarmSettingsPage, AlarmsPage, TicketPage, phrasing, report, ticket};
use crate::alarms::settings::{self, AlarmSettings};
use crate::alarms::{self, AlarmKind, AlarmPosition, NamedAlarm, looks};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx};
use crate::http::call::FormCall;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::orders::http::visible_locations;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::harmless_name;
use crate::office::translations::Translations;
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{Badge, Severity};
use crate::orders::browse;
use crate::rate_limits::CountedMail;
use crate::users::permissions::Permissions;

/// Alarms of one page.
const PER_PAGE: u32 = 50;

/// The routes of the pages of alarms.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .placed("/alarms", get(list))
        .placed("/alarms/settings", get(show_settings).post(save_settings))
        .placed("/alarms/test", post(send_test))
        .placed("/orders/{id}/ticket", get(show_ticket))
}

/// The places whose alarms somebody sees: one for a whole account.
fn positions(account: &AccountId, visible: Option<&[LocationId]>) -> Vec<AlarmPosition> {
    let at = |location: Option<LocationId>| AlarmPosition {
        account: account.clone(),
        location,
    };
    match visible {
        None => vec![at(None)],
        Some(locations) => locations.iter().cloned().map(|it| at(Some(it))).collect(),
    }
}

/// How many alarms are open where somebody looks.
pub(crate) fn count_open(
    tx: &mut Tx<'_>,
    account: &AccountId,
    visible: Option<&[LocationId]>,
) -> db::Result<u64> {
    let positions = positions(account, visible);
    positions
        .iter()
        .try_fold(0, |count, at| Ok(count + alarms::count_open(tx, at)?))
}

fn newest_first(alarms: &mut [NamedAlarm]) {
    alarms.sort_by(|one, other| {
        let key = |it: &NamedAlarm| (it.alarm.began_at, it.alarm.id.clone());
        key(other).cmp(&key(one))
    });
}

/// `GET /alarms`: those that are open, and a page of those that have ended.
async fn list(hub: Hub, member: AccountMember, query: RawQuery) -> PageResult {
    let query = Query::parse(query.0.as_deref().unwrap_or_default());
    let cursor = query.get("cursor").and_then(Cursor::parse);
    let visible = visible_locations(&member)?;
    let (at, from) = (member.at.clone(), cursor.clone());
    let (open, past, zone) = hub
        .read::<_, db::Error, _>("office.alarms", move |tx| {
            let zone = zone_of(tx, &at.id, at.location.as_ref())?;
            let from = from.clone().unwrap_or_else(browse::newest_cursor);
            let (mut open, mut past) = (Vec::new(), Vec::new());
            for position in positions(&at.id, visible.as_deref()) {
                open.extend(alarms::list_open(tx, &position)?);
                past.extend(alarms::list_past(tx, &position, &from, PER_PAGE + 1)?);
            }
            newest_first(&mut open);
            newest_first(&mut past);
            let rows = past.into_iter().map(|it| (it.cursor(), it));
            Ok((open, Page::cut(rows.collect(), PER_PAGE), zone))
        })
        .await?;
    let view = AlarmView {
        hub: &hub,
        member: &member,
        zone,
    };
    let mut frame = member.frame(MenuEntry::Alarms);
    let w = &frame.words.alarms;
    let done = match query.get("done") {
        Some("saved") => Some(w.saved),
        Some("tried") => Some(w.tried),
        _ => None,
    };
    if let Some(text) = done {
        "/alarms".clone_into(&mut frame.path);
        frame.notices.push(Notice::new(Severity::Good, text));
    }
    let shown = AlarmsPage {
        frame,
        open: open.iter().map(|it| view.line(it)).collect(),
        past: past.items.iter().map(|it| view.line(it)).collect(),
        older: past.next.map(|it| format!("/alarms?cursor={}", it.token())),
        newest: cursor.map(|_| "/alarms".to_owned()),
    };
    Ok(page(&member.browser, &shown))
}

struct AlarmView<'a> {
    hub: &'a Hub,
    member: &'a AccountMember,
    zone: TimeZone,
}

impl AlarmView<'_> {
    fn words(&self) -> &'static Translations {
        self.member.browser.language.translations()
    }

    /// The name of an entity of the chosen account.
    fn entity(&self, location: Option<&LocationId>) -> String {
        let at = &self.member.at;
        let Some(location) = location else {
            return at.name.clone();
        };
        let known = at.locations.iter().find(|(id, _)| id == location);
        known.map_or_else(|| location.to_string(), |(_, name)| name.clone())
    }

    fn line(&self, named: &NamedAlarm) -> AlarmLine {
        let (words, alarm) = (self.words(), &named.alarm);
        let w = &words.alarms;
        let subject = match alarm.kind.is_of_order() {
            true => named
                .reference
                .as_deref()
                .filter(|it| !it.trim().is_empty()),
            false => named.app.as_deref(),
        };
        let subject = harmless_name(subject.unwrap_or(&alarm.subject));
        let entity = self.entity(alarm.location.as_ref());
        let began = phrasing::time(words.language, alarm.began_at, &self.zone);
        let time = match alarm.ended_at {
            None => w.began(&began),
            Some(ended) => {
                let lasted = ended.duration_since(alarm.began_at).as_millis();
                let lasted = u64::try_from(lasted).unwrap_or_default();
                w.lasted(&began, &format::duration(words.language, lasted))
            }
        };
        let severity = match (alarm.kind, alarm.ended_at) {
            (AlarmKind::Test, _) | (_, Some(_)) => Severity::Plain,
            (AlarmKind::OrderUnreached, None) => Severity::Bad,
            (_, None) => Severity::Warn,
        };
        let link = match alarm.kind {
            AlarmKind::Test => None,
            kind if kind.is_of_order() => {
                Some((w.see_ticket, format!("/orders/{}/ticket", alarm.subject)))
            }
            _ => Some((
                w.see_connection,
                format!("/connections/{}/logs", alarm.subject),
            )),
        };
        AlarmLine {
            badge: Badge::new(w.kind_label(alarm.kind), severity),
            text: phrasing::sentence(words, alarm.kind, &subject, &entity),
            location: self.member.at.location.is_none().then_some(entity),
            time,
            is_untold: self.is_untold(named),
            link,
        }
    }

    /// Whether it ended, or has lasted for a while, and nobody was told.
    fn is_untold(&self, named: &NamedAlarm) -> bool {
        let alarm = &named.alarm;
        let is_fresh = self.hub.clock().now() < alarm.began_at + looks::LOOK_INTERVAL;
        alarm.notified_at.is_none() && !is_fresh
    }
}

/// The settings of the chosen entity as they are.
async fn stored_settings(
    hub: &Hub,
    member: &AccountMember,
) -> Result<(AlarmSettings, Option<LocationId>), PageError> {
    let at = member.at.clone();
    let found = hub
        .read::<_, db::Error, _>("office.alarm_settings", move |tx| {
            settings::find_effective(tx, &at.id, at.location.as_ref())
        })
        .await?;
    Ok(found)
}

/// The name of the chosen entity.
fn entity(member: &AccountMember) -> String {
    let at = &member.at;
    let chosen = at.location.as_ref();
    let known = at.locations.iter().find(|(id, _)| Some(id) == chosen);
    known.map_or_else(|| at.name.clone(), |(_, name)| name.clone())
}

fn settings_page(
    hub: &Hub,
    member: &AccountMember,
    form: AlarmForm,
    stored: &(AlarmSettings, Option<LocationId>),
) -> AlarmSettingsPage {
    let (settings, owner) = stored;
    let (words, at) = (member.browser.language.translations(), &member.at);
    let may_manage = member.may_at(Permissions::CONNECTIONS, at.location.as_ref());
    let secret = (may_manage && settings.webhook_url.is_some() && *owner == at.location)
        .then(|| settings.webhook_secret(hub.key(), &at.id, owner.as_ref()));
    AlarmSettingsPage {
        frame: member.frame(MenuEntry::Alarms),
        facts: form.facts(words),
        entity: entity(member),
        is_account: at.location.is_none(),
        is_inherited: *owner != at.location,
        may_manage,
        kinds: form.choices(words),
        minutes: form.minutes,
        silent_minutes: form.silent_minutes,
        quiet_from: form.quiet_from,
        quiet_to: form.quiet_to,
        has_mails: form.has_mails,
        webhook_url: form.webhook_url,
        webhook_secret: secret,
    }
}

/// `GET /alarms/settings`
async fn show_settings(hub: Hub, member: AccountMember) -> PageResult {
    member.needs(Permissions::VIEW)?;
    let stored = stored_settings(&hub, &member).await?;
    let form = AlarmForm::of(&stored.0);
    let shown = settings_page(&hub, &member, form, &stored);
    Ok(page(&member.browser, &shown))
}

/// `POST /alarms/settings`
async fn save_settings(call: FormCall, member: AccountMember, posted: FormFields) -> PageResult {
    member.needs(Permissions::CONNECTIONS)?;
    let hub = call.hub();
    let words = member.browser.language.translations();
    let stored = stored_settings(hub, &member).await?;
    let is_own = stored.1 == member.at.location;
    let old = match is_own {
        true => stored.0.clone(),
        // The salt of the account's webhook stays the account's.
        false => AlarmSettings::DEFAULT,
    };
    let guard = hub.outbound().egress_policy();
    let fresh_salt = hub.entropy().hex::<16>();
    let checked = AlarmForm::read(&posted).check(words, guard, &old, fresh_salt);
    let new = match checked {
        Ok(new) => new,
        Err(form) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let again = settings_page(hub, &member, *form, &stored);
            return Ok(page_with(status, &member.browser, &again));
        }
    };
    let (at, by) = (member.at.clone(), member.audit_actor());
    call.write::<_, db::Error, _>("office.save_alarm_settings", move |tx| {
        settings::change(tx, &at.id, at.location.as_ref(), &new, &by)
    })
    .await?;
    Ok(to("/alarms?done=saved"))
}

/// `POST /alarms/test`
async fn send_test(call: FormCall, member: AccountMember, _posted: FormFields) -> PageResult {
    member.needs(Permissions::CONNECTIONS)?;
    let budgets = call.hub().mail_budgets();
    let (at, user) = (member.at.clone(), member.user.clone());
    let is_sent = call
        .write::<_, db::Error, _>("office.test_alarm", move |tx| {
            let mail = CountedMail {
                kind: "alarm test",
                to: &user.email,
                user: Some(&user.id),
                account: Some(&at.id),
            };
            if !budgets.take(tx, &mail)? {
                return Ok(false);
            }
            looks::begin_test(tx, &at.id, at.location.as_ref())?;
            Ok(true)
        })
        .await?;
    if !is_sent {
        let hub = call.hub();
        let stored = stored_settings(hub, &member).await?;
        let form = AlarmForm::of(&stored.0);
        let mut again = settings_page(hub, &member, form, &stored);
        let text = again.frame.words.alarms.too_many_tests;
        again.frame.notices.push(Notice::new(Severity::Bad, text));
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Ok(page_with(status, &member.browser, &again));
    }
    Ok(to("/alarms?done=tried"))
}

/// `GET /orders/{id}/ticket`: the fallback ticket, for reading and printing.
async fn show_ticket(hub: Hub, member: AccountMember, Path(id): Path<String>) -> PageResult {
    let id = OrderId::parse(&id).map_err(|_| PageError::NotFound)?;
    let (reader, wanted) = (member.clone(), id.clone());
    let found = hub
        .read::<_, db::Error, _>("office.ticket", move |tx| {
            let account = &reader.at.id;
            let location = browse::find(tx, account, &wanted)?.map(|(location, _)| location);
            let is_visible = location
                .is_some_and(|location| reader.may(Permissions::VIEW, account, Some(&location)));
            if !is_visible {
                return Ok(None);
            }
            report::find_order(tx, account, &wanted)
        })
        .await?
        .ok_or(PageError::NotFound)?;
    let reference = found.order.reference.clone();
    let words = member.browser.language.translations();
    let shown = TicketPage {
        frame: member.frame(MenuEntry::Orders),
        text: ticket::text(words, &found, hub.clock().now()),
        name: reference
            .filter(|it| !it.trim().is_empty())
            .unwrap_or_else(|| id.to_string()),
        id: id.to_string(),
    };
    Ok(page(&member.browser, &shown))
}

//! `GET /dashboard`: what needs attention at the chosen place, then how the day goes.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::id::LocationId;

use super::{DashboardPage, Tile, Trouble, store};
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::connections::{self, Connection};
use crate::office::answer::{Mishap, Shown, page};
use crate::office::data::http::{in_sight, order_line};
use crate::office::format;
use crate::office::frame::Place;
use crate::office::visitor::{Member, zone_of};
use crate::office::words::Words;
use crate::orders::browse::{self, Line, Which};
use crate::users::permissions::Permissions;

/// Orders at the foot of the page.
const LATEST: u32 = 5;

/// An app that has left something unanswered for so long is worth a look.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

struct Found {
    zone: TimeZone,
    connections: Vec<Connection>,
    waiting: Vec<(Connection, u64, Timestamp)>,
    today: i64,
    orders: Vec<Line>,
}

fn find(tx: &mut Tx<'_>, member: &Member, seen: Option<&[LocationId]>) -> db::Result<Found> {
    let account = &member.at.id;
    let zone = zone_of(tx, account, member.at.location.as_ref())?;
    let mut all = connections::of_account(tx, account)?;
    all.retain(|it| {
        let place = it.location.as_ref();
        let here = member.at.location.is_none() || member.at.location.as_ref() == place;
        here && member.may_at(Permissions::VIEW, place)
    });
    let waiting = store::waiting(tx, account)?
        .into_iter()
        .filter_map(|(id, count, since)| {
            let connection = all.iter().find(|it| it.id == id)?.clone();
            Some((connection, u64::try_from(count).unwrap_or(0), since))
        })
        .collect();
    let now = tx.now();
    let midnight = now
        .to_zoned(zone.clone())
        .start_of_day()
        .map_or(now, |day| day.timestamp());
    let which = Which {
        locations: seen.map(<[LocationId]>::to_vec),
        ..Which::default()
    };
    let orders = browse::newest(tx, account, &which, &browse::beginning(), LATEST)?.items;
    let today = match seen {
        None => store::count(tx, account, None, midnight)?,
        Some(locations) => locations.iter().try_fold(0, |sum, location| {
            let count = store::count(tx, account, Some(location), midnight)?;
            Ok::<_, db::Error>(sum + count)
        })?,
    };
    Ok(Found {
        zone,
        connections: all,
        waiting,
        today,
        orders,
    })
}

/// `GET /dashboard`
pub(crate) async fn show(hub: Hub, member: Member) -> Shown {
    if member.at.suspended_at.is_some() {
        return Err(Mishap::Suspended);
    }
    let seen = in_sight(&member)?;
    let who = member.clone();
    let found = hub
        .read("office.dashboard", move |tx| {
            find(tx, &who, seen.as_deref())
        })
        .await?;
    let now = hub.clock().now();
    let language = member.visit.language;
    let words = language.words();
    let tile = |label: &str, number: u64, href: &str| Tile {
        label: label.to_owned(),
        value: format::whole(language, number),
        href: href.to_owned(),
    };
    let active = found
        .connections
        .iter()
        .filter(|it| it.blocked_at.is_none());
    let waiting = found.waiting.iter().map(|(_, count, _)| count).sum();
    let today = u64::try_from(found.today).unwrap_or(0);
    let mut orders = Vec::new();
    for line in found.orders.iter().cloned() {
        orders.push(order_line(language, line, None, &found.zone)?);
    }
    let shown = DashboardPage {
        frame: member.frame(Place::Dashboard),
        troubles: troubles(words, &found, now),
        tiles: vec![
            tile(words.shell.today_orders, today, "/orders"),
            tile(words.shell.waiting_deliveries, waiting, "/connections"),
            tile(
                words.shell.active_connections,
                active.count() as u64,
                "/connections",
            ),
        ],
        zone: format::utc_offset(&now.to_zoned(found.zone.clone())),
        orders,
    };
    Ok(page(&member.visit, &shown))
}

fn troubles(words: &Words, found: &Found, now: Timestamp) -> Vec<Trouble> {
    let trouble = |text: String, connection: &Connection| Trouble {
        text,
        href: format!("/connections/{}/logs", connection.id),
    };
    let blocked = found
        .connections
        .iter()
        .filter(|it| it.blocked_at.is_some())
        .map(|it| trouble(words.shell.is_blocked(&it.client_name), it));
    let silent = found
        .waiting
        .iter()
        .filter(|(it, _, since)| it.blocked_at.is_none() && *since + PATIENCE < now)
        .map(|(it, count, since)| {
            let since = format::date_time(words.language, &since.to_zoned(found.zone.clone()));
            trouble(words.shell.behind(&it.client_name, &since, *count), it)
        });
    blocked.chain(silent).collect()
}

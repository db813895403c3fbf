//! `GET /dashboard`: what needs attention at the chosen place, then how the day goes.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::id::LocationId;
use wire::order::Order;

use super::{DashboardPage, Tile, Trouble, store};
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::connections::{self, Connection};
use crate::office::answer::{Shown, page};
use crate::office::data::{OrderLine, order_badge};
use crate::office::format;
use crate::office::frame::Place;
use crate::office::visitor::{Member, zone_of};
use crate::office::words::Words;
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
    orders: Vec<Order>,
}

/// The places whose orders are shown: all at once, or some of them.
fn places(member: &Member) -> Vec<Option<LocationId>> {
    match &member.at.location {
        Some(location) => vec![Some(location.clone())],
        None if member.may_at(Permissions::VIEW, None) => vec![None],
        None => member
            .at
            .locations
            .iter()
            .map(|(id, _)| Some(id.clone()))
            .collect(),
    }
}

fn find(tx: &mut Tx<'_>, member: &Member) -> db::Result<Found> {
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
    let (mut today, mut orders) = (0, Vec::new());
    for place in places(member) {
        if member.may_at(Permissions::VIEW, place.as_ref()) {
            today += store::count(tx, account, place.as_ref(), midnight)?;
            orders.extend(store::latest(tx, account, place.as_ref(), LATEST)?);
        }
    }
    orders.sort_by_key(|order| std::cmp::Reverse(order.created_at.at()));
    orders.truncate(LATEST as usize);
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
    member.needs_somewhere(Permissions::VIEW)?;
    let who = member.clone();
    let found = hub
        .read("office.dashboard", move |tx| find(tx, &who))
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
        orders: found
            .orders
            .iter()
            .map(|order| line(words, order, &found.zone))
            .collect(),
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

fn line(words: &Words, order: &Order, zone: &TimeZone) -> OrderLine {
    let language = words.language;
    let customer = [&order.customer.first_name, &order.customer.last_name];
    let customer: Vec<&str> = customer
        .into_iter()
        .filter_map(|it| it.as_deref())
        .collect();
    OrderLine {
        id: order.id.to_string(),
        reference: order.reference.clone(),
        created: format::date_time(language, &order.created_at.at().to_zoned(zone.clone())),
        location: None,
        customer: customer.join(" "),
        total: format::money(language, &order.total.to_string()),
        status: order_badge(words, order.status.as_str()),
        origin: order
            .channel
            .clone()
            .or_else(|| order.created_by.clone())
            .unwrap_or_default(),
    }
}

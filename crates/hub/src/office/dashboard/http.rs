//! `GET /dashboard`: what needs attention at the chosen place, then how the day goes.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use wire::currency::Currency;
use wire::id::LocationId;
use wire::money::Money;

use super::super::alarms::http::count_open;
use super::{DashboardPage, Tile, Warning, store};
use crate::accounts::store as accounts;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::connections::{self, Connection};
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::orders::http::{order_line, start_of_day, visible_locations};
use crate::office::response::{PageError, PageResult, page};
use crate::office::translations::Translations;
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::LabelledValue;
use crate::orders::browse::{self, OfficeOrderFilter, OrderSummary};
use crate::users::permissions::Permissions;

/// Orders at the foot of the page.
const LATEST: u32 = 5;

/// Days of the figures below the first ones, today included.
const DAYS: i64 = 30;

/// The dashboard warns of an app that has left an event unanswered for longer than this.
const UNANSWERED_WARNING_DELAY: SignedDuration = SignedDuration::from_mins(10);

struct DashboardData {
    zone: TimeZone,
    connections: Vec<Connection>,
    waiting: Vec<(Connection, u64, Timestamp)>,
    today: i64,
    /// Of the last thirty days: how many, and their total.
    sales: (i64, i64),
    /// Of the last thirty days; none where customers are not a single location's.
    customers: Option<i64>,
    currency: Option<Currency>,
    orders: Vec<OrderSummary>,
    open_alarms: u64,
}

fn find(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    visible: Option<&[LocationId]>,
) -> db::Result<DashboardData> {
    let account = &member.at.id;
    let zone = zone_of(tx, account, member.at.location.as_ref())?;
    let mut all = connections::of_account(tx, account)?;
    all.retain(|it| {
        let location = it.location.as_ref();
        let here = member.at.location.is_none() || member.at.location.as_ref() == location;
        here && member.may_at(Permissions::VIEW, location)
    });
    let waiting = store::list_waiting(tx, account)?
        .into_iter()
        .filter_map(|(id, count, since)| {
            let connection = all.iter().find(|it| it.id == id)?.clone();
            Some((connection, u64::try_from(count).unwrap_or(0), since))
        })
        .collect();
    let now = tx.now();
    // Days of the calendar: when the clocks change, one has 23 or 25 hours.
    let day = now.to_zoned(zone.clone()).date();
    let begins = |day: Date| start_of_day(day, &zone).unwrap_or(now);
    let midnight = begins(day);
    let month = day.checked_sub((DAYS - 1).days()).map_or(midnight, begins);
    let order_filter = OfficeOrderFilter {
        locations: visible.map(<[LocationId]>::to_vec),
        ..OfficeOrderFilter::default()
    };
    let orders =
        browse::newest(tx, account, &order_filter, &browse::newest_cursor(), LATEST)?.items;
    let today = match visible {
        None => store::count(tx, account, None, midnight)?,
        Some(locations) => locations.iter().try_fold(0, |sum, location| {
            let count = store::count(tx, account, Some(location), midnight)?;
            Ok::<_, db::Error>(sum + count)
        })?,
    };
    let sales = match visible {
        None => store::sales(tx, account, None, month)?,
        Some(locations) => locations
            .iter()
            .try_fold((0, 0), |(count, total), location| {
                let more = store::sales(tx, account, Some(location), month)?;
                Ok::<_, db::Error>((count + more.0, total + more.1))
            })?,
    };
    let customers = match visible {
        None => Some(store::customers(tx, account, month)?),
        Some(_) => None,
    };
    let currency = accounts::find(tx, account)?.map(|found| found.currency);
    Ok(DashboardData {
        open_alarms: count_open(tx, account, visible)?,
        sales,
        customers,
        currency,
        zone,
        connections: all,
        waiting,
        today,
        orders,
    })
}

/// `GET /dashboard`
pub(crate) async fn show(hub: Hub, member: AccountMember) -> PageResult {
    if member.at.suspended_at.is_some() {
        return Err(PageError::Suspended);
    }
    let visible = visible_locations(&member)?;
    let who = member.clone();
    let found = hub
        .read("office.dashboard", move |tx| {
            find(tx, &who, visible.as_deref())
        })
        .await?;
    let now = hub.clock().now();
    let language = member.browser.language;
    let words = language.translations();
    let tile = |label: String, number: u64, href: &str| Tile {
        label,
        value: format::whole(language, number),
        href: href.to_owned(),
    };
    let active = found
        .connections
        .iter()
        .filter(|it| it.blocked_at.is_none())
        .count() as u64;
    let waiting = found.waiting.iter().map(|(_, count, _)| count).sum();
    let today = u64::try_from(found.today).unwrap_or(0);
    let mut orders = Vec::new();
    for line in found.orders.iter().cloned() {
        orders.push(order_line(language, line, None, &found.zone)?);
    }
    let open_alarms = found.open_alarms;
    let label = words.alarms.open_count(open_alarms);
    let mut tiles = vec![
        tile(words.shell.today_orders(today), today, "/orders"),
        tile(
            words.shell.waiting_deliveries(waiting),
            waiting,
            "/connections",
        ),
        tile(
            words.shell.active_connections(active),
            active,
            "/connections",
        ),
    ];
    if open_alarms > 0 {
        tiles.insert(0, tile(label, open_alarms, "/alarms"));
    }
    let shown = DashboardPage {
        frame: member.frame(MenuEntry::Dashboard),
        troubles: warnings(words, &found, now),
        tiles,
        month: month(words, &found),
        zone: format::utc_offset(&now.to_zoned(found.zone.clone())),
        orders,
    };
    Ok(page(&member.browser, &shown))
}

/// The last thirty days in figures.
fn month(words: &Translations, found: &DashboardData) -> Vec<LabelledValue> {
    let (count, total) = found.sales;
    let whole = |number: i64| format::whole(words.language, u64::try_from(number).unwrap_or(0));
    let money = |cents: i64| {
        let amount = found.currency.map(|it| Money::new(cents, it).to_string());
        format::money(words.language, &amount.unwrap_or_default())
    };
    let mut facts = vec![
        LabelledValue::new(words.shell.sales, money(total)),
        LabelledValue::new(words.shell.sales_count, whole(count)),
    ];
    if count > 0 {
        // To the nearest cent; half a cent goes away from zero.
        let half = count / 2 * total.signum();
        let basket = total.saturating_add(half) / count;
        facts.push(LabelledValue::new(words.shell.basket, money(basket)));
    }
    facts.extend(
        found
            .customers
            .map(|it| LabelledValue::new(words.shell.new_customers, whole(it))),
    );
    facts
}

fn warnings(words: &Translations, found: &DashboardData, now: Timestamp) -> Vec<Warning> {
    let trouble = |text: String, connection: &Connection| Warning {
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
        .filter(|(it, _, since)| it.blocked_at.is_none() && *since + UNANSWERED_WARNING_DELAY < now)
        .map(|(it, count, since)| {
            let since = format::date_time(words.language, &since.to_zoned(found.zone.clone()));
            trouble(words.shell.behind(&it.client_name, &since, *count), it)
        });
    let alarms = (found.open_alarms > 0).then(|| Warning {
        text: words.alarms.open_warning(found.open_alarms),
        href: "/alarms".to_owned(),
    });
    alarms.into_iter().chain(blocked).chain(silent).collect()
}

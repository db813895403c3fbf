//! `GET /dashboard`: what needs attention at the chosen place, then how the day goes.

use axum::extract::RawQuery;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::LocationId;

use super::attention::{self, Attention};
use super::figures::{self, Figures, Wanted};
use super::period::DateRange;
use super::phrasing::DashboardPhrasing;
use super::{DashboardPage, Metric, SoldProductsPage, Tile, store};
use crate::accounts::store as accounts;
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::alarms::http::count_open;
use crate::office::days::start_of_day;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::orders::http::{order_line, visible_locations};
use crate::office::response::{PageError, PageResult, page};
use crate::office::visitor::{AccountMember, zone_of};
use crate::orders::browse::{self, OfficeOrderFilter, OrderSummary};
use crate::orders::sales_days;

/// Orders at the foot of the page.
const LATEST: u32 = 5;

/// Products on the dashboard, and on the page of all of them.
const MAX_TOP_PRODUCTS: usize = 30;
const MAX_LISTED_PRODUCTS: usize = 1_000;

/// Days that are added up after one look.
const MAX_DAYS_ADDED_UP: usize = 100;

struct DashboardData {
    zone: TimeZone,
    range: DateRange,
    attention: Attention,
    figures: Figures,
    today: i64,
    /// None where customers are not a single location's.
    customers: Option<i64>,
    currency: Option<Currency>,
    orders: Vec<OrderSummary>,
    open_alarms: u64,
}

/// The locations that the page is about.
fn locations_of(member: &AccountMember, visible: Option<&[LocationId]>) -> Vec<LocationId> {
    match visible {
        Some(locations) => locations.to_vec(),
        None => member
            .at
            .locations
            .iter()
            .map(|(id, _)| id.clone())
            .collect(),
    }
}

fn find(
    tx: &mut Tx<'_>,
    (hub, member): (&Hub, &AccountMember),
    visible: Option<&[LocationId]>,
    query: &Query,
) -> db::Result<DashboardData> {
    let account = &member.at.id;
    let zone = zone_of(tx, account, member.at.location.as_ref())?;
    let locations = locations_of(member, visible);
    let today = tx.now().to_zoned(zone.clone()).date();
    let range = DateRange::read(query, today);
    let wanted = Wanted {
        account,
        locations: &locations,
        zone: &zone,
        range: &range,
        products: MAX_TOP_PRODUCTS,
    };
    let figures = figures::find(tx, wanted)?;
    let customers = match visible {
        None => Some(figures::new_customers(tx, account, range.time(&zone))?),
        Some(_) => None,
    };
    let heard = |connection: &_| hub.presence().last_heard(connection);
    let order_filter = OfficeOrderFilter {
        locations: visible.map(<[LocationId]>::to_vec),
        ..OfficeOrderFilter::default()
    };
    let orders =
        browse::newest(tx, account, &order_filter, &browse::newest_cursor(), LATEST)?.items;
    let midnight = start_of_day(today, &zone).unwrap_or(tx.now());
    let mut count = 0;
    for location in &locations {
        count += store::count(tx, account, location, midnight)?;
    }
    Ok(DashboardData {
        attention: attention::find(tx, member, &locations, &heard)?,
        open_alarms: count_open(tx, account, visible)?,
        currency: accounts::find(tx, account)?.map(|found| found.currency),
        today: count,
        customers,
        figures,
        range,
        orders,
        zone,
    })
}

/// `GET /dashboard`
pub(crate) async fn show(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    if member.at.suspended_at.is_some() {
        return Err(PageError::Suspended);
    }
    let visible = visible_locations(&member)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let (reader, presence) = (member.clone(), hub.clone());
    let found = hub
        .read("office.dashboard", move |tx| {
            find(tx, (&presence, &reader), visible.as_deref(), &query)
        })
        .await?;
    add_up_days(&hub, &member, &found.figures).await;
    let has_tour = hub.config().developers.tour;
    let shown = page_of(&member, found, hub.clock().now(), has_tour)?;
    Ok(page(&member.browser, &shown))
}

/// Adds up days with many sales, so that the next look is cheaper.
async fn add_up_days(hub: &Hub, member: &AccountMember, figures: &Figures) {
    for (location, day) in figures.busy_days.iter().take(MAX_DAYS_ADDED_UP) {
        let (account, location, day) = (member.at.id.clone(), location.clone(), *day);
        let added = hub
            .write::<_, db::Error, _>("office.add_up_day", move |tx| {
                sales_days::add_up(tx, &account, &location, day)
            })
            .await;
        // The page can be shown all the same.
        if let Err(error) = added {
            tracing::warn!(%error, "adding up sales of a day failed");
            return;
        }
    }
}

fn page_of(
    member: &AccountMember,
    found: DashboardData,
    now: Timestamp,
    has_tour: bool,
) -> db::Result<DashboardPage> {
    let words = member.browser.language.translations();
    let all_locations = member.at.location.is_none();
    let names: &[_] = if all_locations {
        &member.at.locations
    } else {
        &[]
    };
    let phrasing = DashboardPhrasing {
        words,
        zone: &found.zone,
        currency: found.currency,
        locations: names,
    };
    let mut orders = Vec::new();
    for line in found.orders.iter().cloned() {
        let known = names.iter().find(|(id, _)| *id == line.location);
        let location = known.map(|(_, name)| name.clone());
        let location = location.or_else(|| all_locations.then(|| line.location.to_string()));
        orders.push(order_line(words.language, line, location, &found.zone)?);
    }
    let figures = &found.figures;
    let mut metrics = phrasing.metrics(figures);
    metrics.extend(found.customers.map(|count| Metric {
        label: words.dashboard.new_customers,
        value: format::whole(words.language, u64::try_from(count).unwrap_or(0)),
        before: None,
    }));
    let has_more = figures.product_count > figures.products.len();
    let all_products = found.range.path("/dashboard/products", false);
    Ok(DashboardPage {
        frame: member.frame(MenuEntry::Dashboard),
        states: phrasing.states(&found.attention),
        has_tour,
        tiles: tiles(member, &found),
        period: phrasing.period(&found.range, now),
        metrics,
        has_sales: figures.sum.count > 0,
        chart: phrasing.chart(figures),
        breakdowns: phrasing.breakdowns(figures),
        weekdays: phrasing.weekdays(),
        hours: phrasing.hours(figures),
        products: phrasing.products(&figures.products),
        all_products: has_more.then_some(all_products),
        zone: format::utc_offset(&now.to_zoned(found.zone.clone())),
        all_locations,
        orders,
    })
}

/// Open alarms, orders today, waiting callbacks, connections.
fn tiles(member: &AccountMember, found: &DashboardData) -> Vec<Tile> {
    let words = member.browser.language.translations();
    let tile = |label: String, number: u64, href: &str| Tile {
        label,
        value: format::whole(words.language, number),
        href: href.to_owned(),
    };
    let today = u64::try_from(found.today).unwrap_or(0);
    let (waiting, active) = (found.attention.waiting, found.attention.active);
    let w = &words.shell;
    let mut tiles = vec![
        tile(w.today_orders(today), today, "/orders"),
        tile(w.waiting_deliveries(waiting), waiting, "/connections"),
        tile(w.active_connections(active), active, "/connections"),
    ];
    let open = found.open_alarms;
    if open > 0 {
        tiles.insert(0, tile(words.alarms.open_count(open), open, "/alarms"));
    }
    tiles
}

/// `GET /dashboard/products`: all products that were sold in the chosen days.
pub(crate) async fn products(
    hub: Hub,
    member: AccountMember,
    RawQuery(query): RawQuery,
) -> PageResult {
    if member.at.suspended_at.is_some() {
        return Err(PageError::Suspended);
    }
    let visible = visible_locations(&member)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let reader = member.clone();
    let (sold, count, range, zone, currency) = hub
        .read::<_, db::Error, _>("office.sold_products", move |tx| {
            let account = &reader.at.id;
            let zone = zone_of(tx, account, reader.at.location.as_ref())?;
            let locations = locations_of(&reader, visible.as_deref());
            let range = DateRange::read(&query, tx.now().to_zoned(zone.clone()).date());
            let wanted = Wanted {
                account,
                locations: &locations,
                zone: &zone,
                range: &range,
                products: MAX_LISTED_PRODUCTS,
            };
            let (sold, count) = figures::find_products(tx, wanted)?;
            let currency = accounts::find(tx, account)?.map(|found| found.currency);
            Ok((sold, count, range, zone, currency))
        })
        .await?;
    let words = member.browser.language.translations();
    let phrasing = DashboardPhrasing {
        words,
        zone: &zone,
        currency,
        locations: &[],
    };
    let hidden = (count - sold.len()) as u64;
    let shown = SoldProductsPage {
        frame: member.frame(MenuEntry::Dashboard),
        days: phrasing.period(&range, hub.clock().now()).days,
        back: range.path("/dashboard", range.is_compared),
        products: phrasing.products(&sold),
        left_out: (hidden > 0).then(|| words.dashboard.products_left_out(hidden)),
    };
    Ok(page(&member.browser, &shown))
}

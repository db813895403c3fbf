//! What was sold in a time, added up: in whole, step by step, by origin, by hour of the week, by product.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use wire::id::{AccountId, LocationId};

use super::period::{DateRange, TimeRange};
use super::store;
use crate::accounts::store::zone_of;
use crate::db::{self, Tx};
use crate::office::days::start_of_day;
use crate::orders::sales::{ProductSale, ProductSales, SalesRange};
use crate::orders::sales_days;

/// Days that are shown hour by hour, and day by day; more are shown month by month.
const MAX_DAYS_BY_HOUR: i64 = 2;
const MAX_DAYS_BY_DAY: i64 = 92;

/// How many sales there were, and their total in minor units of the account's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub count: i64,
    pub total: i64,
}

impl Sum {
    fn add(&mut self, count: i64, total: i64) {
        self.count = self.count.saturating_add(count);
        self.total = self.total.saturating_add(total);
    }

    /// What a sale was worth on the average, to the nearest multiple of `unit`; half of one goes away from zero.
    pub(super) fn basket(self, unit: i64) -> Option<i64> {
        let (total, step) = (
            i128::from(self.total),
            i128::from(self.count) * i128::from(unit),
        );
        if step <= 0 {
            return None;
        }
        let rounded = (total.abs() * 2 + step) / (step * 2);
        i64::try_from(rounded * total.signum() * i128::from(unit)).ok()
    }
}

/// How long a bar of the chart lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarLength {
    Hour,
    Day,
    Month,
}

impl BarLength {
    fn of(days: i64) -> Self {
        if days <= MAX_DAYS_BY_HOUR {
            Self::Hour
        } else if days <= MAX_DAYS_BY_DAY {
            Self::Day
        } else {
            Self::Month
        }
    }

    fn next(self, start: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let date = start.to_zoned(zone.clone()).date();
        match self {
            Self::Hour => Some(start + SignedDuration::from_hours(1)),
            Self::Day => start_of_day(date.checked_add(1.day()).ok()?, zone),
            Self::Month => {
                let next = date.first_of_month().checked_add(1.month()).ok()?;
                start_of_day(next, zone)
            }
        }
    }
}

/// All figures of a time.
#[derive(Debug)]
pub(super) struct Figures {
    pub sum: Sum,
    /// Of the time before, if it was asked for.
    pub previous: Option<Sum>,
    pub bar_length: BarLength,
    /// The bars of the chart: when each begins, and what was sold in it.
    pub bars: Vec<(Timestamp, Sum)>,
    pub channels: Vec<(String, Sum)>,
    pub connections: Vec<(String, Sum)>,
    pub locations: Vec<(LocationId, Sum)>,
    /// How many sales by hour of the day, and by day of the week from Monday, where the location is.
    pub hours: [[i64; 7]; 24],
    pub products: Vec<ProductSale>,
    /// How many products there are in all.
    pub product_count: usize,
    /// Days with many sales that should be added up before the next look.
    pub busy_days: Vec<(LocationId, Date)>,
}

/// The largest first.
fn sorted<K: Ord>(sums: BTreeMap<K, Sum>) -> Vec<(K, Sum)> {
    let mut sums: Vec<(K, Sum)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.total));
    sums
}

/// The bars of a chart, empty.
fn bars(range: &DateRange, time: TimeRange, zone: &TimeZone) -> (BarLength, Vec<(Timestamp, Sum)>) {
    let length = BarLength::of(range.days());
    let starts = std::iter::successors(Some(time.from), |start| length.next(*start, zone));
    let bars = starts.take_while(|start| *start < time.until);
    (length, bars.map(|start| (start, Sum::default())).collect())
}

/// What is added up, and where.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub account: &'a AccountId,
    pub locations: &'a [LocationId],
    pub zone: &'a TimeZone,
    pub range: &'a DateRange,
    /// Products that are shown.
    pub products: usize,
}

/// Adds up what was sold.
pub(super) fn find(tx: &mut Tx<'_>, wanted: Wanted<'_>) -> db::Result<Figures> {
    let Wanted { account, zone, .. } = wanted;
    let time = wanted.range.time(zone);
    let (bar_length, mut bars) = bars(wanted.range, time, zone);
    let (mut sum, mut hours) = (Sum::default(), [[0; 7]; 24]);
    let (mut channels, mut connections) = (BTreeMap::new(), BTreeMap::new());
    let mut locations = BTreeMap::new();
    let (mut products, mut busy_days) = (ProductSales::default(), Vec::new());
    for location in wanted.locations {
        let sales = sales_range(account, location, time);
        let here = zone_of(tx, account, Some(location))?;
        let sold = sales_days::find(tx, &sales, &mut products)?;
        for (at, count, total) in sold.quarters {
            sum.add(count, total);
            let in_location: &mut Sum = locations.entry(location.clone()).or_default();
            in_location.add(count, total);
            let index = bars.partition_point(|(start, _)| *start <= at);
            if let Some((_, bar)) = index.checked_sub(1).and_then(|it| bars.get_mut(it)) {
                bar.add(count, total);
            }
            let clock = at.to_zoned(here.clone());
            let hour = usize::try_from(clock.hour()).unwrap_or(0);
            let day = usize::try_from(clock.weekday().to_monday_zero_offset()).unwrap_or(0);
            if let Some(cell) = hours
                .get_mut(hour)
                .and_then(|days: &mut [i64; 7]| days.get_mut(day))
            {
                *cell += count;
            }
        }
        for origin in sold.origins {
            let channel: &mut Sum = channels.entry(origin.channel).or_default();
            channel.add(origin.count, origin.total);
            let connection: &mut Sum = connections.entry(origin.connection_name).or_default();
            connection.add(origin.count, origin.total);
        }
        busy_days.extend(
            sold.busy_days
                .into_iter()
                .map(|day| (location.clone(), day)),
        );
    }
    let previous = match wanted.range.is_compared {
        true => Some(previous_sum(tx, wanted)?),
        false => None,
    };
    Ok(Figures {
        sum,
        previous,
        bar_length,
        bars,
        channels: sorted(channels),
        connections: sorted(connections),
        locations: sorted(locations),
        hours,
        busy_days,
        product_count: products.len(),
        products: products.most_sold(wanted.products),
    })
}

fn sales_range<'a>(
    account: &'a AccountId,
    location: &'a LocationId,
    time: TimeRange,
) -> SalesRange<'a> {
    let TimeRange { from, until } = time;
    SalesRange {
        account,
        location,
        from,
        until,
    }
}

fn previous_sum(tx: &mut Tx<'_>, wanted: Wanted<'_>) -> db::Result<Sum> {
    let now = tx.now().to_zoned(wanted.zone.clone());
    let time = wanted.range.previous(&now);
    let mut sum = Sum::default();
    for location in wanted.locations {
        let (count, total) = sales_range(wanted.account, location, time).sum(tx)?;
        sum.add(count, total);
    }
    Ok(sum)
}

/// The products that were sold, and how many there are in all.
pub(super) fn find_products(
    tx: &mut Tx<'_>,
    wanted: Wanted<'_>,
) -> db::Result<(Vec<ProductSale>, usize)> {
    let time = wanted.range.time(wanted.zone);
    let mut products = ProductSales::default();
    for location in wanted.locations {
        let sales = sales_range(wanted.account, location, time);
        sales_days::find(tx, &sales, &mut products)?;
    }
    let count = products.len();
    Ok((products.most_sold(wanted.products), count))
}

/// How many customers an account has won in a time.
pub(super) fn new_customers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    time: TimeRange,
) -> db::Result<i64> {
    store::customers(tx, account, time.from, time.until)
}

//! The sales of whole days, added up once: what a busy month costs does not grow with its orders.
//!
//! A sum is made after the day, when somebody looks at it, and only of days with many sales. Whoever changes an
//! order of the day deletes it. On PostgreSQL the rows of the day are locked while they are added up: a change is
//! either part of the sum, or waits and then deletes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use const_format::formatcp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use wire::id::{AccountId, LocationId};

use super::sales::{OriginSales, ProductSales, SalesRange, start_of_quarter};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    FIND = formatcp!("SELECT {} FROM sales_days
        WHERE account_id = $1 AND location_id = $2 AND day >= $3 AND day < $4 ORDER BY day",
        SalesDay::COLUMNS);
    SALES = formatcp!("SELECT {} FROM sales
        WHERE account_id = $1 AND location_id = $2 AND quarter >= $3 AND quarter < $4 AND is_sale
        ORDER BY quarter, order_id", DaySale::COLUMNS);
    PUT = "INSERT INTO sales_days (account_id, location_id, day, quarters, origins, products)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, location_id, day) DO UPDATE SET quarters = excluded.quarters,
            origins = excluded.origins, products = excluded.products";
    DELETE = "DELETE FROM sales_days WHERE account_id = $1 AND location_id = $2 AND day = $3";
}

/// Sales of a day that are worth a sum.
const MIN_SALES: i64 = 20;

/// How long after its end a day is added up: clocks differ, and changes under way end.
const DELAY: SignedDuration = SignedDuration::from_hours(1);

row! {
    /// The sales of a day, line by line.
    #[derive(Clone, Debug)]
    pub(super) struct SalesDay {
        pub day: String = "day",
        quarters: String = "quarters",
        origins: String = "origins",
        products: String = "products",
    }
}

row! {
    struct DaySale {
        quarter: String = "quarter",
        total: i64 = "total",
        channel: String = "channel",
        connection_name: String = "connection_name",
        products: String = "products",
    }
}

/// What was sold in a time at one location.
#[derive(Debug, Default)]
pub(crate) struct LocationSales {
    /// The quarters of an hour in which something was sold: when each began, how much, and the total.
    pub quarters: Vec<(Timestamp, i64, i64)>,
    pub origins: Vec<OriginSales>,
    /// Days that should be added up.
    pub busy_days: Vec<Date>,
}

/// A number and the rest of a line.
fn number(line: &str) -> Option<(i64, &str)> {
    let (number, rest) = line.split_once('\t')?;
    Some((number.parse().ok()?, rest))
}

impl SalesDay {
    fn quarters(&self) -> impl Iterator<Item = (Timestamp, i64, i64)> {
        self.quarters.lines().filter_map(|line| {
            let (count, rest) = number(line)?;
            let (total, quarter) = number(rest)?;
            Some((start_of_quarter(quarter)?, count, total))
        })
    }

    fn origins(&self) -> impl Iterator<Item = OriginSales> {
        self.origins.lines().filter_map(|line| {
            let (count, rest) = number(line)?;
            let (total, rest) = number(rest)?;
            let (channel, connection_name) = rest.split_once('\t')?;
            Some(OriginSales {
                channel: channel.to_owned(),
                connection_name: connection_name.to_owned(),
                count,
                total,
            })
        })
    }
}

/// When a day begins in UTC.
fn start_of(day: Date) -> Timestamp {
    let start = day.to_zoned(TimeZone::UTC);
    start.map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp())
}

fn day_after(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}

/// The day in UTC of a quarter of an hour.
pub(super) fn day_of(quarter: &str) -> &str {
    quarter.get(..10).unwrap_or_default()
}

/// The sum of a day is made anew.
pub(super) fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    day: &str,
) -> db::Result<()> {
    tx.write(DELETE, args![account, location, day])
}

/// The whole days in a time, from the first up to the last, which is left out.
fn whole_days(sales: &SalesRange<'_>) -> (Date, Date) {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let first = day(sales.from);
    let first = match start_of(first) < sales.from {
        true => day_after(first),
        false => first,
    };
    (first, day(sales.until))
}

/// What was sold in a time: of days that were added up their sums, and the rest sale by sale.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    sales: &SalesRange<'_>,
    products: &mut ProductSales,
) -> db::Result<LocationSales> {
    let (first, end) = whole_days(sales);
    let (account, location) = (sales.account, sales.location);
    let values = args![account, location, first.to_string(), end.to_string()];
    let days: Vec<SalesDay> = tx.all(FIND, values)?;
    let mut found = LocationSales::default();
    let mut from = sales.from;
    for day in &days {
        found.quarters.extend(day.quarters());
        found.origins.extend(day.origins());
        products.add(&day.products);
        let Ok(date) = day.day.parse::<Date>() else {
            continue;
        };
        find_single(
            tx,
            SalesRange {
                from,
                until: start_of(date),
                ..*sales
            },
            products,
            &mut found,
        )?;
        from = start_of(day_after(date));
    }
    find_single(tx, SalesRange { from, ..*sales }, products, &mut found)?;
    let ended = (tx.now() - DELAY).to_zoned(TimeZone::UTC).date();
    found
        .busy_days
        .retain(|day| *day >= first && *day < end && *day < ended);
    Ok(found)
}

/// Adds what was sold in a time without sums.
fn find_single(
    tx: &mut Tx<'_>,
    sales: SalesRange<'_>,
    products: &mut ProductSales,
    found: &mut LocationSales,
) -> db::Result<()> {
    if sales.from >= sales.until {
        return Ok(());
    }
    let quarters = sales.by_quarter(tx)?;
    if quarters.is_empty() {
        return Ok(());
    }
    let mut counts: BTreeMap<Date, i64> = BTreeMap::new();
    for (at, count, _) in &quarters {
        *counts.entry(at.to_zoned(TimeZone::UTC).date()).or_default() += count;
    }
    let busy = counts.into_iter().filter(|(_, count)| *count >= MIN_SALES);
    found.busy_days.extend(busy.map(|(day, _)| day));
    found.quarters.extend(quarters);
    found.origins.extend(sales.by_origin(tx)?);
    sales.add_products(tx, products)
}

/// Adds up the sales of a day.
pub(crate) fn add_up(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    day: Date,
) -> db::Result<()> {
    let (day, next) = (day.to_string(), day_after(day).to_string());
    let sales: Vec<DaySale> =
        tx.all_locked(SALES, args![account, location, day.as_str(), next.as_str()])?;
    let mut quarters: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut origins: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    let mut products = ProductSales::default();
    for sale in &sales {
        let origin = (sale.channel.as_str(), sale.connection_name.as_str());
        for sum in [
            quarters.entry(&sale.quarter).or_default(),
            origins.entry(origin).or_default(),
        ] {
            sum.0 += 1;
            sum.1 = sum.1.saturating_add(sale.total);
        }
        products.add(&sale.products);
    }
    let (mut quarter_lines, mut origin_lines) = (String::new(), String::new());
    for (quarter, (count, total)) in quarters {
        // Writing to a text does not fail.
        let _written = writeln!(quarter_lines, "{count}\t{total}\t{quarter}");
    }
    for ((channel, connection), (count, total)) in origins {
        let _written = writeln!(origin_lines, "{count}\t{total}\t{channel}\t{connection}");
    }
    let values = args![
        account,
        location,
        day,
        quarter_lines,
        origin_lines,
        products.lines()
    ];
    tx.write(PUT, values)
}

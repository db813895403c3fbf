//! Which days the figures of the dashboard are of, and which they are compared with.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::http::paging::Query;
use crate::office::days::{DayFilter, start_of_day};

/// Days that can be added up at once.
pub(super) const MAX_DAYS: i64 = 366;

const QUARTER_SECONDS: i64 = 15 * 60;

/// A choice of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Today,
    Yesterday,
    SevenDays,
    ThirtyDays,
    Month,
    /// From one day to another.
    Dates,
}

impl Period {
    /// Those with a link of their own.
    pub(super) const NAMED: [Self; 5] = [
        Self::Today,
        Self::Yesterday,
        Self::SevenDays,
        Self::ThirtyDays,
        Self::Month,
    ];

    /// The value in an address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::SevenDays => "7",
            Self::ThirtyDays => "30",
            Self::Month => "month",
            Self::Dates => "dates",
        }
    }
}

/// The days of a period, as they are chosen.
#[derive(Clone, Debug)]
pub(super) struct DateRange {
    pub period: Period,
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// Whether it is compared with what was before.
    pub is_compared: bool,
}

/// A time: from its beginning up to its end, which is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeRange {
    pub from: Timestamp,
    pub until: Timestamp,
}

fn earlier(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(day)
}

impl DateRange {
    /// What an address asks for; what makes no sense is as if it had not been asked for.
    pub(super) fn read(query: &Query, today: Date) -> Self {
        let DayFilter { from, to } = DayFilter::read(query);
        let named = query.get("period");
        let named = Period::NAMED
            .into_iter()
            .find(|it| Some(it.as_str()) == named);
        let period = match named {
            Some(named) => named,
            None if from.is_some() || to.is_some() => Period::Dates,
            None => Period::ThirtyDays,
        };
        let (first, last) = match period {
            Period::Today => (today, today),
            Period::Yesterday => (earlier(today, 1), earlier(today, 1)),
            Period::SevenDays => (earlier(today, 6), today),
            Period::ThirtyDays => (earlier(today, 29), today),
            Period::Month => (today.first_of_month(), today),
            Period::Dates => {
                let to = to.unwrap_or(today);
                let from = from.unwrap_or(to);
                let (first, last) = (from.min(to), from.max(to));
                (first.max(earlier(last, MAX_DAYS - 1)), last)
            }
        };
        Self {
            period,
            first,
            last,
            is_compared: query.get("compare") == Some("1"),
        }
    }

    /// The address of a page for these days.
    pub(super) fn path(&self, page: &str, is_compared: bool) -> String {
        let mut path = match self.period {
            Period::Dates => format!("{page}?from={}&to={}", self.first, self.last),
            named => format!("{page}?period={}", named.as_str()),
        };
        if is_compared {
            path.push_str("&compare=1");
        }
        path
    }

    /// How many days they are.
    pub(super) fn days(&self) -> i64 {
        let span = self.last.since((jiff::Unit::Day, self.first));
        span.map_or(1, |span| i64::from(span.get_days()) + 1)
    }

    /// The time of these days.
    pub(super) fn time(&self, zone: &TimeZone) -> TimeRange {
        let after = self.last.checked_add(1.day()).unwrap_or(self.last);
        let start = |day| start_of_day(day, zone).unwrap_or(Timestamp::UNIX_EPOCH);
        TimeRange {
            from: start(self.first),
            until: start(after),
        }
    }

    /// The days before, cut to what of these days has passed.
    pub(super) fn previous(&self, now: &Zoned) -> TimeRange {
        let (zone, today) = (now.time_zone(), now.date());
        let first = match self.period {
            Period::Month => earlier(self.first, 1).first_of_month(),
            _ => earlier(self.first, self.days()),
        };
        let start = |day| start_of_day(day, zone).unwrap_or(Timestamp::UNIX_EPOCH);
        let until = if self.last < today {
            start(self.first)
        } else {
            let passed = today.since((jiff::Unit::Day, self.first));
            let passed = passed.map_or(0, |span| i64::from(span.get_days()).max(0));
            let day = first.checked_add(passed.days()).unwrap_or(first);
            let same_time = day.to_datetime(now.time()).to_zoned(zone.clone());
            // Sales are known by quarters of an hour: the one under way counts on both sides.
            let passed = same_time.map_or_else(|_| start(day), |at| at.timestamp());
            let quarter = passed.as_second().div_euclid(QUARTER_SECONDS) + 1;
            Timestamp::from_second(quarter * QUARTER_SECONDS).unwrap_or(passed)
        };
        TimeRange {
            from: start(first),
            until: until.min(start(self.first)),
        }
    }
}

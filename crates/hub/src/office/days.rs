//! Days that a page is asked for, from one to another.

use form_urlencoded::Serializer;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::http::paging::Query;

/// The first and the last day that are wanted, both included.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DayFilter {
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl DayFilter {
    /// What makes no sense is as if it had not been asked for; days in the wrong order are put right.
    pub(crate) fn read(query: &Query) -> Self {
        let date = |name| query.get(name).and_then(|text| text.parse::<Date>().ok());
        let (from, to) = (date("from"), date("to"));
        match from.zip(to) {
            Some((from, to)) => Self {
                from: Some(from.min(to)),
                to: Some(from.max(to)),
            },
            None => Self { from, to },
        }
    }

    /// When the first day begins.
    pub(crate) fn since(&self, zone: &TimeZone) -> Option<Timestamp> {
        start_of_day(self.from?, zone)
    }

    /// When the day after the last one begins.
    pub(crate) fn until(&self, zone: &TimeZone) -> Option<Timestamp> {
        start_of_day(self.to?.checked_add(1.day()).ok()?, zone)
    }

    /// Adds them to an address.
    pub(crate) fn append_to(&self, query: &mut Serializer<'_, String>) {
        for (name, date) in [("from", self.from), ("to", self.to)] {
            if let Some(date) = date {
                query.append_pair(name, &date.to_string());
            }
        }
    }

    /// The values of the fields of a form; empty where none is wanted.
    pub(crate) fn values(&self) -> [String; 2] {
        [self.from, self.to].map(|date| date.map(|date| date.to_string()).unwrap_or_default())
    }
}

/// When a day begins, wherever that is.
pub(crate) fn start_of_day(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

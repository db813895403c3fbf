//! From when to when requests are wanted: whole days, or days with hours and minutes.

use form_urlencoded::Serializer;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::http::paging::Query;

/// An end of a stretch of time as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum SpanEnd {
    Day(Date),
    Minute(DateTime),
}

impl SpanEnd {
    /// What makes no sense is as if it had not been asked for.
    fn parse(text: &str) -> Option<Self> {
        let day = text.parse().ok().map(Self::Day);
        match text.contains('T') {
            true => text.parse().ok().map(Self::Minute),
            false => day,
        }
    }

    fn begin(self) -> DateTime {
        match self {
            Self::Day(day) => day.to_datetime(jiff::civil::Time::midnight()),
            Self::Minute(at) => at,
        }
    }

    /// The first moment that is not within it.
    fn end(self) -> Option<DateTime> {
        let span = match self {
            Self::Day(_) => 1.day(),
            Self::Minute(_) => 1.minute(),
        };
        self.begin().checked_add(span).ok()
    }

    /// As a field of a form takes it: a day has its first minute, or its last.
    fn value(self, is_last: bool) -> String {
        let at = match (self, is_last) {
            (Self::Day(day), true) => day.at(23, 59, 0, 0),
            (end, _) => end.begin(),
        };
        at.strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// From when to when requests are wanted, both included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TimeSpan {
    from: Option<SpanEnd>,
    to: Option<SpanEnd>,
}

impl TimeSpan {
    /// Ends in the wrong order are put right.
    pub(super) fn read(query: &Query) -> Self {
        let end = |name| query.get(name).and_then(SpanEnd::parse);
        let (from, to) = (end("from"), end("to"));
        match from.zip(to) {
            Some((from, to)) if from.begin() > to.begin() => Self {
                from: Some(to),
                to: Some(from),
            },
            _ => Self { from, to },
        }
    }

    /// When it begins.
    pub(super) fn since(&self, zone: &TimeZone) -> Option<Timestamp> {
        moment(self.from?.begin(), zone)
    }

    /// When it has ended.
    pub(super) fn until(&self, zone: &TimeZone) -> Option<Timestamp> {
        moment(self.to?.end()?, zone)
    }

    /// Adds both ends to an address.
    pub(super) fn append_to(&self, query: &mut Serializer<'_, String>) {
        for (name, value) in ["from", "to"].into_iter().zip(self.values()) {
            if !value.is_empty() {
                query.append_pair(name, &value);
            }
        }
    }

    /// The values of the fields of a form; empty where none is wanted.
    pub(super) fn values(&self) -> [String; 2] {
        let value =
            |end: Option<SpanEnd>, is_last| end.map(|end| end.value(is_last)).unwrap_or_default();
        [value(self.from, false), value(self.to, true)]
    }
}

fn moment(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    at.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

//! What time it is: the one door through which an app learns it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A source of the present moment.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// Stands still until it is set; seconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one door to the clock"
            )]
            Clock::Real => Timestamp::now(),
            Clock::Manual(seconds) => Timestamp::from_second(seconds.load(Ordering::SeqCst))
                .unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}

/// The zone by its IANA name; UTC when unknown.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// `HH:MM` of a moment in a zone.
pub(crate) fn hour_minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// ISO 8601 with a numeric offset and whole seconds, as the API writes times.
pub(crate) fn iso(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// A time of the API as a moment.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

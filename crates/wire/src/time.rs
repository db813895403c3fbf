//! Points in time, times of day and time zones.
//!
//! An instant leaves the house as a [`Time`], with the offset of the place it belongs to, and comes
//! in as a [`TimeInput`], which may still need a place to become an instant. In storage it is a
//! text of fixed width in UTC, so that the order of texts is the order of instants.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::schema::JsonSchema;
use crate::text::{Text, quotable};

/// A day of the calendar; in JSON `YYYY-MM-DD`.
pub use jiff::civil::Date;

/// The text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid time")]
pub struct TimeError(String);

/// The text is not a date `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid date")]
pub struct DateError(String);

/// The text is not a time of day `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid time of day")]
pub struct TimeOfDayError(String);

/// Integers above this are read as milliseconds since 1970; the others are no times.
const MIN_EPOCH_MILLISECONDS: i64 = 100_000_000_000;

/// An instant, to the second, with the UTC offset it is shown with, to the minute. In JSON:
/// `2026-03-07T19:41:08+01:00`, `+00:00` for UTC (API, chapter Common types).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    at: Timestamp,
    offset: Offset,
}

impl Time {
    /// The instant as clocks of the zone show it. Fractions of a second are dropped.
    pub fn new(at: Timestamp, zone: &TimeZone) -> Self {
        Self::with_offset(at, zone.to_offset(at))
    }

    /// The instant in UTC.
    pub fn utc(at: Timestamp) -> Self {
        Self::with_offset(at, Offset::UTC)
    }

    /// The instant, whole seconds only.
    pub fn at(self) -> Timestamp {
        self.at
    }

    /// What clocks at the place show.
    pub fn civil(self) -> DateTime {
        self.offset.to_datetime(self.at)
    }

    /// Reads a date, a time and an offset (`Z` or numeric).
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let read = || {
            if text.len() > MAX_TIME_BYTES || !text.is_ascii() || text.contains('[') {
                return None;
            }
            let at: Timestamp = text.parse().ok().filter(|at| can_be_shown(*at))?;
            let local: DateTime = text.trim_end_matches(['Z', 'z']).parse().ok()?;
            // What the clock shows minus the instant is the offset: no second parser is needed.
            let shown = Offset::UTC.to_timestamp(local).ok()?;
            let seconds = shown.as_second().checked_sub(at.as_second())?;
            let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
            Some(Self::with_offset(at, offset))
        };
        read().ok_or_else(|| TimeError(quotable(text)))
    }

    fn with_offset(at: Timestamp, offset: Offset) -> Self {
        let mut second = at.as_second();
        if at.subsec_nanosecond() < 0 {
            second -= 1;
        }
        // Some zones had offsets with seconds until 1972, which the API cannot show: the clock time is
        // off by them then, so that the instant is not.
        let whole_minutes = offset.seconds() / 60 * 60;
        Self {
            at: Timestamp::from_second(second).unwrap_or(at),
            offset: Offset::from_seconds(whole_minutes).unwrap_or(offset),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.civil();
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes.abs() / 60,
            minutes.abs() % 60
        )
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::parse(text.as_str()).map_err(D::Error::custom)
    }
}

/// 0001-01-03 and 9999-12-29 at midnight UTC, in seconds since 1970.
const EARLIEST_SECOND: i64 = -62_135_424_000;
const LATEST_SECOND: i64 = 253_402_041_600;

/// In no zone may an instant have a year that cannot be written in four digits.
fn can_be_shown(at: Timestamp) -> bool {
    (EARLIEST_SECOND..=LATEST_SECOND).contains(&at.as_second())
}

/// Characters a time may have on the way in.
const MAX_TIME_BYTES: usize = 40;

/// A time somebody sent: an instant, or a clock time that becomes one in the location's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeInput {
    /// Sent with `Z`, an offset, or as milliseconds since 1970.
    At(Timestamp),
    /// Sent without offset.
    Local(DateTime),
}

impl TimeInput {
    /// Reads `2020-08-20T06:42:46` with or without fractional seconds, and with `Z`, a numeric
    /// offset or nothing behind it; and the same as Ruby prints it, `2020-08-20 06:42:46 +0200` and
    /// `2020-08-20 04:42:46 UTC`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let refused = || TimeError(quotable(text));
        // The longer forms of the RFCs (zone names in brackets, bare dates) are not the API's.
        let time_follows = matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '));
        if text.len() > MAX_TIME_BYTES || !time_follows || text.contains('[') {
            return Err(refused());
        }
        let text = without_ruby_spaces(text);
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Self::At(at));
        }
        text.parse::<DateTime>()
            .map(Self::Local)
            .map_err(|_| refused())
    }

    /// Takes milliseconds since 1970, above 10¹¹ (which is in 1973).
    pub fn from_epoch_milliseconds(number: i64) -> Result<Self, TimeError> {
        if number <= MIN_EPOCH_MILLISECONDS {
            return Err(TimeError(number.to_string()));
        }
        Timestamp::from_millisecond(number)
            .map(Self::At)
            .map_err(|_| TimeError(number.to_string()))
    }

    /// The instant meant. A clock time that the zone skips or has twice is read as jiff's
    /// "compatible" rule says: as if the clock had not been changed yet. Fails only at the far ends
    /// of the calendar.
    pub fn resolve(self, zone: &TimeZone) -> Result<Timestamp, TimeError> {
        let at = match self {
            Self::At(at) => at,
            Self::Local(local) => zone
                .to_timestamp(local)
                .map_err(|_| TimeError(local.to_string()))?,
        };
        if can_be_shown(at) {
            Ok(at)
        } else {
            Err(TimeError(at.to_string()))
        }
    }
}

/// The text without the space that Ruby puts before an offset, and with `Z` for its `UTC`.
fn without_ruby_spaces(text: &str) -> Cow<'_, str> {
    if let Some(local) = text.strip_suffix(" UTC") {
        return format!("{local}Z").into();
    }
    match text.rsplit_once(' ') {
        Some((local, offset)) if offset.starts_with(['+', '-']) => {
            format!("{local}{offset}").into()
        }
        _ => text.into(),
    }
}

/// A minute of the day, `00:00` to `23:59`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Midnight.
    pub const MIDNIGHT: TimeOfDay = TimeOfDay(0);

    /// 06:00: where the business day ends unless a location says otherwise.
    pub const CUTOFF: TimeOfDay = TimeOfDay(6 * 60);

    /// That hour and minute, if a day has it.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then(|| Self(u16::from(hour) * 60 + u16::from(minute)))
    }

    /// Reads `HH:MM`.
    pub fn parse(text: &str) -> Result<Self, TimeOfDayError> {
        let read = || {
            let &[a, b, b':', c, d] = text.as_bytes() else {
                return None;
            };
            let two = |tens: u8, ones: u8| {
                let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
                digits.then(|| (tens - b'0') * 10 + (ones - b'0'))
            };
            Self::new(two(a, b)?, two(c, d)?)
        };
        read().ok_or_else(|| TimeOfDayError(quotable(text)))
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        Self::parse(text)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::parse(text.as_str()).map_err(D::Error::custom)
    }
}

/// Reads a date `YYYY-MM-DD`, nothing longer.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let refused = || DateError(quotable(text));
    if text.len() != 10 || text.starts_with(['-', '+']) {
        return Err(refused());
    }
    text.parse().map_err(|_| refused())
}

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timezone {
    /// IANA name, such as `Europe/Paris`.
    pub name: String,
    /// The offset from UTC in seconds. For older clients: use `name` instead.
    #[serde(default)]
    pub offset: i32,
}

impl Timezone {
    /// The zone with the offset it has at that instant. A zone without a name is shown as `UTC`.
    pub fn for_zone(zone: &TimeZone, at: Timestamp) -> Self {
        Self {
            name: zone.iana_name().unwrap_or("UTC").to_owned(),
            offset: zone.to_offset(at).seconds(),
        }
    }
}

/// The timezone of an IANA name that was checked when it came in; UTC if this machine's table has
/// lost it.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The text an instant is stored as: UTC, microseconds, fixed width, `2026-01-02T03:04:05.678901Z`.
/// Finer fractions are cut off.
pub fn stored(at: Timestamp) -> String {
    let local = Offset::UTC.to_datetime(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        local.subsec_nanosecond() / 1_000
    )
}

/// Reads what [`stored`] wrote.
pub fn from_stored(text: &str) -> Result<Timestamp, TimeError> {
    text.parse().map_err(|_| TimeError(quotable(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paris() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn read(text: &str) -> Option<String> {
        let at = TimeInput::parse(text).ok()?.resolve(&paris()).ok()?;
        Some(Time::new(at, &paris()).to_string())
    }

    #[test]
    fn a_time_is_shown_with_the_offset_of_its_place() {
        let at: Timestamp = "2026-03-07T18:41:08.9Z".parse().unwrap();
        assert_eq!(
            Time::new(at, &paris()).to_string(),
            "2026-03-07T19:41:08+01:00"
        );
        assert_eq!(Time::utc(at).to_string(), "2026-03-07T18:41:08+00:00");
        let west = TimeZone::fixed(Offset::from_seconds(-(9 * 3600 + 1800)).unwrap());
        assert_eq!(
            Time::new(at, &west).to_string(),
            "2026-03-07T09:11:08-09:30"
        );
    }

    #[test]
    fn an_offset_with_seconds_does_not_move_the_instant() {
        let at: Timestamp = "1971-05-01T12:00:00Z".parse().unwrap();
        let monrovia = TimeZone::fixed(Offset::from_seconds(-(44 * 60 + 30)).unwrap());
        let time = Time::new(at, &monrovia);
        assert_eq!(time.to_string(), "1971-05-01T11:16:00-00:44");
        assert_eq!(Time::parse(&time.to_string()), Ok(time));
    }

    #[test]
    fn a_year_that_has_no_four_digits_is_refused() {
        for bad in ["-002622-08-20T00:39:00-08:00", "9999-12-31T23:59:59Z"] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read_in_every_form_the_field_sends() {
        let expected = Some("2020-08-20T06:42:46+02:00".to_owned());
        for text in [
            "2020-08-20T06:42:46+02:00",
            "2020-08-20T06:42:46+0200",
            "2020-08-20T04:42:46Z",
            "2020-08-20T06:42:46",
            "2020-08-20 06:42:46",
            "2020-08-20T06:42:46.123",
            "2020-08-20T04:42:46.123456789Z",
            "2020-08-20 06:42:46 +0200",
            "2020-08-20 06:42:46 +02:00",
            "2020-08-20 06:42:46.123 +0200",
            "2020-08-20 01:12:46 -0330",
            "2020-08-20 04:42:46 UTC",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let number = TimeInput::from_epoch_milliseconds(1_597_898_566_123).unwrap();
        assert_eq!(
            Time::new(number.resolve(&paris()).unwrap(), &paris()).to_string(),
            "2020-08-20T06:42:46+02:00"
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "now",
            "2020-08-20",
            "2020-13-01T00:00:00Z",
            "2020-08-20T25:00:00Z",
            "20:30",
            "2020-08-20T06:42:46+02:00[Europe/Paris]",
            "2020-02-30T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "-009999-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2020-08-20 +0200",
            "2020-08-20 UTC",
            "2020-08-20T06:42:46  +0200",
            "2020-08-20T06:42:46 0200",
            "2020-08-20T06:42:46Z UTC",
            "2020-08-20T06:42:46+02:00 UTC",
            "2020-08-20T06:42:46 UTC UTC",
            "2020-08-20T06:42:46 CEST",
            " UTC",
            " +0200",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert!(TimeInput::from_epoch_milliseconds(1_597_898_566).is_err());
        assert!(TimeInput::from_epoch_milliseconds(i64::MAX).is_err());
    }

    #[test]
    fn a_zone_has_the_offset_of_the_moment() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let summer: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        let expected = Timezone {
            name: "Europe/Paris".to_owned(),
            offset: 7200,
        };
        assert_eq!(Timezone::for_zone(&zone, summer), expected);
    }

    #[test]
    fn times_of_day_run_from_midnight_to_one_minute_before() {
        assert_eq!(TimeOfDay::parse("23:59").unwrap().to_string(), "23:59");
        assert_eq!(TimeOfDay::parse("00:00"), Ok(TimeOfDay::MIDNIGHT));
        for bad in [
            "", "24:00", "12:60", "7:30", "12:3", "12-30", "aa:bb", "12:300",
        ] {
            assert!(TimeOfDay::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_date_is_ten_characters() {
        assert_eq!(parse_date("1990-02-28").unwrap().to_string(), "1990-02-28");
        for bad in [
            "1990-02-30",
            "28/02/1990",
            "1990-02-28T00:00:00Z",
            "",
            "19900228",
        ] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(second in 0_i64..200_000_000_000, quarters in -56_i32..=56) {
            let offset = Offset::from_seconds(quarters * 900).unwrap();
            let time = Time::new(Timestamp::from_second(second).unwrap(), &TimeZone::fixed(offset));
            prop_assert_eq!(Time::parse(&time.to_string()), Ok(time));
        }

        #[test]
        fn a_time_is_the_same_as_ruby_prints_it(second in 0_i64..200_000_000_000, quarters in -56_i32..=56) {
            let offset = Offset::from_seconds(quarters * 900).unwrap();
            let at = Timestamp::from_second(second).unwrap();
            let shown = Time::new(at, &TimeZone::fixed(offset)).to_string();
            let (clock, offset) = (shown[..19].replace('T', " "), &shown[19..]);
            let utc = Time::utc(at).to_string()[..19].replace('T', " ");
            for ruby in [
                format!("{clock} {}", offset.replace(':', "")),
                format!("{clock} {offset}"),
                format!("{utc} UTC"),
            ] {
                prop_assert_eq!(TimeInput::parse(&ruby), Ok(TimeInput::At(at)), "{}", ruby);
            }
        }

        #[test]
        fn stored_texts_sort_as_instants_do(a in 0_i64..200_000_000_000_000_000, b in 0_i64..200_000_000_000_000_000) {
            let a = Timestamp::from_microsecond(a).unwrap();
            let b = Timestamp::from_microsecond(b).unwrap();
            prop_assert_eq!(stored(a).cmp(&stored(b)), a.cmp(&b));
            prop_assert_eq!(from_stored(&stored(a)), Ok(a));
            prop_assert_eq!(stored(a).len(), 27);
        }

        #[test]
        fn reading_never_panics(text in "[-0-9T:+.Z ]{0,45}( UTC)?") {
            let _ = read(&text);
            let _ = Time::parse(&text);
        }
    }
}

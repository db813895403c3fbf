use hub::alarms::settings::{AlarmSettings, parse_minute_of_day};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The end of quiet hours in Lyon, for a moment in UTC.
fn quiet_until(from: &str, to: &str, now: &str) -> Option<String> {
    let settings = AlarmSettings {
        quiet_from: parse_minute_of_day(from),
        quiet_to: parse_minute_of_day(to),
        ..AlarmSettings::DEFAULT
    };
    let zone = TimeZone::get("Europe/Paris").expect("a zone");
    let now: Timestamp = now.parse().expect("a time");
    settings.quiet_until(&zone, now).map(|at| at.to_string())
}

#[test]
fn quiet_hours_end_at_their_next_end() {
    let cases = [
        // In winter it is an hour later in Lyon, in summer two.
        ("23:30", "7:00", "2026-01-10T22:29:59Z", None),
        (
            "23:30",
            "7:00",
            "2026-01-10T22:30:00Z",
            Some("2026-01-11T06:00:00Z"),
        ),
        (
            "23:30",
            "07:00",
            "2026-01-11T05:59:59Z",
            Some("2026-01-11T06:00:00Z"),
        ),
        ("23:30", "07:00", "2026-01-11T06:00:00Z", None),
        (
            "14:00",
            "16:30",
            "2026-07-01T12:00:00Z",
            Some("2026-07-01T14:30:00Z"),
        ),
        ("14:00", "16:30", "2026-07-01T14:30:00Z", None),
        (
            "22:00",
            "24:00",
            "2026-07-01T21:59:00Z",
            Some("2026-07-01T22:00:00Z"),
        ),
        ("22:00", "00:00", "2026-07-01T22:00:00Z", None),
        // The night in which clocks go forward: 2:30 is 3:30.
        (
            "23:00",
            "02:30",
            "2026-03-28T23:00:00Z",
            Some("2026-03-29T01:30:00Z"),
        ),
    ];
    for (from, to, now, end) in cases {
        let found = quiet_until(from, to, now);
        assert_eq!(found.as_deref(), end, "{from} to {to} at {now}");
    }
}

#[test]
fn a_time_of_day_has_hours_and_minutes() {
    for (text, minute) in [("00:00", 0), ("7:05", 425), ("23:59", 1_439), ("24:00", 0)] {
        assert_eq!(parse_minute_of_day(text), Some(minute), "{text}");
    }
    for text in [
        "", "7", "24:01", "12:60", "-1:00", "+1:00", "1:2:3", "1 2:00", "001:00",
    ] {
        assert_eq!(parse_minute_of_day(text), None, "{text}");
    }
}

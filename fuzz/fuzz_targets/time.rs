//! Times as people send them, in zones with strange offsets, and weekdays. The first byte picks the
//! zone. What is taken is shown, stored and read back without moving.
#![no_main]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use passeplat_fuzz::reads_back;
use wire::dow::Dow;
use wire::time::{Time, TimeInput, TimeOfDay, Timezone, from_stored, parse_date, stored};

/// Half hours, quarters, a whole day skipped, seconds until 1972, and before there were zones.
const ZONES: [&str; 10] = [
    "Europe/Paris",
    "UTC",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Monrovia",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "America/Caracas",
    "Etc/GMT+12",
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some(first) = text.chars().next() else {
        return;
    };
    let zone = ZONES[first as usize % ZONES.len()];
    let zone = TimeZone::get(zone).expect("a zone of the list");
    let text = &text[first.len_utf8()..];

    let number = text.parse().ok().map(TimeInput::from_epoch_milliseconds);
    for time in [Some(TimeInput::parse(text)), number].into_iter().flatten() {
        if let Ok(at) = time.and_then(|time| time.resolve(&zone)) {
            shown_and_stored(at, &zone);
        }
    }
    if let Ok(time) = Time::parse(text) {
        reads_back(&time);
    }
    if let Ok(at) = from_stored(text) {
        // Whatever else jiff takes was never written by us.
        let at = stored(at);
        assert!(at.starts_with('-') || from_stored(&at).map(stored) == Ok(at));
    }
    if let Ok(time) = TimeOfDay::parse(text) {
        reads_back(&time);
    }
    if let Ok(date) = parse_date(text) {
        assert_eq!(date.to_string(), text);
        reads_back(&date);
    }
    if let Ok(days) = Dow::parse(text) {
        assert_eq!(days.to_string(), text);
        reads_back(&days);
    }
});

fn shown_and_stored(at: Timestamp, zone: &TimeZone) {
    for time in [Time::new(at, zone), Time::utc(at)] {
        reads_back(&time);
        assert_eq!(time.to_string().len(), 25, "{time}");
        assert!((at.as_nanosecond() - time.at().as_nanosecond()).abs() < 1_000_000_000);
    }
    let text = stored(at);
    assert_eq!(text.len(), 27, "{text}");
    assert_eq!(from_stored(&text).map(stored), Ok(text));
    reads_back(&Timezone::for_zone(zone, at));
}

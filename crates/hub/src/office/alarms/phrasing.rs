//! Alarms in sentences.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::report::{AlarmReport, AlarmSubject};
use crate::alarms::{AlarmChange, AlarmKind};
use crate::office::format;
use crate::office::session::harmless_name;
use crate::office::translations::{Language, Translations};

/// What an alarm says in the list. `subject` is the name of the order or app.
pub(super) fn sentence(
    words: &Translations,
    kind: AlarmKind,
    subject: &str,
    entity: &str,
) -> String {
    let w = &words.alarms;
    match kind {
        AlarmKind::OrderUnreached => w.unreached(subject),
        AlarmKind::OrderNew => w.stayed_new(subject),
        AlarmKind::ConnectionFailing => w.failing(subject),
        AlarmKind::ConnectionSilent => w.silent(subject),
        AlarmKind::Test => w.was_test(entity),
    }
}

/// A time in whole minutes, at least one.
fn minutes_since(words: &Translations, since: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(since).as_mins().max(1);
    let count = u64::try_from(minutes).unwrap_or(1);
    words.alarms.minutes_count(count)
}

/// The name of what an alarm is about: short, on one line.
pub(super) fn subject_name(report: &AlarmReport) -> String {
    match &report.subject {
        AlarmSubject::Order(it) => {
            let reference = it.order.reference.as_deref().map(str::trim);
            let reference = reference.filter(|text| !text.is_empty());
            harmless_name(reference.unwrap_or(it.order.id.as_str()))
        }
        AlarmSubject::Connection { app, .. } => harmless_name(app),
        AlarmSubject::Nothing => harmless_name(&report.alarm.subject),
    }
}

/// The subject of a mail: the shop, what happened, and what follows.
pub(super) fn mail_subject(
    words: &Translations,
    report: &AlarmReport,
    change: AlarmChange,
    now: Timestamp,
) -> String {
    let w = &words.alarms;
    let (shop, name) = (harmless_name(&report.entity), subject_name(report));
    let alarm = &report.alarm;
    let since = match &report.subject {
        AlarmSubject::Order(it) => it.order.created_at.at(),
        AlarmSubject::Connection { since, .. } => since.unwrap_or(alarm.began_at),
        AlarmSubject::Nothing => alarm.began_at,
    };
    let time = minutes_since(words, since, now);
    let is_new = match &report.subject {
        AlarmSubject::Order(it) => it.order.status.as_str() == "new",
        _ => false,
    };
    match (change, alarm.kind) {
        (_, AlarmKind::Test) => w.subject_test(&shop),
        (AlarmChange::Begin, AlarmKind::OrderUnreached) => w.subject_unreached(&shop, &name, &time),
        (AlarmChange::Begin, AlarmKind::OrderNew) => w.subject_new(&shop, &name, &time),
        (AlarmChange::Begin, AlarmKind::ConnectionFailing) => {
            w.subject_failing(&shop, &name, &time)
        }
        (AlarmChange::Begin, AlarmKind::ConnectionSilent) => w.subject_silent(&shop, &name, &time),
        (AlarmChange::End, AlarmKind::OrderUnreached) if is_new => w.subject_reached(&shop, &name),
        (AlarmChange::End, AlarmKind::OrderUnreached | AlarmKind::OrderNew) => {
            w.subject_order_over(&shop, &name)
        }
        (AlarmChange::End, AlarmKind::ConnectionFailing) => w.subject_failing_over(&shop, &name),
        (AlarmChange::End, AlarmKind::ConnectionSilent) => w.subject_silent_over(&shop, &name),
    }
}

/// What somebody should do.
pub(super) fn advice(words: &Translations, kind: AlarmKind, change: AlarmChange) -> &'static str {
    let w = &words.alarms;
    match (change, kind) {
        (_, AlarmKind::Test) => w.mail_test,
        (AlarmChange::End, _) => w.mail_ended,
        (_, AlarmKind::OrderUnreached) => w.mail_unreached,
        (_, AlarmKind::OrderNew) => w.mail_new,
        (_, AlarmKind::ConnectionFailing) => w.mail_failing,
        (_, AlarmKind::ConnectionSilent) => w.mail_silent,
    }
}

/// A moment for reading.
pub(super) fn time(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    format::date_time(language, &at.to_zoned(zone.clone()))
}

/// When a connection was last heard of, for its card.
pub(crate) fn heard_of(words: &Translations, heard: Timestamp, now: Timestamp) -> String {
    let w = &words.alarms;
    let minutes = u64::try_from(now.duration_since(heard).as_mins()).unwrap_or_default();
    match minutes {
        0 => w.heard_now.to_owned(),
        1..60 => w.heard_minutes(minutes),
        60..2_880 => w.heard_hours(minutes / 60),
        _ => w.heard_days(minutes / 1_440),
    }
}

/// Whether a connection that fetches its events was not heard of for too long.
pub(crate) fn is_silent(heard: Timestamp, now: Timestamp, minutes: u32) -> bool {
    now.duration_since(heard) >= SignedDuration::from_mins(i64::from(minutes))
}

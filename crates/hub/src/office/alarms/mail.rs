//! Alarms as mails and as bodies for webhooks.

use jiff::Timestamp;
use serde_json::json;
use wire::id::LocationId;

use super::phrasing::{advice, mail_subject, sentence, subject_name};
use super::report::{AlarmReport, AlarmSubject};
use super::ticket;
use crate::alarms::{AlarmChange, AlarmKind};
use crate::config::Config;
use crate::mail::Email;
use crate::office::place::Place;
use crate::office::translations::Translations;

/// The mail that tells of an alarm. That of an order has the whole order when it begins.
pub(crate) fn email(
    words: &'static Translations,
    config: &Config,
    report: &AlarmReport,
    change: AlarmChange,
    now: Timestamp,
) -> Email {
    let (w, alarm) = (&words.alarms, &report.alarm);
    let office = config.office_url();
    let place = Place::of(&alarm.account, alarm.location.as_ref());
    let name = subject_name(report);
    let mut text = String::new();
    if alarm.kind != AlarmKind::Test {
        text = sentence(words, alarm.kind, &name, &report.entity);
        text.push_str("\n\n");
    }
    text.push_str(advice(words, alarm.kind, change));
    text.push_str("\n\n");
    if let (AlarmSubject::Order(order), AlarmChange::Begin) = (&report.subject, change) {
        text.push_str(&ticket::text(words, order, now));
        text.push('\n');
    }
    if let Some(link) = link(report) {
        text.push_str(&format!("{}\n{office}{}\n\n", w.mail_see, place.to(&link)));
    }
    let settings = place.to("/alarms/settings");
    text.push_str(&format!("{}\n{office}{settings}\n", w.mail_settings));
    let brand = &config.brand;
    text.push_str(&format!("\n-- \n{brand}\n"));
    Email {
        subject: mail_subject(words, report, change, now),
        text,
    }
}

/// Where an alarm is looked into.
fn link(report: &AlarmReport) -> Option<String> {
    match &report.subject {
        AlarmSubject::Order(order) => Some(format!("/orders/{}", order.order.id)),
        AlarmSubject::Connection { .. } => {
            Some(format!("/connections/{}/logs", report.alarm.subject))
        }
        AlarmSubject::Nothing => None,
    }
}

/// What is posted to a webhook: ids and no personal data.
pub(crate) fn webhook_body(report: &AlarmReport, change: AlarmChange) -> String {
    let alarm = &report.alarm;
    let (order, reference) = match &report.subject {
        AlarmSubject::Order(it) => (Some(it.order.id.as_str()), it.order.reference.as_deref()),
        _ => (None, None),
    };
    let (connection, app) = match &report.subject {
        AlarmSubject::Connection { app, .. } => (Some(alarm.subject.as_str()), Some(app.as_str())),
        _ => (None, None),
    };
    json!({
        "type": format!("alarm.{}", change.as_str()),
        "alarm_id": alarm.id,
        "kind": alarm.kind.as_str(),
        "account_id": alarm.account.as_str(),
        "location_id": alarm.location.as_ref().map(LocationId::as_str),
        "shop": report.entity,
        "order_id": order,
        "order_ref": reference,
        "connection_id": connection,
        "app": app,
        "began_at": wire::time::stored(alarm.began_at),
        "ended_at": alarm.ended_at.map(wire::time::stored),
    })
    .to_string()
}

//! The settings of alarms as a form.

use super::AlarmChoice;
use crate::alarms::settings::{
    AlarmSettings, MAX_MINUTES, MIN_SILENT_MINUTES, minute_of_day, parse_minute_of_day,
};
use crate::alarms::{AlarmKind, AlarmKinds};
use crate::oauth::clients::is_web_address;
use crate::office::form::FormFields;
use crate::office::translations::Translations;
use crate::office::widgets::{Field, LabelledValue, SelectOption};
use crate::outbound::EgressPolicy;

/// The fields of the form.
#[derive(Clone, Debug, Default)]
pub(super) struct AlarmForm {
    pub kinds: Vec<AlarmKind>,
    pub minutes: Field,
    pub silent_minutes: Field,
    pub quiet_from: Field,
    pub quiet_to: Field,
    pub has_mails: bool,
    pub webhook_url: Field,
}

/// A whole number between two bounds.
fn parse_number(text: &str, least: u32, most: u32) -> Option<u32> {
    let number: u32 = text.trim().parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

impl AlarmForm {
    /// The form of settings as they are.
    pub(super) fn of(settings: &AlarmSettings) -> Self {
        let time = |minute: Option<u32>| Field::of(minute.map(minute_of_day).unwrap_or_default());
        let kinds = AlarmKind::ALL.into_iter();
        Self {
            kinds: kinds.filter(|kind| settings.kinds.has(*kind)).collect(),
            minutes: Field::of(settings.minutes.to_string()),
            silent_minutes: Field::of(settings.silent_minutes.to_string()),
            quiet_from: time(settings.quiet_from),
            quiet_to: time(settings.quiet_to),
            has_mails: settings.has_mails,
            webhook_url: Field::of(settings.webhook_url.clone().unwrap_or_default()),
        }
    }

    /// The form as it was sent.
    pub(super) fn read(posted: &FormFields) -> Self {
        let field = |name: &str| Field::of(posted.text(name).unwrap_or_default());
        let kinds = posted.all("kind").into_iter();
        Self {
            kinds: kinds.filter_map(AlarmKind::parse).collect(),
            minutes: field("minutes"),
            silent_minutes: field("silent_minutes"),
            quiet_from: field("quiet_from"),
            quiet_to: field("quiet_to"),
            has_mails: posted.get("has_mails") == "yes",
            webhook_url: field("webhook_url"),
        }
    }

    /// What the form asks for; else the form with what is wrong at each field. `fresh_salt` is for a new
    /// address of the webhook.
    pub(super) fn check(
        mut self,
        words: &Translations,
        guard: &EgressPolicy,
        old: &AlarmSettings,
        fresh_salt: String,
    ) -> Result<AlarmSettings, Box<Self>> {
        let w = &words.alarms;
        let minutes = parse_number(&self.minutes.value, 1, MAX_MINUTES);
        if minutes.is_none() {
            self.minutes = self.minutes.wrong(w.minutes_wrong);
        }
        let silent = parse_number(&self.silent_minutes.value, MIN_SILENT_MINUTES, MAX_MINUTES);
        if silent.is_none() {
            self.silent_minutes = self.silent_minutes.wrong(w.silent_minutes_wrong);
        }
        let is_quiet_right = self.check_quiet_hours(words);
        let webhook_url = Some(self.webhook_url.value.clone()).filter(|url| !url.is_empty());
        let complaint = webhook_url.as_deref().and_then(|url| {
            if !is_web_address(url) {
                return Some(w.webhook_wrong);
            }
            guard.complaint(url).map(|_| w.webhook_internal)
        });
        if let Some(complaint) = complaint {
            self.webhook_url = self.webhook_url.wrong(complaint);
        }
        let (Some(minutes), Some(silent_minutes), true, None) =
            (minutes, silent, is_quiet_right, complaint)
        else {
            return Err(Box::new(self));
        };
        let is_same = webhook_url == old.webhook_url && !old.webhook_salt.is_empty();
        Ok(AlarmSettings {
            kinds: AlarmKinds::of(self.kinds),
            minutes,
            silent_minutes,
            quiet_from: parse_minute_of_day(&self.quiet_from.value),
            quiet_to: parse_minute_of_day(&self.quiet_to.value),
            has_mails: self.has_mails,
            webhook_salt: if is_same {
                old.webhook_salt.clone()
            } else {
                fresh_salt
            },
            webhook_url,
        })
    }

    fn check_quiet_hours(&mut self, words: &Translations) -> bool {
        let w = &words.alarms;
        for field in [&mut self.quiet_from, &mut self.quiet_to] {
            if !field.value.is_empty() && parse_minute_of_day(&field.value).is_none() {
                field.error = Some(w.quiet_wrong.to_owned());
            }
        }
        if self.quiet_from.error.is_some() || self.quiet_to.error.is_some() {
            return false;
        }
        let (from, to) = (&self.quiet_from.value, &self.quiet_to.value);
        if from.is_empty() != to.is_empty() {
            let missing = match from.is_empty() {
                true => &mut self.quiet_from,
                false => &mut self.quiet_to,
            };
            missing.error = Some(w.quiet_missing.to_owned());
            return false;
        }
        if !from.is_empty() && parse_minute_of_day(from) == parse_minute_of_day(to) {
            self.quiet_to.error = Some(w.quiet_same.to_owned());
            return false;
        }
        true
    }

    /// The settings for reading. The address of the webhook may hold a secret of its receiver.
    pub(super) fn facts(&self, words: &Translations) -> Vec<LabelledValue> {
        let w = &words.alarms;
        let kinds = self.kinds.iter().map(|kind| w.kind_label(*kind));
        let kinds: Vec<&str> = kinds.collect();
        let mut facts = vec![
            LabelledValue::new(w.kinds, kinds.join(", ")),
            LabelledValue::new(w.minutes, self.minutes.value.as_str()),
            LabelledValue::new(w.silent_minutes, self.silent_minutes.value.as_str()),
        ];
        if !self.quiet_from.value.is_empty() {
            let hours = format!("{} – {}", self.quiet_from.value, self.quiet_to.value);
            facts.push(LabelledValue::new(w.quiet, hours));
        }
        facts
    }

    /// The check boxes of the kinds.
    pub(super) fn choices(&self, words: &Translations) -> Vec<AlarmChoice> {
        let w = &words.alarms;
        let choice = |kind: AlarmKind| {
            let (label, hint) = match kind {
                AlarmKind::OrderUnreached => (w.kind_order_unreached, w.kind_order_unreached_hint),
                AlarmKind::OrderNew => (w.kind_order_new, w.kind_order_new_hint),
                AlarmKind::ConnectionFailing => {
                    (w.kind_connection_failing, w.kind_connection_failing_hint)
                }
                AlarmKind::ConnectionSilent => {
                    (w.kind_connection_silent, w.kind_connection_silent_hint)
                }
                AlarmKind::Test => (w.test, ""),
            };
            let is_chosen = self.kinds.contains(&kind);
            let option = SelectOption::new(kind.as_str(), label, is_chosen);
            AlarmChoice { option, hint }
        };
        AlarmKind::ALL.into_iter().map(choice).collect()
    }
}

//! What the settings say of the account or location.

use jiff::Timestamp;
use wire::location::{Day, Location, OrderAcceptance};
use wire::time::zone;

use super::super::hours_form::{mode_label, slots_text};
use super::SettingsData;
use crate::locations::rules;
use crate::office::country_lists;
use crate::office::format;
use crate::office::translations::Translations;
use crate::office::visitor::AccountMember;
use crate::office::widgets::LabelledValue;

/// Name, id, address, time zone, currency.
pub(super) fn facts(member: &AccountMember, found: &SettingsData) -> Vec<LabelledValue> {
    let language = member.browser.language;
    let words = &language.translations().settings;
    let country = |code: &str| country_lists::country_name(code, language).to_owned();
    if member.at.location.is_none() {
        let account = &found.account;
        return vec![
            LabelledValue::new(words.name, account.name.as_str()),
            LabelledValue::new(words.id, account.id.as_str()),
            LabelledValue::new(words.country, country(&account.country)),
            LabelledValue::new(words.timezone, account.timezone.as_str()),
            LabelledValue::new(words.currency, account.currency.as_str()),
        ];
    }
    let Some(stored) = found.locations.first() else {
        return Vec::new();
    };
    let at = &stored.location;
    let town: Vec<&str> = [at.postal_code.as_deref(), at.city.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let address = [at.address.clone(), Some(town.join(" "))];
    let address: Vec<String> = address
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let mut facts = vec![
        LabelledValue::new(words.name, at.name.as_str()),
        LabelledValue::new(words.id, at.id.as_str()),
    ];
    if !address.is_empty() {
        facts.push(LabelledValue::new(words.address, address.join(", ")));
    }
    if let Some(code) = &at.country {
        facts.push(LabelledValue::new(words.country, country(code)));
    }
    facts.push(LabelledValue::new(
        words.timezone,
        at.timezone.name.as_str(),
    ));
    facts
}

/// How a location works, at a moment.
pub(super) fn service_facts(
    words: &Translations,
    location: &Location,
    now: Timestamp,
) -> Vec<LabelledValue> {
    let w = &words.location_settings;
    let location = rules::as_of(location.clone(), now);
    let preparation = location.preparation_time;
    let preparation = preparation.map_or_else(|| "–".to_owned(), |it| w.minutes(it));
    let mut facts = vec![
        LabelledValue::new(w.acceptance, acceptance_text(words, &location)),
        LabelledValue::new(w.preparation, preparation),
        LabelledValue::new(w.cutoff_time, location.cutoff_time.to_string()),
    ];
    let Some(hours) = &location.opening_hours else {
        facts.push(LabelledValue::new(w.opening_hours, w.unset));
        return facts;
    };
    facts.extend(Day::ALL.iter().map(|day| {
        let slots = hours.0.get(day).filter(|slots| !slots.is_empty());
        // A range stays on one line.
        let text = slots.map(|slots| slots_text(slots).replace('-', "\u{a0}–\u{a0}"));
        let text = text.unwrap_or_else(|| w.closed.to_owned());
        LabelledValue::new(w.day(*day), text)
    }));
    facts
}

/// How orders are taken, until when and why.
fn acceptance_text(words: &Translations, location: &Location) -> String {
    let w = &words.location_settings;
    let acceptance = &location.order_acceptance;
    let mut text = match acceptance {
        OrderAcceptance::Busy {
            extra_preparation_time,
            ..
        } => w.minutes_more(*extra_preparation_time),
        OrderAcceptance::Normal | OrderAcceptance::Paused { .. } => {
            mode_label(words, acceptance.mode()).to_owned()
        }
    };
    if let Some(time) = acceptance.resume_at() {
        let zone = zone(&location.timezone.name);
        let time = format::date_time(words.language, &time.at().to_zoned(zone));
        text = w.until(&text, &time);
    }
    match acceptance {
        OrderAcceptance::Paused {
            reason: Some(reason),
            ..
        } => w.because(&text, reason),
        _ => text,
    }
}

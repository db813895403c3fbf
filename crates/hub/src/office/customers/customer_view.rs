//! A customer's page, filled from the stored customer.

use wire::currency::Currency;
use wire::customer::OrderCustomer;
use wire::money::Money;

use super::CardLine;
use crate::customers::Customer;
use crate::customers::cards::CustomerCard;
use crate::office::country_lists;
use crate::office::format;
use crate::office::orders::full_name;
use crate::office::translations::Translations;
use crate::office::widgets::LabelledValue;

/// First and last name, or the company's; empty if there is neither.
pub(super) fn name(person: &OrderCustomer) -> String {
    full_name(
        person.first_name.as_deref(),
        person.last_name.as_deref(),
        person.company_name.as_deref(),
    )
}

/// What all of a customer's orders cost, formatted.
pub(super) fn spending(words: &Translations, customer: &Customer, currency: Currency) -> String {
    let total = Money::new(customer.order_total, currency);
    format::money(words.language, &total.to_string())
}

/// How many orders a customer has placed, formatted.
pub(super) fn order_count(words: &Translations, customer: &Customer) -> String {
    let count = u64::try_from(customer.nb_orders).unwrap_or_default();
    format::whole(words.language, count)
}

/// How a customer can be reached, and what else is known.
pub(super) fn details(words: &Translations, customer: &Customer) -> Vec<LabelledValue> {
    let (w, orders, person) = (&words.customers, &words.orders, &customer.person);
    let mut details = vec![LabelledValue::new(orders.id, customer.id.as_str())];
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            details.push(LabelledValue::new(label, value));
        }
    };
    let name = name(person);
    let company = person.company_name.clone();
    add(orders.company, company.filter(|company| *company != name));
    add(orders.email, person.email.clone());
    let phone = match (&person.phone, &person.phone_access_code) {
        (Some(phone), Some(code)) => Some(format!("{phone} ({code})")),
        (phone, _) => phone.clone(),
    };
    add(orders.phone, phone);
    let gender = person.gender.map(|gender| match gender.as_str() {
        "female" => w.female.to_owned(),
        "male" => w.male.to_owned(),
        other => other.to_owned(),
    });
    add(w.gender, gender);
    let birth_date = person
        .birth_date
        .map(|day| format::day(words.language, day));
    add(w.birth_date, birth_date);
    if !person.anonymised {
        add(w.marketing, Some(marketing(words, person)));
    }
    details
}

fn marketing(words: &Translations, person: &OrderCustomer) -> String {
    let w = &words.customers;
    let agreed: Vec<&str> = [
        (person.email_marketing, w.by_email),
        (person.sms_marketing, w.by_sms),
    ]
    .into_iter()
    .filter_map(|(is_allowed, label)| is_allowed.then_some(label))
    .collect();
    match agreed.is_empty() {
        true => w.no_marketing.to_owned(),
        false => agreed.join(", "),
    }
}

/// The address, a line each, with the directions for the driver at the end.
pub(super) fn address(words: &Translations, person: &OrderCustomer) -> Vec<String> {
    let town: Vec<&str> = [&person.postal_code, &person.city]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let country = person.country.as_deref();
    let country = country.map(|code| country_lists::country_name(code, words.language).to_owned());
    let position = match (&person.latitude, &person.longitude) {
        (Some(latitude), Some(longitude)) => Some(format!(
            "{} {latitude}, {longitude}",
            words.customers.position
        )),
        _ => None,
    };
    let notes = person.delivery_notes.as_deref().map(str::trim);
    let notes = notes.filter(|notes| !notes.is_empty());
    let notes = notes.map(|notes| format!("{} : {notes}", words.orders.delivery_notes));
    let lines = [
        person.address_1.clone(),
        person.address_2.clone(),
        Some(town.join(" ")),
        person.state.clone(),
        country,
        position,
        notes,
    ];
    lines
        .into_iter()
        .flatten()
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// Numbers of orders and amounts, and since when.
pub(super) fn activity(
    words: &Translations,
    customer: &Customer,
    currency: Currency,
) -> Vec<LabelledValue> {
    let w = &words.customers;
    let time = |at: jiff::Timestamp| {
        format::date_time(words.language, &at.to_zoned(customer.zone.clone()))
    };
    let mut activity = vec![
        LabelledValue::new(w.order_count, order_count(words, customer)),
        LabelledValue::new(w.order_total, spending(words, customer, currency)),
    ];
    let times = [
        (w.first_order, customer.first_order),
        (w.last_order, customer.last_order),
        (w.added, Some(customer.created_at)),
    ];
    for (label, at) in times {
        if let Some(at) = at {
            activity.push(LabelledValue::new(label, time(at)));
        }
    }
    activity
}

/// The loyalty cards.
pub(super) fn cards(words: &Translations, cards: &[CustomerCard]) -> Vec<CardLine> {
    let line = |card: &CustomerCard| CardLine {
        name: card.name.clone().unwrap_or_default(),
        reference: card.reference.clone(),
        balance: format::decimal(words.language, &card.view().balance.to_minimal_string()),
    };
    cards.iter().map(line).collect()
}

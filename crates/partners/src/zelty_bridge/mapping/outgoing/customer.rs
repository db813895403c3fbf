//! The guest of an order: kept by Zelty if the hub keeps them, else a name and a phone number.

use client::order::Order;

use super::super::options::BridgeLanguage;
use super::OutgoingContext;
use crate::zelty_api::{CustomerDraft, DeliveryAddress};

/// Calling codes of countries whose national numbers begin with a 0 that is left out abroad.
const CALLING_CODES: [(&str, &str); 10] = [
    ("FR", "33"),
    ("BE", "32"),
    ("CH", "41"),
    ("MC", "377"),
    ("DE", "49"),
    ("GB", "44"),
    ("NL", "31"),
    ("RE", "262"),
    ("GP", "590"),
    ("MQ", "596"),
];

/// Words after a number that belong to it.
const NUMBER_SUFFIXES: [&str; 5] = ["bis", "ter", "quater", "a", "b"];

/// The guest with all that the hub knows. A guest of no customer list, for a delivery, has no id here, and is
/// asked for no agreement to advertising.
pub(super) fn registered_customer(order: &Order, context: &OutgoingContext<'_>) -> CustomerDraft {
    let customer = &order.customer;
    let is_registered = customer.id.is_some();
    let names = [
        &customer.first_name,
        &customer.last_name,
        &customer.company_name,
    ];
    // Zelty refuses a guest without any name.
    let stand_in_name = names
        .iter()
        .all(|name| name.as_deref().is_none_or(|it| it.trim().is_empty()))
        .then(|| nameless(order, context.options.language));
    let country = customer.country.as_deref().unwrap_or(context.country);
    CustomerDraft {
        id: None,
        remote_id: customer.id.as_ref().map(ToString::to_string),
        fname: customer.first_name.clone().or(stand_in_name),
        name: customer.last_name.clone(),
        company: customer.company_name.clone(),
        phone: customer
            .phone
            .as_deref()
            .and_then(|phone| international(phone, country)),
        mail: customer.email.clone(),
        birthday: customer.birth_date.map(|date| date.to_string()),
        card: customer
            .loyalty_cards
            .first()
            .and_then(|card| card.reference.clone()),
        sms_optin: is_registered.then_some(customer.sms_marketing),
        mail_optin: is_registered.then_some(customer.email_marketing),
        country_code: customer.country.clone(),
        addresses: if is_registered {
            delivery_address(order, context.options.language)
                .into_iter()
                .collect()
        } else {
            Vec::new()
        },
    }
}

/// What a guest without a name is called: what comes before the @ of the address, or a word.
fn nameless(order: &Order, language: BridgeLanguage) -> String {
    let before_at = order
        .customer
        .email
        .as_deref()
        .and_then(|it| it.split('@').next());
    let before_at = before_at.filter(|it| !it.is_empty());
    before_at.map_or_else(
        || language.pick("Client", "Customer").to_owned(),
        str::to_owned,
    )
}

/// First and last name in one text.
pub(super) fn guest_name(order: &Order) -> Option<String> {
    let names = [&order.customer.first_name, &order.customer.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(|it| it.trim()).collect();
    let name = names.join(" ");
    (!name.trim().is_empty()).then(|| name.trim().to_owned())
}

/// The phone number, and the code that a platform's switchboard asks for.
pub(super) fn phone_number(order: &Order, country: &str) -> Option<String> {
    let customer = &order.customer;
    let country = customer.country.as_deref().unwrap_or(country);
    let phone = customer.phone.as_deref()?;
    let phone = international(phone, country).unwrap_or_else(|| phone.trim().to_owned());
    Some(match customer.phone_access_code.as_deref() {
        Some(code) => format!("{phone} {code}"),
        None => phone,
    })
}

/// A number in the form of E.164; none if it cannot be one.
fn international(phone: &str, country: &str) -> Option<String> {
    let is_plus = phone.trim().starts_with('+');
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let with_code = if is_plus {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else {
        let code = CALLING_CODES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(country));
        let national = digits.strip_prefix('0')?;
        format!("{}{national}", code?.1)
    };
    (8..=15)
        .contains(&with_code.len())
        .then(|| format!("+{with_code}"))
}

/// The address, with the number apart from the street.
pub(super) fn delivery_address(order: &Order, language: BridgeLanguage) -> Option<DeliveryAddress> {
    let customer = &order.customer;
    let (number, street) = split_street(customer.address_1.as_deref()?);
    let more: Vec<&str> = [&customer.address_2, &customer.delivery_notes]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|text| !text.trim().is_empty())
        .collect();
    let location = match (&customer.latitude, &customer.longitude) {
        (Some(latitude), Some(longitude)) => {
            let degrees = |text: String| text.parse::<f64>().ok();
            degrees(latitude.to_minimal_string())
                .zip(degrees(longitude.to_minimal_string()))
                .map(|(latitude, longitude)| [latitude, longitude])
        }
        _ => None,
    };
    Some(DeliveryAddress {
        remote_id: None,
        name: language
            .pick("Adresse par défaut", "Default address")
            .to_owned(),
        street_num: number,
        street,
        zip_code: customer.postal_code.clone().unwrap_or_default(),
        city: customer.city.clone().unwrap_or_default(),
        address_more: (!more.is_empty()).then(|| more.join(", ")),
        location,
    })
}

/// The number at the beginning, with a word such as `bis` after it, and the street.
fn split_street(line: &str) -> (Option<String>, String) {
    let mut words = line.split_whitespace().peekable();
    let is_number =
        |word: &str| word.starts_with(|it: char| it.is_ascii_digit()) && word.len() <= 6;
    let Some(first) = words.next_if(|word| is_number(word.trim_end_matches(','))) else {
        return (None, line.trim().to_owned());
    };
    let mut number = first.trim_end_matches(',').to_owned();
    if let Some(suffix) = words.next_if(|word| {
        let word = word.trim_end_matches(',').to_lowercase();
        NUMBER_SUFFIXES.contains(&word.as_str())
    }) {
        number = format!("{number} {}", suffix.trim_end_matches(','));
    }
    let street = words.collect::<Vec<_>>().join(" ");
    (Some(number), street)
}

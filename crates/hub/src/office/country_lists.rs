//! Countries, currencies and timezones to choose from.
//!
//! Short lists on purpose: where the hub's merchants are. `passeplat admin` takes every ISO code.

use jiff::tz::TimeZone;

use super::translations::Language;
use super::widgets::SelectOption;

/// ISO 3166-1 alpha-2, French name, English name; in the order of the French.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("DE", "Allemagne", "Germany"),
    ("AD", "Andorre", "Andorra"),
    ("AU", "Australie", "Australia"),
    ("AT", "Autriche", "Austria"),
    ("BE", "Belgique", "Belgium"),
    ("BG", "Bulgarie", "Bulgaria"),
    ("CA", "Canada", "Canada"),
    ("CI", "Côte d’Ivoire", "Ivory Coast"),
    ("HR", "Croatie", "Croatia"),
    ("DK", "Danemark", "Denmark"),
    ("ES", "Espagne", "Spain"),
    ("US", "États-Unis", "United States"),
    ("FI", "Finlande", "Finland"),
    ("FR", "France", "France"),
    ("GR", "Grèce", "Greece"),
    ("GP", "Guadeloupe", "Guadeloupe"),
    ("GF", "Guyane française", "French Guiana"),
    ("HU", "Hongrie", "Hungary"),
    ("IE", "Irlande", "Ireland"),
    ("IT", "Italie", "Italy"),
    ("RE", "La Réunion", "Réunion"),
    ("LU", "Luxembourg", "Luxembourg"),
    ("MA", "Maroc", "Morocco"),
    ("MQ", "Martinique", "Martinique"),
    ("YT", "Mayotte", "Mayotte"),
    ("MC", "Monaco", "Monaco"),
    ("NO", "Norvège", "Norway"),
    ("NC", "Nouvelle-Calédonie", "New Caledonia"),
    ("NZ", "Nouvelle-Zélande", "New Zealand"),
    ("NL", "Pays-Bas", "Netherlands"),
    ("PL", "Pologne", "Poland"),
    ("PF", "Polynésie française", "French Polynesia"),
    ("PT", "Portugal", "Portugal"),
    ("RO", "Roumanie", "Romania"),
    ("GB", "Royaume-Uni", "United Kingdom"),
    (
        "PM",
        "Saint-Pierre-et-Miquelon",
        "Saint Pierre and Miquelon",
    ),
    ("SN", "Sénégal", "Senegal"),
    ("SK", "Slovaquie", "Slovakia"),
    ("SI", "Slovénie", "Slovenia"),
    ("SE", "Suède", "Sweden"),
    ("CH", "Suisse", "Switzerland"),
    ("CZ", "Tchéquie", "Czechia"),
    ("TN", "Tunisie", "Tunisia"),
];

/// ISO 4217, the commonest first.
const CURRENCIES: &[&str] = &[
    "EUR", "GBP", "CHF", "USD", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "RON", "BGN", "MAD", "TND", "XOF", "XPF",
];

/// IANA names, the commonest first.
const TIMEZONES: &[&str] = &[
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Luxembourg",
    "Europe/Zurich",
    "Europe/Madrid",
    "Europe/Lisbon",
    "Europe/Rome",
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Amsterdam",
    "Europe/Copenhagen",
    "Europe/Stockholm",
    "Europe/Oslo",
    "Europe/Helsinki",
    "Europe/Warsaw",
    "Europe/Prague",
    "Europe/Budapest",
    "Europe/Bucharest",
    "Europe/Sofia",
    "Europe/Athens",
    "Africa/Casablanca",
    "Africa/Tunis",
    "Africa/Abidjan",
    "Africa/Dakar",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "America/Montreal",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Australia/Sydney",
    "Pacific/Auckland",
];

/// Whether a form may send this country.
pub(crate) fn is_country(code: &str) -> bool {
    COUNTRIES.iter().any(|(known, ..)| *known == code)
}

/// A country's name in the reader's language; its code when it is none of ours.
pub(crate) fn country_name(code: &str, language: Language) -> &str {
    let known = COUNTRIES.iter().find(|(known, ..)| *known == code);
    known.map_or(code, |(_, french, english)| match language {
        Language::French => french,
        Language::English => english,
    })
}

/// The countries, in the reader's language; France when `chosen` is none of them.
pub(crate) fn countries(chosen: &str, language: Language) -> Vec<SelectOption> {
    let chosen = if is_country(chosen) { chosen } else { "FR" };
    let mut choices: Vec<SelectOption> = COUNTRIES
        .iter()
        .map(|(code, french, english)| {
            let name = if language == Language::French {
                french
            } else {
                english
            };
            SelectOption::new(*code, *name, *code == chosen)
        })
        .collect();
    if language == Language::English {
        choices.sort_by(|one, other| one.label.cmp(&other.label));
    }
    choices
}

/// The currencies.
pub(crate) fn currencies(chosen: &str) -> Vec<SelectOption> {
    let chosen = if CURRENCIES.contains(&chosen) {
        chosen
    } else {
        "EUR"
    };
    CURRENCIES
        .iter()
        .map(|code| SelectOption::new(*code, *code, *code == chosen))
        .collect()
}

/// The timezones.
pub(crate) fn timezones(chosen: &str) -> Vec<SelectOption> {
    let chosen = if TIMEZONES.contains(&chosen) {
        chosen
    } else {
        "Europe/Paris"
    };
    TIMEZONES
        .iter()
        .map(|name| SelectOption::new(*name, *name, *name == chosen))
        .collect()
}

/// Whether a form may send this time zone.
pub(crate) fn is_timezone(name: &str) -> bool {
    TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}

/// The timezones, and the one that is stored already, whichever it is.
pub(crate) fn timezones_with(stored: &str) -> Vec<SelectOption> {
    let mut all = timezones(stored);
    if !TIMEZONES.contains(&stored) {
        all.iter_mut().for_each(|it| it.chosen = false);
        all.insert(0, SelectOption::new(stored, stored, true));
    }
    all
}

//! Amounts, numbers, dates and times as a reader of either language writes them.
//!
//! `26,40 €` and `07/03/2026 19:41` in French, `€26.40` and `7 Mar 2026, 19:41` in English.
//! Figures and their unit are held together by no-break spaces (U+00A0; U+202F between thousands in
//! French), so that no line ends between them.

use jiff::Zoned;
use jiff::civil::Date;

use super::translations::Language;

/// A whole number with its thousands separated.
#[must_use]
pub fn whole(language: Language, number: u64) -> String {
    group(language, &number.to_string())
}

/// An amount in the API's form (`-1234.50 EUR`) as people write it; anything else as it is.
#[must_use]
pub fn money(language: Language, amount: &str) -> String {
    let Some((number, currency)) = amount.trim().split_once(' ') else {
        return amount.to_owned();
    };
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", number),
    };
    let figures = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (units, cents) = number.split_once('.').unwrap_or((number, ""));
    if !figures(units) || !(cents.is_empty() || figures(cents)) {
        return amount.to_owned();
    }
    // The API writes two decimals for every currency; people do not for those that have none.
    let cents = if is_whole_currency(currency) && cents == "00" {
        ""
    } else {
        cents
    };
    let mut text = group(language, units);
    if !cents.is_empty() {
        text.push(if language == Language::French {
            ','
        } else {
            '.'
        });
        text.push_str(cents);
    }
    let symbol = symbol(currency);
    match (language, symbol) {
        (Language::French, _) => format!("{sign}{text}\u{a0}{}", symbol.unwrap_or(currency)),
        (Language::English, Some(symbol)) => format!("{sign}{symbol}{text}"),
        (Language::English, None) => format!("{sign}{currency}\u{a0}{text}"),
    }
}

/// A decimal of the API (`2.50`) without needless zeroes: `2,5`, `2`; anything else as it is.
#[must_use]
pub fn decimal(language: Language, number: &str) -> String {
    let plain = match number.split_once('.') {
        Some((units, decimals)) => match decimals.trim_end_matches('0') {
            "" => units.to_owned(),
            rest => format!("{units}.{rest}"),
        },
        None => number.to_owned(),
    };
    match language {
        Language::French => plain.replace('.', ","),
        Language::English => plain,
    }
}

/// A percentage from a decimal of the API (`5.5`): `5,5 %` or `5.5%`.
#[must_use]
pub fn percent(language: Language, number: &str) -> String {
    match language {
        Language::French => format!("{}\u{a0}%", decimal(language, number)),
        Language::English => format!("{}%", decimal(language, number)),
    }
}

/// Date and time to the minute: `07/03/2026 19:41`, `7 Mar 2026, 19:41`.
#[must_use]
pub fn date_time(language: Language, at: &Zoned) -> String {
    match language {
        Language::French => at.strftime("%d/%m/%Y %H:%M").to_string(),
        Language::English => at.strftime("%-d %b %Y, %H:%M").to_string(),
    }
}

/// Date and time to the second, for logs: `07/03/2026 19:41:08`, `7 Mar 2026, 19:41:08`.
#[must_use]
pub fn date_time_seconds(language: Language, at: &Zoned) -> String {
    match language {
        Language::French => at.strftime("%d/%m/%Y %H:%M:%S").to_string(),
        Language::English => at.strftime("%-d %b %Y, %H:%M:%S").to_string(),
    }
}

/// The day: `07/03/2026`, `7 Mar 2026`.
#[must_use]
pub fn date(language: Language, at: &Zoned) -> String {
    match language {
        Language::French => at.strftime("%d/%m/%Y").to_string(),
        Language::English => at.strftime("%-d %b %Y").to_string(),
    }
}

/// A day that is no moment, such as a date of birth: `07/03/2026`, `7 Mar 2026`.
#[must_use]
pub fn day(language: Language, day: Date) -> String {
    match language {
        Language::French => day.strftime("%d/%m/%Y").to_string(),
        Language::English => day.strftime("%-d %b %Y").to_string(),
    }
}

/// The month: `03/2026`, `Mar 2026`.
#[must_use]
pub fn month(language: Language, at: &Zoned) -> String {
    match language {
        Language::French => at.strftime("%m/%Y").to_string(),
        Language::English => at.strftime("%b %Y").to_string(),
    }
}

/// The time of day to the second, `19:41:08`, the same in both languages.
#[must_use]
pub fn time_of_day(at: &Zoned) -> String {
    at.strftime("%H:%M:%S").to_string()
}

/// For `<time datetime>`: `2026-03-07T19:41:08+01:00`.
#[must_use]
pub fn machine_time(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The distance from UTC at that moment, for the head of a column: `UTC+02:00`, `UTC`.
#[must_use]
pub fn utc_offset(at: &Zoned) -> String {
    match at.offset().seconds() {
        0 => "UTC".to_owned(),
        _ => at.strftime("UTC%:z").to_string(),
    }
}

/// How long something took: `12 ms`, `0,2 s`, `20 s`, `3 min`.
#[must_use]
pub fn duration(language: Language, milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds}\u{a0}ms"),
        100..9_950 => {
            let tenths = (milliseconds + 50) / 100;
            let text = decimal(language, &format!("{}.{}", tenths / 10, tenths % 10));
            format!("{text}\u{a0}s")
        }
        9_950..120_000 => format!("{}\u{a0}s", (milliseconds + 500) / 1_000),
        _ => format!("{}\u{a0}min", (milliseconds + 30_000) / 60_000),
    }
}

/// The figures in groups of three.
fn group(language: Language, figures: &str) -> String {
    let separator = if language == Language::French {
        '\u{202f}'
    } else {
        ','
    };
    let mut text = String::with_capacity(figures.len() + figures.len() / 3);
    for (index, figure) in figures.chars().enumerate() {
        if index > 0 && (figures.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(figure);
    }
    text
}

/// Symbols that no reader of the two languages can mistake for another currency.
fn symbol(currency: &str) -> Option<&'static str> {
    match currency {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "USD" => Some("$"),
        _ => None,
    }
}

/// Whether a currency has no smaller unit.
pub(crate) fn is_whole_currency(currency: &str) -> bool {
    matches!(
        currency,
        "JPY" | "KRW" | "XPF" | "XOF" | "XAF" | "VND" | "CLP" | "ISK" | "KMF"
    )
}

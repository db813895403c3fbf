//! Money for display and for a till's small sums: whole cents, no floating point.

use super::words::Lang;

/// Cents of a currency, read from `"12.50 EUR"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Hundredths, negative for refunds.
    pub cents: i64,
    /// ISO 4217.
    pub currency: String,
}

impl Amount {
    /// Reads the API's form. `None` for anything else.
    pub fn parse(text: &str) -> Option<Amount> {
        let (number, currency) = text.trim().split_once(' ')?;
        let (whole, fraction) = number.split_once('.')?;
        let negative = whole.starts_with('-');
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
        let whole = whole.strip_prefix('-').unwrap_or(whole);
        if !digits(whole) || !digits(fraction) || fraction.len() != 2 {
            return None;
        }
        let cents = whole.parse::<i64>().ok()?.checked_mul(100)?;
        let cents = cents.checked_add(fraction.parse().ok()?)?;
        Some(Amount {
            cents: if negative { -cents } else { cents },
            currency: currency.trim().into(),
        })
    }

    /// The API's form, such as `-0.05 EUR`.
    pub fn to_api(&self) -> String {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        format!("{sign}{}.{:02} {}", cents / 100, cents % 100, self.currency)
    }

    /// For people: `12,50 €` in French, `€12.50` in English.
    pub(crate) fn show(&self, lang: Lang) -> String {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        let (whole, fraction) = (cents / 100, cents % 100);
        let symbol = match self.currency.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            other => other,
        };
        match lang {
            Lang::Fr => format!("{sign}{whole},{fraction:02}\u{a0}{symbol}"),
            Lang::En if symbol.chars().count() == 1 => {
                format!("{sign}{symbol}{whole}.{fraction:02}")
            }
            Lang::En => format!("{sign}{whole}.{fraction:02}\u{a0}{symbol}"),
        }
    }

    /// The amount without its tax, `rate` in hundredths of a percent (`5.5` % = 550), rounded half
    /// away from zero.
    pub fn without_tax(&self, rate: i64) -> Amount {
        let divisor = i128::from(10_000 + rate.max(0));
        let scaled = i128::from(self.cents) * 10_000;
        let half = if scaled < 0 {
            -divisor / 2
        } else {
            divisor / 2
        };
        let cents = i64::try_from((scaled + half) / divisor).unwrap_or(self.cents);
        Amount {
            cents,
            currency: self.currency.clone(),
        }
    }
}

/// A percentage such as `"5.5"` in hundredths of a percent.
pub(crate) fn rate(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let fraction: String = fraction.chars().chain("00".chars()).take(2).collect();
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(fraction.parse().ok()?)
}

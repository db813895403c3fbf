//! Amounts of money.
//!
//! A [`Money`] is a whole number of hundredths and a currency. It never passes through a float,
//! and a sum that does not fit is `None`, never a wrong number and never a panic.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::currency::Currency;
use crate::decimal::Decimal;
use crate::problem::{must_be_in, must_be_positive};
use crate::text::{Text, quotable};

/// An amount such as `8.90 EUR`. In JSON: that string, always with two decimals, also in
/// currencies that have none of their own (API, chapter Common types).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    cents: i64,
    currency: Currency,
}

/// The text is not an amount of money. Its message is the one clients display.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid monetary amount")]
pub struct MoneyError(String);

impl Money {
    /// So many hundredths of the currency.
    pub const fn new(cents: i64, currency: Currency) -> Self {
        Self { cents, currency }
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Hundredths of the currency; may be negative.
    pub const fn cents(self) -> i64 {
        self.cents
    }

    /// The currency of the amount.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Below zero.
    pub const fn is_negative(self) -> bool {
        self.cents < 0
    }

    /// The amount, if it is in that currency; else the complaint about it.
    pub fn in_currency(self, currency: Currency) -> Result<Money, String> {
        if self.currency == currency {
            Ok(self)
        } else {
            Err(must_be_in(currency, self.currency))
        }
    }

    /// The amount, unless it is below zero; else the complaint about it.
    pub fn not_negative(self) -> Result<Money, String> {
        if self.is_negative() {
            Err(must_be_positive(self))
        } else {
            Ok(self)
        }
    }

    /// Reads `<amount> <currency>`: an optional minus sign and spaces, digits, a point, exactly two
    /// digits, one or more spaces, and a currency of ISO 4217. An amount beyond 64 bits of cents is
    /// refused as well.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        read(text).ok_or_else(|| MoneyError(quotable(text)))
    }

    /// The sum; `None` if it does not fit or the currencies differ.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.with(other, i64::checked_add)
    }

    /// The difference; `None` if it does not fit or the currencies differ.
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        self.with(other, i64::checked_sub)
    }

    /// So many times the amount; `None` if it does not fit.
    pub fn checked_mul_int(self, times: i64) -> Option<Money> {
        Some(Self::new(self.cents.checked_mul(times)?, self.currency))
    }

    /// The amount times a decimal number, rounded to the cent. Half a cent is rounded up, that is
    /// away from zero: `0.05 × 0.5` is `0.03` and `-0.05 × 0.5` is `-0.03`. The product is exact
    /// before it is rounded; `None` if it does not fit.
    pub fn times(self, factor: &Decimal) -> Option<Money> {
        let (mantissa, scale) = factor.parts();
        let product = i128::from(self.cents).checked_mul(mantissa)?;
        let unit = 10_i128.checked_pow(scale)?;
        let (whole, rest) = (product / unit, product % unit);
        let rounded = if rest.checked_abs()?.checked_mul(2)? >= unit {
            whole.checked_add(rest.signum())?
        } else {
            whole
        };
        Some(Self::new(i64::try_from(rounded).ok()?, self.currency))
    }

    fn with(self, other: Money, apply: fn(i64, i64) -> Option<i64>) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self::new(apply(self.cents, other.cents)?, self.currency))
    }
}

fn read(text: &str) -> Option<Money> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, text.trim_start_matches(' ')),
    };
    let (units, rest) = rest.split_once('.')?;
    let (hundredths, currency) = rest.split_at_checked(2)?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(units) || !all_digits(hundredths) || !currency.starts_with(' ') {
        return None;
    }
    let currency = Currency::parse(currency.trim_start_matches(' ')).ok()?;
    let mut cents: i64 = 0;
    for digit in units.bytes().chain(hundredths.bytes()) {
        // Built up below zero, for the lowest amount has no positive twin.
        cents = cents
            .checked_mul(10)?
            .checked_sub(i64::from(digit - b'0'))?;
    }
    let cents = if negative {
        cents
    } else {
        cents.checked_neg()?
    };
    Some(Money::new(cents, currency))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        write!(
            f,
            "{sign}{}.{:02} {}",
            cents / 100,
            cents % 100,
            self.currency
        )
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::parse(text.as_str()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur(cents: i64) -> Money {
        Money::new(cents, Currency::EUR)
    }

    #[test]
    fn the_grammar_is_exact() {
        for (text, printed) in [
            ("8.90 EUR", "8.90 EUR"),
            ("-0.05 GBP", "-0.05 GBP"),
            ("- 12.00   EUR", "-12.00 EUR"),
            ("007.10 EUR", "7.10 EUR"),
            ("-0.00 EUR", "0.00 EUR"),
            ("1000.00 JPY", "1000.00 JPY"),
            ("92233720368547758.07 EUR", "92233720368547758.07 EUR"),
            ("-92233720368547758.08 EUR", "-92233720368547758.08 EUR"),
        ] {
            assert_eq!(Money::parse(text).unwrap().to_string(), printed);
        }
        for bad in [
            "",
            "100",
            "100 EUR",
            "100.5 EUR",
            "100.100 EUR",
            "100.10 EURO",
            "+ 100.50 EUR",
            "100.50EUR",
            "100.50 eur",
            "100.50 ZZZ",
            ".50 EUR",
            "1,50 EUR",
            "1.50 EUR ",
            "--1.00 EUR",
            "92233720368547758.08 EUR",
            "1.5é EUR",
            "١.٠٠ EUR",
            "1.00\tEUR",
        ] {
            assert!(Money::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bad_amount_is_quoted_in_the_message() {
        let message = Money::parse("abc").unwrap_err().to_string();
        assert_eq!(message, "'abc' is not a valid monetary amount");
    }

    #[test]
    fn half_a_cent_is_rounded_away_from_zero() {
        let times = |cents, factor: &str| eur(cents).times(&Decimal::parse(factor).unwrap());
        assert_eq!(times(5, "0.5"), Some(eur(3)));
        assert_eq!(times(-5, "0.5"), Some(eur(-3)));
        assert_eq!(times(5, "-0.5"), Some(eur(-3)));
        assert_eq!(times(333, "0.333"), Some(eur(111)));
        assert_eq!(times(100, "0.0049999"), Some(eur(0)));
        assert_eq!(times(i64::MAX, "2"), None);
    }

    #[test]
    fn currencies_do_not_mix() {
        assert_eq!(eur(1).checked_add(Money::parse("1.00 USD").unwrap()), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(cents: i64) {
            prop_assert_eq!(Money::parse(&eur(cents).to_string()), Ok(eur(cents)));
        }

        #[test]
        fn reading_never_panics(text in ".{0,40}") {
            let _ = Money::parse(&text);
        }

        #[test]
        fn adding_and_taking_away_is_nothing(a: i64, b: i64) {
            if let Some(sum) = eur(a).checked_add(eur(b)) {
                prop_assert_eq!(sum.checked_sub(eur(b)), Some(eur(a)));
            }
        }

        #[test]
        fn a_whole_factor_multiplies_exactly(cents: i64, times in -999_999_i64..1_000_000) {
            let factor = Decimal::from(times);
            prop_assert_eq!(eur(cents).times(&factor), eur(cents).checked_mul_int(times));
        }
    }
}

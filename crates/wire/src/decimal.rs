//! Decimal numbers: quantities, points, tax rates, coordinates.
//!
//! They are read from JSON strings or numbers, stay decimal all the way, and are printed with at
//! least one decimal. Numbers of absurd length are refused at the door.

use std::fmt;
use std::str::FromStr;

use rust_decimal::RoundingStrategy;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::quotable;

/// Digits kept after the point; further ones are rounded away.
const FRACTION_DIGITS: u32 = 16;
/// Digits allowed before the point.
const WHOLE_DIGITS: usize = 12;
/// Characters allowed in all.
const MAX_DECIMAL_BYTES: usize = 64;

/// A decimal number below 10¹² with at most 16 digits after the point. In JSON: a string with at
/// least one decimal, such as `"2.0"` or `"13.5"`; read from a string or a number (API, chapter
/// Common types).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(rust_decimal::Decimal);

/// The text is not a decimal number, or too long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid decimal")]
pub struct DecimalError(String);

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal(rust_decimal::Decimal::ZERO);
    /// One.
    pub const ONE: Decimal = Decimal(rust_decimal::Decimal::ONE);
    /// A hundred, where percentages end.
    pub const HUNDRED: Decimal = Decimal(rust_decimal::Decimal::ONE_HUNDRED);

    /// Reads an optional minus sign, digits, and optionally a point and digits. No exponents, no
    /// spaces, no plus sign.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        read(text).ok_or_else(|| DecimalError(quotable(text)))
    }

    /// Reads a percentage, from 0 to 100; an error is the complaint about it.
    pub fn percentage(text: &str) -> Result<Self, String> {
        let percent = Self::parse(text).map_err(|refusal| refusal.to_string())?;
        if percent.is_negative() || percent > Self::HUNDRED {
            return Err("must be between 0 and 100".to_owned());
        }
        Ok(percent)
    }

    /// Takes a number that JSON gave as a float, by its shortest decimal text (`0.1` is a tenth).
    pub fn from_json_float(number: f64) -> Result<Self, DecimalError> {
        Self::parse(&number.to_string())
    }

    /// The number without needless decimals: `"3"`, `"2.5"` (stock is printed so).
    pub fn to_minimal_string(&self) -> String {
        self.0.to_string()
    }

    /// Below zero.
    pub fn is_negative(&self) -> bool {
        self.0 < rust_decimal::Decimal::ZERO
    }

    /// Zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// The sum; `None` if it leaves the bounds of a decimal.
    pub fn checked_add(&self, other: &Decimal) -> Option<Decimal> {
        bounded(self.0.checked_add(other.0)?)
    }

    /// The difference; `None` if it leaves the bounds of a decimal.
    pub fn checked_sub(&self, other: &Decimal) -> Option<Decimal> {
        bounded(self.0.checked_sub(other.0)?)
    }

    /// The whole number this is, if it is one.
    pub fn to_integer(&self) -> Option<i64> {
        if self.0.scale() != 0 {
            return None;
        }
        i64::try_from(self.0.mantissa()).ok()
    }

    /// The number in thousandths, as points are stored; half a thousandth is rounded away from zero.
    pub fn to_thousandths(&self) -> i64 {
        let rounded = self
            .0
            .round_dp_with_strategy(3, RoundingStrategy::MidpointAwayFromZero);
        let scale = 10_i128.pow(3 - rounded.scale().min(3));
        // Below 10¹² by construction, so that a thousand times it fits.
        i64::try_from(rounded.mantissa() * scale).unwrap_or(i64::MAX)
    }

    /// The number of so many thousandths; `None` from 10¹² on.
    pub fn from_thousandths(number: i64) -> Option<Decimal> {
        bounded(rust_decimal::Decimal::new(number, 3))
    }

    /// Mantissa and number of decimals: the number is `mantissa / 10^scale`.
    pub(crate) fn parts(&self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }
}

fn read(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > MAX_DECIMAL_BYTES || !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return None;
    }
    if whole.trim_start_matches('0').len() > WHOLE_DIGITS {
        return None;
    }
    bounded(text.parse().ok()?)
}

fn bounded(number: rust_decimal::Decimal) -> Option<Decimal> {
    let number = number
        .round_dp_with_strategy(FRACTION_DIGITS, RoundingStrategy::MidpointAwayFromZero)
        .normalize();
    let bound = rust_decimal::Decimal::from(10_i64.pow(WHOLE_DIGITS as u32));
    (number.abs() < bound).then_some(Decimal(number))
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(rust_decimal::Decimal::from(number).normalize())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.scale() == 0 {
            write!(f, "{}.0", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::parse(text)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DecimalVisitor;

        impl Visitor<'_> for DecimalVisitor {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
                Decimal::parse(text).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
                Decimal::from_json_float(number).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(DecimalVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_decimal_is_printed_with_at_least_one_decimal() {
        for (text, printed, minimal) in [
            ("1", "1.0", "1"),
            ("2.50", "2.5", "2.5"),
            ("13.5", "13.5", "13.5"),
            ("-0", "0.0", "0"),
            ("-2.5", "-2.5", "-2.5"),
            ("007", "7.0", "7"),
            ("999999999999", "999999999999.0", "999999999999"),
            ("0.30000000000000004", "0.3", "0.3"),
        ] {
            let number = Decimal::parse(text).unwrap();
            assert_eq!(number.to_string(), printed);
            assert_eq!(number.to_minimal_string(), minimal);
        }
    }

    #[test]
    fn absurd_or_foreign_numbers_are_refused() {
        let long = "1".repeat(10_000);
        for bad in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            "1e3",
            "1,5",
            " 1",
            "NaN",
            "1000000000000",
            &long,
        ] {
            assert!(Decimal::parse(bad).is_err(), "{bad}");
        }
        assert!(Decimal::from_json_float(1e300).is_err());
        assert!(Decimal::from_json_float(f64::NAN).is_err());
    }

    #[test]
    fn points_are_thousandths() {
        for (text, thousandths) in [
            ("2.5", 2_500),
            ("-0.0005", -1),
            ("0.00049", 0),
            ("7", 7_000),
            ("999999999999.999", 999_999_999_999_999),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_thousandths(), thousandths);
        }
        assert_eq!(
            Decimal::from_thousandths(-2_500),
            Decimal::parse("-2.5").ok()
        );
        assert_eq!(Decimal::from_thousandths(1_000_000_000_000_000), None);
    }

    #[test]
    fn json_numbers_are_read_and_strings_written() {
        let read = |json: &str| {
            serde_json::from_str::<Decimal>(json)
                .map(|n| n.to_string())
                .ok()
        };
        assert_eq!(read("2.5").as_deref(), Some("2.5"));
        assert_eq!(read("2").as_deref(), Some("2.0"));
        assert_eq!(read("-3").as_deref(), Some("-3.0"));
        assert_eq!(read("\"0.1\"").as_deref(), Some("0.1"));
        assert_eq!(read("true"), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(whole in -999_999_999_999_i64..1_000_000_000_000, part in 0_u64..1_000_000) {
            let number = Decimal::parse(&format!("{whole}.{part:06}")).unwrap();
            prop_assert_eq!(Decimal::parse(&number.to_string()), Ok(number));
            prop_assert_eq!(Decimal::parse(&number.to_minimal_string()), Ok(number));
        }

        #[test]
        fn reading_never_panics(text in "[-0-9.e+]{0,80}") {
            let _ = Decimal::parse(&text);
        }
    }
}

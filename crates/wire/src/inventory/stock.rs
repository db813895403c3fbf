//! How much is left of something.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::Decimal;
use crate::problem::too_fine;

/// Decimals that a stock may have.
const DECIMALS: u32 = 3;

/// A quantity that is left: not below zero, at most three decimals. In JSON a string without
/// needless decimals, such as `"4"` or `"2.5"` (API, chapter Common types).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stock(Decimal);

/// A decimal that is no stock; the text is the complaint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockError {
    /// Below zero.
    #[error("must be greater than or equal to 0")]
    Negative,
    /// More than three decimals.
    #[error("{}", too_fine(DECIMALS))]
    TooFine,
}

impl Stock {
    /// Nothing is left.
    pub const NONE: Stock = Stock(Decimal::ZERO);

    /// Takes the number if it can be a stock.
    pub fn new(number: Decimal) -> Result<Self, StockError> {
        if number.is_negative() {
            return Err(StockError::Negative);
        }
        if number.parts().1 > DECIMALS {
            return Err(StockError::TooFine);
        }
        Ok(Self(number))
    }

    /// The stock in thousandths, as it is stored.
    pub fn to_thousandths(&self) -> i64 {
        self.0.to_thousandths()
    }

    /// The stock of so many thousandths; `None` below zero, and from 10¹² on.
    pub fn from_thousandths(number: i64) -> Option<Self> {
        Decimal::from_thousandths(number).and_then(|number| Self::new(number).ok())
    }
}

impl fmt::Display for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_minimal_string())
    }
}

impl fmt::Debug for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Stock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Decimal::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

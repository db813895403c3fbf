//! Days of the week, as restrictions name them.

use std::fmt;

use jiff::civil::Weekday;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{Text, quotable};

/// A set of weekdays, written as seven characters from Monday to Sunday: its number for a day that
/// is in, `-` for one that is out, so `12----7` is Monday, Tuesday and Sunday (API, chapter Common
/// types).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dow(u8);

/// The text does not name days of the week.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid set of weekdays")]
pub struct DowError(String);

impl Dow {
    /// The whole week.
    pub const ALL: Dow = Dow(0b111_1111);

    /// Reads the seven characters.
    pub fn parse(text: &str) -> Result<Self, DowError> {
        read(text).ok_or_else(|| DowError(quotable(text)))
    }

    /// Whether the day is in.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

fn read(text: &str) -> Option<Dow> {
    let text = text.as_bytes();
    if text.len() != 7 {
        return None;
    }
    let mut days = 0;
    for (position, (&byte, digit)) in text.iter().zip(b'1'..).enumerate() {
        if byte == digit {
            days |= 1 << position;
        } else if byte != b'-' {
            return None;
        }
    }
    Some(Dow(days))
}

impl fmt::Display for Dow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, digit) in ('1'..='7').enumerate() {
            let included = self.0 & (1 << position) != 0;
            write!(f, "{}", if included { digit } else { '-' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Dow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Dow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::parse(text.as_str()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_128_sets_read_back() {
        for days in 0..128 {
            let dow = Dow(days);
            assert_eq!(Dow::parse(&dow.to_string()), Ok(dow));
        }
    }

    #[test]
    fn a_digit_stands_in_its_own_place() {
        assert_eq!(Dow::parse("1234567"), Ok(Dow::ALL));
        let dow = Dow::parse("12----7").unwrap();
        assert!(dow.contains(Weekday::Tuesday) && dow.contains(Weekday::Sunday));
        assert!(!dow.contains(Weekday::Wednesday));
        for bad in ["", "7654321", "123456", "12345678", "1234 67", "é-----"] {
            assert!(Dow::parse(bad).is_err(), "{bad}");
        }
    }
}

//! Reading what Zelty sends: a missing attribute and `null` are the same, and an id may be a number or text.

use serde::{Deserialize, Deserializer};

/// The value, or the default when it is `null`. With `#[serde(default)]` a missing one is the same.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A list without its `null`s; `null` itself is the empty list.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let entries = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
    Ok(entries.into_iter().flatten().flatten().collect())
}

/// What Zelty writes as a number in one place and as text in another.
#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Integer(i64),
    Number(f64),
    Text(String),
}

impl NumberOrText {
    /// The integer in it. Ids of catalogs have letters before their digits, such as `ZD515833`.
    fn integer(&self) -> Option<i64> {
        match self {
            NumberOrText::Integer(number) => Some(*number),
            // Whole numbers only: a price with a fraction of a cent does not exist.
            NumberOrText::Number(number) => format!("{number}").parse().ok(),
            NumberOrText::Text(text) => text
                .trim()
                .trim_start_matches(|it: char| it.is_ascii_alphabetic())
                .parse()
                .ok(),
        }
    }

    fn text(self) -> String {
        match self {
            NumberOrText::Integer(number) => number.to_string(),
            NumberOrText::Number(number) => number.to_string(),
            NumberOrText::Text(text) => text,
        }
    }
}

/// An integer that may be written as text; `None` for `null` and for what is no integer.
pub(super) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Option::<NumberOrText>::deserialize(deserializer)?;
    Ok(value.and_then(|value| value.integer()))
}

/// An id that must be there, as a number or as text.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = NumberOrText::deserialize(deserializer)?;
    value
        .integer()
        .ok_or_else(|| serde::de::Error::custom("an id must be an integer"))
}

/// A list of ids, each as a number or as text; what is no id is left out.
pub(super) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let entries: Vec<NumberOrText> = list(deserializer)?;
    Ok(entries.iter().filter_map(NumberOrText::integer).collect())
}

/// A list of texts, each as text or as a number.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let entries: Vec<NumberOrText> = list(deserializer)?;
    Ok(entries.into_iter().map(NumberOrText::text).collect())
}

/// A text that may be written as a number.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<NumberOrText>::deserialize(deserializer)?;
    Ok(value.map(NumberOrText::text))
}

/// A text that must be there, also as a number.
pub(super) fn required_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    NumberOrText::deserialize(deserializer).map(NumberOrText::text)
}

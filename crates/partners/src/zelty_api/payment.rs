//! How guests pay, and promotions.

use serde::Deserialize;

use super::reading;

/// A way to pay that the restaurant has configured. A new account has none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TransactionMethod {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name, such as `CB`.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its kind, such as `cash`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Its place in lists.
    #[serde(default, deserialize_with = "reading::integer")]
    pub order: Option<i64>,
    /// What happens when more is paid than is due: `change`, `allow` or `disallow`.
    #[serde(default)]
    pub overflow: Option<String>,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
}

/// A promotion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Coupon {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// The code that a guest enters.
    #[serde(default)]
    pub code: Option<String>,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
}

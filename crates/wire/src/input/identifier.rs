//! Identifiers of the senders' own.

use serde_json::json;

use super::{FromJson, Input, MAX_STRING_CHARS};
use crate::schema::{self, Schema, SchemaGenerator};

/// A ref, a phone number, a code: a text that some senders keep as a whole number, which is read as
/// its digits. A fraction is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier(pub String);

impl FromJson for Identifier {
    const EXPECTED: &'static str = String::EXPECTED;
    const MAY_BE_BLANK: bool = true;

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": ["string", "integer"], "maxLength": MAX_STRING_CHARS }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        String::from_text(text).map(Self)
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Ok(Self(number.to_string()))
    }

    fn from_large_integer(number: u64) -> Result<Self, String> {
        Ok(Self(number.to_string()))
    }
}

impl AsRef<str> for Identifier {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Identifier> for String {
    fn from(Identifier(text): Identifier) -> Self {
        text
    }
}

impl Input<Identifier> {
    /// The text of the identifier.
    #[must_use]
    pub fn text(self) -> Input<String> {
        self.and_then(|Identifier(text)| Ok(text))
    }
}

//! What is asked of texts in many places.

use super::{Given, Identifier};
use crate::problem::{BLANK, too_long};

/// A text of at most `most` characters.
pub(crate) fn within<T: AsRef<str>>(given: Given<T>, most: usize) -> Given<T> {
    given.and_then(|text| {
        if text.as_ref().chars().count() > most {
            Err(too_long(most))
        } else {
            Ok(text)
        }
    })
}

/// A text with something in it.
pub(crate) fn some_text(given: Given<String>) -> Given<String> {
    given.and_then(|text| {
        if text.trim().is_empty() {
            Err(BLANK.to_owned())
        } else {
            Ok(text)
        }
    })
}

impl Given<String> {
    /// A text that says something, where a blank one counts as not sent.
    #[must_use]
    pub fn unless_blank(self) -> Self {
        match self {
            Self::Good(text) if text.trim().is_empty() => Self::Absent,
            other => other,
        }
    }
}

/// A ref that may be left out; an empty one is none.
pub(crate) fn reference(given: Given<Identifier>) -> Given<String> {
    match given.text() {
        Given::Good(text) if text.is_empty() => Given::Null,
        other => other,
    }
}

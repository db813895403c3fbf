//! What is asked of texts in many places.

use super::{Identifier, Input};
use crate::problem::{BLANK, too_long};

/// A text of at most `most` characters.
pub(crate) fn at_most_chars<T: AsRef<str>>(given: Input<T>, most: usize) -> Input<T> {
    given.and_then(|text| {
        if text.as_ref().chars().count() > most {
            Err(too_long(most))
        } else {
            Ok(text)
        }
    })
}

/// A text with something in it.
pub(crate) fn non_blank(given: Input<String>) -> Input<String> {
    given.and_then(|text| {
        if text.trim().is_empty() {
            Err(BLANK.to_owned())
        } else {
            Ok(text)
        }
    })
}

impl Input<String> {
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
pub(crate) fn reference(given: Input<Identifier>) -> Input<String> {
    match given.text() {
        Input::Good(text) if text.is_empty() => Input::Null,
        other => other,
    }
}

//! What is asked of texts in many places.

use super::Given;
use crate::problem::{BLANK, too_long};

/// A text of at most `most` characters.
pub(crate) fn within(given: Given<String>, most: usize) -> Given<String> {
    given.and_then(|text| {
        if text.chars().count() > most {
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

/// A ref that may be left out; an empty one is none.
pub(crate) fn reference(given: Given<String>) -> Given<String> {
    match given {
        Given::Good(text) if text.is_empty() => Given::Null,
        other => other,
    }
}

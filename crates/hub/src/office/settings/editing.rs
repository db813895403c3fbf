//! Forms that change what others may be changing, too: none overwrites what its user has not been shown.

use super::super::translations::isolated;
use crate::db;
use crate::http::etag;

/// The values of a form, each under its label, as they are stored or as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormValues(pub Vec<(&'static str, String)>);

impl FormValues {
    /// A digest that the form carries: it says which values its user was shown.
    pub(super) fn revision(&self) -> String {
        let mut text = String::new();
        for (_, value) in &self.0 {
            text.push_str(value);
            text.push('\n');
        }
        etag::tag(text.as_bytes()).trim_matches('"').to_owned()
    }

    /// Those that differ from what was typed, for reading.
    pub(super) fn differing_from(&self, typed: &Self) -> String {
        let pairs = self.0.iter().zip(&typed.0);
        let differing = pairs.filter(|(one, other)| one.1 != other.1);
        let texts = differing.map(|((label, value), _)| match value.as_str() {
            "" => format!("{label} : –"),
            value => format!("{label} : {}", isolated(value)),
        });
        texts.collect::<Vec<_>>().join(" ; ")
    }

    /// Whether a form that shows `revision` may replace these stored values by `typed`.
    pub(super) fn may_become(&self, typed: &Self, revision: &str) -> bool {
        self == typed || self.revision() == revision
    }
}

/// Why a form is not saved.
#[derive(Debug)]
pub(super) enum SaveError<Form> {
    /// What it is about is not there (any more).
    NotFound,
    /// Somebody else has changed it since the form was opened: the form of what is stored.
    Conflict(Box<Form>),
    /// The form, with what is wrong at each field.
    Invalid(Box<Form>),
    /// The database.
    Database(db::Error),
}

impl<Form> From<db::Error> for SaveError<Form> {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

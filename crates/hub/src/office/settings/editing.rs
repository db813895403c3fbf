//! Forms that change what others may be changing, too: none overwrites what its user has not been shown.

use axum::http::StatusCode;

use crate::db;
use crate::http::etag;
use crate::office::frame::{Frame, Notice};
use crate::office::response::PageError;
use crate::office::translations::{Translations, isolated};
use crate::office::widgets::Severity;

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
}

/// The fields of such a form.
pub(super) trait EditForm: Sized {
    /// Their values.
    fn values(&self, words: &Translations) -> FormValues;

    /// Refuses unless the typed form, which shows `revision`, may replace this one, which is stored.
    fn check_revision(
        self,
        typed: &Self,
        revision: &str,
        words: &Translations,
    ) -> Result<(), SaveError<Self>> {
        let stored = self.values(words);
        if stored == typed.values(words) || stored.revision() == revision {
            return Ok(());
        }
        Err(SaveError::Conflict(Box::new(self)))
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

impl<Form: EditForm> SaveError<Form> {
    /// The form that is shown again, with its status and revision: with what is wrong, or as it was typed, beside a
    /// notice of what somebody else has stored meanwhile.
    pub(super) fn shown_again(
        self,
        typed: Form,
        revision: String,
        frame: &mut Frame,
    ) -> Result<(StatusCode, Form, String), PageError> {
        match self {
            Self::NotFound => Err(PageError::NotFound),
            Self::Database(error) => Err(error.into()),
            Self::Invalid(form) => Ok((StatusCode::UNPROCESSABLE_ENTITY, *form, revision)),
            Self::Conflict(stored) => {
                let stored = stored.values(frame.words);
                let differing = stored.differing_from(&typed.values(frame.words));
                let text = frame.words.location_settings.conflict(&differing);
                frame.notices.push(Notice::new(Severity::Warn, text));
                Ok((StatusCode::CONFLICT, typed, stored.revision()))
            }
        }
    }
}

//! What an action tells the page that follows it: the action redirects to a page with `?note=<id>`.
//!
//! Kept in memory, the last hundred. Reloading shows the note again and does nothing twice.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::response::{IntoResponse as _, Redirect, Response};

use super::chance;

/// A sentence above a page.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Whether something went wrong.
    pub bad: bool,
    /// The sentence.
    pub text: String,
}

/// The notes of an app.
#[derive(Debug, Default)]
pub(crate) struct Notes(Mutex<VecDeque<(String, Note)>>);

impl Notes {
    /// Sends the browser to a page that shows a sentence.
    pub(crate) fn go(&self, to: &str, bad: bool, text: impl Into<String>) -> Response {
        let Ok(id) = chance::token() else {
            return Redirect::to(to).into_response();
        };
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push_back((
            id.clone(),
            Note {
                bad,
                text: text.into(),
            },
        ));
        if notes.len() > 100 {
            notes.pop_front();
        }
        let sign = if to.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{to}{sign}note={id}")).into_response()
    }

    /// The note of an id, if it is still known.
    pub(crate) fn find(&self, id: &str) -> Option<Note> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, note)| note.clone())
    }
}

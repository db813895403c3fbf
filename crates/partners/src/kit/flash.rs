//! Flash messages: what an action tells the page that follows it. The action redirects to a page with
//! `?note=<id>`.
//!
//! They are kept in memory, the last [`MAX_MESSAGES`]. Reloading the page shows the message again and
//! does nothing twice.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::response::{IntoResponse as _, Redirect, Response};
use client::Secret;

/// Messages that are kept.
const MAX_MESSAGES: usize = 100;

/// A sentence above a page.
#[derive(Clone, Debug)]
pub(crate) struct Flash {
    /// Whether it tells of an error.
    pub is_error: bool,
    /// The sentence.
    pub text: String,
}

impl Flash {
    pub(crate) fn success(text: impl Into<String>) -> Flash {
        Flash {
            is_error: false,
            text: text.into(),
        }
    }

    pub(crate) fn error(text: impl Into<String>) -> Flash {
        Flash {
            is_error: true,
            text: text.into(),
        }
    }
}

/// The latest messages of an app, by their ids.
#[derive(Debug, Default)]
pub(crate) struct FlashMessages(Mutex<VecDeque<(String, Flash)>>);

impl FlashMessages {
    /// Sends the browser to a page that shows the message.
    pub(crate) fn redirect(&self, path: &str, flash: Flash) -> Response {
        // Without randomness the page is shown all the same, without the message.
        let Ok(id) = Secret::random() else {
            return Redirect::to(path).into_response();
        };
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push_back((id.expose().to_owned(), flash));
        if messages.len() > MAX_MESSAGES {
            messages.pop_front();
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{path}{separator}note={}", id.expose())).into_response()
    }

    /// The message of an id, if it is still known.
    pub(crate) fn find(&self, id: &str) -> Option<Flash> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, flash)| flash.clone())
    }
}

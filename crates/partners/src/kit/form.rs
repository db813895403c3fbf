//! Forms that an app's own pages have sent.

use std::fmt;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::StatusCode;
use client::Secret;

use super::page_error::PageError;
use super::visitor::Visitor;

/// The largest form that is read.
const MAX_FORM_BYTES: usize = 256 * 1024;

/// Characters that are read of a field.
const MAX_FIELD_CHARS: usize = 2_000;

/// A form from one of the app's own pages: it brings the form token back that the visitor's cookie has,
/// so no other site can have sent it. Handlers read forms in no other way.
pub(crate) struct Form {
    pub visitor: Visitor,
    fields: Vec<(String, String)>,
}

/// The fields may hold secrets, such as a code that becomes a token.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").finish_non_exhaustive()
    }
}

impl Form {
    /// The text of a field, trimmed and cut to [`MAX_FIELD_CHARS`]; empty when missing.
    pub(crate) fn get(&self, name: &str) -> String {
        let value = self.fields.iter().find(|(known, _)| known == name);
        value
            .map(|(_, value)| value.trim().chars().take(MAX_FIELD_CHARS).collect())
            .unwrap_or_default()
    }

    /// The text of a field, unless it is empty.
    pub(crate) fn get_non_empty(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// The texts of all fields with that name, as of boxes that are ticked in a list.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let known = self.fields.iter().filter(|(known, _)| known == name);
        known.map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// Whether a box was ticked, or a button with this name pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Form, PageError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let body = axum::body::to_bytes(body, MAX_FORM_BYTES).await;
        let body = body.map_err(|_| {
            PageError::Message(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The form is too large.".into(),
            )
        })?;
        let fields = url::form_urlencoded::parse(&body).into_owned().collect();
        let form = Form { visitor, fields };
        if Secret::new(form.get("form_token")) == form.visitor.form_token {
            Ok(form)
        } else {
            Err(PageError::StaleForm)
        }
    }
}

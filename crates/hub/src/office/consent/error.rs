//! The page for a request that must not be sent back to where it came from.

use askama::Template;

use crate::office::frame::Frame;

/// Why the request is refused on a page of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConsentError {
    /// The client id is unknown.
    Client,
    /// The return address is missing or not on the client's list.
    Redirect,
    /// The scope cannot be read.
    Scope,
    /// The device id is too long.
    Device,
    /// The form was open for too long.
    Expired,
}

/// The page of a refused request.
#[derive(Template)]
#[template(path = "consent/error.html")]
pub struct ConsentErrorPage {
    /// The common part.
    pub frame: Frame,
    /// Why the request is refused.
    pub error: ConsentError,
    /// What to tell the app's maker, in the API's English: `unknown client_id "…"`.
    pub detail: String,
}

impl ConsentErrorPage {
    /// The reason, in the reader's words.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        let words = &self.frame.words.consent;
        match self.error {
            ConsentError::Client => words.error_client,
            ConsentError::Redirect => words.error_redirect,
            ConsentError::Scope => words.error_scope,
            ConsentError::Device => words.error_device,
            ConsentError::Expired => words.error_expired,
        }
    }
}

//! The page for a request that must not be sent back to where it came from.

use askama::Template;

use crate::office::frame::Frame;

/// Why the request is refused on a page of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
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
#[template(path = "consent/fault.html")]
pub struct FaultPage {
    /// The common part.
    pub frame: Frame,
    /// Why.
    pub fault: Fault,
    /// What to tell the app's maker, in the API's English: `unknown client_id "…"`.
    pub detail: String,
}

impl FaultPage {
    /// The reason, in the reader's words.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        let words = &self.frame.words.consent;
        match self.fault {
            Fault::Client => words.fault_client,
            Fault::Redirect => words.fault_redirect,
            Fault::Scope => words.fault_scope,
            Fault::Device => words.fault_device,
            Fault::Expired => words.fault_expired,
        }
    }
}

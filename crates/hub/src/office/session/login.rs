//! The page to sign in.

use askama::Template;

use crate::office::frame::Frame;

/// `GET` and `POST /login`: fields `email`, `password`, `back`.
#[derive(Template)]
#[template(path = "session/login.html")]
pub struct LoginPage {
    /// The common part.
    pub frame: Frame,
    /// The app whose authorisation waits behind this page.
    pub for_app: Option<String>,
    /// The address as it was typed.
    pub email: String,
    /// What is wrong, as one sentence that does not tell which of the two.
    pub error: Option<String>,
    /// Where to go after signing in; a path of this hub, or empty.
    pub back: String,
}

impl LoginPage {
    /// Why one is asked to sign in.
    #[must_use]
    pub fn lead(&self) -> String {
        let words = &self.frame.words.session;
        match &self.for_app {
            Some(app) => words.for_app(app, &self.frame.brand),
            None => words.login_lead.to_owned(),
        }
    }
}

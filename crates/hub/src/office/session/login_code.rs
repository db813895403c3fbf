//! The page that asks for a code of the second factor.

use askama::Template;

use crate::office::frame::Frame;

/// `GET` and `POST /login/code`: fields `code` or `recovery_code`, and `back`.
#[derive(Template)]
#[template(path = "session/login_code.html")]
pub struct LoginCodePage {
    /// The common part.
    pub frame: Frame,
    /// What is wrong.
    pub error: Option<String>,
    /// Whether a recovery code was typed, and is asked for again.
    pub asks_recovery: bool,
    /// Where to go after signing in; a path of this hub, or empty.
    pub back: String,
}

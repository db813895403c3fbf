//! The page with a code to carry over to an app that has no return address.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::AppFace;

/// Shown after **Autoriser** for `urn:ietf:wg:oauth:2.0:oob`.
#[derive(Template)]
#[template(path = "consent/code.html")]
pub struct CodePage {
    /// The common part.
    pub frame: Frame,
    /// The app.
    pub app: AppFace,
    /// The code, 32 hexadecimal figures.
    pub code: String,
}

//! The second factor of a user, on pages of their own: setting it up, recovery codes, disabling it.

pub(crate) mod http;
mod qr_code;

use askama::Template;

pub use qr_code::QrDrawing;

use crate::office::frame::Frame;
use crate::office::widgets::Field;

/// What an authenticator app needs.
pub struct AppSetUp {
    /// The secret as a QR code; none where it does not fit into one.
    pub qr_code: Option<QrDrawing>,
    /// The secret as text.
    pub secret: String,
}

/// How far a user is.
pub enum SecondFactorStep {
    /// Without a second factor.
    Off,
    /// With a secret that no code has confirmed.
    SetUp(AppSetUp),
    /// With a second factor: since when, and how many recovery codes are left, in words.
    On(String),
}

/// `GET /profile/second_factor`. Forms: `POST /profile/second_factor` (`code`, `current`), `…/new`,
/// `…/recovery_codes` (`confirm`), `…/delete` (`current`, `code`).
#[derive(Template)]
#[template(path = "profile/second_factor.html")]
pub struct SecondFactorPage {
    /// The common part.
    pub frame: Frame,
    /// How far the user is.
    pub step: SecondFactorStep,
    /// The code, to enable or to disable.
    pub code: Field,
    /// The present password, to enable or to disable.
    pub current: Field,
    /// The present password, for new recovery codes.
    pub confirm: Field,
}

/// The recovery codes, shown once: what answers the form that makes them.
#[derive(Template)]
#[template(path = "profile/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// The common part.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
}

//! Some pages and forms ask whether it is really the user who sits there: before secrets are shown or made anew,
//! tokens made, permissions given or taken. Whoever has given their password, or a code of the second factor, in this
//! session in the last 15 minutes is not asked.
//!
//! Which they are is said here and nowhere else. They are stopped before their handlers run (`guard.rs`), so that no
//! handler can forget to. A form that was sent is not lost: the page that asks carries its fields, and sends them
//! to the same address again with the answer.

mod guard;
pub(crate) mod http;
mod proof;

pub(crate) use guard::guard;

use askama::Template;
use axum::http::Method;
use jiff::SignedDuration;

use super::frame::Frame;

/// For how long an answer counts.
pub(crate) const CONFIRMATION_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The page that asks before a page that was opened.
pub(crate) const PATH: &str = "/confirm";

/// The fields in which the answer comes.
pub(crate) const PASSWORD: &str = "present_password";
pub(crate) const CODE: &str = "present_code";

/// Pages that show a secret, or lead to a form of the list below.
pub const CONFIRMED_PAGES: &[&str] = &["/developer/clients/new", "/developer/clients/{id}/rotate"];

/// Forms that show a secret or make one, make a token, or change permissions. Those that ask for the password
/// themselves, as those of the second factor, are not among them.
pub const CONFIRMED_FORMS: &[&str] = &[
    "/connections/{id}/logs",
    "/developer/clients/new",
    "/developer/clients/{id}/rotate",
    "/oauth2/v1/authorize",
    "/settings/permissions",
    "/settings/permissions/{id}",
    "/settings/permissions/{id}/delete",
];

/// Whether a page or form is for those only who have shown just now who they are. `path` is that of its route,
/// without a place.
fn needs_confirmation(method: &Method, path: &str) -> bool {
    match *method {
        Method::GET | Method::HEAD => CONFIRMED_PAGES.contains(&path),
        Method::POST => CONFIRMED_FORMS.contains(&path),
        _ => false,
    }
}

/// Asks for the password or a code: `GET` and `POST /confirm` (fields `present_password`, `present_code`, `back`), and
/// what answers a form that needs it, which has its own address and fields beside these two.
#[derive(Template)]
#[template(path = "session/confirm_identity.html")]
pub struct ConfirmIdentityPage {
    /// The common part.
    pub frame: Frame,
    /// Where the answer is sent.
    pub action: String,
    /// The fields of the form that waits.
    pub hidden: Vec<(String, String)>,
    /// Whether a form waits that was sent.
    pub has_form: bool,
    /// Whether a code of the second factor will do.
    pub takes_code: bool,
    /// What is wrong.
    pub error: Option<String>,
    /// Where **Annuler** leads.
    pub cancel: String,
}

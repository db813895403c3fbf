//! What the apps share, none of it about one app:
//!
//! - [`app`]: the shell of an app, with its settings, the hub, the state file and the routes that every
//!   app has;
//! - the browser's side: [`visitor`] (language, form token), [`form`], [`flash`] messages, [`layout`] of
//!   pages, [`page_error`], [`cookies`], [`auth`] (the password of an app that others can reach);
//! - the hub's side: [`order_view`] (an order as screens show it), [`error_text`] (a failed call as a
//!   sentence), [`location`], [`money`] and [`language`] for display;
//! - [`settings`], [`state_file`] and [`clock`].
//!
//! Promises: no secret is logged or shown; a state file is never half written; every form is
//! guarded; no page runs an inline script.

pub(crate) mod app;
pub(crate) mod auth;
pub mod clock;
pub(crate) mod cookies;
pub(crate) mod error_text;
pub(crate) mod flash;
pub(crate) mod form;
pub(crate) mod language;
pub(crate) mod layout;
pub(crate) mod location;
pub(crate) mod money;
pub(crate) mod order_view;
pub(crate) mod page_error;
pub mod settings;
pub(crate) mod state_file;
pub(crate) mod visitor;

/// Why an app cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// An address in the settings cannot be used, or the system has no randomness.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// The state file cannot be read or written.
    #[error("state file {path}: {reason}")]
    StateFile {
        /// The path of the file.
        path: String,
        /// The message of the system or of the JSON reader.
        reason: String,
    },
    /// The app can be reached from other machines, and there is no password.
    #[error("{0} can be reached from elsewhere: an app listens there with a password only")]
    PasswordRequired(std::net::SocketAddr),
    /// The password has fewer characters than this.
    #[error("the password is too short: at least {0} characters")]
    PasswordTooShort(usize),
    /// The listener failed.
    #[error("the app cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

//! What the apps share, none of it about one app:
//!
//! - [`connected_app`]: what an app has to say for itself; [`app`]: the shell around it, with its settings,
//!   the hub, the store and the routes that every app has; [`runner`] keeps its connections going;
//! - what is stored: [`store`] and its tables ([`schema`]), [`connections`], [`inbox`] (events that were
//!   taken in), [`outbox`] (what has to be sent), [`alarm`];
//! - the hub's side: [`connect`], [`intake`] of events, [`mod@line`] (what is wrong with it), [`order_view`] (an
//!   order as screens show it), [`error_text`] (a failed call as a sentence), [`location`], [`money`] and
//!   [`language`] for display;
//! - the browser's side: [`visitor`] (language, form token), [`form`], [`flash`] messages, [`layout`] of
//!   pages, [`notices`] above them, [`page_error`], [`cookies`], [`auth`] (the password of an app that
//!   others can reach);
//! - [`settings`] and [`clock`].
//!
//! Promises: no secret is logged or shown; an event is acknowledged after it is stored with its effect;
//! what is queued is sent once, in order; every form is guarded; no page runs an inline script.
//! `docs/apps.md` says how an app is written with it.

pub(crate) mod alarm;
pub(crate) mod app;
pub(crate) mod auth;
pub mod clock;
pub(crate) mod connect;
pub(crate) mod connected_app;
pub(crate) mod connections;
pub(crate) mod cookies;
pub(crate) mod error_text;
pub(crate) mod flash;
pub(crate) mod form;
pub(crate) mod inbox;
pub(crate) mod intake;
pub(crate) mod language;
pub(crate) mod layout;
pub(crate) mod line;
pub(crate) mod location;
pub(crate) mod money;
pub(crate) mod notices;
pub(crate) mod order_view;
pub(crate) mod outbox;
pub(crate) mod page_error;
pub(crate) mod runner;
pub(crate) mod schema;
pub mod settings;
pub(crate) mod store;
pub(crate) mod visitor;

/// Why an app cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// An address in the settings cannot be used, or the system has no randomness.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// The store cannot be opened.
    #[error("store {path}: {reason}")]
    Store {
        /// The path of the file.
        path: String,
        /// The message of the system or of SQLite.
        reason: String,
    },
    /// The app can be reached from other machines, and there is no password.
    #[error("{0} can be reached from elsewhere: an app listens there with a password only")]
    PasswordRequired(String),
    /// The password has fewer characters than this.
    #[error("the password is too short: at least {0} characters")]
    PasswordTooShort(usize),
    /// The listener failed.
    #[error("the app cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

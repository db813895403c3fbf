//! What apps share: settings, a state file, visitors and their language, pages, the reading of
//! orders.
//!
//! Promises: no secret is logged or shown; a state file is never half written; every form is
//! guarded; no page runs an inline script.

pub mod amount;
pub mod chance;
pub mod clock;
pub(crate) mod door;
pub(crate) mod explain;
pub(crate) mod frame;
pub(crate) mod notes;
pub(crate) mod order;
pub mod settings;
pub(crate) mod state;
pub(crate) mod visitor;
pub(crate) mod words;

/// Why an app cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An address in the settings cannot be used.
    #[error(transparent)]
    Hub(#[from] client::Error),
    /// The state file cannot be read or written.
    #[error("state file {path}: {reason}")]
    State {
        /// Where the file is.
        path: String,
        /// What the system or the JSON reader said.
        reason: String,
    },
    /// The address can be reached from other machines, and there is no password.
    #[error("{0} can be reached from elsewhere: an app listens there with a password only")]
    Open(std::net::SocketAddr),
    /// The password is too short; so many characters are needed.
    #[error("the password is too short: at least {0} characters")]
    WeakPassword(usize),
    /// The listener stopped.
    #[error("the app cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// The system gives no random bytes.
    #[error("no randomness: {0}")]
    Chance(String),
}

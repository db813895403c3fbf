//! **CONFIGURATION** > **COMPTES**: the accounts a reader may see.

use askama::Template;

use crate::office::frame::Frame;

/// An account.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The reader's role there.
    pub role: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// `GET /settings/accounts`.
#[derive(Template)]
#[template(path = "settings/accounts.html")]
pub struct AccountsPage {
    /// The common part.
    pub frame: Frame,
    /// The accounts, by name.
    pub accounts: Vec<AccountLine>,
}

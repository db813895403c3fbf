//! A user's own page: name, language, password, sessions, and where the user has access.

pub(crate) mod address;
mod browser_name;
pub(crate) mod http;
pub mod second_factor;
pub(crate) mod sessions;

use askama::Template;

use super::frame::Frame;
use super::widgets::{Field, SelectOption};

/// Where the user has access.
#[derive(Clone, Debug)]
pub struct AccessLine {
    /// The id of this access.
    pub id: String,
    /// `Fast Pizza - zed91`.
    pub account: String,
    /// The location, or that all of them are meant.
    pub location: String,
    /// The role's name.
    pub role: String,
}

/// Where the user is invited. The form posts `step`, `accept` or `decline`, to
/// `/profile/invitations/{id}`.
#[derive(Clone, Debug)]
pub struct InvitationLine {
    /// The id of the place.
    pub id: String,
    /// The account's or location's name.
    pub entity: String,
    /// Who invites, to do what, until when.
    pub about: String,
}

/// A session of the user.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// What names it in addresses.
    pub id: String,
    /// `Firefox, Windows`.
    pub browser: String,
    /// From which address it was used last.
    pub address: String,
    /// When it was used last, and when it began.
    pub about: String,
    /// Whether it is the one that shows the page.
    pub is_current: bool,
}

/// `GET /profile`. Forms: `POST /profile` (`name`, `email`, `locale`), `POST /profile/password`
/// (`current`, `password`, `again`); a link to `/profile/log_out_everywhere`.
#[derive(Template)]
#[template(path = "profile/profile.html")]
pub struct ProfilePage {
    /// The common part.
    pub frame: Frame,
    /// Full name.
    pub name: Field,
    /// E-mail.
    pub email: Field,
    /// The address that waits until its link is used.
    pub waiting: Option<String>,
    /// `fr-FR`, `en-GB`.
    pub locales: Vec<SelectOption>,
    /// The present password.
    pub current: Field,
    /// The current password once more, to change the e-mail.
    pub confirm: Field,
    /// Since when the user has a second factor, in words; none without one.
    pub second_factor: Option<String>,
    /// The new one.
    pub password: Field,
    /// The new password once more.
    pub again: Field,
    /// Where the user is invited.
    pub invitations: Vec<InvitationLine>,
    /// Where the user has access.
    pub access: Vec<AccessLine>,
    /// The sessions of the user, the last used first.
    pub sessions: Vec<SessionLine>,
}

impl ProfilePage {
    /// Whether the user is signed in elsewhere, too.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_current)
    }
}

//! The pages to become a user, on one's own or by invitation.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::{Field, SelectOption};

/// `GET` and `POST /signup`: fields `name`, `email`, `password`, `locale`, `back`.
#[derive(Template)]
#[template(path = "session/signup.html")]
pub struct SignUpPage {
    /// The common part.
    pub frame: Frame,
    /// The app whose authorisation waits behind this page.
    pub for_app: Option<String>,
    /// Full name.
    pub name: Field,
    /// E-mail.
    pub email: Field,
    /// Password; its value is never shown again.
    pub password: Field,
    /// `fr-FR`, `en-GB`.
    pub locales: Vec<SelectOption>,
    /// Where to go afterwards; a path of this hub, or empty.
    pub back: String,
}

impl SignUpPage {
    /// Why one is asked to sign up.
    #[must_use]
    pub fn lead(&self) -> String {
        let words = &self.frame.words.session;
        match &self.for_app {
            Some(app) => words.for_app(app, &self.frame.brand),
            None => words.sign_up_lead.to_owned(),
        }
    }
}

/// What signing up leads to, whether or not the address was free: the rest is in the mail.
#[derive(Template)]
#[template(path = "session/signup_sent.html")]
pub struct SignUpSentPage {
    /// The common part.
    pub frame: Frame,
    /// The address, as it was typed.
    pub email: String,
}

/// `GET` and `POST /signup/{token}`: field `password`.
#[derive(Template)]
#[template(path = "session/signup_confirm.html")]
pub struct ConfirmSignUpPage {
    /// The common part.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// The address.
    pub email: String,
    /// The password that was chosen; never shown again.
    pub password: Field,
}

/// A link of a mail to finish signing up that does not work (any more).
#[derive(Template)]
#[template(path = "session/signup_expired.html")]
pub struct ExpiredSignUpPage {
    /// The common part.
    pub frame: Frame,
}

/// `GET` and `POST /invitations/{token}`: fields `name`, `password`.
#[derive(Template)]
#[template(path = "session/invitation.html")]
pub struct InvitationPage {
    /// The common part.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// Who invites.
    pub by: String,
    /// To what: the account's or location's name.
    pub entity: String,
    /// The role's name, or the permissions in words.
    pub role: String,
    /// The invited address.
    pub email: String,
    /// Full name.
    pub name: Field,
    /// Password.
    pub password: Field,
}

/// `GET /invitations/{token}` for somebody who has a user and is signed in. Posts `step`: `accept` or
/// `decline`.
#[derive(Template)]
#[template(path = "session/join.html")]
pub struct JoinPage {
    /// The common part.
    pub frame: Frame,
    /// Where the form posts to.
    pub action: String,
    /// Who invites.
    pub by: String,
    /// To what: the account's or location's name.
    pub entity: String,
    /// The role's name, or the permissions in words.
    pub role: String,
}

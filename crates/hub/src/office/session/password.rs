//! The pages for a lost password.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::Field;

/// `GET` and `POST /reset_password/new`: field `email`.
#[derive(Template)]
#[template(path = "session/reset.html")]
pub struct AskResetPage {
    /// The common part.
    pub frame: Frame,
    /// E-mail.
    pub email: Field,
}

/// After `POST /reset_password/new`, the same whether the address is known or not.
#[derive(Template)]
#[template(path = "session/sent.html")]
pub struct ResetSentPage {
    /// The common part.
    pub frame: Frame,
    /// The address as it was typed.
    pub email: String,
}

/// `GET` and `POST /reset_password/{token}`: fields `password`, `again`.
#[derive(Template)]
#[template(path = "session/new_password.html")]
pub struct NewPasswordPage {
    /// The common part.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// The new password.
    pub password: Field,
    /// The new password once more.
    pub again: Field,
}

/// A link of a mail that has expired or was used.
#[derive(Template)]
#[template(path = "session/expired.html")]
pub struct ExpiredLinkPage {
    /// The common part.
    pub frame: Frame,
    /// What to do instead.
    pub lead: &'static str,
    /// Where that is done, as words and address; `None` when somebody else has to do it.
    pub again: Option<(&'static str, &'static str)>,
}

impl ExpiredLinkPage {
    /// A link to choose a new password.
    #[must_use]
    pub fn of_a_password(frame: Frame) -> ExpiredLinkPage {
        let words = &frame.words.session;
        ExpiredLinkPage {
            lead: words.expired_lead,
            again: Some((words.ask_again, "/reset_password/new")),
            frame,
        }
    }

    /// A link to another address.
    #[must_use]
    pub fn of_an_address(frame: Frame) -> ExpiredLinkPage {
        let words = &frame.words.session;
        ExpiredLinkPage {
            lead: words.expired_lead,
            again: Some((words.ask_again, "/profile")),
            frame,
        }
    }

    /// An invitation.
    #[must_use]
    pub fn of_an_invitation(frame: Frame) -> ExpiredLinkPage {
        ExpiredLinkPage {
            lead: frame.words.session.invitation_expired,
            again: None,
            frame,
        }
    }
}

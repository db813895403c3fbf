//! The page that asks before something that cannot be undone at once.

use askama::Template;

use super::frame::Frame;

/// A question, what will happen, **Confirmer** and **Annuler**. **Confirmer** posts to `action`.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// The common part.
    pub frame: Frame,
    /// The question, `Déconnecter Kezia II ?`.
    pub title: String,
    /// What will happen, a paragraph each.
    pub lines: Vec<String>,
    /// Where **Confirmer** posts to.
    pub action: String,
    /// Where **Annuler** leads.
    pub back: String,
}

impl ConfirmPage {
    /// Before a connection is cut.
    #[must_use]
    pub fn disconnect(frame: Frame, connection: &str, app: &str) -> ConfirmPage {
        let words = &frame.words.connections;
        ConfirmPage {
            title: words.disconnect_title(app),
            lines: owned(&[
                words.disconnect_lead,
                words.disconnect_note,
                words.disconnect_instead,
            ]),
            action: format!("/connections/{connection}/disconnect"),
            back: "/connections".to_owned(),
            frame,
        }
    }

    /// Before a client's secret is replaced.
    #[must_use]
    pub fn rotate(frame: Frame, client: &str, name: &str) -> ConfirmPage {
        let words = &frame.words.developer;
        ConfirmPage {
            title: words.rotate_title(name),
            lines: owned(&[words.rotate_lead, words.rotate_end]),
            action: format!("/developer/clients/{client}/rotate"),
            back: format!("/developer/clients/{client}"),
            frame,
        }
    }

    /// Before the secret that a client had before is forgotten.
    #[must_use]
    pub fn end_rotation(frame: Frame, client: &str, name: &str) -> ConfirmPage {
        let words = &frame.words.developer;
        ConfirmPage {
            title: words.end_rotation_title(name),
            lines: owned(&[words.end_rotation_lead]),
            action: format!("/developer/clients/{client}/end_rotation"),
            back: format!("/developer/clients/{client}"),
            frame,
        }
    }

    /// Before a client is deleted.
    #[must_use]
    pub fn delete_client(frame: Frame, client: &str, name: &str) -> ConfirmPage {
        let words = &frame.words.developer;
        ConfirmPage {
            title: words.delete_title(name),
            lines: owned(&[words.delete_lead]),
            action: format!("/developer/clients/{client}/delete"),
            back: format!("/developer/clients/{client}"),
            frame,
        }
    }

    /// Before a user's access is taken away.
    #[must_use]
    pub fn remove_user(frame: Frame, user: &str, name: &str) -> ConfirmPage {
        let words = &frame.words.settings;
        ConfirmPage {
            title: words.remove_title(name),
            lines: owned(&[words.remove_lead]),
            action: format!("/settings/permissions/{user}/delete"),
            back: "/settings".to_owned(),
            frame,
        }
    }

    /// Before a catalog or a customer list is deleted.
    #[must_use]
    pub fn delete_resource(frame: Frame, name: &str, lead: &str, action: String) -> ConfirmPage {
        ConfirmPage {
            title: frame.words.settings.delete_title(name),
            lines: owned(&[lead]),
            action,
            back: "/settings".to_owned(),
            frame,
        }
    }

    /// Before a user leaves an account or a location; `role` is the id of the role in the list.
    #[must_use]
    pub fn leave(frame: Frame, role: &str, entity: &str) -> ConfirmPage {
        let words = &frame.words.profile;
        ConfirmPage {
            title: words.leave_title(entity),
            lines: owned(&[words.leave_lead]),
            action: format!("/profile/permissions/{role}/delete"),
            back: "/profile".to_owned(),
            frame,
        }
    }

    /// Before another address becomes a user's own.
    #[must_use]
    pub fn new_address(frame: Frame, token: &str, address: &str) -> ConfirmPage {
        let words = &frame.words.profile;
        ConfirmPage {
            title: words.address_title(address),
            lines: owned(&[words.address_lead]),
            action: format!("/profile/email/{token}"),
            back: "/profile".to_owned(),
            frame,
        }
    }

    /// Before all sessions of a user end.
    #[must_use]
    pub fn log_out_everywhere(frame: Frame) -> ConfirmPage {
        let words = &frame.words.profile;
        ConfirmPage {
            title: words.everywhere_title.to_owned(),
            lines: owned(&[words.everywhere_lead]),
            action: "/profile/log_out_everywhere".to_owned(),
            back: "/profile".to_owned(),
            frame,
        }
    }

    /// Before an event is sent once more to an app.
    #[must_use]
    pub fn resend_dispatch(frame: Frame, order: &str, dispatch: &str) -> ConfirmPage {
        let words = &frame.words.journey;
        ConfirmPage {
            title: words.resend_title.to_owned(),
            lines: owned(&[words.resend_lead]),
            action: format!("/orders/{order}/callbacks/{dispatch}/resend"),
            back: format!("/orders/{order}"),
            frame,
        }
    }

    /// Before an order that is held back is sent to an app.
    #[must_use]
    pub fn fire_dispatch(frame: Frame, order: &str, dispatch: &str) -> ConfirmPage {
        let words = &frame.words.journey;
        ConfirmPage {
            title: words.fire_title.to_owned(),
            lines: owned(&[words.fire_lead]),
            action: format!("/orders/{order}/callbacks/{dispatch}/fire"),
            back: format!("/orders/{order}"),
            frame,
        }
    }

    /// Before an event that waits for an app is thrown away.
    #[must_use]
    pub fn cancel_dispatch(frame: Frame, order: &str, dispatch: &str) -> ConfirmPage {
        let words = &frame.words.journey;
        ConfirmPage {
            title: words.discard_title.to_owned(),
            lines: owned(&[words.discard_lead]),
            action: format!("/orders/{order}/callbacks/{dispatch}/delete"),
            back: format!("/orders/{order}"),
            frame,
        }
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

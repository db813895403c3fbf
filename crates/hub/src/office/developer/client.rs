//! A client: its name, its return addresses, and what makes it an app.

use askama::Template;

use crate::oauth::clients::CallbackOptions;
use crate::office::audit::AuditLine;
use crate::office::frame::Frame;
use crate::office::widgets::{Field, LabelledValue, SelectOption};

/// `GET` and `POST /developer/clients/new`: field `name`.
#[derive(Template)]
#[template(path = "developer/new.html")]
pub struct NewClientPage {
    /// The common part.
    pub frame: Frame,
    /// The name.
    pub name: Field,
}

/// `GET` and `POST /developer/clients/{id}`: fields `name`, `redirects`, `location_scope`,
/// `account_scope`, `connect_url`, `open_url`, `disconnect_url`, `logo_url`, `category`,
/// `description_fr`, `description_en`, `instructions_fr`, `instructions_en`, `listed` (`yes`),
/// `standard_webhooks`, `strict`, `coalesce` (`yes`).
#[derive(Template)]
#[template(path = "developer/client.html")]
pub struct ClientPage {
    /// The common part.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// The name under which it is stored.
    pub title: String,
    /// When it was made, how many connections.
    pub facts: Vec<LabelledValue>,
    /// The name.
    pub name: Field,
    /// The return addresses, one per line.
    pub redirects: Field,
    /// Whether any return address is accepted.
    pub open: bool,
    /// The scope it asks of a location.
    pub location_scope: Field,
    /// The scope it asks of an account.
    pub account_scope: Field,
    /// Where the hub sends a user who connects it.
    pub connect_url: Field,
    /// Where **Ouvrir** leads.
    pub open_url: Field,
    /// What the hub calls after a disconnection.
    pub disconnect_url: Field,
    /// The logo's address.
    pub logo_url: Field,
    /// The kinds of apps.
    pub categories: Vec<SelectOption>,
    /// What it does, in French and in English.
    pub description: [Field; 2],
    /// How to connect it from its own screen, in French and in English.
    pub instructions: [Field; 2],
    /// Whether its developer decides that it is offered to every merchant.
    pub may_list: bool,
    /// Whether it is offered to every merchant.
    pub is_listed: bool,
    /// Why it cannot be.
    pub listed_error: Option<String>,
    /// How its callbacks are sent.
    pub callbacks: CallbackOptions,
    /// Until when the secret before is valid, while it is.
    pub previous_until: Option<String>,
    /// What was last done to it, the newest first; only when the page is opened.
    pub history: Vec<AuditLine>,
    /// The head of the column of times there, `UTC+02:00`.
    pub zone: String,
}

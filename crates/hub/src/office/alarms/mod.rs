//! **ALARMES**: what goes wrong at a location, who is told of it, and the ticket of an order that no till has.

pub(crate) mod http;
pub(crate) mod mail;
mod phrasing;
pub(crate) mod report;
mod settings;
pub mod ticket;

use askama::Template;

use super::frame::Frame;
use super::widgets::{Badge, Field, LabelledValue, SelectOption};

pub(crate) use phrasing::{heard_of, is_silent};

/// An alarm in the list.
#[derive(Clone, Debug)]
pub struct AlarmLine {
    /// Its kind.
    pub badge: Badge,
    /// What it says, in a sentence.
    pub text: String,
    /// The location's name; only when all locations are shown.
    pub location: Option<String>,
    /// When, and for how long.
    pub time: String,
    /// Whether nobody was told of it.
    pub is_untold: bool,
    /// Where the reader finds out more: the link's words and its address.
    pub link: Option<(&'static str, String)>,
}

/// `GET /alarms`.
#[derive(Template)]
#[template(path = "alarms/alarms.html")]
pub struct AlarmsPage {
    /// The common part.
    pub frame: Frame,
    /// Those that are open, the newest first; empty on later pages.
    pub open: Vec<AlarmLine>,
    /// Those that have ended, the newest first.
    pub past: Vec<AlarmLine>,
    /// Where the older ones are.
    pub older: Option<String>,
    /// Where the newest ones are.
    pub newest: Option<String>,
}

/// A kind of alarm that can be chosen.
#[derive(Clone, Debug)]
pub struct AlarmChoice {
    /// What the form sends, what the reader sees, and whether it is chosen.
    pub option: SelectOption,
    /// What that means.
    pub hint: &'static str,
}

/// `GET` and `POST /alarms/settings`.
#[derive(Template)]
#[template(path = "alarms/settings.html")]
pub struct AlarmSettingsPage {
    /// The common part.
    pub frame: Frame,
    /// The name of the location or account.
    pub entity: String,
    /// Whether these are settings of the whole account.
    pub is_account: bool,
    /// Whether the location has none of its own.
    pub is_inherited: bool,
    /// Whether the reader may change them.
    pub may_manage: bool,
    /// The kinds of alarms.
    pub kinds: Vec<AlarmChoice>,
    /// Minutes of orders and connections that fail.
    pub minutes: Field,
    /// Minutes of silence.
    pub silent_minutes: Field,
    /// Where the quiet hours begin.
    pub quiet_from: Field,
    /// Where they end.
    pub quiet_to: Field,
    /// Whether mails are sent.
    pub has_mails: bool,
    /// Where alarms are posted.
    pub webhook_url: Field,
    /// The secret that signs them, for those who may change it.
    pub webhook_secret: Option<String>,
    /// All of it, for those who may not.
    pub facts: Vec<LabelledValue>,
}

/// `GET /orders/{id}/ticket`.
#[derive(Template)]
#[template(path = "alarms/ticket.html")]
pub struct TicketPage {
    /// The common part.
    pub frame: Frame,
    /// The order's id.
    pub id: String,
    /// The order's reference, or its id.
    pub name: String,
    /// The ticket, as text.
    pub text: String,
}

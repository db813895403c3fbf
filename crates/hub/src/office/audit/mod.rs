//! **JOURNAL D'AUDIT**: who did what, when and from where.

pub(crate) mod http;
mod phrasing;

use askama::Template;

use super::frame::Frame;
use super::widgets::SelectOption;

pub(crate) use phrasing::{AuditView, actor_name};

/// A field that differs.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// Its label.
    pub label: String,
    /// What it was; none for something new.
    pub before: Option<String>,
    /// What it is; none for something that is gone.
    pub after: Option<String>,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// When.
    pub time: String,
    /// The time in a format for machines.
    pub at: String,
    /// Who, by name.
    pub actor: String,
    /// Where all that this actor did is shown; none where it is shown already.
    pub actor_link: Option<String>,
    /// From where: back office, application, command; and the address.
    pub origin: String,
    /// What was done.
    pub action: String,
    /// To what, by name.
    pub subject: String,
    /// To what, by id; empty where it is the name.
    pub subject_id: String,
    /// Where all that was done to it is shown.
    pub subject_link: Option<String>,
    /// At which location; none for the whole account, or where only one is shown.
    pub location: Option<String>,
    /// What differs.
    pub changes: Vec<FieldChange>,
}

/// What the log is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct AuditFilterForm {
    /// `from`, as `2026-03-07`, or empty.
    pub from: String,
    /// `to`, the same, included.
    pub to: String,
    /// `who`: the id of a user or a client; an empty one first.
    pub actors: Vec<SelectOption>,
    /// `object`: an id, or the address of somebody who is invited.
    pub object: String,
}

impl AuditFilterForm {
    /// Whether it narrows anything.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let by_actor = self
            .actors
            .iter()
            .any(|choice| choice.chosen && !choice.value.is_empty());
        by_actor || !(self.from.is_empty() && self.to.is_empty() && self.object.is_empty())
    }
}

/// `GET /settings/audit?from=…&to=…&who=…&object=…&cursor=…`.
#[derive(Template)]
#[template(path = "audit/audit.html")]
pub struct AuditPage {
    /// The common part.
    pub frame: Frame,
    /// The filter.
    pub filter: AuditFilterForm,
    /// The head of the column of times, `UTC+02:00`.
    pub zone: String,
    /// The newest first.
    pub lines: Vec<AuditLine>,
    /// For how many days entries are kept.
    pub kept_days: u64,
    /// Where the older ones are.
    pub older: Option<String>,
    /// Where the newest ones are.
    pub newest: Option<String>,
}

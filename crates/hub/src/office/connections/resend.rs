//! Sending events to a connected app again: the form, what it would send, and how far that is.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::{Badge, Field, LabelledValue, SelectOption};

/// The fields of the form.
#[derive(Clone, Debug, Default)]
pub struct ResendForm {
    /// What is sent.
    pub whats: Vec<SelectOption>,
    /// From when on.
    pub since: Field,
    /// Until when; may be empty.
    pub until: Field,
    /// About what.
    pub resources: Vec<SelectOption>,
    /// The only order; may be empty.
    pub order: Field,
}

/// A job, and how far it is.
#[derive(Clone, Debug)]
pub struct ResendJobLine {
    /// Whether it runs.
    pub badge: Badge,
    /// What it sends.
    pub what: String,
    /// From when until when, and how many events.
    pub lines: Vec<String>,
    /// Where it is stopped, and what the button says to somebody who does not see the page; while it runs.
    pub stop: Option<LabelledValue>,
}

/// `GET /connections/{id}/resend`.
#[derive(Template)]
#[template(path = "connections/resend.html")]
pub struct ResendPage {
    /// The common part.
    pub frame: Frame,
    /// The connection's id.
    pub connection: String,
    /// The app's name.
    pub app: String,
    /// The form; none while a job runs.
    pub form: Option<ResendForm>,
    /// Why nothing was begun.
    pub refused: Option<String>,
    /// The last jobs, newest first.
    pub jobs: Vec<ResendJobLine>,
}

/// `GET /connections/{id}/resend?what=…`: how many events would be sent.
#[derive(Template)]
#[template(path = "connections/resend_preview.html")]
pub struct ResendPreviewPage {
    /// The common part.
    pub frame: Frame,
    /// The connection's id.
    pub connection: String,
    /// The app's name.
    pub app: String,
    /// How many, as a sentence; none: nothing.
    pub found: Option<String>,
    /// What was asked for.
    pub facts: Vec<LabelledValue>,
    /// What the form sends.
    pub fields: Vec<LabelledValue>,
}

//! The page for when something is wrong, with a way out.

use askama::Template;

use super::frame::Frame;

/// What went wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// 404: there is nothing here, or nothing this reader may know of.
    NotFound,
    /// 403: the reader lacks a right; its name in the reader's language, if it can be named.
    Forbidden(Option<String>),
    /// 403: a form came from another session, or too late.
    Expired,
    /// 503: the database does not answer or cannot write.
    Busy,
    /// 500: the hub's fault.
    Broken,
}

/// The page of a mishap.
#[derive(Template)]
#[template(path = "mishap.html")]
pub struct MishapPage {
    /// The common part.
    pub frame: Frame,
    /// What went wrong.
    pub kind: Kind,
    /// The request's id, for support.
    pub request: Option<String>,
    /// The page to start again from; the home page is always offered.
    pub again: Option<String>,
}

impl MishapPage {
    /// The title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let words = &self.frame.words.mishap;
        match self.kind {
            Kind::NotFound => words.not_found,
            Kind::Forbidden(_) => words.forbidden,
            Kind::Expired => words.expired,
            Kind::Busy => words.busy,
            Kind::Broken => words.broken,
        }
    }

    /// What it means and what to do.
    #[must_use]
    pub fn lead(&self) -> &'static str {
        let words = &self.frame.words.mishap;
        match self.kind {
            Kind::NotFound => words.not_found_lead,
            Kind::Forbidden(_) => words.forbidden_lead,
            Kind::Expired => words.expired_lead,
            Kind::Busy => words.busy_lead,
            Kind::Broken => words.broken_lead,
        }
    }

    /// The missing right, as a sentence.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        match &self.kind {
            Kind::Forbidden(Some(right)) => Some(self.frame.words.mishap.missing(right)),
            _ => None,
        }
    }
}

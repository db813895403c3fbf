//! The page for when something is wrong, with a way out.

use askama::Template;

use super::frame::Frame;

/// What went wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ErrorPageKind {
    /// 404: there is nothing here, or nothing this reader may know of.
    NotFound,
    /// 403: the reader lacks a right; its name in the reader's language, if it can be named.
    Forbidden(Option<String>),
    /// 403: a form came from another session, or too late.
    Expired,
    /// 409: a form does not say at which place it is to do something.
    NoPlace,
    /// 409: a form was sent before.
    Spent,
    /// 413: a field of a form is longer than so many characters.
    TooLong(usize),
    /// 405: the address takes no such request.
    Method,
    /// 503: the database does not answer or cannot write.
    Busy,
    /// 500: the hub's fault.
    Broken,
}

/// The page of an error.
#[derive(Template)]
#[template(path = "error_page.html")]
pub struct ErrorPage {
    /// The common part.
    pub frame: Frame,
    /// What went wrong.
    pub kind: ErrorPageKind,
    /// The request's id, for support.
    pub request: Option<String>,
    /// The page to start again from; the home page is always offered.
    pub again: Option<String>,
}

impl ErrorPage {
    /// The title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let words = &self.frame.words.error_page;
        match self.kind {
            ErrorPageKind::NotFound => words.not_found,
            ErrorPageKind::Forbidden(_) => words.forbidden,
            ErrorPageKind::Expired => words.expired,
            ErrorPageKind::NoPlace => words.no_place,
            ErrorPageKind::Spent => words.spent,
            ErrorPageKind::TooLong(_) => words.too_long,
            ErrorPageKind::Method => words.method,
            ErrorPageKind::Busy => words.busy,
            ErrorPageKind::Broken => words.broken,
        }
    }

    /// What it means and what to do.
    #[must_use]
    pub fn lead(&self) -> String {
        let words = &self.frame.words.error_page;
        let lead = match &self.kind {
            ErrorPageKind::NoPlace => words.no_place_lead,
            ErrorPageKind::TooLong(most) => return words.too_long_lead(*most as u64),
            ErrorPageKind::Spent => words.spent_lead,
            ErrorPageKind::Method => words.method_lead,
            ErrorPageKind::NotFound => words.not_found_lead,
            ErrorPageKind::Forbidden(_) => words.forbidden_lead,
            ErrorPageKind::Expired => words.expired_lead,
            ErrorPageKind::Busy => words.busy_lead,
            ErrorPageKind::Broken => words.broken_lead,
        };
        lead.to_owned()
    }

    /// Where the help says more.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self.kind {
            ErrorPageKind::Forbidden(_) => Some("/docs/permissions#no-access"),
            ErrorPageKind::Expired => Some("/docs/profile#form-expired"),
            _ => None,
        }
    }

    /// The missing right, as a sentence.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        match &self.kind {
            ErrorPageKind::Forbidden(Some(right)) => {
                Some(self.frame.words.error_page.missing(right))
            }
            _ => None,
        }
    }
}

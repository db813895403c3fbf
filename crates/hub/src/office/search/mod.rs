//! The search box of every page: what a caller says leads to what it is about.
//!
//! One hit is opened; several are shown by kind, each with what matches. Only what the reader may see is found, and
//! only where they stand. What is asked of the database are ranges of indexes, however much is stored.

mod find;
pub(crate) mod http;
mod refused;
mod store;

pub(crate) use refused::{RefusedOrder, find_refused};
pub use store::ALL as STATEMENTS;
pub(crate) use store::orders_of_phone;

use askama::Template;

use super::frame::Frame;

/// Something that was found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// By what it was found: what that is, and as it is written there.
    pub matches: (&'static str, String),
    /// What else tells it from others: time, place, customer.
    pub details: String,
}

/// What was found of one kind.
#[derive(Clone, Debug)]
pub struct HitGroup {
    /// The id of its heading.
    pub id: &'static str,
    /// What they are.
    pub title: &'static str,
    /// The newest first.
    pub hits: Vec<SearchHit>,
    /// That there are more, if there are.
    pub more: Option<&'static str>,
}

/// `GET /search?q=…`.
#[derive(Template)]
#[template(path = "search/search.html")]
pub struct SearchPage {
    /// The common part.
    pub frame: Frame,
    /// What was looked for; empty before.
    pub text: String,
    /// What was found, by kind.
    pub groups: Vec<HitGroup>,
    /// Whether only one of several locations was looked at.
    pub is_narrowed: bool,
}

//! The pages of the reference.

use askama::Template;

use super::read::{OperationDoc, TypeShape};
use crate::office::frame::Frame;

/// `GET /docs/api`.
#[derive(Template)]
#[template(path = "reference/index.html")]
pub struct IndexPage {
    /// The common part.
    pub frame: Frame,
}

/// `GET /docs/api/{section}`: the operations of a slice.
#[derive(Template)]
#[template(path = "reference/section.html")]
pub struct SectionPage {
    /// The common part.
    pub frame: Frame,
    /// The slice's name in the reader's language.
    pub title: String,
    /// What can be called.
    pub operations: Vec<OperationDoc>,
}

/// `GET /docs/api/types`.
#[derive(Template)]
#[template(path = "reference/types.html")]
pub struct TypesPage {
    /// The common part.
    pub frame: Frame,
    /// All types.
    pub types: Vec<TypeShape>,
}

/// `GET /docs/api/events`.
#[derive(Template)]
#[template(path = "reference/events.html")]
pub struct EventsPage {
    /// The common part.
    pub frame: Frame,
    /// Names of events, as in `order.create`.
    pub events: Vec<String>,
}

//! What to do with orders that a connected app sends twice.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::Field;

/// `GET` and `POST /connections/{id}/repeats`: field `minutes`.
#[derive(Template)]
#[template(path = "connections/repeats.html")]
pub struct RepeatsPage {
    /// The common part.
    pub frame: Frame,
    /// The connection's id.
    pub connection: String,
    /// The app's name.
    pub app: String,
    /// How many minutes a ref may not come again; empty for no such rule.
    pub minutes: Field,
}

//! The second page: which customer list, which catalog.

use askama::Template;

use super::Origin;
use crate::office::frame::Frame;
use crate::office::widgets::{AppFace, SelectOption};

/// A drop-down of customer lists or catalogs.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The field's name, `customer_list_id` or `catalog_id`.
    pub name: String,
    /// Its label.
    pub label: String,
    /// `Name - id` each.
    pub choices: Vec<SelectOption>,
}

/// After **Suivant**. Its form posts the pickers, the hidden fields and `step=allow`, or
/// `step=deny`.
#[derive(Template)]
#[template(path = "consent/choose.html")]
pub struct ChoosePage {
    /// The common part.
    pub frame: Frame,
    /// The app.
    pub app: AppFace,
    /// Who made it, and where it leads.
    pub origin: Origin,
    /// The chosen place.
    pub target: String,
    /// Whether the place is an account.
    pub account_level: bool,
    /// What is to be picked; may be empty, then the page only confirms.
    pub pickers: Vec<Picker>,
    /// Where the form posts to.
    pub action: String,
    /// What the form carries along, as name and value.
    pub hidden: Vec<(String, String)>,
    /// Back to the first page.
    pub back: String,
}

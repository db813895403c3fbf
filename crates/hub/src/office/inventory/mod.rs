//! **DONNÉES** > **INVENTAIRE**: what is left at a location.

pub(super) mod http;

use askama::Template;

use super::frame::Frame;
use super::widgets::{Badge, SelectOption};

/// A SKU or an option with a limit.
#[derive(Clone, Debug)]
pub struct StockRow {
    /// The name in the catalogs of the location; none if they have nothing with that ref.
    pub name: Option<String>,
    /// **SKU** or **Option**.
    pub kind: &'static str,
    /// The ref.
    pub reference: String,
    /// What is left, formatted.
    pub stock: String,
    /// **Épuisé**, when nothing is.
    pub badge: Option<Badge>,
    /// Until when, formatted.
    pub until: Option<String>,
}

/// `GET /inventory?after=…`.
#[derive(Template)]
#[template(path = "inventory/inventory.html")]
pub struct InventoryPage {
    /// The common part.
    pub frame: Frame,
    /// The locations to choose from, when none is chosen.
    pub locations: Option<Vec<SelectOption>>,
    /// SKUs by ref, then options by ref.
    pub rows: Vec<StockRow>,
    /// The next page's address.
    pub next: Option<String>,
    /// The first page's address, unless this is it.
    pub first: Option<String>,
}

//! **DONNÉES** > **CATALOGUES**: the catalogs, and what is in one.

mod content;
pub(super) mod http;
mod images;
mod tables;

use askama::Template;

pub use content::{CatalogPage, CatalogTab, ContentCell, ContentFilter, ContentHead, TabLine};

use super::frame::Frame;

/// A catalog in the list.
#[derive(Clone, Debug)]
pub struct CatalogLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The location it belongs to, or **Compte**.
    pub owner: String,
    /// How many products there are, formatted; none if the hub has not counted them.
    pub products: Option<String>,
    /// When it was created, formatted.
    pub created: String,
}

/// `GET /catalogs`.
#[derive(Template)]
#[template(path = "catalogs/catalogs.html")]
pub struct CatalogsPage {
    /// The common part.
    pub frame: Frame,
    /// The catalogs that can be reached, oldest first.
    pub catalogs: Vec<CatalogLine>,
}

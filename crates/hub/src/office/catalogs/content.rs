//! A catalog: a tab for each kind of thing in it, and a page of that.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::{Badge, SelectOption};

/// What a tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogTab {
    /// **SKUS**
    Skus,
    /// **PROMOTIONS**
    Deals,
    /// **REMISES**
    Discounts,
    /// **OPTIONS**
    Options,
    /// **FRAIS**
    Charges,
    /// **VARIANTES**
    Variants,
    /// **IMAGES**
    Images,
}

impl CatalogTab {
    /// All of them, in order.
    pub const ALL: [CatalogTab; 7] = [
        CatalogTab::Skus,
        CatalogTab::Deals,
        CatalogTab::Discounts,
        CatalogTab::Options,
        CatalogTab::Charges,
        CatalogTab::Variants,
        CatalogTab::Images,
    ];

    /// What addresses call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skus => "skus",
            Self::Deals => "deals",
            Self::Discounts => "discounts",
            Self::Options => "options",
            Self::Charges => "charges",
            Self::Variants => "variants",
            Self::Images => "images",
        }
    }

    /// The tab that addresses call so; the first one for anything else.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let named = Self::ALL.into_iter().find(|tab| tab.as_str() == text);
        named.unwrap_or(Self::Skus)
    }

    /// Whether what it shows can be looked for by name or ref.
    #[must_use]
    pub fn is_searched(self) -> bool {
        !matches!(self, Self::Images)
    }
}

/// A tab.
#[derive(Clone, Debug)]
pub struct TabLine {
    /// **SKUS**, **PROMOTIONS** …
    pub label: &'static str,
    /// How many things there are, formatted; none if the hub has not counted them.
    pub count: Option<String>,
    /// Where it leads.
    pub href: String,
    /// Whether the reader is there.
    pub here: bool,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub struct ContentHead {
    /// The label.
    pub label: &'static str,
    /// Whether the column has numbers.
    pub is_number: bool,
}

/// A cell of the table.
#[derive(Clone, Debug, Default)]
pub struct ContentCell {
    /// What stands first; empty if nothing does.
    pub text: String,
    /// What stands below it, a line each.
    pub under: Vec<String>,
    /// What is special about it.
    pub badges: Vec<Badge>,
    /// The address of a picture.
    pub image: Option<String>,
}

/// What the table is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ContentFilter {
    /// The categories, parents before their children; empty if there are none, or too many.
    pub categories: Vec<SelectOption>,
    /// A part of a name or a ref.
    pub search: String,
}

impl ContentFilter {
    /// Whether it narrows anything.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let chosen = self.categories.iter().find(|category| category.chosen);
        !self.search.is_empty() || chosen.is_some_and(|category| !category.value.is_empty())
    }
}

/// `GET /catalogs/{id}?tab=…&category=…&search=…&from=…`.
#[derive(Template)]
#[template(path = "catalogs/catalog.html")]
pub struct CatalogPage {
    /// The common part.
    pub frame: Frame,
    /// The catalog's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The catalogs that can be reached, `Name - id`; this one is chosen.
    pub catalogs: Vec<SelectOption>,
    /// The tab that is open.
    pub tab: CatalogTab,
    /// All tabs.
    pub tabs: Vec<TabLine>,
    /// What the table is narrowed to.
    pub filter: ContentFilter,
    /// The heads of the columns.
    pub heads: Vec<ContentHead>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<ContentCell>>,
    /// The next page's address.
    pub next: Option<String>,
    /// The first page's address, unless this is it.
    pub first: Option<String>,
}

impl CatalogPage {
    /// The cells of a row, each with the head of its column.
    fn cells<'a>(&'a self, row: &'a [ContentCell]) -> Vec<(&'a ContentHead, &'a ContentCell)> {
        self.heads.iter().zip(row).collect()
    }
}

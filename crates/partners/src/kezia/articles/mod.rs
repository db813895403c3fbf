//! The articles of the till, in three levels of category (rayon, famille, sous-famille), and its menus.
//!
//! An article is known to the hub by its IDART, or by its internal code if **Associer les articles par codes
//! internes** is ticked and it has one (`article_ref`). `recognition.rs` is the other direction: which article a
//! line of an order means. `assortment.rs` is what a new till sells; `pages.rs` and `sheet.rs` show it.

pub(crate) mod assortment;
pub(crate) mod menus;
pub(crate) mod pages;
pub(crate) mod recognition;
pub(crate) mod sheet;
mod store;

pub(crate) use store::{
    all, categories, exists, find, page, save, sell, set_option, set_published, set_stock,
};

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Article {
    /// The number under the title of **Fiche Article**.
    pub idart: i64,
    /// The internal code; empty when it has none.
    pub code: String,
    /// **Définition**.
    pub name: String,
    /// The sous-famille.
    pub category: i64,
    /// With tax.
    pub price_cents: i64,
    /// In thousandths of a percent.
    pub tax_thousandths: i64,
    /// What is left; none: it is not counted.
    pub stock: Option<i64>,
    /// **Publication WEB**.
    pub is_published: bool,
    /// **Article Option**.
    pub is_option: bool,
    /// The options that can be chosen with it, or that it is one of; empty for none.
    pub option_list: String,
}

impl Article {
    /// The ref under which the hub knows it.
    pub(crate) fn reference(&self, is_by_code: bool) -> String {
        if is_by_code && !self.code.is_empty() {
            self.code.clone()
        } else {
            self.idart.to_string()
        }
    }
}

/// A rayon, famille or sous-famille.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArticleCategory {
    pub id: i64,
    pub parent: Option<i64>,
    pub name: String,
}

impl ArticleCategory {
    /// The ref under which the hub knows it.
    pub(crate) fn reference(id: i64) -> String {
        format!("RAY{id}")
    }
}

/// The names of a category and those above it, such as `Boulangerie › Pains › Pains spéciaux`.
pub(crate) fn category_path(categories: &[ArticleCategory], id: i64) -> String {
    let mut names = Vec::new();
    let mut next = Some(id);
    // No deeper than there are levels, whatever the table says.
    while let Some(found) = next.and_then(|id| categories.iter().find(|known| known.id == id))
        && names.len() < 3
    {
        names.insert(0, found.name.as_str());
        next = found.parent;
    }
    names.join(" › ")
}

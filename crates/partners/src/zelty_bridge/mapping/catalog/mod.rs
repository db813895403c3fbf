//! From what Zelty sells to a catalog of the hub.

mod chosen;
mod lists;

use std::collections::BTreeSet;

use client::catalog::{CatalogData, Category, Deal, DealLine, DealSku};
use client::order::{Currency, Decimal, Money};
use wire::catalog::TaxRate;

use super::incoming::percent;
use super::options::BridgeLanguage;

pub use chosen::catalog_of_catalogs;
pub use lists::catalog_of_lists;

/// The ref of the category of products without a tag.
const UNTAGGED_REF: &str = "untagged";

/// The ref of the category of products that only menus have; it has the tag of the same meaning.
const HIDDEN_REF: &str = "deal_only";

/// A picture to fetch and attach to a product or deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogImage {
    /// The ref of the product or deal.
    pub reference: String,
    /// The address of the picture.
    pub url: String,
}

/// What could not be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogNote {
    /// A menu has a part without a dish that is sold.
    MenuWithoutDishes(String),
    /// An option has no value.
    OptionWithoutValues(String),
}

impl CatalogNote {
    /// The note as a sentence.
    pub fn sentence(&self, language: BridgeLanguage) -> String {
        match self {
            CatalogNote::MenuWithoutDishes(name) => language.pick(
                format!("Le menu {name} n'est pas importé : une rubrique n'a aucun plat en vente."),
                format!("The menu {name} is left out: one of its parts has no dish on sale."),
            ),
            CatalogNote::OptionWithoutValues(name) => language.pick(
                format!("L'option {name} n'est pas importée : elle n'a aucune valeur."),
                format!("The option {name} is left out: it has no value."),
            ),
        }
    }
}

/// A catalog for the hub, the pictures to attach, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedCatalog {
    /// The content.
    pub data: CatalogData,
    /// The pictures, which have to be uploaded first.
    pub images: Vec<CatalogImage>,
    /// What was left out.
    pub notes: Vec<CatalogNote>,
}

/// The category of products without a tag.
fn untagged(language: BridgeLanguage) -> Category {
    let name = language.pick("Produits sans tag", "Products without tag");
    Category::new(UNTAGGED_REF, name)
}

/// The category of products that only menus have.
fn hidden(language: BridgeLanguage) -> Category {
    let name = language.pick(
        "Produits cachés pour les menus",
        "Hidden products for menus",
    );
    Category::new(HIDDEN_REF, name).tag("deal_only")
}

fn money(cents: Option<i64>, currency: Currency) -> Money {
    Money::new(cents.unwrap_or_default(), currency)
}

/// The three taxes; one that is not said is that of eating on the spot.
fn taxes(eat_in: Option<i64>, collection: Option<i64>, delivery: Option<i64>) -> Option<TaxRate> {
    let rate = |own: Option<i64>| -> Option<Decimal> { percent(own.or(eat_in)?) };
    Some(TaxRate {
        delivery: rate(delivery)?,
        collection: rate(collection)?,
        eat_in: rate(None)?,
    })
}

/// Selections of an option; a maximum of 0 or none is any number.
fn selections(min: Option<i64>, max: Option<i64>) -> (u32, Option<u32>) {
    let natural = |number: i64| u32::try_from(number).ok();
    let max = max.and_then(natural).filter(|max| *max > 0);
    (min.and_then(natural).unwrap_or_default(), max)
}

/// A part of a menu, in the form that both sources can have.
struct DealPart<'a> {
    name: &'a str,
    max: i64,
    /// Dishes with their supplements.
    dishes: Vec<(i64, i64)>,
}

/// A deal: its first line has the price of the menu, the others cost nothing but supplements. A part of which
/// several dishes are chosen is several lines. None if a part has no dish that is sold.
fn deal(deal: Deal, price: Money, parts: &[DealPart<'_>], sold: &BTreeSet<i64>) -> Option<Deal> {
    let mut deal = deal;
    for part in parts {
        let choices: Vec<_> = part
            .dishes
            .iter()
            .filter(|(id, _)| sold.contains(id))
            .collect();
        if choices.is_empty() {
            return None;
        }
        for _ in 0..part.max.clamp(1, 20) {
            let line_price = if deal.lines.is_empty() {
                price
            } else {
                Money::zero(price.currency())
            };
            let mut line = DealLine::fixed_price(line_price).label(part.name);
            for (id, supplement) in &choices {
                let mut sku = DealSku::new(id.to_string());
                if *supplement != 0 {
                    sku = sku.extra_charge(Money::new(*supplement, price.currency()));
                }
                line = line.sku(sku);
            }
            deal = deal.line(line);
        }
    }
    (!deal.lines.is_empty()).then_some(deal)
}

//! A catalog of Zelty: what is sold on one channel. Its ids have letters before their digits, which are left
//! out here: `ZD515833` is dish 515833.

use serde::Deserialize;

use super::reading;

/// A catalog as the list of catalogs shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CatalogSummary {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::required_text")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
}

/// A catalog with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ZeltyCatalog {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::required_text")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its categories.
    #[serde(default, deserialize_with = "reading::list")]
    pub tags: Vec<CatalogTag>,
    /// Its dishes and menus.
    #[serde(default, deserialize_with = "reading::list")]
    pub items: Vec<CatalogItem>,
    /// Its options.
    #[serde(default, deserialize_with = "reading::list")]
    pub options: Vec<CatalogOptionGroup>,
    /// The values of its options.
    #[serde(default, rename = "optionValues", deserialize_with = "reading::list")]
    pub option_values: Vec<CatalogOptionValue>,
    /// The parts of its menus.
    #[serde(default, rename = "menuParts", deserialize_with = "reading::list")]
    pub menu_parts: Vec<CatalogMenuPart>,
    /// Its taxes.
    #[serde(default, deserialize_with = "reading::list")]
    pub taxes: Vec<CatalogTax>,
}

/// A category of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogTag {
    /// Zelty's id of the tag.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// The tag that it is within.
    #[serde(default, deserialize_with = "reading::integer")]
    pub parent_id: Option<i64>,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// Its dishes and menus, with their letters: the two are counted apart.
    #[serde(default, deserialize_with = "reading::texts")]
    pub item_ids: Vec<String>,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disabled: bool,
}

/// What an item of a catalog is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum CatalogItemKind {
    /// A dish.
    #[default]
    #[serde(alias = "dish")]
    Dish,
    /// A menu.
    #[serde(alias = "menu")]
    Menu,
}

/// A dish or a menu of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogItem {
    /// The id with its letters, as tags name it.
    #[serde(rename = "id", deserialize_with = "reading::required_text")]
    pub public_id: String,
    /// Zelty's id of the dish or menu.
    #[serde(deserialize_with = "reading::id")]
    pub internal_id: i64,
    /// What it is.
    #[serde(default, rename = "type", deserialize_with = "reading::or_default")]
    pub kind: CatalogItemKind,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// The address of its picture.
    #[serde(default)]
    pub img: Option<String>,
    /// Its price.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price: CatalogPrice,
    /// Whether it is not sold.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disabled: bool,
    /// Whether it is sold out.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub is_sold_out: bool,
    /// Its tax.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub tax_rules: TaxRules,
    /// Its options by id.
    #[serde(default, deserialize_with = "reading::ids")]
    pub option_ids: Vec<i64>,
    /// The parts of a menu.
    #[serde(default, deserialize_with = "reading::list")]
    pub parts: Vec<CatalogItemPart>,
}

/// A part of a menu, by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogItemPart {
    /// The id of the part.
    #[serde(deserialize_with = "reading::id")]
    pub menu_part_id: i64,
}

/// A price and its exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogPrice {
    /// In cents, with tax.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
    /// Other prices.
    #[serde(default, deserialize_with = "reading::list")]
    pub overrides: Vec<CatalogPriceOverride>,
}

/// Another price, in some context.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CatalogPriceOverride {
    /// Where it holds.
    pub context: OverrideContext,
    /// The price there, in cents with tax.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
}

/// Where another price or tax holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OverrideContext {
    /// `menu_part`, `tag` or `mode`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one: the id of a part with its letters, or `eat_in`, `takeaway`, `delivery`.
    #[serde(deserialize_with = "reading::required_text")]
    pub value: String,
}

/// Which tax an item has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct TaxRules {
    /// The id of the tax.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax_id: Option<i64>,
    /// Other taxes.
    #[serde(default, deserialize_with = "reading::list")]
    pub overrides: Vec<TaxOverride>,
}

/// Another tax, in some context.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TaxOverride {
    /// Where it holds.
    pub context: OverrideContext,
    /// The id of the tax there.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax_id: Option<i64>,
}

/// An option of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogOptionGroup {
    /// Zelty's id of the option.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How many values are chosen at least.
    #[serde(default, deserialize_with = "reading::integer")]
    pub minimum_choices: Option<i64>,
    /// How many values are chosen at most; 0 and none mean any number.
    #[serde(default, deserialize_with = "reading::integer")]
    pub maximum_choices: Option<i64>,
    /// Whether a value may be chosen several times.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub pick_same_value: bool,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disabled: bool,
    /// Its values by id.
    #[serde(default, deserialize_with = "reading::ids")]
    pub value_ids: Vec<i64>,
}

/// A value of an option of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogOptionValue {
    /// Zelty's id of the value.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its price.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price: CatalogPrice,
    /// Whether it is not sold.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disabled: bool,
}

/// A part of a menu of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogMenuPart {
    /// Zelty's id of the part.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How many dishes are chosen at least.
    #[serde(default, deserialize_with = "reading::integer")]
    pub minimum_choices: Option<i64>,
    /// How many dishes are chosen at most.
    #[serde(default, deserialize_with = "reading::integer")]
    pub maximum_choices: Option<i64>,
    /// The dishes to choose from, by id.
    #[serde(default, deserialize_with = "reading::ids")]
    pub dish_ids: Vec<i64>,
}

/// A tax of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CatalogTax {
    /// Zelty's id of the tax.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// In hundredths of a percent.
    #[serde(default, deserialize_with = "reading::integer")]
    pub rate: Option<i64>,
}

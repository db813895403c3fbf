//! What a restaurant sells, as the lists of dishes, menus, options and tags tell it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::reading;

/// A dish. Prices are cents with tax, tax rates hundredths of a percent; absent ones are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Dish {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// The caller's own id of it.
    #[serde(default, deserialize_with = "reading::text")]
    pub remote_id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// The address of its picture.
    #[serde(default)]
    pub image: Option<String>,
    /// Its price.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
    /// Its price to take away.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price_togo: Option<i64>,
    /// Its price delivered.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price_delivery: Option<i64>,
    /// Its price in Happy Hours.
    #[serde(default, deserialize_with = "reading::integer")]
    pub happy_price: Option<i64>,
    /// Its tax rate.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax: Option<i64>,
    /// Its tax rate to take away.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax_takeaway: Option<i64>,
    /// Its tax rate delivered.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax_delivery: Option<i64>,
    /// Its tags by id; the first is its category.
    #[serde(default, deserialize_with = "reading::ids")]
    pub tags: Vec<i64>,
    /// Its options by id.
    #[serde(default, deserialize_with = "reading::ids")]
    pub options: Vec<i64>,
    /// Whether it is not sold.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
    /// Whether it is not sold to take away.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable_takeaway: bool,
    /// Whether it is not delivered.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable_delivery: bool,
    /// Whether the cashier enters its price.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price_to_define: bool,
    /// Whether only the till shows it.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub zc_only: bool,
    /// Its place in the catalog.
    #[serde(default, deserialize_with = "reading::integer")]
    pub o: Option<i64>,
}

/// A menu: several dishes for one price.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SetMenu {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// The address of its picture.
    #[serde(default)]
    pub image: Option<String>,
    /// Its price.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
    /// Its price to take away.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price_togo: Option<i64>,
    /// Its price delivered.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price_delivery: Option<i64>,
    /// Its tags by id; the first is its category.
    #[serde(default, deserialize_with = "reading::ids")]
    pub tags: Vec<i64>,
    /// What it is made of.
    #[serde(default, deserialize_with = "reading::list")]
    pub parts: Vec<MenuPart>,
    /// Whether it is not sold.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
    /// Its place in the catalog.
    #[serde(default, deserialize_with = "reading::integer")]
    pub o: Option<i64>,
}

/// A part of a menu: some of these dishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct MenuPart {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How many dishes are chosen at most.
    #[serde(default, deserialize_with = "reading::integer")]
    pub max: Option<i64>,
    /// Whether a dish must be chosen.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub required: bool,
    /// The dishes to choose from, by id.
    #[serde(default, deserialize_with = "reading::ids")]
    pub dishes: Vec<i64>,
    /// The supplements of dishes, by their id. Zelty writes an empty list when there are none.
    #[serde(default, deserialize_with = "supplements")]
    pub dishes_prices: BTreeMap<i64, i64>,
}

/// An option: a list of values, some of which are chosen with a dish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct DishOption {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How many values are chosen at least.
    #[serde(default, deserialize_with = "reading::integer")]
    pub min_choices: Option<i64>,
    /// How many values are chosen at most; 0 and none mean any number.
    #[serde(default, deserialize_with = "reading::integer")]
    pub max_choices: Option<i64>,
    /// Whether a value may be chosen several times.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub pick_same_value: bool,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
    /// The values.
    #[serde(default, deserialize_with = "reading::list")]
    pub values: Vec<OptionValue>,
}

/// A value of an option.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OptionValue {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// What it costs.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
}

/// A tag: the category of a dish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// The tag that it is within; 0 and none mean no tag.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_parent: Option<i64>,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether the till hides it.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub zc_hidden: bool,
    /// Its place in lists.
    #[serde(default, deserialize_with = "reading::integer")]
    pub o: Option<i64>,
}

/// Reads supplements by dish, of which none may be written as an empty list.
fn supplements<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<i64, i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum SupplementMap {
        ByDish(BTreeMap<String, Option<i64>>),
        Other(serde::de::IgnoredAny),
    }
    let by_dish = match SupplementMap::deserialize(deserializer)? {
        SupplementMap::ByDish(by_dish) => by_dish,
        SupplementMap::Other(_) => BTreeMap::new(),
    };
    Ok(by_dish
        .into_iter()
        .filter_map(|(dish, cents)| Some((dish.parse().ok()?, cents?)))
        .collect())
}

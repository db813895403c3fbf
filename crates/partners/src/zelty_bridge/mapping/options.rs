//! What a restaurant has chosen on the configuration page. All is off to begin with.

use serde::{Deserialize, Serialize};

/// The language of generic names, which may be printed on receipts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BridgeLanguage {
    /// French.
    #[default]
    French,
    /// English.
    English,
}

impl BridgeLanguage {
    /// The text in this language.
    pub fn pick<T>(self, french: T, english: T) -> T {
        match self {
            BridgeLanguage::French => french,
            BridgeLanguage::English => english,
        }
    }
}

/// What is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogChoice {
    /// All products, options and menus.
    #[default]
    AllProducts,
    /// What these catalogs have, by Zelty's ids of them.
    Catalogs(Vec<String>),
}

/// The options of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BridgeOptions {
    /// The language of generic names.
    pub language: BridgeLanguage,
    /// Whether orders of the till are sent to the hub.
    pub receives_till_orders: bool,
    /// Whether an order is refused whose prices differ from the till's, rather than sent with a warning.
    pub refuses_other_prices: bool,
    /// What is imported.
    pub catalog: CatalogChoice,
    /// Whether prices for delivery, to take away and of Happy Hours become variants.
    pub makes_price_variants: bool,
    /// Whether a catalog that is sent in Zelty's back office is imported.
    pub imports_catalog: bool,
    /// Whether the restaurant's opening hours are sent to the hub.
    pub sends_opening_hours: bool,
    /// Whether order acceptance and preparation time are sent to the hub.
    pub sends_acceptance: bool,
    /// Whether what is sold out is sent to the hub.
    pub sends_inventory: bool,
}

//! Inventories: what is left at a location (API, chapter Inventory).
//!
//! One inventory per location, kept by refs: it serves every catalog that has the ref. What has no
//! entry has no limit.

mod new;
mod stock;
#[cfg(test)]
mod tests;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::MAX_REF_CHARS;
use crate::time::Time;

pub use new::{NewInventoryEntry, RawInventoryEntry, StockReference, check};
pub use stock::{Stock, StockError};

/// What an entry counts, by its ref in the catalogs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// A SKU.
    Sku(String),
    /// An option.
    Option(String),
}

impl Counted {
    /// The ref.
    pub fn text(&self) -> &str {
        match self {
            Self::Sku(text) | Self::Option(text) => text,
        }
    }

    /// Whether it can be counted: catalogs may have refs that are longer than [`MAX_REF_CHARS`].
    pub fn is_countable(&self) -> bool {
        self.text().chars().count() <= MAX_REF_CHARS
    }

    /// The key that an entry has it under.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Sku(_) => "sku_ref",
            Self::Option(_) => "option_ref",
        }
    }
}

/// An entry of an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryEntry {
    /// The ref of the sku, or of the option.
    pub counted: Counted,
    /// What is left; none says that the entry is gone, so that there is no limit any longer.
    pub stock: Option<Stock>,
    /// When the entry goes by itself: only with a stock of zero.
    pub expires_at: Option<Time>,
}

impl InventoryEntry {
    /// Says that there is no limit any longer.
    pub fn gone(counted: Counted) -> Self {
        Self {
            counted,
            stock: None,
            expires_at: None,
        }
    }
}

impl Serialize for InventoryEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry(self.counted.key(), self.counted.text())?;
        map.serialize_entry("stock", &self.stock)?;
        map.serialize_entry("expires_at", &self.expires_at)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for InventoryEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Shown {
            sku_ref: Option<String>,
            option_ref: Option<String>,
            stock: Option<Stock>,
            expires_at: Option<Time>,
        }

        let shown = Shown::deserialize(deserializer)?;
        let counted = match (shown.sku_ref, shown.option_ref) {
            (Some(text), None) => Counted::Sku(text),
            (None, Some(text)) => Counted::Option(text),
            _ => return Err(D::Error::custom("must have a sku_ref or an option_ref")),
        };
        Ok(Self {
            counted,
            stock: shown.stock,
            expires_at: shown.expires_at,
        })
    }
}

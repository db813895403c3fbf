//! Catalogs: what can be ordered, and for how much (API, chapter Catalogs).
//!
//! [`Catalog`] and its parts are what the API returns and what is stored; without ids they are also
//! what a program uploads. [`RawCatalog`] is an upload as sent: its `check` lists everything that
//! is wrong with it, or gives a [`NewCatalog`] or a [`CatalogUpdate`]. Uploads are read strictly:
//! a key that does not exist is refused. What the hub adds to a catalog (ids, times, owner) is
//! ignored in an upload, so that what was read can be sent back.
//!
//! Parts name each other by `ref` when they come in and by `ref` and id when they go out;
//! [`CatalogData::number`] gives the ids. The order of every list is the order of the upload.
//! Nothing here is evaluated: restrictions, prices and taxes are for the programs that sell.

mod build;
mod categories;
mod check;
mod conditions;
mod deals;
mod number;
mod options;
mod products;
mod raw;
mod words;

use serde::{Deserialize, Serialize};

pub use categories::{Category, Variant, depth_first};
pub use check::{CatalogContext, CatalogUpdate, NewCatalog};
pub use conditions::{Conditions, PriceOverride, Restrictions};
pub use deals::{Charge, Deal, DealLine, DealSku, Discount, PricingValue};
pub use options::{CatalogOption, OptionList};
pub use products::{Nutrition, Product, Sku, TaxRate};
pub use raw::{RawCatalog, RawCatalogData, has_too_many_objects};
pub use words::{Allergen, OptionListType};

use crate::id::{AccountId, CatalogId, LocationId};
use crate::schema::JsonSchema;
use crate::time::Time;

pub use crate::id::CatalogItemId;
pub use crate::order::{ChargeType, DealPricingEffect, DiscountPricingEffect, ServiceType};

/// Things with an id that a catalog may have.
pub const MAX_CATALOG_ITEMS: usize = 50_000;
/// Objects of any kind that the JSON of a catalog may have.
pub const MAX_CATALOG_OBJECTS: usize = 250_000;
/// Complaints that an upload is answered with at most.
pub const MAX_CATALOG_PROBLEMS: usize = 10_000;

/// A catalog. It belongs to an account or to one of its locations, never to both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Catalog {
    /// Identifier.
    pub id: CatalogId,
    /// The location, if it is a location's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The account, if all its locations share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The name. No other catalog that can be seen from the same place has it.
    pub name: String,
    /// When it was created, in the zone of its location or account.
    pub created_at: Time,
    /// The content of the catalog. Left out where it is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<CatalogData>,
}

/// What is in a catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CatalogData {
    /// Ways of selling that prices and restrictions can depend on.
    pub variants: Vec<Variant>,
    /// The categories. Parents may stand before or after their children.
    pub categories: Vec<Category>,
    /// Products with their skus.
    pub products: Vec<Product>,
    /// Lists of options that skus refer to.
    pub option_lists: Vec<OptionList>,
    /// Deals.
    pub deals: Vec<Deal>,
    /// Discounts.
    pub discounts: Vec<Discount>,
    /// Charges.
    pub charges: Vec<Charge>,
}

#[cfg(test)]
mod tests;

//! Catalogs as they are sent.
//!
//! The larger objects lie in boxes: an upload may hold very many, also where there should be none.

use super::words::OptionListType;
use super::{
    Catalog, CatalogData, CatalogOption, Category, Charge, Deal, DealLine, DealSku, Discount,
    MAX_CATALOG_OBJECTS, OptionList, PriceOverride, Product, Restrictions, Sku, TaxRate, Variant,
};
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::dow::Dow;
use crate::free::FreeObject;
use crate::id::ImageId;
use crate::input::{Anything, Identifier, Input};
use crate::money::Money;
use crate::order::{ChargeType, DiscountPricingEffect, SentPricingEffect, ServiceType, Word};
use crate::time::{Date, TimeOfDay};

type List<T> = Vec<Input<T>>;
type Boxed<T> = Vec<Input<Box<T>>>;

/// Whether a body has more than [`MAX_CATALOG_OBJECTS`] objects, as far as braces tell. Each takes a few
/// hundred bytes while it is read, however few it has in the text: ask before reading.
pub fn has_too_many_objects(body: &[u8]) -> bool {
    body.iter().filter(|byte| **byte == b'{').count() > MAX_CATALOG_OBJECTS
}

crate::input_struct! {
    /// A catalog as sent. What only the hub sets may be there, and is ignored.
    pub struct RawCatalog {
        name: String = "name",
        data: Box<RawCatalogData> = "data",
        id: Anything = "id",
        location_id: Anything = "location_id",
        account_id: Anything = "account_id",
        created_at: Anything = "created_at",
    }
    like Catalog;
    refuses unknown;
    no empty_array;
}

crate::input_struct! {
    /// What is in a catalog, as sent.
    pub struct RawCatalogData {
        variants: List<RawVariant> = "variants",
        categories: Boxed<RawCategory> = "categories",
        products: Boxed<RawProduct> = "products",
        option_lists: Boxed<RawOptionList> = "option_lists",
        deals: Boxed<RawCatalogDeal> = "deals",
        discounts: Boxed<RawCatalogDiscount> = "discounts",
        charges: Boxed<RawCatalogCharge> = "charges",
    }
    like CatalogData;
    refuses unknown;
    no empty_array;
}

crate::input_struct! {
    /// A variant as sent.
    pub struct RawVariant {
        reference: Identifier = "ref",
        name: String = "name",
    }
    like Variant;
    needs "ref", "name";
    refuses unknown;
}

crate::input_struct! {
    /// A category as sent.
    pub struct RawCategory {
        id: Anything = "id",
        reference: Identifier = "ref",
        parent_ref: Identifier = "parent_ref",
        parent_id: Anything = "parent_id",
        name: String = "name",
        description: String = "description",
        tags: List<String> = "tags",
        image_ids: List<ImageId> = "image_ids",
    }
    like Category;
    needs "ref", "name";
    refuses unknown;
}

crate::input_struct! {
    /// A product as sent.
    pub struct RawProduct {
        id: Anything = "id",
        reference: Identifier = "ref",
        category_ref: Identifier = "category_ref",
        category_id: Anything = "category_id",
        name: String = "name",
        description: String = "description",
        tags: List<String> = "tags",
        tax_rate: Box<RawTaxRate> = "tax_rate",
        image_ids: List<ImageId> = "image_ids",
        nutrition: FreeObject = "nutrition",
        skus: Boxed<RawSku> = "skus",
    }
    like Product;
    needs "category_ref", "name", "skus";
    refuses unknown;
}

crate::input_struct! {
    /// Tax rates as sent.
    pub struct RawTaxRate {
        delivery: Decimal = "delivery",
        collection: Decimal = "collection",
        eat_in: Decimal = "eat_in",
    }
    like TaxRate;
    needs "delivery", "collection", "eat_in";
    refuses unknown;
}

crate::input_struct! {
    /// A sku as sent.
    pub struct RawSku {
        id: Anything = "id",
        product_id: Anything = "product_id",
        reference: Identifier = "ref",
        name: String = "name",
        restrictions: Box<RawRestrictions> = "restrictions",
        price: Money = "price",
        price_overrides: Boxed<RawOverride> = "price_overrides",
        option_list_refs: List<Identifier> = "option_list_refs",
        option_list_ids: Anything = "option_list_ids",
        tags: List<String> = "tags",
        barcodes: List<Identifier> = "barcodes",
        custom_fields: CustomFields = "custom_fields",
    }
    like Sku;
    needs "price";
    refuses unknown;
}

crate::input_struct! {
    /// A list of options as sent.
    pub struct RawOptionList {
        id: Anything = "id",
        reference: Identifier = "ref",
        name: String = "name",
        min_selections: i64 = "min_selections",
        max_selections: i64 = "max_selections",
        multiple_selection: bool = "multiple_selection",
        kind: OptionListType = "type",
        tags: List<String> = "tags",
        options: Boxed<RawCatalogOption> = "options",
    }
    like OptionList;
    needs "ref", "name", "options";
    refuses unknown;
}

crate::input_struct! {
    /// An option as sent.
    pub struct RawCatalogOption {
        id: Anything = "id",
        option_list_id: Anything = "option_list_id",
        reference: Identifier = "ref",
        name: String = "name",
        restrictions: Box<RawRestrictions> = "restrictions",
        price: Money = "price",
        price_overrides: Boxed<RawOverride> = "price_overrides",
        default: bool = "default",
        tags: List<String> = "tags",
        nutrition: FreeObject = "nutrition",
    }
    like CatalogOption;
    needs "name";
    refuses unknown;
}

crate::input_struct! {
    /// Restrictions as sent.
    pub struct RawRestrictions {
        enabled: bool = "enabled",
        variant_refs: List<Identifier> = "variant_refs",
        dow: Dow = "dow",
        start_time: TimeOfDay = "start_time",
        end_time: TimeOfDay = "end_time",
        start_date: Date = "start_date",
        end_date: Date = "end_date",
        service_types: List<ServiceType> = "service_types",
        service_type_refs: List<Identifier> = "service_type_refs",
        min_order_amount: Money = "min_order_amount",
        max_per_order: i64 = "max_per_order",
        max_per_customer: i64 = "max_per_customer",
    }
    like Restrictions;
    refuses unknown;
}

impl RawRestrictions {
    /// Whether any condition was sent, good or bad.
    pub(super) fn says_something(&self) -> bool {
        self.variant_refs.is_something()
            || self.dow.is_something()
            || self.start_time.is_something()
            || self.end_time.is_something()
            || self.start_date.is_something()
            || self.end_date.is_something()
            || self.service_types.is_something()
            || self.service_type_refs.is_something()
    }
}

crate::input_struct! {
    /// A price override as sent.
    pub struct RawOverride {
        price: Money = "price",
        variant_refs: List<Identifier> = "variant_refs",
        dow: Dow = "dow",
        start_time: TimeOfDay = "start_time",
        end_time: TimeOfDay = "end_time",
        start_date: Date = "start_date",
        end_date: Date = "end_date",
        service_types: List<ServiceType> = "service_types",
        service_type_refs: List<Identifier> = "service_type_refs",
    }
    like PriceOverride;
    needs "price";
    refuses unknown;
}

crate::input_struct! {
    /// A deal as sent.
    pub struct RawCatalogDeal {
        id: Anything = "id",
        reference: Identifier = "ref",
        category_ref: Identifier = "category_ref",
        category_id: Anything = "category_id",
        name: String = "name",
        description: String = "description",
        restrictions: Box<RawRestrictions> = "restrictions",
        coupon_codes: List<Identifier> = "coupon_codes",
        tags: List<String> = "tags",
        image_ids: List<ImageId> = "image_ids",
        lines: Boxed<RawCatalogDealLine> = "lines",
    }
    like Deal;
    needs "name", "lines";
    refuses unknown;
}

crate::input_struct! {
    /// A line of a deal as sent.
    pub struct RawCatalogDealLine {
        label: String = "label",
        skus: List<RawCatalogDealSku> = "skus",
        pricing_effect: SentPricingEffect = "pricing_effect",
        pricing_value: Word = "pricing_value",
    }
    like DealLine;
    needs "skus", "pricing_effect";
    refuses unknown;
}

crate::input_struct! {
    /// A sku of a line as sent.
    pub struct RawCatalogDealSku {
        id: Anything = "id",
        reference: Identifier = "ref",
        extra_charge: Money = "extra_charge",
    }
    like DealSku;
    needs "ref";
    refuses unknown;
}

crate::input_struct! {
    /// A discount as sent.
    pub struct RawCatalogDiscount {
        id: Anything = "id",
        reference: Identifier = "ref",
        name: String = "name",
        description: String = "description",
        restrictions: Box<RawRestrictions> = "restrictions",
        coupon_codes: List<Identifier> = "coupon_codes",
        image_ids: List<ImageId> = "image_ids",
        pricing_effect: DiscountPricingEffect = "pricing_effect",
        pricing_value: Word = "pricing_value",
    }
    like Discount;
    needs "name", "pricing_effect", "pricing_value";
    refuses unknown;
}

crate::input_struct! {
    /// A charge as sent.
    pub struct RawCatalogCharge {
        id: Anything = "id",
        reference: Identifier = "ref",
        name: String = "name",
        kind: ChargeType = "type",
        price: Money = "price",
        restrictions: Box<RawRestrictions> = "restrictions",
    }
    like Charge;
    needs "name", "type";
    refuses unknown;
}

//! Making variants, categories, products, skus and options.

use crate::catalog::options::kind_of;
use crate::catalog::{
    CatalogOption, Category, OptionList, OptionListType, Product, Restrictions, Sku, TaxRate,
    Variant,
};
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::money::Money;

impl Variant {
    /// A variant.
    pub fn new(reference: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            name: name.into(),
        }
    }
}

impl Category {
    /// A category without parent.
    pub fn new(reference: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: None,
            reference: reference.into(),
            parent_ref: None,
            parent_id: None,
            name: name.into(),
            description: None,
            tags: Vec::new(),
            image_ids: Vec::new(),
        }
    }
}

impl Product {
    /// A product in the category of that ref; it needs a sku.
    pub fn new(category_ref: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: None,
            reference: None,
            category_ref: category_ref.into(),
            category_id: None,
            name: name.into(),
            description: None,
            tags: Vec::new(),
            tax_rate: None,
            image_ids: Vec::new(),
            nutrition: None,
            skus: Vec::new(),
        }
    }

    /// With these taxes.
    #[must_use]
    pub fn tax_rate(self, tax_rate: TaxRate) -> Self {
        Self {
            tax_rate: Some(tax_rate),
            ..self
        }
    }
}

impl TaxRate {
    /// One percentage for all service types.
    pub fn same(percent: Decimal) -> Self {
        Self {
            delivery: percent,
            collection: percent,
            eat_in: percent,
        }
    }
}

impl Sku {
    /// A sku at that price.
    pub fn new(price: Money) -> Self {
        Self {
            id: None,
            product_id: None,
            reference: None,
            name: None,
            restrictions: Restrictions::default(),
            price,
            price_overrides: Vec::new(),
            option_list_refs: Vec::new(),
            option_list_ids: Vec::new(),
            tags: Vec::new(),
            barcodes: Vec::new(),
            custom_fields: CustomFields::default(),
        }
    }

    /// With these custom fields.
    #[must_use]
    pub fn custom_fields(self, custom_fields: CustomFields) -> Self {
        Self {
            custom_fields,
            ..self
        }
    }
}

impl OptionList {
    /// A list from which any number may be chosen; it needs an option.
    pub fn new(reference: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: None,
            reference: reference.into(),
            name: name.into(),
            min_selections: 0,
            max_selections: None,
            multiple_selection: false,
            kind: OptionListType::Multiple,
            tags: Vec::new(),
            options: Vec::new(),
        }
    }

    /// From which at least and at most so many are chosen; none is as many as one likes.
    #[must_use]
    pub fn selections(self, min: u32, max: Option<u32>) -> Self {
        Self {
            min_selections: min,
            max_selections: max,
            kind: kind_of(min, max),
            ..self
        }
    }

    /// Of which one option may be chosen several times.
    #[must_use]
    pub fn multiple_selection(self) -> Self {
        Self {
            multiple_selection: true,
            ..self
        }
    }
}

impl CatalogOption {
    /// An option at that price.
    pub fn new(name: impl Into<String>, price: Money) -> Self {
        Self {
            id: None,
            option_list_id: None,
            reference: None,
            name: name.into(),
            restrictions: Restrictions::default(),
            price,
            price_overrides: Vec::new(),
            default: false,
            tags: Vec::new(),
            nutrition: None,
        }
    }

    /// Chosen unless the customer says otherwise.
    #[must_use]
    pub fn by_default(self) -> Self {
        Self {
            default: true,
            ..self
        }
    }
}

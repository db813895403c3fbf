//! Making catalogs in a program: what is mandatory is asked for, the rest is added.
//!
//! ```
//! use wire::catalog::{CatalogData, Category, NewCatalog, Product, Sku};
//! use wire::money::Money;
//!
//! let price = Money::parse("9.50 EUR").unwrap();
//! let carte = NewCatalog::new("Carte").data(
//!     CatalogData::default()
//!         .category(Category::new("PIZ", "Pizzas"))
//!         .product(Product::new("PIZ", "Margherita").sku(Sku::new(price).reference("MAR"))),
//! );
//! assert_eq!(carte.data.products[0].skus[0].reference.as_deref(), Some("MAR"));
//! ```

use super::options::kind_of;
use super::{
    CatalogData, CatalogOption, CatalogUpdate, Category, Charge, ChargeType, Deal, DealLine,
    DealPricingEffect, DealSku, Discount, DiscountPricingEffect, NewCatalog, OptionList,
    OptionListType, PriceOverride, PricingValue, Product, Restrictions, Sku, TaxRate, Variant,
};
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::money::Money;

impl NewCatalog {
    /// An empty catalog of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            data: CatalogData::default(),
        }
    }

    /// With this in it.
    #[must_use]
    pub fn data(self, data: CatalogData) -> Self {
        Self { data, ..self }
    }
}

impl CatalogUpdate {
    /// Another name, the same content.
    pub fn rename(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            data: None,
        }
    }

    /// Other content, the same name. All ids change.
    pub fn replace(data: CatalogData) -> Self {
        Self {
            name: None,
            data: Some(data),
        }
    }
}

/// Methods that add one entry to a list.
macro_rules! adds {
    ($name:ident { $($(#[$doc:meta])* $method:ident: $kind:ty => $list:ident,)+ }) => {
        impl $name {$(
            $(#[$doc])*
            #[must_use]
            pub fn $method(mut self, it: $kind) -> Self {
                self.$list.push(it);
                self
            }
        )+}
    };
}

/// Methods that set one text that may be left out.
macro_rules! texts {
    ($($name:ident { $($(#[$doc:meta])* $method:ident,)+ })+) => {$(
        impl $name {$(
            $(#[$doc])*
            #[must_use]
            pub fn $method(mut self, text: impl Into<String>) -> Self {
                self.$method = Some(text.into());
                self
            }
        )+}
    )+};
}

/// Methods that add one text to a list.
macro_rules! words_of {
    ($($name:ident { $($(#[$doc:meta])* $method:ident => $list:ident,)+ })+) => {$(
        impl $name {$(
            $(#[$doc])*
            #[must_use]
            pub fn $method(mut self, word: impl Into<String>) -> Self {
                self.$list.push(word.into());
                self
            }
        )+}
    )+};
}

/// Where something has restrictions.
macro_rules! restricted {
    ($($name:ident),+) => {$(
        impl $name {
            /// To be had only then.
            #[must_use]
            pub fn restrictions(self, restrictions: Restrictions) -> Self {
                Self { restrictions, ..self }
            }
        }
    )+};
}

adds! {
    CatalogData {
        /// With this variant.
        variant: Variant => variants,
        /// With this category.
        category: Category => categories,
        /// With this product.
        product: Product => products,
        /// With this list of options.
        option_list: OptionList => option_lists,
        /// With this deal.
        deal: Deal => deals,
        /// With this discount.
        discount: Discount => discounts,
        /// With this charge.
        charge: Charge => charges,
    }
}
adds! { Product {
    /// With this sku; a product needs one.
    sku: Sku => skus,
} }
adds! { Sku {
    /// With another price while its conditions hold; the last one that holds counts.
    price_override: PriceOverride => price_overrides,
} }
adds! { OptionList {
    /// With this option; a list needs one.
    option: CatalogOption => options,
} }
adds! { CatalogOption {
    /// With another price while its conditions hold; the last one that holds counts.
    price_override: PriceOverride => price_overrides,
} }
adds! { Deal {
    /// With this line; a deal needs one.
    line: DealLine => lines,
} }
adds! { DealLine {
    /// With this sku to choose; a line needs one.
    sku: DealSku => skus,
} }

texts! {
    Category {
        /// Within the category of this ref.
        parent_ref,
        /// With this description.
        description,
    }
    Product {
        /// Under this ref.
        reference,
        /// With this description.
        description,
    }
    Sku {
        /// Under this ref, which orders, deals and inventories use.
        reference,
        /// With this name, such as the size.
        name,
    }
    CatalogOption {
        /// Under this ref, which orders and inventories use.
        reference,
    }
    Deal {
        /// Under this ref.
        reference,
        /// Shown in the category of this ref.
        category_ref,
        /// With this description.
        description,
    }
    DealLine {
        /// With this label.
        label,
    }
    Discount {
        /// Under this ref.
        reference,
        /// With this description.
        description,
    }
    Charge {
        /// Under this ref.
        reference,
    }
}

words_of! {
    Category {
        /// With this tag.
        tag => tags,
    }
    Product {
        /// With this tag.
        tag => tags,
    }
    Sku {
        /// With this tag.
        tag => tags,
        /// With this list of options, in the order of display.
        option_list => option_list_refs,
        /// With this bar code: 8, 12 or 13 digits.
        barcode => barcodes,
    }
    OptionList {
        /// With this tag.
        tag => tags,
    }
    CatalogOption {
        /// With this tag.
        tag => tags,
    }
    Deal {
        /// With this tag.
        tag => tags,
        /// Started by this code.
        coupon_code => coupon_codes,
    }
    Discount {
        /// Started by this code.
        coupon_code => coupon_codes,
    }
}

restricted!(Sku, CatalogOption, Deal, Discount, Charge);

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
    /// The same percentage, however the customer gets the product.
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

impl Deal {
    /// A deal; it needs a line.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            reference: None,
            category_ref: None,
            category_id: None,
            name: name.into(),
            description: None,
            restrictions: Restrictions::default(),
            coupon_codes: Vec::new(),
            tags: Vec::new(),
            image_ids: Vec::new(),
            lines: Vec::new(),
        }
    }
}

impl DealLine {
    fn with(pricing_effect: DealPricingEffect, pricing_value: Option<PricingValue>) -> Self {
        Self {
            label: None,
            skus: Vec::new(),
            pricing_effect,
            pricing_value,
        }
    }

    /// A line at the usual price.
    pub fn unchanged() -> Self {
        Self::with(DealPricingEffect::Unchanged, None)
    }

    /// A line at this price.
    pub fn fixed_price(price: Money) -> Self {
        let value = PricingValue::Money(price);
        Self::with(DealPricingEffect::FixedPrice, Some(value))
    }

    /// A line that costs so much less.
    pub fn price_off(off: Money) -> Self {
        let value = PricingValue::Money(off);
        Self::with(DealPricingEffect::PriceOff, Some(value))
    }

    /// A line that costs so many percent less.
    pub fn percentage_off(percent: Decimal) -> Self {
        let value = PricingValue::Percent(percent);
        Self::with(DealPricingEffect::PercentageOff, Some(value))
    }
}

impl DealSku {
    /// The skus of that ref.
    pub fn new(reference: impl Into<String>) -> Self {
        Self {
            id: None,
            reference: reference.into(),
            extra_charge: None,
        }
    }

    /// For so much on top.
    #[must_use]
    pub fn extra_charge(self, extra: Money) -> Self {
        Self {
            extra_charge: Some(extra),
            ..self
        }
    }
}

impl Discount {
    fn with(name: String, effect: DiscountPricingEffect, value: PricingValue) -> Self {
        Self {
            id: None,
            reference: None,
            name,
            description: None,
            restrictions: Restrictions::default(),
            coupon_codes: Vec::new(),
            image_ids: Vec::new(),
            pricing_effect: effect,
            pricing_value: value,
        }
    }

    /// So much less.
    pub fn price_off(name: impl Into<String>, off: Money) -> Self {
        let value = PricingValue::Money(off);
        Self::with(name.into(), DiscountPricingEffect::PriceOff, value)
    }

    /// So many percent less.
    pub fn percentage_off(name: impl Into<String>, percent: Decimal) -> Self {
        let value = PricingValue::Percent(percent);
        Self::with(name.into(), DiscountPricingEffect::PercentageOff, value)
    }
}

impl Charge {
    /// A charge whose amount varies.
    pub fn new(name: impl Into<String>, kind: ChargeType) -> Self {
        Self {
            id: None,
            reference: None,
            name: name.into(),
            kind,
            price: None,
            restrictions: Restrictions::default(),
        }
    }

    /// Of this amount.
    #[must_use]
    pub fn price(self, price: Money) -> Self {
        Self {
            price: Some(price),
            ..self
        }
    }
}

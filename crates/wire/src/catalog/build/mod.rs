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

mod deals;
mod products;

use super::{
    CatalogData, CatalogOption, CatalogUpdate, Category, Charge, Deal, DealLine, DealSku, Discount,
    NewCatalog, OptionList, PriceOverride, Product, Restrictions, Sku, Variant,
};

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

//! Making deals, discounts and charges.

use crate::catalog::{
    Charge, ChargeType, Deal, DealLine, DealPricingEffect, DealSku, Discount,
    DiscountPricingEffect, PricingValue, Restrictions,
};
use crate::decimal::Decimal;
use crate::money::Money;

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

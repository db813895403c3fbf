//! Making items, their options and their places in deals.

use serde::Serialize;

use super::sent;
use crate::catalog::PricingValue;
use crate::decimal::Decimal;
use crate::money::Money;
use crate::order::DealPricingEffect;

sent! {
    /// An item to be ordered. What it costs with its options is computed by the hub.
    pub struct NewItem;
    /// So many of a product, at that price for one without options. For one that is part of a deal,
    /// it is the price that the deal left.
    new(product_name: String = "product_name", price: Money = "price", quantity: Decimal = "quantity");
    says {
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// In this size or colour.
        sku_name: String = "sku_name",
        /// With this code of the till, which the catalog has as the ref of the sku.
        sku_ref: String = "sku_ref",
        /// Taxed at this rate, in percent; nothing is computed from it.
        tax_rate: Decimal = "tax_rate",
        /// Kept for clients that use it.
        subset: String = "subset",
        /// What the customer asks for.
        customer_notes: String = "customer_notes",
        /// Points earned with it. Informative: no card changes.
        points_earned: Decimal = "points_earned",
        /// Points it was paid with. Informative: no card changes.
        points_used: Decimal = "points_used",
        /// As part of a deal of the order.
        deal_line: NewDealLine = "deal_line",
    }
    adds {
        /// With this chosen, or left out.
        option: NewOption => options,
    }
}

sent! {
    /// What was chosen with an item, or left out. It is free unless it has a price.
    pub struct NewOption;
    /// An option of that name, chosen once from the list of that name.
    new(option_list_name: String = "option_list_name", name: String = "name");
    says {
        /// With this code of the till.
        reference: String = "ref",
        /// One of it costs this.
        price: Money = "price",
        /// Chosen so many times for each single item.
        quantity: i64 = "quantity",
    }
    holds {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        removed: bool,
    }
}

impl NewOption {
    /// Left out; a price then is that of leaving it out.
    #[must_use]
    pub fn removed(self) -> Self {
        Self {
            removed: true,
            ..self
        }
    }
}

sent! {
    /// The place of an item in a deal. What it says of prices is informative: nothing is computed
    /// from it, for the price of the item is that after the deal.
    pub struct NewDealLine;
    /// In the deal of that key: of a new order, one given to [`NewOrder::deal`](super::NewOrder::deal);
    /// of an order that exists, a key of its `deals`.
    new(deal_key: String = "deal_key");
    says {
        /// As this line.
        label: String = "label",
    }
    holds {
        #[serde(flatten)]
        pricing: Option<Pricing>,
    }
}

/// What a deal did to a price: the value goes with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Pricing {
    pricing_effect: DealPricingEffect,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing_value: Option<PricingValue>,
}

impl NewDealLine {
    fn with(self, pricing_effect: DealPricingEffect, pricing_value: Option<PricingValue>) -> Self {
        let pricing = Some(Pricing {
            pricing_effect,
            pricing_value,
        });
        Self { pricing, ..self }
    }

    /// At the usual price.
    #[must_use]
    pub fn unchanged(self) -> Self {
        self.with(DealPricingEffect::Unchanged, None)
    }

    /// At this price.
    #[must_use]
    pub fn fixed_price(self, price: Money) -> Self {
        self.with(
            DealPricingEffect::FixedPrice,
            Some(PricingValue::Money(price)),
        )
    }

    /// For so much less.
    #[must_use]
    pub fn price_off(self, off: Money) -> Self {
        self.with(DealPricingEffect::PriceOff, Some(PricingValue::Money(off)))
    }

    /// For so many percent less, from 0 to 100.
    #[must_use]
    pub fn percentage_off(self, percent: impl Into<Decimal>) -> Self {
        let percent = PricingValue::Percent(percent.into());
        self.with(DealPricingEffect::PercentageOff, Some(percent))
    }
}

//! Making deals with the items that are part of them.

use serde::Serialize;

use super::{NewItem, sent};
use crate::catalog::PricingValue;
use crate::decimal::Decimal;
use crate::money::Money;
use crate::order::DealPricingEffect;

sent! {
    /// A deal of an order, with the items that are part of it. What it costs is in the prices of the
    /// items.
    ///
    /// ```
    /// use wire::money::Money;
    /// use wire::order::{NewDeal, NewDealLine, NewItem, NewOrder, OrderStatus};
    ///
    /// let price = |text| Money::parse(text).unwrap();
    /// let dessert = NewItem::new("Tiramisu", price("2.50 EUR"), 1);
    /// let duo = NewDeal::new("Duo du soir")
    ///     .line(NewItem::new("Margherita", price("9.50 EUR"), 1))
    ///     .line(NewDealLine::new(dessert).label("Dessert").percentage_off(50));
    /// let order = NewOrder::new(OrderStatus::New)
    ///     .deal(duo)
    ///     .item(NewItem::new("Limonade", price("3.00 EUR"), 1));
    /// ```
    pub struct NewDeal;
    /// A deal of that name.
    new(name: String = "name");
    says {
        /// With this code of the till.
        reference: String = "ref",
    }
    holds {
        #[serde(skip)]
        lines: Vec<NewDealLine>,
    }
}

impl NewDeal {
    /// With this item as part of it; a [`NewDealLine`] can say more of that.
    #[must_use]
    pub fn line(mut self, line: impl Into<NewDealLine>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The items, which are part of the deal of that key.
    pub(super) fn take_items(&mut self, key: &str) -> Vec<NewItem> {
        let lines = std::mem::take(&mut self.lines);
        lines.into_iter().map(|line| line.of(key)).collect()
    }
}

/// An item as part of a deal. What it says of prices is informative: nothing is computed from it, for
/// the price of the item is that after the deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDealLine {
    item: NewItem,
    label: Option<String>,
    pricing: Option<Pricing>,
}

/// The place of an item in a deal, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DealPosition {
    deal_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(flatten)]
    pricing: Option<Pricing>,
}

/// What a deal did to a price: the value goes with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Pricing {
    pricing_effect: DealPricingEffect,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing_value: Option<PricingValue>,
}

impl From<NewItem> for NewDealLine {
    fn from(item: NewItem) -> Self {
        Self::new(item)
    }
}

impl NewDealLine {
    /// That item.
    pub fn new(item: NewItem) -> Self {
        Self {
            item,
            label: None,
            pricing: None,
        }
    }

    /// As the line of that name, such as the courses of a menu have.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..self
        }
    }

    /// The item at its place in the deal of that key.
    pub(super) fn of(self, deal_key: impl Into<String>) -> NewItem {
        self.item.at(DealPosition {
            deal_key: deal_key.into(),
            label: self.label,
            pricing: self.pricing,
        })
    }

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

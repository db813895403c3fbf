//! Deals, discounts and charges.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::{
    KnownRefs, NOT_FOUND_CATEGORY, NOT_FOUND_SKU, amount, at_least_one, codes, images, tags,
};
use super::conditions::Restrictions;
use super::raw::{
    RawCatalogCharge, RawCatalogDeal, RawCatalogDealLine, RawCatalogDealSku, RawCatalogDiscount,
};
use crate::decimal::Decimal;
use crate::id::{CatalogItemId, ImageId};
use crate::input::{MAX_ARRAY_ENTRIES, non_blank, reference};
use crate::money::Money;
use crate::order::{ChargeType, DealPricingEffect, DiscountPricingEffect, SentPricingEffect, Word};
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;
use crate::text::Text;

/// Several skus that have another price when they are ordered together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The identifier that the author of the catalog has given it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The category where it is shown.
    pub category_ref: Option<String>,
    /// The id of that category, set by the hub.
    pub category_id: Option<CatalogItemId>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// When and how often it can be ordered.
    #[serde(default)]
    pub restrictions: Restrictions,
    /// Coupon codes that activate it.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The ids of images of the same catalog.
    #[serde(default)]
    pub image_ids: Vec<ImageId>,
    /// What it is made of, at least one line.
    pub lines: Vec<DealLine>,
}

/// A line of a deal: one of these skus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CatalogDealLine")]
pub struct DealLine {
    /// The name, for people.
    pub label: Option<String>,
    /// What can be chosen, at least one sku.
    pub skus: Vec<DealSku>,
    /// What being in the deal does to the price.
    pub pricing_effect: DealPricingEffect,
    /// The amount or the percentage. `None` if the price stays the same.
    pub pricing_value: Option<PricingValue>,
}

/// A sku of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DealSku {
    /// The id of the first sku with that ref, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The ref of the sku.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The extra price if it is chosen.
    pub extra_charge: Option<Money>,
}

/// Something taken off an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Discount {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The identifier that the author of the catalog has given it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// When and how often it can be ordered.
    #[serde(default)]
    pub restrictions: Restrictions,
    /// Coupon codes that activate it.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
    /// The ids of images of the same catalog.
    #[serde(default)]
    pub image_ids: Vec<ImageId>,
    /// How the price is lowered.
    pub pricing_effect: DiscountPricingEffect,
    /// By how much.
    pub pricing_value: PricingValue,
}

/// Something added to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Charge {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The identifier that the author of the catalog has given it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Name.
    pub name: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: ChargeType,
    /// The amount. `None` if it varies.
    pub price: Option<Money>,
    /// When and how often it applies.
    #[serde(default)]
    pub restrictions: Restrictions,
}

/// How much a price is changed. In JSON: a string, `2.00 EUR` or `100.0`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PricingValue {
    /// An amount.
    Money(Money),
    /// Percent, from 0 to 100.
    Percent(Decimal),
}

impl fmt::Display for PricingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(money) => fmt::Display::fmt(money, f),
            Self::Percent(percent) => fmt::Display::fmt(percent, f),
        }
    }
}

impl fmt::Debug for PricingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PricingValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PricingValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        match Decimal::parse(text.as_str()) {
            Ok(percent) => Ok(Self::Percent(percent)),
            Err(_) => Money::parse(text.as_str())
                .map(Self::Money)
                .map_err(D::Error::custom),
        }
    }
}

fn percent(Word(text): Word) -> Result<PricingValue, String> {
    Decimal::percentage(&text).map(PricingValue::Percent)
}

fn money(Word(text): Word, known: &KnownRefs<'_>) -> Result<PricingValue, String> {
    let money = Money::parse(&text).map_err(|refusal| refusal.to_string())?;
    let money = money.in_currency(known.context.currency)?;
    money.not_negative().map(PricingValue::Money)
}

impl RawCatalogDeal {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Deal> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let category_ref = reference(self.category_ref)
            .and_then(|category| known.categories.must_have(category, NOT_FOUND_CATEGORY))
            .optional(&path.key("category_ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let description = self
            .description
            .optional(&path.key("description"), problems);
        let restrictions = known.restrictions(self.restrictions, path, problems);
        let coupon_codes = codes(self.coupon_codes, &path.key("coupon_codes"), problems);
        let tags = tags(self.tags, &path.key("tags"), problems);
        let image_ids = images(self.image_ids, known, &path.key("image_ids"), problems);
        let key = path.key("lines");
        let lines = at_least_one(self.lines, &key, problems).each(
            &key,
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| raw.check(known, path, problems),
        );
        Some(Deal {
            id: None,
            reference: own,
            category_ref,
            category_id: None,
            name: name?,
            description,
            restrictions,
            coupon_codes,
            tags,
            image_ids,
            lines,
        })
    }
}

impl RawCatalogDealLine {
    fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<DealLine> {
        problems.refuse_keys(path, &self.unknown);
        let label = self.label.optional(&path.key("label"), problems);
        let key = path.key("skus");
        let skus = at_least_one(self.skus, &key, problems).each(
            &key,
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| raw.check(known, path, problems),
        );
        let sent = self
            .pricing_effect
            .required(&path.key("pricing_effect"), problems)?;
        let pricing_effect = sent.effect();
        let (key, value) = (path.key("pricing_value"), self.pricing_value.unless_blank());
        let pricing_value = match pricing_effect {
            _ if sent == SentPricingEffect::Free => Some(PricingValue::Percent(Decimal::HUNDRED)),
            DealPricingEffect::Unchanged => {
                let _of_no_use = value.optional(&key, problems);
                None
            }
            DealPricingEffect::PercentageOff => {
                Some(value.and_then(percent).required(&key, problems)?)
            }
            DealPricingEffect::FixedPrice | DealPricingEffect::PriceOff => {
                let value = value.and_then(|value| money(value, known));
                Some(value.required(&key, problems)?)
            }
        };
        Some(DealLine {
            label,
            skus,
            pricing_effect,
            pricing_value,
        })
    }
}

impl RawCatalogDealSku {
    fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<DealSku> {
        problems.refuse_keys(path, &self.unknown);
        let own = non_blank(self.reference.text())
            .and_then(|sku| known.skus.must_have(sku, NOT_FOUND_SKU))
            .required(&path.key("ref"), problems);
        let key = path.key("extra_charge");
        let extra_charge = amount(self.extra_charge, known).optional(&key, problems);
        Some(DealSku {
            id: None,
            reference: own?,
            extra_charge,
        })
    }
}

impl RawCatalogDiscount {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Discount> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let description = self
            .description
            .optional(&path.key("description"), problems);
        let restrictions = known.restrictions(self.restrictions, path, problems);
        let coupon_codes = codes(self.coupon_codes, &path.key("coupon_codes"), problems);
        let image_ids = images(self.image_ids, known, &path.key("image_ids"), problems);
        let key = path.key("pricing_effect");
        let pricing_effect = self.pricing_effect.required(&key, problems)?;
        let pricing_value = self
            .pricing_value
            .unless_blank()
            .and_then(|value| match pricing_effect {
                DiscountPricingEffect::PercentageOff => percent(value),
                DiscountPricingEffect::PriceOff => money(value, known),
            })
            .required(&path.key("pricing_value"), problems);
        Some(Discount {
            id: None,
            reference: own,
            name: name?,
            description,
            restrictions,
            coupon_codes,
            image_ids,
            pricing_effect,
            pricing_value: pricing_value?,
        })
    }
}

impl RawCatalogCharge {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Charge> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let kind = self.kind.required(&path.key("type"), problems);
        let price = amount(self.price, known).optional(&path.key("price"), problems);
        let restrictions = known.restrictions(self.restrictions, path, problems);
        Some(Charge {
            id: None,
            reference: own,
            name: name?,
            kind: kind?,
            price,
            restrictions,
        })
    }
}

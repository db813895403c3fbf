//! What is in a catalog as rows of a table, by kind of thing.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use wire::catalog::{
    Category, Charge, Deal, DealLine, Discount, OptionList, PriceOverride, PricingValue, Product,
    Restrictions, Sku, Variant,
};
use wire::order::{ChargeType, DealPricingEffect, DiscountPricingEffect};

use super::{CatalogTab, ContentCell, ContentHead};
use crate::db::{self, json};
use crate::office::format;
use crate::office::translations::{Catalogs, Translations};
use crate::office::widgets::{Badge, Severity};

/// Rows of one product or option list at most.
const MAX_ROWS_PER_THING: usize = 100;

/// Prices, names and codes that a cell lists at most.
const MAX_LISTED: usize = 6;

/// What the things of a page are shown with.
pub(super) struct ContentRenderer<'a> {
    pub words: &'static Translations,
    /// Names of categories by id.
    pub categories: &'a BTreeMap<String, String>,
}

/// The heads of a tab's table.
pub(super) fn heads(words: &Catalogs, tab: CatalogTab) -> Vec<ContentHead> {
    let text = |label| ContentHead {
        label,
        is_number: false,
    };
    let number = |label| ContentHead {
        label,
        is_number: true,
    };
    let code = text(words.code);
    match tab {
        CatalogTab::Skus => vec![
            text(words.category),
            text(words.product),
            text(words.sku),
            number(words.price),
            code,
        ],
        CatalogTab::Options => vec![
            text(words.option_list),
            text(words.option),
            number(words.price),
            code,
        ],
        CatalogTab::Charges => vec![
            text(words.name),
            text(words.kind),
            number(words.price),
            code,
        ],
        CatalogTab::Deals | CatalogTab::Discounts | CatalogTab::Variants => {
            vec![text(words.name), code]
        }
        CatalogTab::Images => vec![
            text(words.image),
            text(words.kind),
            number(words.size),
            text(words.use_head),
        ],
    }
}

/// The section of a catalog that a tab shows; images are none.
pub(super) fn section(tab: CatalogTab) -> &'static str {
    match tab {
        CatalogTab::Skus => "products",
        CatalogTab::Deals => "deals",
        CatalogTab::Discounts => "discounts",
        CatalogTab::Options => "option_lists",
        CatalogTab::Charges => "charges",
        CatalogTab::Variants => "variants",
        CatalogTab::Images => "",
    }
}

/// Names of categories by id.
pub(super) fn category_names(categories: &[Category]) -> BTreeMap<String, String> {
    let named = categories.iter().filter_map(|category| {
        let id = category.id.as_ref()?;
        Some((id.to_string(), category.name.clone()))
    });
    named.collect()
}

fn read<T: DeserializeOwned>(thing: &str) -> db::Result<T> {
    json::read(thing, "a thing of a catalog")
}

fn plain(text: impl Into<String>) -> ContentCell {
    ContentCell {
        text: text.into(),
        ..ContentCell::default()
    }
}

fn optional(text: Option<&String>) -> ContentCell {
    plain(text.cloned().unwrap_or_default())
}

/// The first of some names, and that there are more.
fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>();
    if names.len() > MAX_LISTED {
        text.push("…".to_owned());
    }
    text.join(", ")
}

impl ContentRenderer<'_> {
    /// The rows of some things of a section.
    pub(super) fn rows(
        &self,
        tab: CatalogTab,
        things: &[String],
    ) -> db::Result<Vec<Vec<ContentCell>>> {
        let mut rows = Vec::new();
        for thing in things {
            match tab {
                CatalogTab::Skus => rows.extend(self.product(&read(thing)?)),
                CatalogTab::Options => rows.extend(self.option_list(&read(thing)?)),
                CatalogTab::Deals => rows.push(self.deal(&read(thing)?)),
                CatalogTab::Discounts => rows.push(self.discount(&read(thing)?)),
                CatalogTab::Charges => rows.push(self.charge(&read(thing)?)),
                CatalogTab::Variants => rows.push(variant(&read(thing)?)),
                CatalogTab::Images => {}
            }
        }
        Ok(rows)
    }

    fn money(&self, amount: impl ToString) -> String {
        format::money(self.words.language, &amount.to_string())
    }

    fn product(&self, product: &Product) -> Vec<Vec<ContentCell>> {
        let w = &self.words.catalogs;
        let category = product.category_id.as_ref();
        let category = category.and_then(|id| self.categories.get(id.as_str()));
        let mut name = plain(product.name.as_str());
        if let Some(description) = &product.description {
            name.under.push(description.clone());
        }
        if !product.tags.is_empty() {
            name.under.push(w.tags(&listed(&product.tags)));
        }
        let mut rows: Vec<Vec<ContentCell>> = product
            .skus
            .iter()
            .take(MAX_ROWS_PER_THING)
            .map(|sku| {
                let (price, code) = (self.price(sku.price, &sku.price_overrides), self.code(sku));
                let category = plain(category.unwrap_or(&product.category_ref).as_str());
                vec![category, name.clone(), self.sku(sku), price, code]
            })
            .collect();
        let more = product.skus.len().saturating_sub(MAX_ROWS_PER_THING);
        if more > 0 {
            let empty = ContentCell::default;
            let rest = plain(w.more_skus(more as u64));
            rows.push(vec![empty(), name, rest, empty(), empty()]);
        }
        rows
    }

    fn sku(&self, sku: &Sku) -> ContentCell {
        let w = &self.words.catalogs;
        let mut cell = optional(sku.name.as_ref());
        cell.badges = self.restrictions(&sku.restrictions);
        if !sku.option_list_refs.is_empty() {
            cell.under
                .push(w.option_lists(&listed(&sku.option_list_refs)));
        }
        if !sku.tags.is_empty() {
            cell.under.push(w.tags(&listed(&sku.tags)));
        }
        cell
    }

    fn code(&self, sku: &Sku) -> ContentCell {
        let mut cell = optional(sku.reference.as_ref());
        if !sku.barcodes.is_empty() {
            let codes = self.words.catalogs.barcodes(&listed(&sku.barcodes));
            cell.under.push(codes);
        }
        cell
    }

    /// Whether and when something can be ordered, where that is not always.
    fn restrictions(&self, restrictions: &Restrictions) -> Vec<Badge> {
        let w = &self.words.catalogs;
        if !restrictions.enabled {
            return vec![Badge::new(w.disabled, Severity::Bad)];
        }
        match *restrictions == Restrictions::default() {
            true => Vec::new(),
            false => vec![Badge::new(w.restricted, Severity::Warn)],
        }
    }

    /// A price, and the others by the variants for which they are.
    fn price(&self, price: impl ToString, overrides: &[PriceOverride]) -> ContentCell {
        let w = &self.words.catalogs;
        let mut cell = plain(self.money(price));
        for other in overrides.iter().take(MAX_LISTED) {
            let variants = other.conditions.variant_refs.as_deref().unwrap_or_default();
            let of = match variants.is_empty() {
                true => w.restricted.to_owned(),
                false => listed(variants),
            };
            cell.under
                .push(w.other_price(&of, &self.money(other.price)));
        }
        let more = overrides.len().saturating_sub(MAX_LISTED);
        if more > 0 {
            cell.under.push(w.more_prices(more as u64));
        }
        cell
    }

    fn option_list(&self, list: &OptionList) -> Vec<Vec<ContentCell>> {
        let w = &self.words.catalogs;
        let mut name = plain(list.name.as_str());
        let min = u64::from(list.min_selections);
        name.under.push(list.reference.clone());
        name.under.push(match list.max_selections {
            Some(max) => w.between(min, u64::from(max)),
            None => w.at_least(min),
        });
        if list.multiple_selection {
            name.under.push(w.several.to_owned());
        }
        let mut rows: Vec<Vec<ContentCell>> = list
            .options
            .iter()
            .take(MAX_ROWS_PER_THING)
            .map(|option| {
                let mut own = plain(option.name.as_str());
                own.badges = self.restrictions(&option.restrictions);
                if option.default {
                    own.badges.push(Badge::new(w.by_default, Severity::Plain));
                }
                let price = self.price(option.price, &option.price_overrides);
                vec![
                    name.clone(),
                    own,
                    price,
                    optional(option.reference.as_ref()),
                ]
            })
            .collect();
        let more = list.options.len().saturating_sub(MAX_ROWS_PER_THING);
        if more > 0 {
            let empty = ContentCell::default;
            rows.push(vec![
                name,
                plain(w.more_options(more as u64)),
                empty(),
                empty(),
            ]);
        }
        rows
    }

    fn deal(&self, deal: &Deal) -> Vec<ContentCell> {
        let mut name = plain(deal.name.as_str());
        name.badges = self.restrictions(&deal.restrictions);
        name.under.extend(deal.description.clone());
        for (index, line) in deal.lines.iter().take(MAX_LISTED).enumerate() {
            name.under.push(self.deal_line(index, line));
        }
        if deal.lines.len() > MAX_LISTED {
            name.under.push("…".to_owned());
        }
        self.add_coupons(&mut name, &deal.coupon_codes);
        vec![name, optional(deal.reference.as_ref())]
    }

    fn deal_line(&self, index: usize, line: &DealLine) -> String {
        let w = &self.words.catalogs;
        let value = line.pricing_value.map(|value| self.pricing_value(value));
        let value = value.unwrap_or_default();
        let effect = match line.pricing_effect {
            DealPricingEffect::Unchanged => w.unchanged.to_owned(),
            DealPricingEffect::FixedPrice => w.fixed_price(&value),
            DealPricingEffect::PriceOff | DealPricingEffect::PercentageOff => w.price_off(&value),
        };
        let label = line.label.clone();
        let label = label.unwrap_or_else(|| w.line(index as u64 + 1));
        w.deal_line(&label, line.skus.len() as u64, &effect)
    }

    fn pricing_value(&self, value: PricingValue) -> String {
        match value {
            PricingValue::Money(money) => self.money(money),
            PricingValue::Percent(percent) => {
                format::percent(self.words.language, &percent.to_string())
            }
        }
    }

    fn add_coupons(&self, cell: &mut ContentCell, codes: &[String]) {
        if !codes.is_empty() {
            cell.under.push(self.words.catalogs.coupons(&listed(codes)));
        }
    }

    fn discount(&self, discount: &Discount) -> Vec<ContentCell> {
        let mut name = plain(discount.name.as_str());
        name.badges = self.restrictions(&discount.restrictions);
        name.under.extend(discount.description.clone());
        let value = self.pricing_value(discount.pricing_value);
        name.under.push(match discount.pricing_effect {
            DiscountPricingEffect::PriceOff | DiscountPricingEffect::PercentageOff => {
                self.words.catalogs.price_off(&value)
            }
        });
        self.add_coupons(&mut name, &discount.coupon_codes);
        vec![name, optional(discount.reference.as_ref())]
    }

    fn charge(&self, charge: &Charge) -> Vec<ContentCell> {
        let w = &self.words.catalogs;
        let kind = match charge.kind {
            ChargeType::Delivery => w.delivery,
            ChargeType::PaymentFee => w.payment_fee,
            ChargeType::Tip => w.tip,
            ChargeType::Tax => w.tax,
            ChargeType::Other => w.other,
        };
        let price = charge.price.map(|price| self.money(price));
        let price = price.unwrap_or_else(|| w.varies.to_owned());
        let mut name = plain(charge.name.as_str());
        name.badges = self.restrictions(&charge.restrictions);
        vec![
            name,
            plain(kind),
            plain(price),
            optional(charge.reference.as_ref()),
        ]
    }
}

fn variant(variant: &Variant) -> Vec<ContentCell> {
    vec![
        plain(variant.name.as_str()),
        plain(variant.reference.as_str()),
    ]
}

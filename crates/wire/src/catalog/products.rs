//! Products and their skus.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{
    KnownRefs, NOT_FOUND_CATEGORY, NOT_FOUND_OPTION_LIST, amount, at_least_one, images, tags,
};
use super::conditions::{PriceOverride, Restrictions};
use super::raw::{RawProduct, RawSku, RawTaxRate};
use super::words::Allergen;
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::free::FreeObject;
use crate::id::{CatalogItemId, ImageId};
use crate::input::{Identifier, Input, MAX_ARRAY_ENTRIES, non_blank, reference};
use crate::money::Money;
use crate::problem::{NOT_IN_LIST, Path, Problems, TAKEN};
use crate::schema::JsonSchema;

/// Something that is sold, in one or more skus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The identifier that the author of the catalog has given it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The category it is in.
    pub category_ref: String,
    /// The id of that category, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CatalogItemId>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Taxes, if known.
    pub tax_rate: Option<TaxRate>,
    /// The ids of images of the same catalog.
    #[serde(default)]
    pub image_ids: Vec<ImageId>,
    /// Nutrition facts and allergens.
    pub nutrition: Option<Nutrition>,
    /// Its skus, at least one.
    pub skus: Vec<Sku>,
}

/// Taxes in percent, by the way the customer gets the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProductTaxRate")]
pub struct TaxRate {
    /// Brought to the customer.
    pub delivery: Decimal,
    /// Fetched by the customer.
    pub collection: Decimal,
    /// Eaten on the spot.
    pub eat_in: Decimal,
}

/// Nutrition facts of a product or an option. Only the member `allergens` is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Nutrition(pub FreeObject);

impl Nutrition {
    /// What people may not tolerate; an empty list means nothing, none means that it is not known.
    pub fn allergens(&self) -> Option<Vec<Allergen>> {
        let words = self.0.get("allergens")?;
        Some(
            words
                .as_array()?
                .iter()
                .filter_map(|word| Allergen::parse(word.as_str()?))
                .collect(),
        )
    }
}

/// What can be put into an order: a product in one size, colour and so on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sku {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The id of the product that it belongs to, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<CatalogItemId>,
    /// Its code, which orders, deals and inventories refer to. Several skus may have the same.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Name, such as the size; unique within the product.
    pub name: Option<String>,
    /// When and how often it can be ordered.
    #[serde(default)]
    pub restrictions: Restrictions,
    /// What it costs, without options.
    pub price: Money,
    /// Other prices, each with its conditions.
    #[serde(default)]
    pub price_overrides: Vec<PriceOverride>,
    /// The lists of options to choose from, in the order of display.
    #[serde(default)]
    pub option_list_refs: Vec<String>,
    /// The ids of these lists, set by the hub.
    #[serde(default)]
    pub option_list_ids: Vec<CatalogItemId>,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// 8, 12 or 13 digits each; the first is the main one.
    #[serde(default)]
    pub barcodes: Vec<String>,
    /// Custom fields.
    #[serde(default)]
    pub custom_fields: CustomFields,
}

impl RawProduct {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Product> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let category_ref = non_blank(self.category_ref.text())
            .and_then(|category| known.categories.must_have(category, NOT_FOUND_CATEGORY))
            .required(&path.key("category_ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let description = self
            .description
            .optional(&path.key("description"), problems);
        let tags = tags(self.tags, &path.key("tags"), problems);
        let key = path.key("tax_rate");
        let tax_rate = self.tax_rate.optional(&key, problems);
        let tax_rate = tax_rate.and_then(|raw| raw.check(&key, problems));
        let image_ids = images(self.image_ids, known, &path.key("image_ids"), problems);
        let nutrition = nutrition(self.nutrition, &path.key("nutrition"), problems);
        let key = path.key("skus");
        let mut names = BTreeSet::new();
        let skus = at_least_one(self.skus, &key, problems).each(
            &key,
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| {
                let name = raw.name.clone();
                if !matches!(name, Input::Bad(_)) && !names.insert(valid_text(name)) {
                    problems.add(&path.key("name"), TAKEN);
                }
                raw.check(known, path, problems)
            },
        );
        Some(Product {
            id: None,
            reference: own,
            category_ref: category_ref?,
            category_id: None,
            name: name?,
            description,
            tags,
            tax_rate,
            image_ids,
            nutrition,
            skus,
        })
    }
}

fn valid_text(name: Input<String>) -> Option<String> {
    match name {
        Input::Good(name) => Some(name),
        Input::Absent | Input::Null | Input::Bad(_) => None,
    }
}

impl RawTaxRate {
    fn check(self, path: &Path<'_>, problems: &mut Problems) -> Option<TaxRate> {
        problems.refuse_keys(path, &self.unknown);
        let delivery = self.delivery.required(&path.key("delivery"), problems);
        let collection = self.collection.required(&path.key("collection"), problems);
        let eat_in = self.eat_in.required(&path.key("eat_in"), problems);
        Some(TaxRate {
            delivery: delivery?,
            collection: collection?,
            eat_in: eat_in?,
        })
    }
}

impl RawSku {
    fn check(self, known: &KnownRefs<'_>, path: &Path<'_>, problems: &mut Problems) -> Option<Sku> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let name = self.name.optional(&path.key("name"), problems);
        let restrictions = known.restrictions(self.restrictions, path, problems);
        let price = amount(self.price, known).required(&path.key("price"), problems);
        let price_overrides = known.overrides(self.price_overrides, path, problems);
        let option_list_refs = self
            .option_list_refs
            .list(
                &path.key("option_list_refs"),
                problems,
                |Identifier(list)| known.option_lists.must_have(list, NOT_FOUND_OPTION_LIST),
            )
            .unwrap_or_default();
        let tags = tags(self.tags, &path.key("tags"), problems);
        let barcodes = self
            .barcodes
            .list(&path.key("barcodes"), problems, barcode)
            .unwrap_or_default();
        let custom_fields = self
            .custom_fields
            .and_then(|sent| {
                CustomFields::default()
                    .merged(&sent)
                    .map_err(|refusal| refusal.to_string())
            })
            .optional(&path.key("custom_fields"), problems)
            .unwrap_or_default();
        Some(Sku {
            id: None,
            product_id: None,
            reference: own,
            name,
            restrictions,
            price: price?,
            price_overrides,
            option_list_refs,
            option_list_ids: Vec::new(),
            tags,
            barcodes,
            custom_fields,
        })
    }
}

fn barcode(Identifier(code): Identifier) -> Result<String, String> {
    let is_one = matches!(code.len(), 8 | 12 | 13) && code.bytes().all(|b| b.is_ascii_digit());
    if is_one {
        Ok(code)
    } else {
        Err("must have 8, 12 or 13 digits".to_owned())
    }
}

/// What is in something, with its allergens looked at.
pub(super) fn nutrition(
    given: Input<FreeObject>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<Nutrition> {
    let nutrition = given
        .and_then(FreeObject::within_limit)
        .optional(path, problems)?;
    let path = path.key("allergens");
    match nutrition.get("allergens") {
        None | Some(Value::Null) => {}
        Some(Value::Array(words)) => {
            for (index, word) in words.iter().enumerate() {
                if word.as_str().and_then(Allergen::parse).is_none() {
                    problems.add(&path.index(index), NOT_IN_LIST);
                }
            }
        }
        Some(_) => problems.add(&path, "must be an array"),
    }
    Some(Nutrition(nutrition))
}

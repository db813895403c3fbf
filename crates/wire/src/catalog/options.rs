//! Option lists and their options.

use serde::{Deserialize, Serialize};

use super::check::{KnownRefs, amount, at_least_one, natural, tags};
use super::conditions::{PriceOverride, Restrictions};
use super::products::{Nutrition, nutrition};
use super::raw::{RawCatalogOption, RawOptionList};
use super::words::OptionListType;
use crate::id::CatalogItemId;
use crate::input::{MAX_ARRAY_ENTRIES, non_blank, reference};
use crate::money::Money;
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;

/// A list of options, of which some are chosen for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OptionList {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// Its identifier, unique among the option lists of the catalog.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Name.
    pub name: String,
    /// At least this many must be chosen.
    #[serde(default)]
    pub min_selections: u32,
    /// At most this many may be chosen. `None` means any number.
    pub max_selections: Option<u32>,
    /// Whether one option may be chosen several times.
    #[serde(default)]
    pub multiple_selection: bool,
    /// An older way to tell the two numbers, set by the hub.
    #[serde(rename = "type")]
    pub kind: OptionListType,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The options, at least one.
    pub options: Vec<CatalogOption>,
}

/// Something that can be chosen with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogOption {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// The id of the list that it belongs to, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option_list_id: Option<CatalogItemId>,
    /// Its code, which orders and inventories refer to. Several options may have the same.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Name.
    pub name: String,
    /// When and how often it can be ordered.
    #[serde(default)]
    pub restrictions: Restrictions,
    /// What it costs.
    pub price: Money,
    /// Other prices, each with its conditions.
    #[serde(default)]
    pub price_overrides: Vec<PriceOverride>,
    /// Whether it is chosen unless the customer says otherwise.
    #[serde(default)]
    pub default: bool,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Nutrition facts and allergens.
    pub nutrition: Option<Nutrition>,
}

/// The older word for so many selections.
pub(super) fn kind_of(min: u32, max: Option<u32>) -> OptionListType {
    if (min, max) == (1, Some(1)) {
        OptionListType::Single
    } else {
        OptionListType::Multiple
    }
}

impl RawOptionList {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OptionList> {
        problems.refuse_keys(path, &self.unknown);
        let own = non_blank(self.reference.text()).required(&path.key("ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let kind = self.kind.optional(&path.key("type"), problems);
        // Whoever says how many means that; a list that was read has both.
        let says_how_many = !self.min_selections.is_absent() || !self.max_selections.is_absent();
        let min = natural(self.min_selections).optional(&path.key("min_selections"), problems);
        let key = path.key("max_selections");
        let max = natural(self.max_selections).optional(&key, problems);
        let (min, max) = match kind {
            Some(OptionListType::Single) if !says_how_many => (1, Some(1)),
            _ => (min.unwrap_or(0), max),
        };
        if max.is_some_and(|max| max < min) {
            problems.add(&key, "must not be less than min_selections");
        }
        let key = path.key("multiple_selection");
        let multiple_selection = self.multiple_selection.optional(&key, problems);
        let multiple_selection = multiple_selection.unwrap_or_default();
        if multiple_selection && max.is_some_and(|max| max <= 1) {
            problems.add(&key, "cannot be true when max_selections is 0 or 1");
        }
        let tags = tags(self.tags, &path.key("tags"), problems);
        let key = path.key("options");
        let options = at_least_one(self.options, &key, problems).each(
            &key,
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| raw.check(known, path, problems),
        );
        let defaults = options.iter().filter(|option| option.default).count();
        if let Some(max) = max
            && defaults > max as usize
        {
            let message = format!("has too many default options (maximum is {max})");
            problems.add(&key, message);
        }
        Some(OptionList {
            id: None,
            reference: own?,
            name: name?,
            min_selections: min,
            max_selections: max,
            multiple_selection,
            kind: kind_of(min, max),
            tags,
            options,
        })
    }
}

impl RawCatalogOption {
    fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<CatalogOption> {
        problems.refuse_keys(path, &self.unknown);
        let own = reference(self.reference).optional(&path.key("ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let restrictions = known.restrictions(self.restrictions, path, problems);
        let price = amount(self.price, known).optional(&path.key("price"), problems);
        let price_overrides = known.overrides(self.price_overrides, path, problems);
        let default = self.default.optional(&path.key("default"), problems);
        let tags = tags(self.tags, &path.key("tags"), problems);
        let nutrition = nutrition(self.nutrition, &path.key("nutrition"), problems);
        Some(CatalogOption {
            id: None,
            option_list_id: None,
            reference: own,
            name: name?,
            restrictions,
            price: price.unwrap_or(Money::zero(known.context.currency)),
            price_overrides,
            default: default.unwrap_or_default(),
            tags,
            nutrition,
        })
    }
}

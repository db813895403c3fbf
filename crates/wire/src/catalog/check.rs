//! Is an upload good? Everything that is wrong with it is told, each with its place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::categories::{Branch, refuse_circles};
use super::conditions::{PriceOverride, Restrictions};
use super::raw::{
    RawCatalog, RawCatalogData, RawCategory, RawOverride, RawProduct, RawRestrictions,
};
use super::{CatalogData, MAX_CATALOG_ITEMS, MAX_CATALOG_PROBLEMS};
use crate::currency::Currency;
use crate::id::ImageId;
use crate::input::{Identifier, Input, MAX_ARRAY_ENTRIES, non_blank};
use crate::money::Money;
use crate::problem::{BLANK, IMAGE_NOT_FOUND, Path, Problems, TAKEN, too_few, too_many};

pub(super) const NOT_FOUND_VARIANT: &str = "variant not found";
pub(super) const NOT_FOUND_CATEGORY: &str = "category not found";
pub(super) const NOT_FOUND_OPTION_LIST: &str = "option list not found";
pub(super) const NOT_FOUND_SKU: &str = "sku not found";

/// What a check needs to know of the catalog and its account.
#[derive(Debug, Clone, Copy)]
pub struct CatalogContext<'a> {
    /// The currency of the account, in which every amount must be.
    pub currency: Currency,
    /// The images of the catalog.
    pub images: &'a BTreeSet<ImageId>,
}

/// A good new catalog. Whether its name is free is for the hub to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCatalog {
    /// Name.
    pub name: String,
    /// What is in it, without ids.
    pub data: CatalogData,
}

/// A good change of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogUpdate {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is in it from now on, without ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<CatalogData>,
}

impl RawCatalog {
    /// The new catalog asked for, or everything that is wrong with it.
    pub fn check_new(self, context: &CatalogContext<'_>) -> Result<NewCatalog, Problems> {
        let mut problems = Problems::with_limit(MAX_CATALOG_PROBLEMS);
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let name = non_blank(self.name).required(&root.key("name"), &mut problems);
        let path = root.key("data");
        let data = self
            .data
            .optional(&path, &mut problems)
            .map(|data| data.check(context, &path, &mut problems))
            .unwrap_or_default();
        problems.unless_any(name.map(|name| NewCatalog { name, data }))
    }

    /// The change asked for, or everything that is wrong with it.
    pub fn check_update(self, context: &CatalogContext<'_>) -> Result<CatalogUpdate, Problems> {
        let mut problems = Problems::with_limit(MAX_CATALOG_PROBLEMS);
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let name = non_blank(self.name).optional(&root.key("name"), &mut problems);
        let path = root.key("data");
        let data = self
            .data
            .optional(&path, &mut problems)
            .map(|data| data.check(context, &path, &mut problems));
        problems.unless_any(Some(CatalogUpdate { name, data }))
    }
}

/// What the parts of a catalog may refer to.
pub(super) struct KnownRefs<'a> {
    pub context: &'a CatalogContext<'a>,
    pub variants: RefSet,
    pub categories: RefSet,
    pub option_lists: RefSet,
    pub skus: RefSet,
}

/// The refs of a list; none if the list cannot be read, which is complained about once.
pub(super) struct RefSet(Option<BTreeSet<String>>);

impl RefSet {
    fn of<T>(list: &Input<Vec<Input<T>>>, reference: impl Fn(&T) -> &Input<Identifier>) -> Self {
        if let Input::Bad(_) = list {
            return Self(None);
        }
        Self(Some(
            valid_items(list)
                .filter_map(|it| identifier_text(reference(it)).map(str::to_owned))
                .collect(),
        ))
    }

    /// The ref if it is one of these; one that was `BLANK` has been told so.
    pub(super) fn must_have(&self, reference: String, or: &str) -> Result<String, String> {
        match &self.0 {
            Some(refs) if !refs.contains(&reference) => Err(or.to_owned()),
            _ => Ok(reference),
        }
    }
}

fn valid_items<T>(list: &Input<Vec<Input<T>>>) -> impl Iterator<Item = &T> {
    let entries = match list {
        Input::Good(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|entry| match entry {
        Input::Good(entry) => Some(entry),
        _ => None,
    })
}

fn identifier_text(given: &Input<Identifier>) -> Option<&str> {
    match given {
        Input::Good(Identifier(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    }
}

fn sku_refs(products: &Input<Vec<Input<Box<RawProduct>>>>) -> RefSet {
    if let Input::Bad(_) = products {
        return RefSet(None);
    }
    let skus = valid_items(products).flat_map(|product| valid_items(&product.skus));
    RefSet(Some(
        skus.filter_map(|sku| identifier_text(&sku.reference).map(str::to_owned))
            .collect(),
    ))
}

impl RawCatalogData {
    fn check(
        self,
        context: &CatalogContext<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> CatalogData {
        problems.refuse_keys(path, &self.unknown);
        let known = &KnownRefs {
            context,
            variants: RefSet::of(&self.variants, |it| &it.reference),
            categories: RefSet::of(&self.categories, |it| &it.reference),
            option_lists: RefSet::of(&self.option_lists, |it| &it.reference),
            skus: sku_refs(&self.products),
        };
        unique(
            &self.variants,
            |it| &it.reference,
            &path.key("variants"),
            problems,
        );
        let key = path.key("categories");
        unique(&self.categories, |it| &it.reference, &key, problems);
        refuse_circles(&branches(&self.categories), &key, problems);
        let key = path.key("option_lists");
        unique(&self.option_lists, |it| &it.reference, &key, problems);
        macro_rules! each {
            ($list:ident, $key:literal) => {
                self.$list.each(
                    &path.key($key),
                    MAX_ARRAY_ENTRIES,
                    problems,
                    |raw, path, problems| raw.check(known, path, problems),
                )
            };
        }
        let variants = self.variants.each(
            &path.key("variants"),
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| raw.check(path, problems),
        );
        let categories = each!(categories, "categories");
        let data = CatalogData {
            variants,
            categories,
            products: each!(products, "products"),
            option_lists: each!(option_lists, "option_lists"),
            deals: each!(deals, "deals"),
            discounts: each!(discounts, "discounts"),
            charges: each!(charges, "charges"),
        };
        if data.items() > MAX_CATALOG_ITEMS {
            problems.add(path, too_many(MAX_CATALOG_ITEMS));
        }
        data
    }
}

/// The categories as the walk through them needs them; one that cannot be read is a root.
fn branches(categories: &Input<Vec<Input<Box<RawCategory>>>>) -> Vec<Branch<'_>> {
    let Input::Good(entries) = categories else {
        return Vec::new();
    };
    entries
        .iter()
        .map(|entry| match entry {
            Input::Good(it) => (
                identifier_text(&it.reference).unwrap_or_default(),
                identifier_text(&it.parent_ref),
            ),
            _ => ("", None),
        })
        .collect()
}

/// Complains about each ref that an earlier entry of the list has already.
fn unique<T>(
    list: &Input<Vec<Input<T>>>,
    reference: impl Fn(&T) -> &Input<Identifier>,
    path: &Path<'_>,
    problems: &mut Problems,
) {
    let Input::Good(entries) = list else {
        return;
    };
    let mut known_refs = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Input::Good(entry) = entry
            && let Input::Good(Identifier(own)) = reference(entry)
            && !own.trim().is_empty()
            && !known_refs.insert(own)
        {
            problems.add(&path.index(index).key("ref"), TAKEN);
        }
    }
}

impl KnownRefs<'_> {
    /// The restrictions of the thing at `path`; none said are none.
    pub(super) fn restrictions(
        &self,
        given: Input<Box<RawRestrictions>>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Restrictions {
        let path = path.key("restrictions");
        given
            .optional(&path, problems)
            .and_then(|raw| raw.check(self, &path, problems))
            .unwrap_or_default()
    }

    /// The price overrides of the thing at `path`.
    pub(super) fn overrides(
        &self,
        given: Input<Vec<Input<Box<RawOverride>>>>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Vec<PriceOverride> {
        given.each(
            &path.key("price_overrides"),
            MAX_ARRAY_ENTRIES,
            problems,
            |raw, path, problems| raw.check(self, path, problems),
        )
    }
}

/// Words that programs agree on.
pub(super) fn tags(
    given: Input<Vec<Input<String>>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Vec<String> {
    given.list(path, problems, Ok).unwrap_or_default()
}

/// Codes, or nothing.
pub(super) fn codes(
    given: Input<Vec<Input<Identifier>>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Vec<String> {
    let codes = given.list(path, problems, |Identifier(code)| Ok(code));
    codes.unwrap_or_default()
}

/// Images of this very catalog.
pub(super) fn images(
    given: Input<Vec<Input<ImageId>>>,
    known: &KnownRefs<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Vec<ImageId> {
    let images = known.context.images;
    given
        .list(path, problems, |image| {
            if images.contains(&image) {
                Ok(image)
            } else {
                Err(IMAGE_NOT_FOUND.to_owned())
            }
        })
        .unwrap_or_default()
}

/// A list that must be there with something in it. What is wrong is complained about here.
pub(super) fn at_least_one<T>(
    given: Input<Vec<Input<T>>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Input<Vec<Input<T>>> {
    match &given {
        Input::Absent | Input::Null => problems.add(path, BLANK),
        Input::Good(entries) if entries.is_empty() => problems.add(path, too_few(1)),
        Input::Good(_) | Input::Bad(_) => {}
    }
    given
}

/// An amount in the currency of the account.
pub(super) fn amount(given: Input<Money>, known: &KnownRefs<'_>) -> Input<Money> {
    given.and_then(|money| money.in_currency(known.context.currency))
}

/// A number that counts something.
pub(super) fn natural(given: Input<i64>) -> Input<u32> {
    given.and_then(|number| {
        u32::try_from(number).map_err(|_| format!("must be between 0 and {}", u32::MAX))
    })
}

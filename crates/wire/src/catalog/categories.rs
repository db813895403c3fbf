//! Variants and categories.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::check::{KnownRefs, NOT_FOUND_CATEGORY, images, tags};
use super::raw::{RawCategory, RawVariant};
use crate::id::{CatalogItemId, ImageId};
use crate::input::{non_blank, reference};
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;

/// A way of selling, such as a delivery platform, that prices and restrictions can depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Variant {
    /// Its identifier, which restrictions and price overrides refer to. Unique; it should never
    /// change.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The name, for people.
    pub name: String,
}

/// A category of products and deals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Category {
    /// Its id, set by the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CatalogItemId>,
    /// Its identifier, unique among the categories of the catalog.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The category that it is in. `None` if it is in none.
    pub parent_ref: Option<String>,
    /// The id of that category, set by the hub.
    pub parent_id: Option<CatalogItemId>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Words that programs agree on.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The ids of images of the same catalog.
    #[serde(default)]
    pub image_ids: Vec<ImageId>,
}

impl RawVariant {
    pub(super) fn check(self, path: &Path<'_>, problems: &mut Problems) -> Option<Variant> {
        problems.refuse_keys(path, &self.unknown);
        let reference = non_blank(self.reference.text()).required(&path.key("ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        Some(Variant {
            reference: reference?,
            name: name?,
        })
    }
}

impl RawCategory {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Category> {
        problems.refuse_keys(path, &self.unknown);
        let own = non_blank(self.reference.text()).required(&path.key("ref"), problems);
        let parent_ref = reference(self.parent_ref)
            .and_then(|parent| known.categories.must_have(parent, NOT_FOUND_CATEGORY))
            .optional(&path.key("parent_ref"), problems);
        let name = non_blank(self.name).required(&path.key("name"), problems);
        let description = self
            .description
            .optional(&path.key("description"), problems);
        let tags = tags(self.tags, &path.key("tags"), problems);
        let image_ids = images(self.image_ids, known, &path.key("image_ids"), problems);
        Some(Category {
            id: None,
            reference: own?,
            parent_ref,
            parent_id: None,
            name: name?,
            description,
            tags,
            image_ids,
        })
    }
}

/// A category's ref, and the ref of its parent if it has one.
pub(super) type Branch<'a> = (&'a str, Option<&'a str>);

/// Complains about each category whose parents lead round in a circle and never to a root.
pub(super) fn refuse_circles(branches: &[Branch<'_>], path: &Path<'_>, problems: &mut Problems) {
    let mut is_reached = vec![false; branches.len()];
    for index in walk(branches) {
        is_reached[index] = true;
    }
    let lost = is_reached.iter().enumerate().filter(|(_, it)| !**it);
    for (index, _) in lost {
        let path = path.index(index);
        problems.add(
            &path.key("parent_ref"),
            "must end at a category without a parent",
        );
    }
}

/// The categories as a walk through the forest meets them: each before its children, siblings in
/// the order of the upload.
pub fn depth_first(categories: &[Category]) -> Vec<&Category> {
    let branches: Vec<Branch<'_>> = categories
        .iter()
        .map(|category| (category.reference.as_str(), category.parent_ref.as_deref()))
        .collect();
    walk(&branches)
        .into_iter()
        .filter_map(|index| categories.get(index))
        .collect()
}

/// The places of the categories in the order of that walk. Whoever has a parent that is not there
/// counts as a root; circles are not reached.
fn walk(branches: &[Branch<'_>]) -> Vec<usize> {
    let known: BTreeSet<&str> = branches.iter().map(|(own, _)| *own).collect();
    let mut children: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, (_, parent)) in branches.iter().enumerate() {
        let parent = parent.filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(index);
    }
    let mut walked = Vec::with_capacity(branches.len());
    // A stack of its own: how deep the forest is, is for the sender to say.
    let mut next: Vec<usize> = children.remove(&None).unwrap_or_default();
    next.reverse();
    while let Some(index) = next.pop() {
        walked.push(index);
        let below = branches
            .get(index)
            .and_then(|(own, _)| children.remove(&Some(*own)));
        next.extend(below.unwrap_or_default().into_iter().rev());
    }
    walked
}

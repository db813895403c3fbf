//! Looking into the JSON of a catalog, without any I/O.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::catalog::{Category, depth_first};
use wire::id::CatalogItemId;

use crate::db::{self, json};

/// A list of categories, as JSON, in the order of a walk through their forest.
pub(super) fn depth_first_json(categories: &str) -> db::Result<String> {
    let categories: Vec<Category> = json::read(categories, "categories")?;
    json::text(&depth_first(&categories))
}

/// The thing with that id in a list, as JSON.
pub(super) fn find_item<'a>(list: &'a str, id: &CatalogItemId) -> db::Result<Option<&'a str>> {
    #[derive(Deserialize)]
    struct Head<'a> {
        id: &'a str,
    }
    let things: Vec<&RawValue> = json::read(list, "a section of a catalog")?;
    for thing in things {
        let head: Head<'_> = json::read(thing.get(), "a thing of a catalog")?;
        if head.id == id.as_str() {
            return Ok(Some(thing.get()));
        }
    }
    Ok(None)
}

/// The list under that key of a thing, as JSON.
pub(super) fn child_list(thing: &str, key: &str) -> db::Result<String> {
    let thing: BTreeMap<&str, &RawValue> = json::read(thing, "a thing of a catalog")?;
    let list = thing.get(key).map_or("[]", |list| list.get());
    Ok(list.to_owned())
}

//! Looking into the JSON of a catalog, without any I/O.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::catalog::{Category, depth_first};
use wire::id::CatalogItemId;

use crate::db;

/// A list of categories, as JSON, in the order of a walk through their forest.
pub(super) fn depth_first_json(categories: &str) -> db::Result<String> {
    let categories: Vec<Category> = serde_json::from_str(categories).map_err(broken)?;
    serde_json::to_string(&depth_first(&categories)).map_err(broken)
}

/// The thing with that id in a list, as JSON.
pub(super) fn one<'a>(list: &'a str, id: &CatalogItemId) -> db::Result<Option<&'a str>> {
    #[derive(Deserialize)]
    struct Head<'a> {
        id: &'a str,
    }
    let things: Vec<&RawValue> = serde_json::from_str(list).map_err(broken)?;
    for thing in things {
        let head: Head<'_> = serde_json::from_str(thing.get()).map_err(broken)?;
        if head.id == id.as_str() {
            return Ok(Some(thing.get()));
        }
    }
    Ok(None)
}

/// The list under that key of a thing, as JSON.
pub(super) fn child_list(thing: &str, key: &str) -> db::Result<String> {
    let thing: BTreeMap<&str, &RawValue> = serde_json::from_str(thing).map_err(broken)?;
    let list = thing.get(key).map_or("[]", |list| list.get());
    Ok(list.to_owned())
}

pub(super) fn broken(error: serde_json::Error) -> db::Error {
    db::Error::Broken(format!("a catalog: {error}"))
}

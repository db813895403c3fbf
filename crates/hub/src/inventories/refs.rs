//! What a catalog has refs for. This is the only place where inventories look into its content.

use std::collections::BTreeMap;

use serde::Deserialize;
use wire::id::{AccountId, CatalogId};
use wire::inventory::{Counted, StockReference};

use crate::catalogs::store::{self, Refs};
use crate::db::{self, Tx, json};

/// The refs of the SKUs and options in a catalog.
#[derive(Debug, Default)]
pub(super) struct CatalogRefs(Refs);

impl CatalogRefs {
    /// Whether the catalog has it, and it can be counted.
    pub(super) fn has(&self, counted: &Counted) -> bool {
        let is_there = match counted {
            Counted::Sku(text) => self.0.has_sku(text),
            Counted::Option(text) => self.0.has_option(text),
        };
        is_there && counted.is_countable()
    }
}

/// The refs in a catalog of the account. A catalog without content has none.
pub(super) fn of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<CatalogRefs> {
    store::refs(tx, account, catalog).map(CatalogRefs)
}

/// What each of these names in the catalog: itself if it is a ref, whether the catalog has it or
/// not; for an id, which old clients send, the ref of what has it, if there is one.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    about: &[&StockReference],
) -> db::Result<Vec<Option<Counted>>> {
    // The catalog is only looked through for those who send ids.
    let skus = if about
        .iter()
        .any(|it| matches!(it, StockReference::SkuId(_)))
    {
        skus(tx, account, catalog)?
    } else {
        BTreeMap::new()
    };
    let options = if about
        .iter()
        .any(|it| matches!(it, StockReference::OptionId(_)))
    {
        options(tx, account, catalog)?
    } else {
        BTreeMap::new()
    };
    let named = about.iter().map(|about| match about {
        StockReference::Ref(counted) => Some(counted.clone()),
        StockReference::SkuId(id) => skus.get(id).cloned().map(Counted::Sku),
        StockReference::OptionId(id) => options.get(id).cloned().map(Counted::Option),
    });
    Ok(named.collect())
}

/// The ref of every SKU that has one, by its id.
fn skus(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<BTreeMap<String, String>> {
    let products: Vec<Product> = json::read(
        &store::section(tx, account, catalog, "products")?,
        "a catalog",
    )?;
    Ok(by_id(products.into_iter().flat_map(|it| it.skus)))
}

/// The refs of a catalog's options, by id.
fn options(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<BTreeMap<String, String>> {
    let lists: Vec<OptionList> = json::read(
        &store::section(tx, account, catalog, "option_lists")?,
        "a catalog",
    )?;
    Ok(by_id(lists.into_iter().flat_map(|it| it.options)))
}

fn by_id(parts: impl Iterator<Item = CatalogRefRow>) -> BTreeMap<String, String> {
    parts
        .filter_map(|part| Some((part.id, part.r#ref?)))
        .collect()
}

#[derive(Deserialize)]
struct Product {
    skus: Vec<CatalogRefRow>,
}

#[derive(Deserialize)]
struct OptionList {
    options: Vec<CatalogRefRow>,
}

#[derive(Deserialize)]
struct CatalogRefRow {
    id: String,
    r#ref: Option<String>,
}

//! What a catalog has refs for. This is the only place where inventories look into catalogs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use wire::id::{AccountId, CatalogId};
use wire::inventory::Counted;

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    DOCUMENT = "SELECT document FROM catalogs WHERE account_id = $1 AND id = $2";
}

/// The refs in a catalog.
#[derive(Debug, Default)]
pub(crate) struct CatalogRefs {
    refs: BTreeSet<Counted>,
    skus: BTreeMap<String, Counted>,
    options: BTreeMap<String, Counted>,
}

impl CatalogRefs {
    /// Whether the catalog has it.
    pub(crate) fn has(&self, counted: &Counted) -> bool {
        self.refs.contains(counted)
    }

    /// The SKU with this id, if it has a ref.
    pub(crate) fn sku(&self, id: &str) -> Option<&Counted> {
        self.skus.get(id)
    }

    /// The option with this id, if it has a ref.
    pub(crate) fn option(&self, id: &str) -> Option<&Counted> {
        self.options.get(id)
    }
}

/// The refs of all SKUs and options in a catalog of the account. A catalog without data has none.
pub(crate) fn of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<CatalogRefs> {
    let document: Option<(String,)> = tx.first(DOCUMENT, args![account, catalog])?;
    let Some((document,)) = document else {
        return Ok(CatalogRefs::default());
    };
    let data: Data = serde_json::from_str(&document)
        .map_err(|error| db::Error::Broken(format!("catalog {catalog}: {error}")))?;
    let mut found = CatalogRefs::default();
    for part in data.products.into_iter().flat_map(|product| product.skus) {
        if let Some(counted) = part.r#ref.map(Counted::Sku) {
            found.skus.extend(part.id.map(|id| (id, counted.clone())));
            found.refs.insert(counted);
        }
    }
    for part in data.option_lists.into_iter().flat_map(|list| list.options) {
        if let Some(counted) = part.r#ref.map(Counted::Option) {
            found
                .options
                .extend(part.id.map(|id| (id, counted.clone())));
            found.refs.insert(counted);
        }
    }
    Ok(found)
}

/// As much of a catalog's document as is needed here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    products: Vec<Product>,
    option_lists: Vec<OptionList>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Product {
    skus: Vec<Part>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OptionList {
    options: Vec<Part>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    id: Option<String>,
    r#ref: Option<String>,
}

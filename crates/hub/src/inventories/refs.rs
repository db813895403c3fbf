//! What a catalog has refs for. This is the only place where inventories look into catalogs.

use std::collections::BTreeSet;

use serde::Deserialize;
use wire::id::{AccountId, CatalogId};
use wire::inventory::{About, Counted};

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    DOCUMENT = "SELECT document FROM catalogs WHERE account_id = $1 AND id = $2";
}

/// The refs of the SKUs and options in a catalog.
#[derive(Debug, Default)]
pub(super) struct CatalogRefs(BTreeSet<Counted>);

impl CatalogRefs {
    /// Whether the catalog has it.
    pub(super) fn has(&self, counted: &Counted) -> bool {
        self.0.contains(counted)
    }
}

/// The refs in a catalog of the account. A catalog without content has none.
pub(super) fn of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<CatalogRefs> {
    let parts = parts(tx, account, catalog)?;
    Ok(CatalogRefs(parts.into_iter().map(|part| part.1).collect()))
}

/// What each of these names in the catalog: itself if it is a ref, whether the catalog has it or
/// not; for an id, which old clients send, the ref of what has it, if there is one.
pub(super) fn named(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    about: &[&About],
) -> db::Result<Vec<Option<Counted>>> {
    // The catalog is only looked through for those who send ids.
    let has_ids = about.iter().any(|about| !matches!(about, About::Ref(_)));
    let parts = if has_ids {
        parts(tx, account, catalog)?
    } else {
        Vec::new()
    };
    let find = |id: &str, is_sku: bool| {
        let mut found = parts.iter().filter(|(own, counted)| {
            own.as_deref() == Some(id) && matches!(counted, Counted::Sku(_)) == is_sku
        });
        found.next().map(|(_, counted)| counted.clone())
    };
    let named = about.iter().map(|about| match about {
        About::Ref(counted) => Some(counted.clone()),
        About::SkuId(id) => find(id, true),
        About::OptionId(id) => find(id, false),
    });
    Ok(named.collect())
}

/// The id and ref of every SKU and option that has a ref.
fn parts(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<Vec<(Option<String>, Counted)>> {
    let document: Option<(String,)> = tx.first(DOCUMENT, args![account, catalog])?;
    let Some((document,)) = document else {
        return Ok(Vec::new());
    };
    let data: Data = serde_json::from_str(&document)
        .map_err(|error| db::Error::Broken(format!("catalog {catalog}: {error}")))?;
    let skus = data.products.into_iter().flat_map(|product| product.skus);
    let skus = skus.filter_map(|sku| Some((sku.id, Counted::Sku(sku.r#ref?))));
    let options = data.option_lists.into_iter().flat_map(|list| list.options);
    let options = options.filter_map(|it| Some((it.id, Counted::Option(it.r#ref?))));
    Ok(skus.chain(options).collect())
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

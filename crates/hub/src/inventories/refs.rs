//! What a catalog has refs for. This is the only place where inventories look into catalogs.

use serde::Deserialize;
use wire::id::{AccountId, CatalogId};
use wire::inventory::{About, Counted};

use crate::catalogs::store::{self, Refs};
use crate::db::{self, Tx};

/// The refs of the SKUs and options in a catalog.
#[derive(Debug, Default)]
pub(super) struct CatalogRefs(Refs);

impl CatalogRefs {
    /// Whether the catalog has it.
    pub(super) fn has(&self, counted: &Counted) -> bool {
        match counted {
            Counted::Sku(text) => self.0.has_sku(text),
            Counted::Option(text) => self.0.has_option(text),
        }
    }
}

/// The refs in a catalog of the account. A catalog without content has none.
pub(super) fn of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<CatalogRefs> {
    let refs = store::refs(tx, account, catalog)?;
    Ok(CatalogRefs(refs.unwrap_or_default()))
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
        let mut found = parts
            .iter()
            .filter(|(own, counted)| own == id && matches!(counted, Counted::Sku(_)) == is_sku);
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
) -> db::Result<Vec<(String, Counted)>> {
    let products: Vec<Product> = read(&store::section(tx, account, catalog, "products")?)?;
    let lists: Vec<OptionList> = read(&store::section(tx, account, catalog, "option_lists")?)?;
    let skus = products.into_iter().flat_map(|product| product.skus);
    let skus = skus.filter_map(|sku| Some((sku.id, Counted::Sku(sku.r#ref?))));
    let options = lists.into_iter().flat_map(|list| list.options);
    let options = options.filter_map(|it| Some((it.id, Counted::Option(it.r#ref?))));
    Ok(skus.chain(options).collect())
}

fn read<'de, T: Deserialize<'de>>(section: &'de str) -> db::Result<T> {
    serde_json::from_str(section).map_err(|error| db::Error::Broken(format!("a catalog: {error}")))
}

#[derive(Deserialize)]
struct Product {
    skus: Vec<Part>,
}

#[derive(Deserialize)]
struct OptionList {
    options: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    id: String,
    r#ref: Option<String>,
}

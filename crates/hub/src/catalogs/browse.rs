//! Catalogs as the back office looks at them: which there are, and a page of a section at a time.
//!
//! However large a catalog is, a page reads some parts of it and no more: where few things of a section
//! are what is looked for, a page ends after [`MAX_PARTS_PER_PAGE`] parts, and the next one goes on
//! there.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use const_format::formatcp;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::catalog::Category;
use wire::id::{AccountId, CatalogId, LocationId};
use wire::inventory::Counted;

use super::compressed::{self, COUNTS, SectionCounts};
use super::store;
use crate::db::{self, Tx, json};
use crate::{args, row, statements};

statements! {
    LIST = formatcp!("{SELECT}
        WHERE c.account_id = $1 AND (c.location_id IS NULL OR c.location_id = $2 OR $2 IS NULL)
        ORDER BY c.created_at, LENGTH(c.id), c.id");
    FIND = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.id = $2");
    PARTS = "SELECT first_id, document FROM catalog_parts
        WHERE account_id = $1 AND catalog_id = $2 AND section = $3 AND first_id > $4
        ORDER BY first_id LIMIT $5";
}

const SELECT: &str = formatcp!(
    "SELECT {} FROM catalogs c
        LEFT JOIN catalog_parts p ON p.account_id = c.account_id AND p.catalog_id = c.id
            AND p.section = '{COUNTS}'",
    CatalogSummary::COLUMNS
);

/// Parts that are read at a time.
const PARTS_AT_A_TIME: u32 = 4;

/// Parts that a page reads at most: 4 MiB of JSON.
const MAX_PARTS_PER_PAGE: u32 = 64;

row! {
    /// A catalog, and how much is in it.
    #[derive(Clone, Debug)]
    pub(crate) struct CatalogSummary {
        pub id: CatalogId = "c.id",
        /// The location, if it is a location's own.
        pub location: Option<LocationId> = "c.location_id",
        pub name: String = "c.name",
        pub created_at: Timestamp = "c.created_at",
        version: i64 = "c.version",
        counts: Option<Vec<u8>> = "p.document",
    }
}

impl CatalogSummary {
    /// How much is in it; none for what was uploaded to a hub that did not count yet.
    pub(crate) fn counts(&self) -> db::Result<Option<SectionCounts>> {
        let Some(document) = &self.counts else {
            return Ok(None);
        };
        let text = compressed::decompress(document)?;
        json::read(&text, "the counts of a catalog").map(Some)
    }
}

/// The catalogs of an account and, if one is named, of a location; of all locations if none is.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<CatalogSummary>> {
    tx.all(LIST, args![account, location])
}

/// One catalog of an account.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
) -> db::Result<Option<CatalogSummary>> {
    tx.first(FIND, args![account, id])
}

/// The categories of a catalog, in the order of the upload.
pub(crate) fn categories(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
) -> db::Result<Vec<Category>> {
    let text = store::section(tx, account, id, "categories")?;
    json::read(&text, "categories")
}

/// Where a page of a section begins: behind a part, and behind so many things of the next one. After
/// another upload it is nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SectionPosition {
    version: i64,
    after: String,
    index: usize,
}

impl fmt::Display for SectionPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.version, self.after, self.index)
    }
}

impl SectionPosition {
    /// Reads what was written; anything else is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (version, rest) = text.split_once('.')?;
        let (after, index) = rest.split_once('.')?;
        let is_plain = after.len() <= 64 && after.bytes().all(|it| it.is_ascii_alphanumeric());
        is_plain.then_some(())?;
        Some(Self {
            version: version.parse().ok()?,
            after: after.to_owned(),
            index: index.parse().ok()?,
        })
    }
}

/// What of a section is looked for; what is none does not narrow it down.
#[derive(Clone, Debug, Default)]
pub(crate) struct SectionFilter {
    /// In one of these categories, by their ids.
    pub categories: Option<BTreeSet<String>>,
    /// With this in a name or a ref of its own or of what is in it; in small letters.
    pub text: Option<String>,
}

/// What a thing of a section is found by.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SearchedItem<'a> {
    #[serde(borrow)]
    category_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "ref")]
    reference: Option<Cow<'a, str>>,
    #[serde(borrow)]
    skus: Vec<SearchedPart<'a>>,
    #[serde(borrow)]
    options: Vec<SearchedPart<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SearchedPart<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "ref")]
    reference: Option<Cow<'a, str>>,
}

impl SectionFilter {
    fn accepts(&self, thing: &str) -> db::Result<bool> {
        if self.categories.is_none() && self.text.is_none() {
            return Ok(true);
        }
        let item: SearchedItem<'_> = json::read(thing, "a thing of a catalog")?;
        let in_category = self.categories.as_ref().is_none_or(|wanted| {
            let own = item.category_id.as_deref().unwrap_or_default();
            wanted.contains(own)
        });
        Ok(in_category && self.text.as_ref().is_none_or(|text| item.has(text)))
    }
}

impl SearchedItem<'_> {
    fn has(&self, text: &str) -> bool {
        let parts = self.skus.iter().chain(&self.options);
        let parts = parts.flat_map(|part| [&part.name, &part.reference]);
        let mut all = [&self.name, &self.reference].into_iter().chain(parts);
        all.any(|own| {
            own.as_ref()
                .is_some_and(|own| own.to_lowercase().contains(text))
        })
    }
}

/// A page of a section.
#[derive(Clone, Debug, Default)]
pub(crate) struct SectionPage {
    /// The things, each as JSON, in the order of the upload.
    pub things: Vec<String>,
    /// Where the next page begins; none on the last page.
    pub next: Option<SectionPosition>,
}

/// Up to `most` things of a section that a filter accepts, from a position on.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    (account, catalog): (&AccountId, &CatalogSummary),
    section: &str,
    filter: &SectionFilter,
    from: &SectionPosition,
    most: usize,
) -> db::Result<SectionPage> {
    let version = catalog.version;
    let position = |after: String, index| SectionPosition {
        version,
        after,
        index,
    };
    let (mut after, mut skip) = match from.version == version {
        true => (from.after.clone(), from.index),
        false => (String::new(), 0),
    };
    let mut things = Vec::new();
    for _ in 0..MAX_PARTS_PER_PAGE / PARTS_AT_A_TIME {
        let args = args![account, &catalog.id, section, &after, PARTS_AT_A_TIME];
        let parts: Vec<(String, Vec<u8>)> = tx.all(PARTS, args)?;
        let is_last = parts.len() < PARTS_AT_A_TIME as usize;
        for (first, document) in parts {
            let text = compressed::list([document.as_slice()])?;
            let all: Vec<&RawValue> = json::read(&text, "a section of a catalog")?;
            for (index, thing) in all.into_iter().enumerate().skip(skip) {
                if !filter.accepts(thing.get())? {
                    continue;
                }
                if things.len() == most {
                    let next = Some(position(after, index));
                    return Ok(SectionPage { things, next });
                }
                things.push(thing.get().to_owned());
            }
            (after, skip) = (first, 0);
        }
        if is_last {
            return Ok(SectionPage { things, next: None });
        }
    }
    let next = Some(position(after, 0));
    Ok(SectionPage { things, next })
}

/// Things by whose names inventories are read: products with SKUs, lists with options.
#[derive(Deserialize)]
struct NamedItem<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    skus: Vec<SearchedPart<'a>>,
    #[serde(borrow, default)]
    options: Vec<SearchedPart<'a>>,
}

/// What SKUs and options with these refs are called in a catalog, as far as it has them. A catalog that
/// has none of them is not looked through.
pub(crate) fn names(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    wanted: &BTreeSet<Counted>,
) -> db::Result<BTreeMap<Counted, String>> {
    let refs = store::refs(tx, account, catalog)?;
    let has = |counted: &&Counted| match counted {
        Counted::Sku(text) => refs.has_sku(text),
        Counted::Option(text) => refs.has_option(text),
    };
    let there: BTreeSet<Counted> = wanted.iter().filter(has).cloned().collect();
    let (skus, options): (BTreeSet<Counted>, BTreeSet<Counted>) = there
        .into_iter()
        .partition(|counted| matches!(counted, Counted::Sku(_)));
    let mut names = BTreeMap::new();
    for (section, wanted) in [("products", skus), ("option_lists", options)] {
        add_names(tx, (account, catalog), section, wanted, &mut names)?;
    }
    Ok(names)
}

/// Adds the names of what is wanted of a section, of which the catalog has all.
fn add_names(
    tx: &mut Tx<'_>,
    (account, catalog): (&AccountId, &CatalogId),
    section: &str,
    mut wanted: BTreeSet<Counted>,
    names: &mut BTreeMap<Counted, String>,
) -> db::Result<()> {
    let mut after = String::new();
    while !wanted.is_empty() {
        let args = args![account, catalog, section, &after, PARTS_AT_A_TIME];
        let parts: Vec<(String, Vec<u8>)> = tx.all(PARTS, args)?;
        if parts.is_empty() {
            break;
        }
        for (first, document) in parts {
            let text = compressed::list([document.as_slice()])?;
            let items: Vec<NamedItem<'_>> = json::read(&text, "a section of a catalog")?;
            for item in &items {
                for part in &item.skus {
                    take_name(item, part, Counted::Sku, &mut wanted, names);
                }
                for part in &item.options {
                    take_name(item, part, Counted::Option, &mut wanted, names);
                }
            }
            after = first;
        }
    }
    Ok(())
}

fn take_name(
    item: &NamedItem<'_>,
    part: &SearchedPart<'_>,
    counted: fn(String) -> Counted,
    wanted: &mut BTreeSet<Counted>,
    names: &mut BTreeMap<Counted, String>,
) {
    let Some(reference) = &part.reference else {
        return;
    };
    let counted = counted(reference.clone().into_owned());
    if !wanted.remove(&counted) {
        return;
    }
    let name = match part.name.as_deref().filter(|name| !name.is_empty()) {
        Some(own) => format!("{} · {own}", item.name),
        None => item.name.clone().into_owned(),
    };
    names.insert(counted, name);
}

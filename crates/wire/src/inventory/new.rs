//! Entries as sent: reading them, and what is wrong with them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Counted, Stock};
use crate::decimal::Decimal;
use crate::input::{Identifier, Input};
use crate::problem::{Path, Problems};
use crate::schema::{Schema, SchemaGenerator};
use crate::time::TimeInput;

crate::input_struct! {
    /// An entry as sent. Other keys are ignored.
    pub struct RawInventoryEntry {
        /// The ref of the sku, or of the option.
        sku_ref: Identifier = "sku_ref",
        /// The ref of the sku, or of the option.
        option_ref: Identifier = "option_ref",
        /// The id of the sku, for older programs.
        sku_id: Identifier = "sku_id",
        /// The id of the option, for older programs.
        option_id: Identifier = "option_id",
        /// The quantity that is left.
        stock: Decimal = "stock",
        /// When the entry ends by itself. From then on there is no limit.
        expires_at: TimeInput = "expires_at",
    }
    shape with_a_stock;
}

/// The stock must be said, also where it is `null`.
fn with_a_stock(_: &mut SchemaGenerator, mut schema: Schema) -> Schema {
    schema.insert("required".to_owned(), vec!["stock"].into());
    schema
}

/// What an entry that was sent is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockReference {
    /// A ref.
    Ref(Counted),
    /// The id of a SKU in the catalog: old clients send these.
    SkuId(String),
    /// The id of an option in the catalog.
    OptionId(String),
}

impl StockReference {
    /// The key it was sent under.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Ref(counted) => counted.key(),
            Self::SkuId(_) => "sku_id",
            Self::OptionId(_) => "option_id",
        }
    }
}

/// A good entry of a PUT or PATCH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInventoryEntry {
    /// Its place in the body, from 0.
    pub index: usize,
    /// What it is about.
    pub about: StockReference,
    /// What is left; none removes the limit.
    pub stock: Option<Stock>,
    /// When there is no limit any longer; it may have passed already. Without a stock it says nothing.
    pub expires_at: Option<Timestamp>,
}

/// Reads the entries of a PUT or PATCH, or says everything that is wrong with them. Times without
/// offset are read in the zone.
///
/// Each entry names one SKU or one option and says its `stock`: absent is a complaint, since `null`
/// means that there is no limit. What is wrong with the body as a whole is said of `inventory`.
pub fn check(
    entries: Input<Vec<Input<RawInventoryEntry>>>,
    zone: &TimeZone,
) -> Result<Vec<NewInventoryEntry>, Problems> {
    let mut problems = Problems::new();
    let mut index = 0;
    let checked = match entries {
        Input::Good(entries) => {
            let each = |entry: Input<RawInventoryEntry>| {
                let path = Path::ROOT.index(index);
                let entry = entry.required(&path, &mut problems);
                let entry = entry.and_then(|raw| raw.check(index, zone, &path, &mut problems));
                index += 1;
                entry
            };
            entries.into_iter().filter_map(each).collect()
        }
        nothing => {
            // The array itself has no key that could be named.
            nothing.required(&Path::ROOT.key("inventory"), &mut problems);
            Vec::new()
        }
    };
    problems.unless_any(Some(checked))
}

impl RawInventoryEntry {
    fn check(
        self,
        index: usize,
        zone: &TimeZone,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<NewInventoryEntry> {
        let skus = (self.sku_ref, self.sku_id);
        let options = (self.option_ref, self.option_id);
        let sku = subject(skus, ("sku_ref", "sku_id"), path, problems);
        let option = subject(options, ("option_ref", "option_id"), path, problems);
        let about = match (sku, option) {
            (Some(EntryName::Ref(text)), None) => Some(StockReference::Ref(Counted::Sku(text))),
            (Some(EntryName::Id(text)), None) => Some(StockReference::SkuId(text)),
            (None, Some(EntryName::Ref(text))) => Some(StockReference::Ref(Counted::Option(text))),
            (None, Some(EntryName::Id(text))) => Some(StockReference::OptionId(text)),
            (Some(EntryName::Bad), _) | (_, Some(EntryName::Bad)) => None,
            (None, None) | (Some(_), Some(_)) => {
                problems.add(path, "must have either a sku_ref or an option_ref");
                None
            }
        };
        let stock_path = path.key("stock");
        let stock = self
            .stock
            .and_then(|number| Stock::new(number).map_err(|refusal| refusal.to_string()));
        let stock = if stock.is_absent() {
            stock.required(&stock_path, problems)
        } else {
            stock.optional(&stock_path, problems)
        };
        let expiry_path = path.key("expires_at");
        let expires_at = self
            .expires_at
            .and_then(|time| time.resolve(zone).map_err(|refusal| refusal.to_string()))
            .optional(&expiry_path, problems);
        if expires_at.is_some() && stock.is_some_and(|stock| stock != Stock::NONE) {
            problems.add(&expiry_path, "is only possible with a stock of 0");
        }
        Some(NewInventoryEntry {
            index,
            about: about?,
            stock,
            expires_at,
        })
    }
}

enum EntryName {
    Ref(String),
    Id(String),
    /// Complained about already.
    Bad,
}

/// The ref, or else the id, if either is more than an empty text.
fn subject(
    (by_ref, by_id): (Input<Identifier>, Input<Identifier>),
    (ref_key, id_key): (&str, &str),
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<EntryName> {
    let mut read = |given: Input<Identifier>, key: &str| {
        let is_something = given.is_something();
        match given.text().optional(&path.key(key), problems) {
            Some(text) if text.is_empty() => None,
            Some(text) => Some(Ok(text)),
            None => is_something.then_some(Err(())),
        }
    };
    let (by_ref, by_id) = (read(by_ref, ref_key), read(by_id, id_key));
    match (by_ref, by_id) {
        (Some(Err(())), _) | (_, Some(Err(()))) => Some(EntryName::Bad),
        (Some(Ok(text)), _) => Some(EntryName::Ref(text)),
        (None, Some(Ok(text))) => Some(EntryName::Id(text)),
        (None, None) => None,
    }
}

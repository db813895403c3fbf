//! Inventories: what is left at a location (API, chapter Inventory).
//!
//! One inventory per location, kept by refs: it serves every catalog that has the ref. What has no
//! entry has no limit.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::Decimal;
use crate::given::Given;
use crate::problem::{Path, Problems, too_long};
use crate::schema::{Schema, SchemaGenerator};
use crate::time::{Time, TimeInput};

/// Characters a ref may have to be counted.
pub const LONGEST_REF: usize = 255;

/// Decimals that a stock may have.
const DECIMALS: u32 = 3;

/// What an entry counts, by its ref in the catalogs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// A SKU.
    Sku(String),
    /// An option.
    Option(String),
}

impl Counted {
    /// The ref.
    pub fn text(&self) -> &str {
        match self {
            Self::Sku(text) | Self::Option(text) => text,
        }
    }

    /// The key that an entry has it under.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Sku(_) => "sku_ref",
            Self::Option(_) => "option_ref",
        }
    }
}

/// A quantity that is left: not below zero, at most three decimals. In JSON a string without
/// needless decimals, such as `"4"` or `"2.5"` (API, chapter Common types).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stock(Decimal);

/// A decimal that is no stock; the text is the complaint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAStock {
    /// Below zero.
    #[error("must be greater than or equal to 0")]
    Negative,
    /// More than three decimals.
    #[error("has too many decimals (maximum is 3)")]
    TooFine,
}

impl Stock {
    /// Nothing is left.
    pub const NONE: Stock = Stock(Decimal::ZERO);

    /// Takes the number if it can be a stock.
    pub fn new(number: Decimal) -> Result<Self, NotAStock> {
        if number.is_negative() {
            return Err(NotAStock::Negative);
        }
        if number.parts().1 > DECIMALS {
            return Err(NotAStock::TooFine);
        }
        Ok(Self(number))
    }

    /// The stock in thousandths, as it is stored.
    pub fn to_thousandths(&self) -> i64 {
        self.0.to_thousandths()
    }

    /// The stock of so many thousandths; `None` below zero, and from 10¹² on.
    pub fn from_thousandths(number: i64) -> Option<Self> {
        Decimal::from_thousandths(number).and_then(|number| Self::new(number).ok())
    }
}

impl fmt::Display for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_minimal_string())
    }
}

impl fmt::Debug for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Stock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Decimal::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// An entry of an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryEntry {
    /// What is counted.
    pub counted: Counted,
    /// What is left; none says that the entry is gone, so that there is no limit any longer.
    pub stock: Option<Stock>,
    /// When the entry goes by itself: only with a stock of zero.
    pub expires_at: Option<Time>,
}

impl InventoryEntry {
    /// Says that there is no limit any longer.
    pub fn gone(counted: Counted) -> Self {
        Self {
            counted,
            stock: None,
            expires_at: None,
        }
    }
}

impl Serialize for InventoryEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry(self.counted.key(), self.counted.text())?;
        map.serialize_entry("stock", &self.stock)?;
        map.serialize_entry("expires_at", &self.expires_at)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for InventoryEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Shown {
            sku_ref: Option<String>,
            option_ref: Option<String>,
            stock: Option<Stock>,
            expires_at: Option<Time>,
        }

        let shown = Shown::deserialize(deserializer)?;
        let counted = match (shown.sku_ref, shown.option_ref) {
            (Some(text), None) => Counted::Sku(text),
            (None, Some(text)) => Counted::Option(text),
            _ => return Err(D::Error::custom("must have a sku_ref or an option_ref")),
        };
        Ok(Self {
            counted,
            stock: shown.stock,
            expires_at: shown.expires_at,
        })
    }
}

crate::given_struct! {
    /// An entry as sent. Other keys are ignored.
    pub struct RawInventoryEntry {
        /// What is counted.
        sku_ref: String = "sku_ref",
        /// What is counted.
        option_ref: String = "option_ref",
        /// The old way to name a SKU.
        sku_id: String = "sku_id",
        /// The old way to name an option.
        option_id: String = "option_id",
        /// What is left.
        stock: Decimal = "stock",
        /// When there is no limit any longer.
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
pub enum About {
    /// A ref.
    Ref(Counted),
    /// The id of a SKU in the catalog: old clients send these.
    SkuId(String),
    /// The id of an option in the catalog.
    OptionId(String),
}

impl About {
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
    pub about: About,
    /// What is left; none removes the limit.
    pub stock: Option<Stock>,
    /// When there is no limit any longer; it may have passed already.
    pub expires_at: Option<Timestamp>,
}

/// Reads the entries of a PUT or PATCH, or says everything that is wrong with them. Times without
/// offset are read in the zone.
///
/// Each entry names one SKU or one option and says its `stock`: absent is a complaint, since `null`
/// means that there is no limit.
pub fn check(
    entries: Given<Vec<Given<RawInventoryEntry>>>,
    zone: &TimeZone,
) -> Result<Vec<NewInventoryEntry>, Problems> {
    let mut problems = Problems::new();
    let mut index = 0;
    let checked = match entries {
        Given::Good(entries) => {
            let each = |entry: Given<RawInventoryEntry>| {
                let path = Path::ROOT.index(index);
                let entry = entry.required(&path, &mut problems);
                let entry = entry.and_then(|raw| raw.check(index, zone, &path, &mut problems));
                index += 1;
                entry
            };
            entries.into_iter().filter_map(each).collect()
        }
        nothing => {
            nothing.required(&Path::ROOT, &mut problems);
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
        let sku = named(skus, ("sku_ref", "sku_id"), path, problems);
        let option = named(options, ("option_ref", "option_id"), path, problems);
        let about = match (sku, option) {
            (Some(Name::Ref(text)), None) => Some(About::Ref(Counted::Sku(text))),
            (Some(Name::Id(text)), None) => Some(About::SkuId(text)),
            (None, Some(Name::Ref(text))) => Some(About::Ref(Counted::Option(text))),
            (None, Some(Name::Id(text))) => Some(About::OptionId(text)),
            (Some(Name::Bad), _) | (_, Some(Name::Bad)) => None,
            (None, None) | (Some(_), Some(_)) => {
                problems.add(path, "must have either a sku_ref or an option_ref");
                None
            }
        };
        let stock_path = path.key("stock");
        let stock = self
            .stock
            .and_then(|number| Stock::new(number).map_err(|refusal| refusal.to_string()));
        let is_bad = matches!(stock, Given::Bad(_));
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
        if expires_at.is_some() && !is_bad && stock != Some(Stock::NONE) {
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

enum Name {
    Ref(String),
    Id(String),
    /// Complained about already.
    Bad,
}

/// The ref, or else the id, if either is more than an empty text.
fn named(
    (by_ref, by_id): (Given<String>, Given<String>),
    (ref_key, id_key): (&str, &str),
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<Name> {
    let mut read = |given: Given<String>, key: &str| {
        let given = given.and_then(|text| {
            if text.chars().count() > LONGEST_REF {
                return Err(too_long(LONGEST_REF));
            }
            Ok(text)
        });
        let is_something = given.is_something();
        match given.optional(&path.key(key), problems) {
            Some(text) if text.is_empty() => None,
            Some(text) => Some(Ok(text)),
            None => is_something.then_some(Err(())),
        }
    };
    let (by_ref, by_id) = (read(by_ref, ref_key), read(by_id, id_key));
    match (by_ref, by_id) {
        (Some(Err(())), _) | (_, Some(Err(()))) => Some(Name::Bad),
        (Some(Ok(text)), _) => Some(Name::Ref(text)),
        (None, Some(Ok(text))) => Some(Name::Id(text)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Vec<NewInventoryEntry>, Vec<String>> {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        check(crate::given::read(json.as_bytes()).unwrap(), &zone).map_err(|problems| {
            let lines = problems.errors().iter();
            lines
                .map(|e| format!("{} {}", e.field, e.message))
                .collect()
        })
    }

    #[test]
    fn entries_are_read_in_every_form_that_clients_send() {
        let entries = read(
            r#"[{"sku_ref": "A", "option_ref": null, "stock": 2.5, "until": "x"},
                {"option_ref": "B", "sku_ref": "", "stock": "0", "expires_at": "2026-03-08T11:00:00"},
                {"sku_id": "k7", "stock": null}]"#,
        )
        .unwrap();
        assert_eq!(entries[0].about, About::Ref(Counted::Sku("A".to_owned())));
        assert_eq!(entries[0].stock.unwrap().to_string(), "2.5");
        assert_eq!(
            entries[1].about,
            About::Ref(Counted::Option("B".to_owned()))
        );
        let at: Timestamp = "2026-03-08T10:00:00Z".parse().unwrap();
        assert_eq!(entries[1].expires_at, Some(at));
        assert_eq!(entries[2].about, About::SkuId("k7".to_owned()));
        assert_eq!(entries[2].stock, None);
    }

    #[test]
    fn everything_wrong_is_told_with_its_place() {
        let long = "x".repeat(LONGEST_REF + 1);
        let found = read(&format!(
            r#"[{{"stock": 1}}, {{"sku_ref": "A", "option_ref": "B", "stock": 1}}, 7, null,
                {{"sku_ref": "A"}}, {{"sku_ref": "A", "stock": -1}}, {{"sku_ref": 7, "stock": "1.0001"}},
                {{"sku_ref": "A", "stock": 1, "expires_at": "2026-03-08T11:00:00Z"}},
                {{"sku_ref": "A", "stock": null, "expires_at": "2026-03-08T11:00:00Z"}},
                {{"sku_ref": "{long}", "stock": "many"}}]"#
        ));
        let expected = [
            "[0] must have either a sku_ref or an option_ref",
            "[1] must have either a sku_ref or an option_ref",
            "[2] must be an object",
            "[3] can't be blank",
            "[4].stock can't be blank",
            "[5].stock must be greater than or equal to 0",
            "[6].sku_ref must be a string",
            "[6].stock has too many decimals (maximum is 3)",
            "[7].expires_at is only possible with a stock of 0",
            "[8].expires_at is only possible with a stock of 0",
            "[9].sku_ref is too long (maximum is 255 characters)",
            "[9].stock 'many' is not a valid decimal",
        ];
        assert_eq!(found.unwrap_err(), expected);
        assert_eq!(read("null").unwrap_err(), [" can't be blank"]);
        assert_eq!(read("").unwrap_err(), [" can't be blank"]);
        assert_eq!(read("{}").unwrap_err(), [" must be an array"]);
        assert_eq!(read("[]").unwrap(), []);
    }

    #[test]
    fn a_stock_is_kept_in_thousandths_and_printed_minimal() {
        for (text, printed, thousandths) in
            [("4.0", "4", 4_000), ("0", "0", 0), ("2.500", "2.5", 2_500)]
        {
            let stock = Stock::new(Decimal::parse(text).unwrap()).unwrap();
            assert_eq!(stock.to_string(), printed);
            assert_eq!(stock.to_thousandths(), thousandths);
            assert_eq!(Stock::from_thousandths(thousandths), Some(stock));
        }
        assert_eq!(Stock::from_thousandths(-1), None);
    }
}

//! Inventories in the database: a row per entry, since SQL looks for what expires.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, LocationId};
use wire::inventory::{Counted, Stock};

use super::rules::{StockLevel, StockLevels, TargetStock};
use crate::db::{self, Scalar, Tx};
use crate::{args, row, statements};

statements! {
    LEFT = formatcp!("SELECT {} FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND (expires_at IS NULL OR expires_at > $3)",
        StockRow::COLUMNS);
    PAGE = formatcp!("SELECT {} FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND kind = $3 AND ref > $4
            AND (expires_at IS NULL OR expires_at > $5)
        ORDER BY ref LIMIT $6", StockRow::COLUMNS);
    SET = "INSERT INTO inventory_entries (account_id, location_id, kind, ref, stock, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, location_id, kind, ref)
            DO UPDATE SET stock = excluded.stock, expires_at = excluded.expires_at";
    REMOVE = "DELETE FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND kind = $3 AND ref = $4";
    EXPIRE = formatcp!("DELETE FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND expires_at IS NOT NULL AND expires_at <= $3
        RETURNING {}", CountedRow::COLUMNS);
    DUE = "SELECT account_id, location_id FROM inventory_entries
        WHERE expires_at IS NOT NULL AND expires_at <= $1
        GROUP BY account_id, location_id ORDER BY MIN(expires_at) LIMIT $2";
    /// As [`Tx::version_after`] says, of a version that nobody has read.
    NEXT_SEQUENCE = "INSERT INTO inventories (account_id, location_id, version) VALUES ($1, $2, $3)
        ON CONFLICT (account_id, location_id) DO UPDATE SET version = CASE
            WHEN inventories.version < excluded.version THEN excluded.version
            ELSE inventories.version + 1 END
        RETURNING version";
}

/// What an entry counts.
#[derive(Clone, Copy)]
enum CountedKind {
    Sku,
    Option,
}

impl CountedKind {
    fn of(counted: &Counted) -> Self {
        match counted {
            Counted::Sku(_) => Self::Sku,
            Counted::Option(_) => Self::Option,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Option => "option",
        }
    }
}

impl Scalar for CountedKind {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        let kinds = [Self::Sku, Self::Option];
        let kind = kinds.into_iter().find(|kind| kind.as_str() == word);
        kind.ok_or_else(|| "neither sku nor option".to_owned())
    }
}

/// A stock in thousandths.
struct Thousandths(Stock);

impl Scalar for Thousandths {
    type Stored<'r> = i64;

    fn from_stored(thousandths: i64) -> Result<Self, String> {
        let stock = Stock::from_thousandths(thousandths);
        stock.map(Self).ok_or_else(|| "not a stock".to_owned())
    }
}

row! {
    struct CountedRow {
        kind: CountedKind = "kind",
        reference: String = "ref",
    }
}

impl From<CountedRow> for Counted {
    fn from(row: CountedRow) -> Self {
        match row.kind {
            CountedKind::Sku => Self::Sku(row.reference),
            CountedKind::Option => Self::Option(row.reference),
        }
    }
}

row! {
    struct StockRow {
        counted: CountedRow,
        stock: Stock as Thousandths = "stock",
        expires_at: Option<Timestamp> = "expires_at",
    }
}

/// What a location has left now: entries that have expired are gone, whether told or not.
pub(super) fn stock_levels(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<StockLevels> {
    let rows: Vec<StockRow> = tx.all(LEFT, args![account, location, tx.now()])?;
    let entries = rows.into_iter().map(|row| {
        let (stock, expires_at) = (row.stock, row.expires_at);
        (row.counted.into(), StockLevel { stock, expires_at })
    });
    Ok(entries.collect())
}

/// A line of an inventory.
#[derive(Clone, Debug)]
pub(crate) struct StockLine {
    /// The SKU or option that is counted.
    pub counted: Counted,
    pub stock: Stock,
    /// When there is no limit any longer.
    pub expires_at: Option<Timestamp>,
}

/// Up to `most` entries of a location behind one of them: those of SKUs by ref, then those of options.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    after: Option<&Counted>,
    most: u32,
) -> db::Result<Vec<StockLine>> {
    let kinds: &[CountedKind] = match after {
        Some(Counted::Option(_)) => &[CountedKind::Option],
        _ => &[CountedKind::Sku, CountedKind::Option],
    };
    let mut lines: Vec<StockLine> = Vec::new();
    for (index, kind) in kinds.iter().enumerate() {
        let from = after.filter(|_| index == 0).map_or("", Counted::text);
        let left = i64::from(most) - lines.len() as i64;
        let args = args![account, location, kind.as_str(), from, tx.now(), left];
        let rows: Vec<StockRow> = tx.all(PAGE, args)?;
        lines.extend(rows.into_iter().map(|row| StockLine {
            counted: row.counted.into(),
            stock: row.stock,
            expires_at: row.expires_at,
        }));
    }
    Ok(lines)
}

/// Makes it so.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    changed: &[TargetStock],
) -> db::Result<()> {
    for (counted, left) in changed {
        let (kind, text) = (CountedKind::of(counted).as_str(), counted.text());
        match left {
            None => tx.write(REMOVE, args![account, location, kind, text])?,
            Some(left) => {
                let stock = left.stock.to_thousandths();
                tx.write(
                    SET,
                    args![account, location, kind, text, stock, left.expires_at],
                )?;
            }
        }
    }
    Ok(())
}

/// Removes the entries that have expired, and says which.
pub(super) fn expire(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<Vec<Counted>> {
    let rows: Vec<CountedRow> = tx.all(EXPIRE, args![account, location, tx.now()])?;
    Ok(rows.into_iter().map(Counted::from).collect())
}

/// Locations where something has expired at `now`, the longest overdue first.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    now: Timestamp,
    most: u32,
) -> db::Result<Vec<(AccountId, LocationId)>> {
    tx.all(DUE, args![now, most])
}

/// The number of what happens next to the inventory of a location, which nobody else can change
/// until this change is decided.
pub(super) fn next_sequence(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<i64> {
    let taken: Option<(i64,)> =
        tx.first(NEXT_SEQUENCE, args![account, location, tx.version_after(0)])?;
    taken
        .map(|(sequence,)| sequence)
        .ok_or_else(|| db::Error::Broken("an inventory without a turn".to_owned()))
}

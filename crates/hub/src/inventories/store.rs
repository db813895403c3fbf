//! Inventories in the database: a row per entry, since SQL looks for what expires.

use jiff::Timestamp;
use wire::id::{AccountId, LocationId};
use wire::inventory::{Counted, Stock};

use super::rules::{StockLevel, StockLevels, TargetStock};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

statements! {
    LEFT = "SELECT kind, ref, stock, expires_at FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND (expires_at IS NULL OR expires_at > $3)";
    SET = "INSERT INTO inventory_entries (account_id, location_id, kind, ref, stock, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, location_id, kind, ref)
            DO UPDATE SET stock = excluded.stock, expires_at = excluded.expires_at";
    REMOVE = "DELETE FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND kind = $3 AND ref = $4";
    EXPIRE = "DELETE FROM inventory_entries
        WHERE account_id = $1 AND location_id = $2 AND expires_at IS NOT NULL AND expires_at <= $3
        RETURNING kind, ref";
    DUE = "SELECT account_id, location_id FROM inventory_entries
        WHERE expires_at IS NOT NULL AND expires_at <= $1
        GROUP BY account_id, location_id ORDER BY MIN(expires_at) LIMIT $2";
    /// As [`Tx::version_after`] says, of a version that nobody has read.
    TAKE_TURN = "INSERT INTO inventories (account_id, location_id, version) VALUES ($1, $2, $3)
        ON CONFLICT (account_id, location_id) DO UPDATE SET version = CASE
            WHEN inventories.version < excluded.version THEN excluded.version
            ELSE inventories.version + 1 END
        RETURNING version";
}

const SKU: &str = "sku";
const OPTION: &str = "option";

fn kind(counted: &Counted) -> &'static str {
    match counted {
        Counted::Sku(_) => SKU,
        Counted::Option(_) => OPTION,
    }
}

struct Found(Counted);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let (kind, text): (String, String) = (row.get(0)?, row.get(1)?);
        match kind.as_str() {
            SKU => Ok(Self(Counted::Sku(text))),
            OPTION => Ok(Self(Counted::Option(text))),
            _ => Err(db::Error::corrupt(0, "neither sku nor option")),
        }
    }
}

struct Entry(Counted, StockLevel);

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let Found(counted) = Found::from_row(row)?;
        let stock = Stock::from_thousandths(row.get(2)?)
            .ok_or_else(|| db::Error::corrupt(2, "not a stock"))?;
        let expires_at = row.get(3)?;
        Ok(Self(counted, StockLevel { stock, expires_at }))
    }
}

/// What a location has left now: entries that have expired are gone, whether told or not.
pub(super) fn left(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<StockLevels> {
    let now = tx.now();
    let entries: Vec<Entry> = tx.all(LEFT, args![account, location, now])?;
    Ok(entries
        .into_iter()
        .map(|Entry(counted, left)| (counted, left))
        .collect())
}

/// Makes it so.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    changed: &[TargetStock],
) -> db::Result<()> {
    for (counted, left) in changed {
        let (kind, text) = (kind(counted), counted.text());
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
    let now = tx.now();
    let found: Vec<Found> = tx.all(EXPIRE, args![account, location, now])?;
    Ok(found.into_iter().map(|Found(counted)| counted).collect())
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
pub(super) fn take_turn(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<i64> {
    let taken: Option<(i64,)> =
        tx.first(TAKE_TURN, args![account, location, tx.version_after(0)])?;
    taken
        .map(|(turn,)| turn)
        .ok_or_else(|| db::Error::Broken("an inventory without a turn".to_owned()))
}

//! The counts that hubs on one database share.

use jiff::{SignedDuration, Timestamp};

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO counts (name, number, taken, is_scarce, ends_at)
        VALUES ($1, $2, 0, FALSE, $3) ON CONFLICT DO NOTHING";
    FIND = "SELECT number, taken FROM counts WHERE name = $1";
    SET = "UPDATE counts SET number = $2, taken = $3, is_scarce = $4, ends_at = $5
        WHERE name = $1";
    SCARCE = "SELECT name, number FROM counts WHERE is_scarce AND ends_at > $1 ORDER BY name";
    CORRECT = "UPDATE counts SET taken = taken + $3 WHERE name = $1 AND number = $2";
    GUESS = "INSERT INTO counts (name, number, taken, is_scarce, ends_at)
        VALUES ($1, $2, 1, FALSE, $3)
        ON CONFLICT (name) DO UPDATE SET number = excluded.number, ends_at = excluded.ends_at,
            taken = CASE WHEN counts.number = excluded.number THEN counts.taken + 1 ELSE 1 END
        RETURNING taken";
    TAKE_BACK = "UPDATE counts SET taken = taken - 1
        WHERE name = $1 AND number = $2 AND taken > 0";
    DELETE_EXPIRED = "DELETE FROM counts WHERE ends_at < $1";
}

/// A share is at most this part of a budget, and this part of what is left of it.
const PARTS: (i64, i64) = (16, 8);

/// How long a row outlives its window: most are needed again in the next.
const COUNT_RETENTION: SignedDuration = SignedDuration::from_hours(1);

/// What one hub wants of a window that all hubs share.
#[derive(Clone, Debug)]
pub(super) struct QuotaRequest {
    /// Which budget.
    pub name: String,
    /// Which window of its length.
    pub number: i64,
    /// The budget.
    pub most: i64,
    /// What the hub has used already without having asked.
    pub overdraft: i64,
    /// When the window is over.
    pub ends_at: Timestamp,
}

/// Sets a share aside for this hub, and says how much: what it owes, and something more unless
/// nothing is left. Shares become smaller as less is left: the last ones are single requests.
pub(super) fn grant_share(tx: &mut Tx<'_>, need: &QuotaRequest) -> db::Result<i64> {
    tx.write(INSERT, args![need.name.as_str(), need.number, need.ends_at])?;
    let found: Option<(i64, i64)> = tx.first_locked(FIND, args![need.name.as_str()])?;
    let (number, taken) = match found {
        // A hub whose clock is a little ahead has begun the next window already. What is counted
        // further ahead was counted by a clock that was wrong, and would be full for too long.
        Some((number, taken)) if (need.number..=need.number + 1).contains(&number) => {
            (number, taken)
        }
        _ => (need.number, 0),
    };
    let left = (need.most - taken - need.overdraft).max(0);
    let share = (left / PARTS.1).clamp(1, (need.most / PARTS.0).max(1));
    let granted = need.overdraft + share.min(left);
    let taken = taken + granted;
    let is_scarce = taken * 4 >= need.most * 3;
    let values = args![need.name.as_str(), number, taken, is_scarce, need.ends_at];
    tx.write(SET, values)?;
    Ok(granted)
}

/// The windows of which little is left, as name and number.
pub(super) fn scarce(tx: &mut Tx<'_>) -> db::Result<Vec<(String, i64)>> {
    tx.all(SCARCE, args![tx.now()])
}

/// Adds what a hub has used beyond its share, or takes off what it gives back.
pub(super) fn correct(tx: &mut Tx<'_>, name: &str, number: i64, by: i64) -> db::Result<()> {
    tx.write(CORRECT, args![name, number, by])
}

/// Counts one guess, or one of anything, and says how many there were in this window with it.
pub(super) fn count_attempt(
    tx: &mut Tx<'_>,
    name: &str,
    number: i64,
    ends_at: Timestamp,
) -> db::Result<i64> {
    let found: Option<(i64,)> = tx.first(GUESS, args![name, number, ends_at])?;
    Ok(found.map_or(0, |(taken,)| taken))
}

/// How many there were in this window.
pub(super) fn count(tx: &mut Tx<'_>, name: &str, number: i64) -> db::Result<i64> {
    let found: Option<(i64, i64)> = tx.first(FIND, args![name])?;
    let found = found.filter(|(window, _)| *window == number);
    Ok(found.map_or(0, |(_, taken)| taken))
}

/// One guess less.
pub(super) fn uncount_attempt(tx: &mut Tx<'_>, name: &str, number: i64) -> db::Result<()> {
    tx.write(TAKE_BACK, args![name, number])
}

/// Deletes counts of windows that are long over.
pub(crate) fn delete_expired(tx: &mut Tx<'_>) -> db::Result<()> {
    let until = tx.earliest() - COUNT_RETENTION;
    tx.write(DELETE_EXPIRED, args![until])
}

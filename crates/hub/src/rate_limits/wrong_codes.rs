//! How many wrong codes of a second factor are looked at a day, for each user: a code has six figures, so whoever
//! knows the password must not be able to try them all. Counted in the database, since a flood of attempts is
//! remembered for long.

use jiff::Timestamp;
use wire::id::UserId;

use super::{DAY_SECONDS, store};
use crate::db::{self, Tx};

/// Wrong codes of a user that are looked at a day.
const MAX_WRONG_CODES_PER_DAY: i64 = 50;

fn window(tx: &Tx<'_>, user: &UserId) -> (String, i64) {
    let number = tx.now().as_second().div_euclid(DAY_SECONDS);
    (format!("codes of {user}"), number)
}

/// Whether one more code of a user may be looked at today.
pub(crate) fn may_try_code(tx: &mut Tx<'_>, user: &UserId) -> db::Result<bool> {
    let (name, number) = window(tx, user);
    Ok(store::count(tx, &name, number)? < MAX_WRONG_CODES_PER_DAY)
}

/// Counts a wrong code, and says whether it was among those that are looked at.
pub(crate) fn count_wrong_code(tx: &mut Tx<'_>, user: &UserId) -> db::Result<bool> {
    let (name, number) = window(tx, user);
    let ends_at = Timestamp::from_second((number + 1) * DAY_SECONDS).unwrap_or_else(|_| tx.now());
    Ok(store::count_attempt(tx, &name, number, ends_at)? <= MAX_WRONG_CODES_PER_DAY)
}

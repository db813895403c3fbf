//! The days of the journal. On PostgreSQL each day is a table of its own, so that what is past its
//! retention goes in a moment, with one `DROP`, and leaves no holes. On SQLite there is one table,
//! from which old requests are deleted a little at a time.
//!
//! Table names cannot be arguments of a statement; they are made of digits here, of nothing that
//! came from outside.

use jiff::{SignedDuration, Timestamp};

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    NOTE = "INSERT INTO request_days (day) VALUES ($1) ON CONFLICT DO NOTHING";
    PAST = "SELECT day FROM request_days WHERE day < $1 ORDER BY day";
    STRIKE_OUT = "DELETE FROM request_days WHERE day = $1";
}

/// The day of a moment (UTC), as `2026-03-07`.
pub(super) fn day(at: Timestamp) -> String {
    let mut day = wire::time::stored(at);
    day.truncate("2026-03-07".len());
    day
}

fn table(day: &str) -> String {
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    format!("requests_{digits}")
}

/// Makes the table for the day of `at`, unless it is there. Whoever else wants to make it waits.
pub(super) fn make(tx: &mut Tx<'_>, at: Timestamp) -> db::Result<()> {
    let (day, next) = (day(at), day(at + SignedDuration::from_hours(24)));
    if tx.execute(NOTE, args![day.as_str()])? == 0 {
        return Ok(());
    }
    let make = format!(
        "CREATE TABLE {} PARTITION OF requests FOR VALUES FROM ('{day}') TO ('{next}')",
        table(&day)
    );
    tx.define(&make)
}

/// The days that were over before the day of `until` began, oldest first.
pub(super) fn list_past(tx: &mut Tx<'_>, until: Timestamp) -> db::Result<Vec<(String,)>> {
    tx.all(PAST, args![day(until)])
}

/// Drops the table of a day.
pub(super) fn drop_day(tx: &mut Tx<'_>, day: &str) -> db::Result<()> {
    // Another hub may have been faster.
    if tx.execute(STRIKE_OUT, args![day])? == 1 {
        tx.define(&format!("DROP TABLE {}", table(day)))?;
    }
    Ok(())
}

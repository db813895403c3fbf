//! The alarm of a new order: it sounds on every page until somebody looks, and says afterwards who did.
//!
//! Without JavaScript it is a banner with a button.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::store::{StoreError, stored_time, time_from_store};

/// Alarms that are remembered; those that sound are not forgotten.
const MAX_ALARMS: i64 = 200;

/// What the alarm is about.
#[derive(Clone, Debug)]
pub(crate) struct NewAlarm {
    pub connection: String,
    /// Such as an order's id. One subject has one alarm.
    pub subject: String,
    /// What a person calls it.
    pub title: String,
    /// The page where somebody looks at it.
    pub link: String,
}

/// What every page says of the alarms.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlarmSummary {
    /// The alarms that sound: how many, and the oldest.
    pub count: i64,
    pub title: String,
    pub link: String,
    pub since: Option<Timestamp>,
    /// Who silenced the last one, and when.
    pub silenced: Option<(String, Timestamp)>,
}

/// Begins to sound, unless the subject has had its alarm. Those of long ago are forgotten.
pub(crate) fn begin(
    tx: &Transaction<'_>,
    new: &NewAlarm,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO kit_alarms (subject, connection, title, link, began_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        new.subject,
        new.connection,
        new.title,
        new.link,
        stored_time(now)
    ])?;
    tx.prepare_cached(
        "DELETE FROM kit_alarms WHERE silenced_at IS NOT NULL AND subject NOT IN (
             SELECT subject FROM kit_alarms ORDER BY began_at DESC LIMIT ?1)",
    )?
    .execute([MAX_ALARMS])?;
    Ok(())
}

/// Silences the alarm of a subject, because somebody looks at it.
pub(crate) fn silence(
    tx: &Transaction<'_>,
    subject: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE kit_alarms SET silenced_at = ?2, silenced_by = ?3
         WHERE subject = ?1 AND silenced_at IS NULL",
    )?
    .execute(params![subject, stored_time(now), by])?;
    Ok(())
}

/// Silences all alarms.
pub(crate) fn silence_all(
    tx: &Transaction<'_>,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE kit_alarms SET silenced_at = ?1, silenced_by = ?2 WHERE silenced_at IS NULL",
    )?
    .execute(params![stored_time(now), by])?;
    Ok(())
}

/// What every page says of the alarms.
pub(crate) fn summary(tx: &Transaction<'_>) -> Result<AlarmSummary, StoreError> {
    let count = tx
        .prepare_cached("SELECT count(*) FROM kit_alarms WHERE silenced_at IS NULL")?
        .query_row([], |row| row.get(0))?;
    let oldest: Option<(String, String, i64)> = tx
        .prepare_cached(
            "SELECT title, link, began_at FROM kit_alarms WHERE silenced_at IS NULL
             ORDER BY began_at LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let silenced: Option<(String, i64)> = tx
        .prepare_cached(
            "SELECT silenced_by, silenced_at FROM kit_alarms WHERE silenced_at IS NOT NULL
             ORDER BY silenced_at DESC LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (title, link, since) = match oldest {
        Some((title, link, since)) => (title, link, Some(time_from_store(since))),
        None => Default::default(),
    };
    Ok(AlarmSummary {
        count,
        title,
        link,
        since,
        silenced: silenced.map(|(by, at)| (by, time_from_store(at))),
    })
}

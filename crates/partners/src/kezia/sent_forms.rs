//! Forms that make something new: each counts once, however often its button is pressed, and when a browser sends
//! it again after the till was killed.

use client::Secret;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use crate::kit::AppError;
use crate::kit::form::Form;
use crate::kit::page_error::PageError;
use crate::kit::store::{StoreError, stored_time};

/// How long forms are remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The field with the form's number.
const FIELD: &str = "form_number";

/// The number of a form that is drawn now.
pub(crate) fn new_number() -> Result<String, PageError> {
    let number = Secret::random().map_err(AppError::from)?;
    Ok(number.expose().to_owned())
}

/// The number that a form brings back.
pub(crate) fn number_of(form: &Form) -> String {
    form.get(FIELD)
}

/// Whether a form has come for the first time; it is remembered. One without a number always has.
pub(crate) fn is_first(
    tx: &Transaction<'_>,
    number: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if number.is_empty() {
        return Ok(true);
    }
    tx.prepare_cached("DELETE FROM sent_forms WHERE sent_at < ?1")?
        .execute([stored_time(now - REMEMBERED)])?;
    let remembered = tx
        .prepare_cached("INSERT OR IGNORE INTO sent_forms (number, sent_at) VALUES (?1, ?2)")?
        .execute(params![number, stored_time(now)])?;
    Ok(remembered > 0)
}

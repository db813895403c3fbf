//! Refs that may not come again too soon.
//!
//! A ref need not be unique (API, chapter Orders). A connection may be set up to have an order
//! refused all the same when its ref was used at the same location a moment ago: for senders that
//! send an order twice and know no `Idempotency-Key`.
//!
//! One row per connection, location and ref decides. Of two orders at the same moment the second
//! waits for the first at that row, on either engine. What was sent before the window was set does
//! not count, nor does a ref that tells nothing apart: an empty one, or one too long for an index.

use jiff::SignedDuration;
use wire::id::{MAX_REF_CHARS, OrderId};

use crate::db::{self, Tx};
use crate::http::caller::AtLocation;
use crate::http::problem::ApiError;
use crate::oauth::connections::MAX_REF_WINDOW_MINUTES;
use crate::{args, statements};

statements! {
    /// Takes a ref that was not used since `$7`, or was so by a clock that was wrong: after `$8`.
    CLAIM = "INSERT INTO recent_refs (account_id, connection_id, location_id, ref, order_id,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, connection_id, location_id, ref)
            DO UPDATE SET order_id = excluded.order_id, created_at = excluded.created_at
            WHERE recent_refs.created_at <= $7 OR recent_refs.created_at > $8";
    FIRST = "SELECT order_id FROM recent_refs
        WHERE account_id = $1 AND connection_id = $2 AND location_id = $3 AND ref = $4";
    FORGET = "DELETE FROM recent_refs
        WHERE created_at <= $1 AND (account_id, connection_id, location_id, ref) IN
            (SELECT account_id, connection_id, location_id, ref FROM recent_refs
            WHERE created_at <= $1 ORDER BY created_at LIMIT $2)";
}

/// Refuses an order whose ref the connection has used within its window, and names the first one.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    order: &OrderId,
    reference: Option<&str>,
) -> Result<(), ApiError> {
    let reference = reference.filter(|it| !it.is_empty() && it.chars().count() <= MAX_REF_CHARS);
    let (Some(minutes), Some(reference)) = (at.caller.ref_window, reference) else {
        return Ok(());
    };
    let (account, connection, location) = (&at.account, &at.caller.connection, &at.location);
    let (now, window) = (tx.latest(), SignedDuration::from_mins(i64::from(minutes)));
    let (since, ahead) = (tx.earliest() - window, now + window);
    let taken = tx.execute(
        CLAIM,
        args![
            account, connection, location, reference, order, now, since, ahead
        ],
    )?;
    if taken == 1 {
        return Ok(());
    }
    let first: Option<(OrderId,)> =
        tx.first(FIRST, args![account, connection, location, reference])?;
    let first = first.map_or_else(String::new, |(id,)| id.to_string());
    Err(ApiError::field(
        "ref",
        format!("was used by order {first} less than {minutes} minute(s) ago"),
    ))
}

/// Forgets refs that no window reaches any more; says how many.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, most: u32) -> db::Result<usize> {
    let until = tx.earliest() - SignedDuration::from_mins(i64::from(MAX_REF_WINDOW_MINUTES));
    let gone = tx.execute(FORGET, args![until, most])?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}

//! When a new order is sent to those who want it when it is to be prepared: at its time, less the time that the
//! location takes to prepare it. Its time is the one that the shop has confirmed, or else the expected one (API,
//! chapter Orders).

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, LocationId};
use wire::location::Location;
use wire::order::{Order, OrderStatus};

use super::store::OrderHead;
use crate::db::{self, Json, Tx};
use crate::http::caller::AtLocation;
use crate::{args, row, statements};

statements! {
    /// The location, if anybody who is sent its orders wants them like that.
    LOCATION = formatcp!("SELECT {} FROM locations l
        WHERE l.account_id = $1 AND l.id = $2 AND EXISTS (
            SELECT 1 FROM followers f
            JOIN callbacks b ON b.account_id = f.account_id AND b.connection_id = f.connection_id
                AND b.fires_orders AND b.url IS NOT NULL
            JOIN connections c ON c.account_id = f.account_id AND c.id = f.connection_id
                AND c.blocked_at IS NULL
            WHERE f.account_id = $1 AND f.resource = 'order' AND f.kind = 'create'
                AND COALESCE(f.location_id, l.id) = l.id)",
        LocationRow::COLUMNS);
}

row! {
    struct LocationRow {
        location: Location as Json = "l.document",
    }
}

/// When a new order is to be prepared; none for one that is wanted at once, or if nobody asks. Where nobody
/// did when the request came, the database is not asked: the order can be committed together with others.
pub(super) fn of_new(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    order: &OrderHead,
) -> db::Result<Option<Timestamp>> {
    match order.wanted_at {
        Some(wanted_at) if at.holds_orders => {
            fire_time(tx, &at.account, &order.location, wanted_at)
        }
        _ => Ok(None),
    }
}

/// When an order is to be prepared that was changed: none where that did not change; the inner none is at
/// once.
pub(super) fn of_changed(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: &Order,
    after: &Order,
) -> db::Result<Option<Option<Timestamp>>> {
    let (was, is) = (wanted_at(before), wanted_at(after));
    if was == is {
        return Ok(None);
    }
    match is {
        None => Ok(Some(None)),
        Some(wanted_at) => fire_time(tx, account, &after.location_id, wanted_at).map(Some),
    }
}

/// The time of an order that is wanted later, and that somebody still has to prepare.
pub(super) fn wanted_at(order: &Order) -> Option<Timestamp> {
    let is_over = matches!(
        order.status,
        OrderStatus::Completed
            | OrderStatus::Rejected
            | OrderStatus::Cancelled
            | OrderStatus::DeliveryFailed
    );
    let time = order.confirmed_time.or(order.expected_time);
    time.filter(|_| !order.asap && !is_over)
        .map(|time| time.at())
}

fn fire_time(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    wanted_at: Timestamp,
) -> db::Result<Option<Timestamp>> {
    let found: Option<LocationRow> = tx.first(LOCATION, args![account, location])?;
    let Some(LocationRow { location }) = found else {
        return Ok(None);
    };
    let minutes = location.preparation_time.unwrap_or_default();
    let fire_at = wanted_at.checked_sub(SignedDuration::from_mins(i64::from(minutes)));
    Ok(fire_at.ok().filter(|fire_at| *fire_at > tx.now()))
}

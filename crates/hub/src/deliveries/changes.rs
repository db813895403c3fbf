//! What happens when a delivery is attached or changed: each a function of one transaction.

use wire::delivery::{Delivery, RawDelivery};
use wire::event::EventType;
use wire::id::{DeliveryId, OrderId};
use wire::order::Order;

use super::{rules, store};
use crate::db::Tx;
use crate::events::Actor;
use crate::http::body::ParsedBody;
use crate::http::caller::AtLocation;
use crate::http::etag::IfMatch;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::orders;

/// Attaches a delivery to an order that has none, and tells everybody of both.
pub(super) fn create(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    order: &OrderId,
    raw: &ParsedBody<RawDelivery>,
    by: &Actor,
) -> ApiResult {
    let account = &at.account;
    let mut before =
        orders::store::lock(tx, account, &at.location, order)?.ok_or(ApiError::NotFound)?;
    let new = raw.clone()?.check(&at.context())?;
    rules::is_for_delivery(&before.order)?;
    if before.order.delivery.is_some() {
        return Err(ApiError::field("order_id", "already has a delivery"));
    }
    let id = DeliveryId::from_generated(tx.fresh_id()?);
    let delivery = new.attach_to(&before.order, id, at.time(tx.now()));
    let sequence = orders::store::next_sequence(tx, account, &mut before)?;
    let document = store::insert(tx, account, &delivery)?;
    let states = (EventType::Create, None, document.as_str());
    store::record_event(tx, account, &delivery, sequence, states, by)?;
    show(tx, at, &before, &delivery, by)?;
    Ok(Reply::raw(document))
}

/// Changes the delivery of an order, and tells everybody what they can see of that.
pub(super) fn update(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    (order, if_match): (&OrderId, &IfMatch),
    raw: &ParsedBody<RawDelivery>,
    by: &Actor,
) -> ApiResult {
    let account = &at.account;
    let mut holder =
        orders::store::lock(tx, account, &at.location, order)?.ok_or(ApiError::NotFound)?;
    let document = store::find(tx, account, &at.location, order)?.ok_or(ApiError::NotFound)?;
    if_match.check(|| Ok(Reply::raw(document.clone())))?;
    let before = store::parse_delivery(&document)?;
    let patch = raw.clone()?.check_change(&at.context(), &before)?;
    let after = patch.apply_to(&before, at.time(tx.now()));
    if after == before {
        return Ok(Reply::raw(document));
    }
    let sequence = orders::store::next_sequence(tx, account, &mut holder)?;
    let changed = store::update(tx, account, &after)?;
    let states = (EventType::Update, Some(document.as_str()), changed.as_str());
    store::record_event(tx, account, &after, sequence, states, by)?;
    show(tx, at, &holder, &after, by)?;
    Ok(Reply::raw(changed))
}

/// Lets the order show the delivery. Where it shows no change there is none, and nothing is told.
fn show(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    holder: &orders::store::VersionedOrder,
    delivery: &Delivery,
    by: &Actor,
) -> Result<(), ApiError> {
    let after = Order {
        delivery: Some(delivery.shown.clone()),
        ..holder.order.clone()
    };
    orders::store::update(tx, &at.account, holder, &after, by)?;
    Ok(())
}

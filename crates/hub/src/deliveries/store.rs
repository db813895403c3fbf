//! Deliveries in the database: the document is what the API returns.

use wire::delivery::Delivery;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, LocationId, OrderId};

use crate::db::{self, Tx, json};
use crate::events::{self, Actor, NewEvent};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO deliveries (account_id, order_id, id, location_id, created_at, document)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT document FROM deliveries
        WHERE account_id = $1 AND order_id = $2 AND location_id = $3";
    UPDATE = "UPDATE deliveries SET document = $3 WHERE account_id = $1 AND order_id = $2";
}

/// Reads a document that was stored.
pub(super) fn parse_delivery(document: &str) -> db::Result<Delivery> {
    json::read(document, "a delivery")
}

/// Attaches a delivery to its order. Answers its document.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    delivery: &Delivery,
) -> db::Result<String> {
    let (now, document, shown) = (tx.now(), json::text(delivery)?, &delivery.shown);
    tx.write(
        INSERT,
        args![
            account,
            &shown.order_id,
            &shown.id,
            &shown.location_id,
            now,
            document.as_str()
        ],
    )?;
    Ok(document)
}

/// The document of the delivery of an order of a location.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    order: &OrderId,
) -> db::Result<Option<String>> {
    let found: Option<(String,)> = tx.first(FIND, args![account, order, location])?;
    Ok(found.map(|(document,)| document))
}

/// Keeps a changed delivery. Answers its new document.
pub(super) fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    delivery: &Delivery,
) -> db::Result<String> {
    let document = json::text(delivery)?;
    let order = &delivery.shown.order_id;
    tx.write(UPDATE, args![account, order, document.as_str()])?;
    Ok(document)
}

/// Tells everybody of a delivery, in the sequence of its order: what happened, the
/// document before if there was one, and the document now.
pub(super) fn record_event(
    tx: &mut Tx<'_>,
    account: &AccountId,
    delivery: &Delivery,
    sequence: i64,
    (kind, before, now): (EventType, Option<&str>, &str),
    by: &Actor,
) -> db::Result<()> {
    let shown = &delivery.shown;
    let new_event = NewEvent::new(EventResource::Delivery, kind, account)
        .at(&shown.location_id)
        .order(&shown.order_id)
        .delivery(&shown.id)
        .subject(shown.order_id.as_str(), sequence)
        .states(before, Some(now));
    events::record(tx, new_event, by)
}

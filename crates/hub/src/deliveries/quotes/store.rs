//! Quotes in the database: the document is what the API returns.

use wire::delivery::DeliveryQuote;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, DeliveryQuoteId, LocationId, OrderId};

use crate::db::{self, Tx, json};
use crate::events::{self, Actor, NewEvent};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO delivery_quotes (account_id, order_id, id, location_id, created_at,
            document)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ALL_OF_ORDER = "SELECT document FROM delivery_quotes WHERE account_id = $1 AND order_id = $2
        ORDER BY created_at, LENGTH(id), id";
    FIND = "SELECT document FROM delivery_quotes
        WHERE account_id = $1 AND order_id = $2 AND id = $3 AND location_id = $4";
    UPDATE = "UPDATE delivery_quotes SET document = $4
        WHERE account_id = $1 AND order_id = $2 AND id = $3";
}

/// Reads a document that was stored.
pub(super) fn parse_quote(document: &str) -> db::Result<DeliveryQuote> {
    json::read(document, "a quote")
}

/// Adds a quote to its order. Answers its document.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    quote: &DeliveryQuote,
) -> db::Result<String> {
    let (now, document) = (tx.now(), json::text(quote)?);
    tx.write(
        INSERT,
        args![
            account,
            &quote.order_id,
            &quote.id,
            &quote.location_id,
            now,
            document.as_str()
        ],
    )?;
    Ok(document)
}

/// The documents of the quotes of an order, oldest first.
pub(super) fn all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
) -> db::Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(ALL_OF_ORDER, args![account, order])?;
    Ok(rows.into_iter().map(|(document,)| document).collect())
}

/// The document of one quote of an order of a location.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
    order: &OrderId,
    id: &DeliveryQuoteId,
) -> db::Result<Option<String>> {
    let found: Option<(String,)> = tx.first(FIND, args![account, order, id, location])?;
    Ok(found.map(|(document,)| document))
}

/// Keeps a changed quote. Answers its new document.
pub(super) fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    quote: &DeliveryQuote,
) -> db::Result<String> {
    let document = json::text(quote)?;
    tx.write(
        UPDATE,
        args![account, &quote.order_id, &quote.id, document.as_str()],
    )?;
    Ok(document)
}

/// Tells whoever asked for it of a quote, in the sequence of its order: what happened,
/// the document before if there was one, and the document now.
pub(super) fn record_event(
    tx: &mut Tx<'_>,
    account: &AccountId,
    quote: &DeliveryQuote,
    sequence: i64,
    (kind, before, now): (EventType, Option<&str>, &str),
    by: &Actor,
) -> db::Result<()> {
    let new_event = NewEvent::new(EventResource::DeliveryQuote, kind, account)
        .at(&quote.location_id)
        .order(&quote.order_id)
        .quote(&quote.id)
        .subject(quote.order_id.as_str(), sequence)
        .states(before, Some(now));
    events::record(tx, new_event, by)
}

//! Writing down what happened, and who must hear of it.

use const_format::formatcp;
use serde::Serialize;
use serde_json::value::RawValue;
use wire::event::EventResource;
use wire::id::{CatalogId, DeliveryId, DeliveryQuoteId, EventId};

use super::store::{self, RecordedEvent};
use super::{Actor, NewEvent};
use crate::db::{self, Tx, json};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO events (account_id, id, resource, kind, subject_id, location_id, order_id,
            turn, client_id, request_id, created_at, kept_from, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// A dispatch for everybody who follows that.
    INSERT_DISPATCHES = formatcp!("INSERT INTO dispatches (account_id, connection_id, event_id,
            subject_id, turn, state, attempts, created_at, settled_at)
        SELECT f.account_id, f.connection_id, CAST($2 AS TEXT), CAST($3 AS TEXT),
            CAST($4 AS BIGINT), 'pending', 0, CAST($5 AS TEXT), NULL
        {WHO_FOLLOWS}");
    /// What each of them has not been told: those that have just got a dispatch, whoever follows by now.
    INSERT_PENDING = "INSERT INTO pending_dispatches (account_id, connection_id, turn, event_id,
            subject_id, created_at)
        SELECT d.account_id, d.connection_id, d.turn, d.event_id, d.subject_id, d.created_at
        FROM dispatches d WHERE d.account_id = $1 AND d.event_id = $2";
    /// It is sent at once to those who have a URL; or after what waits already of the same subject. Where that
    /// has not got its lanes yet, it comes after it without one.
    INSERT_LANES = "INSERT INTO lanes (account_id, subject_id, connection_id, event_id,
            turn, last_event_id, due_at, lease_until, attempts, uncounted, is_replay, fire_at)
        SELECT d.account_id, d.subject_id, d.connection_id, d.event_id, d.turn, d.event_id,
            CASE WHEN b.fires_orders THEN COALESCE(CAST($3 AS TEXT), d.created_at)
                ELSE d.created_at END,
            NULL, 0, 0, 0, CASE WHEN b.fires_orders THEN CAST($3 AS TEXT) END
        FROM dispatches d
        JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id
        WHERE d.account_id = $1 AND d.event_id = $2 AND b.url IS NOT NULL AND NOT b.is_filling
        ON CONFLICT (account_id, subject_id, connection_id)
            DO UPDATE SET last_event_id = excluded.last_event_id";
}

/// Those who follow that. A follower or an event without a place, a catalog or a list goes with any: each
/// COALESCE then takes the other's.
const WHO_FOLLOWS: &str = "FROM followers f
        WHERE f.account_id = $1 AND f.resource = $6 AND f.kind = $7
            AND f.client_id <> COALESCE($8, '')
            AND COALESCE(f.location_id, $9, '') = COALESCE($9, f.location_id, '')
            AND COALESCE(f.catalog_id, $10, '') = COALESCE($10, f.catalog_id, '')
            AND COALESCE(f.customer_list_id, $11, '') = COALESCE($11, f.customer_list_id, '')";

/// The part of an event that is the same for everybody.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_quote_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_list_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_state: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_state: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_change: Option<&'a RawValue>,
}

/// Writes the event and a dispatch for each receiver into the transaction of the change. Of orders, nothing
/// is asked: what a change says goes to the database together with the change.
pub(crate) fn record(tx: &mut Tx<'_>, new_event: NewEvent<'_>, by: &Actor) -> db::Result<()> {
    let id = EventId::from_generated(tx.fresh_id()?);
    let (now, kept_from) = (tx.now(), tx.latest());
    let (account, subject, sequence) = (new_event.account, new_event.subject, new_event.sequence);
    let (resource, kind) = (new_event.resource.as_str(), new_event.kind.as_str());
    let followed = args![
        account,
        &id,
        subject,
        sequence,
        now,
        resource,
        kind,
        by.client.as_ref(),
        new_event.location,
        chosen_catalog(&new_event),
        new_event.customer.map(|(list, _)| list)
    ];
    tx.write(INSERT_DISPATCHES, followed)?;
    tx.write(INSERT_PENDING, args![account, &id])?;
    tx.write_for_dispatch(INSERT_LANES, args![account, &id, new_event.fire_at])?;
    let document = document(&new_event)?;
    store::coalesce(
        tx,
        &RecordedEvent {
            account,
            id: &id,
            resource: new_event.resource,
            kind: new_event.kind,
            subject,
            document: &document,
        },
    )?;
    tx.wake_topic(account.as_str());
    tx.write(
        INSERT,
        args![
            account,
            &id,
            resource,
            kind,
            subject,
            new_event.location,
            new_event.order,
            sequence,
            by.client.as_ref(),
            by.request.as_deref(),
            now,
            kept_from,
            document
        ],
    )
}

/// The catalog that a follower with one chosen catalog must have chosen. An inventory belongs to its
/// location, whichever catalog it was changed through.
fn chosen_catalog<'a>(new_event: &NewEvent<'a>) -> Option<&'a CatalogId> {
    new_event
        .catalog
        .filter(|_| new_event.resource != EventResource::Inventory)
}

fn document(new_event: &NewEvent<'_>) -> db::Result<String> {
    fn raw(text: Option<&str>) -> db::Result<Option<&RawValue>> {
        text.map(|text| json::read(text, "a state")).transpose()
    }
    let (previous, new, change) = (
        raw(new_event.previous_state)?,
        raw(new_event.new_state)?,
        raw(new_event.state_change)?,
    );
    json::text(&Document {
        catalog_id: new_event.catalog.map(CatalogId::as_str),
        delivery_id: new_event.delivery.map(DeliveryId::as_str),
        delivery_quote_id: new_event.quote.map(DeliveryQuoteId::as_str),
        customer_id: new_event.customer.map(|(_, customer)| customer.as_str()),
        customer_list_id: new_event.customer.map(|(list, _)| list.as_str()),
        previous_state: previous,
        new_state: new,
        state_change: change,
    })
}

//! An order, what was said about it as files, and what waits to be delivered.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;
use wire::id::{ConnectionId, EventId, LocationId, OrderId};
use wire::order::Order;

use crate::db::{self, Tx};
use crate::events::store as events;
use crate::http::caller::zone;
use crate::hub::Hub;
use crate::journal::store as journal;
use crate::locations::store as locations;
use crate::office::answer::{Mishap, Shown, page, to};
use crate::office::confirm::ConfirmPage;
use crate::office::data::filled::{self, Reader};
use crate::office::data::store;
use crate::office::data::told::{MOST_REQUESTS, Teller};
use crate::office::frame::Place;
use crate::office::posted::Posted;
use crate::office::visitor::Member;
use crate::orders::browse;
use crate::orders::store::parsed;
use crate::users::permissions::Permissions;

/// An order of the chosen account that the reader may see; nobody learns of others.
struct Found {
    order: Order,
    document: String,
    location: LocationId,
    location_name: String,
    zone: TimeZone,
}

fn find(tx: &mut Tx<'_>, member: &Member, id: &OrderId) -> db::Result<Option<Found>> {
    let account = &member.at.id;
    let Some((location, document)) = browse::find(tx, account, id)? else {
        return Ok(None);
    };
    if !member.may(Permissions::VIEW, account, Some(&location)) {
        return Ok(None);
    }
    let place = locations::find(tx, account, &location)?.map(|stored| stored.location);
    let (name, timezone) = place
        .map(|place| (place.name, place.timezone.name))
        .unwrap_or_default();
    Ok(Some(Found {
        order: parsed(&document)?,
        document,
        location,
        location_name: name,
        zone: zone(&timezone),
    }))
}

/// `GET /orders/{id}`, and the document itself at `GET /orders/{id}.json`.
pub(super) async fn show(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    let (id, as_file) = match id.strip_suffix(".json") {
        Some(id) => (id, true),
        None => (id.as_str(), false),
    };
    let id = OrderId::parse(id).map_err(|_| Mishap::NotFound)?;
    let (wanted, reader) = (id.clone(), member.clone());
    let found = hub
        .read::<_, db::Error, _>("office.order", move |tx| {
            let Some(found) = find(tx, &reader, &wanted)? else {
                return Ok(None);
            };
            if as_file {
                return Ok(Some((found, None)));
            }
            let customer = found.order.customer.id.as_ref();
            let told = store::told(tx, &reader.at.id, &wanted, customer)?;
            Ok(Some((found, Some(told))))
        })
        .await?;
    let (found, told) = found.ok_or(Mishap::NotFound)?;
    let Some(told) = told else {
        return Ok(file(&format!("order-{id}"), found.document));
    };
    let (account, wanted) = (member.at.id.clone(), id.clone());
    let requests = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.order.requests", move |tx| {
            journal::most_of_order(tx, &account, &wanted, MOST_REQUESTS)
        })
        .await;
    // An order must be readable even when its log is not.
    let requests = requests
        .inspect_err(|error| tracing::warn!(%error, "the requests about an order cannot be read"))
        .ok();
    let words = member.visit.language.words();
    let teller = Teller {
        words,
        zone: &found.zone,
        now: hub.clock().now(),
        order: &id,
        may_discard: member.may(
            Permissions::CONNECTIONS,
            &member.at.id,
            Some(&found.location),
        ),
    };
    let reader = Reader {
        words,
        zone: &found.zone,
        location: &found.location_name,
    };
    let frame = member.frame(Place::Orders);
    let mut shown = filled::page(frame, &reader, &found.order, &found.document);
    shown.summary = teller.summary(&told);
    shown.journey = teller.journey(&told, requests.as_deref())?;
    Ok(page(&member.visit, &shown))
}

/// A JSON text to be kept as a file. The name is made of ids, which are plain.
fn file(name: &str, text: String) -> Response {
    let name: String = name
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        .collect();
    let mut response = text.into_response();
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    if let Ok(kept) = HeaderValue::try_from(format!("attachment; filename=\"{name}.json\"")) {
        headers.insert(header::CONTENT_DISPOSITION, kept);
    }
    response
}

/// `GET /orders/{id}/requests/{request}/{side}`: a body as a file; the side is `request` or
/// `response`.
pub(super) async fn request(
    hub: Hub,
    member: Member,
    Path((id, request, side)): Path<(String, String, String)>,
) -> Shown {
    let id = OrderId::parse(&id).map_err(|_| Mishap::NotFound)?;
    sees(&hub, &member, &id).await?;
    let (account, wanted) = (member.at.id.clone(), request.clone());
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.order.request", move |tx| {
            journal::find_of_order(tx, &account, &id, &wanted)
        })
        .await?
        .ok_or(Mishap::NotFound)?;
    let text = match side.as_str() {
        "request" => found.request,
        "response" => found.response,
        _ => return Err(Mishap::NotFound),
    };
    Ok(file(&format!("{request}-{side}"), text))
}

/// Refuses unless there is such an order that the reader may see. Says where it is.
async fn sees(hub: &Hub, member: &Member, id: &OrderId) -> Result<LocationId, Mishap> {
    let (account, wanted) = (member.at.id.clone(), id.clone());
    let found = hub
        .read::<_, db::Error, _>("office.order.sees", move |tx| {
            browse::find(tx, &account, &wanted)
        })
        .await?;
    found
        .map(|(location, _)| location)
        .filter(|location| member.may(Permissions::VIEW, &member.at.id, Some(location)))
        .ok_or(Mishap::NotFound)
}

/// The event and its receiver, as paths name a delivery: `{event}.{connection}`.
fn delivery_of(text: &str) -> Result<(EventId, ConnectionId), Mishap> {
    let (event, connection) = text.split_once('.').ok_or(Mishap::NotFound)?;
    let event = EventId::parse(event).map_err(|_| Mishap::NotFound)?;
    let connection = ConnectionId::parse(connection).map_err(|_| Mishap::NotFound)?;
    Ok((event, connection))
}

/// `GET /orders/{id}/deliveries/{delivery}`: what a receiver is told, as a file.
pub(super) async fn delivery(
    hub: Hub,
    member: Member,
    Path((id, delivery)): Path<(String, String)>,
) -> Shown {
    let id = OrderId::parse(&id).map_err(|_| Mishap::NotFound)?;
    let (event, connection) = delivery_of(&delivery)?;
    sees(&hub, &member, &id).await?;
    let account = member.at.id.clone();
    let name = format!("event-{event}");
    let body = hub
        .read::<_, db::Error, _>("office.order.delivery", move |tx| {
            store::body(tx, &account, &id, &event, &connection)
        })
        .await?;
    Ok(file(&name, body.ok_or(Mishap::NotFound)?))
}

/// `GET /orders/{id}/deliveries/{delivery}/delete`: asks first.
pub(super) async fn ask_discard(
    hub: Hub,
    member: Member,
    Path((id, delivery)): Path<(String, String)>,
) -> Shown {
    let order = OrderId::parse(&id).map_err(|_| Mishap::NotFound)?;
    let _readable = delivery_of(&delivery)?;
    let location = sees(&hub, &member, &order).await?;
    member.needs_at(Permissions::CONNECTIONS, Some(&location))?;
    let frame = member.frame(Place::Orders);
    let question = ConfirmPage::discard_delivery(frame, &id, &delivery);
    Ok(page(&member.visit, &question))
}

/// `POST` to the same: takes the event out of the receiver's queue. One that has been delivered in
/// the meantime stays delivered.
pub(super) async fn discard(
    hub: Hub,
    member: Member,
    Path((id, delivery)): Path<(String, String)>,
    _posted: Posted,
) -> Shown {
    let order = OrderId::parse(&id).map_err(|_| Mishap::NotFound)?;
    let (event, connection) = delivery_of(&delivery)?;
    let location = sees(&hub, &member, &order).await?;
    member.needs_at(Permissions::CONNECTIONS, Some(&location))?;
    let account = member.at.id.clone();
    let known = hub
        .write::<_, db::Error, _>("office.order.discard", move |tx| {
            if store::body(tx, &account, &order, &event, &connection)?.is_none() {
                return Ok(false);
            }
            let _was_pending = events::delete(tx, &account, &connection, &event)?;
            Ok(true)
        })
        .await?;
    if !known {
        return Err(Mishap::NotFound);
    }
    Ok(to(&format!("/orders/{id}#journey")))
}

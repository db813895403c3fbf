//! What the API does with deliveries.

use wire::delivery::RawDelivery;
use wire::id::OrderId;

use super::{changes, store};
use crate::events::By;
use crate::http::answer::{Answer, Reply};
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtLocation;
use crate::http::named::Named;
use crate::http::problem::Problem;
use crate::http::tags::IfMatch;
use crate::hub::Hub;
use crate::orders::http::ID;

/// Attaches a delivery to an order and tells every other client.
pub(super) async fn create(
    call: ApiCall,
    at: AtLocation,
    named: Named,
    by: By,
    body: Body,
) -> Answer {
    let order: OrderId = named.id(ID)?;
    let raw = body.sent::<RawDelivery>(call.hub()).await?;
    call.write("deliveries.create", move |tx| {
        changes::create(tx, &at, &order, &raw, &by)
    })
    .await
}

/// Answers the delivery of an order.
pub(super) async fn find(hub: Hub, at: AtLocation, named: Named) -> Answer {
    let order: OrderId = named.id(ID)?;
    hub.read("deliveries.find", move |tx| {
        let found = store::find(tx, &at.account, &at.location, &order)?;
        found.map(Reply::raw).ok_or(Problem::NotFound)
    })
    .await
}

/// Changes the delivery of an order and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtLocation,
    named: Named,
    by: By,
    if_match: IfMatch,
    body: Body,
) -> Answer {
    let order: OrderId = named.id(ID)?;
    let raw = body.sent::<RawDelivery>(call.hub()).await?;
    call.write("deliveries.update", move |tx| {
        changes::update(tx, &at, (&order, &if_match), &raw, &by)
    })
    .await
}

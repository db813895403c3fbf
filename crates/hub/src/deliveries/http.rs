//! What the API does with deliveries.

use wire::delivery::RawDelivery;
use wire::id::OrderId;

use super::{changes, store};
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtLocation;
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;
use crate::orders::http::ID;

/// Attaches a delivery to an order and tells every other client.
pub(super) async fn create(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let order: OrderId = ids.id(ID)?;
    let raw = body.parse_deferred::<RawDelivery>(call.hub()).await?;
    call.write("deliveries.create", move |tx| {
        changes::create(tx, &at, &order, &raw, &by)
    })
    .await
}

/// Answers the delivery of an order.
pub(super) async fn find(hub: Hub, at: AtLocation, ids: PathIds) -> ApiResult {
    let order: OrderId = ids.id(ID)?;
    hub.read("deliveries.find", move |tx| {
        let found = store::find(tx, &at.account, &at.location, &order)?;
        found.map(Reply::raw).ok_or(ApiError::NotFound)
    })
    .await
}

/// Changes the delivery of an order and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let order: OrderId = ids.id(ID)?;
    let raw = body.parse_deferred::<RawDelivery>(call.hub()).await?;
    call.write("deliveries.update", move |tx| {
        changes::update(tx, &at, (&order, &if_match), &raw, &by)
    })
    .await
}

//! What the API does with orders.

use jiff::tz::TimeZone;
use wire::id::OrderId;
use wire::input::Input;
use wire::order::{RawOrder, RawOrderPatch};
use wire::time::zone;

use super::filter::ApiOrderFilter;
use super::store::OrderFilter;
use super::{changes, client_view, store};
use crate::accounts;
use crate::db::page::PageRequest;
use crate::events::Actor;
use crate::http::body::{Body, ParsedBody};
use crate::http::call::ApiCall;
use crate::http::caller::{AtAccount, AtLocation};
use crate::http::etag::IfMatch;
use crate::http::paging::Query;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// What a path calls an order.
pub(crate) const ID: &str = "order_id";

/// Creates an order at a location.
pub(super) async fn create(call: ApiCall, at: AtLocation, by: Actor, body: Body) -> ApiResult {
    let raw: RawOrder = body.parse(call.hub()).await?;
    let new = raw.check(&at.context())?;
    call.write("orders.create", move |tx| {
        changes::create(tx, &at, &new, &by)
    })
    .await
}

/// Answers one order of a location.
pub(super) async fn find(hub: Hub, at: AtLocation, ids: PathIds) -> ApiResult {
    let id: OrderId = ids.id(ID)?;
    hub.read("orders.find", move |tx| {
        let (account, client) = (&at.account, &at.caller.client);
        let (document, has_refs) =
            store::find(tx, account, client, &at.location, &id)?.ok_or(ApiError::NotFound)?;
        if !has_refs {
            return Ok(Reply::raw(document));
        }
        let visible = client_view::document(tx, account, client, &id, document)?;
        Ok(Reply::raw(visible))
    })
    .await
}

/// Answers the orders of a location, oldest first.
pub(super) async fn list(hub: Hub, at: AtLocation, query: Query, wanted: PageRequest) -> ApiResult {
    let filter = ApiOrderFilter::read(&query)?;
    hub.read("orders.list", move |tx| {
        let store_filter = OrderFilter {
            location: Some(&at.location),
            ..order_filter(&filter, &at, &at.zone)?
        };
        let page = store::page(tx, &at.account, &store_filter, &wanted)?;
        let visible = client_view::page(tx, &at.account, &at.caller.client, page)?;
        Ok(Reply::page(visible))
    })
    .await
}

/// Answers the orders of all locations of the account, oldest first.
pub(super) async fn list_of_account(
    hub: Hub,
    at: AtAccount,
    query: Query,
    wanted: PageRequest,
) -> ApiResult {
    let filter = ApiOrderFilter::read(&query)?;
    hub.read("orders.list_of_account", move |tx| {
        let zone = if filter.has_local_time() {
            let found = accounts::store::find(tx, &at.account)?.ok_or(ApiError::NotFound)?;
            zone(&found.timezone)
        } else {
            TimeZone::UTC
        };
        let store_filter = order_filter(&filter, &at, &zone)?;
        let page = store::page(tx, &at.account, &store_filter, &wanted)?;
        let visible = client_view::page(tx, &at.account, &at.caller.client, page)?;
        Ok(Reply::page(visible))
    })
    .await
}

fn order_filter<'a>(
    filter: &'a ApiOrderFilter,
    at: &'a AtAccount,
    zone: &TimeZone,
) -> Result<OrderFilter<'a>, ApiError> {
    let (after, before) = filter.bounds(zone)?;
    let private_ref = filter.private_ref.as_deref();
    Ok(OrderFilter {
        location: None,
        status: filter.status,
        created_by: filter.created_by.as_deref(),
        private_ref: private_ref.map(|value| (&at.caller.client, value)),
        customer: filter.customer.as_deref(),
        after,
        before,
    })
}

/// Changes an order and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let id = ids.id(ID)?;
    let sent = body.parse_deferred::<RawOrderPatch>(call.hub()).await?;
    let patch = sent.map(|patch| RawOrderPatch {
        customer_notes: Input::Absent,
        ..patch
    });
    change(call, at, id, (by, if_match), patch).await
}

/// The old name for a change, which also takes the customer's notes.
pub(super) async fn update_as_put(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let id = ids.id(ID)?;
    let patch = body.parse_deferred(call.hub()).await?;
    change(call, at, id, (by, if_match), patch).await
}

async fn change(
    call: ApiCall,
    at: AtLocation,
    id: OrderId,
    (by, if_match): (Actor, IfMatch),
    patch: ParsedBody<RawOrderPatch>,
) -> ApiResult {
    call.write("orders.update", move |tx| {
        changes::update(tx, &at, (&id, &if_match), &patch, &by)
    })
    .await
}

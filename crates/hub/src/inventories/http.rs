//! What the API does with inventories.

use wire::id::CatalogId;
use wire::inventory::{self, NewInventoryEntry};
use wire::scope::Right;

use super::access::check_access;
use super::changes;
use crate::catalogs::ID;
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtLocation;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Answers what is left of the things in a catalog.
pub(super) async fn find(hub: Hub, at: AtLocation, ids: PathIds) -> ApiResult {
    let catalog: CatalogId = ids.id(ID)?;
    hub.read("inventories.find", move |tx| {
        Reply::of(&changes::find(tx, &at, &catalog)?)
    })
    .await
}

/// Says everything about the refs of a catalog, and tells every other client.
pub(super) async fn replace(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let catalog: CatalogId = ids.id(ID)?;
    let entries = read(call.hub(), &at, &catalog, body).await?;
    call.write("inventories.replace", move |tx| {
        Reply::of(&changes::replace(tx, &at, &catalog, &entries, &by)?)
    })
    .await
}

/// Changes the entries that the request names, and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let catalog: CatalogId = ids.id(ID)?;
    let entries = read(call.hub(), &at, &catalog, body).await?;
    call.write("inventories.update", move |tx| {
        Reply::of(&changes::update(tx, &at, &catalog, &entries, &by)?)
    })
    .await
}

/// The entries sent. No body at all is refused: a PUT would remove every limit. What is wrong with
/// them is only said to those who may change the inventory. There may be very many, so they are not
/// read where changes wait for each other.
async fn read(
    hub: &Hub,
    at: &AtLocation,
    catalog: &CatalogId,
    body: Body,
) -> Result<Vec<NewInventoryEntry>, ApiError> {
    let problems = match inventory::check(body.parse_lenient(hub).await?, &at.zone) {
        Ok(entries) => return Ok(entries),
        Err(problems) => problems,
    };
    let (at, catalog) = (at.clone(), catalog.clone());
    hub.read("inventories.admit", move |tx| {
        check_access(tx, &at, &catalog, Right::Write)
    })
    .await?;
    Err(ApiError::Invalid(problems))
}

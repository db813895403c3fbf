//! What the API does with catalogs.

use wire::catalog::Catalog;
use wire::id::{CatalogId, CatalogItemId, LocationId};
use wire::scope::Right;

use super::access::{self, find_permitted};
use super::parts::SectionSpec;
use super::upload::{self, UploadKind};
use super::{ID, changes, rules, store};
use crate::catalogs::images;
use crate::db::Tx;
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::{AtAccount, AtLocation};
use crate::http::etag::IfMatch;
use crate::http::paging::Query;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Answers the catalogs of a location and of its account, oldest first, without their content.
pub(super) async fn list_of_location(hub: Hub, at: AtLocation) -> ApiResult {
    let AtLocation { at, location, .. } = at;
    list_at(hub, at, Some(location)).await
}

/// Answers the catalogs of the account itself, oldest first, without their content.
pub(super) async fn list_of_account(hub: Hub, at: AtAccount) -> ApiResult {
    list_at(hub, at, None).await
}

async fn list_at(hub: Hub, at: AtAccount, location: Option<LocationId>) -> ApiResult {
    hub.read("catalogs.list", move |tx| {
        let all = store::list_at(tx, &at.account, location.as_ref())?;
        let views: Vec<Catalog> = all
            .iter()
            .filter(|stored| access::check_access(&at.caller, stored, Right::Read).is_ok())
            .map(|stored| stored.view(&at.account))
            .collect();
        Reply::of(&views)
    })
    .await
}

/// Creates a catalog at a location.
pub(super) async fn create_at_location(
    call: ApiCall,
    at: AtLocation,
    by: Actor,
    body: Body,
) -> ApiResult {
    let AtLocation { at, location, .. } = at;
    create(call, at, Some(location), by, body).await
}

/// Creates a catalog that all locations of the account share.
pub(super) async fn create_at_account(
    call: ApiCall,
    at: AtAccount,
    by: Actor,
    body: Body,
) -> ApiResult {
    create(call, at, None, by, body).await
}

async fn create(
    call: ApiCall,
    at: AtAccount,
    location: Option<LocationId>,
    by: Actor,
    body: Body,
) -> ApiResult {
    // A catalog that is not there yet has no images.
    let upload = upload::read(
        call.hub(),
        body,
        UploadKind::New,
        at.currency,
        Default::default(),
    )
    .await?;
    call.write("catalogs.create", move |tx| {
        changes::create(tx, &at, location.as_ref(), &upload, &by)
    })
    .await
}

/// Answers one catalog, with its content unless that is to be hidden.
pub(super) async fn find(hub: Hub, at: AtAccount, ids: PathIds, query: Query) -> ApiResult {
    let id: CatalogId = ids.id(ID)?;
    let hides_data = query.get("hide_data") == Some("true");
    hub.read("catalogs.find", move |tx| {
        let stored = find_permitted(tx, &at, &id, Right::Read)?;
        if hides_data {
            return Reply::of(&stored.view(&at.account));
        }
        changes::respond(tx, &at.account, &stored)
    })
    .await
}

/// Changes the name of a catalog, replaces its content, or both, and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let id: CatalogId = ids.id(ID)?;
    let target = (at.clone(), id.clone());
    let images = call
        .hub()
        .read("catalogs.admit", move |tx| {
            let (at, id) = &target;
            find_permitted(tx, at, id, Right::Write)?;
            images::of_catalog(tx, &at.account, id).map_err(ApiError::from)
        })
        .await?;
    let upload = upload::read(call.hub(), body, UploadKind::Update, at.currency, images).await?;
    call.write("catalogs.update", move |tx| {
        changes::update(tx, &at, &id, &upload, &if_match, &by)
    })
    .await
}

/// Removes a catalog and tells every other client.
pub(super) async fn remove(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
) -> ApiResult {
    let id: CatalogId = ids.id(ID)?;
    call.write("catalogs.remove", move |tx| {
        changes::remove(tx, &at, &id, &if_match, &by)?;
        Ok(Reply::empty())
    })
    .await
}

/// Answers the categories of a catalog, parents before their children.
pub(super) async fn list_categories(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let id: CatalogId = ids.id(ID)?;
    hub.read("catalogs.categories", move |tx| {
        let stored = find_permitted(tx, &at, &id, Right::Read)?;
        let categories = store::section(tx, &at.account, &stored.id, "categories")?;
        Ok(Reply::raw(rules::depth_first_json(&categories)?))
    })
    .await
}

/// Answers a section of a catalog, in the order of the upload.
pub(super) async fn list(hub: Hub, at: AtAccount, ids: PathIds, section: SectionSpec) -> ApiResult {
    let id: CatalogId = ids.id(ID)?;
    hub.read("catalogs.section", move |tx| {
        let stored = find_permitted(tx, &at, &id, Right::Read)?;
        let list = store::section(tx, &at.account, &stored.id, section.key)?;
        Ok(Reply::raw(list))
    })
    .await
}

/// Answers one thing of a section.
pub(super) async fn find_one(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    section: SectionSpec,
) -> ApiResult {
    hub.read("catalogs.item", move |tx| {
        let found = item(tx, &at, &ids, section)?;
        Ok(Reply::raw(found))
    })
    .await
}

/// A thing of a section that the caller may read, as JSON.
fn item(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    ids: &PathIds,
    section: SectionSpec,
) -> Result<String, ApiError> {
    let stored = find_permitted(tx, at, &ids.id(ID)?, Right::Read)?;
    let id: CatalogItemId = ids.id(section.id)?;
    let part = store::find_part_with(tx, &at.account, &stored.id, section.key, &id)?;
    let found = rules::find_item(&part, &id)?.ok_or(ApiError::NotFound)?;
    Ok(found.to_owned())
}

/// Answers the skus of a product or the options of a list.
pub(super) async fn list_within(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    (section, inner): (SectionSpec, SectionSpec),
) -> ApiResult {
    hub.read("catalogs.within", move |tx| {
        let outer = item(tx, &at, &ids, section)?;
        Ok(Reply::raw(rules::child_list(&outer, inner.key)?))
    })
    .await
}

/// Answers one sku of a product or one option of a list.
pub(super) async fn find_within(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    (section, inner): (SectionSpec, SectionSpec),
) -> ApiResult {
    hub.read("catalogs.item_within", move |tx| {
        let outer = item(tx, &at, &ids, section)?;
        let list = rules::child_list(&outer, inner.key)?;
        let found = rules::find_item(&list, &ids.id(inner.id)?)?.ok_or(ApiError::NotFound)?;
        Ok(Reply::raw(found.to_owned()))
    })
    .await
}

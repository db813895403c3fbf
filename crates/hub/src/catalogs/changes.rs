//! What happens when a catalog is created, changed or removed: each a function of one transaction.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::json;
use wire::catalog::{CatalogContext, CatalogData, RawCatalog};
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, CatalogId, LocationId};
use wire::input::{self, Input};
use wire::problem::{IMAGE_NOT_FOUND, TAKEN};
use wire::scope::Right;

use super::access;
use super::store::{self, CatalogRow};
use super::upload::{self, Upload};
use crate::accounts;
use crate::catalogs::images;
use crate::db::{self, Tx};
use crate::events::{self, Actor, NewEvent};
use crate::http::caller::AtAccount;
use crate::http::etag::IfMatch;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};

/// A catalog with its content, as whoever reads it sees it.
pub(super) fn respond(tx: &mut Tx<'_>, account: &AccountId, catalog: &CatalogRow) -> ApiResult {
    let shown = catalog.with_data(account, |text| {
        store::write_data(tx, account, &catalog.id, text)
    });
    Ok(Reply::raw(shown?))
}

/// Answers with the catalog after an upload, whose content need not be read again.
fn respond_after_upload(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogRow,
    upload: &Upload,
) -> ApiResult {
    match &upload.content {
        Some(content) => {
            let shown = catalog.with_data(account, |text| content.write(text));
            Ok(Reply::raw(shown?))
        }
        None => respond(tx, account, catalog),
    }
}

/// Creates a catalog in the account, or at one of its locations, tells everybody, and answers it.
pub(super) fn create(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    location: Option<&LocationId>,
    upload: &Upload,
    by: &Actor,
) -> ApiResult {
    let account = &at.account;
    let name = upload.name.as_deref().unwrap_or_default();
    refuse_namesake(tx, account, location, None, name)?;
    let id = CatalogId::from_generated(tx.fresh_id()?);
    store::insert(tx, account, location, &id, name)?;
    if let Some(content) = &upload.content {
        store::replace(tx, account, &id, content)?;
    }
    let made = store::find(tx, account, &id)?.ok_or(ApiError::NotFound)?;
    record_event(tx, account, &made, EventType::Create, by)?;
    respond_after_upload(tx, account, &made, upload)
}

/// Changes the name or the content of a catalog, tells everybody, and answers it; nothing changed,
/// nothing happens.
pub(super) fn update(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    id: &CatalogId,
    upload: &Upload,
    if_match: &IfMatch,
    by: &Actor,
) -> ApiResult {
    let account = &at.account;
    if upload.name.is_some() {
        // Names span catalogs. Whoever locks both locks the account first.
        accounts::store::lock(tx, account)?;
    }
    let before = store::lock(tx, account, id)?.ok_or(ApiError::NotFound)?;
    access::check_access(&at.caller, &before, Right::Write)?;
    if_match.check(|| respond(tx, account, &before))?;
    let mut after = before.clone();
    if let Some(name) = upload.name.as_ref().filter(|name| **name != before.name) {
        refuse_namesake(tx, account, before.location.as_ref(), Some(id), name)?;
        after.name.clone_from(name);
    }
    if let Some(content) = &upload.content {
        store::replace(tx, account, id, content)?;
        // They were there when the upload was checked; a chore may have been faster.
        if !images::attach(tx, account, id, &content.images)?.is_empty() {
            return Err(ApiError::field("data", IMAGE_NOT_FOUND));
        }
    } else if after.name == before.name {
        return respond(tx, account, &before);
    }
    after.version = tx.version_after(after.version);
    store::update(tx, account, &after)?;
    record_event(tx, account, &after, EventType::Update, by)?;
    respond_after_upload(tx, account, &after, upload)
}

/// Removes a catalog and tells everybody. Connections that were bound to it are bound to nothing.
pub(super) fn remove(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    id: &CatalogId,
    if_match: &IfMatch,
    by: &Actor,
) -> Result<(), ApiError> {
    let account = &at.account;
    let mut last = store::lock(tx, account, id)?.ok_or(ApiError::NotFound)?;
    access::check_access_to_all(&at.caller, &last, Right::Write)?;
    if_match.check(|| respond(tx, account, &last))?;
    store::remove(tx, account, id)?;
    images::delete_of_catalog(tx, account, id)?;
    last.version = tx.version_after(last.version);
    record_event(tx, account, &last, EventType::Delete, by)?;
    Ok(())
}

/// Puts content into a catalog that is there, as the hub itself: for made-up data. What an upload
/// could not hold is refused with [`db::Error::Broken`].
pub fn fill(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    data: &CatalogData,
) -> db::Result<()> {
    let Some(mut catalog) = store::lock(tx, account, id)? else {
        return Err(db::Error::Broken("no such catalog".to_owned()));
    };
    let owner = accounts::store::find(tx, account)?;
    let currency = owner.map(|owner| owner.currency);
    let refused = |why: &dyn Display| db::Error::Broken(format!("made-up data: {why}"));
    let json = serde_json::to_vec(&json!({ "data": data })).map_err(|error| refused(&error))?;
    let Ok(Input::Good(raw)) = input::read::<RawCatalog>(&json) else {
        return Err(refused(&"not a catalog"));
    };
    let context = CatalogContext {
        currency: currency.ok_or_else(|| refused(&"no such account"))?,
        images: &BTreeSet::new(),
    };
    let good = raw.check_update(&context).map_err(|why| refused(&why))?;
    let data = good.data.unwrap_or_default();
    let ids = tx.fresh_ids(data.items())?;
    let content = upload::compress(data, ids)?;
    store::replace(tx, account, id, &content)?;
    // The hub's own data names none.
    let _none = images::attach(tx, account, id, &content.images)?;
    catalog.version = tx.version_after(catalog.version);
    store::update(tx, account, &catalog)?;
    record_event(tx, account, &catalog, EventType::Update, &Actor::system())
}

fn refuse_namesake(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    id: Option<&CatalogId>,
    name: &str,
) -> Result<(), ApiError> {
    accounts::store::lock(tx, account)?;
    if store::has_namesake(tx, account, location, id, name)? {
        return Err(ApiError::field("name", TAKEN));
    }
    Ok(())
}

/// Records the event, which carries no states.
pub(super) fn record_event(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogRow,
    kind: EventType,
    by: &Actor,
) -> db::Result<()> {
    let new_event = NewEvent::new(EventResource::Catalog, kind, account)
        .catalog(&catalog.id)
        .subject(catalog.id.as_str(), catalog.version);
    let new_event = match &catalog.location {
        Some(location) => new_event.at(location),
        None => new_event,
    };
    events::record(tx, new_event, by)
}

//! What the people who manage a catalog do with it in the back office: create, rename, delete.
//!
//! The last catalog of the account itself stays, and so does a catalog with which an app is connected.
//! A new name changes nothing for the apps.

use wire::event::EventType;
use wire::id::{AccountId, CatalogId, LocationId};

use super::changes::record_event;
use super::{images, store};
use crate::accounts::refusals::{DeletionError, NameError};
use crate::accounts::store as accounts;
use crate::db::Tx;
use crate::events::Actor;
use crate::{args, statements};

statements! {
    OTHER_OF_ACCOUNT = "SELECT id FROM catalogs
        WHERE account_id = $1 AND location_id IS NULL AND id <> $2 LIMIT 1";
    USER = "SELECT k.name FROM connections n JOIN clients k ON k.id = n.client_id
        WHERE n.account_id = $1 AND n.catalog_id = $2 AND n.revoked_at IS NULL
        ORDER BY k.name LIMIT 1";
}

/// Creates an empty catalog in the account, or at one of its locations, and tells everybody.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    name: &str,
) -> Result<CatalogId, NameError> {
    accounts::lock(tx, account)?;
    if store::has_namesake(tx, account, location, None, name)? {
        return Err(NameError::Taken);
    }
    let id = CatalogId::from_generated(tx.fresh_id()?);
    store::insert(tx, account, location, &id, name)?;
    let made = store::find(tx, account, &id)?.ok_or(NameError::NotFound)?;
    record_event(tx, account, &made, EventType::Create, &Actor::system())?;
    Ok(id)
}

/// Gives a catalog another name, and tells everybody.
pub(crate) fn rename(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    name: &str,
) -> Result<(), NameError> {
    accounts::lock(tx, account)?;
    let mut catalog = store::lock(tx, account, id)?.ok_or(NameError::NotFound)?;
    if catalog.name == name {
        return Ok(());
    }
    if store::has_namesake(tx, account, catalog.location.as_ref(), Some(id), name)? {
        return Err(NameError::Taken);
    }
    name.clone_into(&mut catalog.name);
    catalog.version = tx.version_after(catalog.version);
    store::update(tx, account, &catalog)?;
    record_event(tx, account, &catalog, EventType::Update, &Actor::system())?;
    Ok(())
}

/// Deletes a catalog with its images, and tells everybody.
pub(crate) fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
) -> Result<(), DeletionError> {
    // Two who delete the last two at the same moment wait for each other.
    accounts::lock(tx, account)?;
    let mut last = store::lock(tx, account, id)?.ok_or(DeletionError::NotFound)?;
    if let Some((app,)) = tx.first(USER, args![account, id])? {
        return Err(DeletionError::InUse(app));
    }
    let is_of_account = last.location.is_none();
    if is_of_account
        && tx
            .first::<(String,)>(OTHER_OF_ACCOUNT, args![account, id])?
            .is_none()
    {
        return Err(DeletionError::LastOfAccount);
    }
    store::remove(tx, account, id)?;
    images::delete_of_catalog(tx, account, id)?;
    last.version = tx.version_after(last.version);
    record_event(tx, account, &last, EventType::Delete, &Actor::system())?;
    Ok(())
}

//! Who may do what with which catalog (API, chapters OAuth 2.0 and Catalogs).
//!
//! - With `catalog.*` a caller reaches the one that was chosen, even if it belongs to the account.
//! - With `all_catalogs.*` at a location it reads those of the location and of the account, and
//!   writes those of the location; at an account it reaches all.
//!
//! A catalog of another account does not exist; one of this account that is out of reach is
//! forbidden.

use wire::id::CatalogId;
use wire::scope::{Resource, Right};

use super::store::{self, CatalogRow};
use crate::db::Tx;
use crate::http::caller::{AtAccount, Caller};
use crate::http::problem::ApiError;

/// The catalog of that id, if the caller may do so much with it.
pub(crate) fn find_permitted(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    id: &CatalogId,
    right: Right,
) -> Result<CatalogRow, ApiError> {
    let stored = store::find(tx, &at.account, id)?.ok_or(ApiError::NotFound)?;
    check_access(&at.caller, &stored, right)?;
    Ok(stored)
}

/// Whether the caller may read or write this catalog of its account.
pub(super) fn check_access(
    caller: &Caller,
    catalog: &CatalogRow,
    right: Right,
) -> Result<(), ApiError> {
    if is_chosen(caller, &catalog.id, right) {
        return Ok(());
    }
    check_access_to_all(caller, catalog, right)
}

/// Whether the caller may read or write this catalog by the permission for all catalogs alone: to
/// change the chosen catalog does not include to delete it.
pub(super) fn check_access_to_all(
    caller: &Caller,
    catalog: &CatalogRow,
    right: Right,
) -> Result<(), ApiError> {
    if caller.reaches_all(Resource::AllCatalogs, catalog.location.as_ref(), right) {
        Ok(())
    } else {
        Err(ApiError::WrongLevel)
    }
}

/// Whether the catalog is the one that was chosen, and that lets the caller do this.
pub(crate) fn is_chosen(caller: &Caller, catalog: &CatalogId, right: Right) -> bool {
    caller.scope.allows(Resource::Catalog, right) && caller.catalog.as_ref() == Some(catalog)
}

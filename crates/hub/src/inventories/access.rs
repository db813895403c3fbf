//! Who may do what with the inventory of a location through which catalog (API, chapters OAuth 2.0
//! and Inventory): with an inventory permission, or one for all catalogs, through whatever can be
//! seen at the location; with `catalog.*` through the one that was chosen.

use wire::id::CatalogId;
use wire::scope::{Resource, Right};

use crate::catalogs;
use crate::db::Tx;
use crate::http::caller::AtLocation;
use crate::http::problem::ApiError;

/// Refuses unless the caller may do this with what the location has left of the things in a catalog.
pub(super) fn check_access(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    id: &CatalogId,
    right: Right,
) -> Result<(), ApiError> {
    let found = catalogs::store::find(tx, &at.account, id)?.ok_or(ApiError::NotFound)?;
    if found.location.is_some_and(|owner| owner != at.location) {
        // To whoever reaches both locations, they are there, but not together.
        return match at.caller.location {
            Some(_) => Err(ApiError::WrongLevel),
            None => Err(ApiError::NotFound),
        };
    }
    let mut any = [Resource::Inventory, Resource::AllCatalogs].into_iter();
    if any.any(|it| at.caller.scope.allows(it, right)) || catalogs::is_chosen(&at.caller, id, right)
    {
        Ok(())
    } else {
        Err(ApiError::WrongLevel)
    }
}

//! Which catalogs a caller reaches (API, chapters OAuth 2.0 and Catalogs).
//!
//! - With `catalog.*` a caller reaches the one that was chosen, even if it belongs to the account.
//! - With `all_catalogs.*` at a location it reads those of the location and of the account, and
//!   writes those of the location; at an account it reaches all.
//! - Through an inventory permission it reaches what can be seen at the location.
//!
//! A catalog of another account does not exist; one of this account that is out of reach is
//! forbidden.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use wire::id::{CatalogId, LocationId};
use wire::scope::{Resource, Right};

use crate::db::Tx;
use crate::http::caller::{AtAccount, AtLocation, Caller};
use crate::http::problem::Problem;
use crate::hub::Hub;
use crate::{args, statements};

statements! {
    OWNER = "SELECT location_id FROM catalogs WHERE account_id = $1 AND id = $2";
}

/// The permissions of which one is enough to do something with a catalog.
pub(crate) const CATALOGS: &[Resource] = &[Resource::Catalog, Resource::AllCatalogs];

/// The permissions of which one is enough for an inventory.
pub(crate) const INVENTORIES: &[Resource] = &[
    Resource::Inventory,
    Resource::Catalog,
    Resource::AllCatalogs,
];

/// The catalog that a path names. What cannot be an id is the id of no catalog.
#[derive(Clone, Debug)]
pub(crate) struct Named(pub CatalogId);

impl FromRequestParts<Hub> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, hub)
            .await
            .map_err(|_| Problem::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "catalog_id");
        id.and_then(|(_, id)| CatalogId::parse(id).ok())
            .map(Self)
            .ok_or(Problem::NotFound)
    }
}

/// Whether the caller may do this with a catalog.
pub(crate) fn catalog(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    catalog: &CatalogId,
    right: Right,
) -> Result<(), Problem> {
    let owner = owner(tx, at, catalog)?;
    let caller = &at.caller;
    let any = caller.scope.allows(Resource::AllCatalogs, right)
        && match (&caller.location, &owner) {
            (None, _) => true,
            (Some(own), Some(owner)) => own == owner,
            (Some(_), None) => right == Right::Read,
        };
    allowed(any || is_chosen(caller, catalog, right))
}

/// Whether the caller may do this with what a location has left of the things in a catalog.
pub(crate) fn inventory(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    catalog: &CatalogId,
    right: Right,
) -> Result<(), Problem> {
    let owner = owner(tx, at, catalog)?;
    if owner.is_some_and(|owner| owner != at.location) {
        // To whoever reaches both locations, they are there, but not together.
        return match at.caller.location {
            Some(_) => Err(Problem::WrongLevel),
            None => Err(Problem::NotFound),
        };
    }
    let any = [Resource::Inventory, Resource::AllCatalogs]
        .into_iter()
        .any(|resource| at.caller.scope.allows(resource, right));
    allowed(any || is_chosen(&at.caller, catalog, right))
}

/// The location that a catalog belongs to, unless it is the account's.
fn owner(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    catalog: &CatalogId,
) -> Result<Option<LocationId>, Problem> {
    let found: Option<(Option<LocationId>,)> = tx.first(OWNER, args![&at.account, catalog])?;
    found.map(|(location,)| location).ok_or(Problem::NotFound)
}

fn is_chosen(caller: &Caller, catalog: &CatalogId, right: Right) -> bool {
    caller.scope.allows(Resource::Catalog, right) && caller.catalog.as_ref() == Some(catalog)
}

fn allowed(is_allowed: bool) -> Result<(), Problem> {
    if is_allowed {
        Ok(())
    } else {
        Err(Problem::WrongLevel)
    }
}

//! Addresses of pages at a place that do not say which: those of bookmarks, those that people type.
//! They lead to the same page where its object is, or where the reader was last. A form is not sent on:
//! what was meant for one place must not happen at another.

use axum::extract::Request;
use wire::id::{AccountId, CatalogId, ConnectionId, CustomerId, LocationId, OrderId};

use super::place::Place;
use super::response::{PageError, PageResult, to};
use super::visitor::SignedIn;
use crate::catalogs::browse as catalogs;
use crate::customers::browse as customers;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::connections;
use crate::orders::browse as orders;
use crate::users::permissions::Permissions;

/// An object that has a page of its own.
#[derive(Clone, Debug)]
enum PageObject {
    Order(OrderId),
    Connection(ConnectionId),
    Customer(CustomerId),
    Catalog(CatalogId),
}

impl PageObject {
    /// The object that an address names.
    fn of_path(path: &str) -> Option<Self> {
        let mut parts = path.split('/').skip(1);
        let (kind, id) = (parts.next()?, parts.next()?);
        // An order as a file.
        let id = id.split('.').next()?;
        match kind {
            "orders" => OrderId::parse(id).ok().map(Self::Order),
            "connections" => ConnectionId::parse(id).ok().map(Self::Connection),
            "customers" => CustomerId::parse(id).ok().map(Self::Customer),
            "catalogs" => CatalogId::parse(id).ok().map(Self::Catalog),
            _ => None,
        }
    }

    /// Its location, none for the whole account; nothing if the account has no such object.
    fn find(&self, tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Option<Option<LocationId>>> {
        Ok(match self {
            Self::Order(id) => orders::find(tx, account, id)?.map(|(location, _)| Some(location)),
            Self::Connection(id) => {
                connections::find(tx, Some(account), id)?.map(|found| found.location)
            }
            Self::Customer(id) => customers::find(tx, account, id)?.map(|found| found.location),
            Self::Catalog(id) => catalogs::find(tx, account, id)?.map(|found| found.location),
        })
    }
}

/// Where an object is, in the accounts of somebody who may look at it there.
fn place_of(
    tx: &mut Tx<'_>,
    signed_in: &SignedIn,
    object: &PageObject,
) -> db::Result<Option<Place>> {
    let mut looked_at: Vec<&AccountId> = Vec::new();
    for held in &signed_in.memberships {
        if looked_at.contains(&&held.account) {
            continue;
        }
        looked_at.push(&held.account);
        let Some(location) = object.find(tx, &held.account)? else {
            continue;
        };
        let place = Place::of(&held.account, location.as_ref());
        let may_view = signed_in.may(Permissions::VIEW, &place.account, location.as_ref());
        return Ok(may_view.then_some(place));
    }
    Ok(None)
}

/// Leads to the page of this address at a place; refuses to do anything.
pub(super) async fn find_place(hub: Hub, signed_in: SignedIn, request: Request) -> PageResult {
    if !request.method().is_safe() {
        return Err(PageError::NoPlace);
    }
    let last = signed_in.place().ok_or(PageError::NoAccount)?;
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str()).to_owned();
    let found = match PageObject::of_path(request.uri().path()) {
        None => None,
        Some(object) => {
            hub.read::<_, db::Error, _>("office.place_of", move |tx| {
                place_of(tx, &signed_in, &object)
            })
            .await?
        }
    };
    Ok(to(&found.unwrap_or(last).to(&path)))
}

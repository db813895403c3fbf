//! What the API does with catalogs.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use wire::catalog::Catalog;
use wire::id::{CatalogId, CatalogItemId, LocationId};
use wire::scope::Right;

use super::store::{self, Stored};
use super::upload::{self, For};
use super::{changes, rules};
use crate::db::Tx;
use crate::events::By;
use crate::http::answer::{Answer, Reply};
use crate::http::body::Body;
use crate::http::caller::{AtAccount, AtLocation};
use crate::http::paging::Query;
use crate::http::problem::Problem;
use crate::http::tags::IfMatch;
use crate::hub::Hub;
use crate::images;

/// The catalog that a path names, something in it, and something in that. What cannot be an id is
/// the id of nothing.
pub(super) struct Named {
    catalog: CatalogId,
    items: Vec<CatalogItemId>,
}

impl FromRequestParts<Hub> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, hub)
            .await
            .map_err(|_| Problem::NotFound)?;
        // Before them may be what an outer router has named.
        let mut ids = params
            .iter()
            .skip_while(|(name, _)| *name != "catalog_id")
            .map(|(_, id)| id);
        let catalog = ids.next().and_then(|id| CatalogId::parse(id).ok());
        let items = ids.map(|id| CatalogItemId::parse(id).map_err(|_| Problem::NotFound));
        Ok(Self {
            catalog: catalog.ok_or(Problem::NotFound)?,
            items: items.collect::<Result<_, _>>()?,
        })
    }
}

impl Named {
    fn item(&self, depth: usize) -> Result<&CatalogItemId, Problem> {
        self.items.get(depth).ok_or(Problem::NotFound)
    }
}

/// The catalog of that id, if the caller may do so much with it.
fn permitted(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    id: &CatalogId,
    right: Right,
) -> Result<Stored, Problem> {
    let stored = store::find(tx, &at.account, id)?.ok_or(Problem::NotFound)?;
    rules::may(&at.caller, &stored, right)?;
    Ok(stored)
}

/// Answers the catalogs of a location and of its account, oldest first, without their content.
pub(super) async fn list_of_location(hub: Hub, at: AtLocation) -> Answer {
    let AtLocation { at, location, .. } = at;
    list_at(hub, at, Some(location)).await
}

/// Answers the catalogs of the account itself, oldest first, without their content.
pub(super) async fn list_of_account(hub: Hub, at: AtAccount) -> Answer {
    list_at(hub, at, None).await
}

async fn list_at(hub: Hub, at: AtAccount, location: Option<LocationId>) -> Answer {
    hub.read("catalogs.list", move |tx| {
        let all = store::at(tx, &at.account, location.as_ref())?;
        let shown: Vec<Catalog> = all
            .iter()
            .filter(|stored| rules::may(&at.caller, stored, Right::Read).is_ok())
            .map(|stored| stored.shown(&at.account))
            .collect();
        Reply::of(&shown)
    })
    .await
}

/// Creates a catalog at a location.
pub(super) async fn create_at_location(hub: Hub, at: AtLocation, by: By, body: Body) -> Answer {
    let AtLocation { at, location, .. } = at;
    create(hub, at, Some(location), by, body).await
}

/// Creates a catalog that all locations of the account share.
pub(super) async fn create_at_account(hub: Hub, at: AtAccount, by: By, body: Body) -> Answer {
    create(hub, at, None, by, body).await
}

async fn create(
    hub: Hub,
    at: AtAccount,
    location: Option<LocationId>,
    by: By,
    body: Body,
) -> Answer {
    // A catalog that is not there yet has no images.
    let upload = upload::read(&hub, body, For::New, at.currency, Default::default()).await?;
    hub.write("catalogs.create", move |tx| {
        changes::create(tx, &at, location.as_ref(), &upload, &by)
    })
    .await
}

/// Answers one catalog, with its content unless that is to be hidden.
pub(super) async fn find(hub: Hub, at: AtAccount, named: Named, query: Query) -> Answer {
    let hides_data = query.get("hide_data") == Some("true");
    hub.read("catalogs.find", move |tx| {
        let stored = permitted(tx, &at, &named.catalog, Right::Read)?;
        if hides_data {
            return Reply::of(&stored.shown(&at.account));
        }
        changes::shown(tx, &at.account, &stored)
    })
    .await
}

/// Changes the name of a catalog, replaces its content, or both, and tells every other client.
pub(super) async fn update(
    hub: Hub,
    at: AtAccount,
    named: Named,
    by: By,
    if_match: IfMatch,
    body: Body,
) -> Answer {
    let id = named.catalog.clone();
    let asking = at.clone();
    let images = hub
        .read("catalogs.admit", move |tx| {
            let stored = permitted(tx, &asking, &named.catalog, Right::Write)?;
            images::of_catalog(tx, &asking.account, &stored.id).map_err(Problem::from)
        })
        .await?;
    let upload = upload::read(&hub, body, For::Update, at.currency, images).await?;
    hub.write("catalogs.update", move |tx| {
        changes::update(tx, &at, &id, &upload, &if_match, &by)
    })
    .await
}

/// Removes a catalog and tells every other client.
pub(super) async fn remove(
    hub: Hub,
    at: AtAccount,
    named: Named,
    by: By,
    if_match: IfMatch,
) -> Answer {
    hub.write("catalogs.remove", move |tx| {
        changes::remove(tx, &at, &named.catalog, &if_match, &by)?;
        Ok(Reply::empty())
    })
    .await
}

/// Answers the categories of a catalog, parents before their children.
pub(super) async fn list_categories(hub: Hub, at: AtAccount, named: Named) -> Answer {
    hub.read("catalogs.categories", move |tx| {
        let stored = permitted(tx, &at, &named.catalog, Right::Read)?;
        let categories = store::section(tx, &at.account, &stored.id, "categories")?;
        Ok(Reply::raw(rules::walked(&categories)?))
    })
    .await
}

/// Answers a section of a catalog, in the order of the upload.
pub(super) async fn list(hub: Hub, at: AtAccount, named: Named, section: &'static str) -> Answer {
    hub.read("catalogs.section", move |tx| {
        let stored = permitted(tx, &at, &named.catalog, Right::Read)?;
        let list = store::section(tx, &at.account, &stored.id, section)?;
        Ok(Reply::raw(list))
    })
    .await
}

/// Answers one thing of a section.
pub(super) async fn find_one(
    hub: Hub,
    at: AtAccount,
    named: Named,
    section: &'static str,
) -> Answer {
    hub.read("catalogs.item", move |tx| {
        let found = item(tx, &at, &named, section)?;
        Ok(Reply::raw(found))
    })
    .await
}

/// A thing of a section that the caller may read, as JSON.
fn item(tx: &mut Tx<'_>, at: &AtAccount, named: &Named, section: &str) -> Result<String, Problem> {
    let stored = permitted(tx, at, &named.catalog, Right::Read)?;
    let id = named.item(0)?;
    let part = store::part_with(tx, &at.account, &stored.id, section, id)?;
    let found = rules::one(&part, id)?.ok_or(Problem::NotFound)?;
    Ok(found.to_owned())
}

/// Answers the skus of a product or the options of a list: `within` names section and list.
pub(super) async fn list_within(
    hub: Hub,
    at: AtAccount,
    named: Named,
    within: (&'static str, &'static str),
) -> Answer {
    let (section, key) = within;
    hub.read("catalogs.within", move |tx| {
        let outer = item(tx, &at, &named, section)?;
        Ok(Reply::raw(rules::inner(&outer, key)?))
    })
    .await
}

/// Answers one sku of a product or one option of a list.
pub(super) async fn find_within(
    hub: Hub,
    at: AtAccount,
    named: Named,
    within: (&'static str, &'static str),
) -> Answer {
    let (section, key) = within;
    hub.read("catalogs.item_within", move |tx| {
        let outer = item(tx, &at, &named, section)?;
        let list = rules::inner(&outer, key)?;
        let found = rules::one(&list, named.item(1)?)?.ok_or(Problem::NotFound)?;
        Ok(Reply::raw(found.to_owned()))
    })
    .await
}

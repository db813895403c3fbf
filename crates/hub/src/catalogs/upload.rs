//! From the bytes of an upload to what is stored.
//!
//! Reading, checking, writing and compressing some megabytes takes tens of milliseconds of a
//! processor. None of it needs the database, so none of it happens on the database's threads, and
//! for a large body not between other requests either.

use std::collections::BTreeSet;
use std::sync::Arc;

use wire::catalog::{
    CatalogContext, CatalogData, CatalogItemId, CatalogUpdate, MAX_CATALOG_OBJECTS, RawCatalog,
    has_too_many_objects,
};
use wire::currency::Currency;
use wire::id::ImageId;
use wire::problem::too_many;

use super::compressed::CompressedCatalog;
use crate::db;
use crate::http::body::{Body, run_work};
use crate::http::problem::ApiError;
use crate::hub::Hub;
use crate::ids::IdRange;

/// What an upload is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UploadKind {
    /// A new catalog.
    New,
    /// A catalog that is there.
    Update,
}

/// A good upload.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// The name, mandatory for a new catalog.
    pub name: Option<String>,
    /// What is in it from now on.
    pub content: Option<Arc<CompressedCatalog>>,
}

/// Reads an upload, or says all that is wrong with it.
pub(super) async fn read(
    hub: &Hub,
    body: Body,
    what: UploadKind,
    currency: Currency,
    images: BTreeSet<ImageId>,
) -> Result<Upload, ApiError> {
    let is_small = body.is_small();
    let work = move || check(body, what, currency, &images);
    let CatalogUpdate { name, data } = run_work(hub, is_small, work).await??;
    let Some(data) = data else {
        return Ok(Upload {
            name,
            content: None,
        });
    };
    let count = data.items();
    // Under no conditions: ids that nothing has yet are no change.
    let take = hub.db().write("catalogs.take_ids", move |tx| {
        tx.fresh_ids(count).map_err(ApiError::from)
    });
    let ids: IdRange = take.await?;
    let content = run_work(hub, is_small, move || compress(data, ids)).await??;
    Ok(Upload {
        name,
        content: Some(Arc::new(content)),
    })
}

fn check(
    body: Body,
    what: UploadKind,
    currency: Currency,
    images: &BTreeSet<ImageId>,
) -> Result<CatalogUpdate, ApiError> {
    if has_too_many_objects(&body.0) {
        return Err(ApiError::field("data", too_many(MAX_CATALOG_OBJECTS)));
    }
    let raw: RawCatalog = body.parse_here()?;
    let context = CatalogContext { currency, images };
    if what == UploadKind::Update {
        return Ok(raw.check_update(&context)?);
    }
    let new = raw.check_new(&context)?;
    Ok(CatalogUpdate {
        name: Some(new.name),
        data: Some(new.data),
    })
}

/// Gives everything its id and packs it.
pub(super) fn compress(mut data: CatalogData, mut ids: IdRange) -> db::Result<CompressedCatalog> {
    data.number(|| ids.next().map(CatalogItemId::from_generated));
    CompressedCatalog::of(data)
}

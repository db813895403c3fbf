//! What the API does with images.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use wire::id::{CatalogId, ImageId, MAX_REF_CHARS};
use wire::image::Image;
use wire::problem::{Path, Problems, TAKEN, too_long};
use wire::scope::Right;

use super::store::{self, ImageRow, NewImage};
use super::{IMAGE_ID, rules};
use crate::blobs::BlobError;
use crate::catalogs::{self, ID};
use crate::db::Tx;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtAccount;
use crate::http::etag;
use crate::http::paging::Query;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Adds an image to a catalog: first its file, then the row that names it.
pub(super) async fn create(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    query: Query,
    headers: HeaderMap,
    Body(bytes): Body,
) -> ApiResult {
    let catalog: CatalogId = ids.id(ID)?;
    let target = (at.clone(), catalog.clone());
    // Whoever may not add to the catalog is told nothing of the image.
    call.hub()
        .read("images.admit", move |tx| {
            let (at, catalog) = &target;
            catalogs::find_permitted(tx, at, catalog, Right::Write)
        })
        .await?;
    let private_ref = private_ref(&query)?;
    let declared = headers.get(header::CONTENT_TYPE);
    let new = NewImage {
        content: rules::accept(declared.and_then(|it| it.to_str().ok()), &bytes)?,
        file: format!("{}/{}", at.account, call.hub().entropy().hex::<16>()),
        private_ref,
    };
    let (expected, catalog_at) = (new.clone(), (at.clone(), catalog.clone()));
    // Under no conditions: to expect a file changes nothing that anybody sees.
    let expect = call.hub().db().write("images.expect", move |tx| {
        let (at, catalog) = &catalog_at;
        if is_taken(tx, at, catalog, expected.private_ref.as_deref())? {
            return Err(private_ref_taken());
        }
        Ok(store::expect_file(tx, &at.account, &expected.file)?)
    });
    expect.await?;
    call.hub()
        .blobs()
        .write(&new.file, bytes)
        .await
        .map_err(|error| ApiError::BlobStoreFailed(error.to_string()))?;
    call.write("images.create", move |tx| {
        catalogs::find_permitted(tx, &at, &catalog, Right::Write)?;
        let client = &at.caller.client;
        let stored = store::insert(tx, &at.account, &catalog, client, &new)?
            .ok_or_else(private_ref_taken)?;
        Reply::of(&stored.view(client, tx.now()))
    })
    .await
}

fn is_taken(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    catalog: &CatalogId,
    private_ref: Option<&str>,
) -> Result<bool, ApiError> {
    let Some(text) = private_ref else {
        return Ok(false);
    };
    let client = &at.caller.client;
    Ok(store::by_private_ref(tx, &at.account, catalog, client, text)?.is_some())
}

fn private_ref_taken() -> ApiError {
    ApiError::field("private_ref", TAKEN)
}

/// What a new image is to be called; an empty text is nothing.
fn private_ref(query: &Query) -> Result<Option<String>, ApiError> {
    let mut problems = Problems::new();
    let text = query.text("private_ref", &mut problems);
    let text = text.filter(|text| !text.is_empty());
    if text
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_REF_CHARS)
    {
        problems.add(&Path::ROOT.key("private_ref"), too_long(MAX_REF_CHARS));
    }
    Ok(problems.unless_any(Some(text))?)
}

/// Answers every image of a catalog, or the one with a private ref, in the order in which they were
/// sent.
pub(super) async fn list(hub: Hub, at: AtAccount, ids: PathIds, query: Query) -> ApiResult {
    let catalog: CatalogId = ids.id(ID)?;
    let mut problems = Problems::new();
    let private_ref = query.text("private_ref", &mut problems);
    let private_ref = problems.unless_any(Some(private_ref))?;
    hub.read("images.list", move |tx| {
        catalogs::find_permitted(tx, &at, &catalog, Right::Read)?;
        let client = &at.caller.client;
        let found = match &private_ref {
            None => store::all(tx, &at.account, &catalog)?,
            Some(text) => store::by_private_ref(tx, &at.account, &catalog, client, text)?
                .into_iter()
                .collect(),
        };
        let now = tx.now();
        let views: Vec<Image> = found.iter().map(|it| it.view(client, now)).collect();
        Reply::of(&views)
    })
    .await
}

/// Answers one image, without its bytes.
pub(super) async fn find(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let (catalog, image): (CatalogId, ImageId) = (ids.id(ID)?, ids.id(IMAGE_ID)?);
    hub.read("images.find", move |tx| {
        catalogs::find_permitted(tx, &at, &catalog, Right::Read)?;
        let found = store::find(tx, &at.account, &catalog, &image)?.ok_or(ApiError::NotFound)?;
        Reply::of(&found.view(&at.caller.client, tx.now()))
    })
    .await
}

/// An image never changes, but only whoever has the token may keep it.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// Answers the bytes of an image, or that the caller has them already.
pub(super) async fn data(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (catalog, image): (CatalogId, ImageId) = (ids.id(ID)?, ids.id(IMAGE_ID)?);
    let found = hub
        .read("images.data", move |tx| {
            catalogs::find_permitted(tx, &at, &catalog, Right::Read)?;
            store::find(tx, &at.account, &catalog, &image)?.ok_or(ApiError::NotFound)
        })
        .await?;
    respond(&hub, &found, &headers).await
}

/// The bytes of an image, or that the caller has them already.
pub(crate) async fn respond(
    hub: &Hub,
    found: &ImageRow,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let tag = format!("\"{}\"", found.md5());
    let mut response = if etag::is_known(headers, &tag) {
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let bytes = hub.blobs().read(found.file()).await.map_err(read_error)?;
        Response::new(axum::body::Body::from(bytes))
    };
    let kind = HeaderValue::from_static(found.kind().as_str());
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, kind);
    out.insert(header::CACHE_CONTROL, FOR_EVER);
    // A browser that guesses would find a page in an image that somebody has made to look like one.
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    etag::set_etag(out, &tag);
    Ok(response)
}

/// The row was there a moment ago: it may have gone meanwhile, or somebody has deleted the file.
fn read_error(error: BlobError) -> ApiError {
    match error {
        BlobError::Missing => {
            tracing::warn!("image file missing");
            ApiError::NotFound
        }
        BlobError::Unreachable(reason) => ApiError::BlobStoreFailed(reason),
    }
}

//! The images of a catalog: a page of them, and the bytes of one.

use crate::office::page_path::Path;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;
use wire::id::{CatalogId, ImageId};

use super::ContentCell;
use crate::catalogs::browse;
use crate::catalogs::images::respond;
use crate::catalogs::images::store::{self, ImageRow};
use crate::db;
use crate::http::problem::ApiError;
use crate::hub::Hub;
use crate::office::format;
use crate::office::response::{PageError, PageResult};
use crate::office::translations::Translations;
use crate::office::visitor::AccountMember;

/// The rows of some images of a catalog.
pub(super) fn rows(
    words: &Translations,
    catalog: &CatalogId,
    zone: &TimeZone,
    images: &[ImageRow],
) -> Vec<Vec<ContentCell>> {
    let (language, w) = (words.language, &words.catalogs);
    let plain = |text: String| ContentCell {
        text,
        ..ContentCell::default()
    };
    let row = |image: &ImageRow| {
        let kilobytes = u64::from(image.size()).div_ceil(1_024);
        let kilobytes = format!("{}\u{a0}KiB", format::whole(language, kilobytes));
        let removed = image
            .remove_at()
            .map(|at| w.removed_on(&format::date(language, &at.to_zoned(zone.clone()))));
        let picture = ContentCell {
            text: image.id().to_string(),
            image: Some(format!("/catalogs/{catalog}/images/{}", image.id())),
            ..ContentCell::default()
        };
        vec![
            picture,
            plain(image.kind().as_str().to_owned()),
            plain(kilobytes),
            plain(removed.unwrap_or_else(|| w.used.to_owned())),
        ]
    };
    images.iter().map(row).collect()
}

/// `GET /catalogs/{id}/images/{image}`: the bytes of an image.
pub(super) async fn show(
    hub: Hub,
    member: AccountMember,
    Path((catalog, image)): Path<(String, String)>,
    headers: HeaderMap,
) -> PageResult {
    let catalog = CatalogId::parse(&catalog).map_err(|_| PageError::NotFound)?;
    let image = ImageId::parse(&image).map_err(|_| PageError::NotFound)?;
    let found = hub
        .read("office.image", move |tx| {
            let account = &member.at.id;
            let owner = browse::find(tx, account, &catalog)?.ok_or(PageError::NotFound)?;
            if !member.may_view_what_belongs_to(owner.location.as_ref()) {
                return Err(PageError::NotFound);
            }
            store::find(tx, account, &catalog, &image)?.ok_or(PageError::NotFound)
        })
        .await?;
    respond(&hub, &found, &headers)
        .await
        .map_err(|error| match error {
            ApiError::BlobStoreFailed(reason) => {
                PageError::Database(db::Error::Unavailable(reason))
            }
            _ => PageError::NotFound,
        })
}

//! Images in the database: the names of their files, and when they go.

use std::collections::BTreeSet;

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, CatalogId, ClientId, ImageId};
use wire::image::{Image, ImageType};

use super::rules::Content;
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO images (account_id, catalog_id, id, kind, size, md5, file, client_id,
            private_ref, remove_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    FIND = formatcp!("{SELECT} WHERE account_id = $1 AND catalog_id = $2 AND id = $3");
    ALL_OF_CATALOG = formatcp!("{SELECT} WHERE account_id = $1 AND catalog_id = $2
        ORDER BY created_at, LENGTH(id), id");
    PAGE = formatcp!("{SELECT} WHERE account_id = $1 AND catalog_id = $2 AND id > $3
        ORDER BY id LIMIT $4");
    BY_PRIVATE_REF = formatcp!("{SELECT}
        WHERE account_id = $1 AND catalog_id = $2 AND client_id = $3 AND private_ref = $4");
    ATTACHMENTS = "SELECT id, remove_at FROM images WHERE account_id = $1 AND catalog_id = $2";
    /// The count tells whether a chore was faster.
    ATTACH = "UPDATE images SET remove_at = NULL
        WHERE account_id = $1 AND catalog_id = $2 AND id = $3";
    DETACH = "UPDATE images SET remove_at = $4
        WHERE account_id = $1 AND catalog_id = $2 AND id = $3 AND remove_at IS NULL";
    DUE = "SELECT account_id, catalog_id, id FROM images
        WHERE remove_at IS NOT NULL AND remove_at <= $1 ORDER BY remove_at LIMIT $2";
    REMOVE_DUE = "DELETE FROM images WHERE account_id = $1 AND catalog_id = $2 AND id = $3
            AND remove_at IS NOT NULL AND remove_at <= $4
        RETURNING file";
    REMOVE_OF_CATALOG = "DELETE FROM images WHERE account_id = $1 AND catalog_id = $2
        RETURNING file";
    INSERT_ORPHAN = "INSERT INTO image_leftovers (account_id, file, due_at) VALUES ($1, $2, $3)";
    TAKE_LEFTOVER = "DELETE FROM image_leftovers WHERE account_id = $1 AND file = $2";
    LEFTOVERS = "SELECT account_id, file FROM image_leftovers WHERE due_at <= $1
        ORDER BY due_at LIMIT $2";
    POSTPONE = "UPDATE image_leftovers SET due_at = $3 WHERE account_id = $1 AND file = $2";
}

/// How long an image is kept that its catalog does not use.
const UNUSED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// When a file that was noted beforehand counts as left over, if no image has named it by then; and
/// how long after a failure to delete one it is tried again.
const GRACE: SignedDuration = SignedDuration::from_hours(1);

row! {
    /// An image with what only the hub knows of it.
    #[derive(Clone, Debug)]
    pub struct ImageRow {
        id: ImageId = "id",
        kind: ImageType = "kind",
        size: u32 = "size",
        md5: String = "md5",
        client: ClientId = "client_id",
        private_ref: Option<String> = "private_ref",
        remove_at: Option<Timestamp> = "remove_at",
        file: String = "file",
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM images", ImageRow::COLUMNS);

impl ImageRow {
    /// The image as a client sees it at `now`.
    pub(super) fn view(&self, client: &ClientId, now: Timestamp) -> Image {
        let seconds = |at: Timestamp| at.as_second().saturating_sub(now.as_second()).max(0);
        Image {
            id: self.id.clone(),
            kind: self.kind,
            size: self.size,
            md5: self.md5.clone(),
            private_ref: self.private_ref.clone().filter(|_| self.client == *client),
            seconds_before_removal: self
                .remove_at
                .map(|at| u32::try_from(seconds(at)).unwrap_or(u32::MAX)),
        }
    }

    /// Its identifier.
    pub(crate) fn id(&self) -> &ImageId {
        &self.id
    }

    /// Its size in bytes.
    pub(crate) fn size(&self) -> u32 {
        self.size
    }

    /// When it will be removed, because its catalog does not use it.
    pub(crate) fn remove_at(&self) -> Option<Timestamp> {
        self.remove_at
    }

    /// Its type.
    pub(crate) fn kind(&self) -> ImageType {
        self.kind
    }

    /// The MD5 of its bytes.
    pub(super) fn md5(&self) -> &str {
        &self.md5
    }

    /// Where its bytes are.
    pub(super) fn file(&self) -> &str {
        &self.file
    }
}

/// What is kept of a new image.
#[derive(Clone, Debug)]
pub(super) struct NewImage {
    pub content: Content,
    pub file: String,
    pub private_ref: Option<String>,
}

/// Notes that a file will be written: if no image names it within the hour, it is deleted.
pub(super) fn expect_file(tx: &mut Tx<'_>, account: &AccountId, file: &str) -> db::Result<()> {
    let due_at = tx.now() + GRACE;
    tx.write(INSERT_ORPHAN, args![account, file, due_at])
}

/// Adds an image whose file is there. None if its private ref is taken.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    client: &ClientId,
    new: &NewImage,
) -> db::Result<Option<ImageRow>> {
    let file = new.file.as_str();
    if tx.execute(TAKE_LEFTOVER, args![account, file])? == 0 {
        return Err(db::Error::Unavailable(
            "the image took too long to be written".to_owned(),
        ));
    }
    let (id, now) = (ImageId::from_generated(tx.fresh_id()?), tx.now());
    let stored = ImageRow {
        id,
        kind: new.content.kind,
        size: new.content.size,
        md5: new.content.md5.clone(),
        client: client.clone(),
        private_ref: new.private_ref.clone(),
        remove_at: Some(tx.latest() + UNUSED),
        file: new.file.clone(),
    };
    let inserted = tx.execute(
        INSERT,
        args![
            account,
            catalog,
            &stored.id,
            stored.kind.as_str(),
            stored.size,
            stored.md5.as_str(),
            file,
            client,
            stored.private_ref.as_deref(),
            stored.remove_at,
            now
        ],
    )?;
    Ok((inserted == 1).then_some(stored))
}

/// One image of a catalog.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    image: &ImageId,
) -> db::Result<Option<ImageRow>> {
    tx.first(FIND, args![account, catalog, image])
}

/// Every image of a catalog, in the order in which they were sent.
pub(super) fn all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<Vec<ImageRow>> {
    tx.all(ALL_OF_CATALOG, args![account, catalog])
}

/// A page of the images of a catalog, by id, behind one of them.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    after: &str,
    count: u32,
) -> db::Result<Page<ImageRow>> {
    let rows: Vec<ImageRow> = tx.all(PAGE, args![account, catalog, after, count + 1])?;
    let rows = rows.into_iter().map(|row| {
        let id = row.id.to_string();
        (
            Cursor {
                key: id.clone(),
                id,
            },
            row,
        )
    });
    Ok(Page::cut(rows.collect(), count))
}

/// The image that a client calls so.
pub(super) fn by_private_ref(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    client: &ClientId,
    private_ref: &str,
) -> db::Result<Option<ImageRow>> {
    tx.first(BY_PRIVATE_REF, args![account, catalog, client, private_ref])
}

/// The images that a catalog may use.
pub fn of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<BTreeSet<ImageId>> {
    Ok(attachments(tx, account, catalog)?
        .into_iter()
        .map(|(image, _)| image)
        .collect())
}

fn attachments(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<Vec<(ImageId, Option<Timestamp>)>> {
    tx.all(ATTACHMENTS, args![account, catalog])
}

/// Says that a catalog uses these images and no others from now on. An image that it has stopped
/// using is removed after 30 days, unless it is used again before.
///
/// Answers those that are no images of this catalog: whoever writes the catalog refuses them with
/// "image not found", and the transaction leaves no trace.
pub fn attach(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
    images: &BTreeSet<ImageId>,
) -> db::Result<BTreeSet<ImageId>> {
    let known = attachments(tx, account, catalog)?;
    let remove_at = tx.latest() + UNUSED;
    let mut missing = images.clone();
    for (image, clock) in known {
        let values = args![account, catalog, &image];
        match (missing.contains(&image), clock) {
            (true, Some(_)) if tx.execute(ATTACH, values)? == 0 => continue,
            (true, _) => {
                missing.remove(&image);
            }
            (false, None) => {
                tx.write(DETACH, args![account, catalog, &image, remove_at])?;
            }
            (false, Some(_)) => {}
        }
    }
    Ok(missing)
}

/// Removes the images of a catalog that is being deleted.
pub fn delete_of_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    catalog: &CatalogId,
) -> db::Result<()> {
    let files: Vec<(String,)> = tx.all(REMOVE_OF_CATALOG, args![account, catalog])?;
    insert_orphans(tx, account, files)
}

/// An image, and whose it is.
pub(crate) type ImageKey = (AccountId, CatalogId, ImageId);

/// Images that nobody has used for 30 days at `now`, the longest overdue first.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp, most: u32) -> db::Result<Vec<ImageKey>> {
    tx.all(DUE, args![now, most])
}

/// Removes an image, unless it has been used meanwhile.
pub(crate) fn remove_due(tx: &mut Tx<'_>, (account, catalog, image): &ImageKey) -> db::Result<()> {
    let until = tx.earliest();
    let files: Vec<(String,)> = tx.all(REMOVE_DUE, args![account, catalog, image, until])?;
    insert_orphans(tx, account, files)
}

/// Leaves the files of images that are gone to be deleted.
fn insert_orphans(tx: &mut Tx<'_>, account: &AccountId, files: Vec<(String,)>) -> db::Result<()> {
    let now = tx.now();
    files
        .iter()
        .try_for_each(|(file,)| tx.write(INSERT_ORPHAN, args![account, file, now]))
}

/// Files to delete at `now`, the longest overdue first.
pub(crate) fn leftovers(
    tx: &mut Tx<'_>,
    now: Timestamp,
    most: u32,
) -> db::Result<Vec<(AccountId, String)>> {
    tx.all(LEFTOVERS, args![now, most])
}

/// A leftover was deleted.
pub(crate) fn delete_orphan(tx: &mut Tx<'_>, account: &AccountId, file: &str) -> db::Result<()> {
    tx.write(TAKE_LEFTOVER, args![account, file])
}

/// A leftover could not be deleted: later.
pub(crate) fn postpone_leftover(
    tx: &mut Tx<'_>,
    account: &AccountId,
    file: &str,
) -> db::Result<()> {
    let due_at = tx.now() + GRACE;
    tx.write(POSTPONE, args![account, file, due_at])
}

//! Catalogs in the database: a row that says what it is, and its content in parts.

use const_format::formatcp;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::catalog::{Catalog, CatalogItemId};
use wire::id::{AccountId, CatalogId, LocationId};
use wire::time::Time;

use super::compressed::{self, CompressedCatalog, REFS};
use crate::db::{self, Tx, json};
use crate::ids::sortable_id;
use crate::{args, row, statements};

pub use super::compressed::Refs;

statements! {
    INSERT = "INSERT INTO catalogs (account_id, id, location_id, name, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.id = $2");
    LOCK = "SELECT version FROM catalogs WHERE account_id = $1 AND id = $2";
    /// Those of the account, and of the location if there is one.
    AT = formatcp!("{SELECT}
        WHERE c.account_id = $1 AND (c.location_id IS NULL OR c.location_id = $2)
        ORDER BY c.created_at, LENGTH(c.id), c.id");
    /// Another catalog of that name that is seen at the same place: a location sees its own and the
    /// account's, the account (no location) all of them.
    NAMESAKE = "SELECT id FROM catalogs
        WHERE account_id = $1 AND name = $2 AND id <> $3
            AND (location_id IS NULL OR location_id = $4 OR $4 IS NULL)
        LIMIT 1";
    UPDATE = "UPDATE catalogs SET name = $3, version = $4 WHERE account_id = $1 AND id = $2";
    REMOVE = "DELETE FROM catalogs WHERE account_id = $1 AND id = $2";
    INSERT_PART = "INSERT INTO catalog_parts (account_id, catalog_id, section, first_id, document)
        VALUES ($1, $2, $3, $4, $5)";
    PARTS = "SELECT section, document FROM catalog_parts
        WHERE account_id = $1 AND catalog_id = $2 ORDER BY section, first_id";
    SECTION = "SELECT document FROM catalog_parts
        WHERE account_id = $1 AND catalog_id = $2 AND section = $3 ORDER BY first_id";
    PART_WITH = "SELECT document FROM catalog_parts
        WHERE account_id = $1 AND catalog_id = $2 AND section = $3 AND first_id <= $4
        ORDER BY first_id DESC LIMIT 1";
    REMOVE_PARTS = "DELETE FROM catalog_parts WHERE account_id = $1 AND catalog_id = $2";
}

row! {
    /// A catalog without its content.
    #[derive(Clone, Debug)]
    pub(crate) struct CatalogRow {
        pub id: CatalogId = "c.id",
        /// The location, if it is a location's own.
        pub location: Option<LocationId> = "c.location_id",
        pub name: String = "c.name",
        /// Counts changes, from 1.
        pub version: i64 = "c.version",
        created_at: Timestamp = "c.created_at",
        /// The zone in which its times are shown: the location's, or the account's.
        zone: TimeZone = "COALESCE(l.timezone, a.timezone)",
    }
}

/// Catalogs with what tells their zone.
const SELECT: &str = formatcp!(
    "SELECT {} FROM catalogs c JOIN accounts a ON a.id = c.account_id
        LEFT JOIN locations l ON l.account_id = c.account_id AND l.id = c.location_id",
    CatalogRow::COLUMNS
);

impl CatalogRow {
    /// The catalog as the API shows it without its content.
    pub(super) fn view(&self, account: &AccountId) -> Catalog {
        Catalog {
            id: self.id.clone(),
            account_id: self.location.is_none().then(|| account.clone()),
            location_id: self.location.clone(),
            name: self.name.clone(),
            created_at: Time::new(self.created_at, &self.zone),
            data: None,
        }
    }

    /// The catalog as JSON with its content, which `write_data` appends to the text.
    pub(super) fn with_data(
        &self,
        account: &AccountId,
        write_data: impl FnOnce(&mut String) -> db::Result<()>,
    ) -> db::Result<String> {
        let mut text = json::text(&self.view(account))?;
        let _brace = text.pop();
        text.push_str(",\"data\":");
        write_data(&mut text)?;
        text.push('}');
        Ok(text)
    }
}

/// Adds a catalog without content to an account, or to one of its locations.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    id: &CatalogId,
    name: &str,
) -> db::Result<()> {
    let (now, version) = (tx.now(), tx.version_after(0));
    tx.write(INSERT, args![account, id, location, name, version, now])
}

/// One catalog of an account.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
) -> db::Result<Option<CatalogRow>> {
    tx.first(FIND, args![account, id])
}

/// One catalog of an account, kept from others until this change is decided.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
) -> db::Result<Option<CatalogRow>> {
    let _version: Option<(i64,)> = tx.first_locked(LOCK, args![account, id])?;
    find(tx, account, id)
}

/// The catalogs of an account and, if one is named, of a location, in the order of their creation.
pub(super) fn list_at(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<CatalogRow>> {
    tx.all(AT, args![account, location])
}

/// Whether another catalog than `id` has that name where it can be seen together with it.
pub(super) fn has_namesake(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    id: Option<&CatalogId>,
    name: &str,
) -> db::Result<bool> {
    let own = id.map_or("", CatalogId::as_str);
    let found: Option<(String,)> = tx.first(NAMESAKE, args![account, name, own, location])?;
    Ok(found.is_some())
}

/// Keeps a new name and counts the change.
pub(super) fn update(tx: &mut Tx<'_>, account: &AccountId, after: &CatalogRow) -> db::Result<()> {
    let (name, version) = (after.name.as_str(), after.version);
    tx.write(UPDATE, args![account, &after.id, name, version])
}

/// Puts this content in place of what was there.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    content: &CompressedCatalog,
) -> db::Result<()> {
    tx.write(REMOVE_PARTS, args![account, id])?;
    content.parts.iter().try_for_each(|part| {
        let (first, document) = (part.first.as_str(), part.document.as_slice());
        tx.write(
            INSERT_PART,
            args![account, id, part.section, first, document],
        )
    })
}

/// Removes a catalog with its content.
pub(super) fn remove(tx: &mut Tx<'_>, account: &AccountId, id: &CatalogId) -> db::Result<()> {
    tx.write(REMOVE_PARTS, args![account, id])?;
    tx.write(REMOVE, args![account, id])
}

/// Puts the whole content, every section of it, at the end of `text`.
pub(super) fn write_data(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    text: &mut String,
) -> db::Result<()> {
    let parts: Vec<(String, Vec<u8>)> = tx.all(PARTS, args![account, id])?;
    let parts = parts.iter();
    compressed::write_data(text, parts.map(|(section, part)| (&**section, &**part)))
}

/// One section as a JSON list.
pub(crate) fn section(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    section: &str,
) -> db::Result<String> {
    let parts: Vec<(Vec<u8>,)> = tx.all(SECTION, args![account, id, section])?;
    compressed::list(parts.iter().map(|(document,)| document.as_slice()))
}

/// The part of a section that holds this thing, if anything does, as a JSON list.
pub(super) fn find_part_with(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CatalogId,
    section: &str,
    item: &CatalogItemId,
) -> db::Result<String> {
    let sort_key = sortable_id(item.as_str());
    let part: Option<(Vec<u8>,)> = tx.first(PART_WITH, args![account, id, section, sort_key])?;
    compressed::list(part.iter().map(|(document,)| document.as_slice()))
}

/// The refs of skus and options in a catalog: one row, however large the catalog. A catalog without
/// content has none, nor has one that is not there.
pub fn refs(tx: &mut Tx<'_>, account: &AccountId, id: &CatalogId) -> db::Result<Refs> {
    let part: Option<(Vec<u8>,)> = tx.first(SECTION, args![account, id, REFS])?;
    let Some((document,)) = part else {
        return Ok(Refs::default());
    };
    json::read(&compressed::decompress(&document)?, "the refs of a catalog")
}

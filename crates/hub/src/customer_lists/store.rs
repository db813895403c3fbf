//! Customer lists in the database.

use wire::id::{AccountId, CustomerListId, LocationId};
use wire::time::zone;

use super::List;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

/// The columns of a [`List`], of `customer_lists l`.
macro_rules! list_columns {
    () => {
        "l.id, l.location_id, l.name, l.created_at,
            COALESCE((SELECT p.timezone FROM locations p
                WHERE p.account_id = l.account_id AND p.id = l.location_id),
            (SELECT a.timezone FROM accounts a WHERE a.id = l.account_id))"
    };
}

statements! {
    INSERT = "INSERT INTO customer_lists (account_id, id, location_id, name, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = concat!("SELECT ", list_columns!(), " FROM customer_lists l
        WHERE l.account_id = $1 AND l.id = $2");
    LOCK = "SELECT name FROM customer_lists WHERE account_id = $1 AND id = $2";
    AT_LOCATION = concat!("SELECT ", list_columns!(), " FROM customer_lists l
        WHERE l.account_id = $1 AND (l.created_at, l.id) > ($2, $3)
            AND (l.id = $4 OR $4 IS NULL) AND (l.location_id IS NULL OR l.location_id = $5)
        ORDER BY l.created_at, l.id LIMIT $6");
    OF_ACCOUNT = concat!("SELECT ", list_columns!(), " FROM customer_lists l
        WHERE l.account_id = $1 AND (l.created_at, l.id) > ($2, $3)
            AND (l.id = $4 OR $4 IS NULL) AND l.location_id IS NULL
        ORDER BY l.created_at, l.id LIMIT $5");
    /// Lists of other places are no matter, but for those of the account, which are everywhere.
    SAME_NAME = "SELECT COUNT(*) FROM customer_lists
        WHERE account_id = $1 AND name = $2 AND id <> $3
            AND (location_id = $4 OR $4 IS NULL OR location_id IS NULL)";
    RENAME = "UPDATE customer_lists SET name = $3 WHERE account_id = $1 AND id = $2";
    DELETE = "DELETE FROM customer_lists WHERE account_id = $1 AND id = $2";
}

impl FromRow for List {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let name: String = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            location: row.get(1)?,
            name: row.get(2)?,
            created_at: row.get(3)?,
            zone: zone(&name),
        })
    }
}

/// Adds an empty list to an account, or to one of its locations. That its name is free is for the
/// caller to see to.
pub fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    name: &str,
) -> db::Result<CustomerListId> {
    let (id, now) = (CustomerListId::from_generated(tx.fresh_id()?), tx.now());
    tx.write(INSERT, args![account, &id, location, name, now])?;
    Ok(id)
}

/// One list of an account.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
) -> db::Result<Option<List>> {
    tx.first(FIND, args![account, list])
}

/// Keeps a list from others until this change is decided. Says whether there is one: no other change
/// deletes it then.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
) -> db::Result<bool> {
    let name: Option<(String,)> = tx.first_locked(LOCK, args![account, list])?;
    Ok(name.is_some())
}

/// A page of the lists that can be reached from a location, or of those of the account alone,
/// oldest first. With `only` an id, no other list is among them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    only: Option<&str>,
    wanted: &PageRequest,
) -> db::Result<Page<List>> {
    let (key, id) = (wanted.after.key.as_str(), wanted.after.id.as_str());
    let most = wanted.count + 1;
    let lists: Vec<List> = match location {
        Some(location) => {
            let args = args![account, key, id, only, location, most];
            tx.all(AT_LOCATION, args)?
        }
        None => tx.all(OF_ACCOUNT, args![account, key, id, only, most])?,
    };
    let rows = lists.into_iter().map(|list| {
        let cursor = Cursor {
            key: wire::time::stored(list.created_at),
            id: list.id.to_string(),
        };
        (cursor, list)
    });
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Whether another list has that name, of those that are reached from where this one is.
pub(super) fn is_taken(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    name: &str,
    except: Option<&CustomerListId>,
) -> db::Result<bool> {
    let except = except.map_or("", CustomerListId::as_str);
    let same: Option<(i64,)> = tx.first(SAME_NAME, args![account, name, except, location])?;
    Ok(same.is_some_and(|(count,)| count > 0))
}

/// Gives a list another name.
pub(super) fn rename(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    name: &str,
) -> db::Result<()> {
    tx.write(RENAME, args![account, list, name])
}

/// Removes a list, but not its customers.
pub(crate) fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
) -> db::Result<()> {
    tx.write(DELETE, args![account, list])
}

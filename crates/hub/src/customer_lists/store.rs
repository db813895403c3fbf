//! Customer lists in the database.

use const_format::formatcp;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::id::{AccountId, CustomerListId, LocationId};

use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO customer_lists (account_id, id, location_id, name, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = formatcp!("{SELECT} WHERE l.account_id = $1 AND l.id = $2");
    LOCK = "SELECT name FROM customer_lists WHERE account_id = $1 AND id = $2";
    AT_LOCATION = formatcp!("{SELECT}
        WHERE l.account_id = $1 AND (l.created_at, l.id) > ($2, $3)
            AND (l.id = $4 OR $4 IS NULL) AND (l.location_id IS NULL OR l.location_id = $5)
        ORDER BY l.created_at, l.id LIMIT $6");
    OF_ACCOUNT = formatcp!("{SELECT}
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

row! {
    /// A customer list as stored.
    #[derive(Clone, Debug)]
    pub struct CustomerListRow {
        /// Identifier.
        pub id: CustomerListId = "l.id",
        /// The location it belongs to; none for a list of the whole account.
        pub location: Option<LocationId> = "l.location_id",
        /// Name.
        pub name: String = "l.name",
        /// When it was made.
        pub created_at: Timestamp = "l.created_at",
        /// The zone in which its times are shown: the location's, or the account's.
        pub zone: TimeZone = "COALESCE((SELECT p.timezone FROM locations p
                WHERE p.account_id = l.account_id AND p.id = l.location_id),
            (SELECT a.timezone FROM accounts a WHERE a.id = l.account_id))",
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM customer_lists l", CustomerListRow::COLUMNS);

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
) -> db::Result<Option<CustomerListRow>> {
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
/// oldest first. With `chosen_list_id` an id, no other list is among them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    chosen_list_id: Option<&str>,
    wanted: &PageRequest,
) -> db::Result<Page<CustomerListRow>> {
    let (key, id) = (wanted.after.key.as_str(), wanted.after.id.as_str());
    let most = wanted.count + 1;
    let lists: Vec<CustomerListRow> = match location {
        Some(location) => {
            let args = args![account, key, id, chosen_list_id, location, most];
            tx.all(AT_LOCATION, args)?
        }
        None => tx.all(OF_ACCOUNT, args![account, key, id, chosen_list_id, most])?,
    };
    let rows = lists
        .into_iter()
        .map(|list| (Cursor::of(list.created_at, &list.id), list));
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

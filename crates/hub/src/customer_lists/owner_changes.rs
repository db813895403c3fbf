//! What the people who manage a customer list do with it in the back office: create, rename, delete.
//!
//! The last list of the account itself stays, and so does a list with which an app is connected. What a
//! deletion removes is [`crate::privacy`]'s.

use jiff::Timestamp;
use wire::id::{AccountId, CustomerListId, LocationId};

use super::store;
use crate::accounts::refusals::{DeletionError, NameError};
use crate::accounts::store as accounts;
use crate::db::{self, Tx};
use crate::{args, row, statements};

/// Customers that are counted at most in a list.
pub(crate) const MAX_COUNTED_CUSTOMERS: u32 = 10_000;

statements! {
    OTHER_OF_ACCOUNT = "SELECT id FROM customer_lists
        WHERE account_id = $1 AND location_id IS NULL AND id <> $2 LIMIT 1";
    USER = "SELECT k.name FROM connections n JOIN clients k ON k.id = n.client_id
        WHERE n.account_id = $1 AND n.customer_list_id = $2 AND n.revoked_at IS NULL
        ORDER BY k.name LIMIT 1";
    LIST = const_format::formatcp!("SELECT {} FROM customer_lists l
        WHERE l.account_id = $1 AND (l.location_id IS NULL OR l.location_id = $2 OR $2 IS NULL)
        ORDER BY l.created_at, l.id", CustomerListSummary::COLUMNS);
    /// Counted no further than to `$3`.
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $2 LIMIT $3) f";
}

row! {
    /// A customer list as its managers see it.
    #[derive(Clone, Debug)]
    pub(crate) struct CustomerListSummary {
        pub id: CustomerListId = "l.id",
        /// The location it belongs to; none for a list of the whole account.
        pub location: Option<LocationId> = "l.location_id",
        pub name: String = "l.name",
        pub created_at: Timestamp = "l.created_at",
    }
}

/// The lists of an account and, if one is named, of a location; of all locations if none is.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<CustomerListSummary>> {
    tx.all(LIST, args![account, location])
}

/// How many customers a list has, at the most one more than [`MAX_COUNTED_CUSTOMERS`].
pub(crate) fn count_customers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
) -> db::Result<u32> {
    let count: Option<(i64,)> = tx.first(COUNT, args![account, list, MAX_COUNTED_CUSTOMERS + 1])?;
    Ok(count.map_or(0, |(count,)| u32::try_from(count).unwrap_or(u32::MAX)))
}

/// Creates an empty list in the account, or at one of its locations.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    name: &str,
) -> Result<CustomerListId, NameError> {
    accounts::lock(tx, account)?;
    if store::is_taken(tx, account, location, name, None)? {
        return Err(NameError::Taken);
    }
    Ok(store::insert(tx, account, location, name)?)
}

/// Gives a list another name.
pub(crate) fn rename(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CustomerListId,
    name: &str,
) -> Result<(), NameError> {
    accounts::lock(tx, account)?;
    store::lock(tx, account, id)?;
    let list = store::find(tx, account, id)?.ok_or(NameError::NotFound)?;
    if store::is_taken(tx, account, list.location.as_ref(), name, Some(id))? {
        return Err(NameError::Taken);
    }
    Ok(store::rename(tx, account, id, name)?)
}

/// Refuses to delete a list that must stay; others cannot change that until this is decided.
pub(crate) fn check_deletion(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &CustomerListId,
) -> Result<(), DeletionError> {
    // Two who delete the last two at the same moment wait for each other.
    accounts::lock(tx, account)?;
    store::lock(tx, account, id)?;
    let list = store::find(tx, account, id)?.ok_or(DeletionError::NotFound)?;
    if let Some((app,)) = tx.first(USER, args![account, id])? {
        return Err(DeletionError::InUse(app));
    }
    let is_of_account = list.location.is_none();
    if is_of_account
        && tx
            .first::<(String,)>(OTHER_OF_ACCOUNT, args![account, id])?
            .is_none()
    {
        return Err(DeletionError::LastOfAccount);
    }
    Ok(())
}

//! Who may reach which list.

use wire::id::CustomerListId;
use wire::scope::{Resource, Right};

use super::{CustomerListRow, store};
use crate::db::Tx;
use crate::http::caller::{AtAccount, Caller};
use crate::http::problem::ApiError;

/// A list of the caller's account, if the caller has that right on it.
pub(crate) fn find_permitted(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    list: &CustomerListId,
    right: Right,
) -> Result<CustomerListRow, ApiError> {
    let found = store::find(tx, &at.account, list)?.ok_or(ApiError::NotFound)?;
    if may_as_chosen(&at.caller, &found, right) || may_as_all(&at.caller, &found, right) {
        Ok(found)
    } else {
        Err(ApiError::WrongLevel)
    }
}

/// Finds a list that the caller reaches by the permission for all lists; to have chosen the list is
/// not enough.
pub(crate) fn find_permitted_by_all(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    list: &CustomerListId,
    right: Right,
) -> Result<CustomerListRow, ApiError> {
    let found = store::find(tx, &at.account, list)?.ok_or(ApiError::NotFound)?;
    if may_as_all(&at.caller, &found, right) {
        Ok(found)
    } else {
        Err(ApiError::WrongLevel)
    }
}

/// Whether the list is the one that was chosen.
fn may_as_chosen(caller: &Caller, list: &CustomerListRow, right: Right) -> bool {
    caller.scope.allows(Resource::CustomerList, right)
        && caller.customer_list.as_ref() == Some(&list.id)
}

/// Whether a permission for all lists includes this one.
fn may_as_all(caller: &Caller, list: &CustomerListRow, right: Right) -> bool {
    caller.reaches_all(Resource::AllCustomerLists, list.location.as_ref(), right)
}

/// Which lists the caller may see in a list of them: only this one, or all of the place.
pub(super) fn chosen_list_id(caller: &Caller) -> Option<&str> {
    if caller.scope.allows(Resource::AllCustomerLists, Right::Read) {
        return None;
    }
    // Without a choice there is nothing to see.
    Some(
        caller
            .customer_list
            .as_ref()
            .map_or("", CustomerListId::as_str),
    )
}

//! The one rule that no change of permissions may break: an account keeps somebody who manages it.

use wire::id::{AccountId, LocationId, UserId};

use super::permissions::Permissions;
use super::store;
use crate::accounts;
use crate::db::{self, Tx};

/// Why permissions are not changed.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody else manages the account.
    LastHolder,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// Gives a user these permissions on an account or one location, in place of what they had there;
/// none takes everything back.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    user: &UserId,
    permissions: Permissions,
) -> Result<(), Refusal> {
    // Two last holders who go at the same moment must not both be let go.
    accounts::store::lock(tx, account)?;
    let manages = |held: Permissions| held.has(Permissions::ENTITY);
    if location.is_none() && !manages(permissions) {
        let mut holders = store::of_account(tx, account)?;
        holders.retain(|it| it.location.is_none() && manages(it.permissions));
        if !holders.is_empty() && holders.iter().all(|it| it.user == *user) {
            return Err(Refusal::LastHolder);
        }
    }
    if permissions == Permissions::NONE {
        store::withdraw(tx, account, location, user)?;
    } else {
        let now = tx.now();
        store::grant(tx, account, location, user, permissions, now)?;
    }
    Ok(())
}

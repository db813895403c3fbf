//! Accounts.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::AccountId;
use crate::schema::JsonSchema;

/// A business with one or more locations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// Name chosen in the back office.
    pub name: String,
    /// The currency of every amount in the account.
    pub currency: Currency,
}

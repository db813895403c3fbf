//! The person behind a token with a profile permission.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::schema::JsonSchema;
use crate::time::Timezone;

/// The user who authorized the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address; the key is there only with `profile_with_email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Time zone.
    pub timezone: Timezone,
    /// Languages in BCP 47, the preferred one first.
    pub locales: Vec<String>,
}

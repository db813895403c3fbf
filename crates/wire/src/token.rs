//! The answer to an authorisation code.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, CatalogId, ConnectionId, CustomerListId, LocationId, UserId};
use crate::schema::JsonSchema;

/// The type of every token.
pub const BEARER: &str = "Bearer";

/// What `POST /oauth2/v1/token` answers; `null` for what does not apply (API, chapter OAuth 2.0).
/// It holds a secret and therefore does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenResponse {
    /// The token; lives until it is revoked.
    pub access_token: String,
    /// [`BEARER`].
    #[serde(default = "bearer")]
    pub token_type: String,
    /// The account connected to, or that of the location.
    pub account_id: Option<AccountId>,
    /// Its name.
    pub account_name: Option<String>,
    /// The location connected to.
    pub location_id: Option<LocationId>,
    /// Its name.
    pub location_name: Option<String>,
    /// The catalog picked.
    pub catalog_id: Option<CatalogId>,
    /// Its name.
    pub catalog_name: Option<String>,
    /// The customer list picked.
    pub customer_list_id: Option<CustomerListId>,
    /// Its name.
    pub customer_list_name: Option<String>,
    /// The connection.
    pub app_instance_id: Option<ConnectionId>,
    /// The user, with a profile permission.
    pub user_id: Option<UserId>,
}

impl TokenResponse {
    /// A response with nothing but the token.
    pub fn new(access_token: String) -> Self {
        Self {
            access_token,
            token_type: bearer(),
            account_id: None,
            account_name: None,
            location_id: None,
            location_name: None,
            catalog_id: None,
            catalog_name: None,
            customer_list_id: None,
            customer_list_name: None,
            app_instance_id: None,
            user_id: None,
        }
    }
}

fn bearer() -> String {
    BEARER.to_owned()
}

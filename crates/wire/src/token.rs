//! The answer to an authorisation code.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, CatalogId, ConnectionId, CustomerListId, LocationId, UserId};
use crate::schema::JsonSchema;

/// The type of every token.
pub const BEARER: &str = "Bearer";

/// A token, and what it is for. What does not apply is `null`.
// It holds a secret and therefore does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenResponse {
    /// The token. It is valid until it is revoked.
    pub access_token: String,
    /// Always `Bearer`.
    #[serde(default = "bearer")]
    pub token_type: String,
    /// The id of the account that the client is connected to, or of the location's account.
    pub account_id: Option<AccountId>,
    /// The name of the account.
    pub account_name: Option<String>,
    /// The id of the location that the client is connected to.
    pub location_id: Option<LocationId>,
    /// The name of the location.
    pub location_name: Option<String>,
    /// The id of the catalog that the user chose.
    pub catalog_id: Option<CatalogId>,
    /// The name of the catalog.
    pub catalog_name: Option<String>,
    /// The id of the customer list that the user chose.
    pub customer_list_id: Option<CustomerListId>,
    /// The name of the customer list.
    pub customer_list_name: Option<String>,
    /// The id of the connection.
    pub app_instance_id: Option<ConnectionId>,
    /// The id of the user. Only with a profile permission.
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

//! Accounts, locations and users (API, chapter Locations, accounts, user).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::Connection;
use crate::error::Error;

/// Account, location and user (API, chapter Locations, accounts, user).
impl Connection {
    /// The account of an account-level connection.
    ///
    /// # Errors
    /// 403 for a location-level token.
    pub async fn account<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("/account", &[]).await
    }

    /// The location of this connection, or the one named with [`Connection::at`].
    pub async fn location<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get(&self.location, &[]).await
    }

    /// All locations of an account-level connection.
    ///
    /// # Errors
    /// 403 for a location-level token.
    pub async fn locations<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get("/locations", &[]).await
    }

    /// Changes opening hours, preparation time, order acceptance, cut-off or custom fields.
    ///
    /// # Errors
    /// 422 for a key that cannot be changed.
    pub async fn patch_location<T: DeserializeOwned>(
        &self,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.location, change).await
    }

    /// The user who granted a `profile` permission.
    ///
    /// # Errors
    /// 403 without that permission.
    pub async fn user<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("/user", &[]).await
    }
}

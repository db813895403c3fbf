//! Inventories (API, chapter Inventory).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, segment};
use crate::error::Error;

/// What a location has left. The catalog says which refs are seen and changed; what has no entry has
/// no limit.
impl Connection {
    /// The entries of the location whose refs are in a catalog, such as
    /// `Vec<wire::inventory::InventoryEntry>`.
    ///
    /// # Errors
    /// 403 or 404 for a catalog out of reach; else as every call: [`Error`].
    pub async fn inventory<T: DeserializeOwned>(&self, catalog: &str) -> Result<T, Error> {
        self.get(&self.inventory_path(catalog), &[]).await
    }

    /// Says everything about the refs of a catalog: those without entry have no limit from now on.
    /// The answer is what is left of them.
    ///
    /// # Errors
    /// 422 with field errors; else as every call: [`Error`].
    pub async fn put_inventory<T: DeserializeOwned>(
        &self,
        catalog: &str,
        entries: &impl Serialize,
    ) -> Result<T, Error> {
        self.put(&self.inventory_path(catalog), entries).await
    }

    /// Changes these entries alone; `"stock": null` removes one. The answer is the entries as they
    /// are now.
    ///
    /// # Errors
    /// 422 with field errors; else as every call: [`Error`].
    pub async fn patch_inventory<T: DeserializeOwned>(
        &self,
        catalog: &str,
        entries: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.inventory_path(catalog), entries).await
    }

    fn inventory_path(&self, catalog: &str) -> String {
        format!("/catalogs/{}{}/inventory", segment(catalog), self.location)
    }
}

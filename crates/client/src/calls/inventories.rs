//! Inventories (API, chapter Inventory).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, path_segment};
use crate::error::Error;

/// The stock of a location. The catalog decides which refs are read and changed; a ref without an entry
/// has no limit.
impl Connection {
    /// The entries of the location whose refs are in a catalog, such as
    /// `Vec<wire::inventory::InventoryEntry>`.
    ///
    /// # Errors
    /// 403 or 404 for a catalog out of reach.
    pub async fn inventory<T: DeserializeOwned>(&self, catalog: &str) -> Result<T, Error> {
        self.get(&self.inventory_path(catalog), &[]).await
    }

    /// Replaces the entries of all refs of a catalog: a ref without an entry has no limit from now on.
    /// The answer is the stock of these refs.
    ///
    /// # Errors
    /// 422 with field errors.
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
    /// 422 with field errors.
    pub async fn patch_inventory<T: DeserializeOwned>(
        &self,
        catalog: &str,
        entries: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.inventory_path(catalog), entries).await
    }

    fn inventory_path(&self, catalog: &str) -> String {
        format!(
            "/catalogs/{}{}/inventory",
            path_segment(catalog),
            self.location
        )
    }
}

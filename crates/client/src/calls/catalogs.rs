//! Catalogs (API, chapter Catalogs). Their JSON is built with the types of [`crate::catalog`], or is
//! anything else that serialises to it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, path_segment};
use crate::error::Error;

/// Whole catalogs.
impl Connection {
    /// The catalogs of the location and of its account, without their content; with a permission
    /// for one catalog, that one.
    pub async fn catalogs<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get(&format!("{}/catalogs", self.location), &[]).await
    }

    /// The account's own catalogs, without their content.
    ///
    /// # Errors
    /// 403 for a location-level token.
    pub async fn account_catalogs<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get("/account/catalogs", &[]).await
    }

    /// A catalog with all its content. A heavy query: ten a minute.
    ///
    /// # Errors
    /// 404 when there is none, 403 when the connection is for another catalog.
    pub async fn catalog<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&catalog_path(id), &[]).await
    }

    /// A catalog without its content: its name, above all.
    pub async fn catalog_without_data<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&catalog_path(id), &[("hide_data", "true")]).await
    }

    /// Creates a catalog at the location, such as a [`NewCatalog`](crate::catalog::NewCatalog).
    ///
    /// # Errors
    /// 422 with every mistake in it, or when the name is taken.
    pub async fn create_catalog<T: DeserializeOwned>(
        &self,
        new: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&format!("{}/catalogs", self.location), new).await
    }

    /// Creates a catalog that all locations of the account share.
    ///
    /// # Errors
    /// 403 for a location-level token, 422 as for [`Connection::create_catalog`].
    pub async fn create_account_catalog<T: DeserializeOwned>(
        &self,
        new: &impl Serialize,
    ) -> Result<T, Error> {
        self.post("/account/catalogs", new).await
    }

    /// Changes the name of a catalog, or replaces all its content, such as with a
    /// [`CatalogUpdate`](crate::catalog::CatalogUpdate). A catalog that was read can be sent back.
    ///
    /// # Errors
    /// 422 as for [`Connection::create_catalog`].
    pub async fn put_catalog<T: DeserializeOwned>(
        &self,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.put(&catalog_path(id), change).await
    }

    /// Removes a catalog.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn delete_catalog(&self, id: &str) -> Result<(), Error> {
        self.delete(&catalog_path(id)).await
    }
}

/// The content of a catalog. None of these calls is a heavy query. Each is answered with 404 when there
/// is no such catalog or no such element in it, and with 403 when the connection is for another catalog.
impl Connection {
    /// The categories, parents before their children.
    pub async fn categories<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "categories"), &[]).await
    }

    /// One category.
    pub async fn category<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "categories", item), &[]).await
    }

    /// The products with their skus.
    pub async fn products<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "products"), &[]).await
    }

    /// One product with its skus.
    pub async fn product<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "products", item), &[]).await
    }

    /// The skus of a product.
    pub async fn skus<T: DeserializeOwned>(&self, id: &str, parent: &str) -> Result<Vec<T>, Error> {
        self.get(&child_list_path(id, ("products", parent), "skus"), &[])
            .await
    }

    /// One sku of a product.
    pub async fn sku<T: DeserializeOwned>(
        &self,
        id: &str,
        parent: &str,
        item: &str,
    ) -> Result<T, Error> {
        let list = child_list_path(id, ("products", parent), "skus");
        self.get(&format!("{list}/{}", path_segment(item)), &[])
            .await
    }

    /// The lists of options.
    pub async fn option_lists<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "option_lists"), &[]).await
    }

    /// One list of options.
    pub async fn option_list<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "option_lists", item), &[]).await
    }

    /// The options of a list.
    pub async fn options<T: DeserializeOwned>(
        &self,
        id: &str,
        parent: &str,
    ) -> Result<Vec<T>, Error> {
        self.get(
            &child_list_path(id, ("option_lists", parent), "options"),
            &[],
        )
        .await
    }

    /// One option of a list.
    pub async fn option<T: DeserializeOwned>(
        &self,
        id: &str,
        parent: &str,
        item: &str,
    ) -> Result<T, Error> {
        let list = child_list_path(id, ("option_lists", parent), "options");
        self.get(&format!("{list}/{}", path_segment(item)), &[])
            .await
    }

    /// The deals.
    pub async fn deals<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "deals"), &[]).await
    }

    /// One deal.
    pub async fn deal<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "deals", item), &[]).await
    }

    /// The discounts.
    pub async fn discounts<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "discounts"), &[]).await
    }

    /// One discount.
    pub async fn discount<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "discounts", item), &[]).await
    }

    /// The charges.
    pub async fn charges<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section_path(id, "charges"), &[]).await
    }

    /// One charge.
    pub async fn charge<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&element_path(id, "charges", item), &[]).await
    }
}

fn catalog_path(id: &str) -> String {
    format!("/catalogs/{}", path_segment(id))
}

fn section_path(id: &str, section: &str) -> String {
    format!("{}/{section}", catalog_path(id))
}

/// The path of a list within an element, which is named by its section and its id: the skus of a
/// product.
fn child_list_path(id: &str, (section, parent): (&str, &str), list: &str) -> String {
    format!("{}/{list}", element_path(id, section, parent))
}

fn element_path(id: &str, section: &str, item: &str) -> String {
    format!("{}/{section}/{}", catalog_path(id), path_segment(item))
}

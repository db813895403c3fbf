//! Catalogs (API, chapter Catalogs). What is sent is built with the types of [`crate::catalog`], or
//! is anything that becomes such JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, segment};
use crate::error::Error;

/// Catalogs as wholes.
impl Connection {
    /// The catalogs of the location and of its account, without their content; with a permission
    /// for one catalog, that one.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn catalogs<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get(&format!("{}/catalogs", self.location), &[]).await
    }

    /// The account's own catalogs, without their content.
    ///
    /// # Errors
    /// 403 for a location-level token; else as every call: [`Error`].
    pub async fn account_catalogs<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get("/account/catalogs", &[]).await
    }

    /// A catalog with all that is in it. A heavy query: ten a minute.
    ///
    /// # Errors
    /// 404 when there is none, 403 when it is not the one that was chosen; else as every call:
    /// [`Error`].
    pub async fn catalog<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&catalog(id), &[]).await
    }

    /// A catalog without what is in it: its name, above all.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn catalog_without_data<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&catalog(id), &[("hide_data", "true")]).await
    }

    /// Creates a catalog at the location, such as a [`NewCatalog`](crate::catalog::NewCatalog).
    ///
    /// # Errors
    /// 422 with every mistake in it, or when the name is taken; else as every call: [`Error`].
    pub async fn create_catalog<T: DeserializeOwned>(
        &self,
        new: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&format!("{}/catalogs", self.location), new).await
    }

    /// Creates a catalog that all locations of the account share.
    ///
    /// # Errors
    /// As [`Connection::create_catalog`]; 403 for a location-level token.
    pub async fn create_account_catalog<T: DeserializeOwned>(
        &self,
        new: &impl Serialize,
    ) -> Result<T, Error> {
        self.post("/account/catalogs", new).await
    }

    /// Changes the name of a catalog, or replaces all that is in it, such as with a
    /// [`CatalogUpdate`](crate::catalog::CatalogUpdate). What was read can be sent back.
    ///
    /// # Errors
    /// As [`Connection::create_catalog`].
    pub async fn put_catalog<T: DeserializeOwned>(
        &self,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.put(&catalog(id), change).await
    }

    /// Removes a catalog.
    ///
    /// # Errors
    /// 404 when there is none; else as every call: [`Error`].
    pub async fn delete_catalog(&self, id: &str) -> Result<(), Error> {
        self.delete(&catalog(id)).await
    }
}

/// What is in a catalog. None of these is a heavy query.
impl Connection {
    /// The categories, parents before their children.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn categories<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "categories"), &[]).await
    }

    /// One category.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn category<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "categories", item), &[]).await
    }

    /// The products with their skus.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn products<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "products"), &[]).await
    }

    /// One product with its skus.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn product<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "products", item), &[]).await
    }

    /// The skus of a product.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn skus<T: DeserializeOwned>(&self, id: &str, of: &str) -> Result<Vec<T>, Error> {
        self.get(&format!("{}/skus", one(id, "products", of)), &[])
            .await
    }

    /// One sku of a product.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn sku<T: DeserializeOwned>(
        &self,
        id: &str,
        of: &str,
        item: &str,
    ) -> Result<T, Error> {
        let path = format!("{}/skus/{}", one(id, "products", of), segment(item));
        self.get(&path, &[]).await
    }

    /// The lists of options.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn option_lists<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "option_lists"), &[]).await
    }

    /// One list of options.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn option_list<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "option_lists", item), &[]).await
    }

    /// The options of a list.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn options<T: DeserializeOwned>(&self, id: &str, of: &str) -> Result<Vec<T>, Error> {
        self.get(&format!("{}/options", one(id, "option_lists", of)), &[])
            .await
    }

    /// One option of a list.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn option<T: DeserializeOwned>(
        &self,
        id: &str,
        of: &str,
        item: &str,
    ) -> Result<T, Error> {
        let path = format!("{}/options/{}", one(id, "option_lists", of), segment(item));
        self.get(&path, &[]).await
    }

    /// The deals.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn deals<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "deals"), &[]).await
    }

    /// One deal.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn deal<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "deals", item), &[]).await
    }

    /// The discounts.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn discounts<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "discounts"), &[]).await
    }

    /// One discount.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn discount<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "discounts", item), &[]).await
    }

    /// The charges.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn charges<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, Error> {
        self.get(&section(id, "charges"), &[]).await
    }

    /// One charge.
    ///
    /// # Errors
    /// As [`Connection::catalog`].
    pub async fn charge<T: DeserializeOwned>(&self, id: &str, item: &str) -> Result<T, Error> {
        self.get(&one(id, "charges", item), &[]).await
    }
}

fn catalog(id: &str) -> String {
    format!("/catalogs/{}", segment(id))
}

fn section(id: &str, section: &str) -> String {
    format!("{}/{section}", catalog(id))
}

fn one(id: &str, section: &str, item: &str) -> String {
    format!("{}/{section}/{}", catalog(id), segment(item))
}

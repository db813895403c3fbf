//! Images of catalogs (API, chapter Images).

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::de::DeserializeOwned;
use wire::image::ImageType;

use crate::connection::{Connection, parse_json, path_segment};
use crate::error::Error;
use crate::pages::query_pairs;

/// Images. An image is sent first, and the catalog names it (`image_ids`) afterwards. An image that no
/// catalog names for 30 days is removed.
impl Connection {
    /// Sends an image of that format, at most 1,048,576 bytes; the answer is the image with its id.
    /// After [`Error::may_have_been_applied`], look for it by its `private_ref` before sending it
    /// again.
    ///
    /// # Errors
    /// 422 for bytes that are not of that format or a `private_ref` that is taken.
    pub async fn create_image<T: DeserializeOwned>(
        &self,
        catalog: &str,
        format: ImageType,
        bytes: impl Into<Bytes>,
        private_ref: Option<&str>,
    ) -> Result<T, Error> {
        let kind = HeaderValue::from_static(format.as_str());
        let (path, query) = (images_path(catalog), private_ref_query(private_ref));
        parse_json(&self.post_bytes(&path, &query, (kind, bytes.into())).await?)
    }

    /// Every image of a catalog, or the one that this app calls `private_ref`.
    ///
    /// # Errors
    /// 403 or 404 for a catalog out of reach.
    pub async fn images<T: DeserializeOwned>(
        &self,
        catalog: &str,
        private_ref: Option<&str>,
    ) -> Result<Vec<T>, Error> {
        let (path, query) = (images_path(catalog), private_ref_query(private_ref));
        parse_json(&self.send(Method::GET, &path, &query, None).await?)
    }

    /// One image, without its bytes.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn image<T: DeserializeOwned>(&self, catalog: &str, id: &str) -> Result<T, Error> {
        let path = format!("{}/{}", images_path(catalog), path_segment(id));
        self.get(&path, &[]).await
    }

    /// The bytes of an image.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn image_data(&self, catalog: &str, id: &str) -> Result<Bytes, Error> {
        let path = format!("{}/{}/data", images_path(catalog), path_segment(id));
        Ok(self.send(Method::GET, &path, &[], None).await?.body)
    }
}

fn images_path(catalog: &str) -> String {
    format!("/catalogs/{}/images", path_segment(catalog))
}

fn private_ref_query(private_ref: Option<&str>) -> Vec<(String, String)> {
    query_pairs([("private_ref", private_ref.map(Into::into))])
}

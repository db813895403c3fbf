//! What the address of a page names, beside its place: the ids of objects.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::response::PageError;
use crate::hub::Hub;

/// The parameters of an address that are its place, for the extractor of whoever is signed in.
const PLACE_PARAMETERS: [&str; 2] = ["account", "location"];

/// The other parameters of an address, in their order: a handler need not know whether its page is at a
/// place.
pub(crate) struct Path<T>(pub(crate) T);

/// So many parameters.
pub(crate) trait PathIds: Sized {
    fn of(ids: Vec<String>) -> Option<Self>;
}

impl PathIds for String {
    fn of(ids: Vec<String>) -> Option<Self> {
        let [id]: [String; 1] = ids.try_into().ok()?;
        Some(id)
    }
}

impl PathIds for (String, String) {
    fn of(ids: Vec<String>) -> Option<Self> {
        let [one, two]: [String; 2] = ids.try_into().ok()?;
        Some((one, two))
    }
}

impl PathIds for (String, String, String) {
    fn of(ids: Vec<String>) -> Option<Self> {
        let [one, two, three]: [String; 3] = ids.try_into().ok()?;
        Some((one, two, three))
    }
}

impl<T: PathIds> FromRequestParts<Hub> for Path<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, PageError> {
        // Bytes that are no text name nothing.
        let named = RawPathParams::from_request_parts(parts, hub).await;
        let named = named.map_err(|_| PageError::NotFound)?;
        let ids = named
            .iter()
            .filter(|(name, _)| !PLACE_PARAMETERS.contains(name))
            .map(|(_, id)| id.to_owned());
        T::of(ids.collect()).map(Self).ok_or(PageError::NotFound)
    }
}

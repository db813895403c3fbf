//! The ids that a path names.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::problem::ApiError;
use crate::hub::Hub;

/// The ids that a path names, by the name they have in the list of endpoints.
#[derive(Clone, Debug, Default)]
pub struct PathIds(Vec<(String, String)>);

impl PathIds {
    /// The id of that name. What cannot be an id is the id of nothing: 404.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, ApiError> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .and_then(|(_, id)| id.parse().ok())
            .ok_or(ApiError::NotFound)
    }
}

impl FromRequestParts<Hub> for PathIds {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, hub)
            .await
            .map_err(|_| ApiError::NotFound)?;
        let pairs = params.iter();
        Ok(Self(
            pairs
                .map(|(name, id)| (name.to_owned(), id.to_owned()))
                .collect(),
        ))
    }
}

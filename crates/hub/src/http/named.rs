//! The ids that a path names.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::problem::Problem;
use crate::hub::Hub;

/// The ids that a path names, by the name they have in the list of endpoints.
#[derive(Clone, Debug, Default)]
pub struct Named(Vec<(String, String)>);

impl Named {
    /// The id of that name. What cannot be an id is the id of nothing: 404.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .and_then(|(_, id)| id.parse().ok())
            .ok_or(Problem::NotFound)
    }
}

impl FromRequestParts<Hub> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, hub)
            .await
            .map_err(|_| Problem::NotFound)?;
        let pairs = params.iter();
        Ok(Self(
            pairs
                .map(|(name, id)| (name.to_owned(), id.to_owned()))
                .collect(),
        ))
    }
}

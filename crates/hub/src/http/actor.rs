//! Who causes a change over the API.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::caller::Admitted;
use super::manners::RequestId;
use super::problem::Problem;
use crate::events::By;
use crate::hub::Hub;

impl FromRequestParts<Hub> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, Problem> {
        let admitted = parts
            .extensions
            .get::<Arc<Admitted>>()
            .ok_or(Problem::UnknownToken)?;
        Ok(Self {
            client: Some(admitted.caller.client.clone()),
            request: parts
                .extensions
                .get::<RequestId>()
                .map(|id| Arc::clone(&id.0)),
        })
    }
}

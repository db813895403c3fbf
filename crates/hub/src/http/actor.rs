//! Who causes a change over the API.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::caller::Authenticated;
use super::middleware::RequestId;
use super::problem::ApiError;
use crate::events::Actor;
use crate::hub::Hub;

impl FromRequestParts<Hub> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, ApiError> {
        let admitted = parts
            .extensions
            .get::<Arc<Authenticated>>()
            .ok_or(ApiError::UnknownToken)?;
        Ok(Self {
            client: Some(admitted.caller.client.clone()),
            request: parts
                .extensions
                .get::<RequestId>()
                .map(|id| Arc::clone(&id.0)),
        })
    }
}

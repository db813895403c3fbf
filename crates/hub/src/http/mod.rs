//! The API's face: what all its handlers share.
//!
//! A call passes [`middleware`] (request id, CORS, method override, journal), is routed by [`routes`] and
//! authorized by [`authorization`]. The handler of a slice answers it; what it changes it writes with [`call`],
//! under the [`conditions`] of the request (to happen once, to find things as they were seen). A slice
//! says what may be wrong with refusals of its own; [`problem`] alone knows status codes.

mod actor;
pub(crate) mod authorization;
pub mod body;
pub(crate) mod call;
pub mod caller;
pub(crate) mod client_ip;
pub(crate) mod conditions;
pub mod content_encoding;
pub mod endpoint_doc;
pub(crate) mod etag;
pub mod idempotency;
pub mod large;
pub(crate) mod metrics;
pub mod middleware;
pub mod paging;
pub mod path_ids;
mod paths;
pub mod problem;
pub mod response;
pub mod routes;
pub(crate) mod security_headers;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;

use crate::hub::Hub;
use problem::ApiError;

/// The API where it has nothing, whatever is asked.
pub(crate) fn not_found_router(hub: &Hub) -> Router {
    let (hub, routes) = (hub.clone(), with_not_found(Router::new()));
    Router::new()
        .fallback(async move |request: Request| middleware::handle(hub, routes, request).await)
}

/// Whatever leads nowhere is told so.
pub(crate) fn with_not_found<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(async || ApiError::NoRoute.into_response())
        .method_not_allowed_fallback(async || ApiError::NoRoute.into_response())
}

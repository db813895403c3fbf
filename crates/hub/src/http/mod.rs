//! The API's face: what all its handlers share.
//!
//! A call passes [`manners`] (request id, CORS, method override, journal), is routed by [`routes`] and
//! admitted by [`caller`]. The handler of a slice answers it; what it changes it writes with [`call`],
//! under the [`conditions`] of the request (to happen once, to find things as they were seen). A slice
//! says what may be wrong with refusals of its own; [`problem`] alone knows status codes.

pub mod about;
mod actor;
pub mod answer;
pub mod body;
pub(crate) mod call;
pub mod caller;
pub(crate) mod conditions;
pub mod idempotency;
pub mod large;
pub mod manners;
pub(crate) mod metrics;
pub mod named;
pub mod paging;
pub(crate) mod peer;
pub mod problem;
pub mod routes;
pub(crate) mod safety;
pub(crate) mod tags;
pub mod unpack;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;

use crate::hub::Hub;
use problem::Problem;

/// The API where it has nothing, whatever is asked.
pub(crate) fn nowhere(hub: &Hub) -> Router {
    let (hub, routes) = (hub.clone(), lost(Router::new()));
    Router::new()
        .fallback(async move |request: Request| manners::answer(hub, routes, request).await)
}

/// Whatever leads nowhere is told so.
pub(crate) fn lost<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(async || Problem::NoRoute.into_response())
        .method_not_allowed_fallback(async || Problem::NoRoute.into_response())
}

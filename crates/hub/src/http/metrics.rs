//! Requests of pages are counted by the route that the router has found; those of the API by the route
//! that their endpoint knows (`http::routes`).
//!
//! `tower_http::trace` could call us at the same moments, but gives whoever hears of a response neither
//! the method nor the route of its request; and a call of the API must be measured even if its caller
//! hangs up, which takes every layer around it along.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use crate::hub::Hub;
use crate::metrics::Route;

/// `routes` of pages and the like, each of whose requests is counted and told in the log.
pub(crate) fn with_metrics(hub: &Hub, routes: Router) -> Router {
    routes.layer(from_fn_with_state(hub.clone(), count))
}

async fn count(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let began = hub.clock().passed();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let requests = &hub.metrics().requests;
    let route = match matched {
        Some(matched) => Route::new(requests, &method, matched.as_str().to_owned()),
        None => Route::none(requests, &method),
    };
    let took = hub.clock().passed().saturating_sub(began);
    route.count(response.status(), took);
    let (method, route) = (route.method(), route.template());
    let (status, ms) = (response.status().as_u16(), took.as_millis());
    tracing::debug!(method, route, status, ms, "page request completed");
    response
}

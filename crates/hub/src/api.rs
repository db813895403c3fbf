//! The API as a whole: the endpoints of all slices under `/v1`.

use axum::Router;
use axum::extract::Request;
use axum::routing::any;

use crate::http::routes::Routes;
use crate::http::{middleware, with_not_found};
use crate::hub::Hub;

/// Every endpoint of the API.
pub fn endpoints() -> Routes {
    crate::locations::routes()
        .and(crate::accounts::routes())
        .and(crate::users::routes())
        .and(crate::orders::routes())
        .and(crate::catalogs::routes())
        .and(crate::deliveries::routes())
        .and(crate::customer_lists::routes())
        .and(crate::customers::routes())
        .and(crate::loyalty::routes())
        .and(crate::privacy::routes())
        .and(crate::callbacks::routes())
        .and(crate::inventories::routes())
        .and(crate::catalogs::images::routes())
}

/// The API under `/v1`.
pub(crate) fn router(hub: &Hub) -> Router {
    let routes =
        with_not_found(Router::new().nest("/v1", endpoints().router(hub))).with_state(hub.clone());
    let hub = hub.clone();
    let call = async move |request: Request| middleware::handle(hub, routes, request).await;
    Router::new()
        .route("/v1", any(call.clone()))
        .route("/v1/", any(call.clone()))
        .route("/v1/{*rest}", any(call))
}

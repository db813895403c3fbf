//! The pages of orders, from the database to the browser.

mod list;
mod order;

use axum::Router;
use axum::routing::get;

use crate::hub::Hub;
use crate::office::answer::to;

/// Their routes.
pub(crate) fn routes() -> Router<Hub> {
    let ask = "/orders/{id}/deliveries/{delivery}/delete";
    Router::new()
        .route("/data", get(async || to("/orders")))
        .route("/orders", get(list::list))
        .route("/orders/{id}", get(order::show))
        .route(
            "/orders/{id}/requests/{request}/{side}",
            get(order::request),
        )
        .route("/orders/{id}/deliveries/{delivery}", get(order::delivery))
        .route(ask, get(order::ask_discard).post(order::discard))
}

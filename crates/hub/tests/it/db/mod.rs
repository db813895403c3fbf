//! What both engines promise.

mod at_rest;
mod contract;
mod cut;
mod json;
mod migrations;
mod plans;
mod pooler;
mod rows;
mod sessions;
mod silence;
mod steps;
mod tls;
mod trouble;

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;

use crate::support::{Caller, TestHub, json};

/// Places orders at once: `at once 0`, and so on. Answers the statuses.
fn orders_at_once(hub: &TestHub, kiosk: &Caller, count: usize) -> impl Future<Output = Vec<u16>> {
    let router = hub::router(&hub.hub);
    let orders: Vec<_> = (0..count)
        .map(|number| {
            let body = json!({ "status": "new", "ref": format!("at once {number}") });
            let request = Request::post("/v1/location/orders")
                .header("X-Access-Token", &kiosk.token)
                .body(Body::from(body.to_string()))
                .expect("a request");
            let answering = tower::ServiceExt::oneshot(router.clone(), request);
            async move {
                match answering.await {
                    Ok(answer) => answer.status().as_u16(),
                    Err(never) => match never {},
                }
            }
        })
        .collect();
    join_all(orders)
}

/// How many of them were kept.
fn count_stored(hub: &TestHub) -> i64 {
    let session = hub.session();
    let count = "SELECT COUNT(*) FROM orders WHERE ref LIKE 'at once %'";
    hub.wait(session.query_one(count, &[]))
        .expect("a count")
        .get(0)
}

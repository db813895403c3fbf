//! What whoever runs the hub asks it: whether it lives, whether it can do its work, and how it is.
//!
//! | Path | For | Where |
//! |---|---|---|
//! | `/livez` | a supervisor: the process answers | both addresses |
//! | `/readyz` | a balancer: the hub can do its work ([`readiness`]) | both addresses |
//! | `/metrics` | Prometheus ([`scrape`]) | `server.metrics_listen` |
//!
//! None of them needs a token, counts against a rate limit, is a request in the journal or in the metrics,
//! or says what is a secret. At `server.listen` they take one of the connections of everybody. Each is cheap however often it is asked: what it takes of the database is looked
//! up once a second at most, and once at a time ([`probe`]).

mod probe;
mod readiness;
mod scrape;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::hub::Hub;
use crate::network::{self, ConnectionLimits, ServerOptions, Timeouts};

use readiness::Readiness;

pub use readiness::ALL as STATEMENTS;

/// Connections at the address of the metrics: a few who ask every few seconds.
const CONNECTIONS: usize = 64;

/// What is true now may not be true at the next question.
const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// A hub, and what is known of how it is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Operations {
    hub: Hub,
    readiness: Arc<Readiness>,
}

impl Operations {
    /// Nothing is known yet.
    pub fn new(hub: &Hub) -> Self {
        Self {
            hub: hub.clone(),
            readiness: Arc::default(),
        }
    }

    /// `/livez` and `/readyz`.
    pub(crate) fn health(&self) -> Router {
        Router::new()
            .route("/livez", get(livez))
            .route("/readyz", get(readyz))
            .with_state(self.clone())
    }

    /// Everything that the address of the metrics answers.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .with_state(self.clone())
            .merge(self.health())
    }

    /// Answers what comes to the address of the metrics, for as long as it is polled.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let options = ServerOptions {
            timeouts: Timeouts::DEFAULT,
            limits: ConnectionLimits {
                in_all: CONNECTIONS,
                of_one: CONNECTIONS,
                proxies: Vec::new(),
            },
        };
        let (routes, supervisor) = (self.router(), self.hub.supervisor().clone());
        let never = std::future::pending();
        network::serve(&self.hub, listener, routes, options, never, &supervisor).await;
    }
}

#[derive(Serialize)]
struct Alive {
    status: &'static str,
}

async fn livez() -> Response {
    json(StatusCode::OK, &Alive { status: "alive" })
}

async fn readyz(State(operations): State<Operations>) -> Response {
    let report = readiness::report(&operations).await;
    let status = match report.is_ready() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    json(status, &report)
}

async fn metrics(State(operations): State<Operations>) -> Response {
    let kind = HeaderValue::from_static(prometheus_text::CONTENT_TYPE);
    match scrape::text(&operations).await {
        Ok(text) => ([(header::CONTENT_TYPE, kind), NO_STORE], text).into_response(),
        // A text in memory takes whatever is written.
        Err(std::fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let kind = HeaderValue::from_static("application/json");
    match serde_json::to_string(body) {
        Ok(text) => (status, [(header::CONTENT_TYPE, kind), NO_STORE], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

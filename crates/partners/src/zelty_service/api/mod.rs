//! The API: versions, keys and pace first, then the endpoint.

mod menu;
mod new_order;
mod orders;
mod others;
mod query;
mod refusal;
mod webhooks;

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Value, json};

pub(super) use self::menu::catalog_document;
pub(super) use self::new_order::entry as order_entry;
pub(super) use self::orders::number_entries;
pub(super) use self::others::restaurant_document;
use self::query::Query;
pub(super) use self::refusal::Refusal;
use super::ServiceState;
use super::store::RecordKind;

/// The versions that are served; orders are made in the last only.
const VERSIONS: [&str; 4] = ["2.7", "2.9", "2.10", "2.11"];

/// The first version in which orders can be made.
const FIRST_VERSION_WITH_ORDERS: &str = "2.11";

/// The pace of a key: one request in so many milliseconds.
const INTERVAL_MILLISECONDS: i64 = 1_000;

/// The largest body that is read.
const MAX_BODY_BYTES: usize = 8 << 20;

/// A request after all that concerns every endpoint was checked.
pub(super) struct ApiCall<'a> {
    pub state: &'a Arc<ServiceState>,
    /// The restaurant of the key; none for a brand's key.
    pub restaurant: Option<i64>,
    query: Query,
    pub body: &'a [u8],
}

impl ApiCall<'_> {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(self.body).map_err(|_| Refusal::InvalidJson)
    }

    /// Whether the key may see something of that restaurant.
    pub(super) fn may_see(&self, restaurant: &Value) -> bool {
        self.restaurant.is_none_or(|own| *restaurant == own)
    }
}

/// The routes of the API.
pub(super) fn router(state: Arc<ServiceState>) -> Router {
    // The version is any text with a digit first, so that no page of the office is taken for one.
    Router::new()
        .route("/{version}/{*path}", any(handle))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(state)
}

async fn handle(
    State(state): State<Arc<ServiceState>>,
    method: Method,
    Path((version, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !version.starts_with(|it: char| it.is_ascii_digit()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let answer = call(&state, &version, &headers).and_then(|restaurant| {
        let call = ApiCall {
            state: &state,
            restaurant,
            query: Query::parse(query.as_deref().unwrap_or_default()),
            body: &body,
        };
        endpoint(&call, &version, &method, &path)
    });
    state.events_recorded.notify_one();
    match answer {
        Ok(mut reply) => {
            reply["errno"] = json!(0);
            json_response(StatusCode::OK, &reply)
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, content_type, body.to_string()).into_response()
}

/// The restaurant of the key, after version, key and pace were found good.
fn call(
    state: &Arc<ServiceState>,
    version: &str,
    headers: &HeaderMap,
) -> Result<Option<i64>, Refusal> {
    if !VERSIONS.contains(&version) {
        return Err(Refusal::UnknownVersion);
    }
    let authorization = headers.get(header::AUTHORIZATION);
    let key = authorization
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or(Refusal::WrongKey)?;
    let known = state.store().find(RecordKind::ApiKey, key)?;
    let known = known
        .filter(|key| key["is_active"] == true)
        .ok_or(Refusal::WrongKey)?;
    if state.is_limited {
        let now = state.now().as_millisecond();
        let requests = state.last_requests.lock();
        let mut requests = requests.unwrap_or_else(PoisonError::into_inner);
        let last = requests.get(key).copied();
        if last.is_some_and(|last| now - last < INTERVAL_MILLISECONDS) {
            return Err(Refusal::TooFast);
        }
        requests.insert(key.to_owned(), now);
    }
    Ok(known["restaurant_id"].as_i64())
}

fn endpoint(
    call: &ApiCall<'_>,
    version: &str,
    method: &Method,
    path: &str,
) -> Result<Value, Refusal> {
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    match (method.as_str(), segments.as_slice()) {
        ("GET", ["orders"]) => orders::list(call),
        ("POST", ["orders"]) if version == FIRST_VERSION_WITH_ORDERS => new_order::create(call),
        ("GET", ["order"]) => orders::search(call),
        ("GET", ["orders", id]) => orders::show(call, id),
        ("PATCH", ["orders", id]) => orders::change(call, id),
        ("POST", ["orders", id, "transactions"]) => orders::pay(call, id),
        ("POST", ["orders", id, "closure"]) => orders::close(call, id),
        ("POST", ["orders", id, "production"]) => orders::produce(call, id),
        ("GET", ["catalogs"]) => menu::catalogs(call),
        ("GET", ["catalogs", id]) => menu::catalog(call, id),
        ("GET", ["catalog", "taxes"]) => menu::taxes(call),
        ("GET", ["catalog", list]) => menu::list(call, list),
        ("POST", ["catalog", "dishes"]) => menu::upsert_dishes(call),
        ("GET", ["restaurants"]) => others::restaurants(call),
        ("GET", ["restaurants", id]) => others::restaurant(call, id),
        ("GET", ["restaurants", id, "dishes_availability"]) => others::availability(call, id),
        ("GET", ["transaction-methods"]) => others::methods(call),
        ("GET", ["transaction-methods", id]) => others::method(call, id),
        ("GET", ["coupons"]) => others::coupons(call),
        ("GET", ["coupons", id]) => others::coupon(call, id),
        ("GET", ["customers"]) => others::customers(call),
        ("POST", ["customers"]) => others::upsert_customer(call),
        ("GET", ["customers", id]) => others::customer(call, id),
        ("GET", ["webhooks"]) => webhooks::show(call),
        ("POST", ["webhooks"]) => webhooks::register(call),
        _ => Err(Refusal::UnknownEndpoint),
    }
}

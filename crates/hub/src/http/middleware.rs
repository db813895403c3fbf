//! What every API answer has in common, and what happens before a route is chosen: request id,
//! CORS, method override, tolerance for a slash at the end, and the entry in the journal.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use super::authorization;
use super::body::CapturedBody;
use super::caller::Authenticated;
use super::problem::ApiError;
use super::response::{CURSOR_NEXT, JournalOrder, StreamedBody};
use crate::db;
use crate::hub::Hub;
use crate::journal::{EntryCaller, JournalEntry};
use crate::metrics::Route;
use crate::secret::shown_address;

/// On every answer; the same id is in the journal and in the events of the request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request being answered.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
const ALLOWED: HeaderValue = HeaderValue::from_static(
    "X-Access-Token, Content-Type, X-Http-Method-Override, Authorization, If-None-Match, If-Match, \
     Idempotency-Key, Last-Event-ID",
);
const EXPOSED: &str = "X-Cursor-Next, Retry-After, X-Request-Id, ETag, Idempotent-Replayed";

/// Answers one API call through `routes`, and keeps it in the journal even if nobody waits for the
/// answer any longer: a caller that hangs up takes the future of its connection along, but not what it
/// has asked for.
pub async fn handle(hub: Hub, routes: Router, request: Request) -> Response {
    let call = hub.call();
    let task = tokio::spawn(async move {
        let answer = answer_to_the_end(hub, routes, request).await;
        drop(call);
        answer
    });
    task.await.unwrap_or_else(|_| internal_error())
}

async fn answer_to_the_end(hub: Hub, routes: Router, request: Request) -> Response {
    let began = hub.clock().passed();
    let at = hub.clock().now();
    let id: Arc<str> = hub.entropy().hex::<8>().into();

    let (mut parts, body) = request.into_parts();
    parts.method = method(&parts.method, parts.headers.get("x-http-method-override"));
    parts.uri = without_slash(&parts.uri);
    parts.extensions.insert(RequestId(Arc::clone(&id)));

    let captured = CapturedBody::default();
    parts.extensions.insert(captured.clone());
    // Whatever is logged on the way carries the id that the answer carries.
    let span = tracing::info_span!("request", id = %id);
    let mut response = if parts.method == Method::OPTIONS {
        preflight()
    } else {
        let request = Request::from_parts(parts.clone(), body);
        let answered = AssertUnwindSafe(route(routes, request)).catch_unwind();
        // What a panic says may be personal, and is not logged here.
        answered
            .instrument(span.clone())
            .await
            .unwrap_or_else(|_| internal_error())
    };
    let took = hub.clock().passed().saturating_sub(began);
    span.in_scope(|| count(&hub, &parts, &response, took));
    mark(response.headers_mut(), &id);
    debug_assert_eq!(CURSOR_NEXT.as_str(), "x-cursor-next");

    let Some(admitted) = response.extensions().get::<Arc<Authenticated>>().cloned() else {
        return response;
    };
    let about = response
        .extensions()
        .get::<JournalOrder>()
        .map(|about| about.0.clone());
    let (head, body) = response.into_parts();
    let is_streamed = head.extensions.get::<StreamedBody>().is_some();
    let (bytes, streamed) = match is_streamed {
        true => (Bytes::new(), Some(body)),
        // Our own answers are in memory already; this moves no bytes.
        false => {
            let whole = axum::body::to_bytes(body, usize::MAX).await;
            (whole.unwrap_or_default(), None)
        }
    };
    hub.journal().record(JournalEntry {
        id: id.to_string(),
        at,
        caller: EntryCaller {
            connection: admitted.caller.connection.clone(),
            client: admitted.caller.client.clone(),
            account: admitted.account.as_ref().map(|at| at.account.clone()),
            location: admitted.location.as_ref().map(|at| at.location.clone()),
        },
        order: about,
        path: without_token(&parts),
        method: parts.method,
        status: head.status.as_u16(),
        duration: hub.clock().passed().saturating_sub(began),
        request: captured.0.get().cloned().unwrap_or_default(),
        response: bytes.clone(),
    });
    Response::from_parts(head, streamed.unwrap_or_else(|| Body::from(bytes)))
}

/// Counts a request that was answered, and tells of it in the log.
fn count(hub: &Hub, parts: &Parts, response: &Response, took: Duration) {
    let none;
    let route: &Route = match response.extensions().get::<Arc<Route>>() {
        Some(route) => route,
        None => {
            none = Route::none(&hub.metrics().requests, &parts.method);
            &none
        }
    };
    route.count(response.status(), took);
    let admitted = response.extensions().get::<Arc<Authenticated>>();
    let connection = admitted.map(|admitted| admitted.caller.connection.as_str());
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let (route, status) = (route.template(), response.status().as_u16());
    let ms = took.as_millis();
    tracing::debug!(
        method,
        route,
        path,
        connection,
        status,
        ms,
        "request completed"
    );
}

/// What every answer has. Nothing that is there already is lost but what belongs to another request.
pub(crate) fn mark(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    // Many tenants share a path, and the token is in a header that caches do not know.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
}

/// A handler has panicked.
fn internal_error() -> Response {
    let error = db::Error::Broken("a request was not answered to the end".to_owned());
    ApiError::Database(error).into_response()
}

/// The request with its method in capitals: HTTP has no other, but some senders write them so.
pub(crate) fn in_capitals(mut request: Request) -> Request {
    if request
        .method()
        .as_str()
        .bytes()
        .any(|byte| byte.is_ascii_lowercase())
    {
        let method = request.method().as_str().to_ascii_uppercase();
        if let Ok(method) = Method::from_bytes(method.as_bytes()) {
            *request.method_mut() = method;
        }
    }
    request
}

/// Whatever `routes` answers.
pub(crate) async fn route(routes: Router, request: Request) -> Response {
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A POST may say that it stands for another method (API, chapter Protocol, method override).
fn method(method: &Method, over: Option<&HeaderValue>) -> Method {
    let over = over
        .and_then(|value| value.to_str().ok())
        .map(str::to_ascii_uppercase);
    match (method, over.as_deref()) {
        (&Method::POST, Some("PUT")) => Method::PUT,
        (&Method::POST, Some("PATCH")) => Method::PATCH,
        (&Method::POST, Some("DELETE")) => Method::DELETE,
        (&Method::POST, Some("GET")) => Method::GET,
        _ => method.clone(),
    }
}

/// What the journal keeps of the address: a token belongs into a header, and who writes it into the
/// query has not meant to show it.
fn without_token(parts: &Parts) -> String {
    let whole = parts.uri.to_string();
    let mut shown = shown_address(&whole).into_owned();
    if let Some(token) = authorization::token(&parts.headers) {
        shown = shown.replace(token, "****");
    }
    shown
}

fn without_slash(uri: &Uri) -> Uri {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || trimmed.is_empty() {
        return uri.clone();
    }
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    format!("{trimmed}{query}")
        .parse()
        .unwrap_or_else(|_| uri.clone())
}

/// What a browser asks before it calls from another origin (API, chapter Protocol, CORS).
fn preflight() -> Response {
    let mut response = (StatusCode::OK, "{}").into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

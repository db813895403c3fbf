//! HTTP, one exchange at a time: no redirects, a deadline, a bound on what is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderName, Method, Response, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use crate::error::{ApiError, Error};
use crate::retry::{RetryChanges, RetryPolicy};

/// The header with the key under which the hub applies a request once.
pub(crate) const IDEMPOTENCY_KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The header of a response that shows that the hub supports such keys.
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotent-replayed");

/// One request, ready to be sent more than once.
#[derive(Clone)]
pub(crate) struct HttpRequest {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A 2xx response.
pub(crate) struct HttpResponse {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The pool of connections to one hub, and whether the hub supports keys. Clones share both.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    supports_keys: Arc<AtomicBool>,
}

impl Transport {
    pub(crate) fn new() -> Result<Transport, Error> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(Duration::from_secs(10)));
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| Error::Unreachable(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .build(https);
        Ok(Transport {
            client,
            supports_keys: Arc::default(),
        })
    }

    /// Sends a request. Waits and sends again after `429` (and after `409` while the same request is in
    /// progress), and after a broken connection if that is safe.
    pub(crate) async fn send(
        &self,
        request: &HttpRequest,
        retry: &RetryPolicy,
    ) -> Result<HttpResponse, Error> {
        let (mut retries, mut waits) = (0, 0);
        loop {
            let error = match self.send_once(request, retry).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = match &error {
                Error::Api(busy) if asks_to_retry_later(busy) && waits < retry.max_waits => {
                    let wait = busy.retry_after.unwrap_or(Duration::from_secs(1));
                    if wait > retry.max_retry_after {
                        return Err(error);
                    }
                    waits += 1;
                    wait
                }
                outage if retries < retry.max_retries && self.may_retry(request, retry, outage) => {
                    retries += 1;
                    retry.first_pause.saturating_mul(1 << (retries - 1).min(16))
                }
                _ => return Err(error),
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether nothing can happen twice when the request is sent again after this error.
    fn may_retry(&self, request: &HttpRequest, retry: &RetryPolicy, error: &Error) -> bool {
        let is_harmless =
            [Method::GET, Method::HEAD, Method::PUT, Method::DELETE].contains(&request.method);
        let has_key = request.headers.contains_key(IDEMPOTENCY_KEY_HEADER);
        match (error, retry.retry_changes) {
            (Error::Unreachable(_), _) => true,
            (Error::Interrupted(_), _) if is_harmless => true,
            (Error::Interrupted(_), RetryChanges::IfKeysSupported) => {
                has_key && self.supports_keys.load(Ordering::Relaxed)
            }
            (Error::Interrupted(_), RetryChanges::Always) => has_key,
            _ => false,
        }
    }

    async fn send_once(
        &self,
        request: &HttpRequest,
        retry: &RetryPolicy,
    ) -> Result<HttpResponse, Error> {
        let attempt = tokio::time::timeout(retry.attempt_timeout, self.exchange(request, retry));
        attempt.await.unwrap_or_else(|_| Err(timed_out(retry)))
    }

    async fn exchange(
        &self,
        request: &HttpRequest,
        retry: &RetryPolicy,
    ) -> Result<HttpResponse, Error> {
        let response = self.request(request).await?;
        let (head, body) = response.into_parts();
        if head.headers.contains_key(REPLAYED_HEADER) {
            self.supports_keys.store(true, Ordering::Relaxed);
        }
        let body = read(body, retry).await?;
        if head.status.is_success() {
            return Ok(HttpResponse {
                headers: head.headers,
                body,
            });
        }
        Err(refusal(&head, &body))
    }

    /// Sends a request once whose response has no end: the body of a 2xx.
    pub(crate) async fn open(
        &self,
        request: &HttpRequest,
        retry: &RetryPolicy,
    ) -> Result<Incoming, Error> {
        let opening = async {
            let (head, body) = self.request(request).await?.into_parts();
            if head.status.is_success() {
                return Ok(body);
            }
            Err(refusal(&head, &read(body, retry).await?))
        };
        let opened = tokio::time::timeout(retry.attempt_timeout, opening).await;
        opened.unwrap_or_else(|_| Err(timed_out(retry)))
    }

    async fn request(&self, request: &HttpRequest) -> Result<Response<Incoming>, Error> {
        let mut outgoing = http::Request::builder()
            .method(request.method.clone())
            .uri(&request.url)
            .body(Full::new(request.body.clone()))
            .map_err(|error| Error::Encode(error.to_string()))?;
        *outgoing.headers_mut() = request.headers.clone();
        self.client.request(outgoing).await.map_err(|error| {
            let reason = error_chain(&error);
            if error.is_connect() {
                Error::Unreachable(reason)
            } else {
                Error::Interrupted(reason)
            }
        })
    }
}

async fn read(body: Incoming, retry: &RetryPolicy) -> Result<Bytes, Error> {
    match Limited::new(body, retry.max_body_bytes).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Error::ResponseTooLarge(retry.max_body_bytes))
        }
        Err(error) => Err(Error::Interrupted(error.to_string())),
    }
}

/// A response other than 2xx.
fn refusal(head: &Parts, body: &[u8]) -> Error {
    let retry_after = head
        .headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    ApiError::parse(head.status.as_u16(), retry_after, body).into()
}

fn timed_out(retry: &RetryPolicy) -> Error {
    Error::Interrupted(format!("over {:?}", retry.attempt_timeout))
}

/// Whether the hub asks for the same request again, a little later.
fn asks_to_retry_later(error: &ApiError) -> bool {
    error.status == 429 || (error.status == 409 && error.retry_after.is_some())
}

/// The whole chain of causes: hyper's own text says little ("client error (Connect)").
fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

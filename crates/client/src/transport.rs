//! HTTP, one exchange at a time: no redirects, a deadline, a bound on what is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use crate::error::{Error, Refusal};
use crate::patience::{Patience, Repeat};

/// Names the key under which the hub makes a request once.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Shows that the hub knows such keys.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// One request, ready to be sent more than once.
#[derive(Clone)]
pub(crate) struct Ask {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A 2xx answer.
pub(crate) struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The pool of connections to one hub, and what it has shown of itself. Clones share both.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    knows_keys: Arc<AtomicBool>,
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
            knows_keys: Arc::default(),
        })
    }

    /// Sends, waits out `429` (and `409` while the same request is under way), and tries again what
    /// may safely be tried again.
    pub(crate) async fn send(&self, ask: &Ask, patience: &Patience) -> Result<Answer, Error> {
        let (mut retries, mut waits) = (0, 0);
        loop {
            let error = match self.send_once(ask, patience).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = match &error {
                Error::Refused(refusal) if says_later(refusal) && waits < patience.waits => {
                    let wait = refusal.retry_after.unwrap_or(Duration::from_secs(1));
                    if wait > patience.longest_wait {
                        return Err(error);
                    }
                    waits += 1;
                    wait
                }
                outage if retries < patience.retries && self.may_repeat(ask, patience, outage) => {
                    retries += 1;
                    patience.pause.saturating_mul(1 << (retries - 1).min(16))
                }
                _ => return Err(error),
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether nothing can happen twice when a request is sent again after this.
    fn may_repeat(&self, ask: &Ask, patience: &Patience, error: &Error) -> bool {
        let is_harmless =
            [Method::GET, Method::HEAD, Method::PUT, Method::DELETE].contains(&ask.method);
        let has_key = ask.headers.contains_key(IDEMPOTENCY_KEY);
        match (error, patience.repeat_changes) {
            (Error::Unreachable(_), _) => true,
            (Error::Interrupted(_), _) if is_harmless => true,
            (Error::Interrupted(_), Repeat::WhenKnown) => {
                has_key && self.knows_keys.load(Ordering::Relaxed)
            }
            (Error::Interrupted(_), Repeat::Always) => has_key,
            _ => false,
        }
    }

    async fn send_once(&self, ask: &Ask, patience: &Patience) -> Result<Answer, Error> {
        let attempt = tokio::time::timeout(patience.attempt, self.exchange(ask, patience));
        attempt
            .await
            .unwrap_or_else(|_| Err(Error::Interrupted(format!("over {:?}", patience.attempt))))
    }

    async fn exchange(&self, ask: &Ask, patience: &Patience) -> Result<Answer, Error> {
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(&ask.url)
            .body(Full::new(ask.body.clone()))
            .map_err(|error| Error::Unwritable(error.to_string()))?;
        *request.headers_mut() = ask.headers.clone();
        let response = self.client.request(request).await.map_err(|error| {
            let reason = causes(&error);
            if error.is_connect() {
                Error::Unreachable(reason)
            } else {
                Error::Interrupted(reason)
            }
        })?;
        let (head, body) = response.into_parts();
        if head.headers.contains_key(REPLAYED) {
            self.knows_keys.store(true, Ordering::Relaxed);
        }
        let body = match Limited::new(body, patience.largest_body).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Error::TooLarge(patience.largest_body));
            }
            Err(error) => return Err(Error::Interrupted(error.to_string())),
        };
        if head.status.is_success() {
            return Ok(Answer {
                headers: head.headers,
                body,
            });
        }
        let retry_after = head
            .headers
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        Err(Refusal::read(head.status.as_u16(), retry_after, &body).into())
    }
}

/// Whether the hub asks for the same once more, a little later.
fn says_later(refusal: &Refusal) -> bool {
    refusal.status == 429 || (refusal.status == 409 && refusal.retry_after.is_some())
}

/// The whole chain of causes: hyper's own text says little ("client error (Connect)").
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

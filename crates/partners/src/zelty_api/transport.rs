//! One HTTP exchange with Zelty: no redirects, a deadline, a bound on what is read.

use std::time::Duration;

use axum::http::{HeaderMap, Request, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::error::ZeltyError;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an unused connection stays open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// A pool of connections. The address is the operator's word, so that it is not looked at twice.
#[derive(Clone)]
pub(super) struct ZeltyTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
    max_body_bytes: usize,
}

/// A reply, whatever its status.
pub(super) struct RawReply {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Bytes,
}

impl ZeltyTransport {
    pub(super) fn new(
        timeout: Duration,
        max_body_bytes: usize,
    ) -> Result<ZeltyTransport, ZeltyError> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| ZeltyError::NotSendable(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .build(https);
        Ok(ZeltyTransport {
            client,
            timeout,
            max_body_bytes,
        })
    }

    pub(super) async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<RawReply, ZeltyError> {
        let exchange = tokio::time::timeout(self.timeout, self.exchange_in_time(request));
        exchange.await.unwrap_or_else(|_| {
            Err(ZeltyError::Unreachable {
                reason: format!("no reply within {} s", self.timeout.as_secs()),
                may_have_happened: true,
            })
        })
    }

    async fn exchange_in_time(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<RawReply, ZeltyError> {
        let response =
            self.client
                .request(request)
                .await
                .map_err(|error| ZeltyError::Unreachable {
                    reason: error_chain(&error),
                    may_have_happened: !error.is_connect(),
                })?;
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, self.max_body_bytes).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                let limit = self.max_body_bytes;
                return Err(ZeltyError::Unreadable(format!("over {limit} bytes")));
            }
            Err(error) => {
                return Err(ZeltyError::Unreachable {
                    reason: error.to_string(),
                    may_have_happened: true,
                });
            }
        };
        Ok(RawReply {
            status: head.status.as_u16(),
            retry_after: retry_after(&head.headers),
            body,
        })
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// The whole chain of causes: the first text alone says little.
fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

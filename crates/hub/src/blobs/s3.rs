//! The S3 side of the image store. Requests are signed by `object_store` and travel over the HTTP
//! client that the hub has anyway: no second TLS comes in.
//!
//! The guard of callbacks does not watch over them: whoever runs the hub has named the server, and
//! it may well be an internal one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Plain;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::config::ImageSettings;

/// How long a connection may take to be made, and how long an idle one is kept.
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(20);

/// A bucket with the settings' server and keys.
pub(super) fn open(config: &ImageSettings, bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    if bucket.is_empty() {
        return Err("s3:// needs a bucket, as in s3://images".to_owned());
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&config.s3_region)
        .with_http_connector(S3Connector)
        // Servers that speak S3 differ most in how they delete many at once.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            max_retries: 3,
            retry_timeout: Duration::from_secs(20),
            ..RetryConfig::default()
        });
    if !config.s3_endpoint.is_empty() {
        builder = builder
            .with_endpoint(config.s3_endpoint.trim_end_matches('/'))
            .with_allow_http(true);
    }
    if !config.s3_access_key.is_empty() {
        builder = builder
            .with_access_key_id(&config.s3_access_key)
            .with_secret_access_key(&*config.s3_secret_key);
    }
    let store = builder.build().map_err(|error| error.to_string())?;
    Ok(Arc::new(store))
}

/// Makes clients.
#[derive(Debug)]
struct S3Connector;

impl HttpConnector for S3Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut plain = Plain::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(CONNECT));
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| object_store::Error::Generic {
                store: "S3",
                source: error.into(),
            })?
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(https);
        Ok(HttpClient::new(S3HttpClient(client)))
    }
}

/// Sends requests that are signed already.
#[derive(Debug)]
struct S3HttpClient(Client<HttpsConnector<Plain>, HttpRequestBody>);

#[async_trait]
impl HttpService for S3HttpClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let response = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() {
                HttpErrorKind::Connect
            } else {
                HttpErrorKind::Request
            };
            HttpError::new(kind, error)
        })?;
        let body = |error| HttpError::new(HttpErrorKind::Interrupted, error);
        Ok(response.map(|it| HttpResponseBody::new(it.map_err(body))))
    }
}

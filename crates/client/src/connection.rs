//! A connection: an access token and the calls it allows, as JSON.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use hyper::body::Incoming;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;
use crate::hub_client::HubClient;
use crate::idempotency::IdempotencyKey;
use crate::retry::RetryPolicy;
use crate::secret::Secret;
use crate::transport::{HttpRequest, HttpResponse, IDEMPOTENCY_KEY_HEADER};

/// The characters of ids are sent as they are; everything else is escaped.
const PATH_SEGMENT_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What a merchant allows an app to do, in one location or one account. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    hub: HubClient,
    access_token: Secret,
    /// Base of the paths that belong to a location: `/location` or `/locations/<id>`.
    pub(crate) location: String,
}

impl Connection {
    pub(crate) fn new(hub: HubClient, access_token: Secret) -> Connection {
        Connection {
            hub,
            access_token,
            location: "/location".into(),
        }
    }

    /// The same connection, with its calls about that location of its account: an account-level token
    /// needs this, since the short paths do not name a location.
    pub fn at(mut self, location_id: &str) -> Connection {
        self.location = format!("/locations/{}", path_segment(location_id));
        self
    }

    /// The same connection with other bounds for its calls.
    pub fn with_retry_policy(mut self, retry: RetryPolicy) -> Connection {
        self.hub = self.hub.with_retry_policy(retry);
        self
    }

    /// The token, to be kept and never logged.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// `GET` any path below the API's base, such as `/catalogs/x1y2z`.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Error> {
        let query: Vec<_> = query
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect();
        parse_json(&self.send(Method::GET, path, &query, None).await?)
    }

    /// `POST` a JSON body to any path, under a key of its own: however often it is sent, a hub that
    /// supports keys applies it once.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.post_with_key(&IdempotencyKey::random()?, path, body)
            .await
    }

    /// `POST` a JSON body to any path, under a key that the caller keeps, so that the request can be sent
    /// again later.
    ///
    /// # Errors
    /// 422 when the key was used for another request.
    pub async fn post_with_key<T: DeserializeOwned>(
        &self,
        key: &IdempotencyKey,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = Some(json_body(to_json(body)?));
        parse_json(
            &self
                .send_with_key(Method::POST, path, &[], body, Some(key))
                .await?,
        )
    }

    /// `PATCH` a JSON body to any path, under a key of its own: however often it is sent, a hub that
    /// supports keys applies it once.
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch_with_key(&IdempotencyKey::random()?, path, body)
            .await
    }

    /// `PATCH` a JSON body to any path, under a key that the caller keeps, so that the request can be sent
    /// again later.
    ///
    /// # Errors
    /// 422 when the key was used for another request.
    pub async fn patch_with_key<T: DeserializeOwned>(
        &self,
        key: &IdempotencyKey,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = Some(json_body(to_json(body)?));
        parse_json(
            &self
                .send_with_key(Method::PATCH, path, &[], body, Some(key))
                .await?,
        )
    }

    /// `PUT` a JSON body to any path.
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        parse_json(
            &self
                .send(Method::PUT, path, &[], Some(to_json(body)?))
                .await?,
        )
    }

    /// `DELETE` any path; the body of the response is ignored.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(Method::DELETE, path, &[], None).await.map(|_| ())
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        body: Option<Bytes>,
    ) -> Result<HttpResponse, Error> {
        self.send_with_key(method, path, query, body.map(json_body), None)
            .await
    }

    /// `POST` a body of any type, under a key of its own.
    pub(crate) async fn post_bytes(
        &self,
        path: &str,
        query: &[(String, String)],
        (kind, body): (HeaderValue, Bytes),
    ) -> Result<HttpResponse, Error> {
        let key = IdempotencyKey::random()?;
        self.send_with_key(Method::POST, path, query, Some((kind, body)), Some(&key))
            .await
    }

    async fn send_with_key(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        body: Option<(HeaderValue, Bytes)>,
        key: Option<&IdempotencyKey>,
    ) -> Result<HttpResponse, Error> {
        let mut headers = self.headers("application/json")?;
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY_HEADER, key.header());
        }
        let body = body.map(|(kind, body)| {
            headers.insert(header::CONTENT_TYPE, kind);
            body
        });
        let mut url = format!("{}{path}", self.hub.base_api_url());
        if !query.is_empty() {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query);
            url = format!("{url}?{}", pairs.finish());
        }
        let request = HttpRequest {
            method,
            url,
            headers,
            body: body.unwrap_or_default(),
        };
        self.hub.transport.send(&request, &self.hub.retry).await
    }

    /// Opens a stream of events, after the event `last` if the hub knows what was sent.
    pub(crate) async fn open_stream(
        &self,
        path: &str,
        last: Option<&str>,
    ) -> Result<Incoming, Error> {
        let mut headers = self.headers("text/event-stream")?;
        if let Some(last) = last.and_then(|last| HeaderValue::from_str(last).ok()) {
            headers.insert("last-event-id", last);
        }
        let request = HttpRequest {
            method: Method::GET,
            url: format!("{}{path}", self.hub.base_api_url()),
            headers,
            body: Bytes::new(),
        };
        self.hub.transport.open(&request, &self.hub.retry).await
    }

    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.hub.retry
    }

    fn headers(&self, accept: &'static str) -> Result<HeaderMap, Error> {
        let mut token = HeaderValue::from_str(self.access_token.expose())
            .map_err(|_| Error::Encode("the access token holds odd characters".into()))?;
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("x-access-token", token);
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        Ok(headers)
    }
}

/// An id as one segment of a path.
pub(crate) fn path_segment(id: &str) -> String {
    utf8_percent_encode(id, PATH_SEGMENT_ESCAPES).to_string()
}

pub(crate) fn parse_json<T: DeserializeOwned>(answer: &HttpResponse) -> Result<T, Error> {
    // An empty 200 is as good as `{}`.
    let parsed = if answer.body.is_empty() {
        serde_json::from_value(Value::Object(serde_json::Map::new()))
    } else {
        serde_json::from_slice(&answer.body)
    };
    parsed.map_err(|error| Error::Decode(error.to_string()))
}

/// A body with its type.
fn json_body(body: Bytes) -> (HeaderValue, Bytes) {
    (HeaderValue::from_static("application/json"), body)
}

fn to_json(body: &impl Serialize) -> Result<Bytes, Error> {
    let text = serde_json::to_vec(body).map_err(|error| Error::Encode(error.to_string()))?;
    Ok(Bytes::from(text))
}

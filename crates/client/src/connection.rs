//! A connection: an access token and the calls it allows, as JSON.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;
use crate::key::IdempotencyKey;
use crate::oauth::Hub;
use crate::patience::Patience;
use crate::secret::Secret;
use crate::transport::{Answer, Ask, IDEMPOTENCY_KEY};

/// What ids are made of passes as it is; everything else is escaped.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What a merchant allowed an app to do, in one location or one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    hub: Hub,
    access_token: Secret,
    /// Base of the paths that belong to a location: `/location` or `/locations/<id>`.
    pub(crate) location: String,
}

impl Connection {
    pub(crate) fn new(hub: Hub, access_token: Secret) -> Connection {
        Connection {
            hub,
            access_token,
            location: "/location".into(),
        }
    }

    /// The same connection, its calls about one location of its account: what an account-level
    /// token needs, since the short paths name no location to it.
    pub fn at(mut self, location_id: &str) -> Connection {
        self.location = format!("/locations/{}", segment(location_id));
        self
    }

    /// The same connection with other bounds for its calls.
    pub fn with_patience(mut self, patience: Patience) -> Connection {
        self.hub = self.hub.with_patience(patience);
        self
    }

    /// The token, to be kept and never logged.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// `GET` any path below the API's base, such as `/catalogs/x1y2z`.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Error> {
        let query: Vec<_> = query
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect();
        read(&self.send(Method::GET, path, &query, None).await?)
    }

    /// `POST` a JSON body to any path, under a key of its own: however often it is sent, a hub that
    /// knows keys makes it once.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.post_once(&IdempotencyKey::random()?, path, body).await
    }

    /// The same under a key that the caller keeps, so that it can be sent again later.
    ///
    /// # Errors
    /// 422 when the key was used for another request; else as every call: [`Error`].
    pub async fn post_once<T: DeserializeOwned>(
        &self,
        key: &IdempotencyKey,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = Some(json(write(body)?));
        read(
            &self
                .send_once(Method::POST, path, &[], body, Some(key))
                .await?,
        )
    }

    /// `PATCH` a JSON body to any path, under a key of its own: however often it is sent, a hub that
    /// knows keys makes it once.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let (key, body) = (IdempotencyKey::random()?, Some(json(write(body)?)));
        read(
            &self
                .send_once(Method::PATCH, path, &[], body, Some(&key))
                .await?,
        )
    }

    /// `PUT` a JSON body to any path.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        read(
            &self
                .send(Method::PUT, path, &[], Some(write(body)?))
                .await?,
        )
    }

    /// `DELETE` any path; the answer is of no interest.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(Method::DELETE, path, &[], None).await.map(|_| ())
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        body: Option<Bytes>,
    ) -> Result<Answer, Error> {
        self.send_once(method, path, query, body.map(json), None)
            .await
    }

    /// `POST` a body of any type, under a key of its own.
    pub(crate) async fn post_as(
        &self,
        path: &str,
        query: &[(String, String)],
        (kind, body): (HeaderValue, Bytes),
    ) -> Result<Answer, Error> {
        let key = IdempotencyKey::random()?;
        self.send_once(Method::POST, path, query, Some((kind, body)), Some(&key))
            .await
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        body: Option<(HeaderValue, Bytes)>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Answer, Error> {
        let mut token = HeaderValue::from_str(self.access_token.expose())
            .map_err(|_| Error::Unwritable("the access token holds odd characters".into()))?;
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("x-access-token", token);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY, key.header());
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
        let ask = Ask {
            method,
            url,
            headers,
            body: body.unwrap_or_default(),
        };
        self.hub.transport.send(&ask, &self.hub.patience).await
    }
}

/// An id as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, SEGMENT).to_string()
}

pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    // An empty 200 is as good as `{}`.
    let parsed = if answer.body.is_empty() {
        serde_json::from_value(Value::Object(serde_json::Map::new()))
    } else {
        serde_json::from_slice(&answer.body)
    };
    parsed.map_err(|error| Error::Unreadable(error.to_string()))
}

/// A body with its type.
fn json(body: Bytes) -> (HeaderValue, Bytes) {
    (HeaderValue::from_static("application/json"), body)
}

fn write(body: &impl Serialize) -> Result<Bytes, Error> {
    let text = serde_json::to_vec(body).map_err(|error| Error::Unwritable(error.to_string()))?;
    Ok(Bytes::from(text))
}

//! Sends requests to Zelty, at the pace of their key, and again where that is safe.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderValue, Request, header};
use bytes::Bytes;
use http_body_util::Full;
use serde::de::DeserializeOwned;
use url::Url;

use super::error::{Envelope, ZeltyError, refusal};
use super::pace::{RequestPace, Urgency};
use super::request::{Resend, ZeltyRequest};
use super::secret::ApiKey;
use super::transport::ZeltyTransport;

/// How often a request is sent again when Zelty is unreachable or busy.
const MAX_RETRIES: u32 = 3;

/// The wait before a request is sent again; it doubles each time.
const FIRST_RETRY_WAIT: Duration = Duration::from_secs(1);

/// The longest wait that Zelty may ask for while somebody waits for the answer.
const MAX_LIMIT_WAIT: Duration = Duration::from_secs(30);

/// Where Zelty's API is, and how long and how much to read.
#[derive(Clone, Debug)]
pub struct ZeltySettings {
    /// The address before the version, such as `https://api.zelty.fr`.
    pub base_url: String,
    /// The version, such as `2.11`.
    pub version: String,
    /// How long an exchange may take.
    pub timeout: Duration,
    /// The bytes of the largest reply that is read: a catalog.
    pub max_body_bytes: usize,
}

impl ZeltySettings {
    /// Version 2.11 at that address, replies within 20 s and up to 32 MiB.
    pub fn new(base_url: impl Into<String>) -> ZeltySettings {
        ZeltySettings {
            base_url: base_url.into(),
            version: "2.11".into(),
            timeout: Duration::from_secs(20),
            max_body_bytes: 32 << 20,
        }
    }
}

/// The calls of one key. Clones share its connections and its pace.
#[derive(Clone)]
pub struct ZeltyClient {
    transport: ZeltyTransport,
    /// Address and version, without a slash at the end.
    root: String,
    authorization: HeaderValue,
    pace: RequestPace,
    was_accepted: Arc<AtomicBool>,
    observer: Option<Arc<dyn RequestObserver>>,
}

/// Is told of every request that was sent, also of those that are repeated: for a log that people read.
pub trait RequestObserver: Send + Sync {
    /// A request was sent. There is no status when no reply came; then the text says why.
    fn request_sent(&self, request: &ZeltyRequest, status: Option<u16>, reply: &str);
}

/// Shows no key.
impl fmt::Debug for ZeltyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZeltyClient({})", self.root)
    }
}

impl ZeltyClient {
    /// A client of that key. All clients of a key must share its pace.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when the address is no http address.
    pub fn new(
        settings: &ZeltySettings,
        key: &ApiKey,
        pace: RequestPace,
    ) -> Result<ZeltyClient, ZeltyError> {
        let not_sendable = |text: String| ZeltyError::NotSendable(text);
        let root = format!(
            "{}/{}",
            settings.base_url.trim_end_matches('/'),
            settings.version.trim_matches('/')
        );
        let url = Url::parse(&root).map_err(|error| not_sendable(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(not_sendable(format!(
                "{}: is no http address",
                url.scheme()
            )));
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", key.expose()))
            .map_err(|error| not_sendable(error.to_string()))?;
        authorization.set_sensitive(true);
        Ok(ZeltyClient {
            transport: ZeltyTransport::new(settings.timeout, settings.max_body_bytes)?,
            root,
            authorization,
            pace,
            was_accepted: Arc::default(),
            observer: None,
        })
    }

    /// The client of a key that Zelty accepted before: when it is refused, it was revoked.
    #[must_use]
    pub fn with_accepted_key(self) -> ZeltyClient {
        self.was_accepted.store(true, Ordering::Relaxed);
        self
    }

    /// The same client, whose requests are told to an observer.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn RequestObserver>) -> ZeltyClient {
        self.observer = Some(observer);
        self
    }

    /// Sends a request when its turn comes, and reads the reply. It is sent again after 423, 425 and 429,
    /// and, if that is safe, when Zelty cannot be reached or fails.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn send<T: DeserializeOwned>(
        &self,
        request: &ZeltyRequest,
        urgency: Urgency,
    ) -> Result<T, ZeltyError> {
        let mut retries = 0;
        loop {
            self.pace.turn(urgency).await;
            let error = match self.send_once(request).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            if retries == MAX_RETRIES {
                return Err(error);
            }
            let doubled = FIRST_RETRY_WAIT * 2_u32.pow(retries);
            match &error {
                ZeltyError::Limit { wait } if *wait <= MAX_LIMIT_WAIT => {
                    self.pace.hold((*wait).max(doubled));
                }
                ZeltyError::Limit { wait } => {
                    self.pace.hold(*wait);
                    return Err(error);
                }
                ZeltyError::Unreachable {
                    may_have_happened, ..
                } if !may_have_happened || request.resend == Resend::Safe => {
                    self.pace.pause(doubled).await;
                }
                _ => return Err(error),
            }
            retries += 1;
        }
    }

    async fn send_once<T: DeserializeOwned>(
        &self,
        request: &ZeltyRequest,
    ) -> Result<T, ZeltyError> {
        let reply = self.transport.exchange(self.http_request(request)?).await;
        if let Some(observer) = &self.observer {
            match &reply {
                Ok(reply) => {
                    let text = String::from_utf8_lossy(&reply.body);
                    observer.request_sent(request, Some(reply.status), &text);
                }
                Err(error) => observer.request_sent(request, None, &error.to_string()),
            }
        }
        let reply = reply?;
        let envelope: Option<Envelope> = serde_json::from_slice(&reply.body).ok();
        let is_good =
            (200..300).contains(&reply.status) && envelope.as_ref().is_none_or(Envelope::is_good);
        if !is_good {
            let was_accepted = self.was_accepted.load(Ordering::Relaxed);
            return Err(refusal(
                reply.status,
                reply.retry_after,
                &reply.body,
                was_accepted,
            ));
        }
        self.was_accepted.store(true, Ordering::Relaxed);
        serde_json::from_slice(&reply.body)
            .map_err(|error| ZeltyError::Unreadable(error.to_string()))
    }

    fn http_request(&self, request: &ZeltyRequest) -> Result<Request<Full<Bytes>>, ZeltyError> {
        let body = request
            .body
            .as_ref()
            .map(|body| Bytes::from(body.to_string()));
        let mut outgoing = Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.root, request.path_and_query()))
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::ACCEPT, "application/json");
        if body.is_some() {
            outgoing = outgoing.header(header::CONTENT_TYPE, "application/json");
        }
        outgoing
            .body(Full::new(body.unwrap_or_default()))
            .map_err(|error| ZeltyError::NotSendable(error.to_string()))
    }
}

//! Calls that the hub makes to others: callbacks, and what apps want called when they are
//! disconnected.
//!
//! - No internal address is called unless the settings say so: see [`EgressPolicy`].
//! - Redirects are not followed; a URL is kept as it is, but for what is not ASCII: see [`in_ascii`].
//! - Names of headers begin with capitals, for receivers that look for them as they came.
//! - A call ends at its deadline; of the answer only the beginning is kept.
//! - A connection that was kept may close under a request, which is then sent once more at once.

mod address;
mod egress;
mod keep_alive;
mod shortage;
mod trust;

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout, timeout_at};

use crate::config::Config;
use egress::{ForbiddenAddressError, GuardedResolver, ResolveError};
use keep_alive::{Traffic, WatchingConnector};
use shortage::NameServerError;

pub use address::in_ascii;
pub use egress::EgressPolicy;
pub use trust::TrustError;

/// Bytes of an answer that are kept.
pub const KEPT: usize = 2_048;

/// Bytes of an answer that are read at most, so that its connection can be used again.
const MAX_DRAINED_BYTES: usize = 65_536;

/// For how long the rest of a response is read once its status is there.
const RESPONSE_DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an idle connection is kept: less than the five seconds after which common servers
/// close theirs.
const IDLE: Duration = Duration::from_secs(4);

/// Idle connections kept per host.
const IDLE_PER_HOST: usize = 8;

type OutboundConnector = WatchingConnector<HttpsConnector<HttpConnector<GuardedResolver>>>;

/// Makes HTTP and HTTPS calls. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    client: Client<OutboundConnector, Full<Bytes>>,
    /// Makes a new connection for every call.
    anew: Client<OutboundConnector, Full<Bytes>>,
    egress_policy: EgressPolicy,
    deadline: Duration,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Why no status came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Nothing before the deadline.
    Timeout,
    /// Nobody listens there.
    ConnectionRefused,
    /// The connection could not be made for another reason.
    NotConnected,
    /// The connection broke before an answer came.
    ConnectionLost,
    /// The name has no address.
    Dns,
    /// No trust: certificate or handshake.
    Tls,
    /// An internal address.
    BlockedAddress,
    /// What came back is not HTTP.
    NotHttp,
    /// The URL cannot be called.
    NotAUrl,
    /// The call could not be made for a reason of our own.
    Internal,
    /// This machine lacked something for the call, such as a file to open.
    Shortage,
}

impl CallError {
    /// The plain words that are stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::ConnectionRefused => "connection refused",
            Self::NotConnected => "not connected",
            Self::ConnectionLost => "connection lost",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::BlockedAddress => "blocked address",
            Self::NotHttp => "not http",
            Self::NotAUrl => "not a url",
            Self::Internal => "internal",
            Self::Shortage => "shortage",
        }
    }
}

/// What became of a call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The HTTP status, or why there is none.
    pub status: Result<u16, CallError>,
    /// The beginning of the answer's body, at most [`KEPT`] bytes.
    pub answer: String,
    /// How long it took.
    pub duration: Duration,
    /// For how long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Outcome {
    /// A call that was not even begun.
    pub fn not_made(failure: CallError) -> Self {
        Self {
            status: Err(failure),
            answer: String::new(),
            duration: Duration::ZERO,
            retry_after: None,
        }
    }

    /// Whether the call was never made, because this machine lacked something for it.
    pub fn is_shortage(&self) -> bool {
        self.status == Err(CallError::Shortage)
    }

    /// Whether this acknowledges a callback: any status from 200 to 499 (API, chapter Callbacks
    /// and events).
    pub fn acknowledges(&self) -> bool {
        self.status.is_ok_and(|status| (200..500).contains(&status))
    }

    /// What became of it, in the words of the back office: `acknowledged`, `error status`, or why
    /// there was no status.
    pub fn name(&self) -> &'static str {
        match self.status {
            Ok(_) if self.acknowledges() => "acknowledged",
            Ok(_) => "error status",
            Err(failure) => failure.as_str(),
        }
    }
}

impl Outbound {
    /// A caller with the guard, the trust and the deadline of the settings.
    ///
    /// # Errors
    /// [`TrustError`] when the file of additional authorities cannot be used.
    pub fn new(config: &Config) -> Result<Self, TrustError> {
        let egress_policy = EgressPolicy::new(&config.egress);
        let deadline = Duration::from_secs(u64::from(config.events.timeout_seconds.max(1)));
        let mut http =
            HttpConnector::new_with_resolver(GuardedResolver::new(egress_policy.clone()));
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(deadline));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(trust::client(&config.egress.extra_ca_file)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let clients = |idle_per_host| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .http1_title_case_headers(true)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(idle_per_host)
                .build(WatchingConnector(https.clone()))
        };
        Ok(Self {
            client: clients(IDLE_PER_HOST),
            anew: clients(0),
            egress_policy,
            deadline,
        })
    }

    /// Says where calls may lead.
    pub fn egress_policy(&self) -> &EgressPolicy {
        &self.egress_policy
    }

    /// How long a call may take.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// A GET without more ado.
    pub async fn get(&self, url: &str) -> Outcome {
        self.call(Method::GET, url, &[], Bytes::new()).await
    }

    /// A POST.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Bytes,
    ) -> Outcome {
        self.call(Method::POST, url, headers, body).await
    }

    async fn call(
        &self,
        method: Method,
        url: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Bytes,
    ) -> Outcome {
        let started = Instant::now();
        let mut outcome = match self.request(method, url, headers, body) {
            Err(failure) => Outcome::not_made(failure),
            Ok(request) => self.exchange(request, started + self.deadline).await,
        };
        outcome.duration = started.elapsed();
        outcome
    }

    fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, CallError> {
        let uri = address::uri(url).ok_or(CallError::NotAUrl)?;
        if !self.egress_policy.allows_host(&uri) {
            return Err(CallError::BlockedAddress);
        }
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        let agent = HeaderValue::from_static(concat!("Passeplat/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(header::USER_AGENT, agent);
        for (name, value) in headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        Ok(request)
    }

    async fn exchange(&self, request: Request<Full<Bytes>>, deadline: Instant) -> Outcome {
        match timeout_at(deadline, self.send(request)).await {
            Err(_) => Outcome::not_made(CallError::Timeout),
            Ok(Err(failure)) => Outcome::not_made(failure),
            Ok(Ok(response)) => Outcome {
                status: Ok(response.status().as_u16()),
                retry_after: retry_after(response.headers()),
                answer: read_prefix(response).await,
                duration: Duration::ZERO,
            },
        }
    }

    /// The answer to a request, which is sent once more if a connection that was kept is closed
    /// meanwhile: see [`keep_alive`].
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, CallError> {
        let retry = request.clone();
        match self.client.request(request).await {
            Ok(response) => {
                Traffic::count_answer(response.extensions());
                Ok(response)
            }
            Err(error) => match failure(&error) {
                CallError::ConnectionLost if Traffic::was_closed_while_idle(&error) => {
                    let answer = self.anew.request(retry).await;
                    answer.map_err(|error| failure(&error))
                }
                failure => Err(failure),
            },
        }
    }
}

/// What `Retry-After` says: so many seconds, or until a time of day by the receiver's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?;
    let now = http_date(headers.get(header::DATE)?.to_str().ok()?)?;
    u64::try_from(until - now).ok().map(Duration::from_secs)
}

/// A date of HTTP, in seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    let time = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(time.timestamp().as_second())
}

/// The beginning of a body. The status has come, so whatever goes wrong now only shortens it.
async fn read_prefix(response: Response<Incoming>) -> String {
    let mut body = response.into_body();
    let (mut prefix, mut read) = (Vec::new(), 0);
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let Ok(data) = frame.into_data() else {
                continue;
            };
            let free = KEPT - prefix.len();
            prefix.extend_from_slice(&data[..data.len().min(free)]);
            read += data.len();
            if read > MAX_DRAINED_BYTES {
                break;
            }
        }
    };
    let _slow = timeout(RESPONSE_DRAIN_TIMEOUT, reading).await;
    // PostgreSQL cannot store the character zero.
    String::from_utf8_lossy(&prefix).replace('\0', "\u{fffd}")
}

/// Finds the cause in the chain of an error.
fn failure(error: &hyper_util::client::legacy::Error) -> CallError {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        if cause.is::<ForbiddenAddressError>() {
            return CallError::BlockedAddress;
        }
        if cause.is::<NameServerError>() {
            return CallError::Shortage;
        }
        if cause.is::<ResolveError>() {
            return CallError::Dns;
        }
        if cause.is::<rustls::Error>() {
            return CallError::Tls;
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            if shortage::is_ours(error) {
                return CallError::Shortage;
            }
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return CallError::ConnectionRefused,
                io::ErrorKind::TimedOut => return CallError::Timeout,
                _ => {}
            }
            // What such an error holds is not its source: one must look inside, perhaps twice.
            if let Some(inner) = error.get_ref() {
                next = Some(inner);
                continue;
            }
        }
        if cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
        {
            return CallError::NotHttp;
        }
        next = cause.source();
    }
    if error.is_connect() {
        CallError::NotConnected
    } else {
        CallError::ConnectionLost
    }
}

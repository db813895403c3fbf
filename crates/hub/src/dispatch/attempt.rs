//! One attempt: sign, POST, and say what became of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use wire::event::EventResource;
use wire::id::{AccountId, ConnectionId, EventId, LocationId};

use crate::hub::Hub;
use crate::outbound::{CallError, Outcome};
use crate::secret;

/// The lower-case hexadecimal HMAC-SHA256 of the body, keyed with the client's secret.
const SIGNATURE: HeaderName = HeaderName::from_static("x-hubrise-hmac-sha256");

/// Says that an event is sent once more because somebody wished so: it may be known already.
const REPLAY: HeaderName = HeaderName::from_static("x-hubrise-replay");

/// One event for one receiver.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DispatchKey {
    pub connection: ConnectionId,
    pub event: EventId,
    pub account: AccountId,
}

/// A claimed dispatch, ready to be sent.
pub(super) struct Job {
    pub key: DispatchKey,
    /// Where the receiver is connected, if that is one location.
    pub location: Option<LocationId>,
    /// What the event is about.
    pub resource: EventResource,
    /// Until when it is held.
    pub lease: Timestamp,
    pub subject: String,
    pub sequence: i64,
    /// How often it was tried before.
    pub tries: u32,
    /// How many of its tries do not count, because the callback had another URL then.
    pub uncounted: u32,
    /// It is sent once more because somebody wished so.
    pub is_replay: bool,
    pub url: Arc<str>,
    /// The client's secret; none when it cannot be opened, and then nothing is sent.
    pub secret: Option<Arc<str>>,
    /// The event as JSON.
    /// None when the event cannot be rendered.
    pub body: Option<String>,
}

/// A dispatch that was tried.
#[derive(Debug)]
pub(super) struct AttemptResult {
    pub key: DispatchKey,
    pub location: Option<LocationId>,
    pub resource: EventResource,
    pub subject: String,
    pub sequence: i64,
    /// Counts from 1.
    pub number: u32,
    /// How many of its tries count, with this one.
    pub counted: u32,
    pub url: Arc<str>,
    pub started_at: Timestamp,
    pub outcome: Outcome,
}

/// Makes the attempt. Never fails: what goes wrong is its outcome.
pub(super) async fn run(hub: Hub, job: Job) -> AttemptResult {
    let started_at = hub.clock().now();
    let url = Arc::clone(&job.url);
    let sending = send(&hub, &url, job.secret, job.body, job.is_replay);
    let sent = AssertUnwindSafe(sending).catch_unwind();
    let outcome = sent
        .await
        .unwrap_or_else(|_| Outcome::not_made(CallError::Internal));
    AttemptResult {
        key: job.key,
        location: job.location,
        resource: job.resource,
        subject: job.subject,
        sequence: job.sequence,
        number: job.tries + 1,
        counted: (job.tries + 1).saturating_sub(job.uncounted),
        url,
        started_at,
        outcome,
    }
}

async fn send(
    hub: &Hub,
    url: &str,
    secret: Option<Arc<str>>,
    body: Option<String>,
    is_replay: bool,
) -> Outcome {
    let Some(body) = body else {
        return Outcome::not_made(CallError::Internal);
    };
    let signature = secret.map(|secret| secret::signature(&secret, body.as_bytes()));
    let Some(Ok(signature)) = signature.map(HeaderValue::try_from) else {
        return Outcome::not_made(CallError::Internal);
    };
    let replay = (REPLAY, HeaderValue::from_static("true"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (SIGNATURE, signature),
        replay,
    ];
    let headers = match is_replay {
        true => &headers[..],
        false => &headers[..2],
    };
    hub.outbound().post(url, headers, Bytes::from(body)).await
}

//! One attempt: sign, POST, and say what became of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use wire::event::EventResource;
use wire::id::{AccountId, ConnectionId, EventId, LocationId};

use super::signing::SigningKeys;
use crate::hub::Hub;
use crate::outbound::{CallError, Outcome};

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
    /// None when the client's secret cannot be opened, and then nothing is sent.
    pub signing: Option<SigningKeys>,
    /// The waits before new attempts, if they are not those of the settings.
    pub retry_seconds: Option<Arc<[u32]>>,
    /// Only a status from 200 to 299 acknowledges.
    pub is_strict: bool,
    /// The event as JSON.
    /// None when the event cannot be rendered.
    pub body: Option<Bytes>,
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
    /// The waits before new attempts, if they are not those of the settings.
    pub retry_seconds: Option<Arc<[u32]>>,
    pub is_strict: bool,
    pub outcome: Outcome,
}

impl AttemptResult {
    /// Whether the receiver has the event: by any status from 200 to 499, unless the client is strict.
    pub(super) fn acknowledges(&self) -> bool {
        let is_success = |status| (200..300).contains(&status);
        self.outcome.acknowledges()
            && (!self.is_strict || self.outcome.status.is_ok_and(is_success))
    }

    /// What became of it, as in the log and in metrics.
    pub(super) fn outcome_name(&self) -> &'static str {
        match self.outcome.status {
            Ok(_) if !self.acknowledges() => "error status",
            _ => self.outcome.name(),
        }
    }
}

/// Makes the attempt. Never fails: what goes wrong is its outcome.
pub(super) async fn run(hub: Hub, job: Job) -> AttemptResult {
    let started_at = hub.clock().now();
    let url = Arc::clone(&job.url);
    let sending = send(&hub, &job, started_at);
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
        retry_seconds: job.retry_seconds,
        is_strict: job.is_strict,
        outcome,
    }
}

async fn send(hub: &Hub, job: &Job, now: Timestamp) -> Outcome {
    let (Some(body), Some(signing)) = (&job.body, &job.signing) else {
        return Outcome::not_made(CallError::Internal);
    };
    let Some(signatures) = signing.headers(&job.key.event, now, body) else {
        return Outcome::not_made(CallError::Internal);
    };
    let json = HeaderValue::from_static("application/json");
    let mut headers = vec![(header::CONTENT_TYPE, json)];
    headers.extend(signatures);
    if job.is_replay {
        headers.push((REPLAY, HeaderValue::from_static("true")));
    }
    let body = body.clone();
    hub.outbound().post(&job.url, &headers, body).await
}

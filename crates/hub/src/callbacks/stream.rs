//! Events as they happen: a stream of server-sent events, and a list that waits.
//!
//! A stream sends what is pending, and then what becomes pending. What was sent stays pending until it is
//! acknowledged like any other event: at most [`MAX_UNACKNOWLEDGED`] at a time are sent and not acknowledged.
//! Whoever connects again is sent what is pending once more, but for what `Last-Event-ID` says has arrived.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event as SentEvent, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::time::{sleep, timeout};
use wire::id::EventId;

use super::http::receiver;
use crate::db::page::{Page, PageRequest};
use crate::db::{self, TopicSubscription, Tx};
use crate::event_streams::OpenStream;
use crate::events;
use crate::events::store::PendingId;
use crate::http::authorization;
use crate::http::caller::{self, AtAccount};
use crate::http::paging::Query;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply, StreamedBody};
use crate::hub::Hub;

/// Events that may be sent over a stream and not be acknowledged.
const MAX_UNACKNOWLEDGED: u32 = 500;

/// Events that are read at a time.
const EVENTS_PER_READ: usize = 50;

/// How often a stream says that it is alive, and looks by itself whether there is something to send.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

/// How long a program waits before it connects again.
const RECONNECT_DELAY: Duration = Duration::from_secs(1);

/// Seconds after which a stream that was refused may be asked for again.
const RETRY_SECONDS: u32 = 10;

/// Seconds for which a list of events waits at most.
const MAX_WAIT_SECONDS: u64 = 60;

/// The last event that has arrived over an earlier stream.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Has a reverse proxy pass on each event at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Lists what is not acknowledged yet. With `?wait=20`, an empty list is answered only after so many
/// seconds.
pub(super) async fn list_events(
    hub: Hub,
    at: AtAccount,
    wanted: PageRequest,
    query: Query,
    headers: HeaderMap,
) -> ApiResult {
    let wait = query.get("wait").and_then(|text| text.trim().parse().ok());
    let wait = Duration::from_secs(wait.unwrap_or(0).min(MAX_WAIT_SECONDS));
    if wait.is_zero() {
        return Ok(Reply::page(list_once(&hub, &at, &wanted).await?));
    }
    // A request that waits is limited like a stream: it goes on even when its caller has hung up.
    let Some(_slot) = hub.event_streams().open(&at.caller.connection, None) else {
        return Ok(Reply::page(list_once(&hub, &at, &wanted).await?));
    };
    let token: Arc<str> = Arc::from(authorization::token(&headers).ok_or(ApiError::UnknownToken)?);
    let mut news = hub.db().subscribe(at.account.as_str());
    let mut stopped = hub.stopped();
    let page = timeout(wait, async {
        loop {
            news.mark_seen();
            let page = list_if_permitted(&hub, &at, &wanted, &token).await?;
            if !page.items.is_empty() {
                return Ok(page);
            }
            tokio::select! {
                () = news.changed() => {}
                () = sleep(HEARTBEAT_INTERVAL) => {}
                _ = stopped.wait_for(|stopped| *stopped) => return Ok(page),
            }
        }
    });
    match page.await {
        Ok(page) => page.map(Reply::page),
        Err(_) => Ok(Reply::list(&[])),
    }
}

async fn list_once(
    hub: &Hub,
    at: &AtAccount,
    wanted: &PageRequest,
) -> Result<Page<String>, ApiError> {
    let (at, wanted) = (at.clone(), wanted.clone());
    hub.read("callbacks.list_events", move |tx| {
        let to = receiver(&at.caller);
        Ok(events::store::list_pending(tx, &at.account, to, &wanted)?)
    })
    .await
}

/// The list for a caller who may have been blocked since the request came.
async fn list_if_permitted(
    hub: &Hub,
    at: &AtAccount,
    wanted: &PageRequest,
    token: &Arc<str>,
) -> Result<Page<String>, ApiError> {
    let (at, wanted, token) = (at.clone(), wanted.clone(), Arc::clone(token));
    hub.read("callbacks.wait_for_events", move |tx| {
        if !caller::may_call(tx, &token)? {
            return Err(ApiError::UnknownToken);
        }
        let to = receiver(&at.caller);
        Ok(events::store::list_pending(tx, &at.account, to, &wanted)?)
    })
    .await
}

/// Streams what is not acknowledged yet, and what happens from now on.
pub(super) async fn stream_events(
    hub: Hub,
    at: AtAccount,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = authorization::token(&headers).ok_or(ApiError::UnknownToken)?;
    let last = headers
        .get(LAST_EVENT_ID)
        .and_then(|id| EventId::parse(id.to_str().ok()?).ok());
    let open = hub
        .event_streams()
        .open(&at.caller.connection, last.as_ref());
    let open = open.ok_or(ApiError::TooMany(RETRY_SECONDS))?;
    let receiver = StreamReceiver {
        news: hub.db().subscribe(at.account.as_str()),
        acknowledgements: hub.db().subscribe(at.caller.connection.as_str()),
        is_full: false,
        token: Arc::from(token),
        open,
        waiting: VecDeque::new(),
        has_begun: false,
        at,
        hub,
    };
    let events = stream::unfold(receiver, |mut receiver| async move {
        let event = receiver.next().await?;
        Some((Ok::<_, Infallible>(event), receiver))
    });
    let mut response = Sse::new(events).into_response();
    response.extensions_mut().insert(StreamedBody);
    let headers = response.headers_mut();
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// Who receives a stream.
struct StreamReceiver {
    hub: Hub,
    at: AtAccount,
    /// Asked for again at each read: who may not call any longer is sent nothing.
    token: Arc<str>,
    open: OpenStream,
    news: TopicSubscription,
    acknowledgements: TopicSubscription,
    /// No more may be sent until something is acknowledged.
    is_full: bool,
    /// What was read and is not sent yet.
    waiting: VecDeque<StreamedEvent>,
    has_begun: bool,
}

/// What there is to send.
enum News {
    Events(Vec<StreamedEvent>),
    /// The token is not valid any longer.
    Ended,
}

/// An event as it is read.
struct StreamedEvent {
    pending: PendingId,
    /// Its name, such as `order.create`, and itself as JSON; none when it cannot be read.
    content: Option<(String, String)>,
}

impl StreamReceiver {
    /// The next thing to send; none when the stream ends.
    async fn next(&mut self) -> Option<SentEvent> {
        if !std::mem::replace(&mut self.has_begun, true) {
            // The headers go at once, and a program learns when to come again.
            return Some(
                SentEvent::default()
                    .retry(RECONNECT_DELAY)
                    .comment("connected"),
            );
        }
        let mut stopped = self.hub.stopped();
        loop {
            while let Some(event) = self.waiting.pop_front() {
                let id = event.pending.0.clone();
                self.open.sent.push(event.pending);
                // One event that cannot be read must not keep the others from being sent.
                if let Some((name, document)) = event.content {
                    let sent = SentEvent::default().id(id.as_str()).event(name);
                    return Some(sent.data(document));
                }
            }
            self.news.mark_seen();
            self.acknowledgements.mark_seen();
            match self.read().await {
                Ok(News::Events(events)) if !events.is_empty() => {
                    self.waiting.extend(events);
                    continue;
                }
                Ok(News::Events(_)) => {}
                Ok(News::Ended) => return None,
                Err(error) => {
                    tracing::debug!(%error, "event stream ended, database error");
                    return None;
                }
            }
            tokio::select! {
                () = self.news.changed(), if !self.is_full => {}
                () = self.acknowledgements.changed(), if self.is_full => {}
                () = sleep(HEARTBEAT_INTERVAL) => {
                    let (hub, at) = (&self.hub, &self.at);
                    let now = hub.clock().now();
                    hub.presence().hear(&at.account, &at.caller.connection, now);
                    return Some(SentEvent::default().comment("alive"));
                }
                _ = stopped.wait_for(|stopped| *stopped) => return None,
            }
        }
    }

    async fn read(&mut self) -> db::Result<News> {
        let (at, token, sent) = (
            self.at.clone(),
            Arc::clone(&self.token),
            self.open.sent.clone(),
        );
        let (pending, news) = self
            .hub
            .read("callbacks.stream_events", move |tx| {
                read_news(tx, &at, &token, &sent)
            })
            .await?;
        self.open.sent.retain(|event| pending.contains(event));
        self.is_full = pending.len() >= MAX_UNACKNOWLEDGED as usize;
        Ok(news)
    }
}

/// What is pending, as far as it may be sent, and those of it that were not sent.
fn read_news(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    token: &str,
    sent: &[PendingId],
) -> db::Result<(BTreeSet<PendingId>, News)> {
    if !caller::may_call(tx, token)? {
        return Ok((BTreeSet::new(), News::Ended));
    }
    let (account, to) = (&at.account, receiver(&at.caller));
    let pending = events::store::first_pending(tx, account, to.connection, MAX_UNACKNOWLEDGED)?;
    let known: BTreeSet<&PendingId> = sent.iter().collect();
    let fresh = pending.iter().filter(|event| !known.contains(event));
    let mut read = Vec::new();
    for event in fresh.take(EVENTS_PER_READ) {
        let found = events::store::find_pending_event(tx, account, to.connection, &event.0)?;
        let content = found.map(|found| -> db::Result<_> {
            let document = found.full_or_none(tx, to)?;
            let name = format!("{}.{}", found.resource, found.kind);
            Ok(document.map(|document| (name, document)))
        });
        read.push(StreamedEvent {
            pending: event.clone(),
            content: content.transpose()?.flatten(),
        });
    }
    Ok((pending.into_iter().collect(), News::Events(read)))
}

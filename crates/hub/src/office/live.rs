//! What just happened, for an open page: a stream of server-sent events that says *that* something has
//! changed. What it is now, the page asks for itself, with the rights that its reader has by then.
//!
//! - `orders`: orders were created or changed, with their ids and statuses.
//! - `requests`: programs have made requests, if the page asks for that with `?requests=1`.
//! - `refresh`: more has happened than can be said, or something since the page was drawn; `?age=1500` says
//!   how many milliseconds ago that was.
//! - `replaced`: another page of this session has the place of this stream.
//!
//! Before anything is said, and at every heartbeat, the reader's session and rights are looked at again: a
//! stream that is not permitted any longer ends. Nothing of the database is held while it waits.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event as SentEvent, Sse};
use axum::routing::get;
use futures_util::{future, stream};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use wire::id::LocationId;

use super::orders::http::visible_locations;
use super::pages::PageRoutes;
use super::response::{PageError, PageResult, to};
use super::visitor::AccountMember;
use crate::db::{TopicSubscription, json};
use crate::event_streams::OpenPageStream;
use crate::events::feed::{FeedEnded, FeedSubscription, FeedUpdate, OrderChange};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::secret;

/// The address of the stream, at a place.
pub const PATH: &str = "/live";

/// How often a stream says that it is alive.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

/// How often a page learns of requests at most.
const MIN_REQUESTS_INTERVAL: Duration = Duration::from_secs(5);

/// By how much the clocks of hubs may differ: a page that is so young may miss something.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The greatest age of a page that is looked at, in milliseconds: older ones are refreshed anyway.
const MAX_PAGE_AGE_MILLISECONDS: i64 = 86_400_000;

/// Has a reverse proxy pass on each message at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// By which the script of an open page says that it refreshes the page.
const REFRESH: HeaderName = HeaderName::from_static("x-refresh");

/// The route of the stream.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new().placed(PATH, get(open))
}

/// An order of a message.
#[derive(Serialize)]
struct ChangedOrder<'a> {
    id: &'a str,
    change: &'static str,
    status: &'a str,
}

/// What a message says.
#[derive(Serialize)]
struct OrdersMessage<'a> {
    orders: Vec<ChangedOrder<'a>>,
}

/// `GET /live`
async fn open(
    hub: Hub,
    member: AccountMember,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> PageResult {
    let locations = visible_locations(&member)?;
    if !accepts_stream(&headers) {
        return Ok(to("/orders"));
    }
    let session = member.browser.session.as_deref();
    let session = secret::hash(session.ok_or(PageError::NotFound)?);
    let Some(slot) = hub.page_streams().open(&session) else {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let requests = match query.get("requests") {
        Some("1") => request_topics(&hub, &member, locations.as_deref()),
        _ => Vec::new(),
    };
    let page_stream = PageStream {
        feed: hub.event_feed(&member.at.id),
        drawn_at: drawn_at(&hub, &query),
        stopped: hub.stopped(),
        requests_due: Instant::now(),
        step: Step::Begin,
        slot,
        requests,
        member,
        hub,
    };
    let messages = stream::unfold(page_stream, |mut page_stream| async move {
        let message = page_stream.next().await?;
        Some((Ok::<_, Infallible>(message), page_stream))
    });
    let mut response = Sse::new(messages).into_response();
    let headers = response.headers_mut();
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// Whether the script of an open page asks, and nobody has gone there.
pub(crate) fn is_of_script(headers: &HeaderMap) -> bool {
    headers.contains_key(REFRESH) || accepts_stream(headers)
}

/// Whether a browser asks for a stream, and nobody who has the address for a page's.
fn accepts_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).map(HeaderValue::as_bytes);
    accepted.is_some_and(|accepted| accepted.starts_with(b"text/event-stream"))
}

/// When the page was drawn; none when it does not say, or long ago.
fn drawn_at(hub: &Hub, query: &Query) -> Option<Timestamp> {
    let age: i64 = query.get("age")?.parse().ok()?;
    let age = (0..MAX_PAGE_AGE_MILLISECONDS)
        .contains(&age)
        .then_some(age)?;
    Some(hub.clock().now() - SignedDuration::from_millis(age) - CLOCK_TOLERANCE)
}

/// What is woken when requests are logged that the reader may see: of the whole account, or of locations.
fn request_topics(
    hub: &Hub,
    member: &AccountMember,
    locations: Option<&[LocationId]>,
) -> Vec<TopicSubscription> {
    let journal = hub.journal().db();
    let topics: Vec<&str> = match locations {
        None => vec![member.at.id.as_str()],
        Some(locations) => locations.iter().map(LocationId::as_str).collect(),
    };
    let topics = topics.into_iter();
    topics.map(|topic| journal.subscribe(topic)).collect()
}

/// Waits for news of any topic; for ever when there is none.
async fn any_changed(topics: &mut [TopicSubscription], due: Instant) {
    if topics.is_empty() {
        return future::pending().await;
    }
    sleep_until(due).await;
    let changes = topics.iter_mut().map(|topic| Box::pin(topic.changed()));
    future::select_all(changes).await;
}

/// How far a stream has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing is said yet.
    Begin,
    /// It waits.
    Wait,
    /// All is said.
    End,
}

/// What a stream waits for.
enum News {
    Update(FeedUpdate),
    Requests,
    Heartbeat,
    Replaced,
    /// Nothing will come any more.
    End,
}

impl From<Result<FeedUpdate, FeedEnded>> for News {
    fn from(update: Result<FeedUpdate, FeedEnded>) -> Self {
        update.map_or(News::End, News::Update)
    }
}

/// A stream to a page.
struct PageStream {
    hub: Hub,
    member: AccountMember,
    slot: OpenPageStream,
    feed: FeedSubscription,
    /// Woken when requests are logged; none when the page does not ask for that.
    requests: Vec<TopicSubscription>,
    /// When the page may learn of requests again.
    requests_due: Instant,
    stopped: watch::Receiver<bool>,
    drawn_at: Option<Timestamp>,
    step: Step,
}

impl PageStream {
    /// The next message; none when the stream ends.
    async fn next(&mut self) -> Option<SentEvent> {
        match self.step {
            Step::Begin => {
                self.step = Step::Wait;
                return self.begin().await;
            }
            Step::Wait => {}
            Step::End => return None,
        }
        loop {
            let news = self.wait().await;
            if matches!(news, News::End) {
                return None;
            }
            let locations = self.permitted_locations().await?;
            let message = match news {
                News::Update(FeedUpdate::Orders(changes)) => {
                    orders_message(&changes, locations.as_deref())
                }
                News::Update(FeedUpdate::Overflow) => Some(refresh()),
                News::Requests => Some(self.requests_message()),
                News::Heartbeat => Some(self.heartbeat()),
                News::Replaced => {
                    self.step = Step::End;
                    Some(SentEvent::default().event("replaced").data("{}"))
                }
                News::End => return None,
            };
            if message.is_some() {
                return message;
            }
        }
    }

    /// The first message: whether the page is still true.
    async fn begin(&mut self) -> Option<SentEvent> {
        let newest = tokio::select! {
            newest = self.feed.newest() => newest.ok()?,
            _ = self.stopped.wait_for(|stopped| *stopped) => return None,
        };
        let is_stale = match (self.drawn_at, newest) {
            (Some(drawn_at), Some(newest)) => newest >= drawn_at,
            (Some(_), None) => false,
            (None, _) => true,
        };
        Some(match is_stale {
            true => refresh(),
            false => SentEvent::default().comment("connected"),
        })
    }

    async fn wait(&mut self) -> News {
        let (requests, due) = (&mut self.requests, self.requests_due);
        tokio::select! {
            _ = self.stopped.wait_for(|stopped| *stopped) => News::End,
            () = self.slot.replaced() => News::Replaced,
            update = self.feed.next() => update.into(),
            () = any_changed(requests, due) => News::Requests,
            () = sleep(HEARTBEAT_INTERVAL) => News::Heartbeat,
        }
    }

    /// The locations that the reader may see by now: none for the whole account. Nothing when they may see
    /// none, or their session has ended.
    async fn permitted_locations(&mut self) -> Option<Option<Vec<LocationId>>> {
        match self.member.reload(&self.hub).await {
            Ok(Some(member)) => self.member = member,
            Ok(None) => return None,
            Err(error) => {
                tracing::debug!(%error, "page stream ended, database error");
                return None;
            }
        }
        visible_locations(&self.member).ok()
    }

    fn requests_message(&mut self) -> SentEvent {
        self.requests_due = Instant::now() + MIN_REQUESTS_INTERVAL;
        SentEvent::default().event("requests").data("{}")
    }

    /// Where several hubs write to one journal, those of the others are found by looking.
    fn heartbeat(&mut self) -> SentEvent {
        let is_shared = self.hub.journal().db().is_postgres();
        match is_shared && !self.requests.is_empty() {
            true => self.requests_message(),
            false => SentEvent::default().comment("alive"),
        }
    }
}

fn refresh() -> SentEvent {
    SentEvent::default().event("refresh").data("{}")
}

/// Says what happened to the orders of these locations, or of all; nothing if nothing did.
fn orders_message(changes: &[OrderChange], locations: Option<&[LocationId]>) -> Option<SentEvent> {
    let is_visible = |change: &&OrderChange| {
        let location = change.location.as_ref();
        locations.is_none_or(|all| location.is_some_and(|location| all.contains(location)))
    };
    let orders = changes.iter().filter(is_visible);
    let orders = orders.map(|change| ChangedOrder {
        id: change.order.as_str(),
        change: if change.is_new { "create" } else { "update" },
        status: &change.status,
    });
    let message = OrdersMessage {
        orders: orders.collect(),
    };
    if message.orders.is_empty() {
        return None;
    }
    let message = json::text(&message).ok()?;
    Some(SentEvent::default().event("orders").data(message))
}

//! The events of a connection, one after the other, as soon as they happen.
//!
//! Passeplat sends them over a stream. A hub that has no streams is asked for its list again and again.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sse_stream::{Sse, SseByteStream};
use tokio::time::{Instant, sleep_until, timeout};

use crate::connection::Connection;
use crate::error::Error;
use crate::events::Event;

/// A stream over which nothing comes for so long is broken: the hub says every 15 seconds that it is alive.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(45);

/// The longest pause before the stream is opened again.
const MAX_RECONNECT_DELAY: Duration = Duration::from_secs(60);

/// Between two lists of a hub that has no streams, unless the program wants another.
const DEFAULT_POLL_INTERVAL: Duration = Duration::from_secs(30);

/// A hub that has no streams is asked for one again after so long: a proxy may have answered in its place.
const STREAM_RETRY_INTERVAL: Duration = Duration::from_secs(600);

/// The events of a connection whose callback has no URL: those that wait, and those that happen.
///
/// Each must be acknowledged with [`Connection::delete_event`] once it is done with: at most 500 come before
/// that. An event may come twice, with the same id: after a break, and until it is acknowledged.
#[derive(Debug)]
pub struct EventFeed {
    connection: Connection,
    source: Source,
    /// The last that has come.
    last: Option<String>,
    pause: Pause,
    poll_interval: Duration,
}

/// The pause before the next attempt. It goes on while nobody waits for it.
#[derive(Debug, Default)]
struct Pause {
    duration: Duration,
    until: Option<Instant>,
}

impl Pause {
    fn begin(&mut self, duration: Duration) {
        self.duration = duration;
        self.until = Some(Instant::now() + duration);
    }

    /// Twice as long as the last one.
    fn begin_longer(&mut self, first: Duration) {
        self.begin((self.duration * 2).clamp(first, MAX_RECONNECT_DELAY.max(first)));
    }

    async fn wait(&self) {
        if let Some(until) = self.until {
            sleep_until(until).await;
        }
    }
}

enum Source {
    /// To be opened.
    Closed,
    Stream(
        Pin<Box<dyn Stream<Item = Result<Sse, sse_stream::Error>> + Send>>,
        Arc<AtomicUsize>,
    ),
    Polling {
        /// Ids of a list that are to be read.
        listed: VecDeque<String>,
        /// What has come and was not acknowledged when the list was read last.
        delivered: BTreeSet<String>,
        /// When to ask for a stream again.
        retry_stream_at: Instant,
    },
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "Closed",
            Self::Stream(..) => "Stream",
            Self::Polling { .. } => "Polling",
        })
    }
}

impl EventFeed {
    pub(crate) fn new(connection: &Connection) -> EventFeed {
        EventFeed {
            connection: connection.clone(),
            source: Source::Closed,
            last: None,
            pause: Pause::default(),
            poll_interval: DEFAULT_POLL_INTERVAL,
        }
    }

    /// With this time between two lists of a hub that has no streams; 30 s by default, and the API asks for
    /// no less.
    #[must_use]
    pub fn poll_interval(mut self, interval: Duration) -> EventFeed {
        self.poll_interval = interval;
        self
    }

    /// Whether the hub has no streams, so that events come up to 30 seconds late.
    pub fn is_polling(&self) -> bool {
        matches!(self.source, Source::Polling { .. })
    }

    /// Waits for the next event, however long that takes.
    ///
    /// # Errors
    /// The hub cannot be reached, or refuses. It is up to the caller to go on: the next call tries again,
    /// after a pause that grows from [`RetryPolicy::first_pause`](crate::RetryPolicy::first_pause) to a minute.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            let next = match &mut self.source {
                Source::Closed => self.open().await.map(|()| None),
                Source::Stream(stream, size) => {
                    let sent = stream.next().await;
                    size.store(0, Ordering::Relaxed);
                    self.read(sent)
                }
                Source::Polling { .. } => self.poll().await,
            };
            match next {
                Ok(None) => {}
                Ok(Some(event)) => {
                    self.pause = Pause::default();
                    self.last = Some(event.head.id.clone());
                    return Ok(event);
                }
                // The others come without a pause.
                Err(error @ Error::Decode(_)) => return Err(error),
                Err(error) => {
                    let first = self.connection.retry().first_pause;
                    self.pause.begin_longer(first);
                    if !self.is_polling() {
                        self.source = Source::Closed;
                    }
                    return Err(error);
                }
            }
        }
    }

    async fn open(&mut self) -> Result<(), Error> {
        self.pause.wait().await;
        self.source = match self.open_stream().await? {
            Some(stream) => stream,
            None => Source::Polling {
                listed: VecDeque::new(),
                delivered: BTreeSet::new(),
                retry_stream_at: Instant::now() + STREAM_RETRY_INTERVAL,
            },
        };
        Ok(())
    }

    /// Opens a stream; none if the hub has no streams.
    async fn open_stream(&mut self) -> Result<Option<Source>, Error> {
        let opened = self
            .connection
            .open_stream("/callback/stream", self.last.as_deref());
        match opened.await {
            Ok(body) => {
                let size = Arc::new(AtomicUsize::new(0));
                let max_bytes = self.connection.retry().max_body_bytes;
                let bytes = parts(body, Arc::clone(&size), max_bytes);
                self.pause = Pause::default();
                let stream = Box::pin(SseByteStream::new(bytes));
                Ok(Some(Source::Stream(stream, size)))
            }
            Err(error) if matches!(error.status(), Some(404 | 405)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What came over the stream, or its end.
    fn read(
        &mut self,
        sent: Option<Result<Sse, sse_stream::Error>>,
    ) -> Result<Option<Event>, Error> {
        match sent {
            None => {
                // The hub was stopped, or the connection was cut: it is opened again, a little later.
                self.source = Source::Closed;
                self.pause.begin(self.connection.retry().first_pause);
                Ok(None)
            }
            Some(Err(error)) => Err(Error::Interrupted(error.to_string())),
            Some(Ok(Sse { data: None, .. })) => Ok(None),
            Some(Ok(Sse {
                data: Some(data),
                id,
                ..
            })) => {
                // One that cannot be read must not come again and again.
                self.last = id.or(self.last.take());
                serde_json::from_str(&data)
                    .map(Some)
                    .map_err(|error| Error::Decode(error.to_string()))
            }
        }
    }

    async fn poll(&mut self) -> Result<Option<Event>, Error> {
        let Source::Polling {
            listed, delivered, ..
        } = &mut self.source
        else {
            return Ok(None);
        };
        if let Some(id) = listed.pop_front() {
            // Only an event that has come counts as delivered, or one that this program cannot read: any
            // other is listed again.
            return match self.connection.event(&id).await {
                Ok(event) => {
                    delivered.insert(id);
                    Ok(Some(event))
                }
                Err(error) if error.status() == Some(404) => Ok(None),
                Err(error) => {
                    if matches!(error, Error::Decode(_)) {
                        delivered.insert(id);
                    }
                    Err(error)
                }
            };
        }
        self.pause.wait().await;
        if self.has_stream_again().await {
            return Ok(None);
        }
        let heads = self.connection.events().all().await?;
        let ids: Vec<String> = heads.into_iter().map(|head| head.id).collect();
        if let Source::Polling {
            listed, delivered, ..
        } = &mut self.source
        {
            delivered.retain(|id| ids.contains(id));
            listed.extend(ids.into_iter().filter(|id| !delivered.contains(id)));
            if listed.is_empty() {
                self.pause.begin(self.poll_interval);
            }
        }
        Ok(None)
    }

    /// Asks a hub that had no streams for one, once in a while.
    async fn has_stream_again(&mut self) -> bool {
        let now = Instant::now();
        match &mut self.source {
            Source::Polling {
                retry_stream_at, ..
            } if *retry_stream_at <= now => *retry_stream_at = now + STREAM_RETRY_INTERVAL,
            _ => return false,
        }
        // Whatever is wrong with it, the list goes on.
        let opened = self.open_stream().await;
        if let Ok(Some(stream)) = opened {
            self.source = stream;
            return true;
        }
        false
    }
}

/// Why a stream broke.
#[derive(Debug, thiserror::Error)]
enum StreamError {
    #[error("nothing came for {} seconds", SILENCE_TIMEOUT.as_secs())]
    Silent,
    #[error("an event is larger than {0} bytes")]
    TooLarge(usize),
    #[error(transparent)]
    Broken(hyper::Error),
}

/// The parts of a body as they come. `size` counts the bytes, and must not become more than `max_bytes`.
fn parts(
    body: Incoming,
    size: Arc<AtomicUsize>,
    max_bytes: usize,
) -> impl Stream<Item = Result<Bytes, StreamError>> + Send {
    stream::unfold(Some(body), move |body| {
        let size = Arc::clone(&size);
        async move {
            let mut body = body?;
            let frame = match timeout(SILENCE_TIMEOUT, body.frame()).await {
                Err(_) => return Some((Err(StreamError::Silent), None)),
                Ok(frame) => frame?,
            };
            let part = match frame {
                Err(error) => return Some((Err(StreamError::Broken(error)), None)),
                Ok(frame) => frame.into_data().unwrap_or_default(),
            };
            let before = size.fetch_add(part.len(), Ordering::Relaxed);
            if before + part.len() > max_bytes {
                return Some((Err(StreamError::TooLarge(max_bytes)), None));
            }
            Some((Ok(part), Some(body)))
        }
    })
}

//! Live streams: how many are open, of events for programs and of news for pages, and what was sent over
//! the former that ended.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;
use wire::id::{ConnectionId, EventId};

/// Streams that one connection may have open.
pub const MAX_STREAMS_PER_CONNECTION: usize = 10;

/// Ended streams of which is remembered what was sent, for those that resume.
const MAX_REMEMBERED_STREAMS: usize = 1_000;

/// Counts the open streams.
#[derive(Debug)]
pub(crate) struct EventStreams {
    state: Mutex<OpenStreams>,
    max_open: usize,
}

#[derive(Debug, Default)]
struct OpenStreams {
    open: BTreeMap<ConnectionId, usize>,
    all_open: usize,
    /// The latest at the end.
    ended: VecDeque<(ConnectionId, Vec<(EventId, Timestamp)>)>,
}

/// A stream that is open, until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenStream {
    streams: Arc<EventStreams>,
    connection: ConnectionId,
    /// What was sent and is not known to be acknowledged, in this order, and since when it is pending.
    pub sent: Vec<(EventId, Timestamp)>,
}

impl EventStreams {
    /// At most half of the connections that the server accepts are streams, so that calls always find some.
    pub(crate) fn new(max_server_connections: usize) -> Self {
        Self {
            state: Mutex::default(),
            max_open: (max_server_connections / 2).max(1),
        }
    }

    fn state(&self) -> MutexGuard<'_, OpenStreams> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream; none when the connection or all together have too many. What was sent up to the event
    /// `last` over a stream of this connection that ended is not sent again.
    pub(crate) fn open(
        self: &Arc<Self>,
        connection: &ConnectionId,
        last: Option<&EventId>,
    ) -> Option<OpenStream> {
        let mut state = self.state();
        let own = state.open.get(connection).copied().unwrap_or_default();
        if own >= MAX_STREAMS_PER_CONNECTION || state.all_open >= self.max_open {
            return None;
        }
        state.open.insert(connection.clone(), own + 1);
        state.all_open += 1;
        let sent = last.and_then(|last| state.sent_up_to(connection, last));
        Some(OpenStream {
            streams: Arc::clone(self),
            connection: connection.clone(),
            sent: sent.unwrap_or_default(),
        })
    }
}

impl OpenStreams {
    fn sent_up_to(
        &self,
        connection: &ConnectionId,
        last: &EventId,
    ) -> Option<Vec<(EventId, Timestamp)>> {
        let of_connection = self.ended.iter().rev().filter(|(of, _)| of == connection);
        of_connection.into_iter().find_map(|(_, sent)| {
            let at = sent.iter().position(|(event, _)| event == last)?;
            Some(sent.iter().take(at + 1).cloned().collect())
        })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut state = self.streams.state();
        state.all_open = state.all_open.saturating_sub(1);
        let own = state
            .open
            .get(&self.connection)
            .copied()
            .unwrap_or_default();
        if own > 1 {
            state.open.insert(self.connection.clone(), own - 1);
        } else {
            state.open.remove(&self.connection);
        }
        if !self.sent.is_empty() {
            let sent = std::mem::take(&mut self.sent);
            state.ended.push_back((self.connection.clone(), sent));
            if state.ended.len() > MAX_REMEMBERED_STREAMS {
                state.ended.pop_front();
            }
        }
    }
}

/// Streams that the pages of one session may have open. A browser has six connections to a host over
/// HTTP/1.1: some must be left for pages.
pub const MAX_STREAMS_PER_SESSION: usize = 4;

/// Counts the open streams of pages. The page that was opened last has one: where a session has too many,
/// its oldest stream ends.
#[derive(Debug)]
pub(crate) struct PageStreams {
    state: Mutex<OpenPageStreams>,
    max_open: usize,
}

#[derive(Debug, Default)]
struct OpenPageStreams {
    /// By the hash of the session, the oldest first.
    open: BTreeMap<String, VecDeque<Arc<Notify>>>,
    all_open: usize,
}

/// A stream of a page that is open, until it is dropped.
pub(crate) struct OpenPageStream {
    streams: Arc<PageStreams>,
    session: String,
    replacement: Arc<Notify>,
}

impl PageStreams {
    /// At most a quarter of the connections that the server accepts are streams of pages.
    pub(crate) fn new(max_server_connections: usize) -> Self {
        Self {
            state: Mutex::default(),
            max_open: (max_server_connections / 4).max(1),
        }
    }

    fn state(&self) -> MutexGuard<'_, OpenPageStreams> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream for a session, of which this is the hash; none when all together have too many.
    pub(crate) fn open(self: &Arc<Self>, session: &str) -> Option<OpenPageStream> {
        let mut state = self.state();
        if state.all_open >= self.max_open {
            return None;
        }
        state.all_open += 1;
        let replacement = Arc::new(Notify::new());
        let own = state.open.entry(session.to_owned()).or_default();
        own.push_back(Arc::clone(&replacement));
        if own.len() > MAX_STREAMS_PER_SESSION
            && let Some(oldest) = own.pop_front()
        {
            oldest.notify_one();
        }
        Some(OpenPageStream {
            streams: Arc::clone(self),
            session: session.to_owned(),
            replacement,
        })
    }
}

impl OpenPageStream {
    /// Waits until a later stream of the session takes its place.
    pub(crate) async fn replaced(&self) {
        self.replacement.notified().await;
    }
}

impl Drop for OpenPageStream {
    fn drop(&mut self) {
        let mut state = self.streams.state();
        state.all_open = state.all_open.saturating_sub(1);
        if let Some(own) = state.open.get_mut(&self.session) {
            own.retain(|other| !Arc::ptr_eq(other, &self.replacement));
            if own.is_empty() {
                state.open.remove(&self.session);
            }
        }
    }
}

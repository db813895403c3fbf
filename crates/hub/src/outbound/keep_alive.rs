//! Connections that are kept, and what is known of them when one breaks.
//!
//! A server closes an idle connection when it likes, and sometimes just while the next request is on
//! its way. Nothing is wrong then with either side, and no receiver has answered: such a request is
//! sent once more, over a new connection. A request of which a new connection breaks, or of whose
//! answer anything has come, is not.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use http::{Extensions, Uri};
use hyper_util::client::legacy::Error;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower::Service;

/// What went over a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Traffic {
    inner: Arc<TrafficCounts>,
}

#[derive(Debug, Default)]
struct TrafficCounts {
    /// Answers so far.
    answers: AtomicU32,
    /// How many had come when the last request began.
    before: AtomicU32,
    /// Whether anything has come since then.
    came: AtomicBool,
}

impl Traffic {
    /// Of the connection that an answer came over, or that broke.
    fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// An answer has come over the connection.
    pub(super) fn count_answer(extensions: &Extensions) {
        if let Some(traffic) = Self::of(extensions) {
            traffic.inner.answers.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether a request was lost because the connection had been kept from an earlier one and was
    /// closed before anything of an answer came.
    pub(super) fn was_closed_while_idle(error: &Error) -> bool {
        let mut extensions = Extensions::new();
        if let Some(connected) = error.connect_info() {
            connected.get_extras(&mut extensions);
        }
        Self::of(&extensions).is_some_and(|Self { inner }| {
            let answers = inner.answers.load(Ordering::Relaxed);
            let is_begun = inner.before.load(Ordering::Relaxed) == answers;
            answers > 0 && !(is_begun && inner.came.load(Ordering::Relaxed))
        })
    }

    fn note_request(&self) {
        let answers = self.inner.answers.load(Ordering::Relaxed);
        if self.inner.before.swap(answers, Ordering::Relaxed) != answers {
            self.inner.came.store(false, Ordering::Relaxed);
        }
    }

    fn read(&self, bytes: usize) {
        if bytes > 0 {
            self.inner.came.store(true, Ordering::Relaxed);
        }
    }
}

/// A connection whose traffic is known.
#[derive(Debug)]
pub(super) struct WatchedStream<T> {
    stream: TokioIo<T>,
    traffic: Traffic,
}

impl<T: Connection> Connection for WatchedStream<T> {
    fn connected(&self) -> Connected {
        let connected = self.stream.inner().connected();
        connected.extra(self.traffic.clone())
    }
}

impl<T: hyper::rt::Read + Unpin> AsyncRead for WatchedStream<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(context, buffer));
        this.traffic.read(buffer.filled().len() - before);
        Poll::Ready(read)
    }
}

impl<T: hyper::rt::Write + Unpin> AsyncWrite for WatchedStream<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.traffic.note_request();
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.traffic.note_request();
        Pin::new(&mut this.stream).poll_write_vectored(context, pieces)
    }
}

/// Makes connections whose traffic is known.
#[derive(Clone, Debug)]
pub(super) struct WatchingConnector<C>(pub C);

type Connecting<T, E> = Pin<Box<dyn Future<Output = Result<TokioIo<WatchedStream<T>>, E>> + Send>>;

impl<C, T> Service<Uri> for WatchingConnector<C>
where
    C: Service<Uri, Response = T>,
    C::Future: Send + 'static,
{
    type Response = TokioIo<WatchedStream<T>>;
    type Error = C::Error;
    type Future = Connecting<T, C::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let stream = TokioIo::new(connecting.await?);
            let traffic = Traffic::default();
            Ok(TokioIo::new(WatchedStream { stream, traffic }))
        })
    }
}

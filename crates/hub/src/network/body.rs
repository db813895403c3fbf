//! Bodies that come, held to their pace, and answers that go, which say when they are whole.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::http::header;
use axum::http::request::Parts;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::runtime::Handle;

use super::connected::{ConnectionState, Pace, RequestGuard};

/// Bytes that are let pass of a body that nobody reads.
const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;

/// The body of a request. It fails when it comes too slowly; only the time for which somebody waits for
/// it counts.
pub(super) struct RequestBody {
    /// Gone once somebody else lets the rest of it pass.
    body: Option<Incoming>,
    of: Arc<ConnectionState>,
    pace: Option<Pace>,
    /// Whether what nobody reads is let pass.
    is_drained: bool,
}

impl RequestBody {
    /// The body of a request with this head.
    pub(super) fn new(head: &Parts, body: Incoming, of: Arc<ConnectionState>) -> Self {
        Self {
            body: Some(body),
            of,
            pace: None,
            // Who asks first whether to send it does not send what is refused.
            is_drained: !head.headers.contains_key(header::EXPECT),
        }
    }

    /// Lets the rest of a body pass by, beside the answer: many senders write all of it before they read,
    /// and those that are cut off never see why.
    async fn drain(mut self) {
        let mut passed = 0;
        while passed < MAX_DRAINED_BYTES
            && let Some(Ok(frame)) = self.frame().await
        {
            passed += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.of.body_is_there();
        let unread = self.body.take().filter(|body| !body.is_end_stream());
        if let Some(body) = unread.filter(|_| self.is_drained)
            && let Ok(runtime) = Handle::try_current()
        {
            let rest = Self {
                body: Some(body),
                of: Arc::clone(&self.of),
                pace: self.pace.take(),
                is_drained: false,
            };
            runtime.spawn(rest.drain());
        }
    }
}

/// A body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(super) struct SlowBodyError;

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(body).poll_frame(cx);
        let now = this.of.passed();
        let pace = this.pace.get_or_insert_with(|| Pace::new(now));
        match frame {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                pace.record_progress(now, bytes);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if this.of.is_too_slow(pace, cx.waker()) => {
                Poll::Ready(Some(Err(SlowBodyError.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map(HttpBody::size_hint)
            .unwrap_or_default()
    }
}

/// The body of an answer. With its end its request is answered.
pub(super) struct ResponseBody {
    body: Body,
    _guard: RequestGuard,
}

impl ResponseBody {
    pub(super) fn new(body: Body, guard: RequestGuard) -> Self {
        Self {
            body,
            _guard: guard,
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

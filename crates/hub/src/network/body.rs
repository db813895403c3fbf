//! Bodies that come, held to their pace, and answers that go, which say when they are whole.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};

use super::connected::{Answering, Connected, Pace};

/// The body of a request. It fails when it comes too slowly; only the time for which somebody waits for
/// it counts.
pub(super) struct Arriving {
    body: Incoming,
    of: Arc<Connected>,
    pace: Option<Pace>,
}

impl Arriving {
    pub(super) fn new(body: Incoming, of: Arc<Connected>) -> Self {
        Self {
            body,
            of,
            pace: None,
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.of.body_is_there();
    }
}

/// A body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(super) struct TooSlow;

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(cx);
        let now = this.of.passed();
        let pace = this.pace.get_or_insert_with(|| Pace::new(now));
        match frame {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                pace.went_on(now, bytes);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if this.of.is_too_slow(pace, cx.waker()) => {
                Poll::Ready(Some(Err(TooSlow.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. With its end its request is answered.
pub(super) struct Answered {
    body: Body,
    _guard: Answering,
}

impl Answered {
    pub(super) fn new(body: Body, guard: Answering) -> Self {
        Self {
            body,
            _guard: guard,
        }
    }
}

impl HttpBody for Answered {
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

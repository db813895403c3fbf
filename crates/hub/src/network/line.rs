//! A socket that tells how it stands with its connection, and puts what the library answers by itself
//! into the words of the API.
//!
//! The library answers what it cannot read (a bad request line or header, one that is too long, lengths
//! that contradict each other) with a bare status and ends the connection; there is no hook. Nothing
//! else is written before a request was understood, nor between the end of an answer and the next request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::answers::{Answers, reason_text};
use super::connected::ConnectionState;

/// The socket of a connection.
pub(super) struct CallerStream {
    stream: TcpStream,
    connected: Arc<ConnectionState>,
    answers: Arc<Answers>,
    /// What is said instead of a bare status, and how much of it was written.
    instead: Option<(Vec<u8>, usize)>,
}

impl CallerStream {
    pub(super) fn new(
        stream: TcpStream,
        connected: Arc<ConnectionState>,
        answers: Arc<Answers>,
    ) -> Self {
        Self {
            stream,
            connected,
            answers,
            instead: None,
        }
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn note_written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.connected.note_written_bytes(Some(*bytes)),
            Poll::Pending => self.connected.note_written_bytes(None),
            Poll::Ready(Err(_)) => {}
        }
        written
    }

    /// Writes what is said instead of these bytes, if that is to be.
    fn poll_instead(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Option<Poll<io::Result<usize>>> {
        if self.instead.is_none() && self.connected.is_silent() {
            let status = library_status(bytes)?;
            let text = self.answers.bytes(status, reason_text(status));
            self.instead = Some((text, 0));
        }
        let (text, mut from) = self.instead.take()?;
        while from < text.len() {
            let rest = text.get(from..).unwrap_or_default();
            match Pin::new(&mut self.stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Some(Poll::Ready(Ok(0))),
                Poll::Ready(Ok(written)) => {
                    self.connected.note_written_bytes(Some(written));
                    from += written;
                }
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Pending => {
                    self.connected.note_written_bytes(None);
                    self.instead = Some((text, from));
                    return Some(Poll::Pending);
                }
            }
        }
        Some(Poll::Ready(Ok(bytes.len())))
    }
}

/// The status of an answer that is nothing but one of the library's own.
fn library_status(bytes: &[u8]) -> Option<StatusCode> {
    let status = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    let status = StatusCode::from_bytes(status).ok()?;
    (status.is_client_error() && bytes.ends_with(b"\r\n\r\n")).then_some(status)
}

impl AsyncRead for CallerStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            this.connected.note_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for CallerStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(written) = this.poll_instead(cx, bytes) {
            return written;
        }
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.note_written(written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.connected.is_silent() || this.instead.is_some() {
            let bytes: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
            if let Some(written) = this.poll_instead(cx, &bytes) {
                return written;
            }
        }
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, parts);
        this.note_written(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.connected.has_sent();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

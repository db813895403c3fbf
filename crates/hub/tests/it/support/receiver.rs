//! A receiver of callbacks: a real server on this machine that answers as it is told and remembers
//! what it was sent.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends where the world is not as it must be"
)]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::TestHub;

/// How a receiver answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With this status and text.
    Text(u16, String),
    /// With a redirect to this URL.
    Redirect(String),
    /// With this status, and the wish to be called again only after this time.
    RetryAfter(u16, &'static str),
    /// Never.
    Hang,
    /// By closing the connection.
    Drop,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How many requests were under way when it came, with itself.
    pub at_once: usize,
}

impl Received {
    /// The event.
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

type Answer = Box<dyn Fn(&Received) -> Reply + Send + Sync>;
type Act = Arc<dyn Fn(Received) -> BoxFuture<'static, ()> + Send + Sync>;

struct Inner {
    scheme: &'static str,
    address: SocketAddr,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    now: AtomicUsize,
    planned: Mutex<VecDeque<Reply>>,
    answer: Mutex<Answer>,
    act: Mutex<Option<Act>>,
}

/// A running receiver. It lives on the test's runtime, so it answers while the test waits.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

impl Receiver {
    /// Starts a receiver that answers 200.
    pub fn start(test: &TestHub) -> Self {
        Self::start_with(test, None)
    }

    /// Starts a receiver over https, with a certificate of its own.
    pub fn start_tls(test: &TestHub, tls: TlsAcceptor) -> Self {
        Self::start_with(test, Some(tls))
    }

    fn start_with(test: &TestHub, tls: Option<TlsAcceptor>) -> Self {
        let listener = test
            .wait(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let inner = Arc::new(Inner {
            scheme: if tls.is_some() { "https" } else { "http" },
            address: listener.local_addr().expect("an address"),
            received: Mutex::default(),
            arrived: Notify::new(),
            now: AtomicUsize::new(0),
            planned: Mutex::default(),
            answer: Mutex::new(Box::new(|_| Reply::Status(200))),
            act: Mutex::default(),
        });
        let receiver = Self { inner };
        test.runtime.spawn(receiver.clone().accept(listener, tls));
        receiver
    }

    /// Its address with this path and query.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.inner.scheme, self.inner.address)
    }

    /// Answers like this from now on.
    pub fn answers(&self, reply: Reply) {
        self.answers_by(move |_| reply.clone());
    }

    /// Answers by what it is sent from now on.
    pub fn answers_by(&self, answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) {
        *self.inner.answer.lock().unwrap() = Box::new(answer);
    }

    /// Answers the next requests like this, in turn.
    pub fn plans(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.planned.lock().unwrap().extend(replies);
    }

    /// Does this before it answers.
    pub fn acts(&self, act: impl Fn(Received) -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        *self.inner.act.lock().unwrap() = Some(Arc::new(act));
    }

    /// What it was sent, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    /// The events that it was sent.
    pub fn events(&self) -> Vec<Value> {
        self.received().iter().map(Received::event).collect()
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.inner.received.lock().unwrap().len()
    }

    /// How many requests were under way at one time at most.
    pub fn most_at_once(&self) -> usize {
        let received = self.received();
        let counts = received.iter().map(|received| received.at_once);
        counts.max().unwrap_or_default()
    }

    /// Waits until that many requests have come.
    pub async fn has(&self, count: usize) {
        loop {
            let arrived = self.inner.arrived.notified();
            if self.count() >= count {
                return;
            }
            arrived.await;
        }
    }

    async fn accept(self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        while let Ok((stream, _)) = listener.accept().await {
            let (receiver, tls) = (self.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => receiver.converse(stream).await,
                    Some(tls) => {
                        // A caller who does not trust us hangs up.
                        if let Ok(stream) = tls.accept(stream).await {
                            receiver.converse(stream).await;
                        }
                    }
                }
            });
        }
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(|request| {
            let receiver = self.clone();
            async move { receiver.serve(request).await }
        });
        let _broken = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn serve(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let at_once = self.inner.now.fetch_add(1, Ordering::SeqCst) + 1;
        let _left = Leave(&self.inner.now);
        let received = Received {
            method: head.method.to_string(),
            path: head.uri.to_string(),
            headers: head.headers,
            body,
            at_once,
        };
        let reply = {
            let planned = self.inner.planned.lock().unwrap().pop_front();
            planned.unwrap_or_else(|| (self.inner.answer.lock().unwrap())(&received))
        };
        self.inner.received.lock().unwrap().push(received.clone());
        self.inner.arrived.notify_waiters();
        let act = self.inner.act.lock().unwrap().clone();
        if let Some(act) = act {
            act(received).await;
        }
        // Lets the others that are on their way arrive.
        tokio::task::yield_now().await;
        answer(reply).await
    }
}

struct Leave<'a>(&'a AtomicUsize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn answer(reply: Reply) -> io::Result<Response<Full<Bytes>>> {
    let (status, text, header) = match reply {
        Reply::Status(status) => (status, String::new(), None),
        Reply::Text(status, text) => (status, text, None),
        Reply::Redirect(to) => (302, String::new(), Some(("location", to))),
        Reply::RetryAfter(status, wait) => (
            status,
            String::new(),
            Some(("retry-after", wait.to_owned())),
        ),
        Reply::Hang => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
        Reply::Drop => return Err(io::Error::other("as a broken server would")),
    };
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    let response = response.header("date", "Sat, 07 Mar 2026 18:41:08 GMT");
    Ok(response
        .body(Full::new(Bytes::from(text)))
        .expect("a response"))
}

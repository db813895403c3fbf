//! Calling the hub through its router.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request};
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use wire::id::{ClientId, ConnectionId};

use super::{EventStream, TestHub};

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (head, body) = response.into_parts();
        let is_stream = head
            .headers
            .get("content-type")
            .is_some_and(|it| it == "text/event-stream");
        // A stream has no end.
        let body = if is_stream { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Status and body on one line, for refusals.
    pub fn status_and_body(&self) -> String {
        format!("{} {}", self.status, self.text)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.status_and_body())
    }
}

/// Somebody who can reach the hub.
#[derive(Clone)]
pub struct Anybody {
    router: Router,
    peer: Option<SocketAddr>,
    runtime: Arc<Runtime>,
}

impl Anybody {
    pub fn new(test: &TestHub) -> Self {
        Self {
            router: hub::router(&test.hub),
            peer: None,
            runtime: Arc::clone(&test.runtime),
        }
    }

    /// Calls another hub.
    pub fn at(&self, hub: &hub::Hub) -> Self {
        Self {
            router: hub::router(hub),
            ..self.clone()
        }
    }

    /// Calls from this address.
    pub fn from(&self, address: &str) -> Self {
        let peer = Some(SocketAddr::new(
            address.parse().expect("an address"),
            50_000,
        ));
        Self {
            peer,
            ..self.clone()
        }
    }

    /// Sends any request and hangs up before the answer is there.
    pub fn hang_up(&self, method: &str, path: &str, headers: &[(&str, &str)], body: String) {
        let request = self.request(method, path, headers, body.into());
        self.runtime.block_on(async {
            // One look has the hub begin. What it begins runs on this thread, so it cannot have ended.
            let mut call = std::pin::pin!(self.router.clone().oneshot(request));
            let looked = futures_util::poll!(call.as_mut());
            assert!(looked.is_pending(), "{looked:?}");
        });
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Request<Body> {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).expect("a method"))
            .uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        request.body(body).expect("a request")
    }

    /// Sends any request, and answers the status alone: of what comes back nothing is kept.
    pub fn status(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> u16 {
        let request = self.request(method, path, headers, body.into());
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await;
            let response = response.expect("an answer");
            let status = response.status().as_u16();
            let mut body = response.into_body();
            while let Some(frame) = body.frame().await {
                frame.expect("a part of a body");
            }
            status
        })
    }

    /// Sends the same request at the same moment to these hubs; says what each answers.
    pub fn send_at_once(
        &self,
        others: &[Self],
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Vec<Answer> {
        let all = std::iter::once(self).chain(others);
        let sent: Vec<_> = all
            .map(|one| {
                let request = one.request(method, path, headers, body.to_owned().into());
                self.runtime.spawn(one.router.clone().oneshot(request))
            })
            .collect();
        self.runtime.block_on(async {
            let mut answers = Vec::new();
            for one in sent {
                let response = one.await.expect("no panic").expect("an answer");
                answers.push(Answer::of(response).await);
            }
            answers
        })
    }

    /// Opens a stream of events.
    pub fn stream(&self, path: &str, headers: &[(&str, &str)]) -> EventStream {
        let request = self.request("GET", path, headers, Body::empty());
        let runtime = Arc::clone(&self.runtime);
        let sent = runtime.block_on(self.router.clone().oneshot(request));
        let response = sent.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        EventStream::new(response.into_body(), runtime)
    }

    /// Sends any request.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let request = self.request(method, path, headers, body.into());
        self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("an answer");
            Answer::of(response).await
        })
    }
}

/// A request whose answer nobody waits for.
pub type PendingResponse = JoinHandle<Result<Response, Infallible>>;

/// A program with an access token.
#[derive(Clone)]
pub struct Caller {
    pub client: ClientId,
    pub connection: ConnectionId,
    pub token: String,
    anybody: Anybody,
}

impl Caller {
    pub fn new(test: &TestHub, client: ClientId, connection: ConnectionId, token: String) -> Self {
        Self {
            client,
            connection,
            token,
            anybody: Anybody::new(test),
        }
    }

    /// Calls another hub.
    pub fn at(&self, hub: &hub::Hub) -> Self {
        Self {
            anybody: self.anybody.at(hub),
            ..self.clone()
        }
    }

    /// Begins a request, whose end nobody waits for.
    pub fn begin(&self, method: &str, path: &str, body: Body) -> PendingResponse {
        let headers = [
            ("X-Access-Token", self.token.as_str()),
            ("Content-Type", "application/json"),
        ];
        let path = format!("/v1{path}");
        let request = self.anybody.request(method, &path, &headers, body);
        let call = self.anybody.router.clone().oneshot(request);
        self.anybody.runtime.spawn(call)
    }

    /// Opens a stream of events.
    pub fn stream(&self, path: &str, headers: &[(&str, &str)]) -> EventStream {
        let mut all = vec![("X-Access-Token", self.token.as_str())];
        all.extend_from_slice(headers);
        self.anybody.stream(&format!("/v1{path}"), &all)
    }

    /// The status alone: of what comes back nothing is kept.
    pub fn status(&self, method: &str, path: &str, body: impl Into<Body>) -> u16 {
        let headers = [
            ("X-Access-Token", self.token.as_str()),
            ("Content-Type", "application/json"),
        ];
        self.anybody
            .status(method, &format!("/v1{path}"), &headers, body)
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut all = vec![("X-Access-Token", self.token.as_str())];
        all.extend_from_slice(headers);
        self.anybody.send(method, &format!("/v1{path}"), &all, body)
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let length = body.len().to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", length.as_str()),
        ];
        self.send(method, path, &headers, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty())
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, &body)
    }

    /// Posts, and does not wait for the answer.
    pub fn post_and_hang_up(&self, path: &str, body: &Value) {
        let headers = [
            ("X-Access-Token", self.token.as_str()),
            ("Content-Type", "application/json"),
        ];
        let path = format!("/v1{path}");
        self.anybody
            .hang_up("POST", &path, &headers, body.to_string());
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.json("PUT", path, &body)
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.json("PATCH", path, &body)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Body::empty())
    }
}

//! Connections of callers: taken in, given up when nothing comes over them, and ended in order.
//!
//! Whoever sends half a request must not keep a place for ever, nor keep the hub from stopping: no
//! token is known before a request is whole.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::{Request, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use crate::supervisor::{Heartbeat, Supervisor};

/// How long others are waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// From the end of an answer, or the beginning of a connection, until the header of the next
    /// request is there. Longer than clients and proxies keep a connection that they do not use:
    /// what they send must not meet its end.
    pub header: Duration,
    /// Between two parts of a body.
    pub body: Duration,
    /// For requests under way when the hub stops.
    pub end: Duration,
}

impl Patience {
    /// Together with that for callbacks under way, the end stays below the ten seconds after which
    /// supervisors kill.
    pub(crate) const USUAL: Self = Self {
        header: Duration::from_secs(120),
        body: Duration::from_secs(30),
        end: Duration::from_secs(5),
    };
}

/// How long nobody is let in when the table of open files is full, for example.
const AGAIN: Duration = Duration::from_millis(500);

/// Answers what comes to `listener` until `stop` is there, then what is under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
    supervisor: &Supervisor,
) {
    let connections = GracefulShutdown::new();
    let accepting = supervisor.task("accept loop", |heartbeat| {
        accept(&listener, &router, patience, &connections, heartbeat)
    });
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop(listener);
    if timeout(patience.end, connections.shutdown()).await.is_err() {
        tracing::warn!("the hub stops before some requests were whole or answered");
    }
}

/// Lets callers in, for ever.
async fn accept(
    listener: &TcpListener,
    router: &Router,
    patience: Patience,
    connections: &GracefulShutdown,
    heartbeat: Heartbeat,
) -> Result<(), Infallible> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience.header);
    loop {
        let accepted = listener.accept().await;
        heartbeat.beat();
        match accepted {
            Ok((stream, peer)) => {
                let service = router
                    .clone()
                    .map_request(move |request: Request<Incoming>| {
                        let mut request =
                            request.map(|body| Body::new(TimeoutBody::new(patience.body, body)));
                        request.extensions_mut().insert(ConnectInfo(peer));
                        request
                    });
                let service = TowerToHyperService::new(service);
                let connection = http.serve_connection(TokioIo::new(stream), service);
                // How it ends is the caller's affair.
                tokio::spawn(connections.watch(connection));
            }
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::error!(%error, "nobody can be let in");
                sleep(AGAIN).await;
            }
        }
    }
}

/// He was gone before he was let in.
fn is_of_the_caller(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::post;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);
    const SHORT: Duration = Duration::from_millis(50);
    const LONG_TIME: Patience = Patience {
        header: LONG,
        body: LONG,
        end: LONG,
    };

    /// A server that answers a body with its length, or says that it did not get one.
    async fn started(patience: Patience) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let length = |request: axum::extract::Request| async {
            match axum::body::to_bytes(request.into_body(), 100).await {
                Ok(bytes) => bytes.len().to_string(),
                Err(_) => "not whole".to_owned(),
            }
        };
        let router = Router::new().route("/", post(length));
        let (stop, stopped) = oneshot::channel();
        let stopped = async move { stopped.await.unwrap() };
        let served = tokio::spawn(async move {
            serve(listener, router, patience, stopped, &Supervisor::default()).await;
        });
        (address, stop, served)
    }

    /// Sends a text, and reads until the server ends the connection.
    async fn told(address: SocketAddr, sent: &str) -> String {
        let mut caller = TcpStream::connect(address).await.unwrap();
        caller.write_all(sent.as_bytes()).await.unwrap();
        let mut told = String::new();
        caller.read_to_string(&mut told).await.unwrap();
        told
    }

    const HALF_A_BODY: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345";

    #[tokio::test]
    async fn half_a_header_is_given_up() {
        let patience = Patience {
            header: SHORT,
            ..LONG_TIME
        };
        let (address, _stop, _served) = started(patience).await;
        let told = told(address, "POST / HT").await;
        assert!(
            told.is_empty() || told.starts_with("HTTP/1.1 408 "),
            "{told}"
        );
    }

    #[tokio::test]
    async fn half_a_body_is_given_up() {
        let patience = Patience {
            body: SHORT,
            ..LONG_TIME
        };
        let (address, _stop, _served) = started(patience).await;
        let told = told(address, HALF_A_BODY).await;
        assert!(told.ends_with("not whole"), "{told}");
    }

    #[tokio::test]
    async fn half_a_request_does_not_keep_the_hub_from_stopping() {
        for half in ["G", HALF_A_BODY] {
            let patience = Patience {
                end: SHORT,
                ..LONG_TIME
            };
            let (address, stop, served) = started(patience).await;
            let mut caller = TcpStream::connect(address).await.unwrap();
            caller.write_all(half.as_bytes()).await.unwrap();
            stop.send(()).unwrap();
            served.await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered_before_the_end() {
        let (address, stop, served) = started(LONG_TIME).await;
        let mut caller = TcpStream::connect(address).await.unwrap();
        let continued =
            HALF_A_BODY.replacen("\r\n\r\n12345", "\r\nExpect: 100-continue\r\n\r\n", 1);
        caller.write_all(continued.as_bytes()).await.unwrap();
        // The request has begun when the server wants its body.
        let mut wanted = [0; 25];
        caller.read_exact(&mut wanted).await.unwrap();
        stop.send(()).unwrap();
        caller.write_all(b"1234567890").await.unwrap();
        let mut told = String::new();
        caller.read_to_string(&mut told).await.unwrap();
        assert!(told.ends_with("\r\n\r\n10"), "{told}");
        served.await.unwrap();
    }
}

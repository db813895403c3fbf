//! What whoever runs the hub asks it: whether it lives, whether it can do its work, and how it is.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

mod health;
mod log;
mod metrics;

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::Request;
use hub::Listeners;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::TestHub;

/// The metrics of a hub as text, whatever serves them.
fn scraped(hub: &TestHub) -> String {
    let router = hub::operations::Operations::new(&hub.hub).router();
    let request = Request::get("/metrics").body(Body::empty());
    hub.wait(async {
        let answering = tower::ServiceExt::oneshot(router, request.expect("a request"));
        let answer = match answering.await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        assert_eq!(answer.status(), 200);
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        String::from_utf8(body.expect("a body").to_vec()).expect("text")
    })
}

/// The value of a series, which is written as in `name{label="value"}`.
fn value(text: &str, series: &str) -> Option<f64> {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(series));
    let value = values.find_map(|rest| rest.strip_prefix(' '))?;
    Some(value.parse().expect("a number"))
}

/// A hub that runs, with an address for its metrics.
struct Running {
    metrics: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Running {
    fn start(hub: &TestHub) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let own = hub.hub.clone();
        hub.wait(async {
            let listener = || TcpListener::bind("127.0.0.1:0");
            let callers = listener().await.expect("a port");
            let metrics = listener().await.expect("a port");
            let address = metrics.local_addr().expect("an address");
            let listeners = Listeners {
                callers,
                metrics: Some(metrics),
            };
            let ended = tokio::spawn(hub::serve_at(own, listeners, async {
                let _stop = stopped.await;
            }));
            Self {
                metrics: address,
                stop,
                ended,
            }
        })
    }

    fn stop(self, hub: &TestHub) {
        self.stop.send(()).expect("a running hub");
        hub.wait(self.ended).expect("a good end");
    }
}

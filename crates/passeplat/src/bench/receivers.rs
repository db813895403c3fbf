//! Programs that receive callbacks, as cheap as they can be: they share the machine with the hub.
//!
//! All run on one thread, each on a port of its own. Of a callback they read how long it is and the
//! ref of its order; the rest of its JSON is passed over.

use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::http::find;
use super::order::{self, OrderKey, REF_LENGTH};

/// What a receiver does with a callback.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReceiverKind {
    /// Answers 200, and reports the order.
    Healthy,
    /// Answers 500 at once.
    Dead,
    /// Accepts the connection and never answers.
    Hanging,
}

/// Is called with the number of a healthy receiver and the order whose callback it has, before the
/// callback is answered.
pub type CallbackSink = Arc<dyn Fn(usize, OrderKey) + Send + Sync>;

/// Running receivers. They stop when this is dropped.
pub struct Receivers {
    /// The address of each.
    pub urls: Vec<String>,
    _stop: oneshot::Sender<()>,
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const FAILED: &[u8] = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

/// How long to wait when no connection can be accepted, as when files are lacking.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

impl Receivers {
    /// Starts a receiver of each kind. They know orders of the run called `run`.
    pub fn start(run: &str, kinds: &[ReceiverKind], sink: CallbackSink) -> anyhow::Result<Self> {
        let mut listeners = Vec::with_capacity(kinds.len());
        let mut urls = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let listener = StdListener::bind("127.0.0.1:0")?;
            listener.set_nonblocking(true)?;
            urls.push(format!("http://{}/callback", listener.local_addr()?));
            listeners.push((listener, *kind));
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let run: Arc<str> = Arc::from(run);
        let needle: Arc<[u8]> = Arc::from(format!("\"ref\":\"{run}-").as_bytes());
        let serve = async move {
            for (number, (listener, kind)) in listeners.into_iter().enumerate() {
                let receiver = BenchReceiver {
                    number,
                    kind,
                    run: Arc::clone(&run),
                    needle: Arc::clone(&needle),
                    sink: Arc::clone(&sink),
                };
                tokio::spawn(receiver.accept(listener));
            }
            // Ends when the sender is dropped.
            let _stopped = stopped.await;
        };
        std::thread::Builder::new()
            .name("bench receivers".to_owned())
            .spawn(move || runtime.block_on(serve))?;
        Ok(Self { urls, _stop: stop })
    }
}

#[derive(Clone)]
struct BenchReceiver {
    number: usize,
    kind: ReceiverKind,
    run: Arc<str>,
    /// What stands before the ref's numbers.
    needle: Arc<[u8]>,
    sink: CallbackSink,
}

impl BenchReceiver {
    async fn accept(self, listener: StdListener) -> std::io::Result<()> {
        let listener = TcpListener::from_std(listener)?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().serve(stream));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    /// Answers one callback after the other until the hub closes the connection.
    async fn serve(self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut bytes = Vec::with_capacity(16 * 1024);
        while stream.read_buf(&mut bytes).await? > 0 {
            if self.kind == ReceiverKind::Hanging {
                bytes.clear();
                continue;
            }
            while let Some(end) = request_end(&bytes) {
                let answer = match self.kind {
                    ReceiverKind::Healthy => {
                        if let Some(key) = self.order_of(&bytes) {
                            (self.sink)(self.number, key);
                        }
                        OK
                    }
                    _ => FAILED,
                };
                bytes.drain(..end);
                stream.write_all(answer).await?;
            }
        }
        Ok(())
    }

    /// The order of this run whose ref is in a callback.
    fn order_of(&self, bytes: &[u8]) -> Option<OrderKey> {
        // The needle ends with the run's name and a dash; the ref begins with that name.
        let at = find(bytes, &self.needle)? + self.needle.len() - self.run.len() - 1;
        let reference = std::str::from_utf8(bytes.get(at..at + REF_LENGTH)?).ok()?;
        order::of_run(&self.run, reference)
    }
}

/// Where the first request ends in what was read; none while part of it is missing.
fn request_end(bytes: &[u8]) -> Option<usize> {
    let body = find(bytes, b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(bytes.get(..body)?).ok()?;
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let length = lines
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    let end = body + length.unwrap_or(0_usize);
    (bytes.len() >= end).then_some(end)
}

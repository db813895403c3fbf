//! Connections of callers: taken in, bounded in number and time, and ended in order.
//!
//! No token is known before a request is whole, so whoever says nothing, says it slowly, or does not
//! take the response must not keep a place:
//! - how long each part may take is a matter of [`Timeouts`];
//! - there are limits on connections in all and per address ([`ConnectionLimits`]). When one is reached the
//!   connection that has been idle longest is closed, since its caller loses nothing by that (RFC 9112,
//!   9.3: who keeps a connection must expect its end); only when every one of them is being answered does
//!   the newcomer hear 503;
//! - how many files the process may open limits the connections, too ([`open_files`]).
//!
//! What the library answers by itself, before there is a request, is put into the words of the API
//! ([`answers`]).

mod answers;
mod body;
mod connected;
mod line;
mod slots;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tower::ServiceExt as _;

use self::answers::{Answers, wrong_host};
use self::body::{RequestBody, ResponseBody};
use self::connected::{ConnectionState, Verdict};
use self::line::CallerStream;
use crate::clock::Clock;
use crate::config::Config;
use crate::hub::Hub;
use crate::metrics::{Limit, Refusals};
use crate::open_files;
use crate::supervisor::{Heartbeat, Supervisor};
use slots::{ConnectionSlot, ConnectionSlots, SlotOutcome};

/// How long others are waited for, by what has passed on the hub's clock.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the beginning of a connection, or from the first byte of a later request, until its header is
    /// there.
    pub header: Duration,
    /// From the end of an answer until the next request begins. Longer than clients and proxies keep a
    /// connection that they do not use: what they send must not meet its end.
    pub idle: Duration,
    /// Between two parts of a body, and of an answer.
    pub gap: Duration,
    /// For a whole body, and for a whole answer to be taken.
    pub whole: Duration,
    /// For which a body need not come at [`MIN_BYTES_PER_SECOND`].
    pub slow: Duration,
    /// For requests under way when the hub stops, in real time.
    pub end: Duration,
    /// How often connections are looked at, in real time.
    pub look: Duration,
}

impl Timeouts {
    /// Together with that for callbacks under way, the end stays below the ten seconds after which
    /// supervisors kill.
    pub const DEFAULT: Self = Self {
        header: Duration::from_secs(10),
        idle: Duration::from_secs(120),
        gap: Duration::from_secs(30),
        whole: Duration::from_secs(600),
        slow: Duration::from_secs(15),
        end: Duration::from_secs(5),
        look: Duration::from_secs(1),
    };
}

/// Bytes a second at which a body must come on the average, and an answer be taken.
pub const MIN_BYTES_PER_SECOND: u64 = 1_024;

/// How many connections there may be.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// How many there may be in all.
    pub in_all: usize,
    /// How many there may be from one address, or one IPv6 network of 64 bits.
    pub of_one: usize,
    /// Whose connections are those of many, so that only the bound in all counts.
    pub proxies: Vec<IpNet>,
}

impl ConnectionLimits {
    /// Those of the settings, as far as the process may open files.
    pub fn of(config: &Config) -> Self {
        let wanted = config.server.connections;
        let in_all = open_files::limit().map_or(wanted, |files| {
            wanted.min(open_files::for_connections(files))
        });
        if in_all < wanted {
            let (setting, count) = ("server.connections", in_all);
            tracing::warn!(
                setting,
                count,
                "open files limit too low for server.connections, accepting fewer connections"
            );
        }
        Self {
            in_all,
            of_one: config.server.connections_per_address,
            proxies: config.server.trusted_proxies.clone(),
        }
    }
}

/// What connections are held to.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// How long each part may take.
    pub timeouts: Timeouts,
    /// How many there may be.
    pub limits: ConnectionLimits,
}

/// Bytes of a request's header at most: more is answered with 431, or 414 when it is the address.
const MAX_HEADER_BYTES: usize = 128 * 1024;

/// How long the hub accepts no connection after an error of `accept`: when the table of open files is
/// full and no connection is idle, for example.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(500);

/// How long the other side may take to acknowledge what was sent, or to make room for it.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_TIMEOUT: Duration = Duration::from_secs(60);

/// For how long a connection that is refused stays open, so that its sender can read why.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// How many refused connections may stay open at a time; others are closed at once.
const MAX_LINGERING_CONNECTIONS: usize = 32;

/// What every connection uses.
struct ConnectionContext {
    router: Router,
    clock: Clock,
    timeouts: Timeouts,
    slots: Arc<ConnectionSlots>,
    answers: Arc<Answers>,
    lingering: Arc<Semaphore>,
    refusals: Refusals,
}

/// Answers what comes to `listener` until `stop` is there, then what is under way.
pub async fn serve(
    hub: &Hub,
    listener: TcpListener,
    router: Router,
    options: ServerOptions,
    stop: impl Future<Output = ()>,
    supervisor: &Supervisor,
) {
    let slots = Arc::new(ConnectionSlots::new(options.limits));
    let door = ConnectionContext {
        router,
        clock: hub.clock().clone(),
        timeouts: options.timeouts,
        slots: Arc::clone(&slots),
        answers: Arc::new(Answers::of(hub)),
        lingering: Arc::new(Semaphore::new(MAX_LINGERING_CONNECTIONS)),
        refusals: hub.metrics().refusals.clone(),
    };
    let serving = async {
        let accept = |heartbeat| accept(&listener, &door, heartbeat);
        tokio::select! {
            () = supervisor.task("accept loop", accept) => {}
            () = stop => {}
        }
        drop(listener);
        slots.stop();
        if timeout(options.timeouts.end, slots.wait_until_all_released())
            .await
            .is_err()
        {
            tracing::warn!("shutdown deadline passed, requests in flight aborted");
        }
    };
    tokio::select! {
        () = serving => {}
        never = door.watch_deadlines() => match never {},
    }
}

/// Lets callers in, for ever.
async fn accept(
    listener: &TcpListener,
    door: &ConnectionContext,
    heartbeat: Heartbeat,
) -> Result<(), Infallible> {
    loop {
        door.slots.wait_until_few_end(ACCEPT_RETRY_DELAY).await;
        let accepted = listener.accept().await;
        heartbeat.beat();
        match accepted {
            Ok((stream, peer)) => door.start_connection(stream, peer),
            Err(error) if is_of_the_caller(&error) => {}
            // The file of somebody who says nothing is needed more for somebody else.
            Err(error) if is_full(&error) && door.slots.end_one(ACCEPT_RETRY_DELAY).await => {}
            Err(error) => {
                tracing::error!(%error, "accept failed");
                sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

impl ConnectionContext {
    /// Looks again and again at who has taken too long, until the last connection has ended.
    async fn watch_deadlines(&self) -> Infallible {
        let mut looks = interval(self.timeouts.look);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            self.slots.check_deadlines(self.clock.passed());
        }
    }

    fn start_connection(&self, stream: TcpStream, peer: SocketAddr) {
        end_if_unacknowledged(&stream);
        let connected = Arc::new(ConnectionState::new(self.clock.clone(), self.timeouts));
        match self.slots.acquire(peer.ip(), &connected) {
            SlotOutcome::Yes(slot) => {
                let serving = self.serve(stream, peer, connected, slot);
                // How it ends is the caller's affair.
                tokio::spawn(serving);
            }
            SlotOutcome::No => self.reject(stream),
        }
    }

    /// Serves one connection until either side ends it.
    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        connected: Arc<ConnectionState>,
        slot: ConnectionSlot,
    ) -> impl Future<Output = ()> + Send + 'static {
        let service = {
            let (router, answers) = (self.router.clone(), Arc::clone(&self.answers));
            let connected = Arc::clone(&connected);
            service_fn(move |request: Request<Incoming>| {
                let guard = connected.begin();
                let body_of = Arc::clone(&connected);
                let (router, answers) = (router.clone(), Arc::clone(&answers));
                async move {
                    let (head, body) = request.into_parts();
                    let body = Body::new(RequestBody::new(&head, body, body_of));
                    let mut request = Request::from_parts(head, body);
                    let response = match wrong_host(&request) {
                        Some(message) => answers.response(StatusCode::BAD_REQUEST, message),
                        None => {
                            request.extensions_mut().insert(ConnectInfo(peer));
                            match router.oneshot(request).await {
                                Ok(response) => response,
                                Err(never) => match never {},
                            }
                        }
                    };
                    Ok::<Response<ResponseBody>, Infallible>(
                        response.map(|body| ResponseBody::new(body, guard)),
                    )
                }
            })
        };
        let mut http = http1::Builder::new();
        // The time for a header is counted here, by the hub's clock.
        http.timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(MAX_HEADER_BYTES);
        let line = CallerStream::new(stream, Arc::clone(&connected), Arc::clone(&self.answers));
        let mut connection = http.serve_connection(TokioIo::new(line), service);
        let (answers, lingering) = (Arc::clone(&self.answers), Arc::clone(&self.lingering));
        async move {
            let mut is_ending = false;
            let end = poll_fn(|cx| {
                connected.wake_later(cx.waker());
                if !is_ending && connected.is_told_to_end() {
                    is_ending = true;
                    Pin::new(&mut connection).graceful_shutdown();
                }
                if let Poll::Ready(ended) = Pin::new(&mut connection).poll(cx) {
                    let is_unread = ended.is_err_and(|error| error.is_parse());
                    return Poll::Ready(match is_unread {
                        true => Verdict::Unread,
                        false => Verdict::End,
                    });
                }
                match connected.verdict() {
                    Verdict::GoOn => Poll::Pending,
                    end => Poll::Ready(end),
                }
            })
            .await;
            let response = match end {
                Verdict::GoOn | Verdict::End => return drop(slot),
                Verdict::TooLate => answers.bytes(
                    StatusCode::REQUEST_TIMEOUT,
                    "The header of the request did not arrive in time",
                ),
                Verdict::Unread => Vec::new(),
            };
            let stream = connection.into_parts().io.into_inner().into_stream();
            send_and_linger(&lingering, stream, response).await;
            drop(slot);
        }
    }

    /// Answers a new connection with 503, and gives the caller a moment to read it.
    fn reject(&self, stream: TcpStream) {
        self.refusals.count(Limit::Connections);
        tracing::warn!("connection limit reached, new connection refused with 503");
        let message = "Too many connections at the moment: retry later";
        let response = self.answers.bytes(StatusCode::SERVICE_UNAVAILABLE, message);
        let lingering = Arc::clone(&self.lingering);
        tokio::spawn(async move { send_and_linger(&lingering, stream, response).await });
    }
}

/// Says the last that is said over a connection, if not too many hear it at this moment.
async fn send_and_linger(lingering: &Semaphore, stream: TcpStream, response: Vec<u8>) {
    if let Ok(_permit) = lingering.try_acquire() {
        let _late = timeout(LINGER_TIMEOUT, answers::send_and_close(stream, &response)).await;
    }
}

/// Has the system end a connection whose other side takes nothing that was sent for so long: it is gone, or
/// does not read. What waits in the system's buffers is not seen here, and an event stream would stay open.
#[cfg(target_os = "linux")]
fn end_if_unacknowledged(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    if let Err(error) = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_TIMEOUT)) {
        tracing::debug!(%error, "connection without a time limit of the system");
    }
}

#[cfg(not(target_os = "linux"))]
fn end_if_unacknowledged(_: &TcpStream) {}

/// Whether the caller closed the connection before it was accepted.
fn is_of_the_caller(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// The process, or the machine, has no file left.
fn is_full(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(open_files::is_full)
}

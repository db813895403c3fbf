//! Where the server is, and how a connection to it is made.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Notification, Socket};

use super::error::PostgresError;
use super::tls::{Options, Tls};
use crate::db::{Error, Result};

/// By these names a server's administrator tells the connections apart.
const HUB: &str = "passeplat";
pub(in crate::db) const JOURNAL: &str = "passeplat journal";
pub(in crate::db) const NOTIFIER: &str = "passeplat notify";

/// For how long the hub waits for a connection to one host when the address names several.
const CONNECT_TIMEOUT_PER_HOST: Duration = Duration::from_secs(2);

/// For how long the hub waits for a connection to the only host of an address.
const CONNECT_TIMEOUT_OF_ONLY_HOST: Duration = Duration::from_secs(5);

/// When nothing is said on a connection for so long, it is asked whether it is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(3);
const KEEPALIVE_RETRIES: u32 = 3;

/// What the library takes when the address does not say so.
const KEEPALIVE_IDLE_OF_LIBRARY: Duration = Duration::from_secs(2 * 60 * 60);

/// Not more often than this do all sessions leave a server that does not write.
const LEAVE_EVERY: Duration = Duration::from_secs(1);

/// A database of a server, or of several that stand in for each other. Cheap to clone.
#[derive(Clone)]
pub(in crate::db) struct Server {
    shared: Arc<Servers>,
    /// What the server calls the connections, unless the address says so.
    name: &'static str,
}

struct Servers {
    /// One per host, in the order of the address.
    hosts: Vec<ServerHost>,
    /// The host that let us in last.
    last: AtomicUsize,
    generation: Mutex<Generation>,
    reached: Mutex<Reachability>,
    timeout: Duration,
}

/// One host, and how connections to it are protected.
struct ServerHost {
    config: Config,
    tls: Tls,
}

/// Whether the server lets us in, as far as was said in the log.
#[derive(Clone, Copy)]
enum Reachability {
    /// Nobody has tried, or it has never: whoever starts the hub is told that otherwise.
    NotYet,
    Yes,
    NotSince(Instant),
}

/// Connections of an earlier generation are not used again.
struct Generation {
    number: usize,
    since: Option<Instant>,
}

/// A connection, and what the server says on it without being asked.
pub(in crate::db) struct Connected {
    pub client: Client,
    /// Warnings that concern a commit.
    pub warnings: Warnings,
    pub notifications: mpsc::UnboundedReceiver<Notification>,
    /// Carries messages to and fro for as long as it runs.
    pub driver: tokio::task::JoinHandle<()>,
    pub generation: usize,
}

/// The last warning of a connection that concerns a commit.
#[derive(Clone, Default)]
pub(in crate::db) struct Warnings(Arc<Mutex<Option<String>>>);

impl Warnings {
    fn note(&self, text: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
    }

    /// The last one since this was asked before.
    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Server {
    /// Reads an address. No question takes longer than `timeout`.
    pub(in crate::db) fn parse(url: &str, timeout: Duration) -> Result<Self> {
        let (config, options) = parse(url)?;
        let several = config.get_hosts().len().max(config.get_hostaddrs().len()) > 1;
        let hosts: Vec<ServerHost> = each_host(&config)
            .map(|host| ServerHost {
                tls: Tls::for_host(&options, &host),
                config: with_defaults(host, several, timeout),
            })
            .collect();
        for host in &hosts {
            host.tls.check().map_err(|why| {
                Error::Unusable(format!("TLS to PostgreSQL cannot be used: {why}"))
            })?;
        }
        Ok(Self {
            shared: Arc::new(Servers {
                hosts,
                last: AtomicUsize::new(0),
                generation: Mutex::new(Generation {
                    number: 0,
                    since: None,
                }),
                reached: Mutex::new(Reachability::NotYet),
                timeout,
            }),
            name: HUB,
        })
    }

    /// This server, with another name for its connections.
    pub(in crate::db) fn named(&self, name: &'static str) -> Self {
        let shared = Arc::clone(&self.shared);
        Self { shared, name }
    }

    /// How long whoever asks the database something waits at most.
    pub(in crate::db) fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    /// Connects to the host that let us in last, or else to the first that does.
    pub(in crate::db) async fn connect(&self) -> Result<Connected, PostgresError> {
        let hosts = &self.shared.hosts;
        let generation = self.generation();
        let begin = self.shared.last.load(Ordering::Relaxed);
        let mut why = Vec::new();
        for index in (begin..hosts.len()).chain(0..begin) {
            let Some(host) = hosts.get(index) else {
                continue;
            };
            let mut config = host.config.clone();
            if config.get_application_name().is_none() {
                config.application_name(self.name);
            }
            match connect_to(&config, &host.tls, hosts.len() > 1, generation).await {
                Ok(connected) => {
                    self.shared.last.store(index, Ordering::Relaxed);
                    self.note_success();
                    return Ok(connected);
                }
                Err(error) => {
                    why.push(format!(
                        "PostgreSQL at {}: {error}",
                        address_text(&host.config)
                    ));
                }
            }
        }
        let error = why.join("; ");
        self.note_failure(&error);
        Err(PostgresError::connection_lost(error))
    }

    fn note_success(&self) {
        let mut reached = self.lock_reachability();
        if let Reachability::NotSince(since) = *reached {
            let seconds = since.elapsed().as_secs();
            tracing::info!(seconds, "PostgreSQL reachable again");
        }
        *reached = Reachability::Yes;
    }

    fn note_failure(&self, error: &str) {
        let mut reached = self.lock_reachability();
        if matches!(*reached, Reachability::Yes) {
            *reached = Reachability::NotSince(Instant::now());
            tracing::error!(error, "PostgreSQL unreachable");
        }
    }

    fn lock_reachability(&self) -> MutexGuard<'_, Reachability> {
        let reached = &self.shared.reached;
        reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The generation of connections that are made now.
    pub(in crate::db) fn generation(&self) -> usize {
        self.lock().number
    }

    /// A connection of `generation` found that its server does not write: all others leave it, too.
    pub(super) fn advance_generation(&self, generation: usize) {
        let mut now = self.lock();
        let is_due = now.since.is_none_or(|since| since.elapsed() >= LEAVE_EVERY);
        if now.number == generation && is_due {
            now.number += 1;
            now.since = Some(Instant::now());
            tracing::warn!("PostgreSQL is read-only, reconnecting");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generation> {
        let generation = &self.shared.generation;
        generation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with an address, if anything: a sentence that begins with "must".
pub(in crate::db) fn check(url: &str) -> Result<(), String> {
    read(url).map(drop)
}

fn parse(url: &str) -> Result<(Config, Options)> {
    read(url).map_err(|why| Error::Unusable(format!("the PostgreSQL address {why}")))
}

/// Reads an address, and what it says of TLS.
fn read(url: &str) -> Result<(Config, Options), String> {
    let (options, rest) = Options::take(url)?;
    let config: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!(
            "must be one that the hub understands{}",
            cause.unwrap_or_default()
        )
    })?;
    let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
    if hosts == 0 {
        return Err("must name a host".to_owned());
    }
    if config.get_ports().len() > 1 && config.get_ports().len() != hosts {
        return Err("must have a port for each host, or one for all".to_owned());
    }
    Ok((config, options))
}

/// The address split into one for each of its hosts.
fn each_host(config: &Config) -> impl Iterator<Item = Config> + '_ {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    (0..hosts.len().max(addresses.len())).map(move |index| {
        let mut one = Config::new();
        if let Some(user) = config.get_user() {
            one.user(user);
        }
        if let Some(password) = config.get_password() {
            one.password(password);
        }
        if let Some(name) = config.get_dbname() {
            one.dbname(name);
        }
        if let Some(options) = config.get_options() {
            one.options(options);
        }
        if let Some(name) = config.get_application_name() {
            one.application_name(name);
        }
        match (hosts.get(index), addresses.get(index)) {
            (Some(Host::Tcp(name)), _) => {
                one.host(name);
            }
            (Some(Host::Unix(path)), _) => {
                one.host_path(path);
            }
            // A certificate may be for an address, too.
            (None, Some(address)) => {
                one.host(address.to_string());
            }
            (None, None) => {}
        }
        if let Some(address) = addresses.get(index) {
            one.hostaddr(*address);
        }
        let ports = config.get_ports();
        if let Some(port) = ports.get(index).or(ports.first()) {
            one.port(*port);
        }
        if let Some(timeout) = config.get_connect_timeout() {
            one.connect_timeout(*timeout);
        }
        if let Some(timeout) = config.get_tcp_user_timeout() {
            one.tcp_user_timeout(*timeout);
        }
        one.keepalives(config.get_keepalives());
        one.keepalives_idle(config.get_keepalives_idle());
        if let Some(interval) = config.get_keepalives_interval() {
            one.keepalives_interval(interval);
        }
        if let Some(retries) = config.get_keepalives_retries() {
            one.keepalives_retries(retries);
        }
        one.ssl_negotiation(config.get_ssl_negotiation());
        one.target_session_attrs(config.get_target_session_attrs());
        one.channel_binding(config.get_channel_binding());
        one.load_balance_hosts(config.get_load_balance_hosts());
        one
    })
}

/// What an address does not say.
fn with_defaults(mut config: Config, several: bool, timeout: Duration) -> Config {
    if several && config.get_target_session_attrs() == TargetSessionAttrs::Any {
        // A standby that lets everybody in would be asked for ever.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(if several {
            CONNECT_TIMEOUT_PER_HOST
        } else {
            CONNECT_TIMEOUT_OF_ONLY_HOST
        });
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(timeout);
    }
    if config.get_keepalives_idle() == KEEPALIVE_IDLE_OF_LIBRARY {
        config.keepalives_idle(KEEPALIVE_IDLE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(KEEPALIVE_INTERVAL);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(KEEPALIVE_RETRIES);
    }
    config
}

async fn connect_to(
    host: &Config,
    tls: &Tls,
    several: bool,
    generation: usize,
) -> Result<Connected, String> {
    // The library's time-out ends when the socket is connected, and a host may be silent after that.
    let most = host
        .get_connect_timeout()
        .copied()
        .unwrap_or(CONNECT_TIMEOUT_OF_ONLY_HOST);
    let most = if several {
        most
    } else {
        most.max(CONNECT_TIMEOUT_OF_ONLY_HOST)
    };
    match timeout(most, tls.connect(host, generation)).await {
        Ok(connected) => connected,
        Err(_) => Err(format!("no answer within {} s", most.as_secs())),
    }
}

impl Connected {
    /// Carries messages to and fro from now on.
    pub(super) fn new<S>(
        client: Client,
        mut connection: Connection<Socket, S>,
        generation: usize,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let warnings = Warnings::default();
        let (tell, notifications) = mpsc::unbounded_channel();
        let noted = warnings.clone();
        let driver = tokio::spawn(async move {
            while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) => {
                        if shakes_a_commit(&notice) {
                            noted.note(notice.message());
                        }
                    }
                    Ok(AsyncMessage::Notification(heard)) => {
                        // Most connections listen to nothing.
                        let _nobody = tell.send(heard);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let error = Error::from(error);
                        tracing::warn!(%error, "PostgreSQL connection lost");
                        return;
                    }
                }
            }
        });
        Self {
            client,
            warnings,
            notifications,
            driver,
            generation,
        }
    }
}

/// Whether this says that a `COMMIT` which is answered well is none: the wait for a standby was
/// cancelled, or there was nothing to commit.
fn shakes_a_commit(notice: &DbError) -> bool {
    *notice.code() == SqlState::NO_ACTIVE_SQL_TRANSACTION
        || notice.routine() == Some("SyncRepWaitForLSN")
}

/// Where one host is.
pub(super) fn address_text(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => format!("{name}:{port}"),
        (Some(Host::Unix(path)), _) => format!("{}:{port}", path.display()),
        (None, Some(address)) => format!("{address}:{port}"),
        (None, None) => format!("localhost:{port}"),
    }
}

/// Where a database is, without user and password.
pub(in crate::db) fn without_user(url: &str) -> String {
    let Ok((config, _)) = parse(url) else {
        return "postgres://".to_owned();
    };
    let addresses: Vec<String> = each_host(&config).map(|host| address_text(&host)).collect();
    let name = config.get_dbname().or(config.get_user());
    format!(
        "postgres://{}/{}",
        addresses.join(","),
        name.unwrap_or_default()
    )
}

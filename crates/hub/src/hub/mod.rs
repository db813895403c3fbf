//! [`Hub`]: the cheap handle on everything that a request may use.

mod login_attempts;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use wire::id::AccountId;

use crate::blobs::{self, BlobStore};
use crate::clock::{Clock, ClockComparison, Pulse};
use crate::config::Config;
use crate::cpu_pool::CpuPool;
use crate::db::page::ResumePoint;
use crate::db::{self, Address, Db, Settings, Tx};
use crate::entropy::Entropy;
use crate::event_streams::{EventStreams, PageStreams};
use crate::events::feed::{EventFeeds, FeedSubscription};
use crate::journal::{self, Journal};
use crate::large_bodies::LargeBodies;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::opening::{self, OpenHubError, OpenedHub, Opener, Opening};
use crate::outbound::{Outbound, TrustError};
use crate::presence::Presence;
use crate::rate_limits::{LoginAttempts, MailBudgets, RateLimits};
use crate::secret::{MasterKey, PasswordHasher};
use crate::supervisor::Supervisor;

/// How long the databases may take to end at the stop of the hub: files are made whole, a server needs
/// nothing.
const CLOSE_FILES: Duration = Duration::from_secs(5);
const CLOSE_SERVER: Duration = Duration::from_secs(1);

/// Everything that a request may use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    db: Db,
    journal: Journal,
    clock: Clock,
    entropy: Entropy,
    key: MasterKey,
    passwords: PasswordHasher,
    cpu_pool: CpuPool,
    large_bodies: LargeBodies,
    limits: RateLimits,
    attempts: LoginAttempts,
    has_told_of_proxy: AtomicBool,
    mailer: Mailer,
    outbound: Outbound,
    blobs: BlobStore,
    calls: watch::Sender<()>,
    metrics: Metrics,
    dispatch_pulse: Pulse,
    stopping: watch::Sender<bool>,
    live: LiveStreams,
    alarm_memory: AlarmMemory,
    supervisor: Supervisor,
    clock_comparison: ClockComparison,
    erasure_resume_points: ErasureResumePoints,
}

/// Who is told at once of what happens.
#[derive(Debug)]
struct LiveStreams {
    of_events: Arc<EventStreams>,
    of_pages: Arc<PageStreams>,
    feeds: Arc<EventFeeds>,
}

impl LiveStreams {
    fn new(max_server_connections: usize) -> Self {
        Self {
            of_events: Arc::new(EventStreams::new(max_server_connections)),
            of_pages: Arc::new(PageStreams::new(max_server_connections)),
            feeds: Arc::default(),
        }
    }
}

/// What this process remembers for alarms.
#[derive(Debug, Default)]
struct AlarmMemory {
    presence: Presence,
    /// Where the chore that looks for the end of alarms goes on.
    resume_point: ResumePoint,
}

/// Where the next round of erasing goes on with each kind of work: behind what this one has looked at,
/// so that what cannot be done holds up nothing else, however much there is of it.
#[derive(Debug, Default)]
pub(crate) struct ErasureResumePoints {
    pub customers: ResumePoint,
    pub lists: ResumePoint,
    pub journals: ResumePoint,
}

/// Why a hub cannot start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// What lies where the hub is to be.
    #[error(transparent)]
    Hub(#[from] OpenHubError),
    /// The place for blobs.
    #[error(transparent)]
    Blobs(#[from] blobs::OpenError),
    /// Certificates that callbacks should trust.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl Hub {
    /// Opens the databases and the key that `config` names; makes them where there is neither a
    /// database nor a key.
    pub fn open(config: Config, clock: Clock, entropy: Entropy) -> Result<Self, StartError> {
        Self::open_as(Opening::ExistingOrNew, config, clock, entropy)
    }

    /// Opens the databases and the key; `opening` says whether a new hub may be created. A hub that
    /// is opened for a look only has no journal: it serves nobody.
    pub fn open_as(
        opening: Opening,
        config: Config,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, StartError> {
        // What is wrong with the settings is told before anything is made.
        let outbound = Outbound::new(&config)?;
        let supervisor = Supervisor::default();
        let metrics = Metrics::default();
        let address = Address::parse(&config.database.url)?;
        let timeout = Duration::from_secs(config.database.timeout_seconds.into());
        let settings = Settings {
            group: config.database.group_commit,
            threads: match (config.database.threads, &address) {
                (0, Address::Sqlite(_)) => 8,
                (0, Address::Postgres(_)) => 24,
                (some, _) => some,
            },
            durable: true,
            timeout,
            key_check: None,
            metrics: metrics.databases.clone(),
        };
        let opener = Opener {
            opening,
            keys: &config.keys,
            address: &address,
            settings,
            clock: &clock,
            entropy: &entropy,
            supervisor: &supervisor,
        };
        let OpenedHub { key, db, is_new } = opener.open()?;
        let blobs = BlobStore::open(&config, &address)?;
        let journal_database = journal::JournalDatabase::beside(
            &address,
            timeout,
            clock.clone(),
            entropy.clone(),
            supervisor.clone(),
            metrics.databases.clone(),
        );
        let journal = if opening == Opening::Existing {
            None
        } else {
            opening::warn_of_unsent_mails(&config);
            journal_database.open_or_go_on(!is_new)
        };
        Ok(Self {
            inner: Arc::new(Inner {
                limits: RateLimits::new(&config.limits, db.is_postgres()),
                mailer: Mailer::new(&config.mail),
                attempts: LoginAttempts::new(config.limits.logins_per_minute, db.is_postgres()),
                has_told_of_proxy: AtomicBool::new(false),
                outbound,
                passwords: PasswordHasher::new(entropy.clone()),
                cpu_pool: CpuPool::half_of_cores("large bodies"),
                large_bodies: LargeBodies::new(),
                journal: Journal::new(journal_database, journal),
                calls: watch::Sender::new(()),
                metrics,
                dispatch_pulse: Pulse::default(),
                stopping: watch::Sender::new(false),
                live: LiveStreams::new(config.server.connections),
                alarm_memory: AlarmMemory::default(),
                supervisor,
                clock_comparison: ClockComparison::default(),
                erasure_resume_points: ErasureResumePoints::default(),
                blobs,
                config,
                db,
                clock,
                entropy,
                key,
            }),
        })
    }

    /// Ends what waits and closes both databases, each of which is one file then on SQLite. Nothing
    /// can be asked of this hub any longer.
    pub async fn close(&self) {
        self.inner.supervisor.stop();
        let journal = self.inner.journal.db();
        let bound = match self.inner.db.is_postgres() {
            true => CLOSE_SERVER,
            false => CLOSE_FILES,
        };
        let (data, journal) = tokio::join!(self.inner.db.close(bound), journal.close(bound));
        for closed in [data, journal] {
            if let Err(error) = closed {
                tracing::warn!(%error, "closing database failed, nothing is lost");
            }
        }
    }

    /// Runs `change` in a transaction and answers once it is durable; see [`Db::write`]. What a request
    /// changes is written with [`ApiCall::write`](crate::http::call::ApiCall::write).
    pub async fn write<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.db.write(name, change).await
    }

    /// Runs `look` against a snapshot; see [`Db::read`].
    pub async fn read<T, E, F>(&self, name: &'static str, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.db.read(name, look).await
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// What keeps the long-lived threads and tasks alive.
    pub fn supervisor(&self) -> &Supervisor {
        &self.inner.supervisor
    }

    /// The request journal.
    pub fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// How the clock compares with what the database knows.
    pub(crate) fn clock_comparison(&self) -> &ClockComparison {
        &self.inner.clock_comparison
    }

    /// The source of secrets and jitter.
    pub fn entropy(&self) -> &Entropy {
        &self.inner.entropy
    }

    /// The master key.
    pub fn key(&self) -> &MasterKey {
        &self.inner.key
    }

    /// Hashes and checks passwords.
    pub fn passwords(&self) -> &PasswordHasher {
        &self.inner.passwords
    }

    /// Threads for reading what is too large to be read between two other requests.
    pub(crate) fn cpu_pool(&self) -> &CpuPool {
        &self.inner.cpu_pool
    }

    /// Where the chore that erases personal data goes on.
    pub(crate) fn erasure_resume_points(&self) -> &ErasureResumePoints {
        &self.inner.erasure_resume_points
    }

    /// The permits for large bodies.
    pub(crate) fn large_bodies(&self) -> &LargeBodies {
        &self.inner.large_bodies
    }

    /// An API call that is being answered, until this is dropped.
    pub(crate) fn call(&self) -> watch::Receiver<()> {
        self.inner.calls.subscribe()
    }

    /// Until no API call is being answered, even if nobody waits for the answer.
    pub(crate) async fn calls_answered(&self) {
        self.inner.calls.closed().await;
    }

    /// What this hub counts.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// When its dispatcher was last at work.
    pub(crate) fn dispatch_pulse(&self) -> &Pulse {
        &self.inner.dispatch_pulse
    }

    /// The hub was told to stop: it takes no new work.
    pub(crate) fn begin_stop(&self) {
        self.inner.stopping.send_replace(true);
    }

    /// Whether it was.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.inner.stopping.borrow()
    }

    /// True once the hub was told to stop.
    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.inner.stopping.subscribe()
    }

    /// The live streams of events.
    pub(crate) fn event_streams(&self) -> &Arc<EventStreams> {
        &self.inner.live.of_events
    }

    /// The live streams of pages.
    pub(crate) fn page_streams(&self) -> &Arc<PageStreams> {
        &self.inner.live.of_pages
    }

    /// Listens to what happens to the orders of an account.
    pub(crate) fn event_feed(&self, account: &AccountId) -> FeedSubscription {
        let inner = &self.inner;
        let feeds = &inner.live.feeds;
        feeds.subscribe(&inner.db, account, self.stopped())
    }

    /// When connections were last heard of.
    pub(crate) fn presence(&self) -> &Presence {
        &self.inner.alarm_memory.presence
    }

    /// Where the chore that looks for the end of alarms goes on.
    pub(crate) fn alarms_resume_point(&self) -> &ResumePoint {
        &self.inner.alarm_memory.resume_point
    }

    /// Calls to others: callbacks, and what apps want called.
    pub fn outbound(&self) -> &Outbound {
        &self.inner.outbound
    }

    /// The bytes of images.
    pub(crate) fn blobs(&self) -> &BlobStore {
        &self.inner.blobs
    }

    /// The budgets of connections.
    pub(crate) fn limits(&self) -> &RateLimits {
        &self.inner.limits
    }

    /// Sends mails.
    pub fn mailer(&self) -> &Mailer {
        &self.inner.mailer
    }

    /// How many mails a day may be caused.
    pub(crate) fn mail_budgets(&self) -> MailBudgets {
        MailBudgets::of(&self.config().mail)
    }

    /// Says once that a proxy's word about its callers is not believed.
    pub(crate) fn warn_of_untrusted_proxy(&self, peer: std::net::IpAddr, header: &str) {
        if !self.inner.has_told_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                header,
                "forwarded address ignored: name the proxy in server.trusted_proxies, or all its \
                 callers share one limit on log-in attempts"
            );
        }
    }
}

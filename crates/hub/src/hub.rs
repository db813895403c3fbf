//! [`Hub`]: the cheap handle on everything that a request may use.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::sync::watch;

use crate::apart::Apart;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{self, Address, Db, Settings, Track, Tx};
use crate::http::limits::{Attempts, Guess, Limits};
use crate::http::peer::Peer;
use crate::http::terms::Terms;
use crate::images::{self, Files};
use crate::journal::Journal;
use crate::mail::Post;
use crate::outbound::{NoTrust, Outbound};
use crate::secret::{KeyTrouble, MasterKey, Passwords};
use crate::supervisor::Supervisor;

/// How long the databases may take to end at the stop of the hub.
const CLOSE: Duration = Duration::from_secs(5);

/// Everything that a request may use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    inner: Arc<Inner>,
    /// What the request that this handle belongs to asks of its changes.
    terms: Option<Arc<Terms>>,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    db: Db,
    journal: Journal,
    clock: Clock,
    chance: Chance,
    key: MasterKey,
    passwords: Passwords,
    apart: Apart,
    limits: Limits,
    attempts: Attempts,
    post: Post,
    outbound: Outbound,
    images: Files,
    calls: watch::Sender<()>,
    supervisor: Supervisor,
}

/// Why a hub cannot start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The master key.
    #[error(transparent)]
    Key(#[from] KeyTrouble),
    /// The place for images.
    #[error(transparent)]
    Images(#[from] images::CannotOpen),
    /// Certificates that callbacks should trust.
    #[error(transparent)]
    Trust(#[from] NoTrust),
}

impl FromRequestParts<Hub> for Hub {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Self::Rejection> {
        Ok(Self {
            inner: Arc::clone(&hub.inner),
            terms: parts.extensions.get().cloned(),
        })
    }
}

impl Hub {
    /// Opens the databases and the key that `config` names.
    pub fn open(config: Config, clock: Clock, chance: Chance) -> Result<Self, CannotStart> {
        let key = if config.keys.value.is_empty() {
            MasterKey::from_file(&config.keys.file, &chance)?
        } else {
            MasterKey::from_hex(&config.keys.value)?
        };
        let supervisor = Supervisor::default();
        let address = Address::parse(&config.database.url)?;
        let settings = Settings {
            group: config.database.group_commit,
            threads: match (config.database.threads, &address) {
                (0, Address::Sqlite(_)) => 8,
                (0, Address::Postgres(_)) => 24,
                (some, _) => some,
            },
            durable: true,
            key_check: Some(crate::chance::hex(&key.mac("key check", &[])[..8])),
        };
        let db = Db::open(
            &address,
            &settings,
            Track::Hub,
            clock.clone(),
            chance.clone(),
            &supervisor,
        )?;
        let images = Files::open(&config, &address)?;
        // A log line must neither wait for nor delay an order's fsync.
        let (address, settings) = match address {
            Address::Sqlite(path) => {
                let path = path.with_extension("journal.db");
                (
                    Address::Sqlite(path),
                    Settings {
                        group: 128,
                        threads: 2,
                        durable: false,
                        key_check: None,
                    },
                )
            }
            Address::Postgres(url) => (
                Address::Postgres(url),
                Settings {
                    group: 1,
                    threads: 2,
                    durable: false,
                    key_check: None,
                },
            ),
        };
        let journal = Db::open(
            &address,
            &settings,
            Track::Journal,
            clock.clone(),
            chance.clone(),
            &supervisor,
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                limits: Limits::new(&config.limits, db.is_postgres()),
                post: Post::new(&config.mail),
                attempts: Attempts::new(config.limits.logins_per_minute, db.is_postgres()),
                outbound: Outbound::new(&config)?,
                passwords: Passwords::new(chance.clone()),
                apart: Apart::half("large bodies"),
                journal: Journal::new(journal),
                calls: watch::Sender::new(()),
                supervisor,
                images,
                config,
                db,
                clock,
                chance,
                key,
            }),
            terms: None,
        })
    }

    /// Ends what waits and closes both databases, each of which is one file then on SQLite. Nothing
    /// can be asked of this hub any longer.
    pub async fn close(&self) {
        self.inner.supervisor.stop();
        let (data, journal) = tokio::join!(
            self.inner.db.close(CLOSE),
            self.inner.journal.db().close(CLOSE)
        );
        for closed in [data, journal] {
            if let Err(error) = closed {
                tracing::warn!(%error, "a database could not be closed in order; nothing is lost");
            }
        }
    }

    /// Runs `change` in a transaction and answers once it is durable; see [`Db::write`]. In an API
    /// request it is made on the request's terms: once per `Idempotency-Key`, whose answer is kept
    /// in the same transaction when `change` makes a [`Reply`](crate::http::answer::Reply).
    pub async fn write<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let Some(terms) = self.terms.clone() else {
            return self.inner.db.write(name, change).await;
        };
        let held = Arc::clone(&terms);
        let change = move |tx: &mut Tx<'_>| held.make(tx, &change);
        // Terms ask the database who was first, or what the thing is like now.
        let made = self.inner.db.write_alone(name, change).await?;
        terms.made();
        Ok(made)
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

    /// The source of secrets and jitter.
    pub fn chance(&self) -> &Chance {
        &self.inner.chance
    }

    /// The master key.
    pub fn key(&self) -> &MasterKey {
        &self.inner.key
    }

    /// Hashes and checks passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    /// Threads for reading what is too large to be read between two other requests.
    pub(crate) fn apart(&self) -> &Apart {
        &self.inner.apart
    }

    /// An API call that is being answered, until this is dropped.
    pub(crate) fn call(&self) -> watch::Receiver<()> {
        self.inner.calls.subscribe()
    }

    /// Until no API call is being answered, even if nobody waits for the answer.
    pub(crate) async fn calls_answered(&self) {
        self.inner.calls.closed().await;
    }

    /// Calls to others: callbacks, and what apps want called.
    pub fn outbound(&self) -> &Outbound {
        &self.inner.outbound
    }

    /// The files of images.
    pub(crate) fn images(&self) -> &Files {
        &self.inner.images
    }

    /// The budgets of connections.
    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Sends mails.
    pub fn post(&self) -> &Post {
        &self.inner.post
    }

    /// Counts a guess at a password or a client secret, and says whether it may be looked at.
    /// `kind` is what is guessed at, `whose` the target; empty when there is none.
    pub(crate) async fn may_guess(
        &self,
        peer: Peer,
        kind: &'static str,
        whose: &str,
    ) -> db::Result<bool> {
        let (peer, now) = (peer.0, self.clock().now());
        let guess = Guess { peer, kind, whose };
        self.inner.attempts.take(self.db(), guess, now).await
    }

    /// The guess was right: it does not count.
    pub(crate) async fn guessed_right(
        &self,
        peer: Peer,
        kind: &'static str,
        whose: &str,
    ) -> db::Result<()> {
        let (peer, now) = (peer.0, self.clock().now());
        let guess = Guess { peer, kind, whose };
        self.inner.attempts.give_back(self.db(), guess, now).await
    }
}

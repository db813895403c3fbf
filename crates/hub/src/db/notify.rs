//! `NOTIFY` and `LISTEN` between processes that share a PostgreSQL database: a commit here that left
//! something to send wakes the dispatchers there.
//!
//! `NOTIFY` takes one lock for the whole server while its transaction commits, so it is never part of
//! a change: it is sent after the commit, on a connection of its own, once for whatever happened
//! within a few milliseconds. Nothing depends on it. While it cannot be sent or received, or where a
//! pooler or another engine does not know it, dispatchers find everything when they next look.
//!
//! A notifier receives its own notifications. When it does not, nobody receives any, and that is logged
//! once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::postgres::{Connected, Server};
use super::topics::{self, RemoteWakeups, Topics};
use super::{Error, Result};
use crate::supervisor::{Heartbeat, Supervisor};

/// For how long a notification waits for others, so that one wakes the dispatcher for all of them.
const NOTIFY_DEBOUNCE: Duration = Duration::from_millis(10);

/// How long the listener waits before it connects again after a failure.
const RECONNECT_DELAY: Duration = Duration::from_secs(2);

/// When no notification comes for so long, the listener sends one itself to see whether it comes back.
const PROBE_INTERVAL: Duration = Duration::from_secs(60);

/// Each schema has a channel of its own, so that databases within a database do not wake each other.
const CHANNEL: &str = "SELECT 'passeplat_' || MD5(COALESCE(current_schema(), ''))";

/// Between the notifier of a process and the rest of it.
#[derive(Clone)]
pub(super) struct Signals {
    /// Set when another process has something to send.
    pub local: Arc<Notify>,
    /// Who waits in this process for what.
    pub topics: Arc<Topics>,
    /// What this process has done, for the others.
    pub remote: Arc<RemoteWakeups>,
    /// Set when the database is closed.
    pub close: Arc<Notify>,
    /// By which this process knows its own notifications.
    pub name: String,
}

/// One for each process.
struct Notifier {
    server: Server,
    signals: Signals,
    ready: mpsc::Sender<()>,
    has_warned_of_silence: AtomicBool,
}

/// Starts the notifier, and returns when it receives or has failed for the first time.
pub(super) fn start(server: Server, signals: Signals, supervisor: &Supervisor) -> Result<()> {
    let (ready, is_ready) = mpsc::channel();
    let notifier = Notifier {
        server,
        signals,
        ready,
        has_warned_of_silence: AtomicBool::new(false),
    };
    supervisor
        .thread("hub notifier", move |heartbeat| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(notifier.run(heartbeat));
            Ok::<(), std::io::Error>(())
        })
        .map_err(|error| Error::Unavailable(format!("no thread for the notifier: {error}")))?;
    // An error means that the thread has ended, as it does when the database is closed.
    let _gone = is_ready.recv();
    Ok(())
}

impl Notifier {
    /// Sends and receives until the database is closed.
    async fn run(&self, heartbeat: &Heartbeat) {
        loop {
            tokio::select! {
                biased;
                () = self.signals.close.notified() => return,
                outcome = self.listen(heartbeat) => match outcome {
                    Ok(()) => continue,
                    Err(error) => tracing::debug!(%error, "LISTEN connection lost"),
                }
            }
            let _told = self.ready.send(());
            tokio::select! {
                () = self.signals.close.notified() => return,
                () = sleep(RECONNECT_DELAY) => {}
            }
        }
    }

    /// Sends and receives until the connection breaks, or the sessions have left its server.
    async fn listen(&self, heartbeat: &Heartbeat) -> Result<()> {
        let Connected {
            client,
            mut notifications,
            driver,
            generation,
            ..
        } = self.with_timeout(self.server.connect()).await?;
        let _driver = Driver(driver);
        // Who has nothing to lose need not wait for the disk.
        let _refused = self
            .with_timeout(client.batch_execute("SET synchronous_commit = off"))
            .await;
        let channel: String = self
            .with_timeout(client.query_one(CHANNEL, &[]))
            .await?
            .get(0);
        let listen_sql = format!("LISTEN {channel}");
        self.with_timeout(client.batch_execute(&listen_sql)).await?;
        let notify = self
            .with_timeout(client.prepare("SELECT pg_notify($1, $2)"))
            .await?;
        let name = &self.signals.name;
        self.with_timeout(client.execute(&notify, &[&channel, name]))
            .await?;
        let _told = self.ready.send(());
        // Something may have been missed while there was no connection.
        self.signals.topics.wake_all();
        // A notification comes back within the time that any question may take.
        let mut is_awaited = true;
        let mut next = Instant::now() + self.server.timeout();
        loop {
            tokio::select! {
                heard = notifications.recv() => match heard {
                    None => return Err(Error::Unavailable("the connection broke".to_owned())),
                    Some(heard) => match topics::parse_payload(heard.payload()) {
                        (sender, _) if sender == name => {
                            is_awaited = false;
                            next = Instant::now() + PROBE_INTERVAL;
                        }
                        (_, names) => {
                            self.signals.local.notify_one();
                            topics::wake_named(&self.signals.topics, &names);
                        }
                    },
                },
                () = self.signals.remote.added() => {
                    heartbeat.beat();
                    if generation != self.server.generation() {
                        // The others are elsewhere: nobody is left to be told here.
                        return Ok(());
                    }
                    let payload = topics::payload(name, &self.signals.remote.take());
                    self.with_timeout(client.execute(&notify, &[&channel, &payload])).await?;
                    sleep(NOTIFY_DEBOUNCE).await;
                }
                () = sleep_until(next) => {
                    if is_awaited {
                        self.warn_of_silence();
                    }
                    self.with_timeout(client.execute(&notify, &[&channel, name])).await?;
                    is_awaited = true;
                    next = Instant::now() + PROBE_INTERVAL;
                }
            }
        }
    }

    /// Logs once that notifications do not come back.
    fn warn_of_silence(&self) {
        if !self.has_warned_of_silence.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "NOTIFY not received, callbacks of other hubs are found by polling, seconds later"
            );
        }
    }

    /// Waits for an answer, but not for ever.
    async fn with_timeout<T, E>(&self, question: impl Future<Output = Result<T, E>>) -> Result<T>
    where
        Error: From<E>,
    {
        match timeout(self.server.timeout(), question).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(Error::Unavailable(
                "the notifier got no response".to_owned(),
            )),
        }
    }
}

/// Ends the connection with its use here.
struct Driver(tokio::task::JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! The bell between processes that share a PostgreSQL database: a commit here that left something to
//! deliver wakes the dispatchers there.
//!
//! `NOTIFY` takes one lock for the whole server while its transaction commits, so it is never part of
//! a change: it is sent after the commit, on a connection of its own, once for whatever happened
//! within a few milliseconds. Nothing depends on it. While it cannot be sent or heard, or where a
//! pooler or another engine does not know it, dispatchers find everything when they next look.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Config, NoTls};

use super::{Error, Result};
use crate::supervisor::{Heartbeat, Supervisor};

/// What happens within this time is told at once.
const TOGETHER: Duration = Duration::from_millis(10);

/// How long to wait after a failure.
const AGAIN: Duration = Duration::from_secs(10);

/// Each schema has a channel of its own, so that databases within a database do not wake each other.
const CHANNEL: &str = "SELECT 'passeplat_' || MD5(COALESCE(current_schema(), ''))";

/// What the bell of one process is connected to.
#[derive(Clone)]
pub(super) struct Ropes {
    /// Rung when another process has something to deliver.
    pub wake: Arc<Notify>,
    /// Pulled when this process has.
    pub pull: Arc<Notify>,
    /// Pulled when the database is closed.
    pub close: Arc<Notify>,
    /// By which this process knows its own ringing.
    pub name: String,
}

/// Starts the bell, and returns when it can be heard or has failed for the first time.
pub(super) fn start(url: &str, ropes: Ropes, supervisor: &Supervisor) -> Result<()> {
    let config: Config = url.parse().map_err(|error| {
        Error::Unusable(format!("the PostgreSQL address is not valid: {error}"))
    })?;
    let (ready, is_ready) = mpsc::channel();
    supervisor
        .thread("hub bell", move |heartbeat| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(hang(&config, &ropes, &ready, heartbeat));
            Ok::<(), std::io::Error>(())
        })
        .map_err(|error| Error::Unavailable(format!("no thread for the bell: {error}")))?;
    // An error means that the thread has ended, as it does when the database is closed.
    let _gone = is_ready.recv();
    Ok(())
}

/// Rings and listens until the database is closed.
async fn hang(config: &Config, ropes: &Ropes, ready: &mpsc::Sender<()>, heartbeat: &Heartbeat) {
    loop {
        tokio::select! {
            biased;
            () = ropes.close.notified() => return,
            outcome = attend(config, ropes, ready, heartbeat) => if let Err(error) = outcome {
                tracing::debug!(%error, "no bell between processes for now");
            }
        }
        let _told = ready.send(());
        tokio::select! {
            () = ropes.close.notified() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Rings and listens until the connection breaks.
async fn attend(
    config: &Config,
    ropes: &Ropes,
    ready: &mpsc::Sender<()>,
    heartbeat: &Heartbeat,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let (wake, name) = (Arc::clone(&ropes.wake), ropes.name.clone());
    let mut heard = tokio::spawn(async move {
        while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(rung) = message?
                && rung.payload() != name
            {
                wake.notify_one();
            }
        }
        Ok(())
    });
    // Who has nothing to lose need not wait for the disk.
    client.batch_execute("SET synchronous_commit = off").await?;
    let channel: String = client.query_one(CHANNEL, &[]).await?.get(0);
    client.batch_execute(&format!("LISTEN {channel}")).await?;
    let ring = client.prepare("SELECT pg_notify($1, $2)").await?;
    let _told = ready.send(());
    loop {
        tokio::select! {
            ended = &mut heard => return ended.unwrap_or(Ok(())),
            () = ropes.pull.notified() => heartbeat.beat(),
        }
        client.execute(&ring, &[&channel, &ropes.name]).await?;
        tokio::time::sleep(TOGETHER).await;
    }
}

//! Keeping an app's connections going: fetching their events, and sending what waits.

use std::sync::Arc;
use std::time::Duration;

use client::{Connection, Error, RetryChanges, RetryPolicy};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::connected_app::ConnectedApp;
use super::connections::{self, StoredConnection};
use super::intake::{self, IntakeError};
use super::line::busy_wait;
use super::outbox::{self, FlushOutcome};
use super::store::StoreError;

/// How long the app waits after its store has failed.
const STORE_RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The longest time between two looks at a line that was down.
const MAX_WATCH_INTERVAL: Duration = Duration::from_secs(5);

/// The longest time between two looks at what waits to be sent.
const MAX_OUTBOX_INTERVAL: Duration = Duration::from_secs(30);

/// What looking at the hub once did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The app is not connected, or was switched off.
    Idle,
    /// The app took so many new events in.
    Fetched(usize),
    /// The hub asks to wait this long.
    Busy(Duration),
    /// It did not work; the screens say why.
    Failed,
}

/// Fetches and sends until the program ends.
pub(crate) async fn run_forever<A: ConnectedApp>(app: Arc<A>) {
    loop {
        let mut tasks = JoinSet::new();
        // Asked for before the store is read, so that no change between the two is missed.
        let changed = app.shell().connections_changed.notified();
        let known = app.shell().store.read(connections::all).await;
        let known = match known {
            Ok(known) => known,
            Err(error) => {
                tracing::error!(%error, "connections cannot be read");
                tokio::time::sleep(STORE_RETRY_INTERVAL).await;
                continue;
            }
        };
        for stored in known {
            if stored.ended.is_none() && !stored.is_paused {
                tasks.spawn(fetch_forever(Arc::clone(&app), stored.clone()));
                tasks.spawn(watch_forever(Arc::clone(&app), stored.clone()));
                tasks.spawn(send_forever(Arc::clone(&app), stored));
            }
        }
        changed.await;
    }
}

/// The calls of a connection in the background: a Passeplat hub is known to support keys.
fn background_connection<A: ConnectedApp>(app: &Arc<A>, stored: &StoredConnection) -> Connection {
    app.shell()
        .connection(stored)
        .with_retry_policy(RetryPolicy {
            retry_changes: RetryChanges::Always,
            max_waits: 0,
            ..RetryPolicy::default()
        })
}

/// Takes the events of a connection in as they happen.
async fn fetch_forever<A: ConnectedApp>(app: Arc<A>, stored: StoredConnection) {
    let connection = background_connection(&app, &stored);
    let interval = app.shell().settings.poll_interval;
    let is_posted = app.subscription().url.is_some();
    loop {
        let began = Instant::now();
        let subscribed = intake::subscribe(&app, &stored, &connection).await;
        let is_subscribed = subscribed.is_ok();
        let pause = note(&app, &stored, subscribed.err(), began.elapsed(), interval).await;
        if is_subscribed {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    if is_posted {
        return;
    }
    let mut feed = connection.event_feed().poll_interval(interval);
    loop {
        let event = match feed.next().await {
            Ok(event) => event,
            Err(error) => {
                let is_busy = error.status() == Some(429);
                let pause = note(&app, &stored, Some(error.into()), Duration::ZERO, interval).await;
                // The feed has pauses of its own, but does not know how long a busy hub asks for.
                if is_busy {
                    tokio::time::sleep(pause).await;
                }
                continue;
            }
        };
        let (id, began) = (event.head.id.clone(), Instant::now());
        match intake::take(&app, &stored, &connection, event).await {
            Ok(_) => {
                note(&app, &stored, None, began.elapsed(), interval).await;
            }
            Err(error) if error.is_of_one_event() => {
                tracing::error!(event = %id, %error, "event cannot be read");
            }
            Err(error) => {
                let pause = note(&app, &stored, Some(error), began.elapsed(), interval).await;
                tokio::time::sleep(pause).await;
                // The event comes again over a new stream.
                feed = connection.event_feed().poll_interval(interval);
            }
        }
    }
}

/// Asks whether the hub is well again, as long as something is wrong with the line: a stream over which
/// nothing comes does not say so.
async fn watch_forever<A: ConnectedApp>(app: Arc<A>, stored: StoredConnection) {
    let connection = app.shell().connection(&stored);
    let interval = app.shell().settings.poll_interval;
    loop {
        tokio::time::sleep(interval.min(MAX_WATCH_INTERVAL)).await;
        if app.shell().line.problem(&stored.id).is_some() {
            let began = Instant::now();
            let answer = connection.callback().await;
            let error = answer.err().map(IntakeError::Hub);
            let pause = note(&app, &stored, error, began.elapsed(), Duration::ZERO).await;
            tokio::time::sleep(pause).await;
        }
    }
}

/// Shows on every page what came of a call, and says how long to wait after a failure.
async fn note<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    error: Option<IntakeError>,
    elapsed: Duration,
    interval: Duration,
) -> Duration {
    let hub_error = match &error {
        Some(IntakeError::Hub(error)) => Some(error),
        Some(IntakeError::Store(error)) => {
            tracing::error!(%error, "event not stored");
            return STORE_RETRY_INTERVAL;
        }
        None => None,
    };
    let recorded = app.shell().record_call(stored, hub_error, elapsed).await;
    if let Err(error) = recorded {
        tracing::error!(%error, "end of connection not stored");
    }
    match hub_error {
        Some(error) if error.status() == Some(429) => busy_wait(error),
        _ => interval,
    }
}

/// Sends what waits as soon as there is something.
async fn send_forever<A: ConnectedApp>(app: Arc<A>, stored: StoredConnection) {
    let connection = background_connection(&app, &stored);
    loop {
        let queued = app.shell().outbox_wake.notified();
        let pause = match outbox::flush(&app, &stored, &connection, false).await {
            Ok(FlushOutcome::Done) => match outbox::next_attempt_in(&app, &stored.id).await {
                Ok(next) => next.unwrap_or(MAX_OUTBOX_INTERVAL),
                Err(_) => STORE_RETRY_INTERVAL,
            },
            // What else is due would fare no better.
            Ok(FlushOutcome::LineDown(error)) => match error.status() {
                Some(429) => busy_wait(&error),
                _ => MAX_WATCH_INTERVAL,
            },
            Err(error) => {
                tracing::error!(%error, "outbox cannot be sent");
                STORE_RETRY_INTERVAL
            }
        };
        // Not at once, even if the clock of the store stands still.
        let pause = pause.max(Duration::from_millis(200));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = queued => {}
        }
    }
}

/// Fetches what waits at the hub once, and sends what waits here, of all connections.
pub(crate) async fn poll_once<A: ConnectedApp>(app: &Arc<A>, retry: RetryPolicy) -> PollOutcome {
    let _one_at_a_time = app.shell().polling.lock().await;
    let known = match app.shell().store.read(connections::all).await {
        Ok(known) => known,
        Err(error) => return store_failure(&error),
    };
    let mut results = Vec::new();
    for stored in known {
        if stored.is_paused || stored.ended.is_some() {
            continue;
        }
        let connection = app
            .shell()
            .connection(&stored)
            .with_retry_policy(RetryPolicy {
                retry_changes: RetryChanges::Always,
                ..retry.clone()
            });
        let (count, error) = match poll(app, &stored, &connection).await {
            Ok(polled) => polled,
            Err(IntakeError::Hub(error)) => (0, Some(error)),
            Err(IntakeError::Store(error)) => return store_failure(&error),
        };
        // Several calls: how long each took is not known.
        let recorded = app
            .shell()
            .record_call(&stored, error.as_ref(), Duration::ZERO);
        if let Err(error) = recorded.await {
            return store_failure(&error);
        }
        results.push((count, error));
    }
    outcome(&results)
}

fn store_failure(error: &StoreError) -> PollOutcome {
    tracing::error!(%error, "event not stored");
    PollOutcome::Failed
}

async fn poll<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
) -> Result<(usize, Option<Error>), IntakeError> {
    intake::subscribe(app, stored, connection).await?;
    let count = intake::fetch_waiting(app, stored, connection).await?;
    let flushed = outbox::flush(app, stored, connection, true).await?;
    Ok(match flushed {
        FlushOutcome::Done => (count, None),
        FlushOutcome::LineDown(error) => (count, Some(error)),
    })
}

fn outcome(results: &[(usize, Option<Error>)]) -> PollOutcome {
    if results.is_empty() {
        return PollOutcome::Idle;
    }
    let mut errors = results.iter().filter_map(|(_, error)| error.as_ref());
    match errors.next() {
        Some(error) if error.status() == Some(429) => PollOutcome::Busy(busy_wait(error)),
        Some(_) => PollOutcome::Failed,
        None => PollOutcome::Fetched(results.iter().map(|(count, _)| count).sum()),
    }
}

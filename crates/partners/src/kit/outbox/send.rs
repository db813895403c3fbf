//! Sending what waits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use client::{Connection, Error};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::queue::{self, ActionMethod, ActionState, NewAction, QueuedAction};
use crate::kit::connected_app::ConnectedApp;
use crate::kit::connections::StoredConnection;
use crate::kit::store::StoreError;

/// The hub remembers a key for 24 hours. A POST that may have been made longer ago is not sent again.
const MAX_KEY_AGE: SignedDuration = SignedDuration::from_hours(23);

/// How long the app waits when the hub cannot be reached, and nothing says when to try.
const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// What came of sending what waits.
#[derive(Debug)]
pub(crate) enum FlushOutcome {
    /// Nothing more is due.
    Done,
    /// The line is down, or the hub refuses the connection or asks to wait: the rest waits.
    LineDown(Error),
}

/// What an error means for the change that was sent.
enum Verdict {
    /// It is tried again, after the time that the hub asks for.
    Later(Option<SignedDuration>),
    /// So is everything else.
    LineDown(Option<SignedDuration>),
    /// The hub will not make it.
    Refused(String),
}

fn verdict(error: &Error) -> Verdict {
    match error {
        Error::Api(refused) => {
            let asked = refused.retry_after.map(SignedDuration::try_from);
            let asked = asked.and_then(Result::ok);
            match refused.status {
                401 => Verdict::LineDown(None),
                429 => Verdict::LineDown(asked),
                408 | 425 | 500.. => Verdict::Later(asked),
                409 if asked.is_some() => Verdict::Later(asked),
                _ => Verdict::Refused(queue::refusal_text(refused)),
            }
        }
        Error::Encode(reason) => Verdict::Refused(reason.clone()),
        error if error.is_outage() => Verdict::LineDown(None),
        _ => Verdict::Later(None),
    }
}

/// Sends what is due, in order for each subject; everything that waits if `is_forced`.
pub(crate) async fn flush<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
    is_forced: bool,
) -> Result<FlushOutcome, StoreError> {
    let shell = app.shell();
    let mut postponed = BTreeSet::new();
    loop {
        let (id, now) = (stored.id.clone(), shell.now());
        let heads = shell
            .store
            .read(move |tx| queue::heads(tx, &id, now, is_forced))
            .await?;
        let heads: Vec<_> = heads
            .into_iter()
            .filter(|action| !postponed.contains(&action.id))
            .collect();
        if heads.is_empty() {
            return Ok(FlushOutcome::Done);
        }
        for action in heads {
            let id = action.id;
            if let Some(error) = send(app, stored, connection, action).await? {
                if matches!(verdict(&error), Verdict::LineDown(_)) {
                    return Ok(FlushOutcome::LineDown(error));
                }
                postponed.insert(id);
            }
        }
    }
}

/// Sends a change, and stores what came of it. Answers the error of one that is to be tried again.
async fn send<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    connection: &Connection,
    action: QueuedAction,
) -> Result<Option<Error>, StoreError> {
    let shell = app.shell();
    // Nothing that is read of the hub meanwhile is stored after the response, which is newer.
    let _one_exchange = shell.line.exchange().await;
    let (id, now) = (action.id, shell.now());
    if is_uncertain(&action, now) {
        let text = "The hub may have made it: more than a day has passed since it was sent";
        shell
            .store
            .write(move |tx| queue::refuse(tx, id, text, now))
            .await?;
        return Ok(None);
    }
    let begun = shell
        .store
        .write(move |tx| queue::begin_attempt(tx, id, now));
    // Somebody else may have sent it meanwhile.
    if !begun.await? {
        return Ok(None);
    }
    let began = tokio::time::Instant::now();
    let response = call(connection, &action).await;
    shell
        .record_call(stored, response.as_ref().err(), began.elapsed())
        .await?;
    let now = shell.now();
    let error = match response {
        Ok(response) => {
            let handler = Arc::clone(app);
            let place = stored.clone();
            let stored = shell.store.write(move |tx| {
                queue::delete(tx, id)?;
                handler.handle_response(tx, &place, &action, &response)
            });
            stored.await?;
            return Ok(None);
        }
        Err(error) => error,
    };
    match verdict(&error) {
        Verdict::Refused(reasons) => {
            tracing::warn!(%error, "change refused");
            shell
                .store
                .write(move |tx| queue::refuse(tx, id, &reasons, now))
                .await?;
            Ok(None)
        }
        Verdict::Later(wait) | Verdict::LineDown(wait) => {
            shell
                .store
                .write(move |tx| queue::postpone(tx, id, wait, now))
                .await?;
            Ok(Some(error))
        }
    }
}

/// Whether sending it again could make it twice.
fn is_uncertain(action: &QueuedAction, now: Timestamp) -> bool {
    let first = action.first_attempt_at;
    action.method == ActionMethod::Post
        && first.is_some_and(|first| now.duration_since(first) > MAX_KEY_AGE)
}

async fn call(connection: &Connection, action: &QueuedAction) -> Result<Value, Error> {
    let key = action.idempotency_key()?;
    match action.method {
        ActionMethod::Post => {
            connection
                .post_with_key(&key, &action.path, &action.body)
                .await
        }
        ActionMethod::Patch => {
            connection
                .patch_with_key(&key, &action.path, &action.body)
                .await
        }
        ActionMethod::Put => connection.put(&action.path, &action.body).await,
    }
}

/// How long until something is to be sent; none if nothing waits.
pub(crate) async fn next_attempt_in<A: ConnectedApp>(
    app: &Arc<A>,
    id: &str,
) -> Result<Option<Duration>, StoreError> {
    let shell = app.shell();
    let id = id.to_owned();
    let next = shell.store.read(move |tx| queue::next_attempt(tx, &id));
    let next = next.await?;
    Ok(next.map(|at| {
        let wait = at.duration_since(shell.now());
        Duration::try_from(wait)
            .unwrap_or(Duration::ZERO)
            .min(DEFAULT_WAIT)
    }))
}

/// Queues a change and tries at once to send it, for a person who waits; answers what has become of it.
pub(crate) async fn submit<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
    new: NewAction,
) -> Result<ActionState, StoreError> {
    let (shell, now) = (app.shell(), app.shell().now());
    let id = shell
        .store
        .write(move |tx| queue::enqueue(tx, &new, now))
        .await?;
    if stored.ended.is_none() {
        flush(app, stored, &shell.connection(stored), true).await?;
    }
    shell.outbox_wake.notify_waiters();
    shell.store.read(move |tx| queue::state(tx, id)).await
}

//! Fetching waiting events (API, chapter Callbacks and events).
//!
//! For each event: read the order as it is now (an event may be older than what the cashier did since),
//! store it, set it to `received` if nobody has yet, acknowledge the event. A failure anywhere leaves the
//! event at the hub for the next time.

use std::collections::BTreeSet;
use std::mem::discriminant;
use std::time::Duration;

use client::catalog::Catalog;
use client::order::{Order, OrderPatch, OrderStatus, Time};
use client::{
    Callback, Connection, Error, EventHead, EventResource, EventType, RetryChanges, RetryPolicy,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::TillApp;
use super::state::TillConnection;
use crate::kit::AppError;
use crate::kit::clock::hour_minute;
use crate::kit::error_text::connection_lost_text;
use crate::kit::language::Language;

/// How long the till waits when the hub is busy and does not say how long.
const DEFAULT_BUSY_WAIT: Duration = Duration::from_secs(60);

/// The longest time that is announced on screen.
const MAX_SHOWN_WAIT: Duration = Duration::from_secs(86_400);

/// What a poll did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The till is not connected, or not active.
    Idle,
    /// The till took the orders of so many events.
    Fetched(usize),
    /// The hub asks to wait this long.
    Busy(Duration),
    /// It did not work; the screens say why.
    Failed,
}

/// What keeps the till from fetching orders.
#[derive(Clone, Debug)]
pub(crate) struct PollProblem {
    since: Timestamp,
    cause: ProblemCause,
}

#[derive(Clone, Debug)]
enum ProblemCause {
    Unreachable,
    /// The hub answered 401, with this message.
    ConnectionLost(String),
    BusyUntil(Timestamp),
    Other {
        french: String,
        english: String,
    },
}

impl PollProblem {
    /// The sentence above every till screen.
    pub(crate) fn banner(&self, language: Language, hub_name: &str, zone: &TimeZone) -> String {
        let since = hour_minute(self.since, zone);
        match &self.cause {
            ProblemCause::Unreachable => language.t(
                format!("Hub injoignable depuis {since}. Les commandes arriveront dès son retour."),
                format!("Hub unreachable since {since}. Orders will come in once it is back."),
            ),
            ProblemCause::ConnectionLost(message) => {
                let text = connection_lost_text(language, hub_name, message);
                if message.is_empty() {
                    text
                } else {
                    format!("{text} ({message})")
                }
            }
            ProblemCause::BusyUntil(until) => {
                let until = hour_minute(*until, zone);
                language.t(
                    format!("{hub_name} demande de patienter : reprise à {until}."),
                    format!("{hub_name} asks to wait: going on at {until}."),
                )
            }
            ProblemCause::Other { french, english } => language.t(french.clone(), english.clone()),
        }
    }
}

/// Why a poll ended early.
#[derive(Debug, thiserror::Error)]
enum PollError {
    #[error(transparent)]
    Hub(#[from] Error),
    #[error(transparent)]
    StateFile(#[from] AppError),
}

impl TillApp {
    /// Shows a failed call to the hub on every screen from now on, and says what it means for polling.
    pub(crate) fn record_failure(&self, error: &Error) -> PollOutcome {
        tracing::warn!(%error, "hub call failed");
        let (outcome, cause) = match error.api_error() {
            None if error.is_outage() => (PollOutcome::Failed, ProblemCause::Unreachable),
            Some(refused) if refused.status == 401 => {
                let message = refused.message.clone().unwrap_or_default();
                (PollOutcome::Failed, ProblemCause::ConnectionLost(message))
            }
            Some(refused) if refused.status == 429 => {
                let wait = refused.retry_after.unwrap_or(DEFAULT_BUSY_WAIT);
                let shown = SignedDuration::try_from(wait.min(MAX_SHOWN_WAIT));
                let until = self.app.now() + shown.unwrap_or_default();
                (PollOutcome::Busy(wait), ProblemCause::BusyUntil(until))
            }
            _ => {
                let cause = ProblemCause::Other {
                    french: self.app.error_text(Language::French, error),
                    english: self.app.error_text(Language::English, error),
                };
                (PollOutcome::Failed, cause)
            }
        };
        self.record_problem(cause);
        outcome
    }

    /// Keeps a problem; while it lasts, its beginning stays the same.
    fn record_problem(&self, cause: ProblemCause) {
        let mut problem = self.poll_problem();
        let old = problem.take();
        let same = old.filter(|old| discriminant(&old.cause) == discriminant(&cause));
        let since = same.map_or_else(|| self.app.now(), |old| old.since);
        *problem = Some(PollProblem { since, cause });
    }
}

/// Fetches the waiting events once.
pub(crate) async fn poll_once(till: &TillApp, retry: RetryPolicy) -> PollOutcome {
    let _one_at_a_time = till.polling.lock().await;
    let active = till.app.state.read(|state| {
        let connection = state.connection.clone();
        connection.filter(|_| state.web_orders.is_active)
    });
    let Some(saved) = active.await else {
        *till.poll_problem() = None;
        return PollOutcome::Idle;
    };
    let token = saved.token.access_token.clone();
    let connection = till
        .app
        .hub
        .connection(token)
        .with_retry_policy(RetryPolicy {
            retry_changes: RetryChanges::Always,
            ..retry
        });
    match fetch_events(till, &connection, &saved).await {
        Ok(count) => {
            *till.poll_problem() = None;
            PollOutcome::Fetched(count)
        }
        Err(PollError::Hub(error)) => till.record_failure(&error),
        Err(PollError::StateFile(error)) => {
            tracing::error!(%error, "order not kept");
            till.record_problem(ProblemCause::Other {
                french: error.to_string(),
                english: error.to_string(),
            });
            PollOutcome::Failed
        }
    }
}

async fn fetch_events(
    till: &TillApp,
    connection: &Connection,
    saved: &TillConnection,
) -> Result<usize, PollError> {
    if !saved.has_callback {
        subscribe(till, connection, saved).await?;
    }
    let mut count = 0;
    // The whole list is read first: acknowledging an event moves what a cursor points at.
    for head in connection.events().all().await? {
        if head.resource_type == EventResource::Order.as_str() {
            match fetch_order(till, connection, &head).await {
                Ok(()) => count += 1,
                // One order that cannot be read must not keep the others from the till. Its event stays
                // at the hub.
                Err(PollError::Hub(error @ Error::Decode(_))) => {
                    tracing::error!(event = %head.id, %error, "order cannot be read");
                    continue;
                }
                Err(error) => return Err(error),
            }
        }
        none_if_gone(connection.delete_event(&head.id).await)?;
    }
    Ok(count)
}

/// The answer, or none if what was asked for is no longer there.
fn none_if_gone<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the order of an event, stores it, and sets it to `received` if it is new.
async fn fetch_order(
    till: &TillApp,
    connection: &Connection,
    head: &EventHead,
) -> Result<(), PollError> {
    let Some(order) = read_order(connection, head).await? else {
        return Ok(());
    };
    save_order(till, order.clone()).await?;
    if order.status != OrderStatus::New {
        return Ok(());
    }
    let received = OrderPatch::default().status(OrderStatus::Received);
    match connection.patch_order(order.id.as_str(), &received).await {
        Ok(order) => save_order(till, order).await?,
        // The order is here and the cashier can work; the hub's reason is for the log.
        Err(error) if matches!(error.status(), Some(403 | 404 | 422)) => {
            tracing::warn!(%error, "order not marked as received");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The order of an event as it is now; as the event has it when the order itself cannot be read any
/// more; none when both are gone.
async fn read_order(connection: &Connection, head: &EventHead) -> Result<Option<Order>, Error> {
    if let Some(order_id) = &head.order_id {
        match connection.order(order_id).await {
            Ok(order) => return Ok(Some(order)),
            Err(error) if matches!(error.status(), Some(403 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    let event = none_if_gone(connection.event(&head.id).await)?;
    let Some(state) = event.and_then(|event| event.new_state) else {
        return Ok(None);
    };
    let order = serde_json::from_value(state);
    order.map_err(|error| Error::Decode(error.to_string()))
}

/// Keeps an order, or its new state.
pub(crate) async fn save_order(till: &TillApp, order: Order) -> Result<(), AppError> {
    let now = Time::utc(till.app.now());
    let saved = till.app.state.change(|state| state.save_order(order, now));
    saved.await
}

/// Makes the hub keep order events for the till, and learns which articles exist.
async fn subscribe(
    till: &TillApp,
    connection: &Connection,
    saved: &TillConnection,
) -> Result<(), PollError> {
    let events = [EventType::Create, EventType::Update];
    let callback = Callback::passive().on(EventResource::Order, &events);
    connection.set_callback(&callback).await?;
    let known_refs = match &saved.token.catalog_id {
        Some(catalog) => catalog_refs(connection, catalog).await,
        None => BTreeSet::new(),
    };
    let saved = till.app.state.change(|state| {
        if let Some(connection) = &mut state.connection {
            connection.has_callback = true;
            connection.known_refs = known_refs;
        }
    });
    Ok(saved.await?)
}

/// The refs of the skus of a catalog; none if it cannot be read, and then the lines of an order merely
/// lack their tick.
async fn catalog_refs(connection: &Connection, catalog: &str) -> BTreeSet<String> {
    let Ok(catalog) = connection.catalog::<Catalog>(catalog).await else {
        return BTreeSet::new();
    };
    let products = catalog.data.into_iter().flat_map(|data| data.products);
    let skus = products.flat_map(|product| product.skus);
    skus.filter_map(|sku| sku.reference).collect()
}

//! A stand-in of Zelty: its API and a small back office, for tests and the demo.
//!
//! It behaves as Zelty's documentation says, and as restaurants that use the API have met it: odd corners are
//! on purpose. It is written from those facts alone and shares no code with the client of the API, so that a
//! mistake in one is not repeated in the other. All it knows is in one SQLite file.
//!
//! - `store.rs` keeps records: JSON by kind and id;
//! - `api/` is the API: versions, keys, pace, and the endpoints;
//! - `orders.rs` is what happens to an order, from the API and at the till alike;
//! - `events.rs` records webhooks and sends them;
//! - `office/` is the back office in French; `demo.rs` a restaurant to begin with.

mod api;
mod demo;
mod events;
mod office;
mod orders;
mod store;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use self::store::{RecordKind, Store, StoreError};

/// How often events that could not be sent are tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// A source of the present moment.
pub type ServiceClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The settings of the stand-in.
#[derive(Clone)]
pub struct ServiceSettings {
    /// The SQLite file; none keeps all in memory.
    pub database: Option<PathBuf>,
    /// What time it is.
    pub clock: ServiceClock,
    /// Whether a key may send one request per second only, as at Zelty.
    pub is_limited: bool,
}

/// Prints no clock.
impl std::fmt::Debug for ServiceSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceSettings")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// The running stand-in. It is cheap to clone.
#[derive(Clone)]
pub struct ZeltyService(Arc<ServiceState>);

pub(crate) struct ServiceState {
    store: Mutex<Store>,
    clock: ServiceClock,
    is_limited: bool,
    /// When each key last sent a request, in milliseconds since 1970.
    last_requests: Mutex<std::collections::BTreeMap<String, i64>>,
    /// Proves that a form comes from a page of this process.
    form_token: client::Secret,
    events_recorded: Notify,
    sender: events::WebhookSender,
}

impl ServiceState {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Why the stand-in cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system has no randomness, or no certificates are known.
    #[error("{0}")]
    System(String),
    /// The listener failed.
    #[error("the stand-in cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

impl ZeltyService {
    /// Opens the file. A new one gets a restaurant with a menu, but no key: that is made on its pages.
    ///
    /// # Errors
    /// [`ServiceError`] when the file cannot be used.
    pub fn open(settings: ServiceSettings) -> Result<ZeltyService, ServiceError> {
        let mut store = Store::open(settings.database.as_deref())?;
        if store.list(RecordKind::Restaurant)?.is_empty() {
            store.write(demo::fill)?;
        }
        let system = |error: client::Error| ServiceError::System(error.to_string());
        Ok(ZeltyService(Arc::new(ServiceState {
            store: Mutex::new(store),
            clock: settings.clock,
            is_limited: settings.is_limited,
            last_requests: Mutex::default(),
            form_token: client::Secret::random().map_err(system)?,
            events_recorded: Notify::new(),
            sender: events::WebhookSender::new().map_err(ServiceError::System)?,
        })))
    }

    /// The API and the pages as a router; the caller has to send events.
    pub fn router(&self) -> Router {
        office::router(Arc::clone(&self.0)).merge(api::router(Arc::clone(&self.0)))
    }

    /// Sends the events that wait, each once; how many arrived.
    ///
    /// # Errors
    /// [`ServiceError`] when the file cannot be used.
    pub async fn send_events(&self) -> Result<usize, ServiceError> {
        events::send_waiting(&self.0).await.map_err(Into::into)
    }

    /// Sends events until the program ends.
    pub async fn send_events_forever(&self) {
        loop {
            let recorded = self.0.events_recorded.notified();
            if let Err(error) = self.send_events().await {
                tracing::error!(%error, "the stand-in cannot read its events");
            }
            tokio::select! {
                () = recorded => {}
                () = tokio::time::sleep(RETRY_INTERVAL) => {}
            }
        }
    }

    /// Makes a key, as the marketplace does; for a brand when no restaurant is named.
    ///
    /// # Errors
    /// [`ServiceError`] when the file cannot be used.
    pub fn create_key(&self, restaurant: Option<i64>) -> Result<String, ServiceError> {
        let key = client::Secret::random()
            .map_err(|error| ServiceError::System(error.to_string()))?
            .expose()
            .to_owned();
        let document = json!({
            "key": key, "restaurant_id": restaurant, "app": "api", "is_active": true,
        });
        self.0
            .store()
            .write(|tx| tx.put(RecordKind::ApiKey, &key, None, &document))?;
        Ok(key)
    }

    /// Changes a record as somebody with the database could: for tests and demos. `change` gets the JSON.
    ///
    /// # Errors
    /// [`ServiceError`] when the file cannot be used.
    pub fn change_record(
        &self,
        kind: RecordKind,
        id: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<(), ServiceError> {
        self.0.store().write(|tx| {
            let mut document = tx.find(kind, id)?.unwrap_or_else(|| json!({}));
            change(&mut document);
            let remote_id = document["remote_id"].as_str().map(str::to_owned);
            tx.put(kind, id, remote_id.as_deref(), &document)
        })?;
        Ok(())
    }

    /// The records of a kind, for tests that compare.
    ///
    /// # Errors
    /// [`ServiceError`] when the file cannot be used.
    pub fn records(&self, kind: RecordKind) -> Result<Vec<Value>, ServiceError> {
        Ok(self.0.store().list(kind)?)
    }

    /// Serves API and pages, and sends events, until the listener fails.
    ///
    /// # Errors
    /// [`ServiceError::Listen`].
    pub async fn serve(&self, listener: TcpListener) -> Result<(), ServiceError> {
        let router = self.router();
        tokio::select! {
            () = self.send_events_forever() => Ok(()),
            served = async { axum::serve(listener, router).await } => Ok(served?),
        }
    }
}

pub use store::RecordKind as ServiceRecord;

//! Zelty Bridge: carries orders, catalogs, stock and opening hours between a hub and the till Zelty.
//!
//! Its story, in the order in which things happen:
//!
//! 1. **Connect and configure** (`setup.rs`). A merchant comes from the hub's list of apps, enters the key that
//!    Zelty shows, which is checked, and chooses options (`restaurants.rs`). One process serves many restaurants.
//! 2. **Ask for work** (`tasks.rs`). An event of the hub, a webhook of Zelty (`webhooks.rs`), a look at the till
//!    and a button each become a row that says what to look at; many requests for the same are one row.
//! 3. **Work** (`worker.rs`). Orders in one loop, all else in another: `order_sync.rs` tells the till of an order,
//!    `till_sync.rs` the hub, `chores.rs` does catalog, stock, hours, and the nightly check. `job.rs` reaches
//!    both sides, `links.rs` knows which order is which, `menus.rs` keeps what tills sell.
//! 4. **Show** (`pages.rs`): every piece of work is an operation with all its requests (`operations.rs`).
//!
//! `mapping` says what becomes of what, as functions without input or output of their own: `docs/zelty.md` has it
//! as a table, each row with the test that proves it.
//!
//! Promises: nothing is lost and nothing is made twice, wherever the bridge is killed; no key is logged or
//! stored in an operation; an order never waits behind a catalog.

mod chores;
mod job;
mod links;
pub mod mapping;
mod menus;
mod operations;
mod order_sync;
mod pages;
mod restaurants;
mod setup;
mod tables;
mod tasks;
mod till_sync;
mod webhooks;
mod words;
mod worker;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use client::{Callback, EventResource, EventType};
use rusqlite::Transaction;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::kit::AppError;
use crate::kit::app::{self, AppShell, check_listener};
use crate::kit::connect;
use crate::kit::connected_app::{ConnectedApp, IncomingEvent};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::layout::Branding;
use crate::kit::runner;
use crate::kit::settings::AppSettings;
use crate::kit::store::StoreError;
use crate::zelty_api::pace::{PaceClock, RequestPace};
use crate::zelty_api::{ApiKey, ZeltyClient, ZeltyError, ZeltySettings};
use menus::KeptMenus;
use tasks::TaskKind;

/// What the bridge asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.write,catalog.write,inventory.write]";

/// The settings of the bridge.
#[derive(Clone, Debug)]
pub struct BridgeSettings {
    /// What every app has.
    pub app: AppSettings,
    /// Where Zelty is.
    pub zelty: ZeltySettings,
    /// How often the orders of a till are looked at, if its own orders are wanted.
    pub look_interval: Duration,
}

impl BridgeSettings {
    /// Settings with a look at the till every 15 s.
    pub fn new(app: AppSettings, zelty: ZeltySettings) -> BridgeSettings {
        BridgeSettings {
            app,
            zelty,
            look_interval: Duration::from_secs(15),
        }
    }
}

/// The running bridge. It is cheap to clone.
#[derive(Clone)]
pub struct ZeltyBridge(Arc<BridgeApp>);

/// What all of the bridge works with.
struct BridgeApp {
    shell: AppShell,
    zelty: ZeltySettings,
    look_interval: Duration,
    menus: KeptMenus,
    /// The clients of the keys in use, by the key: all who use a key share its pace.
    clients: Mutex<BTreeMap<String, ZeltyClient>>,
    /// The keys of brands whose restaurant is being chosen, by connection. No page has them.
    brand_keys: Mutex<BTreeMap<String, ApiKey>>,
    /// Notified when a task was asked for.
    tasks_wake: Notify,
}

impl BridgeApp {
    /// The client of a key, which keeps the key's pace.
    fn zelty_client(&self, key: &ApiKey) -> Result<ZeltyClient, ZeltyError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = clients.get(key.expose()) {
            return Ok(known.clone());
        }
        let client = ZeltyClient::new(&self.zelty, key, RequestPace::new(PaceClock::real()))?;
        clients.insert(key.expose().to_owned(), client.clone());
        Ok(client)
    }

    /// Forgets the clients of keys that no restaurant has, such as those that were refused.
    async fn forget_unused_clients(&self) -> Result<(), StoreError> {
        let keys = self.shell.store.read(restaurants::keys).await?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|key, _| keys.contains(key));
        Ok(())
    }

    /// Keeps a brand's key until the restaurant is chosen, or forgets it.
    fn keep_brand_key(&self, connection: &str, key: Option<ApiKey>) {
        let keys = self.brand_keys.lock();
        let mut keys = keys.unwrap_or_else(PoisonError::into_inner);
        match key {
            Some(key) => keys.insert(connection.to_owned(), key),
            None => keys.remove(connection),
        };
    }

    /// The brand's key of which a restaurant is being chosen.
    fn brand_key(&self, connection: &str) -> Option<ApiKey> {
        let keys = self.brand_keys.lock();
        let keys = keys.unwrap_or_else(PoisonError::into_inner);
        keys.get(connection).cloned()
    }

    /// The address to which Zelty sends webhooks.
    fn webhook_url(&self, token: &str) -> String {
        let path = format!("{}?receiver={token}", webhooks::WEBHOOK_PATH);
        self.shell.settings.own_url(&path)
    }

    /// The day at a place, `YYYY-MM-DD`.
    fn today(&self, place: &StoredConnection) -> String {
        self.shell.now().to_zoned(place.zone()).date().to_string()
    }
}

impl ConnectedApp for BridgeApp {
    fn shell(&self) -> &AppShell {
        &self.shell
    }

    fn scope(&self) -> &'static str {
        SCOPE
    }

    fn connection_page(&self, id: &str) -> String {
        format!("/c/{}", path_segment(id))
    }

    fn subscription(&self) -> Callback {
        Callback::passive().on(
            EventResource::Order,
            &[EventType::Create, EventType::Update],
        )
    }

    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError> {
        if let Some(order) = &incoming.event.head.order_id {
            let id = incoming.connection.id.as_str();
            tasks::request(tx, id, (TaskKind::HubOrder, order), "", incoming.now)?;
            self.tasks_wake.notify_waiters();
        }
        Ok(())
    }

    fn handle_disconnection(&self, tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
        self.keep_brand_key(id, None);
        restaurants::delete(tx, id)
    }
}

impl ZeltyBridge {
    /// Opens the store; nothing is asked of anybody yet.
    ///
    /// # Errors
    /// [`AppError`] when an address or the store cannot be used.
    pub fn open(settings: BridgeSettings) -> Result<ZeltyBridge, AppError> {
        let branding = Branding {
            app_name: "Zelty Bridge",
            cookie_prefix: "zelty_bridge",
            style_sheet: concat!(
                include_str!("../../assets/kit.css"),
                include_str!("../../assets/zelty_bridge.css")
            ),
            is_https: settings.app.public_url.starts_with("https:"),
            hub_name: settings.app.hub_name.clone(),
        };
        Ok(ZeltyBridge(Arc::new(BridgeApp {
            shell: AppShell::open(settings.app, branding, tables::TABLES)?,
            zelty: settings.zelty,
            look_interval: settings.look_interval,
            menus: KeptMenus::default(),
            clients: Mutex::default(),
            brand_keys: Mutex::default(),
            tasks_wake: Notify::new(),
        })))
    }

    /// The pages and the receiver of webhooks; the caller has to run the bridge.
    pub fn router(&self) -> Router {
        let routes = connect::routes()
            .route("/", get(pages::home))
            .route("/c/{id}", get(pages::show))
            .route(
                "/c/{id}/operations/{operation}",
                get(pages::operation).post(pages::try_again),
            )
            .route("/c/{id}/setup", post(setup::finish))
            .route(
                "/c/{id}/configuration",
                get(setup::configuration).post(setup::save),
            )
            .route("/c/{id}/reset", post(setup::reset))
            .route("/c/{id}/status", get(pages::status).post(pages::refresh))
            .route("/c/{id}/actions", get(pages::actions))
            .route("/c/{id}/actions/{action}", post(pages::start_action))
            .route(webhooks::WEBHOOK_PATH, post(webhooks::receive));
        let public = &[connect::DISCONNECT_PATH, webhooks::WEBHOOK_PATH];
        app::router(&self.0, routes, public)
    }

    /// Works until the program ends.
    pub async fn run(&self) -> Result<(), AppError> {
        connect::use_token_of_settings(&self.0).await?;
        tokio::join!(
            runner::run_forever(Arc::clone(&self.0)),
            worker::run_forever(Arc::clone(&self.0))
        );
        Ok(())
    }
}

/// Serves the bridge until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine without a
/// password.
pub async fn serve(listener: TcpListener, settings: BridgeSettings) -> Result<(), AppError> {
    check_listener(&listener, &settings.app)?;
    let bridge = ZeltyBridge::open(settings)?;
    let router = bridge.router();
    tokio::select! {
        ran = bridge.run() => ran,
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

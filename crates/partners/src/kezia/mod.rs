//! Kezia II: a till program that fetches web orders, shown in a browser.
//!
//! It is the example of a program that the hub *cannot* reach, as most tills are. Its story, in the order
//! in which you would write your own:
//!
//! 1. **Connect** (`hub_window.rs`). The shop's manager opens the hub's authorise page out of band, copies
//!    the code that it shows, and pastes it in **Fichier** > **Paramètres** > **Commandes Web**; the till
//!    exchanges the code for a token.
//! 2. **Let events wait** (`events.rs`, `subscription`). A passive callback, one without a URL, makes the hub
//!    keep the events until they are fetched.
//! 3. **Fetch them** (`kit::intake`, `events.rs`): the order of each is read as it is now and stored, with
//!    the note that it is to be marked as `received`; only then is the event acknowledged.
//! 4. **Work on the order** (`order_actions.rs`): accept it with a time, reject it, tell of a delay. What
//!    the cashier does while the line is down waits in the outbox.
//!
//! 5. **Send what the shop sells** (`exports`): articles, stock, customers, orders and invoices of the till.
//!
//! `screens.rs` is the home screen, `sale.rs` the till itself; `orders.rs` and the `order_` files are about web
//! orders; `articles`, `customers` and `documents` (orders and invoices of the till) are the shop's own;
//! `web_orders_window.rs`, `hub_window.rs` and `hub_options` are the settings; `state.rs` is what the till keeps of
//! web orders, in the tables of `tables.rs`.
//!
//! Promises:
//! - settings count when **Enregistrer** was pressed, not before;
//! - an event is acknowledged only after its order is in the store, so that no crash and no
//!   broken line loses an order;
//! - the same event twice changes nothing;
//! - what the cashier does is sent once, in order, however long the line was down;
//! - when the hub cannot be reached or refuses the till, every page says so and since when.

mod articles;
mod customers;
mod documents;
mod events;
mod exports;
mod hub_options;
mod hub_window;
mod order_actions;
mod order_detail;
mod order_payment;
mod order_ticket;
mod orders;
mod placeholders;
mod sale;
mod screens;
mod sent_forms;
mod state;
mod tables;
mod web_orders_window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};
use client::order::Currency;
use client::{RetryPolicy, Secret};
use jiff::tz::TimeZone;
use rusqlite::Transaction;
use tokio::net::TcpListener;

use crate::kit::AppError;
use crate::kit::app::{self, AppShell, check_listener};
use crate::kit::connect;
use crate::kit::connections::{self, StoredConnection};
use crate::kit::layout::Branding;
use crate::kit::runner;
use crate::kit::settings::AppSettings;
use crate::kit::store::StoreError;

pub use crate::kit::runner::PollOutcome;
use state::WebOrderSettings;

/// What the till asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.write,catalog.write]";

/// The running till. It is cheap to clone.
#[derive(Clone)]
pub struct Till(Arc<TillApp>);

pub(crate) struct TillApp {
    pub app: AppShell,
    draft: Mutex<Draft>,
    /// One code at a time becomes a connection.
    exchanging: tokio::sync::Mutex<()>,
    /// One customer at a time is looked up at the hub.
    sending_customers: tokio::sync::Mutex<()>,
}

/// What the settings windows show before **Enregistrer**: closing a window drops it, and so does a
/// restart.
#[derive(Default)]
pub(crate) struct Draft {
    web_orders: Option<WebOrderSettings>,
    connection: Option<StoredConnection>,
    /// A pasted code that was refused, and why.
    refused_code: Option<(String, String)>,
    /// The code that gave the present connection: pasting it again changes nothing.
    used_code: Option<Secret>,
}

impl TillApp {
    pub(crate) fn draft(&self) -> MutexGuard<'_, Draft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The saved connection.
    pub(crate) async fn saved_connection(&self) -> Result<Option<StoredConnection>, StoreError> {
        let known = self.app.store.read(connections::all).await?;
        Ok(known.into_iter().next())
    }

    /// The time zone of the connected location.
    pub(crate) async fn zone(&self) -> Result<TimeZone, StoreError> {
        let saved = self.saved_connection().await?;
        Ok(saved.map_or(TimeZone::UTC, |saved| saved.zone()))
    }
}

impl Till {
    /// Opens the store; nothing is fetched yet.
    ///
    /// # Errors
    /// [`AppError`] when an address or the store cannot be used.
    pub async fn open(settings: AppSettings) -> Result<Till, AppError> {
        let branding = Branding {
            app_name: "Kezia II",
            cookie_prefix: "kezia",
            style_sheet: concat!(
                include_str!("../../assets/kit.css"),
                include_str!("../../assets/kezia.css")
            ),
            is_https: settings.public_url.starts_with("https:"),
            hub_name: settings.hub_name.clone(),
        };
        let app = AppShell::open(settings, branding, tables::TABLES)?;
        let filled = fill_new_store(&app).await;
        filled.map_err(|error| app.store_error(&error))?;
        Ok(Till(Arc::new(TillApp {
            app,
            draft: Mutex::default(),
            exchanging: tokio::sync::Mutex::default(),
            sending_customers: tokio::sync::Mutex::default(),
        })))
    }

    /// Fetches waiting events and sends what waits, once.
    pub async fn poll_once(&self) -> PollOutcome {
        if let Err(error) = exports::customers::prepare_waiting(&self.0).await {
            tracing::error!(%error, "customers cannot be sent");
        }
        runner::poll_once(&self.0, RetryPolicy::interactive()).await
    }

    /// Fetches events as they happen and sends what waits, until the program ends.
    pub async fn poll_forever(&self) {
        tokio::join!(
            runner::run_forever(Arc::clone(&self.0)),
            exports::customers::prepare_forever(Arc::clone(&self.0)),
        );
    }

    /// The screens as a router; the caller has to poll.
    pub fn router(&self) -> Router {
        let routes = web_order_routes()
            .merge(shop_routes())
            .merge(settings_routes());
        let routes = routes.merge(connect::routes());
        app::router(&self.0, routes, &[connect::DISCONNECT_PATH])
    }
}

/// The home screen, the till and its web orders.
fn web_order_routes() -> Router<Arc<TillApp>> {
    Router::new()
        .route("/", get(screens::home))
        .route("/not-here/{name}", get(placeholders::show))
        .route("/assets/kezia.js", get(screens::script))
        .route("/till", get(screens::sellers))
        .route("/till/{seller}", get(sale::show))
        .route("/till/{seller}/sale/{action}", post(sale::submit))
        .route("/till/{seller}/orders", get(orders::list))
        .route("/till/{seller}/orders/poll", post(order_actions::poll_now))
        .route("/till/{seller}/orders/{order}", get(order_detail::show))
        .route(
            "/till/{seller}/orders/{order}/ticket",
            get(order_ticket::show),
        )
        .route(
            "/till/{seller}/orders/{order}/payment",
            get(order_payment::show),
        )
        .route(
            "/till/{seller}/orders/{order}/{action}",
            post(order_actions::change),
        )
}

/// Articles, customers, orders and invoices of the till.
fn shop_routes() -> Router<Arc<TillApp>> {
    Router::new()
        .route("/articles", get(articles::pages::list))
        .route(
            "/articles/{idart}",
            get(articles::sheet::show).post(articles::sheet::submit),
        )
        .route("/menus", get(articles::pages::menus))
        .route("/menus/{idart}", post(articles::pages::publish_menu))
        .route(
            "/stock",
            get(articles::pages::stock).post(articles::pages::set_stock),
        )
        .route("/customers", get(customers::pages::list))
        .route(
            "/customers/{id}",
            get(customers::pages::show).post(customers::pages::submit),
        )
        .route("/orders", get(documents::pages::orders))
        .route(
            "/orders/new",
            get(documents::order_form::show).post(documents::order_form::submit),
        )
        .route("/invoices", get(documents::pages::invoices))
        .route("/documents/{number}", get(documents::pages::show))
}

/// The settings windows.
fn settings_routes() -> Router<Arc<TillApp>> {
    Router::new()
        .route(
            "/settings/configuration",
            get(hub_options::pages::configuration).post(hub_options::pages::save_configuration),
        )
        .route(
            "/settings/web-orders",
            get(web_orders_window::show).post(web_orders_window::submit),
        )
        .route("/settings/hub", get(hub_window::show))
        .route("/settings/hub/{action}", post(hub_window::submit))
        .route("/settings/hub-options/{tab}", get(hub_options::pages::show))
        .route(
            "/settings/hub-options/options/save",
            post(hub_options::pages::save_options),
        )
        .route(
            "/settings/hub-options/sync/save",
            post(hub_options::pages::save_sync),
        )
        .route(
            "/settings/hub-options/invoices/send",
            post(hub_options::send::invoices),
        )
        .route(
            "/settings/hub-options/io/{what}",
            post(hub_options::send::submit),
        )
        .route(
            "/settings/hub-options/maintenance/{action}",
            post(hub_options::maintenance::submit),
        )
}

/// The currency of the connected place; euros before there is one.
pub(crate) fn currency(tx: &Transaction<'_>) -> Result<Currency, StoreError> {
    let known = connections::all(tx)?;
    let first = known.first();
    Ok(first.map_or(Currency::EUR, |place| place.currency))
}

/// Gives a new till its assortment.
async fn fill_new_store(app: &AppShell) -> Result<(), StoreError> {
    const NAME: &str = "has_assortment";
    let is_filled = app
        .store
        .read(|tx| state::setting::<bool>(tx, NAME))
        .await?;
    if is_filled {
        return Ok(());
    }
    let filled = app.store.write(|tx| {
        articles::assortment::fill(tx)?;
        state::save_setting(tx, NAME, &true)
    });
    filled.await
}

/// A till that was connected by its settings, and whose window **Commandes Web** nobody has saved yet, is set as
/// somebody would have who connects it by hand: active, with a button for web orders.
async fn activate_granted(app: &AppShell) -> Result<(), StoreError> {
    let activated = app.store.write(|tx| {
        if connections::all(tx)?.is_empty() || state::web_orders(tx)? != WebOrderSettings::default()
        {
            return Ok(());
        }
        let settings = WebOrderSettings {
            is_active: true,
            labels: [("MCU 1".into(), "Commandes Web".into())].into(),
            ..WebOrderSettings::default()
        };
        state::save_web_orders(tx, &settings)
    });
    activated.await
}

/// The till as a router that also fetches orders, for a server of one's own.
///
/// # Errors
/// See [`Till::open`].
pub async fn router(settings: AppSettings) -> Result<Router, AppError> {
    let till = Till::open(settings).await?;
    let router = till.router();
    tokio::spawn(async move { till.poll_forever().await });
    Ok(router)
}

/// Serves the till and fetches orders until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(listener: TcpListener, settings: AppSettings) -> Result<(), AppError> {
    check_listener(&listener, &settings)?;
    let till = Till::open(settings).await?;
    connect::use_token_of_settings(&till.0).await?;
    let activated = activate_granted(&till.0.app).await;
    activated.map_err(|error| till.0.app.store_error(&error))?;
    let router = till.router();
    tokio::select! {
        () = till.poll_forever() => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

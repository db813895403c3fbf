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
//! `screens.rs`, `orders.rs` and `order_detail.rs` show pages; `web_orders_window.rs` is the other settings
//! window; `state.rs` is what the till keeps in its store.
//!
//! Promises:
//! - settings count when **Enregistrer** was pressed, not before;
//! - an event is acknowledged only after its order is in the store, so that no crash and no
//!   broken line loses an order;
//! - the same event twice changes nothing;
//! - what the cashier does is sent once, in order, however long the line was down;
//! - when the hub cannot be reached or refuses the till, every page says so and since when.

mod events;
mod hub_window;
mod order_actions;
mod order_detail;
mod orders;
mod screens;
mod state;
mod web_orders_window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};
use client::{RetryPolicy, Secret};
use jiff::tz::TimeZone;
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
        Ok(Till(Arc::new(TillApp {
            app: AppShell::open(settings, branding, state::TABLES)?,
            draft: Mutex::default(),
            exchanging: tokio::sync::Mutex::default(),
        })))
    }

    /// Fetches waiting events and sends what waits, once.
    pub async fn poll_once(&self) -> PollOutcome {
        runner::poll_once(&self.0, RetryPolicy::interactive()).await
    }

    /// Fetches events as they happen and sends what waits, until the program ends.
    pub async fn poll_forever(&self) {
        runner::run_forever(Arc::clone(&self.0)).await;
    }

    /// The screens as a router; the caller has to poll.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/", get(screens::home))
            .route("/till", get(screens::sellers))
            .route("/till/{seller}", get(screens::sale))
            .route("/till/{seller}/orders", get(orders::list))
            .route("/till/{seller}/orders/poll", post(order_actions::poll_now))
            .route("/till/{seller}/orders/{order}", get(order_detail::show))
            .route(
                "/till/{seller}/orders/{order}/{action}",
                post(order_actions::change),
            )
            .route(
                "/settings/web-orders",
                get(web_orders_window::show).post(web_orders_window::submit),
            )
            .route("/settings/hub", get(hub_window::show))
            .route("/settings/hub/{action}", post(hub_window::submit));
        let routes = routes.merge(connect::routes());
        app::router(&self.0, routes, &[connect::DISCONNECT_PATH])
    }
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
    let router = till.router();
    tokio::select! {
        () = till.poll_forever() => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

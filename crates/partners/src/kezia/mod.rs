//! Kezia II: a till program that fetches web orders, shown in a browser.
//!
//! It is the example of a program that the hub *cannot* reach, as most tills are. Its story, in the order
//! in which you would write your own:
//!
//! 1. **Connect** (`hub_window.rs`). The shop's manager opens the hub's authorise page out of band, copies
//!    the code that it shows, and pastes it in **Fichier** > **Paramètres** > **Commandes Web**; the till
//!    exchanges the code for a token.
//! 2. **Let events wait** (`poll.rs`, `subscribe`). A passive callback, one without a URL, makes the hub
//!    keep the events until they are fetched.
//! 3. **Fetch them** (`poll.rs`): list the events, read the order of each as it is now, store it, mark it
//!    as `received`, and only then acknowledge the event.
//! 4. **Work on the order** (`order_actions.rs`): accept it with a time, reject it, tell of a delay.
//!
//! `screens.rs`, `orders.rs` and `order_detail.rs` show pages; `web_orders_window.rs` is the other settings
//! window; `state.rs` is what the till keeps in its file.
//!
//! Promises:
//! - settings count when **Enregistrer** was pressed, not before;
//! - an event is acknowledged only after its order is in the state file, so that no crash and no
//!   broken line loses an order;
//! - the same event twice changes nothing;
//! - when the hub cannot be reached or refuses the till, every till screen says so.

mod hub_window;
mod order_actions;
mod order_detail;
mod orders;
mod poll;
mod screens;
mod state;
mod web_orders_window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};
use client::{Connection, RetryPolicy, Secret, TokenResponse};
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::kit::AppError;
use crate::kit::app::{AppShell, check_listener};
use crate::kit::layout::Branding;
use crate::kit::settings::AppSettings;

pub use poll::PollOutcome;
use poll::PollProblem;
use state::{TillConnection, TillState, WebOrderSettings};

/// What the till asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.write,catalog.write]";

/// The running till. It is cheap to clone.
#[derive(Clone)]
pub struct Till(Arc<TillApp>);

pub(crate) struct TillApp {
    pub app: AppShell<TillState>,
    draft: Mutex<Draft>,
    /// What keeps the till from fetching orders.
    poll_problem: Mutex<Option<PollProblem>>,
    /// One code at a time becomes a connection.
    exchanging: tokio::sync::Mutex<()>,
    /// One poll at a time.
    polling: tokio::sync::Mutex<()>,
    /// Notified when there is something new to poll for.
    wake: Notify,
}

/// What the settings windows show before **Enregistrer**: closing a window drops it, and so does a
/// restart.
#[derive(Default)]
pub(crate) struct Draft {
    web_orders: Option<WebOrderSettings>,
    connection: Option<TillConnection>,
    /// A pasted code that was refused, and why.
    refused_code: Option<(String, String)>,
    /// The code that gave the present connection: pasting it again changes nothing.
    used_code: Option<Secret>,
}

impl TillApp {
    pub(crate) fn draft(&self) -> MutexGuard<'_, Draft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn poll_problem(&self) -> MutexGuard<'_, Option<PollProblem>> {
        let problem = self.poll_problem.lock();
        problem.unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of the saved connection.
    pub(crate) async fn saved_token(&self) -> Option<TokenResponse> {
        let token = self.app.state.read(|state| {
            let connection = state.connection.as_ref();
            connection.map(|connection| connection.token.clone())
        });
        token.await
    }

    /// The calls of the saved connection, for a cashier who waits.
    pub(crate) async fn connection(&self) -> Option<Connection> {
        let token = self.saved_token().await?;
        Some(self.app.hub.connection(token.access_token))
    }

    /// The time zone of the connected location.
    pub(crate) async fn zone(&self) -> TimeZone {
        let zone = self.app.state.read(|state| {
            let connection = state.connection.as_ref();
            connection.map_or(TimeZone::UTC, |connection| {
                wire::time::zone(&connection.timezone)
            })
        });
        zone.await
    }
}

impl Till {
    /// Opens the state file; nothing is fetched yet.
    ///
    /// # Errors
    /// [`AppError`] when an address or the state file cannot be used.
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
            app: AppShell::open(settings, branding).await?,
            draft: Mutex::default(),
            poll_problem: Mutex::default(),
            exchanging: tokio::sync::Mutex::default(),
            polling: tokio::sync::Mutex::default(),
            wake: Notify::new(),
        })))
    }

    /// Fetches waiting events once.
    pub async fn poll_once(&self) -> PollOutcome {
        poll::poll_once(&self.0, RetryPolicy::interactive()).await
    }

    /// Fetches waiting events until the program ends, at the pace of the settings.
    pub async fn poll_forever(&self) {
        let interval = self.0.app.settings.poll_interval;
        loop {
            let pause = match poll::poll_once(&self.0, RetryPolicy::default()).await {
                PollOutcome::Busy(pause) => pause.max(interval),
                _ => interval,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.0.wake.notified() => {}
            }
        }
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
        self.0.app.router(routes, &[], Arc::clone(&self.0))
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
    let router = till.router();
    tokio::select! {
        () = till.poll_forever() => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

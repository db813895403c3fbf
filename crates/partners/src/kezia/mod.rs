//! Kezia II: a till program that fetches web orders, shown in a browser.
//!
//! The shop's manager connects it out of band (a code copied by hand) in **Fichier** >
//! **Paramètres** > **Commandes Web**; a passive callback then keeps events until the till fetches
//! them. The cashier sees the orders behind the button named in the same window.
//!
//! Promises:
//! - settings count when **Enregistrer** was pressed, not before;
//! - an event is acknowledged only after its order is in the state file, so that no crash and no
//!   broken line loses an order;
//! - the same event twice changes nothing;
//! - when the hub cannot be reached or refuses the till, every till screen says so.

mod config;
mod detail;
mod orders;
mod poll;
mod state;
mod till;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use client::{App, Connection, HubClient, RetryPolicy};
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::Settings;
use crate::kit::frame::{self, Look};
use crate::kit::notes::Notes;
use crate::kit::state::Kept;
use crate::kit::visitor::{meet, nowhere};
use crate::kit::{Failure, clock, door};

use config::Draft;
pub use poll::Polled;
use poll::Trouble;
use state::State;

/// What the till asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.write,catalog.write]";

/// The running till. Cheap to clone.
#[derive(Clone)]
pub struct Till(Arc<Inner>);

pub(crate) struct Inner {
    pub settings: Settings,
    pub look: Arc<Look>,
    pub hub: HubClient,
    pub app: App,
    pub kept: Kept<State>,
    pub notes: Notes,
    /// What the settings windows show before it is saved.
    draft: Mutex<Draft>,
    /// What keeps the till from fetching orders.
    trouble: Mutex<Option<Trouble>>,
    /// One code at a time becomes a connection.
    entering: tokio::sync::Mutex<()>,
    /// One poll at a time.
    polling: tokio::sync::Mutex<()>,
    /// Rung when there is something new to poll for.
    wake: Notify,
}

impl Inner {
    pub(crate) fn draft(&self) -> MutexGuard<'_, Draft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn trouble(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The saved connection, for calls a cashier waits for.
    pub(crate) async fn connection(&self) -> Option<Connection> {
        let token = self
            .kept
            .read(|state| {
                state
                    .linked
                    .as_ref()
                    .map(|linked| linked.token.access_token.clone())
            })
            .await;
        token.map(|token| self.hub.connection(token))
    }

    /// The zone of the connected location.
    pub(crate) async fn zone(&self) -> TimeZone {
        let name = self
            .kept
            .read(|s| s.linked.as_ref().map(|l| l.timezone.clone()))
            .await;
        name.map_or(TimeZone::UTC, |name| clock::zone(&name))
    }
}

impl Till {
    /// Opens the state file; nothing is fetched yet.
    ///
    /// # Errors
    /// [`Failure`] when an address or the state file cannot be used.
    pub async fn open(settings: Settings) -> Result<Till, Failure> {
        let hub = settings.hub()?;
        Ok(Till(Arc::new(Inner {
            look: Arc::new(Look {
                app: "Kezia II",
                cookie: "kezia",
                css: concat!(
                    include_str!("../../assets/kit.css"),
                    include_str!("../../assets/kezia.css")
                ),
                https: settings.public_url.starts_with("https:"),
                brand: settings.brand.clone(),
            }),
            app: hub.app(settings.client_id.clone(), settings.client_secret.clone()),
            hub,
            kept: Kept::open(&settings.state_file).await?,
            notes: Notes::default(),
            draft: Mutex::default(),
            trouble: Mutex::default(),
            entering: tokio::sync::Mutex::default(),
            polling: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            settings,
        })))
    }

    /// Fetches waiting events once.
    pub async fn poll_once(&self) -> Polled {
        poll::once(&self.0, RetryPolicy::interactive()).await
    }

    /// Fetches waiting events for ever, at the pace of the settings.
    pub async fn poll_forever(&self) {
        loop {
            let pause = match poll::once(&self.0, RetryPolicy::default()).await {
                Polled::Busy(pause) => pause.max(self.0.settings.poll_interval),
                _ => self.0.settings.poll_interval,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.0.wake.notified() => {}
            }
        }
    }

    /// The screens as a router; fetching is up to the caller.
    pub fn router(&self) -> Router {
        let css = self.0.look.css;
        let screens = Router::new()
            .route("/", get(till::home))
            .route("/till", get(till::sellers))
            .route("/till/{seller}", get(till::sale))
            .route("/till/{seller}/orders", get(orders::list))
            .route("/till/{seller}/orders/poll", post(orders::poll_now))
            .route("/till/{seller}/orders/{order}", get(detail::show))
            .route("/till/{seller}/orders/{order}/{act}", post(orders::act))
            .route(
                "/settings/web-orders",
                get(config::web_orders).post(config::web_orders_act),
            )
            .route("/settings/hub", get(config::hub_window))
            .route("/settings/hub/{act}", post(config::hub_act))
            .route(
                "/assets/style.css",
                get(move || async move { frame::asset("text/css; charset=utf-8", css) }),
            )
            .route("/assets/live.js", get(frame::live_js))
            .fallback(nowhere)
            .layer(from_fn_with_state(self.0.look.clone(), meet))
            .with_state(self.0.clone());
        door::closed(screens, self.0.look.app, &self.0.settings, &[])
    }
}

/// The till as a router that also fetches orders, for a server of one's own.
///
/// # Errors
/// As [`Till::open`].
pub async fn router(settings: Settings) -> Result<Router, Failure> {
    let till = Till::open(settings).await?;
    let router = till.router();
    tokio::spawn(async move { till.poll_forever().await });
    Ok(router)
}

/// Serves the till and fetches orders until the listener fails.
///
/// # Errors
/// [`Failure`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(listener: TcpListener, settings: Settings) -> Result<(), Failure> {
    door::check(listener.local_addr()?, settings.password.as_ref())?;
    let till = Till::open(settings).await?;
    let router = till.router();
    tokio::select! {
        () = till.poll_forever() => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

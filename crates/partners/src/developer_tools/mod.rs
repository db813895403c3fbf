//! Developer Tools: a web app that places orders by hand and shows what the hub sends back.
//!
//! A merchant connects a location by the redirect flow; each connection has its own pages below
//! `/i/<app_instance_id>`. An active callback brings events in: they are verified, kept (the last
//! 200 a connection) and used to follow the orders placed from here.
//!
//! Promises: an order is placed once however often its form is sent; an event is believed only with
//! the right signature; a connection is forgotten only when the hub says it is gone.

mod basket;
mod connect;
mod hub_side;
mod orders;
mod pages;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use client::callbacks::CallbackReceiver;
use client::{App, Connection, HubClient};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::kit::frame::{self, Look};
use crate::kit::notes::Notes;
use crate::kit::state::Kept;
use crate::kit::visitor::{Problem, meet, nowhere};
use crate::kit::{Failure, clock, door};
use crate::{Settings, kit};

use state::{Installation, State};

/// What the app asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.read,catalog.read]";

/// The running app.
pub(crate) struct Tools {
    pub settings: Settings,
    pub look: Arc<Look>,
    pub hub: HubClient,
    pub app: App,
    pub kept: Kept<State>,
    pub notes: Notes,
    pub receiver: CallbackReceiver,
    /// One order is placed at a time, so that a form sent twice finds its first order.
    pub placing: Mutex<()>,
}

impl Tools {
    async fn open(settings: Settings) -> Result<Tools, Failure> {
        let hub = settings.hub()?;
        Ok(Tools {
            look: Arc::new(Look {
                app: "Developer Tools",
                cookie: "devtools",
                css: concat!(
                    include_str!("../../assets/kit.css"),
                    include_str!("../../assets/developer_tools.css")
                ),
                https: settings.public_url.starts_with("https:"),
                brand: settings.brand.clone(),
            }),
            app: hub.app(settings.client_id.clone(), settings.client_secret.clone()),
            hub,
            kept: Kept::open(&settings.state_file).await?,
            notes: Notes::default(),
            receiver: CallbackReceiver::new(settings.client_secret.clone()),
            placing: Mutex::default(),
            settings,
        })
    }

    /// A connection by its id.
    pub(crate) async fn installation(&self, id: &str) -> Result<Installation, Problem> {
        self.kept
            .read(|state| state.installations.get(id).cloned())
            .await
            .ok_or(Problem::NotFound)
    }

    pub(crate) fn connection(&self, installation: &Installation) -> Connection {
        self.hub.connection(installation.token.access_token.clone())
    }

    /// Today in a connection's zone, `YYYY-MM-DD`.
    pub(crate) fn today(&self, installation: &Installation) -> String {
        let zone = clock::zone(&installation.timezone);
        kit::clock::iso(self.settings.clock.now(), &zone)
            .chars()
            .take(10)
            .collect()
    }

    /// The present moment in a connection's zone, as the API writes it.
    pub(crate) fn now(&self, installation: &Installation) -> String {
        kit::clock::iso(
            self.settings.clock.now(),
            &clock::zone(&installation.timezone),
        )
    }
}

/// What the hub calls: callbacks, which are signed, and the news of a disconnection, which is
/// checked with the hub.
const HUBS_OWN: &[&str] = &["/hub/callback", "/disconnect"];

/// The app as a router, for a server of one's own.
///
/// # Errors
/// [`Failure`] when an address or the state file cannot be used.
pub async fn router(settings: Settings) -> Result<Router, Failure> {
    let tools = Arc::new(Tools::open(settings).await?);
    let css = tools.look.css;
    let screens = Router::new()
        .route("/", get(pages::home))
        .route("/connect", get(connect::connect))
        .route("/oauth/callback", get(connect::come_back))
        .route("/open", get(connect::open))
        .route("/disconnect", get(connect::disconnected))
        .route("/hub/callback", post(hub_side::receive))
        .route("/i/{id}", get(pages::status))
        .route("/i/{id}/callback", post(connect::subscribe_again))
        .route("/i/{id}/disconnect", post(connect::disconnect))
        .route("/i/{id}/events", get(pages::events))
        .route("/i/{id}/orders", get(pages::orders).post(orders::place))
        .route("/i/{id}/orders/new", get(orders::form))
        .route("/i/{id}/orders/refresh", post(orders::refresh))
        .route("/i/{id}/orders/{order}", get(orders::show))
        .route("/i/{id}/orders/{order}/status", post(orders::change_status))
        .route(
            "/assets/style.css",
            get(move || async move { frame::asset("text/css; charset=utf-8", css) }),
        )
        .route("/assets/live.js", get(frame::live_js))
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(4 * 1024 * 1024))
        .layer(from_fn_with_state(tools.look.clone(), meet))
        .with_state(Arc::clone(&tools));
    Ok(door::closed(
        screens,
        tools.look.app,
        &tools.settings,
        HUBS_OWN,
    ))
}

/// Serves the app until the listener fails.
///
/// # Errors
/// [`Failure`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(listener: TcpListener, settings: Settings) -> Result<(), Failure> {
    door::check(listener.local_addr()?, settings.password.as_ref())?;
    let router = router(settings).await?;
    Ok(axum::serve(listener, router).await?)
}

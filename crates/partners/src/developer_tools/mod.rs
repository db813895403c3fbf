//! Developer Tools: a web app that places orders by hand and shows what the hub sends back.
//!
//! It is the example of a *web app*, which the hub can reach. Its story, in the order in which you would
//! write your own:
//!
//! 1. **Connect** (`kit::connect`). The browser goes to the hub's authorise page, with a `state` that only
//!    this browser knows; it comes back with a code, and the app exchanges the code for a token. Each
//!    connection has its own pages below `/i/<app_instance_id>`.
//! 2. **Receive callbacks** (`callbacks.rs`, `kit::intake`). The app registers a URL; the hub posts events
//!    there. The app verifies the signature of each, stores the event, and only then answers 200.
//! 3. **Place an order** (`new_order.rs` builds it with the types of [`client::order`]; `orders.rs` sends
//!    it, once, even if the answer was lost).
//! 4. **Follow it** (`orders.rs`): read it, change its status, and take its new states from the events.
//! 5. **Say goodbye** (`kit::connect`): revoke the token; when the hub says that a connection ended, ask
//!    the hub whether that is true.
//!
//! `pages.rs` and `order_form.rs` only show pages; `menu.rs` is what can be ordered; `state.rs` is what the
//! app keeps in its store.
//!
//! Promises: an order is placed once however often its form is sent; an event is believed only with
//! the right signature; a connection has ended only when the hub says so.

mod callbacks;
mod connect;
mod menu;
mod new_order;
mod order_form;
mod orders;
mod pages;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use client::{Callback, Connection, EventResource, EventType};
use jiff::civil::Date;
use rusqlite::Transaction;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use wire::time::Time;

use crate::kit::AppError;
use crate::kit::app::{self, AppShell, check_listener};
use crate::kit::connect as kit_connect;
use crate::kit::connected_app::{ConnectedApp, IncomingEvent};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::layout::Branding;
use crate::kit::page_error::PageError;
use crate::kit::runner;
use crate::kit::settings::AppSettings;
use crate::kit::store::StoreError;

/// What the app asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.read,catalog.read]";

/// The path at which the hub posts events.
const CALLBACK_PATH: &str = "/hub/callback";

/// Paths that the hub calls, without the app's password: callbacks are signed, and a message about a
/// disconnection is checked with the hub.
const PUBLIC_PATHS: &[&str] = &[CALLBACK_PATH, kit_connect::DISCONNECT_PATH];

/// The running app.
pub(crate) struct Tools {
    pub app: AppShell,
    /// One order is placed at a time, so that a form that is sent twice finds its first order.
    pub placing: Mutex<()>,
}

impl Tools {
    fn open(settings: AppSettings) -> Result<Tools, AppError> {
        let branding = Branding {
            app_name: "Developer Tools",
            cookie_prefix: "devtools",
            style_sheet: concat!(
                include_str!("../../assets/kit.css"),
                include_str!("../../assets/developer_tools.css")
            ),
            is_https: settings.public_url.starts_with("https:"),
            hub_name: settings.hub_name.clone(),
        };
        Ok(Tools {
            app: AppShell::open(settings, branding, state::TABLES)?,
            placing: Mutex::default(),
        })
    }

    /// The connection of an id.
    pub(crate) async fn installation(&self, id: &str) -> Result<StoredConnection, PageError> {
        kit_connect::find(&self.app, id).await
    }

    /// The calls that an installation may make.
    pub(crate) fn connection(&self, installation: &StoredConnection) -> Connection {
        self.app.connection(installation)
    }

    /// The present moment in a time zone, by its IANA name.
    pub(crate) fn local_time(&self, timezone: &str) -> Time {
        Time::new(self.app.now(), &wire::time::zone(timezone))
    }

    /// Today's date at an installation.
    pub(crate) fn today(&self, installation: &StoredConnection) -> Date {
        self.local_time(&installation.timezone).civil().date()
    }
}

impl ConnectedApp for Tools {
    fn shell(&self) -> &AppShell {
        &self.app
    }

    fn scope(&self) -> &'static str {
        SCOPE
    }

    fn connection_page(&self, id: &str) -> String {
        format!("/i/{}", path_segment(id))
    }

    fn subscription(&self) -> Callback {
        let orders = [EventType::Create, EventType::Update];
        Callback::active(self.app.settings.own_url(CALLBACK_PATH))
            .on(EventResource::Order, &orders)
            .on(EventResource::Location, &[EventType::Update])
    }

    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError> {
        let connection = incoming.connection;
        let received_at = Time::new(incoming.now, &connection.zone());
        state::save_event(tx, &connection.id, received_at, incoming.event)
    }

    fn handle_disconnection(&self, tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
        state::delete(tx, id)
    }
}

/// The app as a router, for a server of one's own.
///
/// # Errors
/// [`AppError`] when an address or the store cannot be used.
pub async fn router(settings: AppSettings) -> Result<Router, AppError> {
    Ok(routes(&Arc::new(Tools::open(settings)?)))
}

fn routes(tools: &Arc<Tools>) -> Router {
    let routes = kit_connect::routes()
        .route("/", get(pages::home))
        .route("/open", get(connect::open))
        .route(CALLBACK_PATH, post(callbacks::receive))
        .route("/i/{id}", get(pages::status))
        .route("/i/{id}/callback", post(callbacks::register_again))
        .route("/i/{id}/events", get(pages::events))
        .route("/i/{id}/orders", get(pages::orders).post(orders::place))
        .route("/i/{id}/orders/new", get(order_form::show))
        .route("/i/{id}/orders/refresh", post(orders::refresh))
        .route("/i/{id}/orders/{order}", get(orders::show))
        .route("/i/{id}/orders/{order}/status", post(orders::change_status));
    app::router(tools, routes, PUBLIC_PATHS)
}

/// Serves the app until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(listener: TcpListener, settings: AppSettings) -> Result<(), AppError> {
    check_listener(&listener, &settings)?;
    let tools = Arc::new(Tools::open(settings)?);
    kit_connect::use_token_of_settings(&tools).await?;
    let router = routes(&tools);
    tokio::select! {
        () = runner::run_forever(tools) => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

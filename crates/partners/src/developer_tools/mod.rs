//! Developer Tools: a web app that places orders by hand and shows what the hub sends back.
//!
//! It is the example of a *web app*, which the hub can reach. Its story, in the order in which you would
//! write your own:
//!
//! 1. **Connect** (`connect.rs`). The browser goes to the hub's authorise page, with a `state` that only
//!    this browser knows; it comes back with a code, and the app exchanges the code for a token. Each
//!    connection has its own pages below `/i/<app_instance_id>`.
//! 2. **Receive callbacks** (`callbacks.rs`). The app registers a URL; the hub posts events there. The
//!    app verifies the signature of each with a
//!    [`CallbackReceiver`], stores the event, and only then answers 200.
//! 3. **Place an order** (`new_order.rs` builds it with the types of [`client::order`]; `orders.rs` sends
//!    it, once, even if the answer was lost).
//! 4. **Follow it** (`orders.rs`): read it, change its status, and take its new states from the events.
//! 5. **Say goodbye** (`connect.rs`): revoke the token; when the hub says that a connection ended, ask
//!    the hub whether that is true.
//!
//! `pages.rs` and `order_form.rs` only show pages; `menu.rs` is what can be ordered; `state.rs` is what the
//! app keeps in its file.
//!
//! Promises: an order is placed once however often its form is sent; an event is believed only with
//! the right signature; a connection is forgotten only when the hub says it is gone.

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
use client::Connection;
use client::callbacks::CallbackReceiver;
use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use wire::time::Time;

use crate::kit::AppError;
use crate::kit::app::{AppShell, check_listener};
use crate::kit::layout::Branding;
use crate::kit::page_error::PageError;
use crate::kit::settings::AppSettings;

use state::{Installation, ToolsState};

/// What the app asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.read,catalog.read]";

/// The path at which the hub posts events.
const CALLBACK_PATH: &str = "/hub/callback";

/// Paths that the hub calls, without the app's password: callbacks are signed, and a message about a
/// disconnection is checked with the hub.
const PUBLIC_PATHS: &[&str] = &[CALLBACK_PATH, "/disconnect"];

/// The running app.
pub(crate) struct Tools {
    pub app: AppShell<ToolsState>,
    pub receiver: CallbackReceiver,
    /// One order is placed at a time, so that a form that is sent twice finds its first order.
    pub placing: Mutex<()>,
}

impl Tools {
    async fn open(settings: AppSettings) -> Result<Tools, AppError> {
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
            receiver: CallbackReceiver::new(settings.client_secret.clone()),
            app: AppShell::open(settings, branding).await?,
            placing: Mutex::default(),
        })
    }

    /// The installation of an id.
    pub(crate) async fn installation(&self, id: &str) -> Result<Installation, PageError> {
        self.app
            .state
            .read(|state| state.installations.get(id).cloned())
            .await
            .ok_or(PageError::NotFound)
    }

    /// The calls that an installation may make.
    pub(crate) fn connection(&self, installation: &Installation) -> Connection {
        let token = installation.token.access_token.clone();
        self.app.hub.connection(token)
    }

    /// The present moment in a time zone, by its IANA name.
    pub(crate) fn local_time(&self, timezone: &str) -> Time {
        Time::new(self.app.now(), &wire::time::zone(timezone))
    }

    /// Today's date at an installation.
    pub(crate) fn today(&self, installation: &Installation) -> Date {
        self.local_time(&installation.timezone).civil().date()
    }
}

/// The app as a router, for a server of one's own.
///
/// # Errors
/// [`AppError`] when an address or the state file cannot be used.
pub async fn router(settings: AppSettings) -> Result<Router, AppError> {
    let tools = Arc::new(Tools::open(settings).await?);
    let routes = Router::new()
        .route("/", get(pages::home))
        .route("/connect", get(connect::start))
        .route("/oauth/callback", get(connect::finish))
        .route("/open", get(connect::open))
        .route("/disconnect", get(connect::check_disconnection))
        .route(CALLBACK_PATH, post(callbacks::receive))
        .route("/i/{id}", get(pages::status))
        .route("/i/{id}/callback", post(callbacks::register_again))
        .route("/i/{id}/disconnect", post(connect::disconnect))
        .route("/i/{id}/events", get(pages::events))
        .route("/i/{id}/orders", get(pages::orders).post(orders::place))
        .route("/i/{id}/orders/new", get(order_form::show))
        .route("/i/{id}/orders/refresh", post(orders::refresh))
        .route("/i/{id}/orders/{order}", get(orders::show))
        .route("/i/{id}/orders/{order}/status", post(orders::change_status));
    let app = &tools.app;
    Ok(app.router(routes, PUBLIC_PATHS, Arc::clone(&tools)))
}

/// Serves the app until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(listener: TcpListener, settings: AppSettings) -> Result<(), AppError> {
    check_listener(&listener, &settings)?;
    let router = router(settings).await?;
    Ok(axum::serve(listener, router).await?)
}

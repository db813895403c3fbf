//! POS HELPER: a till on the web, with a production board for the kitchen.
//!
//! It is the example of a program that shows its orders on several screens at once. Its story:
//!
//! 1. **Connect** (`integration.rs`, `kit::connect`): **Ventes** > **HUBRISE INTEGRATION** > **CONNECTER**.
//! 2. **Take orders in**: posted by the hub, or over the stream when the hub cannot reach it. Each order is
//!    stored as it is now (`sales.rs`), begins an alarm, and is marked as `received`.
//! 3. **Prepare them** (`board.rs`, `ticket_view.rs`, `stage.rs`): from column to column, with two clocks for
//!    each ticket. `board_actions.rs` sends each step through the outbox, so the board works offline.
//! 4. **Look at sales** (`sale_lists.rs`, `overview.rs`), and print tickets and labels (`paper.rs`).
//!
//! Promises:
//! - an event is acknowledged only after its order is in the store;
//! - a step is made once, however often its button is pressed;
//! - a connection that is blocked or has ended is never called connected.

mod board;
mod board_actions;
mod integration;
mod overview;
mod paper;
mod sale_lists;
mod sales;
mod stage;
mod ticket_view;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use client::catalog::Catalog;
use client::order::{Order, OrderPatch, OrderStatus};
use client::{Callback, EventResource, EventType, RetryPolicy};
use jiff::tz::TimeZone;
use rusqlite::Transaction;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::kit::AppError;
use crate::kit::alarm::{self, NewAlarm};
use crate::kit::app::{self, AppShell, check_listener};
use crate::kit::connect;
use crate::kit::connected_app::{ConnectedApp, IncomingEvent};
use crate::kit::connections::{self, StoredConnection};
use crate::kit::cookies::path_segment;
use crate::kit::intake;
use crate::kit::layout::{Branding, asset};
use crate::kit::order_view::order_code;
use crate::kit::outbox::{self, NewAction, QueuedAction};
use crate::kit::runner::{self, PollOutcome};
use crate::kit::settings::AppSettings;
use crate::kit::store::StoreError;

/// What the app asks of a merchant.
pub const SCOPE: &str = "location[orders.write,customer_list.read,catalog.read]";

/// The path at which the hub posts events.
const CALLBACK_PATH: &str = "/hub/callback";

/// Paths that the hub calls, without the app's password.
const PUBLIC_PATHS: &[&str] = &[CALLBACK_PATH, connect::DISCONNECT_PATH];

/// How events come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventIntake {
    /// The hub posts them to the app's URL.
    Callback,
    /// The app fetches them over the stream: the hub cannot reach it.
    Stream,
}

/// The running app. It is cheap to clone.
#[derive(Clone)]
pub struct PosHelper(Arc<PosApp>);

struct PosApp {
    shell: AppShell,
    intake: EventIntake,
}

impl PosApp {
    /// The time zone of the first connection, for screens that show all of them.
    async fn zone(&self) -> Result<TimeZone, StoreError> {
        let known = self.shell.store.read(connections::all).await?;
        let first = known.first();
        Ok(first.map_or(TimeZone::UTC, StoredConnection::zone))
    }
}

impl ConnectedApp for PosApp {
    fn shell(&self) -> &AppShell {
        &self.shell
    }

    fn scope(&self) -> &'static str {
        SCOPE
    }

    fn connection_page(&self, _id: &str) -> String {
        integration::PATH.into()
    }

    fn subscription(&self) -> Callback {
        let callback = match self.intake {
            EventIntake::Callback => Callback::active(self.shell.settings.own_url(CALLBACK_PATH)),
            EventIntake::Stream => Callback::passive(),
        };
        callback.on(
            EventResource::Order,
            &[EventType::Create, EventType::Update],
        )
    }

    fn reads_current_order(&self) -> bool {
        true
    }

    /// Learns what is sold; without a catalog that can be read, **Produits** is empty.
    async fn prepare(&self, stored: &StoredConnection) -> Result<(), StoreError> {
        let Some(id) = stored.token.catalog_id.clone() else {
            return Ok(());
        };
        let read = self.shell.connection(stored).catalog::<Catalog>(&id).await;
        let Ok(catalog) = read else { return Ok(()) };
        let place = stored.id.clone();
        let save = move |tx: &Transaction<'_>| sales::save_products(tx, &place, &catalog);
        self.shell.store.write(save).await
    }

    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError> {
        let event = incoming.event;
        if event.head.resource_type != EventResource::Order.as_str() {
            return Ok(());
        }
        let Some(new_state) = event.new_state.clone() else {
            return Ok(());
        };
        let order: Order = serde_json::from_value(new_state)?;
        let (place, id) = (&incoming.connection.id, order.id.as_str());
        let is_new = sales::save(tx, place, &order, incoming.now)?;
        if !stage::waits_for_acceptance(order.status) {
            return alarm::silence(tx, id, &self.shell.branding.hub_name, incoming.now);
        }
        if is_new {
            let new = NewAlarm {
                connection: place.clone(),
                subject: id.into(),
                title: order_code(&order),
                link: format!("/tickets/{}", path_segment(id)),
            };
            alarm::begin(tx, &new, incoming.now)?;
        }
        if is_new && order.status == OrderStatus::New {
            let received = OrderPatch::default().status(OrderStatus::Received);
            let title = format!("{} : Reçue", order_code(&order));
            let action = NewAction::patch_order(place, id, title, &received)?;
            outbox::enqueue(tx, &action, incoming.now)?;
        }
        Ok(())
    }

    fn handle_response(
        &self,
        tx: &Transaction<'_>,
        connection: &StoredConnection,
        _action: &QueuedAction,
        response: &Value,
    ) -> Result<(), StoreError> {
        // The hub has made the change; what cannot be read of its answer comes with the next event.
        if let Ok(order) = serde_json::from_value::<Order>(response.clone()) {
            sales::save(tx, &connection.id, &order, self.shell.now())?;
        }
        Ok(())
    }

    fn handle_disconnection(&self, tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
        sales::delete_connection(tx, id)
    }
}

impl PosHelper {
    /// Opens the store; nothing is fetched yet.
    ///
    /// # Errors
    /// [`AppError`] when an address or the store cannot be used.
    pub fn open(settings: AppSettings, intake: EventIntake) -> Result<PosHelper, AppError> {
        let branding = Branding {
            app_name: "POS HELPER",
            cookie_prefix: "pos_helper",
            style_sheet: concat!(
                include_str!("../../assets/kit.css"),
                include_str!("../../assets/pos_helper.css")
            ),
            is_https: settings.public_url.starts_with("https:"),
            hub_name: settings.hub_name.clone(),
        };
        let shell = AppShell::open(settings, branding, sales::TABLES)?;
        Ok(PosHelper(Arc::new(PosApp { shell, intake })))
    }

    /// The screens as a router; the caller has to run the app.
    pub fn router(&self) -> Router {
        let routes = connect::routes()
            .route("/", get(board::home))
            .route("/board", get(board::show))
            .route("/board/recall", post(board_actions::recall))
            .route("/board/{order}/advance", post(board_actions::advance))
            .route("/board/{order}/reject", post(board_actions::reject))
            .route("/tickets/{order}", get(paper::ticket))
            .route("/sales/labels", get(paper::labels))
            .route("/sales/partners", get(overview::partners))
            .route("/sales/partners/{kind}", post(overview::set_kind))
            .route(integration::PATH, get(integration::show))
            .route("/sales/{list}", get(sale_lists::show))
            .route("/stats", get(overview::stats))
            .route("/products", get(overview::products))
            .route("/customers", get(overview::customers))
            .route("/admin", get(overview::admin))
            .route("/assets/pos_helper.js", get(script))
            .route(CALLBACK_PATH, post(receive));
        app::router(&self.0, routes, PUBLIC_PATHS)
    }

    /// Fetches waiting events and sends what waits, once.
    pub async fn poll_once(&self) -> PollOutcome {
        runner::poll_once(&self.0, RetryPolicy::interactive()).await
    }
}

/// `POST /hub/callback`: verifies and stores an event.
async fn receive(State(pos): State<Arc<PosApp>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    intake::receive(&pos, &headers, &body).await
}

/// The script of the board: arrow keys, and printing.
async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/pos_helper.js"),
    )
}

/// Serves the app until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(
    listener: TcpListener,
    settings: AppSettings,
    intake: EventIntake,
) -> Result<(), AppError> {
    check_listener(&listener, &settings)?;
    let pos = PosHelper::open(settings, intake)?;
    connect::use_token_of_settings(&pos.0).await?;
    let router = pos.router();
    tokio::select! {
        () = runner::run_forever(Arc::clone(&pos.0)) => Ok(()),
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

//! A printer: it prints each new order as text. The worked example of `docs/apps.md`.
//!
//! Its tickets are lines of a file (a real printer's device is one, too) and rows of a table. An event
//! becomes a ticket in the transaction that takes it in; a ticket is printed after that, and marked before
//! and after: one that was cut off is printed again, and says that it is a copy.

mod pages;
mod ticket;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use client::order::{Order, OrderPatch, OrderStatus};
use client::{Callback, EventResource, EventType, RetryPolicy};
use rusqlite::{Transaction, params};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::kit::AppError;
use crate::kit::alarm::{self, NewAlarm};
use crate::kit::app::{self, AppShell, check_listener};
use crate::kit::connect;
use crate::kit::connected_app::{ConnectedApp, IncomingEvent};
use crate::kit::layout::Branding;
use crate::kit::order_view::order_code;
use crate::kit::outbox::{self, NewAction};
use crate::kit::runner::{self, PollOutcome};
use crate::kit::settings::AppSettings;
use crate::kit::store::{StoreError, stored_time};

/// What the printer asks of a merchant.
pub const SCOPE: &str = "location[orders.write]";

const TABLES: &[&str] = &["CREATE TABLE tickets (
        number INTEGER PRIMARY KEY,
        order_id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        arrived_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        is_printed INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX tickets_waiting ON tickets (number) WHERE is_printed = 0"];

/// How long a printer without paper is left alone.
const PRINT_RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The running printer. It is cheap to clone.
#[derive(Clone)]
pub struct Printer(Arc<PrinterApp>);

struct PrinterApp {
    shell: AppShell,
    /// The file, or the device, to which tickets are written.
    output: PathBuf,
}

impl ConnectedApp for PrinterApp {
    fn shell(&self) -> &AppShell {
        &self.shell
    }

    fn scope(&self) -> &'static str {
        SCOPE
    }

    fn subscription(&self) -> Callback {
        Callback::passive().on(EventResource::Order, &[EventType::Create])
    }

    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError> {
        let Some(state) = incoming.event.new_state.clone() else {
            return Ok(());
        };
        let order: Order = serde_json::from_value(state)?;
        let inserted = tx.execute(
            "INSERT OR IGNORE INTO tickets (order_id, text, arrived_at) VALUES (?1, ?2, ?3)",
            params![
                order.id.as_str(),
                ticket::text(&order),
                stored_time(incoming.now)
            ],
        )?;
        if inserted == 0 {
            return Ok(());
        }
        ticket::delete_old(tx)?;
        let alarm = NewAlarm {
            connection: incoming.connection.id.clone(),
            subject: order.id.to_string(),
            title: order_code(&order),
            link: format!("/tickets/{}", order.id),
        };
        alarm::begin(tx, &alarm, incoming.now)?;
        if order.status == OrderStatus::New {
            let received = OrderPatch::default().status(OrderStatus::Received);
            let (place, id) = (&incoming.connection.id, order.id.as_str());
            let title = format!("{} : Reçue", order_code(&order));
            let action = NewAction::patch_order(place, id, title, &received)?;
            outbox::enqueue(tx, &action, incoming.now)?;
        }
        Ok(())
    }
}

impl Printer {
    /// Opens the store; nothing is fetched or printed yet. Tickets go to `output`.
    ///
    /// # Errors
    /// [`AppError`] when an address or the store cannot be used.
    pub fn open(settings: AppSettings, output: PathBuf) -> Result<Printer, AppError> {
        let branding = Branding {
            app_name: "Imprimante",
            cookie_prefix: "printer",
            style_sheet: include_str!("../../assets/kit.css"),
            is_https: settings.public_url.starts_with("https:"),
            hub_name: settings.hub_name.clone(),
        };
        let shell = AppShell::open(settings, branding, TABLES)?;
        Ok(Printer(Arc::new(PrinterApp { shell, output })))
    }

    /// The screens; the caller has to run the printer.
    pub fn router(&self) -> Router {
        let routes = connect::routes()
            .route("/", get(pages::home))
            .route("/tickets/{order}", get(pages::show))
            .route("/tickets/{order}/print", post(pages::print_again));
        app::router(&self.0, routes, &[connect::DISCONNECT_PATH])
    }

    /// Fetches and prints what waits, once.
    pub async fn poll_once(&self) -> PollOutcome {
        let outcome = runner::poll_once(&self.0, RetryPolicy::interactive()).await;
        if let Err(error) = self.0.print_waiting().await {
            tracing::error!(%error, "ticket not printed");
        }
        outcome
    }

    /// Fetches and prints until the program ends.
    pub async fn run(&self) -> Result<(), AppError> {
        connect::use_token_of_settings(&self.0).await?;
        tokio::join!(
            runner::run_forever(Arc::clone(&self.0)),
            self.0.print_forever()
        );
        Ok(())
    }
}

impl PrinterApp {
    async fn print_forever(&self) {
        loop {
            let arrived = self.shell.outbox_wake.notified();
            if let Err(error) = self.print_waiting().await {
                tracing::error!(%error, "ticket not printed");
            }
            tokio::select! {
                () = arrived => {}
                () = tokio::time::sleep(PRINT_RETRY_INTERVAL) => {}
            }
        }
    }

    /// Prints what is not printed yet, in the order in which it came.
    async fn print_waiting(&self) -> Result<(), AppError> {
        while let Some((number, text)) = self
            .shell
            .store
            .write(ticket::begin_printing)
            .await
            .map_err(|error| self.shell.store_error(&error))?
        {
            print(&self.output, text.as_bytes()).await?;
            let printed = self
                .shell
                .store
                .write(move |tx| ticket::end_printing(tx, number));
            printed
                .await
                .map_err(|error| self.shell.store_error(&error))?;
        }
        Ok(())
    }
}

/// Writes to the file or device; returns when all of it is there.
async fn print(output: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options.create(true).append(true).open(output).await?;
    file.write_all(text).await?;
    // Writing goes on in the background, and only this says that it has failed.
    file.flush().await?;
    // A device has nothing to be synced, and refuses it.
    if file.metadata().await?.is_file() {
        file.sync_all().await?;
    }
    Ok(())
}

/// Serves the printer until the listener fails.
///
/// # Errors
/// [`AppError`] when it cannot start or go on listening; it does not listen beyond this machine
/// without a password.
pub async fn serve(
    listener: TcpListener,
    settings: AppSettings,
    output: PathBuf,
) -> Result<(), AppError> {
    check_listener(&listener, &settings)?;
    let printer = Printer::open(settings, output)?;
    let router = printer.router();
    tokio::select! {
        ran = printer.run() => ran,
        served = async { axum::serve(listener, router).await } => Ok(served?),
    }
}

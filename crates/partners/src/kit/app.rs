//! The shell of an app: what every app has, whatever it is for.
//!
//! An app opens its [`AppShell`] with its settings, its [`Branding`] and its tables, and gives it its own
//! routes; [`router`] adds the style sheet, the alarm and the notices, the visitor's session, the error
//! pages and the password.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use client::{Connection, HubClient};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::AppError;
use super::alarm;
use super::auth;
use super::connected_app::ConnectedApp;
use super::connections::{self, StoredConnection};
use super::error_text::{error_text, is_revoked};
use super::flash::{Flash, FlashMessages};
use super::form::Form;
use super::language::Language;
use super::layout::{self, Branding, Layout};
use super::line::HubLine;
use super::notices::page_notices;
use super::outbox;
use super::page_error::{PageError, not_found};
use super::settings::AppSettings;
use super::store::{Store, StoreError};
use super::visitor::{Visitor, session_middleware};

/// The largest body that an app reads: an event with two states of a large order fits.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Characters of the name of who stops an alarm.
const MAX_NAME_CHARS: usize = 40;

/// What every app has.
pub(crate) struct AppShell {
    pub settings: AppSettings,
    pub branding: Arc<Branding>,
    /// The hub, with bounds for calls that a person waits for.
    pub hub: HubClient,
    /// This app, as it is registered in the hub.
    pub client: client::App,
    pub store: Store,
    pub line: HubLine,
    /// Notified when something was queued to be sent.
    pub outbox_wake: Notify,
    /// Notified when a connection was made, has ended, or was switched on or off.
    pub connections_changed: Notify,
    /// One poll at a time.
    pub polling: tokio::sync::Mutex<()>,
    flashes: FlashMessages,
}

impl AppShell {
    /// Opens the store, with the app's own tables; nothing is asked of the hub yet.
    pub(crate) fn open(
        settings: AppSettings,
        branding: Branding,
        tables: &[&str],
    ) -> Result<AppShell, AppError> {
        let hub = settings.hub_client()?;
        let clock = settings.clock.clone();
        let max_pages = settings.max_store_pages;
        Ok(AppShell {
            branding: Arc::new(branding),
            client: hub.app(settings.client_id.clone(), settings.client_secret.clone()),
            hub,
            store: Store::open(&settings.store_file, tables, clock, max_pages)?,
            line: HubLine::default(),
            outbox_wake: Notify::new(),
            connections_changed: Notify::new(),
            polling: tokio::sync::Mutex::default(),
            flashes: FlashMessages::default(),
            settings,
        })
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    /// The calls of a connection, for a person who waits.
    pub(crate) fn connection(&self, stored: &StoredConnection) -> Connection {
        self.hub.connection(stored.token.access_token.clone())
    }

    /// Notes what came of a call of a connection: every page shows it. A connection that the hub has
    /// revoked is used no more.
    pub(crate) async fn record_call(
        &self,
        stored: &StoredConnection,
        error: Option<&client::Error>,
        elapsed: Duration,
    ) -> Result<(), StoreError> {
        let now = self.now();
        if let Some(error) = error {
            tracing::warn!(%error, "hub call failed");
        }
        let about = (now, self.branding.hub_name.as_str());
        self.line.record(&stored.id, error, elapsed, about);
        let Some(error) = error.filter(|error| is_revoked(error)) else {
            return Ok(());
        };
        let refused = error.api_error().and_then(|it| it.message.clone());
        let (id, message) = (stored.id.clone(), refused.unwrap_or_default());
        self.store
            .write(move |tx| connections::end(tx, &id, &message, now))
            .await?;
        self.connections_changed.notify_waiters();
        Ok(())
    }

    /// A failure of the store, for whoever has started the app.
    pub(crate) fn store_error(&self, error: &StoreError) -> AppError {
        AppError::Store {
            path: self.settings.store_file.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// The layout of a page, with what is to be said above it.
    pub(crate) async fn layout(&self, visitor: &Visitor, title: impl Into<String>) -> Layout {
        let mut layout = Layout::new(&self.branding, visitor, &self.flashes, title.into());
        layout.notices = page_notices(self, visitor.language).await;
        layout
    }

    /// The layout of a page that refreshes itself.
    pub(crate) async fn live_layout(&self, visitor: &Visitor, title: impl Into<String>) -> Layout {
        let refresh_secs = self.settings.refresh_secs();
        self.layout(visitor, title)
            .await
            .refreshed_every(refresh_secs)
    }

    /// Sends the browser to a page that shows a success message.
    pub(crate) fn redirect_with_success(&self, path: &str, text: impl Into<String>) -> Response {
        self.flashes.redirect(path, Flash::success(text))
    }

    /// Sends the browser to a page that shows an error message.
    pub(crate) fn redirect_with_error(&self, path: &str, text: impl Into<String>) -> Response {
        self.flashes.redirect(path, Flash::error(text))
    }

    /// A failed call to the hub, as a sentence for the visitor.
    pub(crate) fn error_text(&self, language: Language, error: &client::Error) -> String {
        error_text(language, &self.branding.hub_name, error)
    }
}

/// The app's own routes, with all that every app has around them. Paths in `public_paths` are reached
/// without the app's password.
pub(crate) fn router<A: ConnectedApp>(
    app: &Arc<A>,
    own_routes: Router<Arc<A>>,
    public_paths: &'static [&'static str],
) -> Router {
    let shell = app.shell();
    let style_sheet = shell.branding.style_sheet;
    let router = own_routes
        .route(
            "/assets/style.css",
            get(move || async move { layout::asset("text/css; charset=utf-8", style_sheet) }),
        )
        .route("/assets/live.js", get(layout::live_js))
        .route("/assets/alarm.js", get(layout::alarm_js))
        .route("/alarm/silence", post(silence_alarm::<A>))
        .route("/outbox/{id}/dismiss", post(dismiss_refusal::<A>))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(
            Arc::clone(&shell.branding),
            session_middleware,
        ))
        .with_state(Arc::clone(app));
    auth::require_password(
        router,
        shell.branding.app_name,
        &shell.settings,
        public_paths,
    )
}

/// `POST /alarm/silence`: somebody has heard it, and may say who.
async fn silence_alarm<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    form: Form,
) -> Result<Response, PageError> {
    let by: String = form.get("by").chars().take(MAX_NAME_CHARS).collect();
    let now = app.shell().now();
    let silenced = app
        .shell()
        .store
        .write(move |tx| alarm::silence_all(tx, &by, now));
    silenced.await?;
    Ok(back(&form))
}

/// `POST /outbox/{id}/dismiss`: somebody has read why the hub refused a change.
async fn dismiss_refusal<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, PageError> {
    let dismissed = app
        .shell()
        .store
        .write(move |tx| outbox::delete_refused(tx, id));
    dismissed.await?;
    Ok(back(&form))
}

/// Back to the page of this app that has sent a form.
fn back(form: &Form) -> Response {
    let page = form.get("back");
    // Two slashes would begin the address of another site, and browsers leave out tabs and line ends.
    let is_own = page.starts_with('/')
        && !page.starts_with("//")
        && !page.contains(|it: char| it == '\\' || it.is_control());
    Redirect::to(if is_own { &page } else { "/" }).into_response()
}

/// Refuses a listener that other machines can reach, unless there is a password.
pub(crate) fn check_listener(
    listener: &TcpListener,
    settings: &AppSettings,
) -> Result<(), AppError> {
    let address = listener.local_addr()?;
    auth::check_password(address, &settings.public_url, settings.password.as_ref())
}

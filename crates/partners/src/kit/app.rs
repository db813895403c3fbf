//! The shell of an app: what every app has, whatever it is for.
//!
//! An app opens its [`AppShell`] with its settings and its [`Branding`], and gives it its own routes;
//! [`AppShell::router`] adds the style sheet, the visitor's session, the error pages and the password.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use client::HubClient;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

use super::AppError;
use super::auth;
use super::error_text::error_text;
use super::flash::{Flash, FlashMessages};
use super::language::Language;
use super::layout::{self, Branding, Layout};
use super::page_error::not_found;
use super::settings::AppSettings;
use super::state_file::StateFile;
use super::visitor::{Visitor, session_middleware};

/// The largest body that an app reads: an event with two states of a large order fits.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// What every app has. `S` is what the app keeps in its state file.
pub(crate) struct AppShell<S> {
    pub settings: AppSettings,
    pub branding: Arc<Branding>,
    /// The hub, with bounds for calls that a person waits for.
    pub hub: HubClient,
    /// This app, as it is registered in the hub.
    pub client: client::App,
    pub state: StateFile<S>,
    flashes: FlashMessages,
}

impl<S: Clone + Default + Serialize + DeserializeOwned> AppShell<S> {
    /// Reads the state file; nothing is asked of the hub yet.
    pub(crate) async fn open(
        settings: AppSettings,
        branding: Branding,
    ) -> Result<AppShell<S>, AppError> {
        let hub = settings.hub_client()?;
        Ok(AppShell {
            branding: Arc::new(branding),
            client: hub.app(settings.client_id.clone(), settings.client_secret.clone()),
            hub,
            state: StateFile::open(&settings.state_file).await?,
            flashes: FlashMessages::default(),
            settings,
        })
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    /// The layout of a page.
    pub(crate) fn layout(&self, visitor: &Visitor, title: impl Into<String>) -> Layout {
        Layout::new(&self.branding, visitor, &self.flashes, title.into())
    }

    /// The layout of a page that refreshes itself.
    pub(crate) fn live_layout(&self, visitor: &Visitor, title: impl Into<String>) -> Layout {
        let refresh_secs = self.settings.refresh_secs();
        self.layout(visitor, title).refreshed_every(refresh_secs)
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

    /// The app's own routes, with all that every app has around them. Paths in `public_paths` are
    /// reached without the app's password.
    pub(crate) fn router<T: Clone + Send + Sync + 'static>(
        &self,
        own_routes: Router<T>,
        public_paths: &'static [&'static str],
        app: T,
    ) -> Router {
        let style_sheet = self.branding.style_sheet;
        let router = own_routes
            .route(
                "/assets/style.css",
                get(move || async move { layout::asset("text/css; charset=utf-8", style_sheet) }),
            )
            .route("/assets/live.js", get(layout::live_js))
            .fallback(not_found)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(from_fn_with_state(
                Arc::clone(&self.branding),
                session_middleware,
            ))
            .with_state(app);
        auth::require_password(router, self.branding.app_name, &self.settings, public_paths)
    }
}

/// Refuses a listener that other machines can reach, unless there is a password.
pub(crate) fn check_listener(
    listener: &TcpListener,
    settings: &AppSettings,
) -> Result<(), AppError> {
    auth::check_password(listener.local_addr()?, settings.password.as_ref())
}

//! The back office: what merchants, their partners and developers see in a browser.
//!
//! A page is a struct that derives `Template`: all it shows is already formatted, in the reader's
//! language, and it knows nothing of the database. A folder per section as the user sees it, a file
//! per page; `templates/` mirrors it. Every page holds a [`frame::Frame`], from which come the menu,
//! the selectors, the notices, the CSRF token and the [`words::Words`].
//!
//! Pages work without JavaScript, without inline scripts and without inline styles, so that a
//! strict Content-Security-Policy holds: see [`assets`].

pub(crate) mod answer;
pub mod assets;
pub mod confirm;
pub mod connections;
pub mod consent;
pub mod dashboard;
pub mod data;
pub mod developer;
pub mod exchange;
pub mod format;
pub mod frame;
pub mod json;
pub mod mishap;
pub mod parts;
mod posted;
pub mod profile;
pub mod session;
pub mod settings;
mod shell;
pub(crate) mod visit;
pub(crate) mod visitor;
pub mod words;
mod world;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};

use crate::hub::Hub;
use answer::Mishap;

/// The back office, and the pages of OAuth.
pub(crate) fn router(hub: &Hub) -> Router {
    use session::http as session;
    Router::new()
        .route("/", get(async || answer::to("/dashboard")))
        .route("/assets/{name}", get(shell::asset))
        .route("/language", post(shell::language))
        .route("/selection", post(shell::selection))
        .route("/login", get(session::login_form).post(session::login))
        .route("/logout", post(session::logout))
        .route("/signup", get(session::sign_up_form).post(session::sign_up))
        .route(
            "/reset_password/new",
            get(session::reset_form).post(session::ask_reset),
        )
        .route(
            "/reset_password/{token}",
            get(session::new_password_form).post(session::new_password),
        )
        .route(
            "/accounts/new",
            get(session::account_form).post(session::create_account),
        )
        .route(
            "/locations/new",
            get(session::location_form).post(session::create_location),
        )
        .route(
            "/oauth2/v1/authorize",
            get(consent::http::ask).post(consent::http::decide),
        )
        .merge(data::http::routes())
        .fallback(async || Mishap::NotFound.into_response())
        .layer(from_fn_with_state(hub.clone(), answer::dress))
        .with_state(hub.clone())
}

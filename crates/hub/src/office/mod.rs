//! The back office: what merchants, their partners and developers see in a browser.
//!
//! A page is a struct that derives `Template`: all it shows is already formatted, in the reader's
//! language, and it knows nothing of the database. A folder per section as the user sees it, a file
//! per page; `templates/` mirrors it. Every page holds a [`frame::Frame`], from which come the menu,
//! the selectors, the notices, the CSRF token and the [`translations::Translations`].
//!
//! Pages work without JavaScript, without inline scripts and without inline styles, so that a
//! strict Content-Security-Policy holds: see [`assets`].

pub mod alarms;
pub mod assets;
pub mod audit;
pub(crate) mod browser_request;
pub mod catalogs;
pub mod confirm;
pub mod confirmation;
pub mod connections;
pub mod consent;
mod country_lists;
mod current_password;
pub mod customers;
pub mod dashboard;
pub mod data_logs;
pub(crate) mod days;
pub mod design;
pub mod developer;
pub mod dispatches;
pub mod error_page;
pub mod exchange;
pub mod form;
mod form_deduplication;
pub mod format;
pub mod frame;
pub mod help;
pub mod icons;
pub mod inventory;
pub mod json;
pub mod live;
pub mod orders;
mod page_path;
mod pages;
pub mod place;
pub mod portal;
pub mod profile;
pub mod reference;
pub(crate) mod response;
pub mod search;
pub mod session;
pub mod settings;
mod shell;
pub mod suspended;
pub mod translations;
pub(crate) mod visitor;
pub mod widgets;
mod without_place;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};

use crate::hub::Hub;
use pages::PageRoutes;
use response::{PageError, PageMiddleware};

/// The back office, and the pages of OAuth.
pub(crate) fn router(hub: &Hub) -> Router {
    pages()
        .router()
        .merge(help::http::guides())
        .merge(with_not_found())
        .layer(from_fn_with_state(hub.clone(), confirmation::guard))
        .layer(from_fn_with_state(
            PageMiddleware::new(hub),
            response::finish_response,
        ))
        .with_state(hub.clone())
}

/// The addresses of all pages and forms, with `{…}` where an id stands; those at a place without it.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let pages = pages();
    [pages.paths(), pages.placed_paths()].concat()
}

/// Those of them that are at a place, which their addresses begin with.
#[must_use]
pub fn placed_paths() -> Vec<&'static str> {
    pages().placed_paths().to_vec()
}

/// Where each section of pages at a place begins.
static PLACED_SECTIONS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let paths = placed_paths().into_iter();
    paths.map(response::section).collect()
});

/// The pages at a place that are about no object.
static PLACED_PAGES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let paths = placed_paths().into_iter();
    paths.filter(|path| !path.contains('{')).collect()
});

/// Whether the pages of a section, as `/orders`, are at a place.
fn is_at_a_place(section: &str) -> bool {
    PLACED_SECTIONS.contains(section)
}

/// Whether this is a page at a place that is about no object.
fn is_page_without_object(path: &str) -> bool {
    PLACED_PAGES.contains(path)
}

fn pages() -> PageRoutes {
    use session::http as session;
    PageRoutes::new()
        .route("/", get(shell::home))
        .route("/assets/{name}", get(shell::asset))
        .route("/language", post(shell::language))
        .route("/login", get(session::login_form).post(session::login))
        .route(
            "/login/code",
            get(session::code_form).post(session::give_code),
        )
        .route(
            confirmation::PATH,
            get(confirmation::http::show).post(confirmation::http::confirm),
        )
        .route("/logout", post(session::logout))
        .route("/signup", get(session::sign_up_form).post(session::sign_up))
        .route(
            "/signup/{token}",
            get(session::confirm_form).post(session::confirm),
        )
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
        .route("/oauth2/v1/authorize/", get(consent::http::ask))
        .merge(live::routes())
        .merge(orders::http::routes())
        .merge(customers::http::routes())
        .merge(catalogs::http::routes())
        .merge(inventory::http::routes())
        .merge(data_logs::http::routes())
        .merge(alarms::http::routes())
        .merge(audit::http::routes())
        .merge(connections())
        .merge(developer())
        .merge(settings())
        .merge(profile())
        .merge(design::http::routes())
        .merge(help::http::routes())
        .merge(reference::http::routes())
        .placed("/dashboard", get(dashboard::http::show))
        .placed("/search", get(search::http::search))
        .placed("/dashboard/products", get(dashboard::http::products))
        .placed(portal::PATH, get(portal::show))
        .placed(suspended::PATH, get(suspended::show))
}

/// The back office where it has nothing, whatever is asked.
pub(crate) fn not_found_router(hub: &Hub) -> Router {
    with_not_found()
        .layer(from_fn_with_state(
            PageMiddleware::new(hub),
            response::finish_response,
        ))
        .with_state(hub.clone())
}

/// Whatever leads nowhere is told so.
fn with_not_found() -> Router<Hub> {
    Router::new().fallback(async || PageError::NotFound.into_response())
}

fn connections() -> PageRoutes {
    use connections::http as connections;
    PageRoutes::new()
        .placed("/connections", get(connections::list))
        .placed("/connections/ended", get(connections::ended))
        .placed("/connections/{id}/block", post(connections::block))
        .placed("/connections/{id}/unblock", post(connections::unblock))
        .placed(
            "/connections/{id}/disconnect",
            get(connections::ask_disconnect).post(connections::disconnect),
        )
        .placed(
            "/connections/{id}/requests/{request}/{side}",
            get(connections::body),
        )
        .placed(
            "/connections/{id}/callbacks/{event}/{part}",
            get(connections::callback),
        )
        .placed(
            "/connections/{id}/logs",
            get(connections::logs).post(connections::show_token),
        )
        .placed("/connections/{id}/activity", get(connections::activity))
        .placed(
            "/connections/{id}/repeats",
            get(connections::duplicate_orders).post(connections::set_repeats),
        )
        .placed(
            "/connections/{id}/sending",
            get(connections::sending).post(connections::set_sending),
        )
        .placed(
            "/connections/{id}/resend",
            get(connections::resend_form).post(connections::resend_events),
        )
        .placed(
            "/connections/{id}/resend/{job}/stop",
            post(connections::stop_resend),
        )
        .placed("/apps", get(connections::apps))
        .placed("/apps/{id}", get(connections::app))
}

fn developer() -> PageRoutes {
    use developer::http as developer;
    PageRoutes::new()
        .route("/developer", get(developer::list))
        .route(
            "/developer/clients/new",
            get(developer::new_form).post(developer::create),
        )
        .route(
            "/developer/clients/{id}",
            get(developer::show).post(developer::save),
        )
        .route(
            "/developer/clients/{id}/rotate",
            get(developer::ask_rotate).post(developer::rotate),
        )
        .route(
            "/developer/clients/{id}/end_rotation",
            get(developer::ask_end_rotation).post(developer::end_rotation),
        )
        .route(
            "/developer/clients/{id}/delete",
            get(developer::ask_delete).post(developer::delete),
        )
}

fn settings() -> PageRoutes {
    use settings::http as settings;
    PageRoutes::new()
        .placed("/settings", get(settings::show))
        .placed("/settings/accounts", get(settings::accounts))
        .placed(
            "/settings/account",
            get(settings::account_form).post(settings::update_account),
        )
        .placed(
            "/settings/locations/{id}",
            get(settings::location_form).post(settings::update_location),
        )
        .placed(
            "/settings/locations/{id}/hours",
            get(settings::hours_form).post(settings::update_hours),
        )
        .placed("/settings/permissions", post(settings::add))
        .placed(
            "/settings/permissions/{id}",
            get(settings::form).post(settings::set),
        )
        .placed(
            "/settings/permissions/{id}/delete",
            get(settings::confirm_remove).post(settings::remove),
        )
        .placed("/settings/permissions/{id}/resend", post(settings::resend))
        .merge(settings::resource_routes())
        .route(
            "/invitations/{token}",
            get(settings::invitation).post(settings::accept),
        )
}

fn profile() -> PageRoutes {
    use self::profile::address as profile_address;
    use self::profile::second_factor::http as second_factor;
    use self::profile::sessions as profile_sessions;
    use profile::http as profile;
    PageRoutes::new()
        .route("/profile", get(profile::show).post(profile::save))
        .route(
            "/profile/email/{token}",
            get(profile_address::confirm_page).post(profile_address::confirm),
        )
        .route("/profile/password", post(profile::password))
        .route(
            "/profile/second_factor",
            get(second_factor::show).post(second_factor::enable),
        )
        .route("/profile/second_factor/new", post(second_factor::begin))
        .route(
            "/profile/second_factor/recovery_codes",
            post(second_factor::renew_recovery_codes),
        )
        .route(
            "/profile/second_factor/delete",
            post(second_factor::disable),
        )
        .route(
            "/profile/invitations/{id}",
            post(settings::http::answer_here),
        )
        .route("/profile/sessions/{id}", post(profile_sessions::end))
        .route(
            "/profile/log_out_others",
            post(profile_sessions::end_others),
        )
        .route(
            "/profile/log_out_everywhere",
            get(profile::confirm_log_out_everywhere).post(profile::log_out_everywhere),
        )
        .route(
            "/profile/permissions/{id}/delete",
            get(profile::confirm_leave).post(profile::leave),
        )
}

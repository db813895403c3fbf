//! The hub: API, OAuth 2.0, back office, dispatcher and storage of Passeplat.
//!
//! Where to look:
//! - one folder per resource ([`locations`], [`accounts`], [`users`] …), each with its routes, its
//!   handlers, its rules and its SQL;
//! - what they share: [`db`] (one SQL, two engines), [`http`] (the API's manners), [`events`] (what
//!   happened), [`journal`] (every request), [`chores`] (from time to time);
//! - [`Hub`] is the handle on all of it; [`router`] and [`serve`] put it on the network.

pub mod accounts;
pub mod chance;
pub mod chores;
pub mod clock;
pub mod config;
pub mod customers;
pub mod db;
pub mod events;
pub mod http;
mod hub;
mod ids;
pub mod journal;
pub mod locations;
pub mod loyalty;
pub mod mail;
pub mod oauth;
pub mod office;
pub mod orders;
pub mod private_refs;
pub mod secret;
pub mod users;

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

pub use hub::{CannotStart, Hub};

/// Everything the hub answers, on one address.
pub fn router(hub: &Hub) -> Router {
    http::router(hub)
        .merge(oauth::router(hub))
        .merge(office::router(hub))
}

/// Serves `hub` on `listener`, with everything that runs beside it, until `stop` is there; then
/// finishes what is under way.
pub async fn serve(
    hub: Hub,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let beside = [
        tokio::spawn(hub.journal().clone().run()),
        tokio::spawn(chores::run(hub.clone())),
    ];
    let app = router(&hub).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, app)
        .with_graceful_shutdown(stop)
        .await;
    for task in beside {
        task.abort();
    }
    if let Err(error) = hub.journal().flush().await {
        tracing::warn!(%error, "the last entries of the journal were lost");
    }
    served
}

/// Every statement of every slice: slice, name, SQL. A test prepares them all on both engines.
pub fn statements() -> Vec<(&'static str, Track, &'static [(&'static str, &'static str)])> {
    vec![
        ("accounts", Track::Hub, accounts::store::ALL),
        ("customers", Track::Hub, customers::store::ALL),
        ("events", Track::Hub, events::STATEMENTS),
        ("http::caller", Track::Hub, http::caller::ALL),
        ("journal", Track::Journal, journal::store::ALL),
        ("locations", Track::Hub, locations::store::ALL),
        ("loyalty", Track::Hub, loyalty::store::ALL),
        ("oauth::clients", Track::Hub, oauth::clients::ALL),
        ("oauth::codes", Track::Hub, oauth::codes::ALL),
        ("oauth::connections", Track::Hub, oauth::connections::ALL),
        (
            "office::dashboard",
            Track::Hub,
            office::dashboard::STATEMENTS,
        ),
        ("office::session", Track::Hub, office::session::STATEMENTS),
        ("orders", Track::Hub, orders::store::ALL),
        ("private_refs", Track::Hub, private_refs::store::ALL),
        ("users::invitations", Track::Hub, users::INVITATIONS),
        ("users", Track::Hub, users::store::ALL),
    ]
}

use db::Track;

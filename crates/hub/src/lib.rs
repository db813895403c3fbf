//! The hub: API, OAuth 2.0, back office, dispatcher and storage of Passeplat.
//!
//! Where to look:
//! - one folder per resource ([`locations`], [`accounts`], [`users`] …), each with its routes, its
//!   handlers, its rules and its SQL;
//! - what they share: [`db`] (one SQL, two engines), [`http`] (what all calls of the API share), [`events`] (what
//!   happened), [`journal`] (every request), [`chores`] (from time to time);
//! - [`contract`] says in machine-readable form what the API takes and answers;
//! - [`Hub`] is the handle on all of it; [`router`] and [`serve`] put it on the network.

#![cfg_attr(not(test), warn(clippy::too_many_lines))]

pub mod accounts;
pub mod alarms;
pub mod api;
pub mod audit;
pub mod blobs;
pub mod callbacks;
pub mod catalogs;
pub mod chores;
pub mod clock;
pub mod config;
pub mod contract;
mod cpu_pool;
pub mod customer_lists;
pub mod customers;
pub mod db;
pub mod deliveries;
pub mod dispatch;
pub mod entropy;
mod event_streams;
pub mod events;
mod hosts;
pub mod http;
mod hub;
mod ids;
pub mod inventories;
pub mod journal;
pub mod large_bodies;
pub mod locations;
pub mod loyalty;
pub mod mail;
mod metrics;
pub mod modes;
pub mod network;
pub mod oauth;
pub mod office;
pub mod open_files;
mod opening;
pub mod operations;
pub mod orders;
pub mod outbound;
pub mod presence;
pub(crate) mod privacy;
pub mod private_refs;
pub mod provision;
pub(crate) mod rate_limits;
pub mod secret;
pub mod supervisor;
pub mod users;

use std::future::Future;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::util::MapRequest;

pub use hub::{Hub, StartError};
pub use opening::{OpenHubError, Opening};

use db::Track;
use network::{ConnectionLimits, ServerOptions, Timeouts};
use operations::Operations;

/// Everything the hub answers: on one address, or on the public hosts of the settings.
pub fn router(hub: &Hub) -> Router {
    let operations = Operations::new(hub);
    routes(hub, &operations)
}

/// All routes of the hub, with its health checks.
fn routes(hub: &Hub, operations: &Operations) -> Router {
    let pages = oauth::router(hub)
        .merge(contract::router(hub))
        .merge(office::router(hub));
    let all = api::router(hub).merge(http::metrics::with_metrics(hub, pages));
    let all = http::security_headers::with_security_headers(
        hub,
        hosts::with_host_routing(
            hub,
            all,
            http::not_found_router(hub),
            office::not_found_router(hub),
        ),
    );
    // Whoever asks how the hub is knows its address, and no host.
    http::security_headers::with_security_headers(hub, operations.health())
        .fallback_service(MapRequest::new(all, http::middleware::in_capitals))
}

/// Where a hub is reached.
#[derive(Debug)]
pub struct Listeners {
    /// The listener for clients and browsers.
    pub callers: TcpListener,
    /// The listener for metrics, if the settings have one.
    pub metrics: Option<TcpListener>,
}

/// Serves `hub` on `listener`, with everything that runs beside it, until `stop` is there; then
/// finishes what is under way, within seconds.
pub async fn serve(
    hub: Hub,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let listeners = Listeners {
        callers: listener,
        metrics: None,
    };
    serve_at(hub, listeners, stop).await;
}

/// Serves `hub` at `listeners`, as [`serve`] does, and its metrics for as long as it runs.
pub async fn serve_at(
    hub: Hub,
    listeners: Listeners,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let stopping = hub.clone();
    let stop = async move {
        stop.await;
        stopping.begin_stop();
    };
    let operations = Operations::new(&hub);
    let metrics = listeners.metrics;
    let metrics = metrics.map(|listener| tokio::spawn(operations.clone().serve(listener)));
    let supervisor = hub.supervisor().clone();
    compare_clocks(&hub).await;
    let run_journal = {
        let (supervisor, journal) = (supervisor.clone(), hub.journal().clone());
        async move {
            let run = |heartbeat| journal.clone().run(heartbeat);
            supervisor.task("journal", run).await;
        }
    };
    let run_chores = {
        let (supervisor, hub) = (supervisor.clone(), hub.clone());
        async move {
            let run = |heartbeat| chores::run(hub.clone(), heartbeat);
            supervisor.task("chores", run).await;
        }
    };
    let beside = [
        tokio::spawn(run_journal),
        tokio::spawn(run_chores),
        spawn_notices(&hub),
        spawn_lane_jobs(&hub),
    ];
    let (stop_dispatch, stopped) = watch::channel(false);
    let mut dispatcher = {
        let supervisor = supervisor.clone();
        let dispatcher = dispatch::Dispatcher::new(hub.clone());
        tokio::spawn(async move {
            let run = |heartbeat| dispatcher.run(stopped.clone(), heartbeat);
            supervisor.task("dispatcher", run).await;
        })
    };
    let options = ServerOptions {
        timeouts: Timeouts::DEFAULT,
        limits: ConnectionLimits::of(hub.config()),
    };
    let routes = routes(&hub, &operations);
    network::serve(&hub, listeners.callers, routes, options, stop, &supervisor).await;
    // Callbacks under way get a moment to end, so that nobody hears of them twice; so do calls whose
    // callers have hung up, so that the journal has them.
    let _ended = stop_dispatch.send(true);
    let calls = tokio::time::timeout(dispatch::GRACE, hub.calls_answered());
    let dispatched =
        tokio::time::timeout(dispatch::GRACE + SHUTDOWN_WRITE_TIMEOUT, &mut dispatcher);
    match tokio::join!(dispatched, calls).0 {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "stopping dispatcher failed"),
        Err(_) => {
            supervisor::end(dispatcher).await;
            tracing::warn!("database does not answer, callbacks in flight will be repeated");
        }
    }
    for task in beside.into_iter().chain(metrics) {
        supervisor::end(task).await;
    }
    match tokio::time::timeout(SHUTDOWN_WRITE_TIMEOUT, hub.journal().flush()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "writing last journal entries failed, entries lost")
        }
        // What a thread of the database has begun, it ends, if it can.
        Err(_) => tracing::warn!("database does not answer, last journal entries may be lost"),
    }
}

/// Tells of alarms for as long as the hub runs.
fn spawn_notices(hub: &Hub) -> tokio::task::JoinHandle<()> {
    let (supervisor, hub) = (hub.supervisor().clone(), hub.clone());
    tokio::spawn(async move {
        let run = |heartbeat| chores::run_notices(hub.clone(), heartbeat);
        supervisor.task("notices", run).await;
    })
}

/// Does what changes of callbacks have left to be done for as long as the hub runs.
fn spawn_lane_jobs(hub: &Hub) -> tokio::task::JoinHandle<()> {
    let (supervisor, hub) = (hub.supervisor().clone(), hub.clone());
    tokio::spawn(async move {
        let run = |heartbeat| chores::run_lane_jobs(hub.clone(), heartbeat);
        supervisor.task("lane jobs", run).await;
    })
}

/// Compares the clock with the database server's. A server that is silent must not keep the hub from being told
/// to stop.
async fn compare_clocks(hub: &Hub) {
    let compared = tokio::time::timeout(CLOCK_COMPARISON_TIMEOUT, chores::compare_clocks(hub));
    match compared.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "comparing clocks failed, will be retried"),
        Err(_) => tracing::warn!("comparing clocks timed out, will be retried"),
    }
}

/// How long the start waits for the database to say what time it is.
const CLOCK_COMPARISON_TIMEOUT: Duration = Duration::from_secs(5);

/// For how long a stopping hub waits for the database to write the last attempts, and then for the journal.
const SHUTDOWN_WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// The statements of a slice, each with its name.
pub type Statements = &'static [(&'static str, &'static str)];

/// Every statement of every slice. A test prepares them all on both engines.
pub fn statements() -> Vec<(&'static str, Track, Statements)> {
    let mut all = vec![
        ("accounts", Track::Hub, accounts::store::ALL),
        ("alarms", Track::Hub, alarms::STATEMENTS),
        ("alarms::endings", Track::Hub, alarms::ENDINGS),
        ("alarms::looks", Track::Hub, alarms::LOOKS),
        ("alarms::notices", Track::Hub, alarms::NOTICES),
        ("alarms::settings", Track::Hub, alarms::SETTINGS),
        ("audit", Track::Hub, audit::STATEMENTS),
        ("customer_lists", Track::Hub, customer_lists::store::ALL),
        ("customers", Track::Hub, customers::store::ALL),
        ("customers::cards", Track::Hub, customers::CARDS),
        ("privacy::anonymise", Track::Hub, privacy::ANONYMISE),
        ("privacy::delete_list", Track::Hub, privacy::DELETE_LIST),
        ("customers::search", Track::Hub, customers::SEARCH),
        ("customers::pieces", Track::Hub, customers::PIECES),
        ("callbacks", Track::Hub, callbacks::store::ALL),
        ("catalogs", Track::Hub, catalogs::store::ALL),
        ("deliveries", Track::Hub, deliveries::store::ALL),
        (
            "deliveries::quotes",
            Track::Hub,
            deliveries::quotes::store::ALL,
        ),
        ("chores::compare_clocks", Track::Hub, chores::COMPARE_CLOCKS),
        ("http::caller", Track::Hub, http::caller::ALL),
        ("http::idempotency", Track::Hub, http::idempotency::ALL),
        ("rate_limits", Track::Hub, rate_limits::STATEMENTS),
        ("catalogs::images", Track::Hub, catalogs::images::store::ALL),
        ("inventories", Track::Hub, inventories::store::ALL),
        ("journal", Track::Journal, journal::store::ALL),
        ("journal::browse", Track::Journal, journal::BROWSE),
        ("journal::days", Track::Journal, journal::DAYS),
        ("journal::erase", Track::Journal, journal::ERASE),
        ("locations", Track::Hub, locations::store::ALL),
        ("loyalty", Track::Hub, loyalty::store::ALL),
        ("loyalty::operations", Track::Hub, loyalty::OPERATIONS),
        ("oauth::clients", Track::Hub, oauth::clients::ALL),
        ("oauth::codes", Track::Hub, oauth::codes::ALL),
        ("oauth::connections", Track::Hub, oauth::connections::ALL),
        ("operations", Track::Hub, operations::STATEMENTS),
        ("orders", Track::Hub, orders::store::ALL),
        ("presence", Track::Hub, presence::STATEMENTS),
        ("orders::browse", Track::Hub, orders::browse::ALL),
        ("orders::fire_time", Track::Hub, orders::FIRE_TIME),
        ("orders::recent_refs", Track::Hub, orders::recent_refs::ALL),
        ("orders::sales", Track::Hub, orders::SALES),
        ("orders::sales_days", Track::Hub, orders::SALES_DAYS),
        ("orders::search_keys", Track::Hub, orders::SEARCH_KEYS),
        ("private_refs", Track::Hub, private_refs::store::ALL),
        ("users::invitations", Track::Hub, users::INVITATIONS),
        ("users", Track::Hub, users::store::ALL),
        (
            "users::second_factor",
            Track::Hub,
            users::second_factor::STATEMENTS,
        ),
    ];
    all.extend(callback_statements());
    all.extend(data_statements());
    all
}

/// The statements with which the back office looks at catalogs, lists and customers, and changes them.
fn data_statements() -> Vec<(&'static str, Track, Statements)> {
    vec![
        (
            "office::connections",
            Track::Hub,
            office::connections::STATEMENTS,
        ),
        ("office::orders", Track::Hub, office::orders::STATEMENTS),
        (
            "office::dashboard",
            Track::Hub,
            office::dashboard::STATEMENTS,
        ),
        ("office::search", Track::Hub, office::search::STATEMENTS),
        ("office::session", Track::Hub, office::session::STATEMENTS),
        ("customers::browse", Track::Hub, customers::BROWSE),
        (
            "customer_lists::owner_changes",
            Track::Hub,
            customer_lists::OWNER_CHANGES,
        ),
        ("catalogs::browse", Track::Hub, catalogs::BROWSE),
        (
            "catalogs::owner_changes",
            Track::Hub,
            catalogs::OWNER_CHANGES,
        ),
    ]
}

/// The statements of events and of their dispatch.
fn callback_statements() -> Vec<(&'static str, Track, Statements)> {
    use events::resend_jobs as jobs;
    vec![
        ("dispatch", Track::Hub, dispatch::STATEMENTS),
        ("dispatch::backlog", Track::Hub, dispatch::BACKLOG),
        ("dispatch::outcomes", Track::Hub, dispatch::OUTCOMES),
        ("dispatch::waits", Track::Hub, dispatch::WAITS),
        ("events", Track::Hub, events::STATEMENTS),
        ("events::coalesce", Track::Hub, events::store::COALESCE),
        ("events::feed", Track::Hub, events::FEED),
        ("events::followers", Track::Hub, events::FOLLOWERS),
        ("events::queue", Track::Hub, events::store::QUEUE),
        ("events::lanes", Track::Hub, events::store::LANES),
        ("events::lane_jobs", Track::Hub, events::store::LANE_JOBS),
        ("events::resend", Track::Hub, events::store::RESEND),
        ("events::retire", Track::Hub, events::store::RETIRE),
        ("events::redact", Track::Hub, events::REDACT),
        ("events::history", Track::Hub, events::store::HISTORY),
        (
            "dispatch::receiver_state",
            Track::Hub,
            dispatch::receiver_state::ALL,
        ),
        ("events::resend_jobs", Track::Hub, jobs::STATEMENTS),
        (
            "events::resend_jobs::candidates",
            Track::Hub,
            jobs::CANDIDATES,
        ),
        ("events::resend_jobs::batch", Track::Hub, jobs::BATCH),
    ]
}

/// Every question whose text is put together when it is asked, by slice: all the texts that can come
/// of it. A test prepares them on both engines.
pub fn built_queries() -> Vec<(&'static str, Vec<db::QueryBuilder>)> {
    vec![
        ("customers::cards", customers::cards::every_query()),
        ("customers::search", customers::search::every_query()),
        ("loyalty", loyalty::store::every_query()),
        ("orders", orders::store::every_query()),
        ("orders::browse", orders::browse::every_query()),
        ("private_refs", private_refs::store::every_query()),
    ]
}

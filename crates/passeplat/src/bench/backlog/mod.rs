//! `passeplat bench --backlog EVENTS`: what does a backlog of callbacks cost?
//!
//! Apps that do not answer leave events behind. This measures what such a heap costs those who send
//! orders meanwhile, and how fast it is worked off when the apps are there again:
//!
//! 1. orders are created while nothing is pending,
//! 2. the backlog is filled,
//! 3. orders are created beside it,
//! 4. every app gets its URL, some of them dead ones, until the healthy ones have everything,
//! 5. orders are sent at a steady rate, and are timed from POST to callback.
//!
//! Every event that was acknowledged to its sender has to come to every healthy app.

mod drain;
mod plan;
mod report;
mod tally;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::task::JoinSet;

use super::counting::OrderList;
use super::http::{HttpConnection, request};
use super::hub_process::{HubFiles, HubProcess, Merchant};
use super::latency::{self, CallbackPlan, Subscriber};
use super::load::{self, CreateLoad, LoadDuration, LoadWorker};
use super::order::{self, OrderKey};
use super::receivers::ReceiverKind;
use super::report::BenchRow;
use super::{BenchOptions, progress};
pub use plan::{BacklogOptions, BacklogPlan};
use report::BacklogReport;
pub use report::BacklogStats;

/// Connections that create orders.
const SENDERS: usize = 16;
/// The first of the connections of each step, so that a ref says which step sent it.
const IDLE_CONNECTION: usize = 0;
const FILL_CONNECTION: usize = 100;
const BESIDE_CONNECTION: usize = 200;
const MEANWHILE_CONNECTION: usize = 1_000;
/// Orders per second that are sent at the end.
const STEADY_RATE: u32 = 500;
/// Clients that are made at a time, each by a process.
const CLIENTS_AT_A_TIME: usize = 4;
/// Refused orders of one connection after which filling is given up.
const MAX_FILL_ERRORS: usize = 20;

/// Measures on a hub of its own and prints. It is an error if anything was lost.
pub async fn run(
    options: &BenchOptions,
    folder: &std::path::Path,
    events: u32,
) -> anyhow::Result<()> {
    let chosen = &options.backlog;
    let plan = chosen.plan(events, LoadDuration::seconds(options.length()))?;
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let files = HubFiles::in_folder(folder, options.database.as_deref());
    progress("starting a hub");
    let hub = HubProcess::start(&program, &files, &[]).await?;
    let stats = measure(&hub, &plan).await?;
    hub.terminate().await?;
    let report = BacklogReport {
        hub: options.engine().to_owned(),
        folder: folder.display().to_string(),
        processors: std::thread::available_parallelism().map_or(1, Into::into),
        release: !cfg!(debug_assertions),
        backlog: stats,
    };
    super::publish(options, &report)?;
    if !report.backlog.nothing_lost() {
        bail!("callbacks of acknowledged orders never came: see lost");
    }
    Ok(())
}

/// The hub and everybody who uses it.
struct BacklogScene<'a> {
    hub: &'a HubProcess,
    plan: &'a BacklogPlan,
    run: String,
    orders: OrderList,
    /// The token of each app.
    tokens: Vec<String>,
}

/// Measures on a hub that runs, at a location of its own.
pub async fn measure(hub: &HubProcess, plan: &BacklogPlan) -> anyhow::Result<BacklogStats> {
    // Each receiver has a port, and the hub keeps connections to it.
    hub::open_files::raise();
    let scene = BacklogScene::open(hub, plan).await?;
    let tokens = &scene.tokens;

    progress("backlog: creating orders, nothing is pending");
    subscribe(&scene.orders.host, tokens, false).await?;
    let (intake_idle, _) = scene.intake("create, no backlog", IDLE_CONNECTION).await?;
    progress("backlog: discarding their events");
    subscribe(&scene.orders.host, tokens, true).await?;

    progress(&format!("backlog: filling it, {} orders", plan.orders()));
    let (fill, mut acknowledged) = scene.fill().await?;
    progress(&format!(
        "backlog: {:.0} orders/s; creating orders beside it",
        fill.per_second
    ));
    let (intake_beside, more) = scene
        .intake("create beside a backlog", BESIDE_CONNECTION)
        .await?;
    acknowledged.extend(more);
    let filled_mb = hub.resident_mb();

    progress(&format!(
        "backlog: working off {} orders for {} apps",
        acknowledged.len(),
        tokens.len()
    ));
    let drain = drain::measure(&scene, acknowledged).await?;
    progress(&format!(
        "backlog: {:.0} callbacks/s; then {STEADY_RATE} orders/s",
        drain.callbacks.per_second
    ));
    let healthy = tokens.iter().zip(&plan.kinds);
    let healthy = healthy.filter(|(_, kind)| **kind == ReceiverKind::Healthy);
    let mut steady = latency::measure(CallbackPlan {
        orders: vec![scene.orders.clone()],
        subscribers: healthy
            .map(|(token, _)| Subscriber::healthy(token))
            .collect(),
        rate: STEADY_RATE,
        length: plan.duration.counted,
    })
    .await?;
    steady.posts.name = format!("create {STEADY_RATE}/s, backlog gone");
    steady.callbacks.name = "POST to callback, backlog gone".to_owned();
    Ok(BacklogStats {
        events: plan.events,
        orders: plan.orders(),
        receivers: plan.kinds.len(),
        dead: plan.count(ReceiverKind::Dead),
        hanging: plan.count(ReceiverKind::Hanging),
        intake_ratio: intake_beside.per_second / intake_idle.per_second.max(f64::MIN_POSITIVE),
        intake_idle,
        fill,
        intake_beside,
        filled_mb,
        drain,
        steady,
        end_mb: hub.resident_mb(),
    })
}

impl<'a> BacklogScene<'a> {
    async fn open(hub: &'a HubProcess, plan: &'a BacklogPlan) -> anyhow::Result<Self> {
        progress(&format!("backlog: {} apps", plan.kinds.len()));
        let (orders, merchant) = super::merchant(hub).await?;
        Ok(Self {
            hub,
            plan,
            run: order::run_name(),
            orders,
            tokens: make_clients(hub, &merchant, plan.kinds.len()).await?,
        })
    }

    fn workers(&self, first: usize) -> Vec<CreateLoad> {
        let OrderList { host, path, token } = &self.orders;
        (first..first + SENDERS)
            .map(|connection| CreateLoad::new(host, path, token, &self.run, connection))
            .collect()
    }

    /// Creates orders as fast as they are answered, for as long as the plan says.
    async fn intake(&self, name: &str, first: usize) -> anyhow::Result<(BenchRow, Vec<OrderKey>)> {
        let works = self.workers(first);
        let (row, works) = load::run(name, &self.orders.host, works, self.plan.duration).await?;
        if row.answered == 0 {
            let why = row.first_error.as_deref().unwrap_or("no reason");
            bail!("no order was created: {why}");
        }
        let keys = works.iter().flat_map(CreateLoad::keys).collect();
        Ok((row, keys))
    }

    /// Creates as many orders as the backlog needs.
    async fn fill(&self) -> anyhow::Result<(BenchRow, Vec<OrderKey>)> {
        let left = Arc::new(AtomicI64::new(i64::from(self.plan.orders())));
        let (works, host) = (self.workers(FILL_CONNECTION), self.orders.host.clone());
        let began = Instant::now();
        let parts = load::run_on_own_thread(move || async move {
            let mut running = JoinSet::new();
            for work in works {
                running.spawn(fill_from(host.clone(), work, Arc::clone(&left)));
            }
            running.join_all().await
        })
        .await?;
        let took = began.elapsed();
        let mut keys = Vec::new();
        for part in parts {
            keys.extend(part?.keys());
        }
        let mut row = BenchRow::named("create the backlog", SENDERS);
        row.answered = keys.len() as u64;
        row.per_second = per_second(row.answered, took);
        Ok((row, keys))
    }
}

/// Creates orders over one connection until all connections together have created enough.
async fn fill_from(
    host: String,
    mut work: CreateLoad,
    left: Arc<AtomicI64>,
) -> anyhow::Result<CreateLoad> {
    let mut connection = HttpConnection::open(&host)
        .await
        .context("cannot connect to the hub")?;
    let mut errors = 0;
    while left.fetch_sub(1, Ordering::Relaxed) > 0 {
        let answer = connection.exchange(work.next()).await?;
        if let Err(why) = work.record(&answer) {
            left.fetch_add(1, Ordering::Relaxed);
            errors += 1;
            ensure!(errors < MAX_FILL_ERRORS, "orders are refused: {why}");
        }
    }
    Ok(work)
}

/// Makes a client for each app, a few at a time; answers their tokens.
async fn make_clients(
    hub: &HubProcess,
    merchant: &Merchant,
    count: usize,
) -> anyhow::Result<Vec<String>> {
    let some = |first: usize| async move {
        let mut tokens = Vec::new();
        for number in (first..count).step_by(CLIENTS_AT_A_TIME) {
            let name = format!("Application {number}");
            tokens.push(merchant.new_client(hub, &name).await?);
        }
        anyhow::Ok(tokens)
    };
    let (first, second, third, fourth) = tokio::try_join!(some(0), some(1), some(2), some(3))?;
    Ok([first, second, third, fourth].concat())
}

/// Makes a passive callback for each app, so that events wait; `anew` discards what is pending first.
async fn subscribe(host: &str, tokens: &[String], anew: bool) -> anyhow::Result<()> {
    let mut connection = HttpConnection::open(host).await?;
    for token in tokens {
        if anew {
            let remove = request("DELETE", host, "/v1/callback", token, None);
            let answer = connection.exchange(&remove).await?;
            answer.expect_ok().map_err(anyhow::Error::msg)?;
        }
        set_callback(&mut connection, host, token, None).await?;
    }
    Ok(())
}

/// Makes the callback of an app; without a URL it is passive.
async fn set_callback(
    connection: &mut HttpConnection,
    host: &str,
    token: &str,
    url: Option<&str>,
) -> anyhow::Result<()> {
    let wanted = serde_json::json!({ "url": url, "events": { "order": ["create"] } }).to_string();
    let bytes = request("POST", host, "/v1/callback", token, Some(&wanted));
    let answer = connection.exchange(&bytes).await?;
    answer
        .expect_ok()
        .map_err(|why| anyhow::anyhow!("POST /v1/callback: {why}"))
}

fn per_second(count: u64, length: Duration) -> f64 {
    count as f64 / length.as_secs_f64().max(f64::MIN_POSITIVE)
}

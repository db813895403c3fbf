//! `passeplat bench`: how fast is this hub on this machine, and does it keep what it promises?
//!
//! Orders are created over 1, 16 and 64 connections, then read and listed; a catalog of 5,000 skus
//! is replaced, alone and beside orders; orders are sent at a steady rate while three other programs wait
//! for their callbacks; a small backlog of callbacks is worked off. After each part what was
//! acknowledged is compared with what can be read. Beside it stand the machine's own limits,
//! measured in the same run: disk syncs, the bare HTTP stack, the hub with a commit for each
//! order, and pgbench where there is PostgreSQL.
//!
//! `--backlog` measures a larger backlog, `--spread` receivers at many locations of which some are ill, `--lists`
//! lists over many orders.
//!
//! By default it starts a hub of its own, in a process of its own, on an empty database that is
//! thrown away. With `--url` and `--token` it measures a hub that is running already: switch that
//! hub's rate limits off, or they are what is measured.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

mod backlog;
mod catalogs;
mod counting;
mod http;
mod hub_process;
mod latency;
mod limits;
mod lists;
mod load;
mod options;
mod order;
mod receivers;
mod report;
mod spread;
mod steady;

use backlog::BacklogPlan;
use counting::{ListedOrder, OrderList, count_orders};
use http::request;
use hub_process::{HubFiles, HubProcess, Merchant};
use latency::{CallbackPlan, Subscriber};
use load::{CreateLoad, LoadDuration, ReadLoad};
pub use options::BenchOptions;
use report::{BenchReport, BenchRow, MachineLimits, ProcessStats};

/// The numbers of connections over which orders are created.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Programs that wait for callbacks.
const SUBSCRIBERS: usize = 3;
/// Orders per second while callbacks are measured.
const STEADY_RATE: u32 = 200;
/// Events that wait, and apps that want them, in the backlog of a usual run.
const SMALL_BACKLOG: (u32, u32) = (2_000, 5);
/// So many orders of each run are read again: enough that no cache is all that is measured.
const MAX_IDS_READ: usize = 5_000;
/// The path of the orders of a token's location.
const ORDERS: &str = "/v1/location/orders";

/// Measures, prints the table, and writes the JSON file if one was asked for.
///
/// Progress goes to standard error. It is an error if an acknowledged order was lost or doubled,
/// or a callback never came.
pub async fn run(options: BenchOptions) -> anyhow::Result<()> {
    let folder = RunFolder::new(options.folder.as_deref())?;
    if let Some(orders) = options.lists {
        return lists::run(&options, &folder.path, orders).await;
    }
    if let Some(events) = options.backlog.backlog {
        return backlog::run(&options, &folder.path, events).await;
    }
    if let Some(receivers) = options.backlog.spread {
        return spread::run(&options, &folder.path, receivers).await;
    }
    let report = match (&options.url, &options.token) {
        (Some(url), Some(token)) => measure_running(&options, &folder, url, token).await?,
        _ => measure_own(&options, &folder).await?,
    };
    publish(&options, &report)?;
    if !report.nothing_lost() {
        bail!("something that was acknowledged is not there once: see lost and doubled");
    }
    Ok(())
}

/// Prints a report, and writes the JSON file if one was asked for.
fn publish<R: std::fmt::Display + serde::Serialize>(
    options: &BenchOptions,
    report: &R,
) -> anyhow::Result<()> {
    write!(std::io::stdout(), "{report}")?;
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(report)?;
        std::fs::write(path, json + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Measures a hub that somebody else started.
async fn measure_running(
    options: &BenchOptions,
    folder: &RunFolder,
    url: &str,
    token: &str,
) -> anyhow::Result<BenchReport> {
    let host = http::host(url).context("--url must look like http://host:port")?;
    let orders = OrderList {
        host,
        path: ORDERS.to_owned(),
        token: token.to_owned(),
    };
    let mut report = measure_machine(options, folder, url).await?;
    report.api = measure_api(options, &orders).await?;
    if options.subscriber.is_empty() {
        report
            .remarks
            .push("Callbacks were not measured: no --subscriber was given.".to_owned());
    } else {
        report.callbacks =
            Some(measure_callbacks(options, orders, options.subscriber.clone()).await?);
    }
    report.limits.syncs_after = measure_syncs(folder).await?;
    Ok(report)
}

/// Measures a hub that is started for it.
async fn measure_own(options: &BenchOptions, folder: &RunFolder) -> anyhow::Result<BenchReport> {
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let mut report = measure_machine(options, folder, options.engine()).await?;

    let files = HubFiles::in_folder(&folder.path, options.database.as_deref());
    let hub = HubProcess::start(&program, &files, &[]).await?;
    let idle_mb = hub.resident_mb();
    let (orders, merchant) = merchant(&hub).await?;
    let mut subscribers = Vec::new();
    for number in 1..=SUBSCRIBERS {
        subscribers.push(
            merchant
                .new_client(&hub, &format!("Caisse {number}"))
                .await?,
        );
    }
    report.api = measure_api(options, &orders).await?;
    report.callbacks = Some(measure_callbacks(options, orders.clone(), subscribers).await?);
    // Last of what shares this hub: what it leaves to the disk would weigh on the others.
    progress("a large catalog");
    let read = format!("{ORDERS}/{}", any_order(&orders).await?);
    let duration = LoadDuration::seconds(options.length());
    let large = catalogs::measure(&hub, &merchant, &orders, &read, duration).await?;
    report.api.extend(large);
    let plan = BacklogPlan::new(SMALL_BACKLOG, (0, 0), duration)?;
    report.backlog = Some(backlog::measure(&hub, &plan).await?);
    report.process = Some(ProcessStats {
        start_ms: hub.startup_time.as_secs_f64() * 1000.0,
        idle_mb,
        loaded_mb: hub.resident_mb(),
        binary_mb: std::fs::metadata(&program)?.len() as f64 / (1024.0 * 1024.0),
    });
    hub.terminate().await?;

    match &options.database {
        None => report.one_by_one = Some(measure_without_groups(options, folder, &program).await?),
        Some(database) => {
            report.limits.pgbench = measure_pgbench(options, database, &mut report.remarks).await?
        }
    }
    report.limits.syncs_after = measure_syncs(folder).await?;
    Ok(report)
}

/// A report with what the machine can do, and nothing else yet.
async fn measure_machine(
    options: &BenchOptions,
    folder: &RunFolder,
    hub: &str,
) -> anyhow::Result<BenchReport> {
    let syncs_before = measure_syncs(folder).await?;
    progress("the bare HTTP stack");
    let bare_http = limits::bare_http(64, LoadDuration::seconds(options.length())).await?;
    Ok(BenchReport {
        hub: hub.to_owned(),
        folder: folder.path.display().to_string(),
        processors: std::thread::available_parallelism().map_or(1, Into::into),
        release: !cfg!(debug_assertions),
        process: None,
        limits: MachineLimits {
            syncs_before,
            syncs_after: 0.0,
            bare_http,
            pgbench: Vec::new(),
        },
        api: Vec::new(),
        one_by_one: None,
        callbacks: None,
        backlog: None,
        remarks: Vec::new(),
    })
}

async fn measure_syncs(folder: &RunFolder) -> anyhow::Result<f64> {
    progress("the disk");
    limits::syncs_per_second(&folder.path, Duration::from_secs(2)).await
}

async fn merchant(hub: &HubProcess) -> anyhow::Result<(OrderList, Merchant)> {
    let merchant = Merchant::open(hub).await?;
    let host = http::host(&hub.url).context("the hub listens on a strange address")?;
    Ok((
        OrderList {
            host,
            path: ORDERS.to_owned(),
            token: merchant.token.clone(),
        },
        merchant,
    ))
}

/// Creation, reads and lists.
async fn measure_api(options: &BenchOptions, orders: &OrderList) -> anyhow::Result<Vec<BenchRow>> {
    let duration = LoadDuration::seconds(options.length());
    let mut rows = Vec::new();
    let mut ids = Vec::new();
    for connections in CONNECTIONS {
        let (row, some) =
            measure_creation("create an order", orders, connections, duration).await?;
        rows.push(row);
        ids.extend(some);
    }
    if ids.is_empty() {
        let why = rows.iter().find_map(|row| row.first_error.clone());
        bail!("no order was created: {}", why.unwrap_or_default());
    }
    let get = |path: &str| request("GET", &orders.host, path, &orders.token, None);
    let reads: Vec<Vec<u8>> = ids
        .iter()
        .map(|id| get(&format!("{}/{id}", orders.path)))
        .collect();
    for connections in [16, 64] {
        progress(&format!("reading orders, {connections} connections"));
        let works = ReadLoad::split(reads.clone(), connections);
        rows.push(
            load::run("read an order", &orders.host, works, duration)
                .await?
                .0,
        );
    }
    progress("listing orders");
    let works = ReadLoad::split(vec![get(&format!("{}?count=100", orders.path))], 4);
    rows.push(
        load::run("list 100 orders", &orders.host, works, duration)
            .await?
            .0,
    );
    Ok(rows)
}

/// The id of an order that is there.
async fn any_order(orders: &OrderList) -> anyhow::Result<String> {
    let list = format!("{}?count=1", orders.path);
    let mut connection = http::HttpConnection::open(&orders.host).await?;
    let ask = request("GET", &orders.host, &list, &orders.token, None);
    let answer = connection.exchange(&ask).await?;
    let found: serde_json::Value = serde_json::from_slice(answer.body)?;
    hub_process::text_field(&found[0], "id")
}

/// Creates orders as fast as they are answered, and counts them afterwards.
async fn measure_creation(
    name: &str,
    orders: &OrderList,
    connections: usize,
    duration: LoadDuration,
) -> anyhow::Result<(BenchRow, Vec<String>)> {
    progress(&format!("{name}, {connections} connections"));
    let run = order::run_name();
    let after = orders.mark().await?;
    let OrderList { host, path, token } = orders;
    let works = (0..connections)
        .map(|connection| CreateLoad::new(host, path, token, &run, connection))
        .collect();
    let (mut row, works) = load::run(name, host, works, duration).await?;
    progress("counting them");
    let acknowledged = works.iter().flat_map(CreateLoad::keys);
    let stored: Vec<ListedOrder> = orders.since(&after).await?;
    let found = count_orders(&run, acknowledged, &stored);
    row.lost = Some(found.lost);
    row.doubled = Some(found.doubled);
    let ids = stored.into_iter().map(|order| order.id).take(MAX_IDS_READ);
    Ok((row, ids.collect()))
}

async fn measure_callbacks(
    options: &BenchOptions,
    orders: OrderList,
    subscribers: Vec<String>,
) -> anyhow::Result<report::CallbackStats> {
    progress("callbacks");
    let length = Duration::from_secs(options.length());
    let subscribers = subscribers.iter().map(|token| Subscriber::healthy(token));
    latency::measure(CallbackPlan {
        orders: vec![orders],
        subscribers: subscribers.collect(),
        rate: STEADY_RATE,
        length,
    })
    .await
}

/// The hub again, with groups of one: what the disk would allow without them.
async fn measure_without_groups(
    options: &BenchOptions,
    folder: &RunFolder,
    program: &Path,
) -> anyhow::Result<BenchRow> {
    let inner = folder.path.join("one-by-one");
    std::fs::create_dir_all(&inner)?;
    let files = HubFiles::in_folder(&inner, None);
    let hub =
        HubProcess::start(program, &files, &[("PASSEPLAT_DATABASE_GROUP_COMMIT", "1")]).await?;
    let (orders, _) = merchant(&hub).await?;
    let duration = LoadDuration::seconds(options.length());
    let (row, _) = measure_creation("create, a commit for each", &orders, 64, duration).await?;
    hub.kill().await?;
    Ok(row)
}

async fn measure_pgbench(
    options: &BenchOptions,
    database: &str,
    remarks: &mut Vec<String>,
) -> anyhow::Result<Vec<BenchRow>> {
    progress("pgbench");
    let scale = if options.full { 64 } else { 10 };
    let Some(pgbench) = limits::Pgbench::prepare(database, scale).await? else {
        remarks.push("pgbench was not found.".to_owned());
        return Ok(Vec::new());
    };
    remarks.push(format!(
        "pgbench ran at scale {scale}; its time is the mean, not the median."
    ));
    let mut rows = Vec::new();
    for clients in CONNECTIONS {
        rows.push(
            pgbench
                .run(clients, Duration::from_secs(options.length()))
                .await?,
        );
    }
    pgbench.remove().await?;
    Ok(rows)
}

/// Says on standard error what happens now; nobody needs to hear it.
fn progress(what: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {what}");
}

/// A folder of this run, removed with everything in it when the run is over.
#[derive(Debug)]
struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    fn new(parent: Option<&Path>) -> anyhow::Result<Self> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let path = parent.join(format!("passeplat-{}", order::run_name()));
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self { path })
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

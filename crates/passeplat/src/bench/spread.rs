//! `passeplat bench --spread RECEIVERS`: do receivers that are ill slow those that are well?
//!
//! Orders are sent at a steady rate to many locations in turn, each with three receivers. They are timed from POST
//! to callback at the healthy ones: first while all are healthy, then while some answer 500 or never.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;

use super::counting::OrderList;
use super::hub_process::{HubFiles, HubProcess};
use super::latency::{self, CallbackPlan, Subscriber};
use super::receivers::ReceiverKind;
use super::report::{BenchRow, CallbackStats, table};
use super::{BenchOptions, STEADY_RATE, progress};

/// Receivers of the orders of one location.
const RECEIVERS_OF_LOCATION: usize = 3;
/// Locations that are made at a time, each by processes.
const LOCATIONS_AT_A_TIME: usize = 4;

/// What was measured.
#[derive(Clone, Debug, Serialize)]
struct SpreadReport {
    /// `SQLite` or `PostgreSQL`.
    hub: String,
    /// Processors that the hub, the sender and the receivers share.
    processors: usize,
    /// Whether this program was built with optimisations; without them the numbers say little.
    release: bool,
    receivers: usize,
    /// Those of them that answer 500.
    dead: usize,
    /// Those of them that never answer.
    hanging: usize,
    /// While all are healthy.
    all_healthy: CallbackStats,
    /// At the healthy ones, while the others are not.
    beside_ill: CallbackStats,
}

/// Measures on a hub of its own and prints. It is an error if anything was lost.
pub async fn run(options: &BenchOptions, folder: &Path, receivers: u32) -> anyhow::Result<()> {
    // Each receiver has a port, and the hub keeps connections to it.
    hub::open_files::raise();
    let kinds = options.backlog.kinds(receivers)?;
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let files = HubFiles::in_folder(folder, options.database.as_deref());
    progress("starting a hub");
    let hub = HubProcess::start(&program, &files, &[]).await?;
    progress(&format!(
        "spread: {receivers} receivers, three at a location"
    ));
    let locations = Location::make_all(&hub, kinds.len()).await?;
    let healthy = vec![ReceiverKind::Healthy; kinds.len()];
    progress("spread: all are healthy");
    let all_healthy = measure(&locations, &healthy, options.length()).await?;
    progress("spread: some are not");
    let beside_ill = measure(&locations, &kinds, options.length()).await?;
    hub.terminate().await?;
    let count = |kind| kinds.iter().filter(|it| **it == kind).count();
    let report = SpreadReport {
        hub: options.engine().to_owned(),
        processors: std::thread::available_parallelism().map_or(1, Into::into),
        release: !cfg!(debug_assertions),
        receivers: kinds.len(),
        dead: count(ReceiverKind::Dead),
        hanging: count(ReceiverKind::Hanging),
        all_healthy,
        beside_ill,
    };
    super::publish(options, &report)?;
    let lost = |stats: &CallbackStats| stats.callbacks.lost.unwrap_or_default();
    if lost(&report.all_healthy) + lost(&report.beside_ill) > 0 {
        bail!("callbacks of acknowledged orders never came: see lost");
    }
    Ok(())
}

/// A location, and the tokens of those who want its orders.
struct Location {
    orders: OrderList,
    tokens: Vec<String>,
}

impl Location {
    async fn make(hub: &HubProcess) -> anyhow::Result<Self> {
        let (orders, merchant) = super::merchant(hub).await?;
        let mut tokens = Vec::new();
        for number in 0..RECEIVERS_OF_LOCATION {
            let name = format!("Application {number}");
            tokens.push(merchant.new_client(hub, &name).await?);
        }
        Ok(Self { orders, tokens })
    }

    /// Enough locations for so many receivers.
    async fn make_all(hub: &HubProcess, receivers: usize) -> anyhow::Result<Vec<Self>> {
        let count = receivers.div_ceil(RECEIVERS_OF_LOCATION);
        let some = |first: usize| async move {
            let mut made = Vec::new();
            for _ in (first..count).step_by(LOCATIONS_AT_A_TIME) {
                made.push(Self::make(hub).await?);
            }
            anyhow::Ok(made)
        };
        let (first, second, third, fourth) = tokio::try_join!(some(0), some(1), some(2), some(3))?;
        Ok([first, second, third, fourth]
            .into_iter()
            .flatten()
            .collect())
    }
}

/// Times orders whose receivers are of these kinds. The ill ones are spread: the first of one location each.
async fn measure(
    locations: &[Location],
    kinds: &[ReceiverKind],
    seconds: u64,
) -> anyhow::Result<CallbackStats> {
    let subscribers = kinds.iter().enumerate().filter_map(|(number, kind)| {
        let location = locations.get(number % locations.len())?;
        let token = location.tokens.get(number / locations.len())?;
        Some(Subscriber {
            token: token.clone(),
            kind: *kind,
        })
    });
    latency::measure(CallbackPlan {
        orders: locations.iter().map(|it| it.orders.clone()).collect(),
        subscribers: subscribers.collect(),
        rate: STEADY_RATE,
        length: Duration::from_secs(seconds),
    })
    .await
}

impl SpreadReport {
    /// Its lines of a table.
    fn rows(&self) -> Vec<BenchRow> {
        let named = |row: &BenchRow, name: &str| BenchRow {
            name: name.to_owned(),
            ..row.clone()
        };
        vec![
            named(&self.all_healthy.posts, "create, all are healthy"),
            named(&self.all_healthy.callbacks, "POST to callback"),
            named(&self.beside_ill.posts, "create, some are ill"),
            named(&self.beside_ill.callbacks, "POST to callback of healthy"),
        ]
    }
}

impl fmt::Display for SpreadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hub,
            processors,
            receivers,
            dead,
            hanging,
            ..
        } = self;
        writeln!(f, "Hub: {hub}; {processors} processors")?;
        let rows = self.rows();
        let lines: Vec<&BenchRow> = rows.iter().collect();
        table(f, &lines)?;
        writeln!(
            f,
            "{receivers} receivers, three at a location; {dead} dead and {hanging} hanging in the second part."
        )
    }
}

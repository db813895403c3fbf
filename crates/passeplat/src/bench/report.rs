//! What was measured, as JSON for programs and as a table for people.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::backlog::BacklogStats;

/// Everything one run of the benchmark found out.
#[derive(Clone, Debug, Serialize)]
pub struct BenchReport {
    /// `SQLite`, `PostgreSQL`, or the address of a hub that was running already.
    pub hub: String,
    /// Where the hub's files and the sync test were, since disks differ.
    pub folder: String,
    /// Processors that this program may use.
    pub processors: usize,
    /// Whether this program was built with optimisations; without them the numbers say little.
    pub release: bool,
    /// The hub's process, when it was started for the run.
    pub process: Option<ProcessStats>,
    /// What the machine itself can do.
    pub limits: MachineLimits,
    /// Order creation, reads, lists.
    pub api: Vec<BenchRow>,
    /// The creation of orders with a commit for each, when it could be measured.
    pub one_by_one: Option<BenchRow>,
    /// From POST to callback.
    pub callbacks: Option<CallbackStats>,
    /// What a small backlog costs, on a hub that was started for the run.
    pub backlog: Option<BacklogStats>,
    /// What was not measured, and why.
    pub remarks: Vec<String>,
}

/// The hub as a process.
#[derive(Clone, Debug, Serialize)]
pub struct ProcessStats {
    /// From the start to the line that says that it listens.
    pub start_ms: f64,
    /// Memory before the first request.
    pub idle_mb: Option<f64>,
    /// Memory after all load.
    pub loaded_mb: Option<f64>,
    /// Size of the program's file.
    pub binary_mb: f64,
}

/// The machine's own limits.
#[derive(Clone, Debug, Serialize)]
pub struct MachineLimits {
    /// 4 KiB appends forced to disk, per second, before the load.
    pub syncs_before: f64,
    /// 4 KiB appends per second after the load: another number means that others use the disk.
    pub syncs_after: f64,
    /// The HTTP stack alone.
    pub bare_http: BenchRow,
    /// PostgreSQL's own benchmark at the same numbers of clients.
    pub pgbench: Vec<BenchRow>,
}

/// POST to callback at a steady rate.
#[derive(Clone, Debug, Serialize)]
pub struct CallbackStats {
    /// Orders per second that were sent.
    pub rate: u32,
    /// The creation of these orders.
    pub posts: BenchRow,
    /// Their callbacks; `lost` counts callbacks that never came, `doubled` those that came again.
    pub callbacks: BenchRow,
    /// Callbacks that had not come yet when the last order was answered: how much piles up.
    pub pending_at_end: u64,
}

/// One line: something done over so many connections. Times are in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct BenchRow {
    /// What was done.
    pub name: String,
    /// Over how many connections (subscribers, for callbacks).
    pub connections: usize,
    /// How many were answered well in the counted time.
    pub answered: u64,
    /// How many were answered well per second.
    pub per_second: f64,
    /// Half were faster.
    pub p50_ms: Option<f64>,
    /// 95 of 100 were faster.
    pub p95_ms: Option<f64>,
    /// 99 of 100 were faster.
    pub p99_ms: Option<f64>,
    /// The slowest.
    pub max_ms: Option<f64>,
    /// The mean, where only that is known.
    pub mean_ms: Option<f64>,
    /// Answers other than 200, and broken connections.
    pub errors: u64,
    /// The first of them.
    pub first_error: Option<String>,
    /// Acknowledged, and not found afterwards.
    pub lost: Option<u64>,
    /// Found more than once.
    pub doubled: Option<u64>,
}

impl BenchRow {
    /// A line with a name and no numbers yet.
    pub fn named(name: &str, connections: usize) -> Self {
        Self {
            name: name.to_owned(),
            connections,
            answered: 0,
            per_second: 0.0,
            p50_ms: None,
            p95_ms: None,
            p99_ms: None,
            max_ms: None,
            mean_ms: None,
            errors: 0,
            first_error: None,
            lost: None,
            doubled: None,
        }
    }

    /// A line from latencies in microseconds that were counted for `length`.
    pub fn new(
        name: &str,
        connections: usize,
        latencies: &Histogram<u64>,
        length: Duration,
    ) -> Self {
        let mut row = Self::named(name, connections);
        row.answered = latencies.len();
        if latencies.is_empty() {
            return row;
        }
        let at = |quantile| Some(latencies.value_at_quantile(quantile) as f64 / 1000.0);
        row.per_second = latencies.len() as f64 / length.as_secs_f64();
        row.p50_ms = at(0.50);
        row.p95_ms = at(0.95);
        row.p99_ms = at(0.99);
        row.max_ms = Some(latencies.max() as f64 / 1000.0);
        row
    }
}

impl BenchReport {
    /// Whether every acknowledged order was found once, and every callback came.
    pub fn nothing_lost(&self) -> bool {
        if self.backlog.as_ref().is_some_and(|it| !it.nothing_lost()) {
            return false;
        }
        let callbacks = self.callbacks.iter().map(|callbacks| &callbacks.callbacks);
        let mut rows = self.api.iter().chain(&self.one_by_one).chain(callbacks);
        rows.all(|row| row.lost.unwrap_or(0) == 0) && !self.api.iter().any(BenchRow::has_doubles)
    }
}

impl BenchRow {
    fn has_doubles(&self) -> bool {
        self.doubled.unwrap_or(0) > 0
    }
}

const HEADINGS: [&str; 10] = [
    "", "conn.", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors", "lost", "doubled",
];

impl fmt::Display for BenchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Hub: {}; files in {}; {} processors",
            self.hub, self.folder, self.processors
        )?;
        if !self.release {
            writeln!(f, "Built without optimisations: these numbers say little.")?;
        }
        if let Some(process) = &self.process {
            writeln!(
                f,
                "Start {:.0} ms; memory {} MB idle, {} MB after load; program {:.1} MB",
                process.start_ms,
                number(process.idle_mb),
                number(process.loaded_mb),
                process.binary_mb
            )?;
        }
        writeln!(
            f,
            "Disk: {:.0} syncs/s before, {:.0} after (4 KiB appended, one after the other)\n",
            self.limits.syncs_before, self.limits.syncs_after
        )?;
        let mut rows: Vec<&BenchRow> = self.api.iter().collect();
        rows.extend(&self.one_by_one);
        if let Some(callbacks) = &self.callbacks {
            rows.extend([&callbacks.posts, &callbacks.callbacks]);
        }
        rows.extend(self.backlog.iter().flat_map(BacklogStats::rows));
        rows.push(&self.limits.bare_http);
        rows.extend(&self.limits.pgbench);
        table(f, &rows)?;
        for row in rows {
            if let Some(error) = &row.first_error {
                writeln!(f, "First error of \"{}\": {error}", row.name)?;
            }
        }
        if let Some(backlog) = &self.backlog {
            write!(f, "{backlog}")?;
        }
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        Ok(())
    }
}

/// Lines under their headings.
pub fn table(f: &mut fmt::Formatter<'_>, rows: &[&BenchRow]) -> fmt::Result {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    for row in rows {
        lines.push([
            row.name.clone(),
            row.connections.to_string(),
            format!("{:.0}", row.per_second),
            number(row.p50_ms.or(row.mean_ms)),
            number(row.p95_ms),
            number(row.p99_ms),
            number(row.max_ms),
            row.errors.to_string(),
            count(row.lost),
            count(row.doubled),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| width(column).unwrap_or(0))
        .collect();
    for line in &lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            if column == 0 {
                write!(f, "{cell:<width$}")?;
            } else {
                write!(f, "  {cell:>width$}")?;
            }
        }
        writeln!(f)?;
    }
    Ok(())
}

/// A number of a table; a dash for none.
pub fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

fn count(value: Option<u64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

//! The options of `passeplat bench`.

use std::path::PathBuf;

use super::backlog::BacklogOptions;

/// What to measure, and on which hub.
#[derive(Clone, clap::Args)]
pub struct BenchOptions {
    /// A running hub, such as http://127.0.0.1:8080 (its rate limits must be off)
    #[arg(long, requires = "token")]
    pub(super) url: Option<String>,

    /// A token with location[orders.write] on that hub
    #[arg(long, env = "PASSEPLAT_TOKEN", hide_env_values = true)]
    pub(super) token: Option<String>,

    /// A token of another client at the same location, to receive callbacks; may be repeated
    #[arg(long, requires = "url")]
    pub(super) subscriber: Vec<String>,

    /// The database of the hub that is started: postgres://…, instead of a new SQLite file
    #[arg(long, conflicts_with = "url")]
    pub(super) database: Option<String>,

    /// Where the started hub's files go, and which disk is measured [default: a temporary folder]
    #[arg(long)]
    pub(super) folder: Option<PathBuf>,

    /// Also write what was measured to this file, as JSON
    #[arg(long)]
    pub(super) json: Option<PathBuf>,

    /// How long each part lasts
    #[arg(long, default_value_t = 5)]
    pub(super) seconds: u64,

    /// Four times as long, and more data for pgbench
    #[arg(long)]
    pub(super) full: bool,

    /// Measure lists instead: seed so many orders, then time the first and the 1,000th page of each
    #[arg(long, value_name = "ORDERS", conflicts_with = "url",
        value_parser = clap::value_parser!(u32).range(1_000..))]
    pub(super) lists: Option<u32>,

    /// Show the engine's plans, too
    #[arg(long, requires = "lists")]
    pub(super) plans: bool,

    #[command(flatten)]
    pub(super) backlog: BacklogOptions,
}

impl BenchOptions {
    /// Seconds that each part lasts.
    pub(super) fn length(&self) -> u64 {
        self.seconds.max(1) * if self.full { 4 } else { 1 }
    }

    /// The name of the engine of a hub that is started.
    pub(super) fn engine(&self) -> &'static str {
        if self.database.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        }
    }
}

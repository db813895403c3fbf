//! What a backlog costs, as JSON for programs and as a table for people.

use std::fmt;

use serde::Serialize;

use crate::bench::report::{BenchRow, CallbackStats, number, table};

/// What `passeplat bench --backlog` found out.
#[derive(Clone, Debug, Serialize)]
pub struct BacklogReport {
    /// `SQLite` or `PostgreSQL`.
    pub hub: String,
    /// Where the hub's files were, since disks differ.
    pub folder: String,
    /// Processors that the hub, the sender and the receivers share.
    pub processors: usize,
    /// Whether this program was built with optimisations; without them the numbers say little.
    pub release: bool,
    /// What was measured.
    pub backlog: BacklogStats,
}

/// What was measured with a backlog.
#[derive(Clone, Debug, Serialize)]
pub struct BacklogStats {
    /// Events that were asked for.
    pub events: u32,
    /// Orders that made them.
    pub orders: u32,
    /// Apps that want every event.
    pub receivers: usize,
    /// Those of them that answer 500.
    pub dead: usize,
    /// Those of them that never answer.
    pub hanging: usize,
    /// Creating orders while nothing is pending.
    pub intake_idle: BenchRow,
    /// Creating the orders of the backlog.
    pub fill: BenchRow,
    /// Creating orders beside the backlog; they become a part of it.
    pub intake_beside: BenchRow,
    /// How fast that was, compared with nothing pending: 1 means that a backlog costs nothing.
    pub intake_ratio: f64,
    /// The hub's memory with the backlog, in MB.
    pub filled_mb: Option<f64>,
    /// Working it off.
    pub drain: DrainStats,
    /// POST to callback afterwards, at the healthy apps.
    pub steady: CallbackStats,
    /// The hub's memory at the end, in MB.
    pub end_mb: Option<f64>,
}

/// Working off a backlog.
#[derive(Clone, Debug, Serialize)]
pub struct DrainStats {
    /// From the first URL until every healthy app had the whole backlog.
    pub seconds: f64,
    /// The most callbacks in one second.
    pub best_per_second: u64,
    /// How long it took to give every app its URL.
    pub url_seconds: f64,
    /// The hub's memory when the backlog was gone, in MB.
    pub memory_mb: Option<f64>,
    /// Creating orders meanwhile.
    pub orders: BenchRow,
    /// Callbacks to healthy apps in this time, those of orders that were created meanwhile too; `lost`
    /// counts those that never came, `doubled` those that came again.
    pub callbacks: BenchRow,
}

impl BacklogStats {
    /// Its lines of a table.
    pub fn rows(&self) -> [&BenchRow; 7] {
        [
            &self.intake_idle,
            &self.fill,
            &self.intake_beside,
            &self.drain.callbacks,
            &self.drain.orders,
            &self.steady.posts,
            &self.steady.callbacks,
        ]
    }

    /// Whether every callback of an acknowledged order came to every healthy app.
    pub fn nothing_lost(&self) -> bool {
        self.rows().iter().all(|row| row.lost.unwrap_or(0) == 0)
    }
}

/// The sentences about it.
impl fmt::Display for BacklogStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let healthy = self.receivers - self.dead - self.hanging;
        writeln!(
            f,
            "Backlog of {} events: {} orders for {} apps, {healthy} of them healthy, {} dead, {} hanging.",
            self.events, self.orders, self.receivers, self.dead, self.hanging
        )?;
        writeln!(
            f,
            "Beside it orders were created {:.2} times as fast as without; memory {} MB.",
            self.intake_ratio,
            number(self.filled_mb)
        )?;
        let drain = &self.drain;
        writeln!(
            f,
            "{} callbacks in {:.1} s, at best {} in a second; {:.1} s of it to set all URLs; memory {} MB.",
            drain.callbacks.answered,
            drain.seconds,
            drain.best_per_second,
            drain.url_seconds,
            number(drain.memory_mb)
        )?;
        writeln!(
            f,
            "At {} orders/s afterwards, {} callbacks were still to come at the end; memory {} MB.",
            self.steady.rate,
            self.steady.pending_at_end,
            number(self.end_mb)
        )?;
        writeln!(
            f,
            "The hub, the sender and all receivers shared the processors of this machine."
        )
    }
}

impl fmt::Display for BacklogReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Hub: {}; files in {}; {} processors",
            self.hub, self.folder, self.processors
        )?;
        if !self.release {
            writeln!(f, "Built without optimisations: these numbers say little.")?;
        }
        writeln!(f, "{}", self.backlog)?;
        let rows = self.backlog.rows();
        table(f, &rows)?;
        for row in rows {
            if let Some(error) = &row.first_error {
                writeln!(f, "First error of \"{}\": {error}", row.name)?;
            }
        }
        Ok(())
    }
}

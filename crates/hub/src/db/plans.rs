//! How the engine goes about what is asked: for the benchmark of lists, which shows the plans beside
//! the times. Off unless [`Db::show_plans`] says otherwise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Db, Result, Tx, TxEngine, Value, postgres, sqlite};

/// A question and the engine's plan for it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Plan {
    /// The statement, with `$1 … $n` for its arguments.
    pub sql: String,
    /// The engine's own words, a step each: `EXPLAIN QUERY PLAN` of SQLite, `EXPLAIN (ANALYZE,
    /// BUFFERS)` of PostgreSQL.
    pub steps: Vec<String>,
}

/// The plans of a database.
#[derive(Debug, Default)]
pub(super) struct Plans {
    are_wanted: AtomicBool,
    recorded: Mutex<Vec<Plan>>,
}

impl Plans {
    pub(super) fn are_wanted(&self) -> bool {
        self.are_wanted.load(Ordering::Relaxed)
    }

    fn record(&self, plan: Plan) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.push(plan);
    }
}

impl Db {
    /// From now on every `SELECT` is explained before it runs, which takes its time; or no longer.
    /// Answers the plans since the last call.
    pub fn show_plans(&self, wanted: bool) -> Vec<Plan> {
        let plans = &self.inner.plans;
        plans.are_wanted.store(wanted, Ordering::Relaxed);
        let mut recorded = plans
            .recorded
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *recorded)
    }
}

impl Tx<'_> {
    /// Keeps the plan of a question.
    pub(super) fn explain(&mut self, sql: &str, args: &[Value]) -> Result<()> {
        let sql = sql.trim();
        if !sql.starts_with("SELECT") {
            return Ok(());
        }
        let steps = match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                // Its number, its parent's, one that is not used, and what it does.
                let steps: Vec<(i64, i64, i64, String)> =
                    sqlite::all(connection, &format!("EXPLAIN QUERY PLAN {sql}"), args)?;
                steps.into_iter().map(|(.., step)| step).collect()
            }
            TxEngine::Postgres(session) => plan_steps(session, sql, args)?,
            TxEngine::BatchRecorder(_) => return Ok(()),
        };
        let sql = sql.to_owned();
        self.context.plans.record(Plan { sql, steps });
        Ok(())
    }
}

fn plan_steps(session: &mut postgres::Session, sql: &str, args: &[Value]) -> Result<Vec<String>> {
    let steps: Vec<(String,)> = session.all(&format!("EXPLAIN (ANALYZE, BUFFERS) {sql}"), args)?;
    Ok(steps.into_iter().map(|(step,)| step).collect())
}

//! What the engine knows of the tables, when it plans. SQLite needs to know nothing: it takes the
//! index that fits what is asked.

use super::{Db, Result, Tx};

/// The size of a table is not told while somebody holds an exclusive lock on it. Nobody waits for
/// that.
const IMPATIENT: &str = "SET LOCAL lock_timeout = '50ms'";

/// The tables that have more than doubled since they were last looked at, or never were.
const OUTGROWN: &str = "SELECT CAST(c.relname AS TEXT) FROM pg_class c
    WHERE c.relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND c.relkind = 'r'
        AND pg_relation_size(c.oid) >
            CAST(CURRENT_SETTING('block_size') AS BIGINT) * (2 * CAST(c.relpages AS BIGINT) + 8)
    ORDER BY 1";

impl Db {
    /// Has PostgreSQL look at the tables that have outgrown what it knows of them, and answers their
    /// names.
    ///
    /// # Errors
    /// [`Error::Unavailable`](super::Error::Unavailable) at once if somebody keeps one of the tables
    /// from being looked at.
    pub async fn gather_statistics(&self) -> Result<Vec<String>> {
        if !self.inner.is_postgres {
            return Ok(Vec::new());
        }
        let look = |tx: &mut Tx<'_>| {
            tx.execute(IMPATIENT, &[])?;
            tx.all(OUTGROWN, &[])
        };
        let outgrown: Vec<(String,)> = self.read("db.outgrown", look).await?;
        let mut tables = Vec::with_capacity(outgrown.len());
        for (table,) in outgrown {
            let analyze = format!("ANALYZE (SKIP_LOCKED) {table}");
            self.write_alone("db.analyze", move |tx| tx.define(&analyze))
                .await?;
            tables.push(table);
        }
        Ok(tables)
    }
}

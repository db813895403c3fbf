//! PostgreSQL plans with what it knows of a table, and keeps a plan until it knows more. A new hub,
//! one that was restored and one after an upgrade of the server have tables of which it knows
//! nothing: until its own round comes by, plans would be made for empty tables, and read all that has
//! come since. So a table that has grown a lot is looked at again at once.

use crate::db;
use crate::hub::Hub;

/// Runs the chore.
pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let tables = match hub.db().gather_statistics().await {
        // A table is locked: there is another round soon.
        Err(db::Error::Unavailable(_)) => return Ok(()),
        gathered => gathered?,
    };
    if !tables.is_empty() {
        tracing::debug!(?tables, "tables analyzed");
    }
    Ok(())
}

//! The tables that every app has, and how a store is brought up to date.

use rusqlite::Connection;

use super::store::StoreError;

/// Migrations of the kit, in order; the next one is added at the end.
const KIT_TABLES: &[&str] = &["
    CREATE TABLE kit_connections (
        id TEXT PRIMARY KEY,
        token TEXT NOT NULL,
        timezone TEXT NOT NULL,
        currency TEXT NOT NULL,
        connected_at INTEGER NOT NULL,
        is_subscribed INTEGER NOT NULL DEFAULT 0,
        is_paused INTEGER NOT NULL DEFAULT 0,
        ended_at INTEGER,
        ended_message TEXT
    ) STRICT;
    CREATE TABLE kit_inbox (
        connection TEXT NOT NULL,
        event TEXT NOT NULL,
        taken_at INTEGER NOT NULL,
        PRIMARY KEY (connection, event)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX kit_inbox_by_age ON kit_inbox (taken_at);
    CREATE TABLE kit_outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        subject TEXT NOT NULL,
        title TEXT NOT NULL,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        body TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        queued_at INTEGER NOT NULL,
        first_attempt_at INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        refused_at INTEGER,
        refusal TEXT
    ) STRICT;
    CREATE INDEX kit_outbox_waiting ON kit_outbox (connection, subject, id) WHERE refused_at IS NULL;
    CREATE INDEX kit_outbox_refused ON kit_outbox (refused_at) WHERE refused_at IS NOT NULL;
    CREATE TABLE kit_alarms (
        subject TEXT PRIMARY KEY,
        connection TEXT NOT NULL,
        title TEXT NOT NULL,
        link TEXT NOT NULL,
        began_at INTEGER NOT NULL,
        silenced_at INTEGER,
        silenced_by TEXT
    ) STRICT;
    CREATE INDEX kit_alarms_sounding ON kit_alarms (began_at) WHERE silenced_at IS NULL;
"];

/// `user_version` counts the kit's migrations in thousands, and the app's in units.
const VERSIONS_OF_AN_APP: i64 = 1_000;

/// Runs the migrations that the store has not had yet, each in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection, app_tables: &[&str]) -> Result<(), StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let (kit, app) = (version / VERSIONS_OF_AN_APP, version % VERSIONS_OF_AN_APP);
    let (kit_count, app_count) = (KIT_TABLES.len() as i64, app_tables.len() as i64);
    if kit > kit_count || app > app_count {
        return Err(StoreError::NewerVersion(version));
    }
    let mut version = version;
    for step in KIT_TABLES.iter().skip(kit as usize) {
        version += VERSIONS_OF_AN_APP;
        run_step(connection, step, version)?;
    }
    for step in app_tables.iter().skip(app as usize) {
        version += 1;
        run_step(connection, step, version)?;
    }
    Ok(())
}

fn run_step(connection: &mut Connection, step: &str, version: i64) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(step)?;
    transaction.pragma_update(None, "user_version", version)?;
    Ok(transaction.commit()?)
}

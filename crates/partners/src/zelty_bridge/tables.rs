//! The bridge's own tables.

/// Migrations, in order; the next one is added at the end.
pub(super) const TABLES: &[&str] = &["
    CREATE TABLE bridge_restaurants (
        connection TEXT PRIMARY KEY,
        api_key TEXT NOT NULL,
        restaurant INTEGER NOT NULL,
        name TEXT NOT NULL,
        country TEXT NOT NULL,
        options TEXT NOT NULL,
        webhook_secret TEXT NOT NULL,
        webhook_token TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT '{}',
        status_at INTEGER,
        checked_on TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX bridge_restaurants_by_token ON bridge_restaurants (webhook_token);
    CREATE TABLE bridge_tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        word TEXT NOT NULL DEFAULT '',
        requests INTEGER NOT NULL DEFAULT 1,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        operation INTEGER,
        UNIQUE (connection, kind, subject)
    ) STRICT;
    CREATE INDEX bridge_tasks_due ON bridge_tasks (connection, next_attempt_at);
    CREATE TABLE bridge_operations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        connection TEXT NOT NULL,
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        began_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        code TEXT NOT NULL,
        message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX bridge_operations_by_connection ON bridge_operations (connection, id);
    CREATE TABLE bridge_requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        operation INTEGER NOT NULL REFERENCES bridge_operations (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        direction TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        status TEXT NOT NULL,
        is_good INTEGER NOT NULL,
        request TEXT NOT NULL,
        response TEXT NOT NULL
    ) STRICT;
    CREATE INDEX bridge_requests_by_operation ON bridge_requests (operation, id);
    CREATE TABLE bridge_orders (
        connection TEXT NOT NULL,
        hub_order TEXT NOT NULL,
        zelty_order INTEGER,
        payload TEXT,
        sent TEXT NOT NULL DEFAULT '[]',
        refused TEXT NOT NULL DEFAULT '[]',
        lines_before INTEGER,
        is_in_production INTEGER NOT NULL DEFAULT 0,
        is_over INTEGER NOT NULL DEFAULT 0,
        fingerprint TEXT NOT NULL DEFAULT '',
        updated_at INTEGER NOT NULL,
        PRIMARY KEY (connection, hub_order)
    ) STRICT;
    CREATE INDEX bridge_orders_by_zelty_order ON bridge_orders (connection, zelty_order);
    CREATE INDEX bridge_orders_by_age ON bridge_orders (updated_at);
"];

//! Schemas of PostgreSQL whose tables wait for the next test.

use std::sync::{Mutex, OnceLock, PoisonError};

use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Error, NoTls};

use super::postgres::{Schema, new_name, run};

static WAITING: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The fingerprint of the tables that a hub makes.
static EXPECTED: OnceLock<String> = OnceLock::new();

/// What tells the tables of a hub from those that a test has changed: columns, indexes, functions,
/// triggers. Tables for one day come and go.
const FINGERPRINT: &str = "WITH tables AS (
        SELECT oid, relname FROM pg_class
        WHERE relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND relkind IN ('r', 'p') AND NOT relispartition
    ), lines AS (
        SELECT t.relname || ' ' || a.attnum || a.attname || a.attnotnull || FORMAT_TYPE(a.atttypid, a.atttypmod) AS line
            FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        UNION ALL SELECT REPLACE(PG_GET_INDEXDEF(i.indexrelid), CURRENT_SCHEMA(), '')
            FROM tables t JOIN pg_index i ON i.indrelid = t.oid
        UNION ALL SELECT t.relname || ' ' || g.tgname FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid
            WHERE NOT g.tgisinternal
        UNION ALL SELECT CAST(proname AS TEXT) FROM pg_proc
            WHERE pronamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE)
        UNION ALL SELECT track || name || checksum FROM schema_steps
    ) SELECT MD5(STRING_AGG(line, ';' ORDER BY line)) FROM lines";

/// Tables of which the planner knows something: a test that is to begin without statistics would have them.
const KNOWN_TO_PLANNER: &str = "SELECT COUNT(*) FROM pg_class
    WHERE relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND relkind = 'r' AND NOT relispartition
        AND (reltuples >= 0 OR EXISTS (SELECT 1 FROM pg_statistic WHERE starelid = pg_class.oid))";

/// Deletes every row, after whoever still writes has ended. A table that has grown begins anew, so that
/// its size says nothing of tests before.
const CLEAR: &str = "SET session_replication_role = replica; DO $$ DECLARE t RECORD; BEGIN
    FOR t IN SELECT oid, relname, relispartition FROM pg_class
        WHERE relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND relkind = 'r'
    LOOP
        EXECUTE FORMAT('LOCK TABLE %I', t.relname);
        IF t.relispartition THEN EXECUTE FORMAT('DROP TABLE %I', t.relname);
        ELSIF t.relname = 'schema_steps' THEN CONTINUE;
        ELSIF PG_RELATION_SIZE(t.oid) > 2 * 8192 THEN EXECUTE FORMAT('TRUNCATE %I', t.relname);
        ELSIF PG_RELATION_SIZE(t.oid) > 0 THEN EXECUTE FORMAT('DELETE FROM %I', t.relname);
        END IF;
    END LOOP; END $$";

/// Tables of a hub without a row, if some wait.
pub fn take() -> Option<String> {
    waiting().pop()
}

fn waiting() -> std::sync::MutexGuard<'static, Vec<String>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the tables of a test for another one, under a new name: what still comes from the old test finds
/// nothing there. What is not as a hub makes it is dropped.
pub fn give_back(server: &str, name: &str, runtime: &Runtime) {
    let expected = EXPECTED.get_or_init(|| expected_fingerprint(server, runtime));
    let new = new_name();
    run(
        server,
        &format!("ALTER SCHEMA {name} RENAME TO {new}"),
        runtime,
    );
    let is_clean = runtime.block_on(clear(server, &new, expected));
    if is_clean.unwrap_or(false) {
        waiting().push(new);
    } else {
        run(server, &format!("DROP SCHEMA {new} CASCADE"), runtime);
    }
}

/// Deletes all rows. Answers whether a later test sees no difference to tables that were just made.
async fn clear(server: &str, name: &str, expected: &str) -> Result<bool, Error> {
    let client = connect(server, name).await?;
    if fingerprint(&client).await? != expected {
        return Ok(false);
    }
    let known: i64 = client.query_one(KNOWN_TO_PLANNER, &[]).await?.get(0);
    if known > 0 {
        return Ok(false);
    }
    client.batch_execute(CLEAR).await?;
    Ok(true)
}

async fn connect(server: &str, name: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    tokio::spawn(connection);
    let path = format!("SET search_path = {name}");
    client.batch_execute(&path).await?;
    Ok(client)
}

async fn fingerprint(client: &Client) -> Result<String, Error> {
    Ok(client.query_one(FINGERPRINT, &[]).await?.get(0))
}

/// Opens a hub on an empty schema, and looks at the tables that it has made.
fn expected_fingerprint(server: &str, runtime: &Runtime) -> String {
    let schema = Schema::create(server, runtime);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let flags = [
        ("database.url", schema.url.clone()),
        ("keys.value", "42".repeat(32)),
        ("images.store", path("images")),
        ("mail.folder", path("mail")),
    ];
    let config = Config::read(None, [], &flags).expect("a good configuration");
    let clock = Clock::manual(super::START.parse().expect("a time"));
    let hub = Hub::open(config, clock, Entropy::seeded(7)).expect("a hub");
    runtime.block_on(async {
        hub.close().await;
        let client = connect(server, schema.name()).await.expect("a session");
        fingerprint(&client).await.expect("a fingerprint")
    })
}

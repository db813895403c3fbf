//! A schema of one's own on the PostgreSQL server of the test run.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::runtime::Runtime;

use super::schemas;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The server to test on, if any: `PASSEPLAT_TEST_POSTGRES=postgres://…`.
pub fn server() -> Option<String> {
    std::env::var("PASSEPLAT_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty())
}

/// A schema that only one test has at a time.
pub struct Schema {
    /// Where the hub finds it.
    pub url: String,
    server: String,
    name: String,
    /// Whether a later test may have it, with the tables that are there.
    is_kept: bool,
}

impl Schema {
    /// An empty one.
    pub fn create(server: &str, runtime: &Runtime) -> Self {
        let name = new_name();
        run(server, &format!("CREATE SCHEMA {name}"), runtime);
        Self::named(server, name)
    }

    /// One that may have the tables of a hub already, without a row: to make them takes PostgreSQL
    /// longer than most tests take.
    pub fn create_or_take(server: &str, runtime: &Runtime) -> Self {
        // A server that the test has started itself goes with it.
        if self::server().as_deref() != Some(server) {
            return Self::create(server, runtime);
        }
        let mut schema = match schemas::take() {
            Some(name) => Self::named(server, name),
            None => Self::create(server, runtime),
        };
        schema.is_kept = true;
        schema
    }

    fn named(server: &str, name: String) -> Self {
        let mut made = Self {
            url: String::new(),
            server: server.to_owned(),
            name,
            is_kept: false,
        };
        made.url = made.through(server, "");
        made
    }

    /// The address of the database by another way to the server, with additional options.
    pub fn through(&self, way: &str, options: &str) -> String {
        let join = if way.contains('?') { '&' } else { '?' };
        let options = options.replace('=', "%3D").replace(' ', "%20");
        let name = &self.name;
        format!("{way}{join}options=-csearch_path%3D{name}%20{options}")
    }

    /// What it is called at the moment.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes it empty.
    pub fn recreate(&self, runtime: &Runtime) {
        let name = &self.name;
        let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        run(&self.server, &sql, runtime);
    }
}

/// A name that no schema has.
pub fn new_name() -> String {
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    format!("it_{}_{number}", std::process::id())
}

impl Drop for Schema {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        if self.is_kept && !std::thread::panicking() {
            schemas::give_back(&self.server, &self.name, &runtime);
        } else {
            let sql = format!("DROP SCHEMA {} CASCADE", self.name);
            run(&self.server, &sql, &runtime);
        }
    }
}

pub fn run(server: &str, sql: &str, runtime: &Runtime) {
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls)
            .await
            .unwrap_or_else(|error| panic!("no PostgreSQL at {server}: {error}"));
        let driver = tokio::spawn(connection);
        client
            .batch_execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        driver.abort();
    });
}

/// How many wait, at some removes, for what a process of the server holds.
pub async fn waiting_for(onlooker: &tokio_postgres::Client, pid: i32) -> i64 {
    let sql = "WITH RECURSIVE waiting (pid) AS (
            SELECT $1::int UNION SELECT a.pid FROM pg_stat_activity a
                JOIN waiting w ON w.pid = ANY (pg_blocking_pids(a.pid))
        ) SELECT COUNT(*) - 1 FROM waiting";
    let row = onlooker.query_one(sql, &[&pid]).await;
    row.expect("a count").get(0)
}

/// Runs statements; answers the first column of what they find.
pub async fn ask(url: &str, sql: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap_or_else(|error| panic!("no PostgreSQL at {url}: {error}"));
    let driver = tokio::spawn(connection);
    let messages = client
        .simple_query(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    driver.abort();
    messages
        .iter()
        .filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .collect()
}

/// Runs a query outside of a runtime.
pub fn ask_now(url: &str, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(ask(url, sql))
}

/// Does something while so many others ask one question after the other.
pub fn while_others_ask(url: &str, others: usize, what: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    let connecting = tokio_postgres::connect(url, tokio_postgres::NoTls);
                    let (client, connection) = connecting.await.expect("a session");
                    let driver = tokio::spawn(connection);
                    while !over.load(Ordering::SeqCst) {
                        client.batch_execute("SELECT 1").await.expect("an answer");
                    }
                    driver.abort();
                });
            });
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(what));
        over.store(true, Ordering::SeqCst);
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    });
}

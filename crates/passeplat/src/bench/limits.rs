//! What the machine itself can do, measured in the same run: a hub's numbers mean nothing alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::Router;
use axum::routing::post;
use tokio::process::Command;

use super::http::request;
use super::load::{self, LoadDuration, ReadLoad};
use super::order;
use super::report::BenchRow;

/// How many times a second 4 KiB can be appended to a file in `folder` and forced to disk, one
/// after the other: the ceiling of commits without groups.
pub async fn syncs_per_second(folder: &Path, length: Duration) -> anyhow::Result<f64> {
    let path = folder.join("bench-sync");
    let measured = {
        let path = path.clone();
        load::run_on_own_thread(move || async move { syncs(&path, length) }).await?
    };
    let _ = std::fs::remove_file(&path);
    measured.with_context(|| format!("cannot write to {}", folder.display()))
}

fn syncs(path: &Path, length: Duration) -> std::io::Result<f64> {
    let mut file = std::fs::File::create(path)?;
    let block = [0x5a_u8; 4096];
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < length {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// A server that takes the same order and says "hello", without reading or keeping it: the
/// ceiling of this HTTP stack and this load generator on this machine.
pub async fn bare_http(connections: usize, duration: LoadDuration) -> anyhow::Result<BenchRow> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?.to_string();
    // A runtime of its own, with as many threads as a hub would have.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.spawn(async move {
        let hello = Router::new().route("/", post(|_: axum::body::Bytes| async { "hello" }));
        axum::serve(tokio::net::TcpListener::from_std(listener)?, hello).await
    });
    let body = order::json(&order::reference("bench-00", 0, 0));
    let ask = request("POST", &address, "/", "none", Some(&body));
    let works = ReadLoad::split(vec![ask], connections);
    let measured = load::run("bare HTTP, no work", &address, works, duration).await;
    runtime.shutdown_background();
    Ok(measured?.0)
}

/// PostgreSQL's own benchmark, with its default transaction.
pub struct Pgbench {
    program: PathBuf,
    database: String,
}

impl Pgbench {
    /// Fills pgbench's tables in `database`; none when the program is not found.
    pub async fn prepare(database: &str, scale: u32) -> anyhow::Result<Option<Self>> {
        let Some(program) = program() else {
            return Ok(None);
        };
        let this = Self {
            program,
            database: database.to_owned(),
        };
        this.call(&["-i", "-q", "-s", &scale.to_string()]).await?;
        Ok(Some(this))
    }

    /// Runs it with so many clients; answers transactions per second and their mean latency.
    pub async fn run(&self, clients: usize, length: Duration) -> anyhow::Result<BenchRow> {
        let (clients_text, seconds) = (clients.to_string(), length.as_secs().max(1).to_string());
        let threads = clients.min(2).to_string();
        let output = self
            .call(&["-n", "-c", &clients_text, "-j", &threads, "-T", &seconds])
            .await?;
        let number = |before: &str| {
            let rest = &output[output.find(before)? + before.len()..];
            rest.split_whitespace().next()?.parse::<f64>().ok()
        };
        let mut row = BenchRow::named("pgbench, its default", clients);
        row.per_second = number("tps = ").context("pgbench told no rate")?;
        row.mean_ms = number("latency average = ");
        Ok(row)
    }

    /// Removes pgbench's tables.
    pub async fn remove(self) -> anyhow::Result<()> {
        self.call(&["-i", "-I", "d"]).await.map(|_| ())
    }

    async fn call(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg(&self.database)
            .kill_on_drop(true);
        let output = command.output().await?;
        if !output.status.success() {
            bail!(
                "pgbench failed: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// In PATH, or where Debian puts it.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))));
    }
    folders
        .into_iter()
        .map(|folder| folder.join("pgbench"))
        .find(|file| file.is_file())
}

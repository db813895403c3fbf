//! A hub whose log cannot be written takes orders and stops when told to, and what it logs is what
//! docs/logging.md promises.

use std::fs::{self, File};
use std::io::{PipeReader, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::net::unix::pipe;

use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};
use crate::tools::{http, order};

/// How long a hub is waited for: so long that only one that hangs does not answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(60);

/// A hub that logs wherever a test wants, and whose files can be forbidden to grow.
pub(super) struct Trouble {
    _folder: TempDir,
    pub hub: HubProcess,
    merchant: Merchant,
}

/// Starts the program so that a file that may not grow is an error, as on a full disk, and not its end.
fn program(folder: &Path) -> PathBuf {
    let path = folder.join("passeplat");
    let script = format!("#!/bin/sh\ntrap '' XFSZ\nexec '{PROGRAM}' \"$@\"\n");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

impl Trouble {
    pub(super) async fn start(log: impl Into<Stdio>, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = HubFiles::in_folder(folder.path(), None);
        let program = program(folder.path());
        let hub = HubProcess::start_with_log(&program, &files, settings, log.into());
        let hub = hub.await.unwrap();
        let merchant = Merchant::open(&hub).await.unwrap();
        Self {
            _folder: folder,
            hub,
            merchant,
        }
    }

    /// Forbids the hub's files to grow, or allows it again.
    pub(super) fn disk(&self, is_full: bool) {
        let limit = if is_full { "4096" } else { "unlimited" };
        let status = Command::new("prlimit")
            .args(["--pid", &self.hub.process_id().unwrap().to_string()])
            .arg(format!("--fsize={limit}:unlimited"))
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// The status with which an order is answered.
    async fn order(&self) -> u16 {
        let body = order::json("a-ref-of-24-characters--");
        let (host, token) = (http::host(&self.hub.url).unwrap(), &self.merchant.token);
        let request = http::request("POST", &host, "/v1/location/orders", token, Some(&body));
        self.ask(&request).await
    }

    async fn ask(&self, request: &[u8]) -> u16 {
        let host = http::host(&self.hub.url).unwrap();
        let asked = async {
            let mut connection = http::HttpConnection::open(&host).await.unwrap();
            connection.exchange(request).await.unwrap().status
        };
        let answered = tokio::time::timeout(TIMEOUT, asked).await;
        answered.expect("the hub answers")
    }

    /// The hub takes orders before, in and after a trouble of which it logs, and ends.
    async fn takes_orders_and_ends(self) {
        assert_eq!(self.order().await, 200);
        self.disk(true);
        for _ in 0..5 {
            assert_eq!(self.order().await, 503);
        }
        self.disk(false);
        assert_eq!(self.order().await, 200);
        assert!(self.hub.terminate().await.unwrap().success());
    }
}

#[tokio::test]
async fn a_hub_whose_log_is_on_a_full_disk_takes_orders_and_ends() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let trouble = Trouble::start(full, &[]).await;
    trouble.takes_orders_and_ends().await;
}

#[tokio::test]
async fn a_hub_whose_logs_reader_is_gone_takes_orders_and_ends() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let trouble = Trouble::start(writer, &[]).await;
    trouble.takes_orders_and_ends().await;
}

#[tokio::test]
async fn a_hub_whose_log_nobody_reads_takes_orders_and_ends() {
    let (_reader, writer) = full_pipe().await;
    let trouble = Trouble::start(writer, &[]).await;
    trouble.takes_orders_and_ends().await;
}

/// A pipe into which nothing more goes, until it is read.
async fn full_pipe() -> (PipeReader, OwnedFd) {
    let (writer, reader) = pipe::pipe().unwrap();
    writer.writable().await.unwrap();
    while writer.try_write(&[b'.'; 1_024]).is_ok() {}
    while writer.try_write(b".").is_ok() {}
    assert!(writer.try_write(b".").is_err());
    let reader = reader.into_blocking_fd().unwrap();
    (reader.into(), writer.into_blocking_fd().unwrap())
}

#[tokio::test]
async fn lines_that_a_slow_reader_missed_are_counted_in_the_log() {
    let (reader, writer) = full_pipe().await;
    let trouble = Trouble::start(writer, &[("PASSEPLAT_LOG_LEVEL", "info,hub=debug")]).await;
    // Each is a line that is as long as its path; together they are more than the log keeps.
    let host = http::host(&trouble.hub.url).unwrap();
    let path = format!("/v1/{}", "a".repeat(8_000));
    let request = http::request("GET", &host, &path, &trouble.merchant.token, None);
    for _ in 0..200 {
        assert_eq!(trouble.ask(&request).await, 404);
    }
    let log = log_to_the_end(reader, trouble.hub).await;
    let lost = log
        .lines()
        .find_map(|line| line.split_once("WARN log lines dropped count="))
        .expect("it is told");
    let lost: usize = lost.1.parse().unwrap();
    let written = log.lines().filter(|it| it.contains(&path)).count();
    assert!(
        lost > 50 && written > 100 && lost + written >= 200,
        "{lost} {written}"
    );
    assert!(log.trim_end().ends_with("hub stopped"), "{log}");
}

/// Stops a hub, and reads what it logs.
async fn log_to_the_end(mut reader: PipeReader, hub: HubProcess) -> String {
    let read = std::thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    assert!(hub.terminate().await.unwrap().success());
    read.join().unwrap()
}

#[tokio::test]
async fn a_hub_that_cannot_say_where_it_listens_takes_orders() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut child = tokio::process::Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--key-file", "key"])
        .args(["--database", "sqlite:hub.db"])
        .current_dir(folder.path())
        .stdout(full)
        .stderr(File::create(&log).unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let address = tokio::time::timeout(TIMEOUT, async {
        loop {
            let text = fs::read_to_string(&log).unwrap();
            if let Some((_, rest)) = text.split_once("hub listening address=")
                && let Some((address, _)) = rest.split_once(' ')
            {
                return address.to_owned();
            }
            tokio::task::yield_now().await;
        }
    });
    let host = address.await.expect("it listens");
    let request = http::request("GET", &host, "/v1/location", "none", None);
    let mut connection = http::HttpConnection::open(&host).await.unwrap();
    assert_eq!(connection.exchange(&request).await.unwrap().status, 401);
    assert_eq!(child.try_wait().unwrap(), None);
}

/// The log without times.
fn lines(log: &str) -> Vec<String> {
    log.lines()
        .map(|line| {
            line.split_once("Z ")
                .map_or(line, |(_, rest)| rest)
                .trim()
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn the_life_of_a_hub_is_in_its_log_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let settings = [
        ("PASSEPLAT_SERVER_PUBLIC_URL", "https://hub.example.com"),
        ("PASSEPLAT_MAIL_TRANSPORT", "smtp"),
        ("PASSEPLAT_MAIL_SMTP_URL", "smtp://127.0.0.1:9"),
    ];
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &settings)
        .await
        .unwrap();
    let address = http::host(&hub.url).unwrap();
    assert!(hub.terminate().await.unwrap().success());
    let log = fs::read_to_string(&files.log).unwrap();
    assert!(!log.contains('\u{1b}'), "colours in a file: {log}");
    let log_lines = lines(&log);
    let (version, database) = (env!("CARGO_PKG_VERSION"), &files.database);
    for expected in [
        format!(
            "INFO hub starting version=\"{version}\" engine=\"SQLite\" database=\"{database}\""
        ),
        format!("INFO hub listening address={address} public_url=\"https://hub.example.com\""),
        "INFO stop signal received signal=\"SIGTERM\"".to_owned(),
        "INFO hub stopped".to_owned(),
    ] {
        let times = log_lines.iter().filter(|line| **line == expected).count();
        assert_eq!(times, 1, "{expected}\n{log}");
    }
    let is_info = |line: &String| line.starts_with("INFO ");
    assert!(log_lines.iter().all(is_info), "{log}");
}

/// What a hub at this place logs, at this level, of an order with a customer. Nothing in it is the
/// customer's.
pub(super) async fn log_of_an_order(files: &HubFiles, level: &str) -> String {
    fs::write(&files.log, "").unwrap();
    let settings = [("PASSEPLAT_LOG_LEVEL", level)];
    let hub = HubProcess::start(Path::new(PROGRAM), files, &settings)
        .await
        .unwrap();
    let merchant = Merchant::open(&hub).await.unwrap();
    let host = http::host(&hub.url).unwrap();
    let body = order::json("a-ref-of-24-characters--");
    let (path, token) = ("/v1/location/orders", &merchant.token);
    let request = http::request("POST", &host, path, token, Some(&body));
    let mut connection = http::HttpConnection::open(&host).await.unwrap();
    assert_eq!(connection.exchange(&request).await.unwrap().status, 200);
    assert!(hub.terminate().await.unwrap().success());
    let log = fs::read_to_string(&files.log).unwrap();
    let customers = ["Camille", "Durand", "camille.durand@example.com"];
    for secret in customers
        .into_iter()
        .chain(["12 34 56 78", "Tanneurs", token])
    {
        let line_with_secret = log.lines().find(|line| line.contains(secret));
        assert_eq!(line_with_secret, None, "{level}: {secret}");
    }
    log
}

#[tokio::test]
async fn no_customer_is_in_the_log_of_a_hub_on_sqlite_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let log = log_of_an_order(&files, "trace").await;
    assert!(
        log.contains("transaction completed change=\"orders.create\""),
        "{log}"
    );
}

#[test]
fn a_log_in_json_is_json_to_the_last_line() {
    let output = Command::new(PROGRAM)
        .args([
            "serve",
            "--set",
            "log.format=json",
            "--key-file",
            "/dev/null/key",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let messages: Vec<&Value> = lines.iter().map(|line| &line["message"]).collect();
    assert_eq!(messages, ["hub starting", "program failed"]);
    let why = lines[1]["error"].as_str().unwrap();
    assert!(why.contains("/dev/null/key"), "{why}");
}

#[tokio::test]
async fn a_trouble_that_lasts_is_one_line_and_a_count() {
    let (reader, writer) = std::io::pipe().unwrap();
    let trouble = Trouble::start(writer, &[]).await;
    trouble.disk(true);
    for _ in 0..100 {
        assert_eq!(trouble.order().await, 503);
    }
    trouble.disk(false);
    let log = log_to_the_end(reader, trouble.hub).await;
    let log_lines: Vec<String> = lines(&log)
        .into_iter()
        .filter(|line| line.contains("request failed, database error"))
        .collect();
    let count = |line: &String| -> u32 {
        let counted = line.rsplit_once(" repeated=").map(|(_, count)| count);
        counted.map_or(1, |count| count.parse().unwrap())
    };
    assert_eq!(log_lines.iter().map(count).sum::<u32>(), 100, "{log}");
    // Each ten seconds one more, on a machine that is slow.
    assert!(log_lines.len() < 20, "{log}");
}

/// What a hub at this place warns of.
pub(super) async fn startup_warnings(files: &HubFiles) -> Vec<String> {
    fs::write(&files.log, "").unwrap();
    let hub = HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap();
    assert!(hub.terminate().await.unwrap().success());
    let mut log_lines = lines(&fs::read_to_string(&files.log).unwrap());
    log_lines.retain(|line| line.starts_with("WARN "));
    log_lines
}

#[tokio::test]
async fn files_that_others_can_read_are_warned_of_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    assert_eq!(startup_warnings(&files).await, [""; 0], "of its own files");
    let database = folder.path().join("hub.db");
    for (path, mode) in [(&files.key_file, 0o640), (&database, 0o644)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let (key, database) = (files.key_file.display(), database.display());
    let expected = [
        format!(
            "WARN master key readable by other users file={key} mode=\"0640\" cure=\"chmod 600 {key}\""
        ),
        format!(
            "WARN database readable by other users file={database} mode=\"0644\" cure=\"chmod 600 {database}\""
        ),
    ];
    let warnings = startup_warnings(&files).await;
    for expected in expected {
        assert!(warnings.contains(&expected), "{expected}\n{warnings:#?}");
    }
}

#[tokio::test]
async fn what_a_hub_makes_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let trouble = HubProcess::start(Path::new(PROGRAM), &files, &[])
        .await
        .unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        // The log was made by whoever started the hub.
        let is_ours = entry.path() != files.log;
        assert!(!is_ours || mode & 0o077 == 0, "{:?} {mode:o}", entry.path());
    }
    drop(trouble);
}

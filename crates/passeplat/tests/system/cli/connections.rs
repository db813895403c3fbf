//! Many connections, and few files.

use std::fs;
use std::path::Path;
use std::process::Command;

use tokio::net::TcpStream;

use crate::PROGRAM;
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::{HubFiles, HubProcess};

/// The program below limits of its own.
fn with_files(folder: &Path, limits: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let script = folder.join("passeplat-with-few-files");
    let text = format!("#!/bin/sh\nexec prlimit --nofile={limits} '{PROGRAM}' \"$@\"\n");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script
}

/// The soft limit of open files, and how many are open.
fn limit_and_connections(hub: &HubProcess) -> (u64, usize) {
    let process = hub.process_id().unwrap();
    let output = Command::new("prlimit")
        .args([
            "--pid",
            &process.to_string(),
            "--nofile",
            "--raw",
            "--noheadings",
        ])
        .args(["--output", "SOFT"])
        .output()
        .unwrap();
    let soft = String::from_utf8(output.stdout).unwrap();
    let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
    (soft.trim().parse().unwrap(), open)
}

async fn open_silent_connections(hub: &HubProcess, many: usize) -> Vec<TcpStream> {
    let host = http::host(&hub.url).unwrap();
    let mut callers = Vec::new();
    for _ in 0..many {
        callers.push(TcpStream::connect(&host).await.unwrap());
    }
    callers
}

/// Asks over a connection of its own.
async fn ask(hub: &HubProcess) -> u16 {
    let host = http::host(&hub.url).unwrap();
    let mut line = HttpConnection::open(&host).await.unwrap();
    let asked = request("GET", &host, "/v1/location", "no-token", None);
    line.exchange(&asked).await.unwrap().status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_below_a_hard_limit_of_128_files_answers_beside_400_silent_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let program = with_files(folder.path(), "128:128");
    let hub = HubProcess::start(&program, &files, &[]).await.unwrap();
    let _silent = open_silent_connections(&hub, 400).await;
    for _ in 0..20 {
        assert_eq!(ask(&hub).await, 401);
    }
    let (soft, open) = limit_and_connections(&hub);
    eprintln!("400 silent sockets: {open} of {soft} files are open");
    assert!(open <= 128, "{open}");
    let log = fs::read_to_string(&files.log).unwrap_or_default();
    assert!(log.contains("accepting fewer connections"), "{log}");
    assert!(!log.contains("accept failed"), "{log}");
    assert!(hub.terminate().await.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_raises_its_soft_limit_of_files_to_the_hard_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let program = with_files(folder.path(), "128:1024");
    let hub = HubProcess::start(&program, &files, &[]).await.unwrap();
    let silent = open_silent_connections(&hub, 200).await;
    assert_eq!(ask(&hub).await, 401);
    let (soft, open) = limit_and_connections(&hub);
    eprintln!("200 silent sockets: {open} of {soft} files are open");
    assert_eq!(soft, 1_024);
    assert!(open > silent.len(), "{open}");
    assert!(hub.terminate().await.unwrap().success());
}

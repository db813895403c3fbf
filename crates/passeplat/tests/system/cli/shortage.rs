//! A hub that lacks open files for a while, whose receivers are not to blame; and what an idle one takes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::PROGRAM;
use crate::crash::Receiver;
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};
use crate::tools::order;

/// How long a hub is waited for: so long that only one that hangs does not answer.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Below which number the hub may open files.
fn allow_files(hub: &HubProcess, count: &str) {
    let process = hub.process_id().unwrap().to_string();
    let status = Command::new("prlimit")
        .args(["--pid", &process, &format!("--nofile={count}:")])
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}

async fn wait_until(what: impl Fn() -> bool) {
    let looking = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, looking).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_that_found_no_open_file_is_sent_when_there_is_one_and_was_no_try() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    // Were it a try, the next one would come in a week.
    let settings = [("PASSEPLAT_EVENTS_RETRY_SECONDS", "[604800]")];
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &settings)
        .await
        .unwrap();
    let merchant = Merchant::open(&hub).await.unwrap();
    let till = merchant.new_client(&hub, "Caisse").await.unwrap();
    let receiver = Receiver::start().await;
    let host = http::host(&hub.url).unwrap();
    let mut line = HttpConnection::open(&host).await.unwrap();
    let wanted = serde_json::json!({ "url": receiver.url, "events": { "order": ["create"] } });
    let wanted = request(
        "POST",
        &host,
        "/v1/callback",
        &till,
        Some(&wanted.to_string()),
    );
    line.exchange(&wanted).await.unwrap().expect_ok().unwrap();

    // Its standard files, and those that are open already.
    allow_files(&hub, "3");
    let body = order::json(&order::reference("shortage", 0, 0));
    let placed = request(
        "POST",
        &host,
        "/v1/location/orders",
        &merchant.token,
        Some(&body),
    );
    line.exchange(&placed).await.unwrap().expect_ok().unwrap();
    let log = || fs::read_to_string(&files.log).unwrap_or_default();
    wait_until(|| log().contains("callbacks cannot be sent")).await;
    assert_eq!(receiver.received().events.len(), 0);

    allow_files(&hub, "1024");
    wait_until(|| receiver.received().events.len() == 1).await;
    let status = hub.terminate().await.unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_thread_of_an_idle_hub_takes_two_megabytes_for_its_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
        .await
        .unwrap();
    let process = hub.process_id().unwrap();
    let memory = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let huge = memory
        .lines()
        .find_map(|line| line.strip_prefix("AnonHugePages:"));
    let kilobytes: u32 = huge.unwrap().trim_end_matches("kB").trim().parse().unwrap();
    // The allocator has begun with some, before the program could refuse them; of each thread would be many more.
    assert!(kilobytes <= 8 * 1024, "{memory}");
}

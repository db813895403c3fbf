//! What whoever runs the program asks it, over the network.

use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;

use super::logging::{TIMEOUT, Trouble};
use crate::tools::http;

/// The status and the body that an address answers to a question.
async fn get(host: &str, path: &str) -> (u16, String) {
    let request = http::request("GET", host, path, "none", None);
    let asked = async {
        let mut connection = http::HttpConnection::open(host).await.unwrap();
        let answer = connection.exchange(&request).await.unwrap();
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        (answer.status, body)
    };
    let answered = tokio::time::timeout(TIMEOUT, asked).await;
    answered.expect("the hub answers")
}

/// Asks whether a hub is ready until the status is this one.
async fn ready_with(host: &str, status: u16) -> Value {
    let asked = async {
        loop {
            let (found, body) = get(host, "/readyz").await;
            if found == status {
                return serde_json::from_str(&body).unwrap();
            }
        }
    };
    let answered = tokio::time::timeout(TIMEOUT, asked).await;
    answered.expect("the hub sees how it is")
}

/// Where a hub with this log shows its metrics.
async fn metrics_address(log: &Path) -> String {
    loop {
        let text = fs::read_to_string(log).unwrap();
        if let Some((_, rest)) = text.split_once("metrics listening address=")
            && let Some((address, _)) = rest.split_once('\n')
        {
            return address.trim().to_owned();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_hub_on_a_full_disk_says_so_at_both_of_its_addresses_and_shows_its_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let settings = [("PASSEPLAT_SERVER_METRICS_LISTEN", "127.0.0.1:0")];
    let trouble = Trouble::start(File::create(&log).unwrap(), &settings).await;
    let callers = http::host(&trouble.hub.url).unwrap();
    let metrics = tokio::time::timeout(TIMEOUT, metrics_address(&log));
    let metrics = metrics.await.expect("an address");

    for host in [&callers, &metrics] {
        assert_eq!(get(host, "/livez").await.0, 200);
        assert_eq!(ready_with(host, 200).await["status"], "ready");
    }
    let (status, text) = get(&metrics, "/metrics").await;
    assert_eq!(status, 200);
    assert!(text.contains("\npasseplat_build_info{version="), "{text}");
    assert_eq!(get(&callers, "/metrics").await.0, 404);

    trouble.disk(true);
    for host in [&callers, &metrics] {
        let report = ready_with(host, 503).await;
        assert_eq!(report["checks"]["writer"], "refuses changes", "{report}");
        assert_eq!(get(host, "/livez").await.0, 200);
    }
    trouble.disk(false);
    for host in [&callers, &metrics] {
        assert_eq!(ready_with(host, 200).await["status"], "ready");
    }
    assert!(trouble.hub.terminate().await.unwrap().success());
}

//! The till and the hub are killed at random, also while somebody works on an order: every order's status agrees
//! on both sides at the end, and none is lost.
//!
//! `PASSEPLAT_TEST_KEZIA_ORDERS` says how many orders (12), `PASSEPLAT_TEST_KEZIA_SEED` which random numbers.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use client::order::{Order, OrderStatus};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::super::browser::Browser;
use super::super::{Place, on_postgresql, on_sqlite};
use crate::PROGRAM;
use crate::random::{SeededRandom, number_from};

/// The till as a program of its own.
struct TillProcess {
    child: Child,
    address: std::net::SocketAddr,
}

impl TillProcess {
    async fn start(place: &Place, folder: &Path) -> TillProcess {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("kezia.log"))
            .unwrap();
        loop {
            let mut child = Command::new(PROGRAM)
                .args(["app", "kezia", "--port", "0", "--hub", &place.url()])
                .arg("--data")
                .arg(folder)
                .env("PASSEPLAT_TOKEN", &place.token)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(log.try_clone().unwrap())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let line = lines.next_line().await.unwrap().unwrap_or_default();
            let url = line.strip_prefix("passeplat app listening on http://");
            let Some(url) = url else { continue };
            let address = url.trim().parse().unwrap();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return TillProcess { child, address };
        }
    }
}

/// The status of an order in the store of the till.
async fn status_at_till(browser: &mut Browser, id: &str) -> String {
    let page = browser.get(&format!("/till/0/orders/{id}")).await;
    let badge = page.text.split_once("badge s-").map(|(_, rest)| rest);
    badge.map_or_else(String::new, |rest| {
        rest.split('"').next().unwrap_or_default().to_owned()
    })
}

async fn every_status_agrees((mut place, folder): (Place, tempfile::TempDir)) {
    let folder = folder.path();
    let mut random = SeededRandom::from_variable("PASSEPLAT_TEST_KEZIA_SEED");
    let count = number_from("PASSEPLAT_TEST_KEZIA_ORDERS").unwrap_or(12);
    let mut till = TillProcess::start(&place, folder).await;
    place.wait_for_subscription().await;
    let mut orders: Vec<Order> = Vec::new();
    for number in 0..count {
        orders.push(place.order(&format!("N{number}")).await);
        let is_hub_killed = random.percent(25);
        if is_hub_killed {
            place.kill_hub().await;
        }
        let id = random.one(&orders).id.to_string();
        let action = random.pick(&["accept", "accept", "ready", "late", "reject", "done"]);
        let path = format!("/till/1/orders/{id}/{action}");
        let address = till.address;
        // The program may be killed before it has answered.
        let work = tokio::spawn(async move { Browser::new(address).post(&path, &[]).await.status });
        if random.percent(25) {
            tokio::time::sleep(Duration::from_millis(random.below(60))).await;
            till.child.kill().await.unwrap();
            let _cut_off = work.await;
            if is_hub_killed {
                place.start_hub().await;
            }
            till = TillProcess::start(&place, folder).await;
        } else {
            assert!(work.await.unwrap() < 500);
            if is_hub_killed {
                place.start_hub().await;
            }
        }
    }
    let mut browser = Browser::new(till.address);
    for order in &orders {
        loop {
            let at_hub = place.status(order).await;
            let at_till = status_at_till(&mut browser, order.id.as_str()).await;
            let is_waiting = browser.get("/").await.says("pas encore envoyée");
            if at_hub != OrderStatus::New && at_hub.as_str() == at_till && !is_waiting {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_agrees_after_kills_on_sqlite() {
    every_status_agrees(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_agrees_after_kills_on_postgresql() {
    if let Some(place) = on_postgresql("kills").await {
        every_status_agrees(place).await;
    }
}

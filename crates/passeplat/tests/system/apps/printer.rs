//! The printer, as a program of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use client::order::{Order, OrderStatus};
use tokio::process::{Child, Command};

use super::{Place, on_postgresql, on_sqlite};
use crate::PROGRAM;

/// Starts `passeplat app printer`; it ends with this value.
fn start_printer(place: &Place, folder: &Path) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("printer.log"))
        .unwrap();
    Command::new(PROGRAM)
        .args(["app", "printer", "--port", "0", "--hub", &place.url()])
        .arg("--data")
        .arg(folder)
        .env("PASSEPLAT_TOKEN", &place.token)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// The numbers of tickets of an order: originals, and those that say that they are copies.
fn printed(folder: &Path, reference: &str) -> (usize, usize) {
    let text = std::fs::read_to_string(folder.join("printer.txt")).unwrap_or_default();
    let title = format!("COMMANDE {reference}\n");
    let all = text.matches(&title).count();
    let copies = text.matches(&format!("*** COPIE ***\n{title}")).count();
    (all - copies, copies)
}

async fn every_order_is_printed_once((mut place, folder): (Place, tempfile::TempDir)) {
    let folder = folder.path();
    let mut printer = start_printer(&place, folder);
    place.wait_for_subscription().await;
    let mut orders: Vec<Order> = vec![place.order("N0").await];
    place.wait_for(&orders[0], OrderStatus::Received).await;
    for round in 1..5 {
        for number in 0..5 {
            orders.push(place.order(&format!("N{}", round * 5 + number)).await);
        }
        match round {
            1 => printer.kill().await.unwrap(),
            2 => place.kill_hub().await,
            3 => {
                place.kill_hub().await;
                printer.kill().await.unwrap();
            }
            _ => {}
        }
        if place.hub.is_none() {
            place.start_hub().await;
        }
        if printer.try_wait().unwrap().is_some() {
            printer = start_printer(&place, folder);
        }
    }
    for order in &orders {
        place.wait_for(order, OrderStatus::Received).await;
        let reference = order.reference.clone().unwrap();
        while printed(folder, &reference) == (0, 0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let (originals, copies) = printed(folder, &reference);
        assert!(
            originals <= 1 && copies <= 2,
            "{reference}: {originals}, {copies}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_is_printed_once_though_hub_and_printer_are_killed_on_sqlite() {
    every_order_is_printed_once(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_is_printed_once_though_hub_and_printer_are_killed_on_postgresql() {
    if let Some(place) = on_postgresql("printer").await {
        every_order_is_printed_once(place).await;
    }
}

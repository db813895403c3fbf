//! POS HELPER, as a program of its own and in this process, beside a real hub.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use client::order::{Order, OrderStatus};
use partners::kit::settings::{AppSettings, HubUrls};
use partners::pos_helper::EventIntake;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::browser::Browser;
use super::{Place, on_postgresql, on_sqlite};
use crate::PROGRAM;
use crate::random::number_from;

/// How many orders come while everything is killed; more with this variable.
const ORDERS: u64 = 20;
const ORDERS_VARIABLE: &str = "PASSEPLAT_TEST_POS_HELPER_ORDERS";

/// Serves the board with the token of the place.
async fn start(place: &Place, folder: &Path) -> (JoinHandle<()>, Browser) {
    let urls = HubUrls::from_base(&place.url());
    let file = folder.join("pos-helper.db");
    let mut settings = AppSettings::new(&urls, "pos", "secret", "http://127.0.0.1", file);
    settings.access_token = Some(place.token.as_str().into());
    settings.poll_interval = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        partners::pos_helper::serve(listener, settings, EventIntake::Stream)
            .await
            .unwrap();
    });
    place.wait_for_subscription().await;
    (serving, Browser::new(address))
}

async fn wait_until_said(browser: &mut Browser, path: &str, words: &str) {
    while !browser.get(path).await.says(words) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The board goes on while the hub is down, is killed itself, and sends all steps in order afterwards.
async fn steps_are_sent_in_order((mut place, folder): (Place, tempfile::TempDir)) {
    let (serving, mut browser) = start(&place, folder.path()).await;
    let order = place.order("N1").await;
    let id = order.id.to_string();
    place.wait_for(&order, OrderStatus::Received).await;
    wait_until_said(&mut browser, "/board", "Reçue").await;

    place.kill_hub().await;
    let advance = format!("/board/{id}/advance");
    for from in ["received", "accepted", "in_preparation"] {
        let answer = browser.post(&advance, &[("from", from)]).await;
        assert!(browser.follow(answer).await.says("Pas encore envoyé"));
    }
    let page = browser.get("/board").await;
    assert!(page.says("Attente récupération") && page.says("pas encore envoyé"));

    serving.abort();
    let _aborted = serving.await;
    place.start_hub().await;
    let (_serving, mut browser) = start(&place, folder.path()).await;
    place
        .wait_for(&order, OrderStatus::AwaitingCollection)
        .await;
    while browser.get("/board").await.says("pas encore envoyé") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_the_kitchen_are_sent_in_order_after_an_outage_on_sqlite() {
    steps_are_sent_in_order(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_the_kitchen_are_sent_in_order_after_an_outage_on_postgresql() {
    if let Some(place) = on_postgresql("pos_helper_outage").await {
        steps_are_sent_in_order(place).await;
    }
}

/// P2 and P3: the order is on the board, `received` at the hub, and its ticket begins with platform and ref.
async fn a_new_order_is_on_the_board((place, folder): (Place, tempfile::TempDir)) {
    let (_serving, mut browser) = start(&place, folder.path()).await;
    let order = place.marketplace_order("N1").await;
    place.wait_for(&order, OrderStatus::Received).await;
    let page = browser.get("/board").await;
    assert!(page.says("N1") && page.says("Plateforme - Marque A"));
    let ticket = browser.get(&format!("/tickets/{}", order.id)).await;
    let paper = ticket.text.split_once("class=\"paper\"").unwrap().1;
    let platform = paper.find("Marketplace").unwrap();
    assert!(platform < paper.find("Plateforme - Marque A").unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_order_is_on_the_board_and_received_on_sqlite() {
    a_new_order_is_on_the_board(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_order_is_on_the_board_and_received_on_postgresql() {
    if let Some(place) = on_postgresql("pos_helper_board").await {
        a_new_order_is_on_the_board(place).await;
    }
}

/// A port that was free a moment ago.
async fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    free.local_addr().unwrap().port()
}

/// Starts `passeplat app pos-helper`; it ends with this value.
fn start_program(place: &Place, folder: &Path, port: u16) -> Child {
    Command::new(PROGRAM)
        .args(["app", "pos-helper", "--hub", &place.url()])
        .args(["--port", &port.to_string()])
        .arg("--data")
        .arg(folder)
        .env("PASSEPLAT_TOKEN", &place.token)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Orders come while hub and app are killed at random: all are received, and shown once.
async fn no_order_is_lost_or_doubled((mut place, folder): (Place, tempfile::TempDir)) {
    let folder = folder.path();
    let count = number_from(ORDERS_VARIABLE).unwrap_or(ORDERS);
    let port = free_port().await;
    let mut app = start_program(&place, folder, port);
    place.wait_for_subscription().await;
    let mut dice = Dice(14);
    let mut orders: Vec<Order> = Vec::new();
    for number in 0..count {
        orders.push(place.order(&format!("N{number}")).await);
        match dice.roll(8) {
            0 => app.kill().await.unwrap(),
            1 => place.kill_hub().await,
            2 => {
                app.kill().await.unwrap();
                place.kill_hub().await;
            }
            _ => continue,
        }
        if place.hub.is_none() {
            place.start_hub().await;
        }
        if app.try_wait().unwrap().is_some() {
            app = start_program(&place, folder, port);
        }
    }
    for order in &orders {
        place.wait_for(order, OrderStatus::Received).await;
    }
    let mut browser = Browser::new(SocketAddr::from(([127, 0, 0, 1], port)));
    wait_until_said(&mut browser, "/sales/all", &format!("{count} ventes")).await;
    for (number, order) in orders.iter().enumerate() {
        let list = format!("/sales/all?q={}", order.id);
        let page = browser.get(&list).await;
        let row = format!("<a href=\"/tickets/{}\">N{number}</a>", order.id);
        assert_eq!(page.text.matches(&row).count(), 1, "N{number}");
        assert!(page.says("<span class=\"badge s-received\">Reçue</span>"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_is_lost_or_doubled_though_hub_and_board_are_killed_on_sqlite() {
    no_order_is_lost_or_doubled(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_is_lost_or_doubled_though_hub_and_board_are_killed_on_postgresql() {
    if let Some(place) = on_postgresql("pos_helper").await {
        no_order_is_lost_or_doubled(place).await;
    }
}

//! The till, in this process, beside a real hub.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use client::order::OrderStatus;
use partners::kit::settings::{AppSettings, HubUrls};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::browser::Browser;
use super::{Place, on_postgresql, on_sqlite};

/// Serves the till with the token of the place.
async fn start_till(place: &Place, folder: &Path) -> (JoinHandle<()>, SocketAddr) {
    let file = folder.join("kezia.db");
    let urls = HubUrls::from_base(&place.url());
    let mut settings = AppSettings::new(&urls, "till", "secret", "http://127.0.0.1", file);
    settings.access_token = Some(place.token.as_str().into());
    settings.poll_interval = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        partners::kezia::serve(listener, settings).await.unwrap();
    });
    place.wait_for_subscription().await;
    (serving, address)
}

/// Waits until a page of the till says something.
async fn wait_until_said(browser: &mut Browser, path: &str, words: &str) {
    while !browser.get(path).await.says(words) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn what_is_done_offline_is_sent_in_order((mut place, folder): (Place, tempfile::TempDir)) {
    let (serving, address) = start_till(&place, folder.path()).await;
    let mut browser = Browser::new(address);
    let order = place.order("N1").await;
    let id = order.id.to_string();
    let list = format!("/till/1/orders?order={id}");
    wait_until_said(&mut browser, "/till/1/orders", "N1").await;
    place.wait_for(&order, OrderStatus::Received).await;

    place.kill_hub().await;
    let page = browser
        .post(&format!("/till/1/orders/{id}/accept"), &[])
        .await;
    assert!(browser.follow(page).await.says("Pas encore envoyé"));
    browser
        .post(&format!("/till/1/orders/{id}/ready"), &[])
        .await;
    let page = browser.get(&list).await;
    assert!(page.says("Prête") && page.says("2 actions pas encore envoyées"));
    assert!(page.says("Hub injoignable depuis"));

    // The till is killed as well: its store has it all.
    serving.abort();
    let _aborted = serving.await;
    place.start_hub().await;
    let (_serving, address) = start_till(&place, folder.path()).await;
    let mut browser = Browser::new(address);
    place
        .wait_for(&order, OrderStatus::AwaitingCollection)
        .await;
    while browser.get(&list).await.says("pas encore envoyé") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!browser.get(&list).await.says("Hub injoignable"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_while_the_hub_is_down_is_sent_in_order_on_sqlite() {
    what_is_done_offline_is_sent_in_order(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_while_the_hub_is_down_is_sent_in_order_on_postgresql() {
    if let Some(place) = on_postgresql("till").await {
        what_is_done_offline_is_sent_in_order(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_comes_back_is_no_longer_called_unreachable() {
    let (mut place, folder) = on_sqlite().await;
    let (_serving, address) = start_till(&place, folder.path()).await;
    let mut browser = Browser::new(address);
    place.order("N1").await;
    wait_until_said(&mut browser, "/till/1/orders", "N1").await;
    place.kill_hub().await;
    wait_until_said(&mut browser, "/", "Hub injoignable depuis").await;
    place.start_hub().await;
    while browser.get("/").await.says("Hub injoignable") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    place.order("N2").await;
    wait_until_said(&mut browser, "/till/1/orders", "N2").await;
}

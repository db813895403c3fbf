//! Kezia II as its users see it.

mod connecting;
mod exports;
mod offline;
mod receiving;
mod screens;
mod twice;
mod working;

use partners::AppSettings;
use partners::kezia::{PollOutcome, Till};
use serde_json::Value;

use crate::browser::{Browser, serve};
use crate::fake::Fake;

async fn open(settings: &AppSettings) -> (Till, Browser) {
    let till = Till::open(settings.clone()).await.unwrap();
    let browser = Browser::new(serve(till.router()).await);
    (till, browser)
}

const WEB: &str = "/settings/web-orders";

/// Connects as the manual says: tick, configure, paste, OK, save, save.
async fn connect(browser: &mut Browser) {
    browser
        .post(WEB, &[("active", "on"), ("act", "configure")])
        .await;
    browser
        .post("/settings/hub/code", &[("code", "good-code")])
        .await;
    browser.post("/settings/hub/save", &[]).await;
    let label = [
        ("active", "on"),
        ("field", "MCU 1"),
        ("label", "Commandes Web"),
        ("act", "save"),
    ];
    browser.post(WEB, &label).await;
}

/// A connected till with one order fetched.
async fn with_order(more: Value) -> (Fake, Till, Browser) {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", more);
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(1));
    (fake, till, browser)
}

//! The password of an app that can be reached from elsewhere.

use std::sync::atomic::Ordering;

use client::callbacks::sign;
use partners::AppSettings;
use partners::kit::clock::Clock;

use crate::browser::{Browser, Page, serve};
use crate::fake::Fake;

/// `somebody:fourchette bleue` and `somebody:fourchette rouge`.
const RIGHT: &str = "Authorization: Basic c29tZWJvZHk6Zm91cmNoZXR0ZSBibGV1ZQ==\r\n";
const WRONG: &str = "Authorization: Basic c29tZWJvZHk6Zm91cmNoZXR0ZSByb3VnZQ==\r\n";

fn with_password(fake: &Fake, name: &str) -> AppSettings {
    let mut settings = fake.settings(name);
    settings.password = Some("fourchette bleue".into());
    settings
}

#[tokio::test]
async fn settings_do_not_print_their_secrets() {
    let settings = with_password(&Fake::start().await, "tools");
    let shown = format!("{settings:?}");
    assert!(shown.contains("me.clients"), "{shown}");
    assert!(
        !shown.contains("hush") && !shown.contains("fourchette"),
        "{shown}"
    );
}

async fn get(browser: &mut Browser, path: &str, headers: &str) -> Page {
    browser.send("GET", path, headers, "").await
}

#[tokio::test]
async fn screens_are_shown_to_whoever_knows_the_password() {
    let fake = Fake::start().await;
    let tools = partners::developer_tools::router(with_password(&fake, "tools"));
    let till = partners::kezia::router(with_password(&fake, "kezia"));
    for router in [tools.await.unwrap(), till.await.unwrap()] {
        let mut browser = Browser::new(serve(router).await);
        assert_eq!(get(&mut browser, "/", "").await.status, 401);
        assert_eq!(get(&mut browser, "/", WRONG).await.status, 401);
        assert_eq!(get(&mut browser, "/", RIGHT).await.status, 200);
        assert_eq!(get(&mut browser, "/assets/style.css", "").await.status, 401);
    }
}

#[tokio::test]
async fn the_hub_is_not_asked_for_the_password() {
    let fake = Fake::start().await;
    let router = partners::developer_tools::router(with_password(&fake, "tools"));
    let mut browser = Browser::new(serve(router.await.unwrap()).await);
    let event = r#"{"id":"e8n5y","resource_type":"order","event_type":"update",
        "created_at":"2026-03-07T19:41:08+01:00","order_id":"w5x2rk"}"#;
    let signature = sign(&"hush".into(), event.as_bytes());
    let signed = format!("X-HubRise-Hmac-SHA256: {signature}\r\n");
    let answer = browser.send("POST", "/hub/callback", &signed, event).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let unknown = get(&mut browser, "/disconnect?app_instance_id=x", "").await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn who_guesses_too_often_has_to_wait() {
    let fake = Fake::start().await;
    let settings = with_password(&fake, "tools");
    let Clock::Manual(seconds) = settings.clock.clone() else {
        panic!("tests move the clock");
    };
    let router = partners::developer_tools::router(settings);
    let mut browser = Browser::new(serve(router.await.unwrap()).await);
    for _ in 0..20 {
        assert_eq!(get(&mut browser, "/", WRONG).await.status, 401);
    }
    assert_eq!(get(&mut browser, "/", RIGHT).await.status, 429);
    seconds.fetch_add(61, Ordering::SeqCst);
    assert_eq!(get(&mut browser, "/", RIGHT).await.status, 200);
}

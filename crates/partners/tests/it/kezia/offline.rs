//! The line is down, the hub refuses, the disk is full, the program stops.

use std::time::Duration;

use partners::kezia::PollOutcome;
use serde_json::json;

use super::{connect, open, with_order};
use crate::fake::Fake;

#[tokio::test]
async fn orders_survive_a_restart() {
    let fake = Fake::start().await;
    let settings = fake.settings("kezia");
    let (till, mut browser) = open(&settings).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", json!({}));
    till.poll_once().await;
    let (_, mut browser) = open(&settings).await;
    assert!(browser.get("/till/1/orders").await.says("LIVP-pjkg2k"));
}

#[tokio::test]
async fn an_outage_is_said_with_its_hour() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    fake.inner().broken = Some("GET".into());
    assert_eq!(till.poll_once().await, PollOutcome::Failed);
    assert!(browser.get("/").await.says("Hub injoignable depuis 19:57"));
    fake.inner().broken = None;
    till.poll_once().await;
    assert!(!browser.get("/").await.says("Hub injoignable"));
}

#[tokio::test]
async fn a_blocked_connection_is_said_with_the_hubs_words() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    fake.inner().refuse = Some((401, "The connection has been blocked".into()));
    till.poll_once().await;
    let page = browser.get("/").await;
    assert!(page.says("bloquée") && page.says("The connection has been blocked"));
}

#[tokio::test]
async fn a_busy_hub_is_left_alone_as_long_as_it_asks() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    fake.inner().refuse = Some((429, "slow down".into()));
    assert_eq!(
        till.poll_once().await,
        PollOutcome::Busy(Duration::from_secs(90))
    );
    assert!(browser.get("/").await.says("reprise à 19:58"));
}

#[tokio::test]
async fn what_is_done_while_the_line_is_down_is_shown_as_not_sent_and_sent_in_order() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    fake.inner().broken = Some("PATCH".into());
    let answer = browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    let page = browser.follow(answer).await;
    assert!(page.says("Pas encore envoyé"), "{}", page.text);
    assert!(page.says("Validée") && page.says("Hub injoignable depuis 19:57"));
    browser.post("/till/1/orders/pjkg2k/ready", &[]).await;
    let page = browser.get("/till/1/orders").await;
    assert!(page.says("2 actions pas encore envoyées") && page.says("Prête"));
    fake.inner().patches.clear();
    fake.inner().broken = None;
    till.poll_once().await;
    let patches = fake.inner().patches.clone();
    let statuses: Vec<_> = patches
        .iter()
        .map(|patch| patch["status"].clone())
        .collect();
    assert_eq!(statuses, ["accepted", "awaiting_shipment"]);
    assert!(
        !browser
            .get("/till/1/orders")
            .await
            .says("pas encore envoyé")
    );
}

#[tokio::test]
async fn what_was_not_sent_survives_a_restart_and_is_sent_under_the_same_key() {
    let fake = Fake::start().await;
    let settings = fake.settings("kezia");
    let (till, mut browser) = open(&settings).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", json!({}));
    till.poll_once().await;
    // The hub makes the change, and the answer is lost with the program.
    fake.inner().lose_patch_answer = true;
    browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    fake.inner().lose_patch_answer = false;
    let (till, mut browser) = open(&settings).await;
    assert!(browser.get("/").await.says("1 action pas encore envoyée"));
    till.poll_once().await;
    let keys = fake.inner().patch_keys.clone();
    assert!(
        keys.len() >= 3 && keys[1..].iter().all(|key| *key == keys[1]),
        "{keys:?}"
    );
    assert!(!browser.get("/").await.says("pas encore envoyé"));
}

#[tokio::test]
async fn a_refused_action_is_shown_with_the_hubs_sentence_until_it_was_read() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    fake.inner().refuse = Some((422, "The order was cancelled".into()));
    let answer = browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    fake.inner().refuse = None;
    let page = browser.follow(answer).await;
    assert!(
        page.says("Le changement n'a pas été transmis"),
        "{}",
        page.text
    );
    let page = browser.get("/").await;
    assert!(page.says("Commande validée.") && page.says("The order was cancelled"));
    let (_, rest) = page.text.split_once("/outbox/").unwrap();
    let (id, _) = rest.split_once('/').unwrap();
    browser.post(&format!("/outbox/{id}/dismiss"), &[]).await;
    assert!(!browser.get("/").await.says("The order was cancelled"));
}

#[tokio::test]
async fn a_revoked_connection_keeps_what_waits_until_it_is_connected_again() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    let message = "The access token is invalid or the connection has been revoked";
    fake.inner().refuse = Some((401, message.into()));
    browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    fake.inner().refuse = None;
    let page = browser.get("/").await;
    assert!(
        page.says("a été révoquée : connectez-vous de nouveau"),
        "{}",
        page.text
    );
    assert!(page.says("depuis 19:57") && page.says("1 action pas encore envoyée"));
    assert_eq!(till.poll_once().await, PollOutcome::Idle);
    fake.inner().codes.push("new-code".into());
    browser
        .post("/settings/hub/code", &[("code", "new-code")])
        .await;
    browser.post("/settings/hub/save", &[]).await;
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(0));
    assert_eq!(fake.status_of("pjkg2k"), "accepted");
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_is_not_acknowledged() {
    let fake = Fake::start().await;
    let mut settings = fake.settings("kezia");
    let (till, mut browser) = open(&settings).await;
    connect(&mut browser).await;
    drop((till, browser));
    settings.max_store_pages = Some(1);
    let (till, mut browser) = open(&settings).await;
    let items: Vec<_> = (0..500)
        .map(|number| {
            json!({ "product_name": format!("Pizza {number}"), "price": "1.00 EUR",
                    "quantity": "1.0", "sku_ref": "REG" })
        })
        .collect();
    fake.place_order("pjkg2k", json!({ "items": items }));
    assert_eq!(till.poll_once().await, PollOutcome::Failed);
    assert_eq!(fake.inner().events.len(), 1);
    let page = browser.get("/").await;
    assert!(page.says("Disque plein depuis 19:57"), "{}", page.text);
    settings.max_store_pages = None;
    let (till, mut browser) = open(&settings).await;
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(1));
    assert!(browser.get("/till/1/orders").await.says("LIVP-pjkg2k"));
}

#[tokio::test]
async fn a_comment_that_was_taken_away_offline_is_gone_from_the_screen() {
    let order = json!({ "status": "accepted", "seller_notes": "Appeler avant" });
    let (fake, _, mut browser) = with_order(order).await;
    fake.inner().broken = Some("PATCH".into());
    let answer = browser.post("/till/1/orders/pjkg2k/comment", &[]).await;
    let page = browser.follow(answer).await;
    assert!(page.says("pas encore envoyé"));
    assert!(!page.says("Appeler avant"), "{}", page.text);
}

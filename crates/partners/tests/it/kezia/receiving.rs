//! Orders that come in.

use partners::kezia::PollOutcome;
use serde_json::json;

use super::{connect, open, with_order};
use crate::fake::Fake;

#[tokio::test]
async fn the_hub_is_asked_to_keep_order_events() {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    till.poll_once().await;
    let expected = json!({ "url": null, "events": { "order": ["create", "update"] } });
    assert_eq!(fake.inner().callback, Some(expected));
}

#[tokio::test]
async fn a_new_order_is_kept_received_and_acknowledged() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    assert_eq!(fake.status_of("pjkg2k"), "received");
    assert!(fake.inner().events.is_empty());
    let page = browser.get("/till/1/orders").await;
    for words in [
        "LIVP-pjkg2k (pjkg2k)",
        "En attente(+7 min.)",
        "LivePepper / Livraison",
    ] {
        assert!(page.says(words), "{words} in {}", page.text);
    }
    assert!(
        page.says("Attendu pour 20:30") && page.says("12,50"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_order_whose_receipt_is_not_through_is_at_the_till_and_the_receipt_follows() {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", json!({}));
    fake.inner().broken = Some("PATCH".into());
    assert_eq!(till.poll_once().await, PollOutcome::Failed);
    assert!(fake.inner().events.is_empty());
    let page = browser.get("/till/1/orders").await;
    assert!(page.says("LIVP-pjkg2k") && page.says("1 action pas encore envoyée"));
    fake.inner().broken = None;
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(0));
    assert_eq!(fake.status_of("pjkg2k"), "received");
}

#[tokio::test]
async fn an_order_that_cannot_be_read_does_not_keep_the_others_from_the_till() {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    fake.place_order("strange", json!({ "status": "invented" }));
    fake.place_order("pjkg2k", json!({}));
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(1));
    assert_eq!(fake.status_of("pjkg2k"), "received");
    let waiting = &fake.inner().events;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(waiting[0]["order_id"], "strange");
}

#[tokio::test]
async fn a_mark_that_does_not_get_through_is_sent_again_at_once() {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", json!({}));
    fake.inner().broken = Some("PATCH".into());
    till.poll_once().await;
    assert_eq!(fake.times("PATCH /v1/location/orders/pjkg2k"), 2);
}

#[tokio::test]
async fn an_event_that_comes_twice_changes_nothing() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    let again = fake.event_again("pjkg2k");
    fake.inner().events.push(again);
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(0));
    assert!(fake.inner().events.is_empty());
    assert_eq!(fake.status_of("pjkg2k"), "accepted");
}

#[tokio::test]
async fn a_new_order_sounds_until_somebody_looks_and_it_is_said_who() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let page = browser.get("/").await;
    assert!(page.says("Nouvelle commande LIVP-pjkg2k, depuis 19:57"));
    assert!(page.text.contains("data-alarm") && page.says("/assets/alarm.js"));
    browser.get("/till/2/orders?order=pjkg2k").await;
    let page = browser.get("/").await;
    assert!(!page.text.contains("data-alarm"), "{}", page.text);
    assert!(
        page.says("Dernière alarme arrêtée à 19:57 par Nora"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_order_that_is_accepted_sounds_no_longer() {
    let (_, _, mut browser) = with_order(json!({})).await;
    browser.post("/till/2/orders/pjkg2k/accept", &[]).await;
    let page = browser.get("/").await;
    assert!(!page.text.contains("data-alarm"), "{}", page.text);
    assert!(page.says("par Nora"), "{}", page.text);
}

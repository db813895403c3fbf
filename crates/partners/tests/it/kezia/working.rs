//! What the cashier does with an order.

use serde_json::json;

use super::with_order;

#[tokio::test]
async fn an_order_already_accepted_is_not_marked_received() {
    let (fake, _, _) = with_order(json!({ "status": "accepted" })).await;
    assert!(fake.inner().patches.is_empty());
}

#[tokio::test]
async fn accepting_confirms_the_wanted_time() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    let answer = browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    let page = browser.follow(answer).await;
    assert_eq!(
        fake.inner().patches.last(),
        Some(&json!({ "status": "accepted", "confirmed_time": "2026-03-07T20:30:00+01:00" }))
    );
    assert!(
        page.says("Validée") && page.says("Notifier commande prête"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn accepting_an_order_wanted_soon_confirms_twenty_minutes() {
    let (fake, _, mut browser) = with_order(json!({ "asap": true })).await;
    browser.post("/till/1/orders/pjkg2k/accept", &[]).await;
    let time = fake.inner().patches.last().unwrap()["confirmed_time"].clone();
    assert_eq!(time, "2026-03-07T20:17:00+01:00");
}

#[tokio::test]
async fn rejecting_carries_the_reason() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    browser
        .post("/till/1/orders/pjkg2k/reject", &[("cause", "Plus de pâte")])
        .await;
    let expected = json!({ "status": "rejected",
        "custom_fields": { "epos": { "rejection": { "cause": "Plus de pâte" } } } });
    assert_eq!(fake.inner().patches.last(), Some(&expected));
}

#[tokio::test]
async fn a_delay_moves_the_confirmed_time() {
    let (fake, _, mut browser) = with_order(json!({ "status": "accepted" })).await;
    browser
        .post("/till/1/orders/pjkg2k/late", &[("minutes", "15")])
        .await;
    let expected = json!({ "confirmed_time": "2026-03-07T20:45:00+01:00" });
    assert_eq!(fake.inner().patches.last(), Some(&expected));
}

#[tokio::test]
async fn a_ready_delivery_awaits_shipment() {
    let (fake, _, mut browser) = with_order(json!({ "status": "accepted" })).await;
    browser.post("/till/1/orders/pjkg2k/ready", &[]).await;
    assert_eq!(fake.status_of("pjkg2k"), "awaiting_shipment");
}

#[tokio::test]
async fn a_ready_collection_awaits_collection() {
    let order = json!({ "status": "accepted", "service_type": "collection" });
    let (fake, _, mut browser) = with_order(order).await;
    browser.post("/till/1/orders/pjkg2k/ready", &[]).await;
    assert_eq!(fake.status_of("pjkg2k"), "awaiting_collection");
}

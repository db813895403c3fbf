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

#[tokio::test]
async fn before_it_is_validated_an_order_can_be_accepted_or_rejected_only() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    for action in ["late", "ready", "comment", "done"] {
        let path = format!("/till/1/orders/pjkg2k/{action}");
        let answer = browser.post(&path, &[]).await;
        let page = browser.follow(answer).await;
        assert!(
            page.says("Validez d'abord la commande"),
            "{action}: {}",
            page.text
        );
    }
    // Only that it was received.
    assert_eq!(fake.inner().patches.len(), 1);
}

#[tokio::test]
async fn a_comment_is_the_note_of_the_shop() {
    let (fake, _, mut browser) = with_order(json!({ "status": "accepted" })).await;
    let fields = [("comment", "Sonner au 2")];
    let answer = browser.post("/till/1/orders/pjkg2k/comment", &fields).await;
    assert_eq!(
        fake.inner().patches.last(),
        Some(&json!({ "seller_notes": "Sonner au 2" }))
    );
    assert!(browser.follow(answer).await.says("Sonner au 2"));
}

#[tokio::test]
async fn a_payment_completes_the_order_and_writes_an_invoice() {
    let cash = json!({ "status": "accepted",
                       "payments": [{ "type": "cash", "amount": "12.50 EUR" }] });
    let (fake, _, mut browser) = with_order(cash).await;
    let page = browser.get("/till/1/orders/pjkg2k/payment").await;
    assert!(
        page.says("Non Payée") && page.says("Titre restaurant"),
        "{}",
        page.text
    );
    browser
        .post("/till/1/orders/pjkg2k/done", &[("mode", "card")])
        .await;
    assert_eq!(fake.status_of("pjkg2k"), "completed");
    let page = browser.get("/invoices").await;
    assert!(
        page.says("Carte bancaire") && page.says("12,50"),
        "{}",
        page.text
    );
    assert!(page.says("Commande web"), "{}", page.text);
}

#[tokio::test]
async fn a_payment_while_the_line_is_down_is_not_sent_yet() {
    let (fake, till, mut browser) = with_order(json!({ "status": "accepted" })).await;
    fake.inner().broken = Some("PATCH".into());
    let answer = browser.post("/till/1/orders/pjkg2k/done", &[]).await;
    assert!(browser.follow(answer).await.says("Pas encore envoyé"));
    assert!(browser.get("/invoices").await.says("FA-1"));
    fake.inner().broken = None;
    till.poll_once().await;
    assert_eq!(fake.status_of("pjkg2k"), "completed");
}

#[tokio::test]
async fn a_ticket_can_be_printed() {
    let (_, _, mut browser) = with_order(json!({ "status": "accepted" })).await;
    let page = browser.get("/till/2/orders/pjkg2k/ticket").await;
    assert!(
        page.says("Versailles") && page.says("COMMANDE LIVP-pjkg2k"),
        "{}",
        page.text
    );
    assert!(page.text.contains("data-print"));
}

#[tokio::test]
async fn a_sale_is_paid_and_takes_from_the_stock() {
    let (_, _, mut browser) = with_order(json!({})).await;
    for _ in 0..2 {
        browser
            .post("/till/1/sale/add", &[("idart", "10016")])
            .await;
    }
    let page = browser.get("/till/1").await;
    assert!(page.says("2 ×") && page.says("10,00"), "{}", page.text);
    let answer = browser.post("/till/1/sale/pay", &[("mode", "cash")]).await;
    assert!(browser.follow(answer).await.says("facture FA-1"));
    assert!(browser.get("/invoices").await.says("Espèces"));
    let page = browser.get("/stock?q=tiramisu").await;
    assert!(
        page.text.contains(r#"name="stock" value="18""#),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_order_of_amounts_that_do_not_fit_together_can_be_paid() {
    let huge = "90000000000000000.00 EUR";
    let item = json!({ "product_name": "Regina", "sku_ref": "10003", "price": huge,
                       "quantity": "1.0", "subtotal": huge });
    let charge = json!({ "type": "delivery", "name": "Livraison", "price": huge });
    let order = json!({ "status": "accepted", "total": "-90000000000000000.00 EUR",
                        "items": [item, item], "charges": [charge, charge] });
    let (fake, _, mut browser) = with_order(order).await;
    for page in ["", "/payment", "/ticket"] {
        let page = browser.get(&format!("/till/1/orders/pjkg2k{page}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
    }
    browser.post("/till/1/orders/pjkg2k/done", &[]).await;
    assert_eq!(fake.status_of("pjkg2k"), "completed");
    assert_eq!(browser.get("/invoices").await.status, 200);
}

#[tokio::test]
async fn a_quantity_beyond_all_stock_empties_it() {
    let items = json!([{ "product_name": "Regina", "sku_ref": "10003", "price": "0.00 EUR",
                         "quantity": "900000000000.0" }]);
    let order = json!({ "status": "accepted", "items": items });
    let (fake, _, mut browser) = with_order(order).await;
    browser
        .post("/stock", &[("idart", "10003"), ("stock", "40")])
        .await;
    browser.post("/till/1/orders/pjkg2k/done", &[]).await;
    assert_eq!(fake.status_of("pjkg2k"), "completed");
    assert_eq!(browser.get("/invoices").await.status, 200);
}

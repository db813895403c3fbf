//! Where is the order? What is asked when an order has not reached whom it was for.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};

#[tokio::test]
async fn why_did_our_endpoint_get_it_and_show_nothing() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    desk.till("Kezia", Answer::Status(404)).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-404").await;
    call.search("CMD-1").await;
    call.expect(
        "Kezia a répondu 404 : l'événement compte comme reçu, mais l'application l'a refusé.",
    )
    .await;
}

#[tokio::test]
async fn why_does_the_till_that_fails_not_have_it() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    desk.till("Kezia", Answer::Status(500)).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-500").await;
    call.search("CMD-1").await;
    call.expect("Kezia est en panne (réponse 500). Prochain essai à")
        .await;
}

#[tokio::test]
async fn why_does_the_till_that_hangs_not_have_it() {
    let desk = Desk::open_with(&[("PASSEPLAT_EVENTS_TIMEOUT_SECONDS", "1")]).await;
    let shop = desk.connect("Site").await;
    desk.till("Kezia", Answer::Never).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-hangs").await;
    call.search("CMD-1").await;
    call.expect("Kezia n'a pas répondu (délai dépassé).").await;
}

#[tokio::test]
async fn why_does_the_till_that_is_switched_off_not_have_it() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    till.listen(Some("http://127.0.0.1:9/")).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-off").await;
    call.search("CMD-1").await;
    call.expect("Kezia est injoignable (connexion refusée).")
        .await;
}

#[tokio::test]
async fn why_does_the_till_with_a_mistyped_address_not_have_it() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    till.listen(Some("http://caisse.invalid/")).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-address").await;
    call.search("CMD-1").await;
    call.expect("L'adresse de Kezia n'existe pas (caisse.invalid).")
        .await;
}

#[tokio::test]
async fn why_does_the_till_that_does_not_ask_not_have_it() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    till.listen(None).await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-deaf").await;
    call.search("CMD-1").await;
    call.expect("En attente : Kezia n'a pas encore pris cette commande.")
        .await;
}

#[tokio::test]
async fn why_does_nobody_have_it() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    till.listen(None).await;
    let call = desk.call("desk-nowhere").await;
    disconnect(&call, "Kezia").await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-nowhere").await;
    call.search("CMD-1").await;
    call.expect("Cette commande n'est arrivée nulle part").await;
    call.expect("Kezia : Déconnectée le").await;
    call.expect("par Ana Martin, depuis le back-office").await;
    call.screen.pictures("commande").await;
}

/// Somebody disconnects an app, in words that the guides use.
async fn disconnect(call: &super::desk::Call, app: &str) {
    let screen = &call.screen;
    screen.click("CONNEXIONS").await;
    screen.click_near("Actions", app).await;
    screen.click_near("Déconnecter", app).await;
    screen.click("Confirmer").await;
    screen.expect_text("est déconnectée").await;
}

#[tokio::test]
async fn who_disconnected_the_till() {
    let desk = Desk::open().await;
    desk.connect("Kezia").await;
    disconnect(&desk.call("desk-who").await, "Kezia").await;
    let call = desk.call("desk-who").await;
    call.click("CONNEXIONS").await;
    call.expect("Connexions terminées").await;
    call.expect("par Ana Martin, depuis le back-office").await;
}

#[tokio::test]
async fn why_does_our_token_answer_401() {
    let desk = Desk::open().await;
    let till = desk.connect("Kezia").await;
    disconnect(&desk.call("desk-401").await, "Kezia").await;
    let refused = till.api.get::<Value>("/location", &[]).await;
    refused.expect_err("the connection has ended");
    let call = desk.call("desk-401").await;
    call.search(&till.id).await;
    call.expect("Déconnectée le").await;
}

#[tokio::test]
async fn why_is_it_blocked_and_by_whom() {
    let desk = Desk::open().await;
    desk.connect("Kezia").await;
    let before = desk.call("desk-blocked").await;
    before.screen.click("CONNEXIONS").await;
    before.screen.click_near("Actions", "Kezia").await;
    before.screen.click_near("Bloquer", "Kezia").await;
    before.screen.expect_text("est bloquée").await;
    let call = desk.call("desk-blocked").await;
    call.expect("Kezia est bloquée depuis le").await;
    call.click("CONNEXIONS").await;
    call.expect("Bloquée par Ana Martin le").await;
}

#[tokio::test]
async fn we_sent_it_and_you_do_not_have_it() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let item = json!({ "product_name": "Pizza", "price": "douze", "quantity": "1" });
    shop.refused_order("CMD-1", json!({ "items": [item] }))
        .await;
    let call = desk.call("desk-422").await;
    call.search("CMD-1").await;
    call.expect("Refusée : ce qui a été envoyé n'est pas valable. (items")
        .await;
    call.screen.pictures("refus").await;
}

#[tokio::test]
async fn our_developer_has_a_request_id_and_no_more() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let request = shop.failed_request(&desk.hub.url).await;
    let call = desk.call("desk-request").await;
    call.search(&request).await;
    call.expect("Refusée : ce qui est demandé n'existe pas, ou cette connexion n'y a pas accès.")
        .await;
}

#[tokio::test]
async fn the_till_has_the_order_and_not_its_change() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    till.listen(None).await;
    let order = shop.order("CMD-1", json!({})).await;
    let waiting: Value = till.api.get("/callback/events", &[]).await.unwrap();
    let event = waiting[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/callback/events/{event}");
    till.api.delete(&path).await.unwrap();
    shop.change(&order, json!({ "status": "cancelled" })).await;
    let call = desk.call("desk-behind").await;
    call.search("CMD-1").await;
    call.expect("Kezia a reçu la commande, mais pas encore ses dernières modifications.")
        .await;
}

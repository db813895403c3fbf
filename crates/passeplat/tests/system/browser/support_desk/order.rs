//! What is the matter with this order? What is asked when it is there.

use serde_json::json;

use super::desk::{Answer, Desk};

#[tokio::test]
async fn why_was_it_rejected() {
    let desk = Desk::open().await;
    let (shop, till) = (desk.connect("Site").await, desk.connect("Kezia").await);
    let order = shop.order("CMD-1", json!({})).await;
    let cause = json!({"epos": {"rejection": {"cause": "Code ref MAR-XL inconnu."}}});
    let patch = json!({ "status": "rejected", "custom_fields": cause });
    till.change(&order, patch).await;
    let call = desk.call("desk-rejected").await;
    call.expect("La commande CMD-1 a été rejetée : Code ref MAR-XL inconnu.")
        .await;
    call.search("CMD-1").await;
    call.expect("Le logiciel de caisse a rejeté cette commande.")
        .await;
    call.expect("Code ref MAR-XL inconnu.").await;
}

#[tokio::test]
async fn who_cancelled_it() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let till = desk.till("Kezia", Answer::Status(200)).await;
    let order = shop.order("CMD-1", json!({})).await;
    till.change(&order, json!({ "status": "cancelled" })).await;
    let call = desk.call("desk-cancelled").await;
    call.search("CMD-1").await;
    call.expect("Annulée par Kezia le").await;
    call.expect("Nouvelle → Annulée par Kezia").await;
    call.screen.pictures("annulee").await;
}

#[tokio::test]
async fn is_it_a_double() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let guest = json!({ "customer": { "first_name": "Ada", "phone": "06 12 34 56 78" } });
    shop.order("CMD-1", guest.clone()).await;
    shop.order("CMD-2", guest).await;
    let call = desk.call("desk-double").await;
    call.search("CMD-2").await;
    call.expect("Peut-être un doublon : la commande CMD-1, créée le")
        .await;
    call.expect("a le même client et le même montant.").await;
    call.click("Ouvrir CMD-1").await;
    call.expect("Commande CMD-1").await;
}

#[tokio::test]
async fn was_it_sent_twice() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let set = ["connection", "set", "--account", &desk.account];
    let rule = ["--connection", &shop.id, "--ref-window", "60"];
    desk.hub
        .admin(&[&set[..], &rule[..]].concat())
        .await
        .unwrap();
    shop.order("CMD-1", json!({})).await;
    shop.refused_order("CMD-1", json!({})).await;
    let call = desk.call("desk-twice").await;
    call.search("CMD-1").await;
    call.click("CMD-1").await;
    call.expect("Site a envoyé cette référence encore une fois le")
        .await;
}

#[tokio::test]
async fn why_has_the_customer_paid_too_much() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let payment = json!({ "type": "online", "amount": "13.50 EUR" });
    shop.order("CMD-1", json!({ "payments": [payment] })).await;
    let call = desk.call("desk-overpaid").await;
    call.search("CMD-1").await;
    call.expect("Trop-perçu 1,50 €").await;
}

#[tokio::test]
async fn why_is_the_total_another_than_ours() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    shop.order("CMD-1", json!({ "total": "11.00 EUR" })).await;
    let call = desk.call("desk-total").await;
    call.search("CMD-1").await;
    call.expect("Écart avec le total annoncé par l'application")
        .await;
}

#[tokio::test]
async fn is_it_paid() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    shop.order("CMD-1", json!({})).await;
    let call = desk.call("desk-unpaid").await;
    call.search("CMD-1").await;
    call.expect("Non payée").await;
}

#[tokio::test]
async fn why_did_the_courier_not_deliver_it() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    let order = shop.order("CMD-1", json!({})).await;
    shop.change(&order, json!({ "status": "delivery_failed" }))
        .await;
    let call = desk.call("desk-not-delivered").await;
    call.expect("La commande CMD-1 n'a pas pu être livrée.")
        .await;
    call.click("Voir").await;
    call.expect("par Site").await;
}

#[tokio::test]
async fn what_became_of_the_order_of_this_phone_number() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    desk.till("Kezia", Answer::Status(200)).await;
    let guest = json!({ "customer": { "first_name": "Ada", "phone": "+33 6 12 34 56 78" } });
    shop.order("CMD-1", guest).await;
    let call = desk.call("desk-phone").await;
    call.search("06 12 34 56 78").await;
    call.expect("Reçue par Kezia en").await;
}

#[tokio::test]
async fn what_became_of_the_order_of_madame_lovelace() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    desk.till("Kezia", Answer::Status(200)).await;
    let guest = json!({ "customer": { "first_name": "Ada", "last_name": "Lovelace" } });
    shop.order("CMD-1", guest).await;
    let call = desk.call("desk-name").await;
    call.search("lovelace").await;
    call.expect("Reçue par Kezia en").await;
}

#[tokio::test]
async fn the_guest_at_the_counter_has_a_code() {
    let desk = Desk::open().await;
    let shop = desk.connect("Site").await;
    shop.order("CMD-1", json!({ "collection_code": "A12" }))
        .await;
    let call = desk.call("desk-code").await;
    call.search("a12").await;
    call.expect("Commande CMD-1").await;
    call.expect("aucune application connectée ne reçoit les commandes")
        .await;
}

//! Who, and what else? What is asked of people, of stock and of settings.

use serde_json::{Value, json};

use super::desk::Desk;

#[tokio::test]
async fn who_gave_this_person_access() {
    let desk = Desk::open().await;
    let before = desk.call("desk-access").await;
    give_access(&before).await;
    let call = desk.call("desk-access").await;
    call.click("CONFIGURATION").await;
    call.click("JOURNAL D'AUDIT").await;
    call.expect("it@example.com").await;
    call.expect("Ana Martin").await;
}

#[tokio::test]
async fn why_can_our_technician_not_get_in() {
    let desk = Desk::open().await;
    give_access(&desk.call("desk-invited").await).await;
    let call = desk.call("desk-invited").await;
    call.click("CONFIGURATION").await;
    call.expect("it@example.com").await;
    call.expect("Invitation en attente").await;
}

/// Somebody invites a technician, in words that the guides use.
async fn give_access(call: &super::desk::Call) {
    let screen = &call.screen;
    screen.click("CONFIGURATION").await;
    screen.fill("E-mail", "it@example.com").await;
    screen.click("Ajouter l'utilisateur").await;
    screen.choose("Rôle", "Partenaire technique").await;
    screen.click("Définir les permissions").await;
    screen.expect_text("Invitation en attente").await;
}

#[tokio::test]
async fn which_app_changed_our_preparation_time() {
    let desk = Desk::open().await;
    let till = desk.connect("Kezia").await;
    let patch = json!({ "preparation_time": 45 });
    till.api.patch::<Value>("/location", &patch).await.unwrap();
    let call = desk.call("desk-preparation").await;
    call.click("CONNEXIONS").await;
    call.click_near("Actions", "Kezia").await;
    call.click_near("Voir les logs", "Kezia").await;
    call.expect("PATCH").await;
    call.expect("/v1/location").await;
}

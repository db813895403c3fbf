//! Developer Tools as its users, and the hub, see it.

use client::callbacks::sign;
use partners::developer_tools;
use serde_json::{Value, json};

use crate::browser::{Browser, Page, serve};
use crate::fake::{Fake, complete_order};

const NONCE: &str = "0123456789abcdef0123456789abcdef";

async fn start() -> (Fake, Browser) {
    let fake = Fake::start().await;
    let router = developer_tools::router(fake.settings("tools"))
        .await
        .unwrap();
    let browser = Browser::new(serve(router).await);
    (fake, browser)
}

/// Goes through the redirect flow.
async fn connect(browser: &mut Browser) -> Page {
    let away = browser.get("/connect").await;
    let (_, state) = away.location.split_once("&state=").unwrap();
    browser
        .get(&format!("/oauth/callback?code=good-code&state={state}"))
        .await
}

async fn connected() -> (Fake, Browser) {
    let (fake, mut browser) = start().await;
    connect(&mut browser).await;
    (fake, browser)
}

async fn deliver(browser: &mut Browser, event: &Value, secret: &str) -> u16 {
    let body = event.to_string();
    let signature = sign(&secret.into(), body.as_bytes());
    let headers =
        format!("Content-Type: application/json\r\nX-HubRise-Hmac-SHA256: {signature}\r\n");
    browser
        .send("POST", "/hub/callback", &headers, &body)
        .await
        .status
}

fn event(order: &str, status: &str) -> Value {
    let new_state = complete_order(json!({ "id": order, "status": status }));
    json!({ "id": "e1", "resource_type": "order", "event_type": "update",
            "app_instance_id": "inst1", "order_id": order, "location_id": "z8ed2-0",
            "new_state": new_state })
}

#[tokio::test]
async fn a_stranger_is_told_how_to_begin() {
    let (_, mut browser) = start().await;
    assert!(browser.get("/").await.says("Se connecter à Passeplat"));
}

#[tokio::test]
async fn connecting_shows_what_was_connected() {
    let (_, mut browser) = start().await;
    let answer = connect(&mut browser).await;
    let page = browser.follow(answer).await;
    for words in [
        "Versailles",
        "z8ed2-0",
        "1ep4g",
        "zj9v5",
        "Connexion établie",
    ] {
        assert!(page.says(words), "{words} in {}", page.text);
    }
}

#[tokio::test]
async fn who_comes_from_the_back_office_with_a_code_is_not_asked_again() {
    let (_, mut browser) = start().await;
    let answer = browser.get("/connect?error=access_denied").await;
    let page = browser.follow(answer).await;
    assert!(page.says("Vous avez refusé l'accès"), "{}", page.text);
    let answer = browser.get("/connect?code=good-code").await;
    let page = browser.follow(answer).await;
    assert!(page.says("Connexion établie"), "{}", page.text);
}

#[tokio::test]
async fn a_used_code_connects_nobody_else() {
    let (fake, mut browser) = start().await;
    fake.inner().knows_keys = true;
    browser.get("/connect?code=good-code").await;
    let answer = browser.get("/connect?code=good-code").await;
    let home = browser.follow(answer).await;
    let page = browser.follow(home).await;
    assert!(page.says("a expiré ou a déjà servi"), "{}", page.text);
}

#[tokio::test]
async fn connecting_sets_an_active_callback() {
    let (fake, _) = connected().await;
    let callback = fake.inner().callback.clone().unwrap();
    assert_eq!(callback["url"], "http://127.0.0.1:8101/hub/callback");
    assert_eq!(callback["events"]["order"], json!(["create", "update"]));
}

#[tokio::test]
async fn a_code_with_a_foreign_state_is_refused() {
    let (fake, mut browser) = start().await;
    browser.get("/connect").await;
    let page = browser
        .get("/oauth/callback?code=good-code&state=theirs")
        .await;
    assert_eq!((page.status, fake.inner().codes.len()), (400, 1));
}

#[tokio::test]
async fn a_refusal_is_said() {
    let (_, mut browser) = start().await;
    let away = browser.get("/connect").await;
    let (_, state) = away.location.split_once("&state=").unwrap();
    let back = format!("/oauth/callback?error=access_denied&state={state}");
    let answer = browser.get(&back).await;
    assert!(
        browser
            .follow(answer)
            .await
            .says("Vous avez refusé l'accès")
    );
}

#[tokio::test]
async fn an_order_carries_what_the_form_says() {
    let (fake, mut browser) = connected().await;
    let fields = [
        ("nonce", NONCE),
        ("service_type", "eat_in"),
        ("table_name", "T4"),
        ("margherita", "2"),
        ("margherita.burrata", "on"),
        ("deal", "on"),
        ("discount", "on"),
        ("delivery_charge", "on"),
        ("payment", "cash"),
        ("when", "at"),
        ("at", "2026-03-07T20:30"),
        ("first_name", "Ada"),
    ];
    let answer = browser.post("/i/inst1/orders", &fields).await;
    assert!(
        answer.location.starts_with("/i/inst1/orders/o1"),
        "{answer:?}"
    );
    let order = fake.inner().orders["o1"].clone();
    assert_eq!(order["items"][0]["options"][0]["price"], "3.00 EUR");
    assert_eq!(order["items"][1]["deal_line"]["deal_key"], "0");
    assert_eq!(order["deals"]["0"]["ref"], "DUO");
    assert_eq!(order["payments"][0]["amount"], "37.40 EUR");
    assert_eq!(order["payments"][0]["type"], "cash");
    assert_eq!(order["expected_time"], "2026-03-07T20:30:00+01:00");
    assert_eq!(order["custom_fields"]["restaurant"]["table_name"], "T4");
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_order() {
    let (fake, mut browser) = connected().await;
    let fields = [("nonce", NONCE), ("margherita", "1")];
    let first = browser.post("/i/inst1/orders", &fields).await;
    let again = browser.post("/i/inst1/orders", &fields).await;
    assert_eq!(fake.inner().orders.len(), 1);
    assert_eq!(
        first.location.split('?').next(),
        again.location.split('?').next()
    );
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_again() {
    let (fake, mut browser) = connected().await;
    fake.inner().lose_answer = true;
    let fields = [("nonce", NONCE), ("margherita", "1")];
    let page = browser.post("/i/inst1/orders", &fields).await;
    assert_eq!(page.status, 422);
    fake.inner().lose_answer = false;
    let answer = browser.post("/i/inst1/orders", &fields).await;
    assert!(
        answer.location.starts_with("/i/inst1/orders/o1"),
        "{answer:?}"
    );
    assert_eq!(fake.inner().orders.len(), 1);
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_sent_again_at_once() {
    let (fake, mut browser) = connected().await;
    fake.inner().lose_answer = true;
    let fields = [("nonce", NONCE), ("margherita", "1")];
    browser.post("/i/inst1/orders", &fields).await;
    assert_eq!(fake.times("POST /v1/location/orders"), 2);
    assert_eq!(fake.inner().orders.len(), 1);
}

#[tokio::test]
async fn an_empty_order_is_refused_and_the_form_keeps_what_was_typed() {
    let (fake, mut browser) = connected().await;
    let fields = [
        ("nonce", NONCE),
        ("margherita", "0"),
        ("last_name", "Lovelace"),
    ];
    let page = browser.post("/i/inst1/orders", &fields).await;
    assert!(page.says("Choisissez au moins un article") && page.says("Lovelace"));
    assert!(fake.inner().orders.is_empty());
}

#[tokio::test]
async fn the_hubs_field_errors_are_shown() {
    let (fake, mut browser) = connected().await;
    fake.inner().refuse = Some((422, "Validation failed".into()));
    let page = browser
        .post("/i/inst1/orders", &[("nonce", NONCE), ("eau", "1")])
        .await;
    assert!(
        page.says("Passeplat a refusé la demande. Validation failed"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_signed_event_is_shown() {
    let (_, mut browser) = connected().await;
    assert_eq!(
        deliver(&mut browser, &event("x1", "accepted"), "hush").await,
        200
    );
    let page = browser.get("/i/inst1/events").await;
    assert!(page.says("order.update") && page.says("Acceptée") && page.says("Signature valide"));
}

#[tokio::test]
async fn an_event_with_a_wrong_signature_is_refused() {
    let (_, mut browser) = connected().await;
    assert_eq!(
        deliver(&mut browser, &event("x1", "accepted"), "guess").await,
        401
    );
    assert!(browser.get("/i/inst1/events").await.says("Rien reçu"));
}

#[tokio::test]
async fn an_event_moves_the_order_in_the_list() {
    let (_, mut browser) = connected().await;
    browser
        .post("/i/inst1/orders", &[("nonce", NONCE), ("margherita", "1")])
        .await;
    deliver(&mut browser, &event("o1", "in_preparation"), "hush").await;
    assert!(browser.get("/i/inst1/orders").await.says("En préparation"));
}

#[tokio::test]
async fn a_status_button_changes_the_order() {
    let (fake, mut browser) = connected().await;
    browser
        .post("/i/inst1/orders", &[("nonce", NONCE), ("margherita", "1")])
        .await;
    browser
        .post("/i/inst1/orders/o1/status", &[("status", "cancelled")])
        .await;
    assert_eq!(fake.status_of("o1"), "cancelled");
}

#[tokio::test]
async fn an_order_page_outlives_the_hub() {
    let (fake, mut browser) = connected().await;
    browser
        .post("/i/inst1/orders", &[("nonce", NONCE), ("margherita", "1")])
        .await;
    fake.inner().refuse = Some((500, "oops".into()));
    let page = browser.get("/i/inst1/orders/o1").await;
    assert!(
        page.says("Dernier état connu") && page.says("Margherita"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn disconnecting_revokes_the_token() {
    let (fake, mut browser) = connected().await;
    browser.post("/connections/inst1/disconnect", &[]).await;
    assert_eq!(fake.inner().revoked, ["t0ken"]);
    assert_eq!(browser.get("/i/inst1").await.status, 404);
}

#[tokio::test]
async fn a_rumour_of_a_disconnection_is_checked() {
    let (_, mut browser) = connected().await;
    browser.get("/disconnect?app_instance_id=inst1").await;
    assert_eq!(browser.get("/i/inst1").await.status, 200);
}

#[tokio::test]
async fn a_true_disconnection_is_shown_with_its_hour() {
    let (fake, mut browser) = connected().await;
    let message = "The access token is invalid or the connection has been revoked";
    fake.inner().refuse = Some((401, message.into()));
    browser.get("/disconnect?app_instance_id=inst1").await;
    fake.inner().refuse = None;
    let page = browser.get("/i/inst1/orders").await;
    assert!(
        page.says("a été révoquée : connectez-vous de nouveau") && page.says("depuis 19:57"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn opening_leads_to_the_connection() {
    let (_, mut browser) = connected().await;
    let answer = browser.get("/open?app_instance_id=inst1").await;
    assert_eq!(answer.location, "/i/inst1");
}

#[tokio::test]
async fn english_is_remembered() {
    let (_, mut browser) = connected().await;
    browser.get("/i/inst1?lang=en").await;
    assert!(browser.get("/i/inst1/orders").await.says("No order yet"));
}

//! Kezia II as its users see it.

use std::time::Duration;

use partners::AppSettings;
use partners::kezia::{PollOutcome, Till};
use serde_json::json;

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
async fn with_order(more: serde_json::Value) -> (Fake, Till, Browser) {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    fake.place_order("pjkg2k", more);
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(1));
    (fake, till, browser)
}

#[tokio::test]
async fn the_authorise_link_is_out_of_band_and_opens_a_new_tab() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let page = browser.get("/settings/hub").await;
    assert!(page.says("Nouvelle Connexion à Passeplat"));
    assert!(
        page.text.contains("urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"),
        "{}",
        page.text
    );
    assert!(page.text.contains(r#"target="_blank""#));
}

#[tokio::test]
async fn a_pasted_code_shows_location_catalog_and_list() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let answer = browser
        .post("/settings/hub/code", &[("code", "  good-code ")])
        .await;
    let page = browser.follow(answer).await;
    for entity in ["Versailles (z8ed2-0)", "Carte (1ep4g)", "Clients (zj9v5)"] {
        assert!(page.says(entity), "{entity}");
    }
}

#[tokio::test]
async fn a_wrong_code_is_explained_and_stays_in_the_window() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let answer = browser
        .post("/settings/hub/code", &[("code", "old-code")])
        .await;
    let page = browser.follow(answer).await;
    assert!(page.says("Ce code n'est pas valable"), "{}", page.text);
    assert!(page.text.contains(r#"value="old-code""#));
}

#[tokio::test]
async fn a_code_that_was_just_entered_is_a_success_when_it_comes_again() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    for _ in 0..2 {
        let answer = browser
            .post("/settings/hub/code", &[("code", "good-code")])
            .await;
        let page = browser.follow(answer).await;
        assert!(page.says("Connexion établie"), "{}", page.text);
        assert!(!page.says("Ce code n'est pas valable"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_code_that_comes_twice_at_once_is_one_success() {
    let fake = Fake::start().await;
    let till = Till::open(fake.settings("kezia")).await.unwrap();
    let address = serve(till.router()).await;
    let (mut one, mut two) = (Browser::new(address), Browser::new(address));
    let fields = [("code", "good-code")];
    tokio::join!(
        one.post("/settings/hub/code", &fields),
        two.post("/settings/hub/code", &fields)
    );
    let page = one.get("/settings/hub").await;
    assert!(page.says("Versailles (z8ed2-0)"), "{}", page.text);
    assert!(!page.says("Ce code n'est pas valable"), "{}", page.text);
    assert_eq!(fake.times("POST /oauth2/v1/token"), 1);
}

#[tokio::test]
async fn an_exchange_whose_answer_is_lost_is_asked_for_again() {
    let fake = Fake::start().await;
    {
        let mut inner = fake.inner();
        inner.knows_keys = true;
        inner.lose_answer = true;
    }
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let answer = browser
        .post("/settings/hub/code", &[("code", "good-code")])
        .await;
    let page = browser.follow(answer).await;
    assert!(page.says("Connexion établie"), "{}", page.text);
    assert_eq!(fake.times("POST /oauth2/v1/token"), 2);
}

#[tokio::test]
async fn a_code_works_once() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    browser.post("/settings/hub/disconnect", &[]).await;
    let answer = browser
        .post("/settings/hub/code", &[("code", "good-code")])
        .await;
    assert!(browser.follow(answer).await.says("a déjà servi"));
}

#[tokio::test]
async fn the_tick_survives_the_way_to_the_hub_window() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    browser
        .post(WEB, &[("active", "on"), ("act", "configure")])
        .await;
    let page = browser.get(WEB).await;
    assert!(
        page.text.contains(r#"id="active" checked"#),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn nothing_counts_before_it_is_saved() {
    let fake = Fake::start().await;
    let settings = fake.settings("kezia");
    let (_, mut browser) = open(&settings).await;
    browser
        .post(WEB, &[("active", "on"), ("act", "configure")])
        .await;
    browser
        .post("/settings/hub/code", &[("code", "good-code")])
        .await;
    let (till, mut browser) = open(&settings).await;
    assert_eq!(till.poll_once().await, PollOutcome::Idle);
    assert!(
        browser
            .get("/settings/hub")
            .await
            .says("Nouvelle Connexion")
    );
}

#[tokio::test]
async fn closing_without_saving_gives_the_connection_back() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    browser
        .post("/settings/hub/code", &[("code", "good-code")])
        .await;
    browser.post("/settings/hub/close", &[]).await;
    assert_eq!(fake.inner().revoked, ["t0ken"]);
}

#[tokio::test]
async fn a_saved_connection_survives_a_restart() {
    let fake = Fake::start().await;
    let settings = fake.settings("kezia");
    let (_, mut browser) = open(&settings).await;
    connect(&mut browser).await;
    let (till, _) = open(&settings).await;
    assert_eq!(till.poll_once().await, PollOutcome::Fetched(0));
}

#[tokio::test]
async fn an_inactive_service_fetches_nothing() {
    let fake = Fake::start().await;
    let (till, mut browser) = open(&fake.settings("kezia")).await;
    connect(&mut browser).await;
    browser.post(WEB, &[("act", "save")]).await;
    assert_eq!(till.poll_once().await, PollOutcome::Idle);
}

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
async fn an_order_already_accepted_is_not_marked_received() {
    let (fake, _, _) = with_order(json!({ "status": "accepted" })).await;
    assert!(fake.inner().patches.is_empty());
}

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
async fn cash_is_not_paid() {
    let cash = json!({ "payments": [{ "type": "cash", "amount": "12.50 EUR" }] });
    let (_, _, mut browser) = with_order(cash).await;
    assert!(browser.get("/till/1/orders").await.says("Non Payée"));
}

#[tokio::test]
async fn no_payment_is_not_paid() {
    let (_, _, mut browser) = with_order(json!({ "payments": [] })).await;
    assert!(browser.get("/till/1/orders").await.says("Non Payée"));
}

#[tokio::test]
async fn a_card_is_paid() {
    let (_, _, mut browser) = with_order(json!({})).await;
    assert!(!browser.get("/till/1/orders").await.says("Non Payée"));
}

#[tokio::test]
async fn the_label_names_the_button_of_the_till() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let page = browser.get("/till/1").await;
    assert!(
        page.text
            .contains(r#"class="button key hot" href="/till/1/orders">Commandes Web"#)
    );
}

#[tokio::test]
async fn without_a_label_the_till_says_where_to_set_one() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let page = browser.get("/till/1").await;
    assert!(page.says("Donnez un libellé à MCU 1"), "{}", page.text);
}

#[tokio::test]
async fn a_known_article_is_ticked_and_taxed() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let page = browser.get("/till/1/orders/pjkg2k").await;
    assert!(
        page.says("Article reconnu") && page.says("11,36"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_unknown_article_keeps_its_line_without_tick() {
    let items = json!({ "items": [{ "product_name": "Mystère", "sku_ref": "NOPE",
        "price": "1.00 EUR", "quantity": "1.0" }] });
    let (_, _, mut browser) = with_order(items).await;
    let page = browser.get("/till/1/orders/pjkg2k").await;
    assert!(
        page.says("Mystère") && !page.says("Article reconnu"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn disconnecting_revokes_and_forgets() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    let answer = browser.post("/settings/hub/disconnect", &[]).await;
    assert!(browser.follow(answer).await.says("Nouvelle Connexion"));
    assert_eq!(fake.inner().revoked, ["t0ken"]);
    assert_eq!(till.poll_once().await, PollOutcome::Idle);
    assert!(!browser.get("/till/1/orders").await.says("LIVP-pjkg2k"));
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let page = browser
        .send("POST", "/settings/hub/code", form, "code=good-code")
        .await;
    assert_eq!((page.status, fake.inner().codes.len()), (403, 1));
}

#[tokio::test]
async fn the_brand_names_the_hub() {
    let fake = Fake::start().await;
    let mut settings = fake.settings("kezia");
    settings.hub_name = "HubRise".into();
    let (_, mut browser) = open(&settings).await;
    assert!(
        browser
            .get("/settings/hub")
            .await
            .says("Nouvelle Connexion à HubRise")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_state_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let fake = Fake::start().await;
    let settings = fake.settings("kezia");
    let (_, mut browser) = open(&settings).await;
    connect(&mut browser).await;
    let mode = std::fs::metadata(&settings.store_file)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

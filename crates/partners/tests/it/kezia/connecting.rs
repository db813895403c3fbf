//! Connecting the till, and ending the connection.

use partners::kezia::{PollOutcome, Till};
use serde_json::json;

use super::{WEB, connect, open, with_order};
use crate::browser::{Browser, serve};
use crate::fake::Fake;

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

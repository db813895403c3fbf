//! What the till refuses to send, and what it keeps while it cannot. What arrives at the hub is tested beside a
//! real one (`crates/passeplat/tests/system/apps/kezia`).

use serde_json::json;

use super::{open, with_order};
use crate::fake::Fake;

const TAB: &str = "/settings/hub-options";

#[tokio::test]
async fn without_a_connection_nothing_is_sent() {
    let fake = Fake::start().await;
    let (_, mut browser) = open(&fake.settings("kezia")).await;
    let answer = browser.post(&format!("{TAB}/io/articles"), &[]).await;
    assert!(browser.follow(answer).await.says("Non connecté."));
}

#[tokio::test]
async fn what_cannot_be_sent_now_is_listed_as_not_sent_yet() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    fake.inner().broken = Some("PUT".into());
    let answer = browser.post(&format!("{TAB}/io/articles"), &[]).await;
    assert!(browser.follow(answer).await.says("Pas encore envoyé"));
    let page = browser.get(&format!("{TAB}/export")).await;
    assert!(
        page.says("Envoi Articles") && page.says("Pas encore envoyé"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_newer_catalog_takes_the_place_of_one_that_waits() {
    let (fake, _, mut browser) = with_order(json!({})).await;
    fake.inner().broken = Some("PUT".into());
    for _ in 0..2 {
        browser.post(&format!("{TAB}/io/articles"), &[]).await;
    }
    let page = browser.get("/").await;
    assert!(page.says("1 action pas encore envoyée"), "{}", page.text);
}

#[tokio::test]
async fn an_obsolete_control_is_disabled_and_says_why() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let page = browser.get(&format!("{TAB}/io")).await;
    assert!(
        page.text
            .contains("<button disabled>Envoi Images sur Passeplat</button>")
    );
    assert!(page.says("Obsolète : les images se gèrent dans le catalogue du hub."));
}

#[tokio::test]
async fn a_column_of_numbers_needs_the_search_of_menus() {
    let (_, _, mut browser) = with_order(json!({})).await;
    assert!(!browser.get("/menus").await.says("90001</td>"));
    let fields = [("menu_numbers", "on")];
    browser.post("/settings/configuration", &fields).await;
    assert!(browser.get("/menus").await.says("90001</td>"));
}

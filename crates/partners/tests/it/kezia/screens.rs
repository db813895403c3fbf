//! What the screens say.

use serde_json::json;

use super::{open, with_order};
use crate::fake::Fake;

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

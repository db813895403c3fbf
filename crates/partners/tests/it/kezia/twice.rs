//! Buttons that are pressed twice, or in two windows.

use serde_json::json;

use super::{open, with_order};
use crate::browser::Browser;
use crate::fake::Fake;

/// The value of a hidden field of a page.
async fn field(browser: &mut Browser, path: &str, name: &str) -> String {
    let page = browser.get(path).await;
    let (_, rest) = page
        .text
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn new_till() -> (Fake, Browser) {
    let fake = Fake::start().await;
    let (_, browser) = open(&fake.settings("kezia")).await;
    (fake, browser)
}

#[tokio::test]
async fn an_order_that_is_sent_twice_is_written_once() {
    let (_fake, mut browser) = new_till().await;
    let number = field(&mut browser, "/orders/new", "form_number").await;
    let order = [
        ("form_number", number.as_str()),
        ("idart", "10003"),
        ("quantity-10003", "2"),
    ];
    browser.post("/orders/new", &order).await;
    let answer = browser.post("/orders/new", &order).await;
    let page = browser.follow(answer).await;
    assert!(page.says("déjà enregistrée") && page.says("CDE-1"));
    assert!(!page.says("CDE-2"));
}

#[tokio::test]
async fn an_order_of_articles_that_are_gone_is_not_written() {
    let (_fake, mut browser) = new_till().await;
    let order = [("idart", "99999"), ("quantity-99999", "2")];
    let answer = browser.post("/orders/new", &order).await;
    assert!(
        browser
            .follow(answer)
            .await
            .says("Il faut au moins un article")
    );
    assert!(!browser.get("/orders").await.says("CDE-1"));
}

#[tokio::test]
async fn a_customer_who_is_sent_twice_is_kept_once() {
    let (_fake, mut browser) = new_till().await;
    let number = field(&mut browser, "/customers/new", "form_number").await;
    let ada = [("form_number", number.as_str()), ("last_name", "Lovelace")];
    for _ in 0..2 {
        browser.post("/customers/new", &ada).await;
    }
    let page = browser.get("/customers").await;
    assert_eq!(page.text.matches("Lovelace").count(), 1, "{}", page.text);
}

#[tokio::test]
async fn a_sheet_that_is_sent_again_from_the_page_before_is_saved_again() {
    let (_fake, mut browser) = new_till().await;
    let number = field(&mut browser, "/articles/10003", "form_number").await;
    for name in ["Regina", "Regina bis"] {
        let sheet = [
            ("form_number", number.as_str()),
            ("name", name),
            ("price", "12,50"),
            ("rate", "10"),
            ("category", "3"),
        ];
        browser.post("/articles/10003", &sheet).await;
    }
    assert!(browser.get("/articles/10003").await.says("Regina bis"));
}

#[tokio::test]
async fn an_article_of_a_category_that_is_gone_is_not_saved() {
    let (_fake, mut browser) = new_till().await;
    let sheet = [
        ("name", "Regina"),
        ("price", "12,50"),
        ("rate", "10"),
        ("category", "999"),
    ];
    let answer = browser.post("/articles/new", &sheet).await;
    assert!(
        browser
            .follow(answer)
            .await
            .says("Choisissez une sous-famille")
    );
}

#[tokio::test]
async fn a_delay_that_is_pressed_twice_delays_once() {
    let (fake, _, mut browser) = with_order(json!({ "status": "accepted" })).await;
    let list = "/till/1/orders?order=pjkg2k";
    let confirmed = field(&mut browser, list, "confirmed").await;
    let late = [("minutes", "15"), ("confirmed", confirmed.as_str())];
    let path = "/till/1/orders/pjkg2k/late";
    browser.post(path, &late).await;
    let answer = browser.post(path, &late).await;
    assert!(browser.follow(answer).await.says("a déjà changé"));
    let expected = json!({ "confirmed_time": "2026-03-07T20:45:00+01:00" });
    assert_eq!(fake.inner().patches.last(), Some(&expected));
    // Who has seen the new time can delay once more.
    let confirmed = field(&mut browser, list, "confirmed").await;
    let late = [("minutes", "15"), ("confirmed", confirmed.as_str())];
    browser.post(path, &late).await;
    let expected = json!({ "confirmed_time": "2026-03-07T21:00:00+01:00" });
    assert_eq!(fake.inner().patches.last(), Some(&expected));
}

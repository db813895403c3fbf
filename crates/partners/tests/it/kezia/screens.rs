//! What the screens say.

use partners::kezia::PollOutcome;
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

/// An order of one Regina, under a ref.
fn regina(reference: &str) -> serde_json::Value {
    json!({ "items": [{ "product_name": "Regina", "sku_ref": reference, "price": "12.50 EUR",
                        "quantity": "1.0", "tax_rate": "10.0" }] })
}

/// The IDART of **Regina 33 cm** in the starting assortment.
const REGINA: &str = "10003";

#[tokio::test]
async fn a_known_article_is_ticked_and_taxed() {
    let (_, _, mut browser) = with_order(regina(REGINA)).await;
    let page = browser.get("/till/1/orders/pjkg2k").await;
    assert!(
        page.says("Article reconnu") && page.says("11,36"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn an_internal_code_is_known_once_articles_are_matched_by_codes() {
    let (_, _, mut browser) = with_order(regina("REG-33")).await;
    let detail = "/till/1/orders/pjkg2k";
    assert!(!browser.get(detail).await.says("Article reconnu"));
    let options = "/settings/hub-options/options/save";
    browser.post(options, &[("by_code", "on")]).await;
    assert!(browser.get(detail).await.says("Article reconnu"));
}

#[tokio::test]
async fn an_item_of_the_hub_is_known_once_its_association_is_validated() {
    let (_, _, mut browser) = with_order(regina("REG")).await;
    let tab = "/settings/hub-options/maintenance";
    let answer = browser.post(&format!("{tab}/fill"), &[]).await;
    let page = browser.follow(answer).await;
    assert!(page.says("1 articles lus"), "{}", page.text);
    let detail = "/till/1/orders/pjkg2k";
    assert!(!browser.get(detail).await.says("Article reconnu"));
    let fields = [("ref", "REG"), ("idart", REGINA)];
    let answer = browser.post(&format!("{tab}/validate"), &fields).await;
    assert!(browser.follow(answer).await.says("Validé"));
    assert!(browser.get(detail).await.says("Article reconnu"));
}

#[tokio::test]
async fn items_of_the_same_name_wait_to_be_validated() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let article = [
        ("name", "Regina"),
        ("price", "12,50"),
        ("rate", "10"),
        ("category", "3"),
    ];
    browser.post("/articles/new", &article).await;
    let tab = "/settings/hub-options/maintenance";
    let answer = browser.post(&format!("{tab}/fill"), &[]).await;
    let page = browser.follow(answer).await;
    assert!(page.says("En attente de validation"), "{}", page.text);
    browser.post(&format!("{tab}/validate-all"), &[]).await;
    assert!(!browser.get(tab).await.says("En attente de validation"));
}

#[tokio::test]
async fn charges_of_delivery_are_one_line() {
    let charges =
        json!({ "charges": [{ "name": "Livraison", "type": "delivery", "price": "2.90 EUR" }] });
    let (_, _, mut browser) = with_order(charges).await;
    let page = browser.get("/till/1/orders/pjkg2k").await;
    assert!(
        page.says("FRAIS DE PORT TTC") && page.says("2,90"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn notes_are_the_memo_of_the_order_and_the_nota_of_its_lines() {
    let order = json!({ "customer_notes": "Deuxième étage", "items": [{ "product_name": "Regina",
        "price": "12.50 EUR", "quantity": "1.0", "customer_notes": "bien cuite" }] });
    let (_, _, mut browser) = with_order(order).await;
    let page = browser.get("/till/1/orders/pjkg2k").await;
    assert!(
        page.says("MEMO : « Deuxième étage »") && page.says("bien cuite"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_filter_shows_what_fits_and_says_how_many() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    fake.place_order(
        "second",
        json!({ "status": "accepted", "service_type": "collection" }),
    );
    till.poll_once().await;
    let page = browser.get("/till/1/orders?filter=accepted").await;
    assert!(
        page.says("row-second") && !page.says("row-pjkg2k"),
        "{}",
        page.text
    );
    assert!(page.says("En attente <span>1</span>"), "{}", page.text);
}

#[tokio::test]
async fn every_screen_is_there_in_both_languages() {
    let (_, _, mut browser) = with_order(json!({})).await;
    for page in [
        "/",
        "/till",
        "/till/1",
        "/till/1/orders",
        "/till/1/orders/pjkg2k",
        "/till/1/orders/pjkg2k/ticket",
        "/till/1/orders/pjkg2k/payment",
        "/articles",
        "/articles?q=pizza",
        "/articles/10001",
        "/articles/10001?tab=settings",
        "/articles/10001?tab=preparation",
        "/articles/new",
        "/menus",
        "/stock",
        "/customers",
        "/customers/new",
        "/orders",
        "/orders/new",
        "/invoices",
        "/not-here/statistics",
        "/settings/configuration",
        "/settings/web-orders",
        "/settings/hub",
        "/settings/hub-options/io",
        "/settings/hub-options/options",
        "/settings/hub-options/sync",
        "/settings/hub-options/export",
        "/settings/hub-options/maintenance",
        "/settings/hub-options/invoices",
    ] {
        for language in ["fr", "en"] {
            let separator = if page.contains('?') { '&' } else { '?' };
            let shown = browser
                .get(&format!("{page}{separator}lang={language}"))
                .await;
            assert_eq!(shown.status, 200, "{page}: {}", shown.text);
        }
    }
}

#[tokio::test]
async fn a_part_that_is_not_there_says_what_it_would_be() {
    let (_, _, mut browser) = with_order(json!({})).await;
    let page = browser.get("/").await;
    assert!(page.says("STATISTIQUES") && page.says("/not-here/statistics"));
    let page = browser.get("/not-here/statistics").await;
    assert!(page.says("n'existe pas sur ce poste"), "{}", page.text);
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
async fn orders_that_do_not_fit_are_on_the_next_page() {
    let (fake, till, mut browser) = with_order(json!({})).await;
    for number in 0..120 {
        fake.place_order(&format!("n{number}"), json!({}));
    }
    while till.poll_once().await != PollOutcome::Fetched(0) {}
    let mut listed = std::collections::BTreeSet::new();
    let mut link = Some("/till/1/orders?filter=waiting".to_owned());
    let mut pages = 0;
    while let Some(path) = link {
        let page = browser.get(&path).await;
        let ids = page.text.split("id=\"row-").skip(1);
        listed.extend(ids.map(|rest| rest.split_once('"').unwrap().0.to_owned()));
        pages += 1;
        let next = page.text.split_once(">Suivantes</a>");
        let next = next.and_then(|(before, _)| before.rsplit_once("href=\""));
        link = next.map(|(_, link)| {
            let query = link.trim_end_matches('"').replace("&#38;", "&");
            format!("/till/1/orders{query}")
        });
    }
    assert_eq!((listed.len(), pages), (121, 2));
}

#[tokio::test]
async fn what_no_page_sends_is_answered_with_a_page() {
    let (_, _, mut browser) = with_order(json!({})).await;
    for path in ["/documents/99999999999999999999", "/documents/x"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.says("<html"), "{}", page.text);
    }
    let broken = "x\r\ny";
    for (path, field) in [("/till/1/sale/add", "shelf"), ("/articles/10003", "tab")] {
        let mut fields = vec![("idart", "10003"), (field, broken)];
        fields.extend([
            ("name", "Regina"),
            ("price", "1"),
            ("rate", "10"),
            ("category", "3"),
        ]);
        let answer = browser.post(path, &fields).await;
        assert_eq!(browser.follow(answer).await.status, 200, "{path}");
    }
}

//! POS HELPER against a hub with faults.

use partners::AppSettings;
use partners::kezia::PollOutcome;
use partners::kit::clock::Clock;
use partners::pos_helper::{EventIntake, PosHelper};
use serde_json::json;

use crate::browser::{Browser, Page, serve};
use crate::fake::Fake;

struct Place {
    fake: Fake,
    settings: AppSettings,
    pos: PosHelper,
    browser: Browser,
}

impl Place {
    async fn start() -> Place {
        let fake = Fake::start().await;
        let settings = fake.settings("pos-helper");
        let pos = PosHelper::open(settings.clone(), EventIntake::Stream).unwrap();
        let browser = Browser::new(serve(pos.router()).await);
        Place {
            fake,
            settings,
            pos,
            browser,
        }
    }

    async fn connected() -> Place {
        let mut place = Place::start().await;
        place
            .browser
            .post("/connect/code", &[("code", "good-code")])
            .await;
        place
    }

    /// A place with one order that has come.
    async fn with_order(more: serde_json::Value) -> Place {
        let place = Place::connected().await;
        place.fake.place_order("a1", more);
        assert_eq!(place.pos.poll_once().await, PollOutcome::Fetched(1));
        place
    }

    async fn press(&mut self, from: &str) -> Page {
        let answer = self
            .browser
            .post("/board/a1/advance", &[("from", from)])
            .await;
        self.browser.follow(answer).await
    }

    fn wait_minutes(&self, minutes: i64) {
        let Clock::Manual(seconds) = &self.settings.clock else {
            panic!("the clock of tests is set by hand");
        };
        seconds.fetch_add(minutes * 60, std::sync::atomic::Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_ticket_goes_from_column_to_column_until_it_is_done() {
    let mut place = Place::with_order(json!({ "service_type": "collection" })).await;
    assert_eq!(place.fake.status_of("a1"), "received");
    for (from, to) in [
        ("received", "accepted"),
        ("accepted", "in_preparation"),
        ("in_preparation", "awaiting_collection"),
        ("awaiting_collection", "completed"),
    ] {
        place.press(from).await;
        assert_eq!(place.fake.status_of("a1"), to);
    }
    assert!(!place.browser.get("/board").await.says("t-a1"));
}

#[tokio::test]
async fn a_delivery_that_is_ready_waits_for_shipment() {
    let mut place = Place::with_order(json!({ "status": "in_preparation" })).await;
    place.press("in_preparation").await;
    assert_eq!(place.fake.status_of("a1"), "awaiting_shipment");
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_makes_one_step() {
    let mut place = Place::with_order(json!({})).await;
    place.press("received").await;
    let page = place.press("received").await;
    assert!(page.says("LIVP-a1 a déjà changé : Acceptée."));
    assert_eq!(place.fake.status_of("a1"), "accepted");
}

#[tokio::test]
async fn a_new_order_can_be_rejected() {
    let mut place = Place::with_order(json!({})).await;
    place.browser.post("/board/a1/reject", &[]).await;
    assert_eq!(place.fake.status_of("a1"), "rejected");
}

#[tokio::test]
async fn the_ticket_that_was_done_last_can_be_recalled() {
    let mut place = Place::with_order(json!({ "status": "awaiting_shipment" })).await;
    let page = place.press("awaiting_shipment").await;
    assert!(page.says("Rappeler LIVP-a1"));
    let answer = place.browser.post("/board/recall", &[]).await;
    assert!(place.browser.follow(answer).await.says("t-a1"));
    assert_eq!(place.fake.status_of("a1"), "awaiting_shipment");
}

#[tokio::test]
async fn a_ticket_can_be_recalled_while_the_line_is_down() {
    let mut place = Place::with_order(json!({ "status": "awaiting_shipment" })).await;
    place.press("awaiting_shipment").await;
    place.fake.inner().broken = Some("PATCH".into());
    let answer = place.browser.post("/board/recall", &[]).await;
    let page = place.browser.follow(answer).await;
    assert!(page.says("t-a1") && page.says("Pas encore envoyé"));
    place.fake.inner().broken = None;
    place.pos.poll_once().await;
    assert_eq!(place.fake.status_of("a1"), "awaiting_shipment");
}

#[tokio::test]
async fn a_ticket_has_two_clocks_and_says_in_words_how_urgent_it_is() {
    let mut place = Place::with_order(json!({})).await;
    for (minutes, since, due, word) in [
        (0, "depuis 0 min", "20:30 · dans 33 min", "À l'heure"),
        (25, "depuis 25 min", "20:30 · dans 8 min", "Bientôt"),
        (15, "depuis 40 min", "20:30 · dépassé de 7 min", "En retard"),
    ] {
        place.wait_minutes(minutes);
        let page = place.browser.get("/board").await;
        assert!(page.says(since), "{since}");
        assert!(page.says(due), "{due}");
        assert!(page.says(word), "{word}");
    }
}

#[tokio::test]
async fn the_same_lines_of_several_tickets_are_combined() {
    let place = Place::connected().await;
    for id in ["a1", "a2"] {
        place.fake.place_order(id, json!({}));
    }
    place.pos.poll_once().await;
    let mut browser = place.browser;
    let page = browser.get("/board").await;
    assert!(page.says("2 ×</b> <span>Regina"));
    assert!(page.says("LIVP-a1, LIVP-a2"));
}

#[tokio::test]
async fn a_ticket_begins_with_the_platform_and_its_service_ref() {
    let mut place = Place::with_order(json!({ "service_type_ref": "Plateforme - Marque A" })).await;
    let page = place.browser.get("/tickets/a1").await;
    let paper = page.text.split_once("class=\"paper\"").unwrap().1;
    let (platform, service) = (
        paper.find("LivePepper").unwrap(),
        paper.find("Plateforme - Marque A").unwrap(),
    );
    assert!(platform < service && service < paper.find("LIVP-a1").unwrap());
}

#[tokio::test]
async fn there_is_a_label_for_each_item() {
    let items = json!([{ "product_name": "Regina", "price": "12.50 EUR", "quantity": "3.0" }]);
    let mut place = Place::with_order(json!({ "items": items })).await;
    let page = place.browser.get("/sales/labels").await;
    assert_eq!(page.text.matches("class=\"label\"").count(), 3);
    assert!(page.says("1/3") && page.says("3/3"));
}

#[tokio::test]
async fn a_list_has_the_sales_of_its_kind_with_their_total() {
    let place = Place::connected().await;
    for (id, channel) in [("a1", "LivePepper"), ("a2", "Borne 1"), ("a3", "Site web")] {
        place.fake.place_order(id, json!({ "channel": channel }));
    }
    place.pos.poll_once().await;
    let mut browser = place.browser;
    for (list, code, total) in [
        ("internet", "LIVP-a3", "12,50"),
        ("kiosk", "LIVP-a2", "12,50"),
        ("partner-deliveries", "LIVP-a1", "12,50"),
        ("all?q=livp-a2", "LIVP-a2", "12,50"),
        ("all", "LIVP-a1", "37,50"),
    ] {
        let page = browser.get(&format!("/sales/{list}")).await;
        assert!(page.says(&format!(">{code}</a>")), "{code} in {list}");
        assert!(page.says(&format!("<strong>{total}")), "{total} in {list}");
        let rows = page.text.matches("href=\"/tickets/").count();
        assert_eq!(rows, if list == "all" { 3 + 1 } else { 1 + 1 });
    }
}

#[tokio::test]
async fn somebody_can_say_what_a_channel_is() {
    let mut place = Place::with_order(json!({})).await;
    let channel = [("channel", "LivePepper")];
    place
        .browser
        .post("/sales/partners/internet", &channel)
        .await;
    let page = place.browser.get("/sales/internet").await;
    assert!(page.says(">LIVP-a1</a>"));
}

#[tokio::test]
async fn older_sales_are_on_the_next_page() {
    let place = Place::connected().await;
    for number in 0..55 {
        place.fake.place_order(&format!("n{number}"), json!({}));
    }
    place.pos.poll_once().await;
    let mut browser = place.browser;
    let page = browser.get("/sales/all").await;
    assert!(page.says("55 ventes") && !page.says(">LIVP-n0</a>"));
    let page = browser.get("/sales/all?before=6").await;
    assert!(page.says(">LIVP-n0</a>"));
    assert!(!page.says("Plus anciennes"));
}

#[tokio::test]
async fn a_blocked_connection_is_not_called_connected() {
    let mut place = Place::connected().await;
    let page = place.browser.get("/sales/integration").await;
    assert!(page.says("<strong>Hubrise Connecté</strong>"));
    place.fake.inner().refuse = Some((401, "Connection is blocked".into()));
    let page = place.browser.get("/sales/integration").await;
    assert!(!page.says("<strong>Hubrise Connecté</strong>"));
    assert!(page.says("Connection is blocked"));
}

#[tokio::test]
async fn a_hub_that_cannot_be_reached_is_not_called_connected() {
    let mut place = Place::connected().await;
    place.fake.inner().broken = Some(String::new());
    let page = place.browser.get("/sales/integration").await;
    assert!(page.says("Hub injoignable depuis"));
    assert!(!page.says("<strong>Hubrise Connecté</strong>"));
}

#[tokio::test]
async fn every_page_is_there_in_both_languages_before_and_after_the_first_order() {
    let mut place = Place::start().await;
    for round in 0..2 {
        for path in [
            "/",
            "/board",
            "/stats",
            "/products",
            "/customers",
            "/admin",
            "/sales/all",
            "/sales/partners",
            "/sales/labels",
            "/sales/integration",
        ] {
            for language in ["fr", "en"] {
                let page = place.browser.get(&format!("{path}?lang={language}")).await;
                assert_eq!(page.status, 200, "{path} in {language}");
                assert!(page.says("POS HELPER"));
            }
        }
        if round == 0 {
            let code = [("code", "good-code")];
            place.browser.post("/connect/code", &code).await;
            place.fake.place_order("a1", json!({}));
            place.pos.poll_once().await;
        }
    }
}

/// A place with two orders that are done: `a1`, and a minute later `a2`.
async fn with_two_done() -> Place {
    let mut place = Place::with_order(json!({ "status": "awaiting_shipment" })).await;
    place
        .fake
        .place_order("a2", json!({ "status": "awaiting_shipment" }));
    place.pos.poll_once().await;
    for id in ["a1", "a2"] {
        let from = [("from", "awaiting_shipment")];
        place
            .browser
            .post(&format!("/board/{id}/advance"), &from)
            .await;
        place.wait_minutes(1);
    }
    place
}

#[tokio::test]
async fn a_recall_that_is_pressed_twice_brings_back_one_ticket() {
    let mut place = with_two_done().await;
    for _ in 0..2 {
        place
            .browser
            .post("/board/recall", &[("order", "a2")])
            .await;
    }
    assert_eq!(place.fake.status_of("a2"), "awaiting_shipment");
    assert_eq!(place.fake.status_of("a1"), "completed");
}

#[tokio::test]
async fn a_ticket_that_was_cancelled_meanwhile_is_not_recalled() {
    let mut place = with_two_done().await;
    place
        .fake
        .place_order("a2", json!({ "status": "cancelled" }));
    place.fake.inner().events.last_mut().unwrap()["id"] = json!("e-cancelled");
    place.pos.poll_once().await;
    let page = place.browser.get("/board").await;
    assert!(page.says("Rappeler LIVP-a1"), "{}", page.text);
}

#[tokio::test]
async fn a_full_board_says_how_many_tickets_are_not_on_it() {
    let place = Place::connected().await;
    for number in 0..303 {
        place.fake.place_order(&format!("n{number}"), json!({}));
    }
    while place.pos.poll_once().await != PollOutcome::Fetched(0) {}
    let mut browser = place.browser;
    let page = browser.get("/board").await;
    assert!(page.says("Le tableau est plein"), "{}", page.text);
    assert!(page.says("<strong>3</strong>"));
}

#[tokio::test]
async fn amounts_that_do_not_fit_together_leave_the_lists_readable() {
    let place = Place::connected().await;
    for id in ["a1", "a2", "a3"] {
        let huge = json!({ "total": "90000000000000000.00 EUR" });
        place.fake.place_order(id, huge);
    }
    place.pos.poll_once().await;
    let mut browser = place.browser;
    for path in ["/sales/all", "/sales/partners", "/stats", "/customers"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_line_of_many_tickets_names_the_first_of_them() {
    let place = Place::connected().await;
    for number in 10..25 {
        place.fake.place_order(&format!("n{number}"), json!({}));
    }
    place.pos.poll_once().await;
    let mut browser = place.browser;
    let page = browser.get("/board").await;
    assert!(page.says("LIVP-n21 +3"), "{}", page.text);
}

//! Zelty Bridge between a real hub and the stand-in of Zelty.

use std::sync::Arc;
use std::time::Duration;

use client::order::{Money, NewItem, NewOrder, Order, OrderStatus};
use partners::kit::clock::Clock;
use partners::kit::settings::{AppSettings, HubUrls};
use partners::zelty_api::ZeltySettings;
use partners::zelty_bridge::BridgeSettings;
use partners::zelty_service::{ServiceRecord, ServiceSettings, ZeltyService};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::browser::{Browser, Page};
use super::{Place, on_postgresql, on_sqlite};

/// A restaurant of the stand-in, and one of its dishes.
const RESTAURANT: i64 = 5146;
const MARGHERITA: &str = "1974";

/// A dish that the stand-in does not have.
const NEW_DISH: &str = "999999";

/// A hub, the bridge, and the stand-in, in which somebody works.
struct Bridged {
    place: Place,
    zelty: ZeltyService,
    /// The key of the restaurant.
    key: String,
    browser: Browser,
    /// The bridge's page of the connection.
    page: String,
    _folder: TempDir,
}

impl Bridged {
    /// The bridge with the token of the place, before step 1.
    async fn start((place, folder): (Place, TempDir)) -> Bridged {
        let clock = Clock::Real;
        let zelty = ZeltyService::open(ServiceSettings {
            database: None,
            clock: Arc::new(move || clock.now()),
            is_limited: false,
        })
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let zelty_url = format!("http://{}", listener.local_addr().unwrap());
        let served = zelty.clone();
        tokio::spawn(async move { served.serve(listener).await });

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let urls = HubUrls::from_base(&place.url());
        let (own, file) = (format!("http://{address}"), folder.path().join("bridge.db"));
        let mut settings = AppSettings::new(&urls, "bridge", "secret", own, file);
        settings.access_token = Some(place.token.as_str().into());
        let mut settings = BridgeSettings::new(settings, ZeltySettings::new(zelty_url));
        settings.look_interval = Duration::from_secs(1);
        tokio::spawn(async move { partners::zelty_bridge::serve(listener, settings).await });
        place.wait_for_subscription().await;
        let location: Value = place.shop.get("/location", &[]).await.unwrap();
        Bridged {
            key: zelty.create_key(Some(RESTAURANT)).unwrap(),
            browser: Browser::new(address),
            page: format!("/c/{}", location["id"].as_str().unwrap()),
            place,
            zelty,
            _folder: folder,
        }
    }

    /// The bridge after step 1.
    async fn set_up(place: (Place, TempDir)) -> Bridged {
        let mut bridged = Bridged::start(place).await;
        let key = bridged.key.clone();
        let answer = bridged.enter(&[("api_key", &key)]).await;
        assert!(
            bridged
                .browser
                .follow(answer)
                .await
                .says("Clé API acceptée")
        );
        bridged
    }

    /// Step 1.
    async fn enter(&mut self, fields: &[(&str, &str)]) -> Page {
        self.browser
            .post(&format!("{}/setup", self.page), fields)
            .await
    }

    async fn configure(&mut self, options: &[(&str, &str)]) {
        let page = format!("{}/configuration", self.page);
        let answer = self.browser.post(&page, options).await;
        assert!(
            self.browser
                .follow(answer)
                .await
                .says("Configuration enregistrée")
        );
    }

    async fn order(&self, sku_ref: &str, quantity: i64) -> Order {
        let price = Money::parse("9.50 EUR").unwrap();
        let item = NewItem::new("Margherita", price, quantity).sku_ref(sku_ref);
        let order = NewOrder::new(OrderStatus::New).item(item);
        self.place.shop.create_order(&order).await.unwrap()
    }

    /// The shop changes an order.
    async fn change(&self, order: &Order, change: Value) {
        let path = format!("/location/orders/{}", order.id);
        let _: Value = self.place.shop.patch(&path, &change).await.unwrap();
    }

    async fn count_hub_orders(&self) -> usize {
        let shop = &self.place.shop;
        let orders: Vec<Value> = shop.get("/location/orders", &[]).await.unwrap();
        orders.len()
    }

    /// The till's only order.
    fn till_order(&self) -> Value {
        let mut orders = self.zelty.records(ServiceRecord::Order).unwrap();
        assert_eq!(orders.len(), 1);
        orders.remove(0)
    }

    /// Waits until the till's only order is as it should be.
    async fn wait_for_till(&self, is_so: impl Fn(&Value) -> bool) {
        while !is_so(&self.till_order()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a page of the connection says something, and answers it.
    async fn wait_until_said(&mut self, path: &str, words: &str) -> Page {
        loop {
            let page = self.browser.get(&format!("{}{path}", self.page)).await;
            if page.says(words) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z3_z4_orders_are_answered_on_sqlite() {
    orders_are_answered(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z3_z4_orders_are_answered_on_postgresql() {
    if let Some(place) = on_postgresql("orders_are_answered").await {
        orders_are_answered(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z1_a_brand_chooses_its_restaurant_on_sqlite() {
    a_brand_chooses(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z1_a_brand_chooses_its_restaurant_on_postgresql() {
    if let Some(place) = on_postgresql("a_brand_chooses").await {
        a_brand_chooses(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z2_reset_keeps_operations_on_sqlite() {
    reset_keeps_operations(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z2_reset_keeps_operations_on_postgresql() {
    if let Some(place) = on_postgresql("reset_keeps_operations").await {
        reset_keeps_operations(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z7_the_kitchen_begins_and_an_order_is_closed_when_paid_on_sqlite() {
    kitchen_begins(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z7_the_kitchen_begins_and_an_order_is_closed_when_paid_on_postgresql() {
    if let Some(place) = on_postgresql("kitchen_begins").await {
        kitchen_begins(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z8_what_the_till_refused_can_be_tried_again_on_sqlite() {
    refused_lines(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z8_what_the_till_refused_can_be_tried_again_on_postgresql() {
    if let Some(place) = on_postgresql("refused_lines").await {
        refused_lines(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z9_an_order_of_the_till_comes_only_when_wanted_on_sqlite() {
    till_orders(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z9_an_order_of_the_till_comes_only_when_wanted_on_postgresql() {
    if let Some(place) = on_postgresql("till_orders").await {
        till_orders(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z12_order_acceptance_is_told_only_when_ticked_on_sqlite() {
    acceptance(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z12_order_acceptance_is_told_only_when_ticked_on_postgresql() {
    if let Some(place) = on_postgresql("acceptance").await {
        acceptance(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z14_a_deactivated_key_is_shown_and_no_order_is_lost_on_sqlite() {
    deactivation(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z14_a_deactivated_key_is_shown_and_no_order_is_lost_on_postgresql() {
    if let Some(place) = on_postgresql("deactivation").await {
        deactivation(place).await;
    }
}

async fn orders_are_answered(place: (Place, TempDir)) {
    let mut bridged = Bridged::start(place).await;
    let good = bridged.order(MARGHERITA, 2).await;
    let answer = bridged.enter(&[("api_key", "wrong")]).await;
    assert!(answer.says("Zelty ne connaît pas cette clé API"));
    let key = bridged.key.clone();
    let answer = bridged.enter(&[("api_key", &key)]).await;
    assert!(
        bridged
            .browser
            .follow(answer)
            .await
            .says("Clé API acceptée")
    );

    bridged.place.wait_for(&good, OrderStatus::Accepted).await;
    let bad = bridged.order(NEW_DISH, 1).await;
    bridged.place.wait_for(&bad, OrderStatus::Rejected).await;
    let bad: Order = bridged.place.shop.order(bad.id.as_str()).await.unwrap();
    let fields = serde_json::to_value(&bad.custom_fields).unwrap();
    let cause = fields["epos"]["rejection"]["cause"].as_str().unwrap();
    assert!(cause.contains("Margherita") && cause.contains(NEW_DISH));

    let order = bridged.till_order();
    assert_eq!(order["remote_id"], good.id.as_str());
    assert_eq!(order["items"].as_array().unwrap().len(), 2);
    let list = bridged.wait_until_said("?list=1", "Refusée").await;
    assert!(list.says("Envoi de la commande"));
}

async fn a_brand_chooses(place: (Place, TempDir)) {
    let mut bridged = Bridged::start(place).await;
    let key = bridged.zelty.create_key(None).unwrap();
    let answer = bridged.enter(&[("api_key", &key)]).await;
    assert!(answer.says("choisissez le restaurant"));
    // The key does not come back to the browser.
    assert!(!answer.text.contains(&key));
    let answer = bridged.enter(&[("restaurant", "5134")]).await;
    let page = bridged.browser.follow(answer).await;
    assert!(page.says("Confluence") && !page.text.contains(&key));
    let answer = bridged.enter(&[("restaurant", "5146")]).await;
    assert!(answer.says("Saisissez la clé API"));
}

async fn reset_keeps_operations(place: (Place, TempDir)) {
    let mut bridged = Bridged::set_up(place).await;
    let order = bridged.order(MARGHERITA, 1).await;
    bridged.place.wait_for(&order, OrderStatus::Accepted).await;
    bridged
        .wait_until_said("?list=1", "Envoi de la commande")
        .await;
    let path = format!("{}/reset", bridged.page);
    let answer = bridged.browser.post(&path, &[]).await;
    let page = bridged.browser.follow(answer).await;
    assert!(page.says("Terminer la configuration"));
    bridged
        .wait_until_said("?list=1", "Envoi de la commande")
        .await;
}

async fn kitchen_begins(place: (Place, TempDir)) {
    let bridged = Bridged::set_up(place).await;
    let order = bridged.order(MARGHERITA, 1).await;
    bridged.place.wait_for(&order, OrderStatus::Accepted).await;
    bridged
        .change(&order, json!({ "status": "in_preparation" }))
        .await;
    bridged
        .wait_for_till(|order| order["kitchen_status"] == "production")
        .await;
    // Not paid: it stays open.
    bridged
        .change(
            &order,
            json!({
                "status": "completed",
                "payments": [{ "name": "CB", "ref": "14055", "amount": "9.50 EUR" }],
            }),
        )
        .await;
    bridged
        .wait_for_till(|order| order["status"] != "opened")
        .await;
    assert_eq!(bridged.till_order()["transactions"][0]["price"], 950);
}

async fn refused_lines(place: (Place, TempDir)) {
    let mut bridged = Bridged::set_up(place).await;
    let order = bridged.order(MARGHERITA, 1).await;
    bridged.place.wait_for(&order, OrderStatus::Accepted).await;
    let item = json!({
        "product_name": "Burrata", "sku_ref": NEW_DISH, "price": "12.00 EUR", "quantity": "1",
    });
    bridged.change(&order, json!({ "items": [item] })).await;
    let list = bridged.wait_until_said("?list=1", "Burrata").await;
    let link = format!("{}/operations/", bridged.page);
    let (_, rest) = list.text.split_once(&link).unwrap();
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let operation = format!("{link}{number}");
    let page = bridged.browser.get(&operation).await;
    assert!(page.says("Pas en caisse : 1 × Burrata") && page.says("Réessayer"));

    let dishes = bridged.zelty.records(ServiceRecord::Dish).unwrap();
    let mut dish = dishes.into_iter().find(|it| it["id"] == 1974).unwrap();
    dish["id"] = json!(999_999);
    bridged
        .zelty
        .change_record(ServiceRecord::Dish, NEW_DISH, |it| *it = dish)
        .unwrap();
    bridged.browser.post(&operation, &[]).await;
    bridged
        .wait_for_till(|order| order["items"].as_array().unwrap().len() == 2)
        .await;
    let page = bridged.browser.get(&operation).await;
    assert!(page.says("Pas en caisse"));
}

async fn till_orders(place: (Place, TempDir)) {
    let mut bridged = Bridged::set_up(place).await;
    let order = bridged.order(MARGHERITA, 1).await;
    bridged.place.wait_for(&order, OrderStatus::Accepted).await;
    // One of the till: the same without the hub's id.
    let mut own = bridged.till_order();
    own["id"] = json!(777_000_001);
    own["remote_id"] = Value::Null;
    bridged
        .zelty
        .change_record(ServiceRecord::Order, "777000001", |it| *it = own)
        .unwrap();
    assert_eq!(bridged.count_hub_orders().await, 1);
    bridged.configure(&[("receives_till_orders", "on")]).await;
    while bridged.count_hub_orders().await < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bridged.wait_until_said("?list=1", "Commande Zelty").await;
    assert_eq!(bridged.count_hub_orders().await, 2);
}

async fn acceptance(place: (Place, TempDir)) {
    let mut bridged = Bridged::set_up(place).await;
    bridged
        .zelty
        .change_record(ServiceRecord::Restaurant, "5146", |it| {
            it["delay"] = json!(20)
        })
        .unwrap();
    bridged.configure(&[("sends_opening_hours", "on")]).await;
    bridged
        .wait_until_said("?list=1", "Synchronisation du point de vente")
        .await;
    let location: Value = bridged.place.shop.get("/location", &[]).await.unwrap();
    assert_eq!(location["order_acceptance"]["mode"], "normal");
    assert_eq!(location["opening_hours"]["monday"][0]["from"], "11:30");

    bridged.configure(&[("sends_acceptance", "on")]).await;
    loop {
        let location: Value = bridged.place.shop.get("/location", &[]).await.unwrap();
        if location["order_acceptance"]["mode"] == "busy" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn deactivation(place: (Place, TempDir)) {
    let mut bridged = Bridged::set_up(place).await;
    let (zelty, key) = (bridged.zelty.clone(), bridged.key.clone());
    let activate = |is_active: bool| {
        zelty
            .change_record(ServiceRecord::ApiKey, &key, |it| {
                it["is_active"] = json!(is_active);
            })
            .unwrap();
    };
    activate(false);
    let order = bridged.order(MARGHERITA, 1).await;
    bridged
        .wait_until_said("?list=1", "l'intégration a été désactivée dans Zelty")
        .await;
    assert_eq!(bridged.place.status(&order).await, OrderStatus::New);
    activate(true);
    bridged.place.wait_for(&order, OrderStatus::Accepted).await;
    assert_eq!(bridged.till_order()["remote_id"], order.id.as_str());
}

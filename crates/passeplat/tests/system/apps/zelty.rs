//! Zelty Bridge between a real hub and the stand-in of Zelty.

use std::path::Path;
use std::sync::Arc;

use client::order::{Money, NewItem, NewOrder, Order, OrderStatus};
use partners::kit::clock::Clock;
use partners::kit::settings::{AppSettings, HubUrls};
use partners::zelty_api::ZeltySettings;
use partners::zelty_bridge::BridgeSettings;
use partners::zelty_service::{ServiceRecord, ServiceSettings, ZeltyService};
use tokio::net::TcpListener;

use super::browser::Browser;
use super::{Place, on_postgresql, on_sqlite};

/// A restaurant of the stand-in, and one of its dishes.
const RESTAURANT: i64 = 5146;
const MARGHERITA: &str = "1974";

/// Serves the stand-in on a port of its own.
async fn start_zelty() -> (ZeltyService, String) {
    let clock = Clock::Real;
    let service = ZeltyService::open(ServiceSettings {
        database: None,
        clock: Arc::new(move || clock.now()),
        is_limited: false,
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = service.clone();
    tokio::spawn(async move { served.serve(listener).await });
    (service, url)
}

/// Serves the bridge with the token of the place.
async fn start_bridge(place: &Place, zelty: &str, folder: &Path) -> Browser {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let urls = HubUrls::from_base(&place.url());
    let (own, file) = (format!("http://{address}"), folder.join("bridge.db"));
    let mut settings = AppSettings::new(&urls, "bridge", "secret", own, file);
    settings.access_token = Some(place.token.as_str().into());
    let settings = BridgeSettings::new(settings, ZeltySettings::new(zelty));
    tokio::spawn(async move { partners::zelty_bridge::serve(listener, settings).await });
    place.wait_for_subscription().await;
    Browser::new(address)
}

async fn order(place: &Place, sku_ref: &str, quantity: i64) -> Order {
    let price = Money::parse("9.50 EUR").unwrap();
    let item = NewItem::new("Margherita", price, quantity).sku_ref(sku_ref);
    let order = NewOrder::new(OrderStatus::New).item(item);
    place.shop.create_order(&order).await.unwrap()
}

async fn orders_are_answered((place, folder): (Place, tempfile::TempDir)) {
    let (zelty, url) = start_zelty().await;
    let mut browser = start_bridge(&place, &url, folder.path()).await;
    let good = order(&place, MARGHERITA, 2).await;
    let page = format!("/c/{}", good.location_id);

    let answer = browser
        .post(&format!("{page}/setup"), &[("api_key", "wrong")])
        .await;
    assert!(answer.says("Zelty ne connaît pas cette clé API"));
    let key = zelty.create_key(Some(RESTAURANT)).unwrap();
    let answer = browser
        .post(&format!("{page}/setup"), &[("api_key", &key)])
        .await;
    assert!(browser.follow(answer).await.says("Clé API acceptée"));

    place.wait_for(&good, OrderStatus::Accepted).await;
    let bad = order(&place, "999999", 1).await;
    place.wait_for(&bad, OrderStatus::Rejected).await;
    let bad: Order = place.shop.order(bad.id.as_str()).await.unwrap();
    let fields = serde_json::to_value(&bad.custom_fields).unwrap();
    let cause = fields["epos"]["rejection"]["cause"].as_str().unwrap();
    assert!(cause.contains("Margherita") && cause.contains("999999"));

    let orders = zelty.records(ServiceRecord::Order).unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0]["remote_id"], good.id.as_str());
    assert_eq!(orders[0]["items"].as_array().unwrap().len(), 2);
    let list = browser.get(&page).await;
    assert!(list.says("Envoi de la commande") && list.says("Refusée"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zelty_bridge_answers_orders_on_sqlite() {
    orders_are_answered(on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zelty_bridge_answers_orders_on_postgresql() {
    if let Some(place) = on_postgresql("zelty").await {
        orders_are_answered(place).await;
    }
}

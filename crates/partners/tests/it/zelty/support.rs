//! A stand-in that is served, orders of a hub, and what a till sells.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Request;
use client::order::Order;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use partners::zelty_api::pace::{PaceClock, RequestPace};
use partners::zelty_api::{ApiKey, ZeltyClient, ZeltySettings};
use partners::zelty_bridge::mapping::{BridgeOptions, OutgoingContext, TillMenu};
use partners::zelty_service::{ServiceSettings, ZeltyService};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fake::complete_order;

pub const RESTAURANT: i64 = 5146;

/// A stand-in on a port of its own, with a key of one restaurant. Each request is a second after the last.
pub struct Zelty {
    pub service: ZeltyService,
    pub url: String,
    pub key: String,
    seconds: Arc<AtomicI64>,
}

impl Zelty {
    pub async fn start() -> Zelty {
        Zelty::with_limit(false).await
    }

    pub async fn with_limit(is_limited: bool) -> Zelty {
        let seconds = Arc::new(AtomicI64::new(1_772_910_000));
        let now = Arc::clone(&seconds);
        let service = ZeltyService::open(ServiceSettings {
            database: None,
            clock: Arc::new(move || {
                jiff::Timestamp::from_second(now.load(Ordering::SeqCst)).unwrap()
            }),
            is_limited,
        })
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = service.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let key = service.create_key(Some(RESTAURANT)).unwrap();
        Zelty {
            service,
            url,
            key,
            seconds,
        }
    }

    pub fn advance(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A raw request: path with version, status and JSON of the reply.
    pub async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let key = self.key.clone();
        self.send_with_key(&key, method, path, body).await
    }

    pub async fn send_with_key(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {key}"))
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        let http: Client<HttpConnector, Full<bytes::Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        let response = http.request(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, reply) = self.send("GET", &format!("/2.11{path}"), Value::Null).await;
        assert_eq!(status, 200, "{path}: {reply}");
        reply
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send("POST", &format!("/2.11{path}"), body).await
    }

    /// A client of the API whose clock stands far in the future of its last request: it never waits.
    pub fn client(&self, key: &str) -> ZeltyClient {
        let pace = RequestPace::new(PaceClock::real());
        let key = ApiKey::parse(key).unwrap();
        ZeltyClient::new(&ZeltySettings::new(&self.url), &key, pace).unwrap()
    }

    /// What the till sells, as the API tells it.
    pub async fn menu(&self) -> TillMenu {
        let list = |reply: &Value, name: &str| reply[name].clone();
        let dishes = self.get("/catalog/dishes?limit=0&show_all=true").await;
        let menus = self.get("/catalog/menus").await;
        let options = self.get("/catalog/options").await;
        let methods = self.get("/transaction-methods").await;
        let mut menu = TillMenu::new(
            serde_json::from_value(list(&dishes, "dishes")).unwrap(),
            serde_json::from_value(list(&menus, "menus")).unwrap(),
            serde_json::from_value(list(&options, "options")).unwrap(),
            serde_json::from_value(list(&methods, "transaction_methods")).unwrap(),
        );
        let coupon = self.get("/coupons/1210137").await;
        menu.add_coupon(serde_json::from_value(coupon["coupon"].clone()).unwrap());
        menu
    }
}

/// The context of a mapping at the restaurant of the stand-in.
pub fn context<'a>(menu: &'a TillMenu, options: &'a BridgeOptions) -> OutgoingContext<'a> {
    OutgoingContext {
        restaurant: RESTAURANT,
        country: "FR",
        options,
        menu,
    }
}

/// An order of the hub: one Margherita to take away, changed as the test says.
pub fn hub_order(change: Value) -> Order {
    let mut order = json!({
        "id": "ord1", "status": "new", "service_type": "collection", "total": "9.00 EUR",
        "items": [{ "product_name": "Margherita", "sku_ref": "1974", "price": "9.00 EUR",
                    "quantity": "1.0" }],
    });
    for (name, value) in change.as_object().unwrap() {
        order[name] = value.clone();
    }
    let payments = order.get_mut("payments").and_then(Value::as_array_mut);
    for payment in payments.into_iter().flatten() {
        payment["type"] = json!("online");
    }
    serde_json::from_value(complete_order(order)).unwrap()
}

/// An order for Zelty: one Margherita for 9.50, changed as the test says.
pub fn zelty_order(change: Value) -> Value {
    let mut order = json!({
        "remote_id": "r1", "id_restaurant": RESTAURANT, "mode": "takeaway", "source": "web",
        "customer": null, "address": null, "id_delivery_address": null,
        "items": [{ "type": "dish", "id": 1974, "price": 950 }], "total": 950,
    });
    for (name, value) in change.as_object().unwrap() {
        order[name] = value.clone();
    }
    order
}

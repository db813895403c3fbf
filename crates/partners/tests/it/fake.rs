//! A hub that does just enough of the API, remembers the requests, and misbehaves on demand.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use client::catalog::{CatalogData, Category, Product, Sku};
use client::order::Money;
use partners::AppSettings;
use partners::kit::clock::Clock;
use partners::kit::settings::HubUrls;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The order as a hub shows it, made of what a client sent of it: with ids, and with what the hub
/// computes.
pub fn complete_order(mut order: Value) -> Value {
    let fill = |object: &mut Value, fields: Value| {
        for (name, value) in fields.as_object().unwrap() {
            if object[name].is_null() {
                object[name] = value.clone();
            }
        }
    };
    fill(
        &mut order,
        json!({ "location_id": "z8ed2-0", "total": "9.50 EUR", "customer": {},
                "created_at": "2026-03-07T19:57:00+01:00" }),
    );
    let mut elements = |list: &str, fields: fn(&Value) -> Value| {
        let Some(elements) = order.get_mut(list).and_then(Value::as_array_mut) else {
            return;
        };
        for (number, element) in elements.iter_mut().enumerate() {
            let fields = fields(element);
            fill(element, json!({ "id": format!("{}{number}", &list[..1]) }));
            fill(element, fields);
        }
    };
    elements("items", |item| json!({ "subtotal": item["price"] }));
    elements("payments", |_| json!({}));
    elements(
        "discounts",
        |discount| json!({ "pricing_effect": "price_off", "pricing_value": discount["price_off"] }),
    );
    elements(
        "charges",
        |charge| json!({ "charge_type": charge["type"], "charge_price": charge["price"] }),
    );
    let items = order.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        let options = item.get_mut("options").and_then(Value::as_array_mut);
        for option in options.into_iter().flatten() {
            fill(option, json!({ "quantity": 1 }));
        }
    }
    order
}

#[derive(Clone)]
pub struct Fake {
    pub address: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
pub struct Inner {
    /// Codes that still work.
    pub codes: Vec<String>,
    pub revoked: Vec<String>,
    pub callback: Option<Value>,
    pub orders: BTreeMap<String, Value>,
    /// Events not yet acknowledged.
    pub events: Vec<Value>,
    /// The requests to `/v1`, as `METHOD path`.
    pub requests: Vec<String>,
    pub patches: Vec<Value>,
    /// Every call is answered with this status and message.
    pub refuse: Option<(u16, String)>,
    /// Calls that begin with this text break the connection.
    pub broken: Option<String>,
    /// Orders are created and codes exchanged, and the answers lost.
    pub lose_answer: bool,
    /// Orders are changed, and the answers lost.
    pub lose_patch_answer: bool,
    /// The `Idempotency-Key` of each change of an order.
    pub patch_keys: Vec<String>,
    /// The key with which each code was exchanged, by a hub that knows keys.
    pub exchanged: BTreeMap<String, String>,
    /// Whether it knows keys for codes.
    pub knows_keys: bool,
    /// The order that each `Idempotency-Key` made.
    pub made: BTreeMap<String, String>,
}

impl Fake {
    pub async fn start() -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Fake {
            address: format!("http://{}", listener.local_addr().unwrap()),
            inner: Arc::default(),
        };
        fake.inner().codes.push("good-code".into());
        let router = Router::new()
            .route("/oauth2/v1/token", post(token))
            .route("/oauth2/v1/revoke", post(revoke))
            .route("/v1/location", get(location))
            .route("/v1/callback", post(callback))
            .route("/v1/callback/events", get(events))
            .route("/v1/callback/events/{id}", get(event).delete(acknowledge))
            .route("/v1/location/orders", get(orders).post(create))
            .route("/v1/location/orders/{id}", get(order).patch(patch))
            .route("/v1/catalogs/{id}", get(catalog))
            .layer(from_fn_with_state(fake.clone(), record_request))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// An order that another app placed, and its event.
    pub fn place_order(&self, id: &str, more: Value) {
        let mut order = json!({
            "id": id, "status": "new", "channel": "LivePepper", "service_type": "delivery",
            "collection_code": format!("LIVP-{id}"), "asap": false, "total": "12.50 EUR",
            "created_at": "2026-03-07T19:50:00+01:00", "expected_time": "2026-03-07T20:30:00+01:00",
            "customer": { "first_name": "Ada", "last_name": "Martin" },
            "items": [{ "product_name": "Regina", "sku_ref": "REG", "price": "12.50 EUR",
                        "quantity": "1.0", "tax_rate": "10.0" }],
            "payments": [{ "type": "online", "name": "CB", "amount": "12.50 EUR" }],
        });
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        let order = complete_order(order);
        let mut inner = self.inner();
        inner.orders.insert(id.into(), order.clone());
        inner.events.push(event_of(id, order));
    }

    /// The event of the creation of an order, once more.
    pub fn event_again(&self, id: &str) -> Value {
        let order = self.inner().orders[id].clone();
        event_of(id, order)
    }

    pub fn status_of(&self, id: &str) -> String {
        self.inner().orders[id]["status"].as_str().unwrap().into()
    }

    /// How many requests there were with that method and path.
    pub fn times(&self, request_line: &str) -> usize {
        let inner = self.inner();
        inner
            .requests
            .iter()
            .filter(|own| *own == request_line)
            .count()
    }

    /// AppSettings of an app: an own state file, and a clock that stands at 19:57 in Paris.
    pub fn settings(&self, name: &str) -> AppSettings {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("{name}-{}-{number}.db", std::process::id()));
        let _ = std::fs::remove_file(&file);
        let mut settings = AppSettings::new(
            &HubUrls::from_base(&self.address),
            "me.clients",
            "hush",
            "http://127.0.0.1:8101",
            file,
        );
        settings.clock = Clock::Manual(Arc::new(AtomicI64::new(1_772_909_820)));
        settings
    }
}

fn event_of(id: &str, order: Value) -> Value {
    json!({
        "id": format!("e-{id}"), "resource_type": "order", "event_type": "create",
        "created_at": "2026-03-07T19:50:00+01:00", "order_id": id, "location_id": "z8ed2-0",
        "new_state": order,
    })
}

async fn record_request(State(fake): State<Fake>, request: Request, next: Next) -> Response {
    let request_line = format!("{} {}", request.method(), request.uri().path());
    let (refuse, broken) = {
        let mut inner = fake.inner();
        inner.requests.push(request_line.clone());
        (inner.refuse.clone(), inner.broken.clone())
    };
    if broken.is_some_and(|broken| request_line.starts_with(&broken)) {
        // Hyper closes the connection when its service is gone.
        panic!("the line is cut, on purpose");
    }
    if let Some((status, message)) = refuse {
        let body = json!({ "message": message, "error_type": "x" }).to_string();
        let status = StatusCode::from_u16(status).unwrap();
        return (status, [("Retry-After", "90")], body).into_response();
    }
    next.run(request).await
}

async fn token(State(fake): State<Fake>, headers: HeaderMap, body: String) -> Response {
    let code = body.strip_prefix("code=").unwrap_or_default();
    let key = headers.get("idempotency-key");
    let key = key.map_or_else(String::new, |key| key.to_str().unwrap().to_owned());
    let mut inner = fake.inner();
    let is_again = inner.knows_keys && inner.exchanged.get(code) == Some(&key);
    match inner.codes.iter().position(|known| known == code) {
        Some(at) => {
            inner.codes.remove(at);
        }
        None if is_again => {}
        None => {
            return (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#).into_response();
        }
    }
    inner.exchanged.insert(code.to_owned(), key);
    if std::mem::take(&mut inner.lose_answer) {
        drop(inner);
        panic!("the answer is lost, on purpose");
    }
    json!({
        "access_token": "t0ken", "token_type": "Bearer", "app_instance_id": "inst1",
        "account_id": "z8ed2", "account_name": "Le Burger De France",
        "location_id": "z8ed2-0", "location_name": "Versailles",
        "catalog_id": "1ep4g", "catalog_name": "Carte", "customer_list_id": "zj9v5",
        "customer_list_name": "Clients",
    })
    .to_string()
    .into_response()
}

async fn revoke(State(fake): State<Fake>, body: String) {
    fake.inner()
        .revoked
        .push(body.strip_prefix("token=").unwrap_or_default().into());
}

async fn location() -> String {
    json!({ "id": "z8ed2-0", "name": "Versailles", "timezone": { "name": "Europe/Paris" },
            "account": { "currency": "EUR" }, "order_acceptance": { "mode": "normal" } })
    .to_string()
}

async fn callback(State(fake): State<Fake>, body: String) -> String {
    fake.inner().callback = serde_json::from_str(&body).ok();
    body
}

async fn events(State(fake): State<Fake>) -> String {
    let mut events = fake.inner().events.clone();
    for event in &mut events {
        event.as_object_mut().unwrap().remove("new_state");
    }
    Value::from(events).to_string()
}

async fn event(State(fake): State<Fake>, Path(id): Path<String>) -> Response {
    found_or_404(
        fake.inner()
            .events
            .iter()
            .find(|event| event["id"] == id.as_str())
            .cloned(),
    )
}

async fn acknowledge(State(fake): State<Fake>, Path(id): Path<String>) -> &'static str {
    fake.inner()
        .events
        .retain(|event| event["id"] != id.as_str());
    "{}"
}

async fn orders(State(fake): State<Fake>, RawQuery(query): RawQuery) -> String {
    let query = query.unwrap_or_default();
    let nonce = query.strip_prefix("private_ref=").unwrap_or_default();
    let inner = fake.inner();
    let found = inner
        .orders
        .values()
        .filter(|order| order["private_ref"] == nonce);
    Value::from(found.cloned().collect::<Vec<_>>()).to_string()
}

async fn create(State(fake): State<Fake>, headers: HeaderMap, body: String) -> String {
    let mut order: Value = serde_json::from_str(&body).unwrap();
    let mut inner = fake.inner();
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let next = format!("o{}", inner.orders.len() + 1);
    let id = inner.made.entry(key).or_insert(next).clone();
    order["id"] = id.clone().into();
    let order = complete_order(order);
    inner.orders.insert(id, order.clone());
    if inner.lose_answer {
        drop(inner);
        panic!("the answer is lost, on purpose");
    }
    order.to_string()
}

async fn order(State(fake): State<Fake>, Path(id): Path<String>) -> Response {
    found_or_404(fake.inner().orders.get(&id).cloned())
}

async fn patch(
    State(fake): State<Fake>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let change: Value = serde_json::from_str(&body).unwrap();
    let mut inner = fake.inner();
    inner.patches.push(change.clone());
    inner.patch_keys.push(key);
    let Some(order) = inner.orders.get_mut(&id) else {
        return found_or_404(None);
    };
    for (name, value) in change.as_object().unwrap() {
        order[name] = value.clone();
    }
    let order = order.clone();
    if inner.lose_patch_answer {
        drop(inner);
        panic!("the answer is lost, on purpose");
    }
    found_or_404(Some(order))
}

async fn catalog() -> String {
    let price = Money::parse("12.50 EUR").unwrap();
    let sku = Sku::new(price).reference("REG");
    let data = CatalogData::default()
        .category(Category::new("PIZ", "Pizzas"))
        .product(Product::new("PIZ", "Regina").sku(sku));
    json!({ "id": "1ep4g", "name": "Carte", "created_at": "2026-03-01T10:00:00+01:00", "data": data })
        .to_string()
}

fn found_or_404(value: Option<Value>) -> Response {
    match value {
        Some(value) => value.to_string().into_response(),
        None => (StatusCode::NOT_FOUND, r#"{"error_type":"not_found"}"#).into_response(),
    }
}

//! The client against small hubs on the loopback interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post, put};
use client::callbacks::{Received, Receiver, Rejected, sign, verify};
use client::{
    Authorize, Callback, CustomerFilter, Error, Hub, IdempotencyKey, LoyaltyCardFilter,
    OUT_OF_BAND, OrderFilter, Patience, Repeat, Secret,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn impatient() -> Patience {
    Patience {
        pause: Duration::ZERO,
        ..Patience::default()
    }
}

async fn hub(router: Router) -> Hub {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Hub::new(&format!("{base}/v1/"), &format!("{base}/oauth2/v1"))
        .unwrap()
        .with_patience(impatient())
}

/// A server that closes its first connections without a word, then answers `{}`; and the requests
/// that came.
async fn rude_hub(rude: usize) -> (Hub, Arc<Mutex<Vec<String>>>) {
    moody_hub("", move |before| before < rude).await
}

/// A server that closes some connections without a word, by how many came before, and answers the
/// others `{}` with these headers; and the requests that came.
async fn moody_hub(
    headers: &'static str,
    is_rude: impl Fn(usize) -> bool + Send + 'static,
) -> (Hub, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let before = {
                let mut heard = heard.lock().unwrap();
                heard.push(text);
                heard.len() - 1
            };
            if !is_rude(before) {
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n{headers}\r\n{{}}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    let hub = Hub::new(&format!("{base}/v1"), &format!("{base}/oauth2/v1")).unwrap();
    (hub.with_patience(impatient()), asked)
}

#[tokio::test]
async fn the_authorise_page_carries_what_was_asked() {
    let hub = Hub::new("https://hub.example/v1", "https://hub.example/oauth2/v1").unwrap();
    let mut ask = Authorize::new("location[orders.write,catalog.read]", OUT_OF_BAND);
    ask.state = Some("a b".into());
    ask.device_id = Some("till 1".into());
    ask.app_instance_id = Some("x1".into());
    assert_eq!(
        hub.app("9.clients", "s").authorize_url(&ask),
        "https://hub.example/oauth2/v1/authorize?client_id=9.clients\
         &redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob\
         &scope=location%5Borders.write%2Ccatalog.read%5D&state=a+b&device_id=till+1\
         &app_instance_id=x1"
    );
}

#[tokio::test]
async fn a_code_becomes_a_token_with_the_apps_credentials() {
    let hub = hub(Router::new().route(
        "/oauth2/v1/token",
        post(|headers: HeaderMap, body: String| async move {
            assert_eq!(headers["authorization"], "Basic bWU6bXkgc2VjcmV0");
            assert_eq!(body, "code=c0de");
            json!({"access_token": "t0ken", "location_id": "a-0", "catalog_id": null}).to_string()
        }),
    ))
    .await;
    let token = hub.app("me", "my secret").exchange("c0de").await.unwrap();
    assert_eq!(token.access_token.expose(), "t0ken");
    assert_eq!(token.location_id.as_deref(), Some("a-0"));
    assert_eq!(token.catalog_id, None);
}

#[tokio::test]
async fn a_wrong_code_is_a_refusal_with_400() {
    let refuse = || async { (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#) };
    let hub = hub(Router::new().route("/oauth2/v1/token", post(refuse))).await;
    let error = hub.app("me", "s").exchange("x").await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.refusal().unwrap().error_type, "invalid_grant");
}

#[tokio::test]
async fn revoking_reads_an_empty_answer() {
    let check = |body: String| async move { assert_eq!(body, "token=t0ken") };
    let hub = hub(Router::new().route("/oauth2/v1/revoke", post(check))).await;
    hub.app("me", "s").revoke(&"t0ken".into()).await.unwrap();
}

#[tokio::test]
async fn every_call_carries_the_token() {
    let location = |headers: HeaderMap| async move {
        json!({"id": headers["x-access-token"].to_str().unwrap()}).to_string()
    };
    let hub = hub(Router::new().route("/v1/location", get(location))).await;
    let location: Value = hub.connection("t0ken").location().await.unwrap();
    assert_eq!(location["id"], "t0ken");
}

#[tokio::test]
async fn an_account_connection_names_the_location_in_the_path() {
    let create = |Path(id): Path<String>, body: String| async move {
        let body: Value = serde_json::from_str(&body).unwrap();
        json!({"location_id": id, "status": body["status"]}).to_string()
    };
    let hub = hub(Router::new().route("/v1/locations/{id}/orders", post(create))).await;
    let order: Value = hub
        .connection("t")
        .at("q7-0")
        .create_order(&json!({"status": "new"}))
        .await
        .unwrap();
    assert_eq!(order, json!({"location_id": "q7-0", "status": "new"}));
}

#[tokio::test]
async fn a_delivery_is_attached_read_and_changed_under_its_order() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let any = move |method: Method, uri: Uri, body: String| async move {
        seen.lock().unwrap().push(format!("{method} {uri} {body}"));
        r#"{"id":"d1"}"#
    };
    let hub = hub(Router::new().fallback(any)).await;
    let (velo, chain) = (hub.connection("t"), hub.connection("t").at("q7-0"));
    let (new, change) = (
        json!({"carrier": "V", "status": "pending"}),
        json!({"status": "delivered"}),
    );
    let made: Value = velo.create_delivery("o1", &new).await.unwrap();
    let _: Value = chain.delivery("o1").await.unwrap();
    let _: Value = velo.patch_delivery("../o", &change).await.unwrap();
    assert_eq!(made["id"], "d1");
    assert_eq!(
        *asked.lock().unwrap(),
        [
            r#"POST /v1/location/orders/o1/delivery {"carrier":"V","status":"pending"}"#,
            "GET /v1/locations/q7-0/orders/o1/delivery ",
            r#"PATCH /v1/location/orders/%2E%2E%2Fo/delivery {"status":"delivered"}"#,
        ]
    );
}

#[tokio::test]
async fn quotes_are_offered_listed_and_accepted_under_their_order() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let any = move |method: Method, uri: Uri, body: String| async move {
        let is_list = method == Method::GET && uri.path().ends_with("delivery_quotes");
        seen.lock().unwrap().push(format!("{method} {uri} {body}"));
        if is_list {
            r#"[{"id":"g1"},{"id":"g2"}]"#
        } else {
            r#"{"id":"g1","accepted_at":null}"#
        }
    };
    let hub = hub(Router::new().fallback(any)).await;
    let velo = hub.connection("t");
    let offer = json!({"carrier": "V", "fee": "5.20 EUR"});
    let _: Value = velo.create_delivery_quote("o1", &offer).await.unwrap();
    let all: Vec<Value> = velo.delivery_quotes("o1").await.unwrap();
    let _: Value = velo.delivery_quote("o1", "g 1").await.unwrap();
    let _: Value = velo.accept_delivery_quote("o1", "g1").await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(
        *asked.lock().unwrap(),
        [
            r#"POST /v1/location/orders/o1/delivery_quotes {"carrier":"V","fee":"5.20 EUR"}"#,
            "GET /v1/location/orders/o1/delivery_quotes ",
            "GET /v1/location/orders/o1/delivery_quotes/g%201 ",
            "POST /v1/location/orders/o1/delivery_quotes/g1/accept {}",
        ]
    );
}

#[tokio::test]
async fn ids_cannot_leave_their_place_in_the_path() {
    let echo = |Path(id): Path<String>| async move { json!({ "id": id }).to_string() };
    let hub = hub(Router::new().route("/v1/location/orders/{id}", get(echo))).await;
    let order: Value = hub.connection("t").order("../../user?x=1").await.unwrap();
    assert_eq!(order["id"], "../../user?x=1");
}

#[tokio::test]
async fn an_inventory_is_asked_for_at_the_location_through_a_catalog() {
    let echo = |Path((catalog, location)): Path<(String, String)>, body: String| async move {
        json!([catalog, location, body]).to_string()
    };
    let path = "/v1/catalogs/{catalog}/locations/{location}/inventory";
    let own = "/v1/catalogs/{catalog}/location/inventory";
    let short = |Path(catalog): Path<String>| async move { json!([catalog]).to_string() };
    let hub = hub(Router::new()
        .route(path, patch(echo).put(echo))
        .route(own, get(short)))
    .await;
    let entries = json!([{ "sku_ref": "A", "stock": null }]);
    let connection = hub.connection("t");
    let read: Value = connection.inventory("c1").await.unwrap();
    assert_eq!(read, json!(["c1"]));
    let there = connection.at("q7-0");
    let patched: Value = there.patch_inventory("c1", &entries).await.unwrap();
    let put: Value = there.put_inventory("c1", &entries).await.unwrap();
    assert_eq!(patched, json!(["c1", "q7-0", entries.to_string()]));
    assert_eq!(put, patched);
}

#[tokio::test]
async fn an_image_is_sent_and_fetched_as_it_is() {
    let create = |headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes| async move {
        let kind = headers["content-type"].to_str().unwrap();
        let has_key = headers.contains_key("idempotency-key");
        json!({ "type": kind, "query": query, "size": body.len(), "key": has_key }).to_string()
    };
    let data = || async { vec![0_u8, 159, 146, 150] };
    let hub = hub(Router::new()
        .route("/v1/catalogs/c1/images", post(create))
        .route("/v1/catalogs/c1/images/i1/data", get(data)))
    .await;
    let connection = hub.connection("t");
    let bytes = vec![0_u8, 255];
    let image: Value = connection
        .create_image("c1", "image/png", bytes, Some("a b&c"))
        .await
        .unwrap();
    assert_eq!(
        image,
        json!({ "type": "image/png", "query": "private_ref=a+b%26c", "size": 2, "key": true })
    );
    let bytes = connection.image_data("c1", "i1").await.unwrap();
    assert_eq!(bytes[..], [0, 159, 146, 150]);
}

#[tokio::test]
async fn a_refusal_carries_message_and_field_errors() {
    let refuse = || async {
        let body = json!({"message": "Validation failed", "error_type": "unprocessable_entity",
            "errors": [{"field": "items[0].price", "message": "is odd"}]});
        (StatusCode::UNPROCESSABLE_ENTITY, body.to_string())
    };
    let hub = hub(Router::new().route("/v1/location/orders", post(refuse))).await;
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.status, refusal.error_type.as_str()),
        (422, "unprocessable_entity")
    );
    assert_eq!(refusal.message.as_deref(), Some("Validation failed"));
    assert_eq!(refusal.errors[0].field, "items[0].price");
}

#[tokio::test]
async fn pages_repeat_the_filters_and_follow_the_cursor() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let list = move |RawQuery(query): RawQuery| async move {
        let query = query.unwrap_or_default();
        seen.lock().unwrap().push(query.clone());
        if query.contains("cursor=two") {
            r#"[{"id":"c"}]"#.into_response()
        } else {
            ([("X-Cursor-Next", "two")], r#"[{"id":"a"},{"id":"b"}]"#).into_response()
        }
    };
    let hub = hub(Router::new().route("/v1/location/orders", get(list))).await;
    let filter = OrderFilter {
        status: Some("new".into()),
        ..OrderFilter::default()
    };
    let mut pages = hub.connection("t").orders::<Value>(filter).count(2);
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        ids.extend(
            page.into_iter()
                .map(|order| order["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(
        *asked.lock().unwrap(),
        ["status=new&count=2", "status=new&count=2&cursor=two"]
    );
}

#[tokio::test]
async fn the_orders_of_a_whole_account_are_listed_with_the_same_filters() {
    let list = async |RawQuery(query): RawQuery| format!(r#"["{}"]"#, query.unwrap_or_default());
    let hub = hub(Router::new().route("/v1/account/orders", get(list))).await;
    let filter = OrderFilter {
        created_by: Some("Caisse".into()),
        ..OrderFilter::default()
    };
    let connection = hub.connection("t").at("q7-0");
    let orders = connection.account_orders::<String>(filter).all().await;
    assert_eq!(orders.unwrap(), ["created_by=Caisse"]);
}

#[tokio::test]
async fn a_catalog_that_was_built_is_sent_as_documented() {
    use client::catalog::{CatalogData, CatalogUpdate, Category, Product, Sku};
    let echo = |Path(id): Path<String>, body: String| async move { format!(r#"["{id}",{body}]"#) };
    let hub = hub(Router::new().route("/v1/catalogs/{id}", put(echo))).await;
    let price = wire::money::Money::parse("9.50 EUR").unwrap();
    let data = CatalogData::default()
        .category(Category::new("PIZ", "Pizzas"))
        .product(Product::new("PIZ", "Margherita").sku(Sku::new(price).reference("MAR")));
    let update = CatalogUpdate::replace(data);
    let (id, sent): (String, Value) = hub
        .connection("t")
        .put_catalog("n4/8c", &update)
        .await
        .unwrap();
    assert_eq!(id, "n4/8c");
    assert_eq!(sent["data"]["products"][0]["skus"][0]["price"], "9.50 EUR");
    assert!(sent.get("name").is_none() && sent["data"]["products"][0].get("id").is_none());
}

#[tokio::test]
async fn an_order_and_its_change_that_were_built_are_sent_as_documented() {
    use client::order::{ElementId, Money, NewItem, NewOrder, NewPayment, OrderPatch, OrderStatus};
    let echo = |body: String| async move { body };
    let change =
        |Path(id): Path<String>, body: String| async move { format!(r#"["{id}",{body}]"#) };
    let router = Router::new()
        .route("/v1/location/orders", post(echo))
        .route("/v1/location/orders/{id}", patch(change));
    let connection = hub(router).await.connection("t");
    let price = Money::parse("9.50 EUR").unwrap();
    let new = NewOrder::new(OrderStatus::New).item(NewItem::new("Margherita", price, 2));
    let sent: Value = connection.create_order(&new).await.unwrap();
    let item = json!({"product_name": "Margherita", "price": "9.50 EUR", "quantity": "2.0"});
    assert_eq!(sent, json!({"status": "new", "items": [item]}));
    let change = OrderPatch::default()
        .status(OrderStatus::Accepted)
        .clear_confirmed_time()
        .delete_item(ElementId::parse("d1r7t").unwrap())
        .add_payment(NewPayment::new(price));
    let (id, sent): (String, Value) = connection.patch_order("o1", &change).await.unwrap();
    let expected = json!({
        "status": "accepted", "confirmed_time": null,
        "items": [{"id": "d1r7t", "deleted": true}], "payments": [{"amount": "9.50 EUR"}],
    });
    assert_eq!((&*id, sent), ("o1", expected));
}

#[tokio::test]
async fn what_is_in_a_catalog_is_asked_for_by_its_path() {
    let echo = |uri: axum::http::Uri| async move { json!([uri.to_string()]).to_string() };
    let hub = hub(Router::new().fallback(get(echo))).await;
    let connection = hub.connection("t").at("q7-1");
    let asked: [Vec<String>; 5] = [
        connection.catalogs().await.unwrap(),
        connection.catalog_without_data("n4").await.unwrap(),
        connection.categories("n4").await.unwrap(),
        connection.skus("n4", "p1").await.unwrap(),
        connection.option("n4", "l1", "o1").await.unwrap(),
    ];
    assert_eq!(
        asked.concat(),
        [
            "/v1/locations/q7-1/catalogs",
            "/v1/catalogs/n4?hide_data=true",
            "/v1/catalogs/n4/categories",
            "/v1/catalogs/n4/products/p1/skus",
            "/v1/catalogs/n4/option_lists/l1/options/o1",
        ]
    );
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let create = move || async move {
        if counter.fetch_add(1, Ordering::SeqCst) == 0 {
            return (StatusCode::TOO_MANY_REQUESTS, [("Retry-After", "0")], "{}").into_response();
        }
        r#"{"id":"x"}"#.into_response()
    };
    let hub = hub(Router::new().route("/v1/location/orders", post(create))).await;
    let order: Value = hub.connection("t").create_order(&json!({})).await.unwrap();
    assert_eq!(
        (order["id"].as_str(), asked.load(Ordering::SeqCst)),
        (Some("x"), 2)
    );
}

#[tokio::test]
async fn a_wait_beyond_the_bound_is_an_error_at_once() {
    let busy = || async {
        (
            StatusCode::TOO_MANY_REQUESTS,
            [("Retry-After", "3600")],
            "{}",
        )
    };
    let hub = hub(Router::new().route("/v1/location", get(busy))).await;
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert_eq!(
        error.refusal().unwrap().retry_after,
        Some(Duration::from_secs(3600))
    );
}

#[tokio::test]
async fn a_broken_get_is_tried_again() {
    let (hub, asked) = rude_hub(2).await;
    hub.connection("t").location::<Value>().await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 3);
}

/// The idempotency key of a request.
fn key_of(request: &str) -> &str {
    request
        .lines()
        .find_map(|line| line.strip_prefix("idempotency-key: "))
        .unwrap()
}

/// The same hub, asked with other repetitions of changes.
fn repeating(hub: Hub, repeat_changes: Repeat) -> Hub {
    hub.with_patience(Patience {
        repeat_changes,
        ..impatient()
    })
}

#[tokio::test]
async fn a_broken_post_is_sent_again_under_the_same_key() {
    let (hub, asked) = rude_hub(1).await;
    let connection = repeating(hub, Repeat::Always).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let asked = asked.lock().unwrap();
    let keys: Vec<&str> = asked.iter().map(|request| key_of(request)).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2], "another order has another key");
}

#[tokio::test]
async fn a_key_of_ones_own_is_sent_as_it_is() {
    let (hub, asked) = rude_hub(0).await;
    let key = IdempotencyKey::new("order 4711").unwrap();
    let placed: Value = hub
        .connection("t")
        .create_order_once(&key, &json!({}))
        .await
        .unwrap();
    assert_eq!(placed, json!({}));
    assert_eq!(key_of(&asked.lock().unwrap()[0]), "order 4711");
    for bad in ["", "é", " a", "a\nb", "x".repeat(256).as_str()] {
        assert!(IdempotencyKey::new(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_broken_post_is_sent_again_to_a_hub_that_has_shown_that_it_knows_keys() {
    for told in [
        "Idempotent-Replayed: false\r\n",
        "Idempotent-Replayed: true\r\n",
    ] {
        let (hub, asked) = moody_hub(told, |before| before == 1).await;
        let first = hub.connection("t");
        first.create_order::<Value>(&json!({})).await.unwrap();
        let other = hub.with_patience(impatient()).connection("u");
        other.patch_order::<Value>("x", &json!({})).await.unwrap();
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 3);
        assert_eq!(key_of(&asked[1]), key_of(&asked[2]));
    }
}

#[tokio::test]
async fn a_broken_post_is_not_sent_again_if_that_is_not_wanted() {
    let told = "Idempotent-Replayed: false\r\n";
    let (hub, asked) = moody_hub(told, |before| before == 1).await;
    let connection = repeating(hub, Repeat::Never).connection("t");
    connection.create_order::<Value>(&json!({})).await.unwrap();
    let broken = connection.create_order::<Value>(&json!({})).await;
    assert!(broken.unwrap_err().is_uncertain());
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn where_keys_are_unknown_a_broken_post_is_sent_once_and_said_to_be_uncertain() {
    let (hub, asked) = moody_hub("", |before| before == 1).await;
    hub.connection("t").location::<Value>().await.unwrap();
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(error.is_uncertain() && error.is_outage(), "{error}");
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_never_left_is_sent_again_whatever_the_hub_knows() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = Hub::new(&base, &base).unwrap().with_patience(Patience {
        retries: 2,
        pause: Duration::from_millis(20),
        repeat_changes: Repeat::Never,
        ..impatient()
    });
    let begun = Instant::now();
    let error = hub.connection("t").create_order::<Value>(&json!({})).await;
    assert!(matches!(error, Err(Error::Unreachable(_))), "{error:?}");
    // The pauses before the first and the second repetition.
    assert!(begun.elapsed() >= Duration::from_millis(20 + 40));
}

#[tokio::test]
async fn nobody_listening_is_an_outage_and_certain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = Hub::new(&base, &base).unwrap().with_patience(impatient());
    let error = hub
        .connection("t")
        .create_order::<Value>(&json!({}))
        .await
        .unwrap_err();
    assert!(error.is_outage() && !error.is_uncertain(), "{error}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let away = || async { (StatusCode::FOUND, [("Location", "/v1/user")], "") };
    let hub = hub(Router::new().route("/v1/location", get(away))).await;
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert_eq!(error.status(), Some(302));
}

#[tokio::test]
async fn an_answer_too_large_is_not_read() {
    let hub = hub(Router::new().route("/v1/location", get(|| async { "x".repeat(2000) }))).await;
    let hub = hub.with_patience(Patience {
        largest_body: 1000,
        ..impatient()
    });
    let error = hub.connection("t").location::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge(1000)), "{error}");
}

#[tokio::test]
async fn a_hub_that_hangs_is_left_in_time() {
    let hang = || async { std::future::pending::<()>().await };
    let hub = hub(Router::new().route("/v1/location/orders/{id}", patch(hang))).await;
    let hub = hub.with_patience(Patience {
        attempt: Duration::from_millis(50),
        ..impatient()
    });
    let error = hub
        .connection("t")
        .patch_order::<Value>("x", &json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)), "{error}");
}

#[tokio::test]
async fn a_callback_is_set_as_documented() {
    let hub = hub(Router::new().route("/v1/callback", post(|body: String| async { body }))).await;
    let callback = Callback::passive().on("order", &["create", "update"]);
    assert_eq!(
        hub.connection("t").set_callback(&callback).await.unwrap(),
        callback
    );
    let text = serde_json::to_string(&callback).unwrap();
    assert_eq!(
        text,
        r#"{"url":null,"events":{"order":["create","update"]}}"#
    );
}

/// A hub that answers every call with what it was asked, in a list or alone.
async fn echoing_hub() -> Hub {
    let echo = |request: axum::extract::Request| async move {
        let line = format!("{} {}", request.method(), request.uri());
        let is_list = request.method() == axum::http::Method::GET
            && ["lists", "customers", "loyalty_cards", "operations"]
                .iter()
                .any(|word| request.uri().path().ends_with(word));
        let body = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        let echo = format!("{line} {}", String::from_utf8_lossy(&body));
        let echo = echo.trim_end();
        if is_list {
            json!([echo]).to_string()
        } else {
            json!(echo).to_string()
        }
    };
    hub(Router::new().fallback(echo)).await
}

#[tokio::test]
async fn customer_lists_are_asked_for_as_documented() {
    let shop = echoing_hub().await.connection("t");
    let name = json!({"name": "VIP"});
    let told: Vec<String> = vec![
        shop.customer_lists::<String>()
            .all()
            .await
            .unwrap()
            .concat(),
        shop.account_customer_lists::<String>()
            .all()
            .await
            .unwrap()
            .concat(),
        shop.customer_list("l1").await.unwrap(),
        shop.create_customer_list(&name).await.unwrap(),
        shop.clone()
            .at("q7-1")
            .create_customer_list(&name)
            .await
            .unwrap(),
        shop.create_account_customer_list(&name).await.unwrap(),
        shop.patch_customer_list("l1", &name).await.unwrap(),
    ];
    assert_eq!(
        told,
        [
            "GET /v1/location/customer_lists",
            "GET /v1/account/customer_lists",
            "GET /v1/customer_lists/l1",
            r#"POST /v1/location/customer_lists {"name":"VIP"}"#,
            r#"POST /v1/locations/q7-1/customer_lists {"name":"VIP"}"#,
            r#"POST /v1/account/customer_lists {"name":"VIP"}"#,
            r#"PATCH /v1/customer_lists/l1 {"name":"VIP"}"#,
        ]
    );
    shop.delete_customer_list("l1").await.unwrap();
}

#[tokio::test]
async fn customers_are_asked_for_as_documented() {
    let shop = echoing_hub().await.connection("t");
    let filter = CustomerFilter {
        email: Some("*@b.example".into()),
        phone: Some("+336*".into()),
        ..CustomerFilter::default()
    };
    let ada = json!({"first_name": "Ada"});
    let told: Vec<String> = vec![
        shop.customers::<String>("l1", filter)
            .count(9)
            .all()
            .await
            .unwrap()
            .concat(),
        shop.create_customer("l1", &ada).await.unwrap(),
        shop.customer("l1", "c1").await.unwrap(),
        shop.patch_customer("l1", "c1", &ada).await.unwrap(),
        shop.anonymise_customer("l1", "c1").await.unwrap(),
    ];
    assert_eq!(
        told,
        [
            "GET /v1/customer_lists/l1/customers?email=*%40b.example&phone=%2B336*&count=9",
            r#"POST /v1/customer_lists/l1/customers {"first_name":"Ada"}"#,
            "GET /v1/customer_lists/l1/customers/c1",
            r#"PATCH /v1/customer_lists/l1/customers/c1 {"first_name":"Ada"}"#,
            "POST /v1/customer_lists/l1/customers/c1/anonymise {}",
        ]
    );
}

#[tokio::test]
async fn loyalty_cards_are_asked_for_as_documented() {
    let shop = echoing_hub().await.connection("t");
    let filter = LoyaltyCardFilter {
        customer_id: Some("c1".into()),
        reference: Some("FID".into()),
        ..LoyaltyCardFilter::default()
    };
    let card = json!({"customer_id": "c1"});
    let (name, points) = (json!({"name": "Or"}), json!({"delta": "2.5"}));
    let told: Vec<String> = vec![
        shop.loyalty_cards::<String>("l1", filter)
            .all()
            .await
            .unwrap()
            .concat(),
        shop.create_loyalty_card("l1", &card).await.unwrap(),
        shop.loyalty_card("l1", "k1").await.unwrap(),
        shop.patch_loyalty_card("l1", "k1", &name).await.unwrap(),
        shop.loyalty_operations::<String>("l1", "k1")
            .all()
            .await
            .unwrap()
            .concat(),
        shop.create_loyalty_operation("l1", "k1", &points)
            .await
            .unwrap(),
        shop.loyalty_operation("l1", "k1", "o1").await.unwrap(),
    ];
    assert_eq!(
        told,
        [
            "GET /v1/customer_lists/l1/loyalty_cards?customer_id=c1&ref=FID",
            r#"POST /v1/customer_lists/l1/loyalty_cards {"customer_id":"c1"}"#,
            "GET /v1/customer_lists/l1/loyalty_cards/k1",
            r#"PATCH /v1/customer_lists/l1/loyalty_cards/k1 {"name":"Or"}"#,
            "GET /v1/customer_lists/l1/loyalty_cards/k1/operations",
            r#"POST /v1/customer_lists/l1/loyalty_cards/k1/operations {"delta":"2.5"}"#,
            "GET /v1/customer_lists/l1/loyalty_cards/k1/operations/o1",
        ]
    );
}

#[test]
fn a_signature_is_lower_case_hex_of_hmac_sha256() {
    // The well-known vector of HMAC-SHA256.
    let signature = sign(
        &"key".into(),
        b"The quick brown fox jumps over the lazy dog",
    );
    assert_eq!(
        signature,
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    );
}

#[test]
fn an_event_with_a_wrong_or_missing_signature_is_rejected() {
    let body = br#"{"id":"e1","resource_type":"order","event_type":"create"}"#;
    let secret = Secret::new("s");
    assert!(matches!(
        verify(&secret, body, None),
        Err(Rejected::Unsigned)
    ));
    let other = sign(&"other".into(), body);
    assert!(matches!(
        verify(&secret, body, Some(&other)),
        Err(Rejected::WrongSignature)
    ));
}

#[test]
fn an_event_sent_twice_is_recognised() {
    let body = br#"{"id":"e1","resource_type":"order","event_type":"create","catalog_id":"c"}"#;
    let receiver = Receiver::new("s".into());
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-hubrise-hmac-sha256",
        sign(&"s".into(), body).parse().unwrap(),
    );
    let Ok(Received::New(event)) = receiver.receive(&headers, body) else {
        panic!("not new")
    };
    assert_eq!(event.more["catalog_id"], "c");
    assert!(matches!(
        receiver.receive(&headers, body),
        Ok(Received::Again(_))
    ));
}

#[test]
fn secrets_do_not_print() {
    let hub = Hub::new("http://h/v1", "http://h/o").unwrap();
    let shown = format!("{:?} {:?}", hub.app("me", "hush"), hub.connection("hush"));
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn a_base_that_is_not_http_is_refused() {
    assert!(matches!(
        Hub::new("ftp://h/v1", "http://h"),
        Err(Error::Url(_))
    ));
}

//! Orders, deliveries and quotes; what all calls have in common.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use client::OrderFilter;
use client::order::{CustomerId, OrderStatus, Time};
use serde_json::{Value, json};

use crate::hubs::hub;

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
async fn ids_cannot_leave_their_place_in_the_path() {
    let echo = |Path(id): Path<String>| async move { json!({ "id": id }).to_string() };
    let hub = hub(Router::new().route("/v1/location/orders/{id}", get(echo))).await;
    let order: Value = hub.connection("t").order("../../user?x=1").await.unwrap();
    assert_eq!(order["id"], "../../user?x=1");
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
    let api_error = error.api_error().unwrap();
    assert_eq!(
        (api_error.status, api_error.error_type.as_str()),
        (422, "unprocessable_entity")
    );
    assert_eq!(api_error.message.as_deref(), Some("Validation failed"));
    assert_eq!(api_error.errors[0].field, "items[0].price");
}

#[tokio::test]
async fn pages_repeat_the_filters_and_follow_the_cursor() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let requests = asked.clone();
    let list = move |RawQuery(query): RawQuery| async move {
        let query = query.unwrap_or_default();
        requests.lock().unwrap().push(query.clone());
        if query.contains("cursor=two") {
            r#"[{"id":"c"}]"#.into_response()
        } else {
            ([("X-Cursor-Next", "two")], r#"[{"id":"a"},{"id":"b"}]"#).into_response()
        }
    };
    let hub = hub(Router::new().route("/v1/location/orders", get(list))).await;
    let filter = OrderFilter {
        status: Some(OrderStatus::New),
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
async fn every_filter_of_orders_is_asked_for_as_documented() {
    let list = async |RawQuery(query): RawQuery| format!(r#"["{}"]"#, query.unwrap_or_default());
    let hub = hub(Router::new().route("/v1/location/orders", get(list))).await;
    let filter = OrderFilter {
        private_ref: Some("Ticket 7".into()),
        status: Some(OrderStatus::AwaitingCollection),
        created_by: Some("Site Lumière".into()),
        after: Time::parse("2026-03-07T00:00:00+01:00").ok(),
        before: Time::parse("2026-03-08T00:00:00Z").ok(),
        customer_id: CustomerId::parse("h3b9v").ok(),
    };
    let orders = hub.connection("t").orders::<String>(filter).all().await;
    let expected = "private_ref=Ticket+7&status=awaiting_collection&created_by=Site+Lumi%C3%A8re\
        &after=2026-03-07T00%3A00%3A00%2B01%3A00&before=2026-03-08T00%3A00%3A00%2B00%3A00\
        &customer_id=h3b9v";
    assert_eq!(orders.unwrap(), [expected]);
}

#[test]
fn a_deal_has_its_items_and_an_order_its_total_before_it_is_sent() {
    use client::order::{Currency, Money, NewDeal, NewDealLine, NewDiscount, NewItem, NewOrder};
    let eur = |text| Money::parse(text).unwrap();
    let dessert = NewItem::new("Tiramisu", eur("2.50 EUR"), 1);
    let duo = NewDeal::new("Duo du soir")
        .line(NewItem::new("Margherita", eur("9.50 EUR"), 1))
        .line(
            NewDealLine::new(dessert)
                .label("Dessert")
                .percentage_off(50),
        );
    let order = NewOrder::new(OrderStatus::New).deal(duo).item(NewItem::new(
        "Limonade",
        eur("3.00 EUR"),
        1,
    ));
    assert_eq!(order.check(Currency::EUR), Ok(eur("15.00 EUR")));
    let sent = serde_json::to_value(&order).unwrap();
    assert_eq!(sent["deals"], json!({"0": {"name": "Duo du soir"}}));
    let line = json!({"deal_key": "0", "label": "Dessert", "pricing_effect": "percentage_off",
        "pricing_value": "50.0"});
    assert_eq!(sent["items"][1]["deal_line"], line);
    let found = order.discount(NewDiscount::new("Remise", eur("-1.00 EUR")));
    let found = found.check(Currency::EUR).unwrap_err().to_string();
    assert_eq!(
        found,
        "discounts[0].price_off must be positive ('-1.00 EUR' given)"
    );
}

#[tokio::test]
async fn an_order_and_its_change_that_were_built_are_sent_as_documented() {
    use client::order::{ElementId, Money, NewItem, NewOrder, NewPayment, OrderPatch};
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
async fn a_delivery_is_attached_read_and_changed_under_its_order() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let requests = asked.clone();
    let any = move |method: Method, uri: Uri, body: String| async move {
        requests
            .lock()
            .unwrap()
            .push(format!("{method} {uri} {body}"));
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
    let requests = asked.clone();
    let any = move |method: Method, uri: Uri, body: String| async move {
        let is_list = method == Method::GET && uri.path().ends_with("delivery_quotes");
        requests
            .lock()
            .unwrap()
            .push(format!("{method} {uri} {body}"));
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

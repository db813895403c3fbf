//! Catalogs, images and inventories.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::routing::{get, patch, post, put};
use client::ImageType;
use serde_json::{Value, json};

use crate::hubs::hub;

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
        .create_image("c1", ImageType::Png, bytes, Some("a b&c"))
        .await
        .unwrap();
    assert_eq!(
        image,
        json!({ "type": "image/png", "query": "private_ref=a+b%26c", "size": 2, "key": true })
    );
    let bytes = connection.image_data("c1", "i1").await.unwrap();
    assert_eq!(bytes[..], [0, 159, 146, 150]);
}

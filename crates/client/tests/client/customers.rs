//! Customer lists, customers and loyalty cards.

use client::order::CustomerId;
use client::{CustomerFilter, LoyaltyCardFilter};
use serde_json::json;

use crate::hubs::echoing_hub;

#[tokio::test]
async fn customer_lists_are_asked_for_as_documented() {
    let shop = echoing_hub().await.connection("t");
    let name = json!({"name": "VIP"});
    let paths: Vec<String> = vec![
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
        paths,
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
    let paths: Vec<String> = vec![
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
        paths,
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
        customer_id: CustomerId::parse("c1").ok(),
        reference: Some("FID".into()),
        ..LoyaltyCardFilter::default()
    };
    let card = json!({"customer_id": "c1"});
    let (name, points) = (json!({"name": "Or"}), json!({"delta": "2.5"}));
    let paths: Vec<String> = vec![
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
        paths,
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

//! The client of the API, against the stand-in.

use partners::zelty_api::pace::Urgency;
use partners::zelty_api::{ApiKey, OrderMode, SecretError, ZeltyError};
use partners::zelty_bridge::mapping::{BridgeOptions, outgoing_order};
use partners::zelty_service::ServiceRecord;
use serde_json::json;

use super::support::{RESTAURANT, Zelty, context, hub_order};

#[tokio::test]
async fn a_wrong_key_and_a_revoked_one_are_told_apart() {
    let zelty = Zelty::start().await;
    let wrong = zelty.client("wrong").restaurants(Urgency::Person).await;
    assert_eq!(wrong.unwrap_err(), ZeltyError::KeyWrong);
    let client = zelty.client(&zelty.key);
    client.restaurants(Urgency::Person).await.unwrap();
    let revoke = |key: &mut serde_json::Value| key["is_active"] = json!(false);
    zelty
        .service
        .change_record(ServiceRecord::ApiKey, &zelty.key, revoke)
        .unwrap();
    let revoked = client.restaurants(Urgency::Person).await;
    assert_eq!(revoked.unwrap_err(), ZeltyError::KeyRevoked);
}

#[tokio::test]
async fn a_brands_key_has_several_restaurants_to_choose_from() {
    let zelty = Zelty::start().await;
    let brand = zelty.client(&zelty.service.create_key(None).unwrap());
    let Err(ZeltyError::SeveralRestaurants(choices)) = brand.restaurant_of_key(None).await else {
        panic!("no choice");
    };
    assert_eq!(choices.len(), 2);
    assert_eq!(
        brand.restaurant_of_key(Some(RESTAURANT)).await.unwrap().id,
        RESTAURANT
    );
}

#[tokio::test]
async fn an_unknown_restaurant_is_named() {
    let zelty = Zelty::start().await;
    let client = zelty.client(&zelty.key);
    let unknown = client.restaurant(1, Urgency::Person).await;
    assert_eq!(unknown.unwrap_err(), ZeltyError::RestaurantUnknown(1));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let zelty = Zelty::start().await;
    let mut settings = partners::zelty_api::ZeltySettings::new("http://127.0.0.1:1");
    settings.timeout = std::time::Duration::from_secs(1);
    let (time, clock) = partners::zelty_api::pace::PaceClock::manual();
    let pace = partners::zelty_api::pace::RequestPace::new(clock);
    let key = ApiKey::parse(&zelty.key).unwrap();
    let client = partners::zelty_api::ZeltyClient::new(&settings, &key, pace).unwrap();
    let attempt = tokio::spawn(async move { client.restaurants(Urgency::Person).await });
    let mut seconds = 0;
    while !attempt.is_finished() {
        seconds += 1;
        time.send_replace(std::time::Duration::from_secs(seconds));
        tokio::task::yield_now().await;
    }
    let error = attempt.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            ZeltyError::Unreachable {
                may_have_happened: false,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_order_that_is_sent_twice_is_there_once() {
    let zelty = Zelty::start().await;
    let (menu, options) = (zelty.menu().await, BridgeOptions::default());
    let order = outgoing_order(&hub_order(json!({})), &context(&menu, &options))
        .unwrap()
        .order;
    let client = zelty.client(&zelty.key);
    let (first, was_there) = client.create_order(&order).await.unwrap();
    assert!(!was_there);
    let (second, was_there) = client.create_order(&order).await.unwrap();
    assert!(was_there);
    assert_eq!(first.id, second.id);
    let read = client.order(first.id).await.unwrap();
    assert_eq!(read.items[0].item_id, Some(1974));
    assert_eq!(order.mode, OrderMode::Takeaway);
}

#[test]
fn a_masked_key_is_no_key_and_no_key_is_printed() {
    assert_eq!(ApiKey::parse("***"), Err(SecretError::Masked));
    let key = ApiKey::parse(" abc123 ").unwrap();
    assert_eq!(key.expose(), "abc123");
    assert!(!format!("{key:?}").contains("abc123"));
    assert!(serde_json::from_value::<ApiKey>(json!("12***")).is_err());
}

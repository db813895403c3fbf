//! Letting an app in, and what it never prints.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use client::{AuthorizeRequest, Error, HubClient, OUT_OF_BAND, Secret};
use serde_json::json;

use crate::hubs::hub;

#[tokio::test]
async fn the_authorise_page_carries_what_was_asked() {
    let hub = HubClient::new("https://hub.example/v1", "https://hub.example/oauth2/v1").unwrap();
    let mut request = AuthorizeRequest::new("location[orders.write,catalog.read]", OUT_OF_BAND);
    request.state = Some("a b".into());
    request.device_id = Some("till 1".into());
    request.app_instance_id = Some("x1".into());
    assert_eq!(
        hub.app("9.clients", "s").authorize_url(&request),
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
    assert_eq!(error.api_error().unwrap().error_type, "invalid_grant");
}

#[tokio::test]
async fn revoking_reads_an_empty_answer() {
    let check = |body: String| async move { assert_eq!(body, "token=t0ken") };
    let hub = hub(Router::new().route("/oauth2/v1/revoke", post(check))).await;
    hub.app("me", "s").revoke(&"t0ken".into()).await.unwrap();
}

#[test]
fn secrets_do_not_print() {
    let hub = HubClient::new("http://h/v1", "http://h/o").unwrap();
    let shown = format!("{:?} {:?}", hub.app("me", "hush"), hub.connection("hush"));
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn a_token_response_does_not_print_its_token() {
    let token: client::TokenResponse =
        serde_json::from_value(json!({"access_token": "hush", "location_id": "a-0"})).unwrap();
    let shown = format!("{token:?}");
    assert!(!shown.contains("hush") && shown.contains("a-0"), "{shown}");
}

#[test]
fn secrets_are_equal_by_their_text_alone() {
    assert_eq!(Secret::new("hush"), "hush".into());
    for other in ["hus", "hush!", "HUSH", ""] {
        assert_ne!(Secret::new("hush"), other.into(), "{other}");
    }
}

#[test]
fn a_random_secret_is_32_hexadecimal_digits_and_no_other() {
    let (one, two) = (Secret::random().unwrap(), Secret::random().unwrap());
    assert_eq!(one.expose().len(), 32);
    assert!(one.expose().bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(one, two);
}

#[test]
fn a_base_that_is_not_http_is_refused() {
    assert!(matches!(
        HubClient::new("ftp://h/v1", "http://h"),
        Err(Error::InvalidUrl(_))
    ));
}

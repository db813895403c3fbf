//! The back office of the stand-in, followed as a merchant would.

use axum::http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use partners::zelty_service::ServiceRecord;
use serde_json::Value;

use super::support::Zelty;

const MARKETPLACE: &str = "/marketplace/hubrise-v2/status";

async fn request(zelty: &Zelty, method: &str, path: &str, body: String) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", zelty.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(bytes::Bytes::from(body)))
        .unwrap();
    let http: Client<HttpConnector, Full<bytes::Bytes>> =
        Client::builder(TokioExecutor::new()).build_http();
    let response = http.request(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn page(zelty: &Zelty, path: &str) -> String {
    let (status, text) = request(zelty, "GET", path, String::new()).await;
    assert_eq!(status, 200, "{path}");
    text
}

/// Sends a form with the token that the page has.
async fn submit(zelty: &Zelty, path: &str, fields: &str) {
    let text = page(zelty, "/").await;
    let token = text.split("name=\"form_token\" value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let body = format!("form_token={token}&{fields}");
    let (status, text) = request(zelty, "POST", path, body).await;
    assert_eq!(status, 303, "{path}: {text}");
}

#[tokio::test]
async fn activating_shows_the_key_at_once_and_deactivating_revokes_it() {
    let zelty = Zelty::start().await;
    assert!(page(&zelty, MARKETPLACE).await.contains("HubRise V2"));
    submit(&zelty, "/reglages/activer", "").await;
    let text = page(&zelty, MARKETPLACE).await;
    let key = text
        .split("Clé API : ")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let path = "/2.11/restaurants";
    assert_eq!(
        zelty.send_with_key(key, "GET", path, Value::Null).await.0,
        200
    );
    assert!(text.contains("Gérer") && text.contains("Désactiver"));
    submit(&zelty, "/reglages/desactiver", "").await;
    let (status, reply) = zelty.send_with_key(key, "GET", path, Value::Null).await;
    assert_eq!((status, reply["errno"].as_i64()), (403, Some(5)));
}

#[tokio::test]
async fn the_till_takes_pays_and_closes_an_order() {
    let zelty = Zelty::start().await;
    submit(&zelty, "/caisse", "action=new&table=7&dish=1974").await;
    let id = zelty.service.records(ServiceRecord::Order).unwrap()[0]["id"].to_string();
    submit(
        &zelty,
        "/caisse",
        &format!("action=add&order={id}&dish=1976"),
    )
    .await;
    let pay = format!("action=pay&order={id}&method=14055&price=1550");
    submit(&zelty, "/caisse", &pay).await;
    submit(&zelty, "/caisse", &format!("action=close&order={id}")).await;
    let order = &zelty.service.records(ServiceRecord::Order).unwrap()[0];
    assert_eq!(
        (&order["status"], &order["table"]),
        (&Value::from("closed"), &Value::from(7))
    );
}

#[tokio::test]
async fn what_the_till_says_is_sold_out_is_so_in_the_api() {
    let zelty = Zelty::start().await;
    submit(&zelty, "/reglages/rupture", "kind=dish&thing=1974").await;
    let reply = zelty.get("/restaurants/5146/dishes_availability").await;
    let dishes = reply["dishes"].as_array().unwrap();
    let gone: Vec<&Value> = dishes
        .iter()
        .filter(|it| it["outofstock"] == true)
        .collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["id_dish"], 1974);
}

#[tokio::test]
async fn pausing_online_orders_is_seen_in_the_api() {
    let zelty = Zelty::start().await;
    submit(
        &zelty,
        "/reglages/en-ligne",
        "restaurant=5146&online=0&delay=10",
    )
    .await;
    let reply = zelty.get("/restaurants/5146").await;
    assert_eq!(reply["restaurant"]["online_ordering_hidden"], true);
    assert_eq!(reply["restaurant"]["delay"], 10);
}

#[tokio::test]
async fn a_form_without_the_token_changes_nothing() {
    let zelty = Zelty::start().await;
    let (status, _) = request(&zelty, "POST", "/reglages/activer", String::new()).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn every_page_is_shown() {
    let zelty = Zelty::start().await;
    for path in [
        "/",
        MARKETPLACE,
        "/cles",
        "/catalogues",
        "/horaires",
        "/rupture",
    ] {
        assert!(page(&zelty, path).await.contains("</html>"), "{path}");
    }
    assert!(page(&zelty, "/catalogues").await.contains("Envoyer vers"));
}

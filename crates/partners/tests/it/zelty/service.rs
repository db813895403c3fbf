//! The stand-in, asked by raw HTTP: what Zelty's service does, odd corners too.

use partners::zelty_service::ServiceRecord;
use serde_json::{Value, json};

use super::support::{RESTAURANT, Zelty, zelty_order};

const ALL: &str = "?expand[]=items&expand[]=transactions&expand[]=transactions.method\
                   &expand[]=price.taxes&expand[]=price.discounts&expand[]=customer";

/// Makes an order; its id.
async fn created(zelty: &Zelty, change: Value) -> i64 {
    let (status, reply) = zelty.post("/orders", zelty_order(change)).await;
    assert_eq!(status, 200, "{reply}");
    reply["order"]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn orders_are_made_in_2_11_only() {
    let zelty = Zelty::start().await;
    for version in ["2.7", "2.9", "2.10"] {
        let path = format!("/{version}/orders");
        let (status, reply) = zelty.send("POST", &path, zelty_order(json!({}))).await;
        assert_eq!((status, &reply["errno"]), (404, &json!(2)), "{version}");
    }
    assert!(created(&zelty, json!({})).await > 0);
}

#[tokio::test]
async fn a_repeated_remote_id_is_the_order_that_exists() {
    let zelty = Zelty::start().await;
    let first = created(&zelty, json!({})).await;
    let (status, reply) = zelty.post("/orders", zelty_order(json!({}))).await;
    assert_eq!((status, &reply["already_registred"]), (200, &json!(true)));
    assert_eq!(reply["order"]["id"], first);
    assert_eq!(
        zelty.service.records(ServiceRecord::Order).unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_total_below_the_price_is_a_discount_and_one_above_is_refused() {
    let zelty = Zelty::start().await;
    let id = created(&zelty, json!({ "total": 900 })).await;
    let order = zelty.get(&format!("/orders/{id}{ALL}")).await;
    assert_eq!(order["order"]["price"]["final_amount_inc_tax"], 900);
    assert_eq!(
        order["order"]["price"]["discounts"][0]["amount_inc_tax"],
        50
    );
    let above = zelty_order(json!({ "remote_id": "r2", "total": 951 }));
    let (status, reply) = zelty.post("/orders", above).await;
    assert_eq!(status, 400);
    assert_eq!(reply["errmsg"], "Does not match calculated total");
}

#[tokio::test]
async fn items_are_sent_with_id_and_read_with_item_id() {
    let zelty = Zelty::start().await;
    let id = created(&zelty, json!({})).await;
    let order = zelty.get(&format!("/orders/{id}{ALL}")).await;
    assert_eq!(order["order"]["items"][0]["item_id"], "1974");
}

#[tokio::test]
async fn menus_and_values_are_not_checked() {
    let zelty = Zelty::start().await;
    let id = created(
        &zelty,
        json!({ "total": 1400 + 600, "items": [
            { "type": "menu", "id": 59583, "price": 1400, "dishes": [{ "id_part": 94721, "id": 1974 }] },
            { "type": "dish", "id": 1976, "price": 600, "modifiers": [
                { "option_id": 5517, "option_value_id": 25101, "quantity": 1, "price": 0 }] },
        ] }),
    )
    .await;
    let order = zelty.get(&format!("/orders/{id}{ALL}")).await;
    assert_eq!(order["order"]["price"]["final_amount_inc_tax"], 2000);
}

#[tokio::test]
async fn a_payment_names_a_configured_method_to_the_letter() {
    let zelty = Zelty::start().await;
    let id = created(&zelty, json!({})).await;
    let path = format!("/orders/{id}/transactions");
    for name in ["cb", "Carte", "Ticket Restaurant"] {
        let body =
            json!({ "transactions": [{ "name": name, "price": 950 }], "close_if_paid": false });
        let (status, reply) = zelty.post(&path, body).await;
        assert_eq!(status, 400, "{name}");
        assert_eq!(reply["errmsg"], "Méthode de paiement invalide");
    }
    let body = json!({ "transactions": [{ "name": "CB", "price": 950 }], "close_if_paid": false });
    assert_eq!(zelty.post(&path, body).await.0, 200);
}

#[tokio::test]
async fn an_order_that_was_paid_when_it_was_made_has_status_255() {
    let zelty = Zelty::start().await;
    let paid = json!({ "transactions": [{ "id_transaction_method": 14055, "price": 950 }] });
    let id = created(&zelty, paid).await;
    let order = zelty.get(&format!("/orders/{id}")).await;
    assert_eq!(order["order"]["status"], 255);
}

#[tokio::test]
async fn what_is_not_asked_for_is_empty_without_an_error() {
    let zelty = Zelty::start().await;
    let paid = json!({ "transactions": [{ "id_transaction_method": 14055, "price": 950 }] });
    let id = created(&zelty, paid).await;
    let bare = zelty.get(&format!("/orders/{id}")).await;
    assert_eq!(bare["order"]["items"], json!([]));
    assert_eq!(bare["order"]["transactions"], json!([]));
    assert_eq!(bare["order"]["price"]["taxes"], json!([]));
    let all = zelty.get(&format!("/orders/{id}{ALL}")).await;
    assert_eq!(all["order"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(all["order"]["transactions"][0]["method"]["name"], "CB");
    assert_eq!(all["order"]["price"]["taxes"][0]["rate"], 1000);
}

#[tokio::test]
async fn lists_leave_out_open_cancelled_and_training_orders() {
    let zelty = Zelty::start().await;
    let day = "2026-03-07";
    let list = format!("/orders?from={day}&to={day}");
    let id = created(&zelty, json!({})).await;
    assert_eq!(zelty.get(&list).await["orders"], json!([]));
    let set_order = |member: &str, value: Value| {
        let change = |order: &mut Value| order[member] = value;
        let changed = zelty
            .service
            .change_record(ServiceRecord::Order, &id.to_string(), change);
        changed.unwrap();
    };
    set_order("status", json!("cancelled"));
    assert_eq!(zelty.get(&list).await["orders"], json!([]));
    let cancelled = zelty.get(&format!("{list}&include_cancelled=true")).await;
    assert_eq!(cancelled["orders"].as_array().unwrap().len(), 1);
    set_order("status", json!("closed"));
    set_order("is_sandbox", json!(true));
    assert_eq!(
        zelty.get(&list).await["orders"].as_array().unwrap().len(),
        1
    );
    let real = zelty.get(&format!("{list}&is_sandbox=false")).await;
    assert_eq!(real["orders"], json!([]));
}

#[tokio::test]
async fn days_are_dates_and_at_most_31() {
    let zelty = Zelty::start().await;
    for (query, number) in [
        ("from=2026-03-07T10:00:00Z&to=2026-03-08", 65),
        ("from=2026-03-07", -2),
        ("from=2026-03-01&to=2026-04-05", -2),
    ] {
        let path = format!("/2.11/orders?{query}");
        let (status, reply) = zelty.send("GET", &path, Value::Null).await;
        assert_eq!((status, &reply["errno"]), (400, &json!(number)), "{query}");
    }
}

#[tokio::test]
async fn a_limit_of_0_gives_all_and_show_all_what_only_the_till_shows() {
    let zelty = Zelty::start().await;
    let count = async |query: &str| {
        let reply = zelty.get(&format!("/catalog/dishes?{query}")).await;
        reply["dishes"].as_array().unwrap().len()
    };
    assert_eq!(count("limit=2").await, 2);
    assert_eq!(count("limit=0").await, 6);
    assert_eq!(count("limit=0&show_all=true").await, 7);
}

#[tokio::test]
async fn an_incomplete_dish_overwrites_the_price() {
    let zelty = Zelty::start().await;
    let dish = json!({ "id": 1974, "name": "Margherita", "price": 1000, "tax": 1000 });
    let (status, _) = zelty.post("/catalog/dishes", json!([dish])).await;
    assert_eq!(status, 200);
    let dishes = zelty.get("/catalog/dishes?limit=0").await;
    let found = dishes["dishes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == 1974);
    assert_eq!(found.unwrap()["price_togo"], Value::Null);
    let (status, reply) = zelty
        .post("/catalog/dishes", json!([{ "id": 1974, "name": "M" }]))
        .await;
    assert_eq!((status, &reply["errno"]), (400, &json!(71)));
}

#[tokio::test]
async fn absent_prices_are_null() {
    let zelty = Zelty::start().await;
    let dishes = zelty.get("/catalog/dishes?limit=0").await;
    let burrata = dishes["dishes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == 1975);
    let burrata = burrata.unwrap().as_object().unwrap();
    assert_eq!(burrata.get("price_delivery"), Some(&Value::Null));
    assert_eq!(burrata.get("tax_takeaway"), Some(&Value::Null));
}

#[tokio::test]
async fn secrets_are_masked_when_they_are_read() {
    let zelty = Zelty::start().await;
    let webhooks = json!({ "order.ended": { "target": "http://127.0.0.1:1/", "version": "v2" } });
    let body = json!({ "secret_key": "s3cret", "webhooks": webhooks });
    assert_eq!(zelty.post("/webhooks", body).await.0, 200);
    assert_eq!(zelty.get("/webhooks").await["secret_key"], "***");
}

#[tokio::test]
async fn an_order_is_pushed_first_and_paid_and_closed_later() {
    let zelty = Zelty::start().await;
    let id = created(&zelty, json!({})).await;
    let close = format!("/orders/{id}/closure");
    assert_eq!(zelty.post(&close, Value::Null).await.0, 400);
    let payment = json!({ "id_transaction_method": 14056, "price": 950,
                          "remote_id": "0b1f3f5e-9a4e-4b7c-8d2a-5e6f7a8b9c0d" });
    let body = json!({ "transactions": [payment], "close_if_paid": false });
    // A payment of the same id is ignored without a word.
    for _ in 0..2 {
        assert_eq!(
            zelty
                .post(&format!("/orders/{id}/transactions"), body.clone())
                .await
                .0,
            200
        );
    }
    let order = zelty.get(&format!("/orders/{id}{ALL}")).await;
    assert_eq!(order["order"]["status"], "opened");
    assert_eq!(order["order"]["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(zelty.post(&close, Value::Null).await.0, 200);
    assert_eq!(
        zelty.get(&format!("/orders/{id}")).await["order"]["status"],
        "closed"
    );
    // A closed order takes nothing more.
    let patch = json!({ "items": [{ "type": "dish", "id": 1976, "price": 600 }] });
    let (status, _) = zelty
        .send("PATCH", &format!("/2.11/orders/{id}"), patch)
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_key_sends_one_request_per_second() {
    let zelty = Zelty::with_limit(true).await;
    zelty.get("/restaurants").await;
    let (status, _) = zelty.send("GET", "/2.11/restaurants", Value::Null).await;
    assert_eq!(status, 429);
    zelty.advance(1);
    zelty.get("/restaurants").await;
}

#[tokio::test]
async fn errors_have_the_numbers_of_the_documentation() {
    let zelty = Zelty::start().await;
    let (status, reply) = zelty
        .send_with_key("no", "GET", "/2.11/restaurants", Value::Null)
        .await;
    assert_eq!((status, &reply["errno"]), (403, &json!(5)));
    for (path, status, number) in [
        ("/1.0/restaurants", 400, 4),
        ("/2.11/nothing", 404, 2),
        ("/2.11/orders/1", 404, 404),
    ] {
        let (found, reply) = zelty.send("GET", path, Value::Null).await;
        assert_eq!((found, &reply["errno"]), (status, &json!(number)), "{path}");
    }
    let (status, reply) = zelty.post("/orders", Value::Null).await;
    assert_eq!((status, &reply["errno"]), (400, &json!(70)));
}

#[tokio::test]
async fn a_brands_key_sees_several_restaurants() {
    let zelty = Zelty::start().await;
    assert_eq!(
        zelty.get("/restaurants").await["restaurants"][0]["id"],
        RESTAURANT
    );
    let brand = zelty.service.create_key(None).unwrap();
    let (_, reply) = zelty
        .send_with_key(&brand, "GET", "/2.11/restaurants", Value::Null)
        .await;
    assert_eq!(reply["restaurants"].as_array().unwrap().len(), 2);
}

#[test]
fn bridge_and_stand_in_share_no_code() {
    fn sources(folder: &std::path::Path) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all += &sources(&path);
            } else {
                all += &std::fs::read_to_string(&path).unwrap();
            }
        }
        all
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let service = sources(&folder.join("zelty_service"));
    assert!(!service.contains("zelty_api") && !service.contains("zelty_bridge"));
    for own in ["zelty_api", "zelty_bridge"] {
        assert!(
            !sources(&folder.join(own)).contains("zelty_service"),
            "{own}"
        );
    }
}

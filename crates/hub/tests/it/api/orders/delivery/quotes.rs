//! …/orders/:order_id/delivery_quotes.

use std::time::Duration;

use super::{order, path, quote_path, quotes_path};
use crate::api::orders::complaints;
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;

fn offer(carrier: &Caller, order: &Value, name: &str) -> Value {
    let new = json!({ "carrier": name, "fee": "5.20 EUR" });
    carrier.post(&quotes_path(order), new).ok()
}

#[apply(each_engine!)]
fn a_quote_is_kept_as_it_was_sent(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let new = json!({
        "carrier": "Vélo Rhône", "carrier_ref": "velo_rhone", "ref": "VR-Q-3391",
        "fee": "5.20 EUR", "status": "pending", "accepted_at": "2026-03-07T20:00:00Z",
        "estimated_pickup_at": "2026-03-07T20:05:00",
        "estimated_dropoff_at": "2026-03-07T19:24:00Z"
    });
    let quote = velo.post(&quotes_path(&order), new).ok();
    let expected = json!({
        "id": quote["id"], "order_id": order["id"], "location_id": hub.location.as_str(),
        "carrier": "Vélo Rhône", "carrier_ref": "velo_rhone", "ref": "VR-Q-3391",
        "fee": "5.20 EUR", "estimated_pickup_at": "2026-03-07T20:05:00+01:00",
        "estimated_dropoff_at": "2026-03-07T20:24:00+01:00", "accepted_at": null
    });
    assert_eq!(quote, expected);
    assert_eq!(velo.get(&quote_path(&quote)).ok(), quote);
    assert_eq!(
        velo.get(&path(&order)).ok(),
        order,
        "the order shows nothing of it"
    );
}

#[apply(each_engine!)]
fn an_order_has_its_quotes_oldest_first(hub: TestHub) {
    let (velo, taxi, till) = (hub.client("velo"), hub.client("taxi"), hub.client("till"));
    let (first, other) = (order(&till), order(&till));
    assert_eq!(till.get(&quotes_path(&first)).ok(), json!([]));
    let mut quotes = Vec::new();
    for (carrier, name) in [(&velo, "Vélo"), (&taxi, "Taxi"), (&velo, "Vélo")] {
        hub.pass(Duration::from_secs(1));
        quotes.push(offer(carrier, &first, name));
    }
    offer(&taxi, &other, "Taxi");
    assert_eq!(till.get(&quotes_path(&first)).ok(), json!(quotes));
    let paged = format!("{}?count=1&cursor=x", quotes_path(&first));
    assert_eq!(till.get(&paged).ok(), json!(quotes), "it has no pages");
}

#[apply(each_engine!)]
fn accepting_is_for_ever_and_the_first_time_stays(hub: TestHub) {
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    let order = order(&till);
    let (first, second) = (offer(&velo, &order, "Vélo"), offer(&velo, &order, "Vélo"));
    let accept = |quote: &Value| format!("{}/accept", quote_path(quote));
    let mut expected = first.clone();
    expected["accepted_at"] = json!("2026-03-07T19:41:08+01:00");
    let answer = till.send("POST", &accept(&first), &[], "");
    assert_eq!(answer.ok(), expected);
    hub.pass(Duration::from_secs(60));
    let again = till.post(&accept(&first), json!({ "accepted_at": null }));
    assert_eq!(again.ok(), expected);
    let also = till.post(&accept(&second), json!({})).ok();
    assert_eq!(also["accepted_at"], "2026-03-07T19:42:08+01:00");
    assert_eq!(till.get(&quotes_path(&order)).ok(), json!([expected, also]));
}

#[apply(each_engine!)]
fn a_quote_is_found_under_its_own_order_only(hub: TestHub) {
    let velo = hub.client("velo");
    let (first, other) = (order(&velo), order(&velo));
    let quote = offer(&velo, &first, "Vélo");
    let mut elsewhere = quote.clone();
    elsewhere["order_id"] = other["id"].clone();
    assert_eq!(
        velo.get(&quote_path(&elsewhere)).status_and_body(),
        NOT_FOUND
    );
    let accept = format!("{}/accept", quote_path(&elsewhere));
    assert_eq!(velo.post(&accept, json!({})).status_and_body(), NOT_FOUND);
    assert_eq!(velo.get(&quote_path(&quote)).ok(), quote);
}

#[apply(each_engine!)]
fn only_an_order_for_delivery_has_quotes(hub: TestHub) {
    let velo = hub.client("velo");
    let new = json!({ "status": "new", "service_type": "collection" });
    let order = velo.post("/location/orders", new).ok();
    let refused = velo.post(
        &quotes_path(&order),
        json!({ "carrier": "Vélo", "fee": "5.20 EUR" }),
    );
    assert_eq!(
        complaints(&refused),
        ["service_type of the order must be 'delivery'"]
    );
    assert_eq!(velo.get(&quotes_path(&order)).ok(), json!([]));
}

#[apply(each_engine!)]
fn a_quote_cannot_be_changed_or_deleted(hub: TestHub) {
    let velo = hub.client("velo");
    let quote = offer(&velo, &order(&velo), "Vélo");
    let no_route = r#"404 {"error_type":"routing_error"}"#;
    let path = quote_path(&quote);
    for answer in [
        velo.patch(&path, json!({ "fee": "1.00 EUR" })),
        velo.put(&path, json!({ "fee": "1.00 EUR" })),
        velo.delete(&path),
        velo.get(&format!("{path}/accept")),
    ] {
        assert_eq!(answer.status_and_body(), no_route);
    }
}

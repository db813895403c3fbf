//! POST and GET …/orders/:order_id/delivery.

use super::{deliver, delivery_path, order, path, quotes_path, shown};
use crate::api::orders::{complaints, recorded_names};
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;

#[apply(each_engine!)]
fn the_smallest_delivery_has_every_field(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let delivery = deliver(&velo, &order, "pending");
    let expected = json!({
        "id": delivery["id"], "order_id": order["id"], "location_id": hub.location.as_str(),
        "carrier": "Vélo Rhône", "carrier_ref": null, "ref": null, "status": "pending",
        "fee": null, "estimated_pickup_at": null, "estimated_dropoff_at": null,
        "tracking_url": null, "driver_pickup_url": null, "driver_name": null,
        "driver_phone": null, "driver_phone_access_code": null, "assigned_at": null,
        "pickup_at": null, "delivered_at": null, "cancelled_at": null,
        "driver_latitude": null, "driver_longitude": null
    });
    assert_eq!(delivery, expected);
    assert_eq!(velo.get(&delivery_path(&order)).ok(), delivery);
}

#[apply(each_engine!)]
fn everything_that_is_sent_is_kept_in_the_time_of_the_location(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let new = json!({
        "id": "mine", "wheels": 2, "carrier": "Vélo Rhône", "carrier_ref": "velo_rhone",
        "ref": "VR-88120", "status": "pickup_waiting", "fee": "5.20 EUR",
        "estimated_pickup_at": "2026-03-07T20:05:00", "estimated_dropoff_at": 1772911440000_i64,
        "tracking_url": "https://velo.example/t", "driver_pickup_url": "https://velo.example/q",
        "driver_name": "Sacha", "driver_phone": "+33612345678",
        "driver_phone_access_code": "12", "driver_latitude": 45.7578,
        "driver_longitude": "4.8320", "assigned_at": "2026-03-07T18:58:10Z",
        "pickup_at": null
    });
    let delivery = velo.post(&delivery_path(&order), new).ok();
    let expected = json!({
        "id": delivery["id"], "order_id": order["id"], "location_id": hub.location.as_str(),
        "carrier": "Vélo Rhône", "carrier_ref": "velo_rhone", "ref": "VR-88120",
        "status": "pickup_waiting", "fee": "5.20 EUR",
        "estimated_pickup_at": "2026-03-07T20:05:00+01:00",
        "estimated_dropoff_at": "2026-03-07T20:24:00+01:00",
        "tracking_url": "https://velo.example/t", "driver_pickup_url": "https://velo.example/q",
        "driver_name": "Sacha", "driver_phone": "+33612345678",
        "driver_phone_access_code": "12", "assigned_at": "2026-03-07T19:58:10+01:00",
        "pickup_at": null, "delivered_at": null, "cancelled_at": null,
        "driver_latitude": "45.7578", "driver_longitude": "4.832"
    });
    assert_eq!(delivery, expected);
    assert_ne!(delivery["id"], "mine");
}

#[apply(each_engine!)]
fn the_order_shows_its_delivery_without_the_position(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    assert_eq!(order["delivery"], Value::Null);
    let new = json!({ "carrier": "Vélo", "status": "dropoff_enroute", "driver_latitude": 45, "driver_longitude": 5 });
    let delivery = velo.post(&delivery_path(&order), new).ok();
    let mut expected = order.clone();
    expected["delivery"] = shown(&delivery);
    assert_eq!(velo.get(&path(&order)).ok(), expected);
    assert_eq!(velo.get("/location/orders").ok(), json!([expected]));
    let changed = velo.patch(&path(&order), json!({ "status": "in_delivery" }));
    assert_eq!(changed.ok()["delivery"], expected["delivery"]);
}

#[apply(each_engine!)]
fn the_time_of_a_status_is_noted_on_creation_unless_it_is_given(hub: TestHub) {
    let velo = hub.client("velo");
    let now = "2026-03-07T19:41:08+01:00";
    for (status, field) in [
        ("pickup_enroute", "assigned_at"),
        ("dropoff_enroute", "pickup_at"),
        ("delivered", "delivered_at"),
        ("cancelled", "cancelled_at"),
    ] {
        let first = order(&velo);
        let delivery = deliver(&velo, &first, status);
        for other in ["assigned_at", "pickup_at", "delivered_at", "cancelled_at"] {
            let expected = if other == field {
                json!(now)
            } else {
                Value::Null
            };
            assert_eq!(delivery[other], expected, "{other} of {status}");
        }
        let second = order(&velo);
        let given = "2026-03-07T19:30:00+01:00";
        let new = json!({ "carrier": "Vélo", "status": status, field: given });
        let delivery = velo.post(&delivery_path(&second), new).ok();
        assert_eq!(delivery[field], given);
    }
}

#[apply(each_engine!)]
fn whoever_carries_has_a_name(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    for carrier in ["", " \t"] {
        let new = json!({ "carrier": carrier, "status": "pending" });
        let refused = velo.post(&delivery_path(&order), new);
        assert_eq!(complaints(&refused), ["carrier can't be blank"]);
        let new = json!({ "carrier": carrier, "fee": "5.20 EUR" });
        let refused = velo.post(&quotes_path(&order), new);
        assert_eq!(complaints(&refused), ["carrier can't be blank"]);
    }
}

#[apply(each_engine!)]
fn an_order_has_one_delivery_for_ever(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let first = deliver(&velo, &order, "cancelled");
    let again = velo.post(
        &delivery_path(&order),
        json!({ "carrier": "Taxi", "status": "pending" }),
    );
    assert_eq!(complaints(&again), ["order_id already has a delivery"]);
    assert_eq!(velo.get(&delivery_path(&order)).ok(), first);
}

#[apply(each_engine!)]
fn only_an_order_for_delivery_is_delivered(hub: TestHub) {
    let velo = hub.client("velo");
    for kind in [json!("collection"), json!("eat_in"), Value::Null] {
        let new = json!({ "status": "new", "service_type": kind });
        let order = velo.post("/location/orders", new).ok();
        let refused = velo.post(
            &delivery_path(&order),
            json!({ "carrier": "Vélo", "status": "pending" }),
        );
        assert_eq!(
            complaints(&refused),
            ["service_type of the order must be 'delivery'"]
        );
        assert_eq!(velo.get(&path(&order)).ok(), order);
    }
    assert_eq!(recorded_names(&hub), ["order.create 1"; 3]);
}

#[apply(each_engine!)]
fn an_order_without_delivery_answers_404(hub: TestHub) {
    let velo = hub.client("velo");
    let path = delivery_path(&order(&velo));
    assert_eq!(velo.get(&path).status_and_body(), NOT_FOUND);
    let change = json!({ "status": "delivered" });
    assert_eq!(velo.patch(&path, change).status_and_body(), NOT_FOUND);
}

#[apply(each_engine!)]
fn a_delivery_cannot_be_deleted_or_replaced(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let delivery = deliver(&velo, &order, "pending");
    let path = delivery_path(&order);
    let no_route = r#"404 {"error_type":"routing_error"}"#;
    assert_eq!(velo.delete(&path).status_and_body(), no_route);
    assert_eq!(velo.put(&path, json!({})).status_and_body(), no_route);
    assert_eq!(velo.get(&path).ok(), delivery);
}

#[apply(each_engine!)]
fn the_status_of_the_order_does_not_follow_that_of_the_delivery(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "pending");
    for status in ["dropoff_enroute", "delivered", "cancelled"] {
        let change = json!({ "status": status });
        velo.patch(&delivery_path(&order), change).ok();
        assert_eq!(velo.get(&path(&order)).ok()["status"], "new");
    }
}

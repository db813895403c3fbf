//! PATCH …/orders/:order_id/delivery.

use std::time::Duration;

use super::{deliver, delivery_path, order, path, shown};
use crate::api::orders::complaints;
use crate::engine::apply;
use crate::support::{TestHub, Value, json};

/// What the clock of the location shows when a test begins, and five minutes later.
const START: &str = "2026-03-07T19:41:08+01:00";
const LATER: &str = "2026-03-07T19:46:08+01:00";

const FIVE_MINUTES: Duration = Duration::from_secs(300);

#[apply(each_engine!)]
fn everything_but_carrier_and_fee_may_change_and_be_cleared(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let before = deliver(&velo, &order, "pending");
    let change = json!({
        "ref": "VR-1", "status": "pickup_waiting", "tracking_url": "https://velo.example/t",
        "estimated_pickup_at": "2026-03-07T20:05:00+01:00",
        "estimated_dropoff_at": "2026-03-07T20:24:00+01:00",
        "driver_pickup_url": "https://velo.example/q", "driver_name": "Sacha",
        "driver_phone": "+33612345678", "driver_phone_access_code": "12",
        "driver_latitude": "45.7578", "driver_longitude": "4.832",
        "assigned_at": "2026-03-07T19:01:00+01:00", "pickup_at": "2026-03-07T19:02:00+01:00",
        "delivered_at": "2026-03-07T19:03:00+01:00",
        "cancelled_at": "2026-03-07T19:04:00+01:00"
    });
    let mut expected = before.clone();
    let mut nothing = json!({});
    for (key, value) in change.as_object().expect("an object") {
        expected[key] = value.clone();
        nothing[key] = Value::Null;
    }
    nothing["status"] = json!("pending");
    let path = delivery_path(&order);
    assert_eq!(velo.patch(&path, change).ok(), expected);
    assert_eq!(velo.get(&path).ok(), expected);
    assert_eq!(velo.patch(&path, nothing).ok(), before);
}

#[apply(each_engine!)]
fn the_order_follows(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "pending");
    let change = json!({ "status": "delivered", "driver_latitude": "45.7578" });
    let after = velo.patch(&delivery_path(&order), change).ok();
    assert_eq!(after["driver_latitude"], "45.7578");
    let mut expected = order.clone();
    expected["delivery"] = shown(&after);
    assert_eq!(velo.get(&path(&order)).ok(), expected);
}

#[apply(each_engine!)]
fn the_time_of_a_status_is_noted_when_the_delivery_comes_to_it(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "pickup_enroute");
    let path = delivery_path(&order);
    hub.pass(FIVE_MINUTES);
    let same = velo.patch(&path, json!({ "status": "pickup_enroute" }));
    assert_eq!(same.ok()["assigned_at"], START, "it was there already");
    let left = velo.patch(&path, json!({ "status": "dropoff_enroute" }));
    assert_eq!(left.ok()["pickup_at"], LATER);
    let near = velo.patch(&path, json!({ "status": "dropoff_approaching" }));
    assert_eq!(near.ok()["delivered_at"], Value::Null);
    let done = velo
        .patch(
            &path,
            json!({ "status": "delivered", "delivered_at": null }),
        )
        .ok();
    assert_eq!(
        [
            &done["assigned_at"],
            &done["pickup_at"],
            &done["delivered_at"]
        ],
        [START, LATER, LATER]
    );
    assert_eq!(done["cancelled_at"], Value::Null);
}

#[apply(each_engine!)]
fn a_delivery_that_goes_back_and_comes_again_has_the_later_time(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "pickup_enroute");
    let path = delivery_path(&order);
    let back = velo.patch(&path, json!({ "status": "pending" }));
    assert_eq!(back.ok()["assigned_at"], START);
    hub.pass(FIVE_MINUTES);
    let again = velo.patch(&path, json!({ "status": "pickup_enroute" }));
    assert_eq!(again.ok()["assigned_at"], LATER);
}

#[apply(each_engine!)]
fn a_time_that_is_given_wins(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    deliver(&velo, &order, "pending");
    let path = delivery_path(&order);
    let given = "2026-03-07T19:30:00+01:00";
    let change = json!({ "status": "delivered", "delivered_at": given, "pickup_at": given });
    let done = velo.patch(&path, change).ok();
    assert_eq!([&done["pickup_at"], &done["delivered_at"]], [given, given]);
    let corrected = "2026-03-07T19:31:00+01:00";
    let change = json!({ "status": "delivered", "delivered_at": corrected });
    assert_eq!(velo.patch(&path, change).ok()["delivered_at"], corrected);
}

#[apply(each_engine!)]
fn what_is_settled_may_be_repeated_but_not_changed(hub: TestHub) {
    let velo = hub.client("velo");
    let order = order(&velo);
    let new =
        json!({ "carrier": "Vélo", "carrier_ref": "v", "fee": "5.20 EUR", "status": "pending" });
    let path = delivery_path(&order);
    let before = velo.post(&path, new.clone()).ok();
    assert_eq!(velo.patch(&path, new).ok(), before);
    let other = json!({ "carrier": "Taxi", "carrier_ref": null, "fee": "0.00 EUR", "driver_name": "Sacha" });
    assert_eq!(
        complaints(&velo.patch(&path, other)),
        [
            "carrier can't be changed",
            "carrier_ref can't be changed",
            "fee can't be changed"
        ]
    );
    assert_eq!(velo.get(&path).ok(), before);
}

#[apply(each_engine!)]
fn another_client_may_change_a_delivery(hub: TestHub) {
    let (velo, till) = (hub.client("velo"), hub.client("till"));
    let order = order(&till);
    deliver(&velo, &order, "pending");
    let change = json!({ "status": "cancelled" });
    let after = till.patch(&delivery_path(&order), change).ok();
    assert_eq!(after["status"], "cancelled");
    assert_eq!(velo.get(&delivery_path(&order)).ok(), after);
}

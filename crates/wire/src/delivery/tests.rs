use jiff::tz::TimeZone;

use super::*;
use crate::currency::Currency;
use crate::input::{FromJson, Input, read};
use crate::order::{Order, OrderContext};
use crate::problem::{Path, Problems};

fn raw<T: FromJson>(json: &str) -> T {
    let body: Input<T> = read(json.as_bytes()).unwrap();
    body.required(&Path::ROOT, &mut Problems::new()).unwrap()
}

/// What `look` makes of a shop in Paris whose account is in euros.
fn in_paris<T>(
    look: impl FnOnce(&OrderContext<'_>) -> Result<T, Problems>,
) -> Result<T, Vec<String>> {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    look(&OrderContext {
        currency: Currency::EUR,
        zone: &zone,
    })
    .map_err(|problems| {
        let lines = problems.errors().iter();
        lines
            .map(|e| format!("{} {}", e.field, e.message))
            .collect()
    })
}

fn create(json: &str) -> Result<CheckedNewDelivery, Vec<String>> {
    in_paris(|context| raw::<RawDelivery>(json).check(context))
}

fn patch(json: &str) -> Result<CheckedDeliveryPatch, Vec<String>> {
    in_paris(|context| raw::<RawDelivery>(json).check_change(context, &delivery()))
}

fn quote(json: &str) -> Result<CheckedNewDeliveryQuote, Vec<String>> {
    in_paris(|context| raw::<RawDeliveryQuote>(json).check(context))
}

fn delivery() -> Delivery {
    serde_json::from_str(include_str!("../../tests/examples/delivery.json")).unwrap()
}

fn order() -> Order {
    serde_json::from_str(include_str!("../../tests/examples/order.json")).unwrap()
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// The delivery that a good request makes.
fn made(new: CheckedNewDelivery) -> Delivery {
    let id = delivery().shown.id;
    let now = at("2026-03-07T20:00:00+01:00");
    new.attach_to(&order(), id, now)
}

#[test]
fn the_example_request_makes_the_example_delivery() {
    let new = create(include_str!("../../tests/examples/new_delivery.json")).unwrap();
    assert_eq!(made(new), delivery());
}

#[test]
fn a_delivery_needs_a_carrier_and_a_status() {
    assert_eq!(
        create("{}").unwrap_err(),
        ["carrier can't be blank", "status can't be blank"]
    );
    assert!(create(r#"{"carrier": "Vélo", "status": "pending", "wheels": 2}"#).is_ok());
}

#[test]
fn everything_wrong_with_a_delivery_is_told_at_once() {
    let found = create(
        r#"{"carrier": 7, "carrier_ref": [], "ref": {}, "status": "lost", "fee": "5.20 USD",
            "estimated_pickup_at": "soon", "estimated_dropoff_at": 12, "tracking_url": 1,
            "driver_pickup_url": true, "driver_name": [], "driver_phone": 33.5, "driver_phone_access_code": true,
            "driver_latitude": "north", "driver_longitude": {}, "assigned_at": "x", "pickup_at": false,
            "delivered_at": "y", "cancelled_at": []}"#,
    );
    assert_eq!(
        found.unwrap_err(),
        [
            "carrier must be a string",
            "carrier_ref must be a string",
            "status is not included in the list",
            "fee must be in 'EUR' ('USD' given)",
            "ref must be a string",
            "estimated_pickup_at 'soon' is not a valid time",
            "estimated_dropoff_at '12' is not a valid time",
            "tracking_url must be a string",
            "driver_pickup_url must be a string",
            "driver_name must be a string",
            "driver_phone must be a string",
            "driver_phone_access_code must be a string",
            "driver_latitude 'north' is not a valid decimal",
            "driver_longitude must be a decimal",
            "assigned_at 'x' is not a valid time",
            "pickup_at must be a time",
            "delivered_at 'y' is not a valid time",
            "cancelled_at must be a time",
        ]
    );
}

#[test]
fn what_is_settled_may_be_repeated_but_not_changed() {
    let same = r#"{"carrier": "Vélo Rhône", "carrier_ref": "velo_rhone", "fee": "5.20 EUR"}"#;
    assert_eq!(patch(same), Ok(CheckedDeliveryPatch::default()));
    let other = r#"{"carrier": "Taxi", "carrier_ref": null, "fee": "5.30 EUR"}"#;
    assert_eq!(
        patch(other).unwrap_err(),
        [
            "carrier can't be changed",
            "carrier_ref can't be changed",
            "fee can't be changed"
        ]
    );
    assert_eq!(
        patch(r#"{"carrier": 7, "fee": "free"}"#).unwrap_err(),
        [
            "carrier must be a string",
            "fee 'free' is not a valid monetary amount"
        ]
    );
}

#[test]
fn a_change_says_nothing_of_what_it_does_not_mention() {
    assert_eq!(patch("{}"), Ok(CheckedDeliveryPatch::default()));
    assert_eq!(
        patch(r#"{"status": null}"#).unwrap_err(),
        ["status can't be blank"]
    );
    let change = r#"{"status": "delivered", "driver_name": null, "driver_latitude": 45.7601}"#;
    let now = at("2026-03-07T20:50:00+01:00");
    let changed = patch(change).unwrap().apply_to(&delivery(), now);
    let mut expected = delivery();
    expected.shown.status = DeliveryStatus::Delivered;
    expected.shown.delivered_at = Some(now);
    expected.shown.driver_name = None;
    expected.driver_latitude = Some(Decimal::parse("45.7601").unwrap());
    assert_eq!(changed, expected);
}

#[test]
fn four_statuses_are_moments_to_remember() {
    let moments: Vec<&str> = DeliveryStatus::ALL
        .iter()
        .filter(|status| status.moment().is_some())
        .map(|status| status.as_str())
        .collect();
    assert_eq!(
        moments,
        [
            "pickup_enroute",
            "dropoff_enroute",
            "delivered",
            "cancelled"
        ]
    );
}

#[test]
fn the_time_of_a_status_is_now_unless_it_is_given() {
    let now = at("2026-03-07T20:50:00+01:00");
    let change = r#"{"status": "delivered", "delivered_at": "2026-03-07T20:45:00+01:00"}"#;
    let change = patch(change).unwrap().apply_to(&delivery(), now);
    assert_eq!(
        change.shown.delivered_at,
        Some(at("2026-03-07T20:45:00+01:00"))
    );
    let null = r#"{"status": "delivered", "delivered_at": null}"#;
    let null = patch(null).unwrap().apply_to(&delivery(), now);
    assert_eq!(null.shown.delivered_at, Some(now));
    let new = create(r#"{"carrier": "Vélo", "status": "cancelled"}"#).unwrap();
    let new = new.attach_to(&order(), delivery().shown.id, now);
    assert_eq!(new.shown.cancelled_at, Some(now));
}

#[test]
fn a_status_that_stays_does_not_change_its_time() {
    let now = at("2026-03-07T20:50:00+01:00");
    let again = patch(r#"{"status": "dropoff_enroute"}"#).unwrap();
    assert_eq!(again.apply_to(&delivery(), now), delivery());
}

#[test]
fn a_quote_needs_a_carrier_and_a_fee() {
    assert_eq!(
        quote(r#"{"status": "pending"}"#).unwrap_err(),
        ["carrier can't be blank", "fee can't be blank"]
    );
    assert_eq!(
        quote(r#"{"carrier": "Vélo", "fee": 5.2, "ref": 7.5, "carrier_ref": [], "estimated_pickup_at": "x", "estimated_dropoff_at": "y"}"#)
            .unwrap_err(),
        [
            "carrier_ref must be a string",
            "ref must be a string",
            "fee '5.2' is not a valid monetary amount",
            "estimated_pickup_at 'x' is not a valid time",
            "estimated_dropoff_at 'y' is not a valid time"
        ]
    );
}

#[test]
fn the_example_quote_is_made_of_its_request() {
    let example: DeliveryQuote =
        serde_json::from_str(include_str!("../../tests/examples/delivery_quote.json")).unwrap();
    let new = quote(include_str!("../../tests/examples/delivery_quote.json")).unwrap();
    let made = new.offer_for(&order(), example.id.clone());
    assert_eq!(made, example);
}

//! What requests make of orders.

use std::convert::Infallible;

use super::*;
use crate::problem::Problems;

/// Where the example is placed, by a guest.
fn at<'a>(location: &'a LocationId, zone: &'a TimeZone) -> PlacementContext<'a> {
    PlacementContext {
        location,
        zone,
        now: "2026-03-07T18:41:08.7Z".parse().unwrap(),
        sender: "Lumière Web",
        connection: "Lumière Web - Lyon Bellecour".to_owned(),
        customer: None,
    }
}

/// Places what the JSON says, with these ids, the first of which is the order's.
fn placed(json: &str, ids: &[&str], customer: Option<OrderCustomer>) -> Order {
    let mut ids = ids.iter();
    let mut fresh = || Ok::<_, Infallible>((*ids.next().expect("an id for each")).to_owned());
    let (location, zone) = (order().location_id, zone());
    let placement = PlacementContext {
        customer,
        ..at(&location, &zone)
    };
    let Ok(order) = create(json).unwrap().place(placement, &mut fresh);
    assert_eq!(ids.next(), None, "no id is for nothing");
    order
}

/// The example after the change that the JSON says, with these ids for what is new.
fn changed(json: &str, ids: &[&str]) -> Result<ChangedOrder, Problems> {
    let mut ids = ids.iter();
    let mut fresh = || Ok::<_, Infallible>((*ids.next().expect("an id for each")).to_owned());
    let Ok(changed) = patch(json).unwrap().apply_to(&order(), &zone(), &mut fresh);
    changed
}

fn refs(of: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
    of.iter()
        .map(|(id, value)| ((*id).to_owned(), value.map(str::to_owned)))
        .collect()
}

#[test]
fn the_example_request_makes_the_example_order() {
    let json = include_str!("../../../tests/examples/new_order.json");
    let ids = ["w5x2rk", "c8n4p", "d1r7t", "k2v5m", "m9f3q", "p6y8z"];
    assert_eq!(placed(json, &ids, Some(order().customer)), order());
}

#[test]
fn an_order_comes_from_its_sender_and_has_a_guest_unless_it_says_otherwise() {
    let order = placed(
        r#"{"status": "new", "customer": {"city": "Lyon"}}"#,
        &["a"],
        None,
    );
    let sender = Some("Lumière Web".to_owned());
    assert_eq!((&order.channel, &order.created_by), (&sender, &sender));
    assert_eq!(order.customer.id, None);
    assert_eq!(order.customer.city.as_deref(), Some("Lyon"));
    let order = placed(r#"{"status": "new", "channel": "Site"}"#, &["a"], None);
    assert_eq!(order.channel.as_deref(), Some("Site"));
    assert_eq!(order.customer, OrderCustomer::default());
}

#[test]
fn points_are_counted_in_thousandths() {
    let json = r#"{"status": "new", "customer_id": "h3b9v",
        "loyalty_operations": [{"delta": "1.2345"}, {"delta": -2}]}"#;
    let order = placed(json, &["a"], Some(OrderCustomer::default()));
    let deltas = order.loyalty_operations.iter();
    let deltas: Vec<String> = deltas.map(|it| it.delta.to_string()).collect();
    assert_eq!(deltas, ["1.235", "-2.0"]);
}

#[test]
fn without_ids_there_is_no_order() {
    let (location, zone) = (order().location_id, zone());
    let new = create(r#"{"status": "new"}"#).unwrap();
    let found = new.place(at(&location, &zone), &mut || Err("no more"));
    assert_eq!(found, Err("no more"));
    let add = patch(r#"{"payments": [{"amount": "1.00 EUR"}]}"#).unwrap();
    let found = add.apply_to(&order(), &zone, &mut || Err("no more"));
    assert_eq!(found, Err("no more"));
}

#[test]
fn private_refs_are_taken_out_and_filled_in_again() {
    let json = r#"{"status": "new", "private_ref": "A", "customer_id": "h3b9v",
        "items": [{"product_name": "x", "price": "1.00 EUR", "quantity": 1, "private_ref": "B"}],
        "charges": [{"name": "x", "price": "1.00 EUR"}],
        "payments": [{"amount": "1.00 EUR", "private_ref": "C"}]}"#;
    let ids = ["or", "it", "ch", "pa"];
    let mut order = placed(json, &ids, Some(order().customer));
    let sent = order.clone();
    let mut refs = order.take_private_refs();
    let found: Vec<(&str, &str)> = refs.iter().map(|(id, it)| (&**id, &**it)).collect();
    assert_eq!(found, [("it", "B"), ("or", "A"), ("pa", "C")]);
    assert_eq!(order.take_private_refs(), PrivateRefs::new());
    order.fill_private_refs(&refs);
    assert_eq!(order, sent);
    refs.insert("h3b9v".to_owned(), "D".to_owned());
    order.fill_private_refs(&refs);
    assert_eq!(order.customer.private_ref.as_deref(), Some("D"));
}

#[test]
fn a_change_sets_clears_deletes_and_adds() {
    let json = r#"{"status": "accepted", "confirmed_time": "2026-03-07T19:40:00Z",
        "seller_notes": "Prêt", "items": [{"id": "d1r7t", "deleted": true}],
        "payments": [{"amount": "4.00 EUR", "type": "cash"}], "custom_fields": {"restaurant": null}}"#;
    let after = changed(json, &["new1"]).unwrap().order;
    let mut expected = order();
    expected.status = OrderStatus::Accepted;
    expected.confirmed_time = Some(Time::parse("2026-03-07T20:40:00+01:00").unwrap());
    expected.seller_notes = Some("Prêt".to_owned());
    expected.custom_fields = CustomFields::default();
    expected.items[1].deleted = true;
    expected.total = Money::parse("16.40 EUR").unwrap();
    expected.payment_discrepancy = Money::parse("14.00 EUR").ok();
    expected.payments.push(after.payments[1].clone());
    assert_eq!(after, expected);
    assert_eq!(after.payments[1].id, id("new1"));
    assert_eq!(after.payments[1].kind, PaymentType::Cash);
    let cleared = changed(r#"{"confirmed_time": null}"#, &[]).unwrap();
    assert_eq!(cleared.order, order());
}

#[test]
fn private_refs_of_a_change_are_told_apart_from_the_order() {
    let json = r#"{"private_ref": "A", "charges": [{"id": "m9f3q", "private_ref": null}],
        "items": [{"product_name": "x", "price": "0.00 EUR", "quantity": 1, "private_ref": "B"}]}"#;
    let after = changed(json, &["new1"]).unwrap();
    let expected = [("w5x2rk", Some("A")), ("new1", Some("B")), ("m9f3q", None)];
    assert_eq!(after.private_refs, refs(&expected));
    assert_eq!(after.order.items[2].private_ref, None);
    assert_eq!(after.order.private_ref, None);
}

#[test]
fn a_change_after_which_the_total_does_not_fit_is_refused() {
    let item = r#"{"product_name": "x", "price": "92233720368547758.07 EUR", "quantity": 1}"#;
    let found = changed(&format!(r#"{{"items": [{item}]}}"#), &["new1"]);
    assert_eq!(lines(&found.unwrap_err()), ["total is too big"]);
}

#[test]
fn a_deleted_item_no_longer_counts() {
    let mut order = order();
    order.total_discrepancy = Some(Money::parse("1.00 EUR").unwrap());
    order.items[1].deleted = true;
    order.recompute().unwrap();
    assert_eq!(order.total.to_string(), "16.40 EUR");
    assert_eq!(order.payment_discrepancy.unwrap().to_string(), "10.00 EUR");
    assert_eq!(order.total_discrepancy.unwrap().to_string(), "11.00 EUR");
}

#[test]
fn a_sent_total_that_is_worlds_away_counts_as_not_sent() {
    let body = r#"{"status": "new", "total": "92233720368547758.07 EUR",
        "discounts": [{"name": "d", "price_off": "1.00 EUR"}]}"#;
    let new = create(body).unwrap();
    assert_eq!(new.total.to_string(), "-1.00 EUR");
    assert_eq!(new.total_discrepancy, None);

    let mut order = order();
    order.total_discrepancy = Money::new(i64::MAX, Currency::EUR).checked_sub(order.total);
    let most_off = OrderDiscount {
        price_off: Money::parse("30.00 EUR").unwrap(),
        ..order.discounts[0].clone()
    };
    order.discounts.push(most_off);
    order.recompute().unwrap();
    assert_eq!(order.total.to_string(), "-3.60 EUR");
    assert_eq!(order.total_discrepancy, None);
}

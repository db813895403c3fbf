//! Orders and their changes as they are read, and what they cost; [`life`] has what becomes of them.

mod life;

use proptest::prelude::*;

use super::*;
use crate::input::{FromJson, Input, read};
use crate::problem::{Path, Problems};

fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn raw<T: FromJson>(json: &str) -> T {
    let body: Input<T> = read(json.as_bytes()).unwrap();
    body.required(&Path::ROOT, &mut Problems::new()).unwrap()
}

pub(super) fn lines(problems: &Problems) -> Vec<String> {
    problems
        .errors()
        .iter()
        .map(|e| format!("{} {}", e.field, e.message))
        .collect()
}

pub(super) fn create(json: &str) -> Result<CheckedNewOrder, Vec<String>> {
    let context = OrderContext {
        currency: Currency::EUR,
        zone: &zone(),
    };
    raw::<RawOrder>(json)
        .check(&context)
        .map_err(|problems| lines(&problems))
}

pub(super) fn order() -> Order {
    serde_json::from_str(include_str!("../../../tests/examples/order.json")).unwrap()
}

pub(super) fn patch(json: &str) -> Result<CheckedOrderPatch, Vec<String>> {
    let context = OrderContext {
        currency: Currency::EUR,
        zone: &zone(),
    };
    raw::<RawOrderPatch>(json)
        .check(&context, &order())
        .map_err(|problems| lines(&problems))
}

pub(super) fn id(text: &str) -> ElementId {
    ElementId::parse(text).unwrap()
}

#[test]
fn a_status_is_enough() {
    let new = create(r#"{"status": "new"}"#).unwrap();
    assert!(new.asap);
    assert_eq!(new.total, Money::zero(Currency::EUR));
    assert_eq!(new.payment_discrepancy, None);
    assert_eq!(new.customer, CustomerForm::Guest(Box::default()));
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let found = create(
        r#"{"status": "open", "items": [
            {"price": "abc", "quantity": "x", "options": [{"name": "a", "price": "1.00 USD"}]},
            {"product_name": "b", "price": "1.00 EUR", "quantity": 1, "deal_line": {"deal_key": "z"}}],
            "discounts": [{"name": "d", "price_off": "-10.00 EUR"}], "charges": [{}],
            "payments": [{"info": 1}], "deals": {"m": {}}, "loyalty_operations": [{}],
            "customer_list_id": "t6k1z", "custom_fields": [], "private_ref": 7.5}"#,
    );
    let expected = [
        "status is not included in the list",
        "private_ref must be a string",
        "deals.m.name can't be blank",
        "items[0].product_name can't be blank",
        "items[0].price 'abc' is not a valid monetary amount",
        "items[0].quantity 'x' is not a valid decimal",
        "items[0].options[0].option_list_name can't be blank",
        "items[0].options[0].price must be in 'EUR' ('USD' given)",
        "items[1].deal_line.deal_key is not a key of deals",
        "discounts[0].price_off must be positive ('-10.00 EUR' given)",
        "charges[0].name can't be blank",
        "charges[0].price can't be blank",
        "payments[0].amount can't be blank",
        "payments[0].info must be an object",
        "loyalty_operations[0].delta can't be blank",
        "customer_private_ref can't be blank",
        "custom_fields must be an object",
    ];
    assert_eq!(found.unwrap_err(), expected);
}

#[test]
fn what_careless_senders_do_is_tolerated() {
    let new = create(
        r#"{"status": "new", "coupon_codes": "A, B,", "total": "9.99 EUR", "foo": 1, "customer": null,
            "items": [{"id": "abc", "product_name": "x", "sku_name": "", "price": "2.00 EUR",
            "quantity": 2, "options": null}], "charges": null, "expected_time": "2026-07-01T20:00:00",
            "expected_time_pickup": true, "service_type": "collection"}"#,
    )
    .unwrap();
    assert_eq!(new.coupon_codes, ["A", "B"]);
    assert_eq!(new.total.to_string(), "4.00 EUR");
    assert_eq!(new.total_discrepancy.unwrap().to_string(), "5.99 EUR");
    assert_eq!(
        new.expected_time.unwrap().to_string(),
        "2026-07-01T18:00:00Z"
    );
    assert!(!new.asap && !new.expected_time_pickup);
}

#[test]
fn the_ways_to_name_a_customer_exclude_each_other() {
    let found = create(r#"{"status": "new", "customer_id": "h3b9v", "customer": {}}"#).unwrap_err();
    assert!(found[0].starts_with("customer only one of"));
    let found = create(r#"{"status": "new", "loyalty_operations": [{"delta": 1}]}"#).unwrap_err();
    assert_eq!(
        found,
        ["loyalty_operations require a customer of a customer list"]
    );
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    let found = create(
        r#"{"status": "new", "items": [{"product_name": "x", "price": "92233720368547758.07 EUR", "quantity": 2}]}"#,
    );
    assert_eq!(found.unwrap_err(), ["items[0].price is too big"]);
    let item = r#"{"product_name": "x", "price": "92233720368547758.07 EUR", "quantity": 1}"#;
    let found = create(&format!(
        r#"{{"status": "new", "items": [{item}, {item}]}}"#
    ));
    assert_eq!(found.unwrap_err(), ["total is too big"]);
}

#[test]
fn a_thousand_items_may_have_a_hundred_options_each() {
    let option = r#"{"option_list_name": "Taille", "name": "L"}"#;
    let options = vec![option; 100].join(",");
    let item = format!(
        r#"{{"product_name": "x", "price": "1.00 EUR", "quantity": 1, "options": [{options}]}}"#
    );
    let items = vec![item; 1_000].join(",");
    let order = create(&format!(r#"{{"status": "new", "items": [{items}]}}"#));
    assert!(order.is_ok());
}

#[test]
fn an_order_has_at_most_a_thousand_items() {
    let item = r#"{"product_name": "x", "price": "1.00 EUR", "quantity": 1}"#;
    let of = |count| {
        create(&format!(
            r#"{{"status": "new", "items": [{}]}}"#,
            vec![item; count].join(",")
        ))
    };
    assert!(of(1_000).is_ok());
    assert_eq!(
        of(1_001).unwrap_err(),
        ["items has too many items (maximum is 1000)"]
    );
}

#[test]
fn a_private_ref_has_at_most_255_characters() {
    let of = |count| {
        create(&format!(
            r#"{{"status": "new", "private_ref": "{}"}}"#,
            "é".repeat(count)
        ))
    };
    assert!(of(255).is_ok());
    let expected = ["private_ref is too long (maximum is 255 characters)"];
    assert_eq!(of(256).unwrap_err(), expected);
}

#[test]
fn elements_are_deleted_added_or_given_a_private_ref() {
    let change = patch(include_str!("../../../tests/examples/patch_order.json")).unwrap();
    assert_eq!(change.status, Some(OrderStatus::Accepted));
    assert_eq!(change.items, [ElementChange::Delete(id("d1r7t"))]);
    assert!(matches!(&change.payments[..], [ElementChange::Add(_)]));
    let change = patch(r#"{"items": [{"id": "c8n4p", "private_ref": null}], "charges": null}"#);
    let expected = [ElementChange::SetPrivateRef(id("c8n4p"), None)];
    assert_eq!(change.unwrap().items, expected);
}

#[test]
fn elements_cannot_be_edited() {
    let found = patch(
        r#"{"items": [{"id": "c8n4p", "deleted": true, "price": "1.00 EUR"}, {"id": "zzz", "deleted": true},
            {"id": "c8n4p", "deleted": false}, {"id": "c8n4p"}, {"id": "c8n4p", "private_ref": "a", "foo": 1},
            {"product_name": "x", "price": "1.00 EUR", "quantity": 1, "deal_line": {"deal_key": "menu-duo"}}]}"#,
    );
    let expected = [
        "items[0].price is not a valid key",
        "items[1].id not found",
        "items[2].deleted must be true",
        "items[3] must have deleted or private_ref besides id",
        "items[4].foo is not a valid key",
        "items[5].deal_line.deal_key is not a key of deals",
    ];
    assert_eq!(found.unwrap_err(), expected);
}

#[test]
fn keys_that_are_null_beside_a_delete_or_a_private_ref_say_nothing() {
    let changes = |entry: &str| patch(&format!(r#"{{"items": [{entry}]}}"#)).map(|it| it.items);
    let own = || id("c8n4p");
    for (entry, expected) in [
        (
            r#"{"id": "c8n4p", "deleted": true, "price": null, "options": null, "private_ref": null,
                "subtotal": null}"#,
            ElementChange::Delete(own()),
        ),
        (
            r#"{"id": "c8n4p", "private_ref": "x", "deleted": null, "deal_line": null}"#,
            ElementChange::SetPrivateRef(own(), Some("x".to_owned())),
        ),
        (
            r#"{"id": "c8n4p", "private_ref": null, "deleted": null}"#,
            ElementChange::SetPrivateRef(own(), None),
        ),
    ] {
        assert_eq!(changes(entry), Ok(vec![expected]), "{entry}");
    }
    for (entry, expected) in [
        (
            r#"{"id": "c8n4p", "deleted": null}"#,
            "items[0] must have deleted or private_ref besides id",
        ),
        (
            r#"{"id": "c8n4p", "private_ref": "x", "deleted": true, "price": null}"#,
            "items[0].private_ref is not a valid key",
        ),
    ] {
        assert_eq!(changes(entry), Err(vec![expected.to_owned()]), "{entry}");
    }
}

#[test]
fn a_guest_without_details_is_still_an_object() {
    let json = serde_json::to_value(OrderCustomer::guest(CustomerDetails::default())).unwrap();
    assert!(json["id"].is_null() && json["first_name"].is_null() && json["order_total"].is_null());
    assert_eq!(json["anonymised"], false);
    assert_eq!(json["nb_orders"], 0);
}

fn cents() -> impl Strategy<Value = i64> {
    -1_000_000_i64..1_000_000
}

proptest! {
    #[test]
    fn whole_quantities_are_exact(price in cents(), extra in cents(), options in 0_i64..50, count in 0_i64..1_000) {
        let option = OrderOption {
            option_list_name: String::new(),
            name: String::new(),
            reference: None,
            price: Money::new(extra, Currency::EUR),
            quantity: options,
            removed: true,
        };
        let price_each = Money::new(price, Currency::EUR);
        let found = price::subtotal(price_each, &[option], &Decimal::from(count));
        prop_assert_eq!(found.map(Money::cents), Some((price + extra * options) * count));
    }

    #[test]
    fn the_total_does_not_depend_on_the_order_of_items(prices in proptest::collection::vec(cents(), 0..20)) {
        let total = |prices: &[i64]| {
            let items: Vec<OrderItem> = prices
                .iter()
                .map(|&price| {
                    let mut item = order().items.remove(0);
                    item.subtotal = Money::new(price, Currency::EUR);
                    item
                })
                .collect();
            price::total::<ElementId>(Currency::EUR, &items, &[], &[])
        };
        let mut reversed = prices.clone();
        reversed.reverse();
        let sum = Money::new(prices.iter().sum(), Currency::EUR);
        prop_assert_eq!(total(&prices), Some(sum));
        prop_assert_eq!(total(&reversed), Some(sum));
    }
}

//! What can be known of a built order before it is sent.

use super::*;
use crate::id::ElementId;
use crate::money::Money;
use crate::order::tests::{lines, order};
use crate::problem::Problems;

fn complaints(found: Result<Money, Problems>) -> Vec<String> {
    lines(&found.unwrap_err())
}

#[test]
fn a_good_order_is_told_what_it_will_cost() {
    let duo = NewDeal::new("Duo").line(margherita());
    let built = new()
        .deal(duo)
        .discount(NewDiscount::new("Remise", eur(200)));
    assert_eq!(built.check(Currency::EUR), Ok(eur(1700)));
}

#[test]
fn every_mistake_in_an_order_is_named_before_it_is_sent() {
    let line = NewDealLine::new(margherita()).percentage_off(120);
    let big = json!("x".repeat(9_000));
    let built = new()
        .private_ref("x".repeat(256))
        .item(NewItem::new(
            "Margherita",
            Money::parse("9.50 USD").unwrap(),
            1,
        ))
        .deal(NewDeal::new("Duo").line(line))
        .discount(NewDiscount::new("Remise", eur(-100)))
        .custom_field("big", big);
    let expected = [
        "private_ref is too long (maximum is 255 characters)",
        "items[0].price must be in 'EUR' ('USD' given)",
        "items[1].deal_line.pricing_value must be between 0 and 100",
        "discounts[0].price_off must be positive ('-1.00 EUR' given)",
        "custom_fields is too big (maximum is 8192 bytes)",
    ];
    assert_eq!(complaints(built.check(Currency::EUR)), expected);
}

#[test]
fn custom_fields_that_readers_may_not_follow_are_no_order() {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let found = complaints(new().custom_field("deep", deep).check(Currency::EUR));
    assert_eq!(
        found,
        ["custom_fields is nested too deeply (maximum is 32 levels)"]
    );
}

#[test]
fn a_change_is_checked_against_the_order() {
    let good = OrderPatch::default()
        .add_to_deal("0", margherita())
        .delete_item(order().items[0].id.clone());
    assert_eq!(good.check(&order()), Ok(eur(2990)));
    let bad = OrderPatch::default()
        .add_to_deal("menu-duo", margherita())
        .delete_charge(ElementId::parse("nobody").unwrap())
        .add_payment(NewPayment::new(Money::parse("1.00 USD").unwrap()));
    let expected = [
        "items[0].deal_line.deal_key is not a key of deals",
        "charges[0].id not found",
        "payments[0].amount must be in 'EUR' ('USD' given)",
    ];
    assert_eq!(complaints(bad.check(&order())), expected);
    let most = Money::new(i64::MAX, Currency::EUR);
    let much = OrderPatch::default().add_item(NewItem::new("Truffes", most, 1));
    assert_eq!(complaints(much.check(&order())), ["total is too big"]);
}

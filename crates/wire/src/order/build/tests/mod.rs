//! What builders make is read as the API reads it.

mod change;
mod check;
mod parts;

use proptest::prelude::*;
use serde_json::json;

use super::super::tests::create;
use super::*;
use crate::currency::Currency;
use crate::decimal::Decimal;
use crate::id::CustomerId;
use crate::order::CheckedNewOrder;

fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn new() -> NewOrder {
    NewOrder::new(OrderStatus::New)
}

fn request_schema(order: &NewOrder) -> CheckedNewOrder {
    create(&serde_json::to_string(order).unwrap()).unwrap()
}

fn margherita() -> NewItem {
    NewItem::new("Margherita", eur(950), 2)
}

#[test]
fn what_is_not_said_is_not_sent() {
    let small = new()
        .item(margherita().option(NewOption::new("Sans", "Olives").removed()))
        .payment(NewPayment::new(eur(1900)))
        .guest(CustomerDetails::default().first_name("Ada"));
    assert_eq!(
        serde_json::to_string(&small).unwrap(),
        concat!(
            r#"{"status":"new","#,
            r#""items":[{"product_name":"Margherita","price":"9.50 EUR","quantity":"2.0","#,
            r#""options":[{"option_list_name":"Sans","name":"Olives","removed":true}]}],"#,
            r#""payments":[{"amount":"19.00 EUR"}],"#,
            r#""customer":{"first_name":"Ada"}}"#
        )
    );
    assert_eq!(
        serde_json::to_string(&new()).unwrap(),
        r#"{"status":"new"}"#
    );
    assert_eq!(serde_json::to_string(&OrderPatch::default()).unwrap(), "{}");
}

#[test]
fn the_example_request_can_be_built() {
    let customer = AttachedCustomer::by_id(CustomerId::parse("h3b9v").unwrap()).loyalty_operation(
        NewLoyaltyOperation::new(decimal("2.5"))
            .reference("FID")
            .name("Club Lumière")
            .reason("Commande"),
    );
    let built = new()
        .reference("LUM-20488")
        .channel("Site Lumière")
        .service_type(ServiceType::Delivery)
        .service_type_ref("WEB-LIV")
        .expected_time(Time::parse("2026-03-07T20:30:00+01:00").unwrap())
        .asap(false)
        .coupon_code("BIENVENUE")
        .item(
            NewItem::new("Quatre saisons", eur(1250), 1)
                .sku_name("33 cm")
                .sku_ref("QS-33")
                .tax_rate(10)
                .option(
                    NewOption::new("Suppléments", "Burrata")
                        .reference("SUP-BUR")
                        .price(eur(300))
                        .quantity(1),
                )
                .option(
                    NewOption::new("Sans", "Olives")
                        .reference("ING-OLI")
                        .removed(),
                ),
        )
        .deal(
            NewDeal::new("Duo du soir").reference("DUO").line(
                NewDealLine::new(NewItem::new("Tiramisu", eur(500), 2).sku_ref("TIRA"))
                    .label("Dessert"),
            ),
        )
        .discount(NewDiscount::new("Bienvenue", eur(200)).reference("BIENVENUE"))
        .charge(
            NewCharge::new("Livraison", eur(290))
                .reference("LIV")
                .tax_rate(20),
        )
        .payment(
            NewPayment::new(eur(2640))
                .name("Carte en ligne")
                .reference("CB")
                .info("transaction", "tx-7781"),
        )
        .customer(customer)
        .custom_field("restaurant", json!({ "table_name": "T4" }));
    let example = create(include_str!("../../../../tests/examples/new_order.json")).unwrap();
    assert_eq!(request_schema(&built), example);
}

fn cents() -> impl Strategy<Value = i64> {
    -1_000_000_i64..=1_000_000
}

proptest! {
    #[test]
    fn whatever_the_amounts_an_order_that_was_built_is_taken(
        items in proptest::collection::vec((cents(), 0_i64..=100_000, cents(), -9_i64..=9), 0..8),
        discounts in proptest::collection::vec(0_i64..=1_000_000, 0..4),
        charges in proptest::collection::vec(cents(), 0..4),
        payments in proptest::collection::vec(cents(), 0..4),
        points in -1_000_000_i64..=1_000_000,
    ) {
        let customer = AttachedCustomer::by_id(CustomerId::parse("h3b9v").unwrap());
        let points = NewLoyaltyOperation::new(Decimal::from_thousandths(points).unwrap());
        let mut built = new().customer(customer.loyalty_operation(points));
        for &(price, thousandths, extra, times) in &items {
            let quantity = Decimal::from_thousandths(thousandths).unwrap();
            let option = NewOption::new("Suppléments", "Burrata").price(eur(extra)).quantity(times);
            built = built.item(NewItem::new("Pizza", eur(price), quantity).option(option));
        }
        for &off in &discounts {
            built = built.discount(NewDiscount::new("Remise", eur(off)));
        }
        for &price in &charges {
            built = built.charge(NewCharge::new("Frais", eur(price)));
        }
        for &amount in &payments {
            built = built.payment(NewPayment::new(eur(amount)));
        }
        let order = request_schema(&built);
        prop_assert_eq!(built.check(Currency::EUR), Ok(order.total));
        let found: Vec<i64> = order.items.iter().map(|item| item.price.cents()).collect();
        let sent: Vec<i64> = items.iter().map(|item| item.0).collect();
        prop_assert_eq!(found, sent);
        let subtotals: i64 = order.items.iter().map(|item| item.subtotal.cents()).sum();
        let total = subtotals + charges.iter().sum::<i64>() - discounts.iter().sum::<i64>();
        prop_assert_eq!(order.total, eur(total));
        let paid = (!payments.is_empty()).then(|| eur(payments.iter().sum::<i64>() - total));
        prop_assert_eq!(order.payment_discrepancy, paid);
    }
}

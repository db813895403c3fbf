//! Each part of a new order, with all that it can say.

use super::*;
use crate::id::CustomerListId;
use crate::order::{ChargeType, CustomerForm, DealPricingEffect, Gender, PaymentType};

#[test]
fn times_notes_codes_and_total_arrive() {
    let expected = Time::parse("2026-03-07T20:30:00+01:00").unwrap();
    let confirmed = Time::parse("2026-03-07T19:40:00Z").unwrap();
    let order = request_schema(
        &new()
            .private_ref("K-1")
            .service_type(ServiceType::Delivery)
            .expected_time(expected)
            .expected_time_pickup(true)
            .asap(true)
            .confirmed_time(confirmed)
            .customer_notes("Sans olives")
            .seller_notes("Prêt")
            .collection_code("47")
            .coupon_code("A")
            .coupon_code("B, C")
            .total(eur(5)),
    );
    assert_eq!(order.private_ref, text("K-1"));
    assert_eq!(order.expected_time, Some(expected.at()));
    assert!(order.expected_time_pickup && order.asap);
    assert_eq!(order.confirmed_time, Some(confirmed.at()));
    assert_eq!(order.customer_notes, text("Sans olives"));
    assert_eq!(order.seller_notes, text("Prêt"));
    assert_eq!(order.collection_code, text("47"));
    assert_eq!(order.coupon_codes, ["A", "B, C"]);
    assert_eq!(order.total_discrepancy, Some(eur(5)));
}

#[test]
fn an_item_says_all_it_can() {
    let item = NewItem::new("Tagliatelle", eur(1100), decimal("0.5"))
        .private_ref("L-1")
        .sku_name("Grande")
        .sku_ref("TAG-G")
        .tax_rate(decimal("5.5"))
        .subset("midi")
        .customer_notes("al dente")
        .points_earned(decimal("1.5"))
        .points_used(2)
        .option(
            NewOption::new("Sauce", "Pesto")
                .reference("PES")
                .price(eur(50))
                .quantity(2),
        );
    let item = request_schema(&new().item(item)).items.remove(0);
    assert_eq!(item.product_name, "Tagliatelle");
    assert_eq!((item.price, item.subtotal), (eur(1100), eur(600)));
    assert_eq!(item.quantity, decimal("0.5"));
    assert_eq!(item.private_ref, text("L-1"));
    assert_eq!(item.sku_name, text("Grande"));
    assert_eq!(item.sku_ref, text("TAG-G"));
    assert_eq!(item.tax_rate, Some(decimal("5.5")));
    assert_eq!(item.subset, text("midi"));
    assert_eq!(item.customer_notes, text("al dente"));
    assert_eq!(item.points_earned, Some(decimal("1.5")));
    assert_eq!(item.points_used, Some(decimal("2")));
    let option = &item.options[0];
    assert_eq!(option.option_list_name, "Sauce");
    assert_eq!(option.name, "Pesto");
    assert_eq!(option.reference, text("PES"));
    assert_eq!((option.price, option.quantity), (eur(50), 2));
    assert!(!option.removed);
}

#[test]
fn a_deal_line_says_what_the_deal_did_to_the_price() {
    use DealPricingEffect::{FixedPrice, PercentageOff, PriceOff, Unchanged};
    let line = || NewDealLine::new(margherita());
    let lines = [
        (line(), None, None),
        (line().unchanged(), Some(Unchanged), None),
        (
            line().fixed_price(eur(500)),
            Some(FixedPrice),
            text("5.00 EUR"),
        ),
        (line().price_off(eur(150)), Some(PriceOff), text("1.50 EUR")),
        (
            line().percentage_off(decimal("12.5")),
            Some(PercentageOff),
            text("12.5"),
        ),
        (line().percentage_off(50).unchanged(), Some(Unchanged), None),
    ];
    for (line, effect, value) in lines {
        let order = request_schema(&new().deal(NewDeal::new("Menu").line(line.label("Plat"))));
        let found = order.items[0].deal_line.clone().unwrap();
        assert_eq!(found.label, text("Plat"));
        assert_eq!((found.pricing_effect, found.pricing_value), (effect, value));
    }
}

#[test]
fn items_are_in_the_deal_they_were_told_of_and_in_the_order_they_were_told() {
    let named = |name: &str| NewItem::new(name, eur(950), 1);
    let order = request_schema(
        &new()
            .item(named("Olives"))
            .deal(
                NewDeal::new("Duo")
                    .reference("DUO")
                    .line(named("Margherita"))
                    .line(named("Tiramisu")),
            )
            .item(named("Café"))
            .deal(NewDeal::new("Vide"))
            .deal(NewDeal::new("Duo").line(NewDealLine::new(named("Calzone")))),
    );
    let deals = order
        .deals
        .0
        .iter()
        .map(|(key, deal)| (&**key, &*deal.name));
    let deals: Vec<(&str, &str)> = deals.collect();
    assert_eq!(deals, [("0", "Duo"), ("1", "Vide"), ("2", "Duo")]);
    assert_eq!(order.deals.0[0].1.reference, text("DUO"));
    let items = order.items.iter().map(|item| {
        let deal = item.deal_line.as_ref().map(|line| line.deal_key.as_str());
        (item.product_name.as_str(), deal)
    });
    let items: Vec<(&str, Option<&str>)> = items.collect();
    let expected = [
        ("Olives", None),
        ("Margherita", Some("0")),
        ("Tiramisu", Some("0")),
        ("Café", None),
        ("Calzone", Some("2")),
    ];
    assert_eq!(items, expected);
}

#[test]
fn discounts_charges_and_payments_say_all_they_can() {
    let mut order = request_schema(
        &new()
            .discount(
                NewDiscount::new("Bienvenue", eur(200))
                    .reference("BIENV")
                    .private_ref("D"),
            )
            .charge(
                NewCharge::new("Pourboire", eur(100))
                    .kind(ChargeType::Tip)
                    .reference("TIP")
                    .private_ref("C")
                    .tax_rate(decimal("20")),
            )
            .payment(
                NewPayment::new(eur(300))
                    .kind(PaymentType::Cash)
                    .name("Espèces")
                    .reference("ESP")
                    .private_ref("P")
                    .info("till", 4)
                    .info("open", true),
            ),
    );
    let discount = order.discounts.remove(0);
    assert_eq!(
        (&*discount.name, discount.price_off),
        ("Bienvenue", eur(200))
    );
    assert_eq!(discount.reference, text("BIENV"));
    assert_eq!(discount.private_ref, text("D"));
    let charge = order.charges.remove(0);
    assert_eq!((&*charge.name, charge.price), ("Pourboire", eur(100)));
    assert_eq!(charge.kind, ChargeType::Tip);
    assert_eq!(charge.reference, text("TIP"));
    assert_eq!(charge.private_ref, text("C"));
    assert_eq!(charge.tax_rate, Some(decimal("20")));
    let payment = order.payments.remove(0);
    assert_eq!((payment.name, payment.amount), (text("Espèces"), eur(300)));
    assert_eq!(payment.kind, PaymentType::Cash);
    assert_eq!(payment.reference, text("ESP"));
    assert_eq!(payment.private_ref, text("P"));
    let info = json!({ "till": 4, "open": true });
    assert_eq!(payment.info.unwrap().text(), info.to_string());
}

#[test]
fn a_guest_has_every_field() {
    let details = CustomerDetails::default()
        .email("ada@example.com")
        .first_name("Ada")
        .last_name("Lumière")
        .gender(Gender::Female)
        .birth_date(jiff::civil::date(1990, 12, 10))
        .company_name("Ateliers")
        .phone("+33600000000")
        .phone_access_code("12#")
        .address_1("1 rue Haute")
        .address_2("3e étage")
        .postal_code("69001")
        .city("Lyon")
        .state("Rhône")
        .country("FR")
        .latitude(decimal("45.7640"))
        .longitude(decimal("-4.8357"))
        .delivery_notes("Code B12")
        .sms_marketing()
        .email_marketing();
    let order = request_schema(&new().guest(details.clone()));
    assert_eq!(order.customer, CustomerForm::Guest(Box::new(details)));
}

#[test]
fn a_customer_of_a_list_is_named_by_id_or_by_private_ref() {
    let id = CustomerId::parse("h3b9v").unwrap();
    let order = request_schema(&new().customer(AttachedCustomer::by_id(id.clone())));
    assert_eq!(order.customer, CustomerForm::Id(id));
    let list = CustomerListId::parse("t6k1z").unwrap();
    let named = AttachedCustomer::by_private_ref(list.clone(), "K-17")
        .loyalty_operation(NewLoyaltyOperation::new(-3).reason("Cadeau"))
        .loyalty_operation(NewLoyaltyOperation::new(1).reference("FID").name("Club"));
    let order = request_schema(&new().customer(named));
    let private_ref = "K-17".to_owned();
    assert_eq!(
        order.customer,
        CustomerForm::PrivateRef { list, private_ref }
    );
    let [cadeau, club] = &order.loyalty_operations[..] else {
        panic!("two operations");
    };
    assert_eq!((&cadeau.reference, cadeau.delta), (&None, decimal("-3")));
    assert_eq!((&cadeau.name, &cadeau.reason), (&None, &text("Cadeau")));
    assert_eq!((&club.reference, &club.name), (&text("FID"), &text("Club")));
}

#[test]
fn the_customer_named_last_is_the_customer() {
    let id = CustomerId::parse("h3b9v").unwrap();
    let customer = AttachedCustomer::by_id(id).loyalty_operation(NewLoyaltyOperation::new(1));
    let order = request_schema(&new().customer(customer).guest(CustomerDetails::default()));
    assert_eq!(order.customer, CustomerForm::Guest(Box::default()));
    assert_eq!(order.loyalty_operations, []);
}

#[test]
fn custom_fields_come_together() {
    let more = CustomFields(
        json!({ "b": 2, "a": 3 })
            .as_object()
            .unwrap()
            .clone()
            .into(),
    );
    let built = new().custom_field("a", 1).custom_fields(more);
    let fields = request_schema(&built).custom_fields;
    assert_eq!(json!(fields), json!({ "a": 3, "b": 2 }));
}

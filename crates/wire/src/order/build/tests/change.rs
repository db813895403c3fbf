//! Changes of the order of the example.

use super::*;
use crate::id::ElementId;
use crate::order::tests::{id, order, patch};
use crate::order::{CheckedOrderPatch, ElementChange};
use crate::patch::Patch;

fn taken_change(change: &OrderPatch) -> CheckedOrderPatch {
    patch(&serde_json::to_string(change).unwrap()).unwrap()
}

#[test]
fn a_change_sets_what_it_names() {
    let confirmed = Time::parse("2026-03-07T20:40:00+01:00").unwrap();
    let change = taken_change(
        &OrderPatch::default()
            .status(OrderStatus::Accepted)
            .confirmed_time(confirmed)
            .seller_notes("Prêt")
            .collection_code("47")
            .private_ref("K-1")
            .custom_field("till", 4)
            .remove_custom_field("restaurant"),
    );
    assert_eq!(change.status, Some(OrderStatus::Accepted));
    assert_eq!(change.confirmed_time, Patch::Value(confirmed.at()));
    assert_eq!(change.seller_notes, Patch::Value("Prêt".to_owned()));
    assert_eq!(change.collection_code, Patch::Value("47".to_owned()));
    assert_eq!(change.private_ref, Patch::Value("K-1".to_owned()));
    assert_eq!(json!(change.custom_fields), json!({ "till": 4 }));
    assert_eq!(change.customer_notes, Patch::Absent);
}

#[test]
fn a_change_clears_with_null() {
    let change = OrderPatch::default()
        .confirmed_time(Time::parse("2026-03-07T20:40:00+01:00").unwrap())
        .clear_confirmed_time()
        .clear_seller_notes()
        .clear_collection_code()
        .clear_private_ref();
    assert_eq!(
        serde_json::to_string(&change).unwrap(),
        r#"{"confirmed_time":null,"seller_notes":null,"collection_code":null,"private_ref":null}"#
    );
    let change = taken_change(&change);
    assert_eq!(change.confirmed_time, Patch::Null);
    assert_eq!(change.private_ref, Patch::Null);
}

#[test]
fn a_change_adds_deletes_and_names_elements_in_the_order_it_was_told() {
    let change = OrderPatch::default()
        .delete_item(id("d1r7t"))
        .item_private_ref(id("c8n4p"), "L-1")
        .add_to_deal("0", margherita())
        .clear_item_private_ref(id("c8n4p"));
    let items = taken_change(&change).items;
    let [deleted, named, ElementChange::Add(added), cleared] = &items[..] else {
        panic!("four changes, the third of which adds");
    };
    assert_eq!(deleted, &ElementChange::Delete(id("d1r7t")));
    assert_eq!(
        named,
        &ElementChange::SetPrivateRef(id("c8n4p"), text("L-1"))
    );
    assert_eq!(added.product_name, "Margherita");
    assert_eq!(added.deal_line.as_ref().unwrap().deal_key, "0");
    assert_eq!(cleared, &ElementChange::SetPrivateRef(id("c8n4p"), None));
}

#[test]
fn every_kind_of_element_can_be_changed() {
    let (discount, charge, payment) = (id("k2v5m"), id("m9f3q"), id("p6y8z"));
    let change = taken_change(
        &OrderPatch::default()
            .delete_discount(discount.clone())
            .add_discount(NewDiscount::new("Geste", eur(100)))
            .discount_private_ref(discount.clone(), "D")
            .clear_discount_private_ref(discount.clone())
            .delete_charge(charge.clone())
            .add_charge(NewCharge::new("Sac", eur(10)))
            .charge_private_ref(charge.clone(), "C")
            .clear_charge_private_ref(charge.clone())
            .delete_payment(payment.clone())
            .add_payment(NewPayment::new(eur(400)))
            .payment_private_ref(payment.clone(), "P")
            .clear_payment_private_ref(payment.clone()),
    );
    fn others<T: Clone>(changes: &[ElementChange<T>]) -> Vec<ElementChange<()>> {
        let each = changes.iter().map(|change| match change {
            ElementChange::Delete(id) => ElementChange::Delete(id.clone()),
            ElementChange::SetPrivateRef(id, own) => {
                ElementChange::SetPrivateRef(id.clone(), own.clone())
            }
            ElementChange::Add(_) => ElementChange::Add(()),
        });
        each.collect()
    }
    let all = |id: ElementId, own: &str| {
        [
            ElementChange::Delete(id.clone()),
            ElementChange::Add(()),
            ElementChange::SetPrivateRef(id.clone(), text(own)),
            ElementChange::SetPrivateRef(id, None),
        ]
    };
    assert_eq!(others(&change.discounts), all(discount, "D"));
    assert_eq!(others(&change.charges), all(charge, "C"));
    assert_eq!(others(&change.payments), all(payment, "P"));
}

#[test]
fn a_change_of_nothing_changes_nothing() {
    let change = taken_change(&OrderPatch::default());
    assert_eq!(change.status, None);
    assert_eq!(change.items, []);
    let fields = change.custom_fields.unwrap_or(order().custom_fields);
    assert_eq!(fields, order().custom_fields);
}
